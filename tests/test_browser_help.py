"""The help centre in a real browser that runs no scripts: read, search, vote, print; and axe finds nothing serious."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import fake_desk
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from console import desk, door
from console.help_centre import routes
from ingest.records import Article
from ingest.store import faqs, readings
from ingest.store.faqs import Entry, Face

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

STEPS = (
    "1. Open the battery cover.\n2. Put in 4 new AA cells.\n3. Close the cover.\n\nMore at https://shop.example/lock."
)
ENTRIES = (
    Entry(
        "F-0a01",
        "How do I change the batteries of the lock?",
        STEPS,
        "en",
        "Lock 2",
        others={
            "ja": Face(
                "ロックの電池はどう交換しますか？", "1. 電池カバーを開けます。\n2. 新品の単3形電池を4本入れます。"
            )
        },
    ),
    Entry(
        "F-0a02",
        "Which batteries does the lock take?",
        "- AA alkaline cells\n- no rechargeable ones",
        "en",
        "Lock 2",
        others={"ja": Face("ロックにはどの電池を使えますか？", "単3形アルカリ乾電池です。")},
    ),
    Entry("F-0a03", "When is my refund paid?", "Within 5 days.", "en", plan="Plus", region="EU"),
    Entry("F-0a04", "保証期間はどのくらいですか？", "2年間です。", "ja"),
    Entry(
        "F-0a05", "<script>document.title='x'</script>" + "W" * 90, "<img src=x onerror=alert(1)> " + "W" * 400, "en"
    ),
)
LOCK = "/help/en/how-do-i-change-the-batteries-of-the-lock-F-0a01"
PAGES = {
    "list": "/help/{lang}",
    "search": "/help/{lang}?q=battery",
    "entry": "/help/{lang}/how-do-i-change-the-batteries-of-the-lock-F-0a01",
    "thanks": "/help/{lang}/how-do-i-change-the-batteries-of-the-lock-F-0a01/thanks?said=no",
    "not-found": "/help/{lang}/nothing-like-it",
}
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    opened = fake_desk.opened(tmp_path_factory.mktemp("help"))
    now = datetime.now(UTC)
    for entry in ENTRIES:
        with opened.db.write() as db:
            faqs.put(db, Entry(**vars(entry) | {"state": "approved", "updated": now}))
        for lang, face in entry.faces.items():
            fake_desk.put(
                opened, Article(entry.article(lang), face.question, face.answer, lang, updated=now, kind="faq")
            )
    yield opened
    desk.use(None)
    opened.close()


@pytest.fixture(scope="module")
def address(made: Any, free_port: int) -> Iterator[str]:
    """The help centre behind the console's guard; the chat's page is a stand-in."""
    chat = Route("/widget/frame", lambda _: PlainTextResponse("the chat"))
    app = Starlette(routes=[*door.routes(), *routes.routes(), chat], middleware=door.middleware())
    server = uvicorn.Server(uvicorn.Config(app, port=free_port, log_level="warning"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    until = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.05)
    yield f"http://localhost:{free_port}"
    server.should_exit = True
    running.join(20)


def _page(browser: Browser, *, width: int = 1280, scheme: Scheme = "light", scripts: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, java_script_enabled=scripts, locale="en-GB"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def test_a_visitor_finds_reads_and_rates_an_answer_without_scripts(browser: Browser, address: str, made: Any) -> None:
    page = _page(browser)
    page.goto(f"{address}/help")
    expect(page.get_by_role("heading", level=1)).to_have_text("How can we help?")
    box = page.get_by_role("searchbox", name="Search the help centre")
    box.fill("lock battery empty")
    box.press("Enter")
    page.get_by_role("main").get_by_role("link", name="How do I change the batteries of the lock?").click()
    expect(page).to_have_url(f"{address}{LOCK}")
    expect(page.locator("article ol > li")).to_have_count(3)
    page.get_by_role("button", name="No").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_text("We are sorry that this did not help.")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Back to the question").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("We have noted today's answer")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Chat with us").click()
    expect(page.get_by_text("the chat")).to_be_visible()
    with made.db.read() as db:
        counted = readings.totals(db, date(2020, 1, 1))["F-0a01"]
    assert counted == {"shown": 1, "opened": 2, "unhelpful": 1, "contacted": 1}
    page.context.close()


def test_the_language_can_be_changed_on_every_page(browser: Browser, address: str) -> None:
    page = _page(browser)
    for name, path in PAGES.items():
        page.goto(address + path.format(lang="en"))
        page.get_by_role("link", name="日本語").click()
        assert page.locator("html").get_attribute("lang") == "ja", name
        page.get_by_role("link", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en", name
    page.goto(address + PAGES["entry"].format(lang="ja"))
    expect(page.get_by_role("heading", level=1)).to_have_text("ロックの電池はどう交換しますか？")
    page.context.close()


def test_everything_can_be_reached_by_keys(browser: Browser, address: str) -> None:
    page = _page(browser)
    page.goto(address + LOCK)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("navigation", name="You are here").get_by_role("link").first).to_be_focused()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing_serious(browser: Browser, address: str, lang: str, scheme: Scheme) -> None:
    page = _page(browser, scheme=scheme, scripts=True)  # axe is a script; the pages have none
    for name, path in PAGES.items():
        page.goto(address + path.format(lang=lang))
        assert page.evaluate("document.querySelectorAll('script:not([type=\"application/ld+json\"])').length") == 0
        found = Axe().run(page).response
        assert len(found["passes"]) > 10, name
        bad = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
        assert not bad, name
    page.context.close()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_scrolls_sideways_whatever_an_entry_holds(browser: Browser, address: str, width: int) -> None:
    page = _page(browser, width=width, scripts=True)
    for path in (*PAGES.values(), "/help/{lang}/F-0a05"):
        page.goto(address + path.format(lang="en"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        small = page.evaluate(
            "[...document.querySelectorAll('a:not(article a):not(p a), button, input')]"
            ".filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
        )
        assert small == [], path
    assert "document.title" in page.title()  # shown, not run
    page.context.close()


def test_paper_holds_the_answer_and_nothing_to_press(browser: Browser, address: str, tmp_path: Path) -> None:
    page = _page(browser, scheme="dark")
    page.goto(address + LOCK)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("article ol")).to_be_visible()
    for hidden in ("form.search", "form.vote", ".person", "footer nav", ".language"):
        expect(page.locator(hidden)).to_be_hidden()
    printed = page.pdf(path=tmp_path / "page.pdf")
    assert printed.startswith(b"%PDF")
    page.context.close()
