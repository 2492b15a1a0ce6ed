"""The chat for everybody: axe in every state, light and dark, in both languages; by keyboard alone; at any zoom."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, Literal, cast

import fake_desk
import pytest
from at_the_widget import QUOTE, TEXT, Drafts
from axe_playwright_python.sync_playwright import Axe
from in_browser import DRAWN, Shot, hosted
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from console import answers, conversations, desk
from console.accounts import Account
from console.answers import Citation, Draft, Piece
from console.desk import Desk
from console.help_centre import routes as help_centre
from console.widget import embed, hours, routes, sites
from console.widget.forms import Field, Forms
from ingest.records import Article
from ingest.store import articles, clicks, faqs, tickets
from ingest.store.faqs import Entry, Face
from ingest.store.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}  # fmt: skip
QUESTION = {"en": "How do I reset the hub?", "ja": "ハブをリセットするには？"}
FORMS = Forms(
    True,
    (Field("name"), Field("email"), Field("topic", True, choices={"en": ["Delivery", "Returns"], "ja": ["配送"]})),
    questions=({"en": "What could be better?", "ja": "改善してほしい点は？"},),
    starters={"en": ["How do I reset the hub?"], "ja": ["ハブをリセットするには？"]},
)  # fmt: skip
HOSTILE = (
    "<img src=x onerror=document.title=1><script>document.title=2</script> [click](https://evil.example/?q=1) "
    "![p](https://evil.example/p.png) <a href=https://evil.example>x</a> javascript:alert(1) https://evil.example "
    "&lt;b&gt; \u202egnp.exe <!-- --> {company} ${x}"
)


LOCK = {  # of the demo company: the article, what is asked and what is said
    "en": ("A-2", "Lock: batteries", "How long does the battery of my lock last?",
           "Four AA cells last about nine months. The lock blinks red for two weeks before they are empty."),
    "ja": ("A-3", "ロック：電池の交換", "ロックの電池はどのくらいもちますか？",
           "単3形の電池4本で約9か月もちます。電池がなくなる2週間前から赤く点滅してお知らせします。"),
}  # fmt: skip


class Slow(Drafts):
    """Answers as `Drafts` does, but "slow" ones wait until they may, and "hostile" ones say what they should not.

    What the pictures ask is answered as the demo company does.
    """

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()

    def __call__(self, ticket: Any, *told: Any) -> Iterator[Piece | Draft]:
        question = conversations.latest(ticket)
        if "slow" in question:
            self.may.wait(60)
        if "hostile" in question:
            cited = Citation(1, "article", "A-1", HOSTILE, QUOTE, 0, 5, "en")
            yield Piece(f"{HOSTILE} [1]\n\n", cited)
            yield Draft(f"{HOSTILE} [1]", (cited,), 0.9, False)
            return
        for lang, (id, title, asked, said) in LOCK.items():
            if asked in question:
                cited = Citation(1, "article", id, title, said, 0, len(said), lang)
                yield Piece(f"{said} [1]\n\n", cited)
                yield Draft(f"{said} [1]", (cited,), 0.9, False)
                return
        yield from super().__call__(ticket, *told)


@dataclass
class Served:
    """A desk, and a page of another origin that shows its chat."""

    address: str
    page: str
    desk: Desk
    drafts: Slow
    made: int = 0

    def site(self, forms: Forms | None = None, *, closed: bool = False, **values: Any) -> Site:
        """Another site that the page may embed."""
        self.made += 1
        made = sites.create(self.desk.db, f"Site {self.made}", NAOKO).after
        made = sites.save(self.desk.db, replace(made, origins=(self.page,), **values), NAOKO).after
        if forms:
            made = sites.ask(self.desk.db, made.id, forms, NAOKO).after
        if closed:
            never = hours.checked("UTC", ["", "", "", "", "", "", "23:58-23:59"], "")
            made = sites.staff(self.desk.db, made.id, never, True, NAOKO).after
        return made

    def frame(self, site: Site, lang: str) -> str:
        return f"{self.address}/widget/frame?site={site.key}&lang={lang}"

    def newest(self) -> str:
        with self.desk.db.read() as db:
            return str(db.exec_driver_sql("SELECT id FROM tickets ORDER BY created DESC LIMIT 1").scalar())

    def reply(self, text: str, *, resolve: bool = False) -> None:
        conversations.reply(self.desk.shelves, self.newest(), text, by="emma", author="Emma Clarke", resolve=resolve)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("access")
    made = fake_desk.opened(folder, chat=cast(Any, SimpleNamespace(name="a model", busy=False, close=lambda: None)))
    made.home = cast(Any, SimpleNamespace(path=folder, close=lambda: None))
    made.classifier = cast(Any, SimpleNamespace(of=lambda texts, _: [SimpleNamespace(label="neutral") for _ in texts]))
    made.search.embedding = cast(Any, None)
    told = {"faq_holdout": 0.0, "widget_rate": 10_000, "company": "Aozora Home", "demo": True}
    made.settings = made.settings.model_copy(update=told)
    entry = Entry(
        "F-0a01", "How do I reset it?", QUOTE, "en", state="approved", others={"ja": Face("どこ？", "ここ。")}
    )
    with made.db.write() as db:
        articles.put(db, Article("A-1", "Hub setup", TEXT, "en"), origin="")
        for lang, (id, title, _, said) in LOCK.items():
            articles.put(db, Article(id, title, said, lang), origin="")
        faqs.put(db, entry)
        articles.put(db, Article("F-0a01", "How do I reset it?", QUOTE, "en", kind="faq"), origin="faq")

    async def shop(request: Request) -> Response:
        tag = embed.snippet(f"http://localhost:{port}", request.query_params["key"])
        tag = tag.replace(" async", f' data-lang="{request.query_params["lang"]}" async')
        return HTMLResponse(f"<!doctype html><html lang=en><title>Shop</title><main><h1>Shop</h1></main>{tag}</html>")

    drafts = Slow()
    app = Starlette(routes=[*routes.routes(), *help_centre.routes()])
    with pytest.MonkeyPatch.context() as patch, hosted(app) as port:
        patch.setattr(answers, "draft", drafts)
        with hosted(Starlette(routes=[Route("/", shop)])) as other:
            yield Served(f"http://localhost:{port}", f"http://127.0.0.1:{other}", made, drafts)
            drafts.may.set()
    desk.use(None)
    made.chat = None
    made.close()


def _open(browser: Browser, url: str, **how: Any) -> Page:
    context = browser.new_context(**{"viewport": {"width": 392, "height": 660}, "locale": "en-GB"} | how)
    page = context.new_page()
    page.set_default_timeout(DRAWN)
    page.goto(url)
    return page


def _axe(page: Page, state: str) -> None:
    page.wait_for_timeout(150)
    found = Axe().run(page, options=AXE).response
    assert len(found["passes"]) > 8, state
    told = [
        (one["id"], [(node["html"][:160], node["any"][:1] and node["any"][0]["message"]) for node in one["nodes"]])
        for one in found["violations"]
    ]
    assert told == [], state
    wide = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth || 0]")
    assert max(wide) <= page.viewport_size["width"], state  # type: ignore[index]


def _say(page: Page | FrameLocator, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#send").click()


def _answered(page: Page | FrameLocator, count: int) -> None:
    expect(page.locator(".turn.assistant:has(.below .person)")).to_have_count(count)


LOOKS = [("light", "en", 392), ("dark", "ja", 392), ("light", "ja", 320), ("dark", "en", 320)]


@pytest.mark.parametrize(("scheme", "lang", "width"), LOOKS)
def test_axe_finds_nothing_in_any_state_of_a_conversation(
    browser: Browser, served: Served, scheme: Literal["light", "dark"], lang: str, width: int
) -> None:
    """At 320 pixels too, as at 400 % zoom: nothing may be cut off or scroll sideways (WCAG 1.4.10)."""
    served.drafts.may.clear()
    site = served.site(Forms(suggest=False))
    size = {"width": width, "height": 660}
    page = _open(browser, served.frame(site, lang), color_scheme=scheme, viewport=size)
    page.locator("#log .turn").first.wait_for()
    _axe(page, "greeting")
    _say(page, f"slow {QUESTION[lang]}")
    page.locator(".waiting").wait_for()
    _axe(page, "typing")
    served.drafts.may.set()
    _answered(page, 1)
    _axe(page, "answer with sources")
    page.locator(".chip").first.click()
    page.locator("#article mark").wait_for()
    _axe(page, "source")
    page.keyboard.press("Escape")
    _say(page, f"unknown {QUESTION[lang]}")
    _answered(page, 2)
    _axe(page, "abstention")
    page.locator("#text").fill("あ" * 4_001)
    _axe(page, "too long")
    page.locator("#text").fill("")
    page.context.set_offline(True)
    _say(page, QUESTION[lang])
    expect(page.locator("#notice")).to_be_visible()
    _axe(page, "offline")
    page.context.set_offline(False)
    _answered(page, 3)
    page.locator("#person").click()
    expect(page.locator("#email")).to_be_visible()
    _axe(page, "handed over")
    page.locator("#address").fill("not an address")
    page.locator("#email button").click()
    expect(page.locator("#emailSaid")).not_to_be_empty()
    _axe(page, "no address")
    page.locator("#address").fill("maria@customer.example")
    page.locator("#email button").click()
    expect(page.locator("#email")).to_be_hidden()
    _axe(page, "address left")
    served.reply("It is Emma. Try again now.")
    page.locator(".turn.agent").wait_for()
    _axe(page, "agent's reply")
    page.locator("#end").click()
    _axe(page, "ending")
    page.locator("#endYes").click()
    page.locator(".marks").wait_for()
    _axe(page, "survey")
    page.locator("#survey button").first.click()
    expect(page.locator("#surveySaid")).not_to_be_empty()
    _axe(page, "survey without a mark")
    page.locator(".mark input").nth(3).check()
    page.locator("#survey button").first.click()
    page.locator("#survey [role=status]").wait_for()
    _axe(page, "survey given")
    page.context.close()


@pytest.mark.parametrize(("scheme", "lang", "width"), LOOKS)
def test_axe_finds_nothing_before_a_chat_and_outside_hours(
    browser: Browser, served: Served, scheme: Literal["light", "dark"], lang: str, width: int
) -> None:
    size = {"width": width, "height": 660}
    page = _open(browser, served.frame(served.site(FORMS, closed=True), lang), color_scheme=scheme, viewport=size)
    page.locator("#before").wait_for()
    _axe(page, "form before the chat")
    page.locator("#before .strong").click()
    expect(page.locator("#beforeSaid")).not_to_be_empty()
    _axe(page, "form with a mistake")
    page.locator("#before_topic").select_option(index=1)
    page.locator("#before .strong").click()
    page.locator(".starter").first.wait_for()
    _axe(page, "suggested questions")
    page.locator(".starter").first.click()
    _answered(page, 1)
    page.locator("#file").set_input_files([
        {"name": "screen.txt", "mimeType": "text/plain", "buffer": b"The light is red."},
        {"name": "page.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
    ])  # fmt: skip
    page.locator(".file .why").wait_for()
    page.locator(".file .tick").wait_for()
    _axe(page, "files")
    page.locator("#person").click()
    page.locator("#waitingSaid").wait_for()
    expect(page.locator("#email")).to_be_visible()
    _axe(page, "outside hours")
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_of_ours_on_the_page(
    browser: Browser, served: Served, scheme: Literal["light", "dark"]
) -> None:
    page = _open(browser, f"{served.page}/?key={served.site().key}&lang=en", color_scheme=scheme)
    button = page.get_by_role("button", name="Chat with us")
    button.wait_for()
    _axe(page, "closed")
    button.click()
    page.frame_locator("iframe").locator("#text").wait_for()
    _axe(page, "open")
    page.context.close()


# ---- by keyboard alone


def _focused(page: Page) -> Locator:
    """What has the focus, in the page or in the chat."""
    inside = page.locator("iframe").count() and page.evaluate("document.activeElement.tagName") == "IFRAME"
    return (page.frame_locator("iframe") if inside else page).locator(":focus")


def _tab_to(page: Page, selector: str, key: str = "Tab") -> Locator:
    """Go on with Tab until this has the focus; on every step the focus is somewhere, and it is seen."""
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press(key)
        now = _focused(page)
        expect(now).to_have_count(1)
        told = now.evaluate(
            "(one) => { const box = one.getBoundingClientRect(), style = getComputedStyle(one),"
            " around = one.id === 'text' ? getComputedStyle(one.closest('form')) : style;"
            " return [one.outerHTML.slice(0, 80), box.width > 0 && box.height > 0,"
            " (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || around.boxShadow !== 'none']; }"
        )
        seen.append(told[0])
        assert told[1], f"out of sight: {told[0]}"
        assert told[2], f"the focus is not seen: {told[0]}"
        if now.evaluate("(one, selector) => one.matches(selector)", selector):
            return now
    raise AssertionError(f"{selector} is not reached: {seen}")


def _never_lost(page: Page) -> None:
    expect(_focused(page)).to_have_count(1)
    assert _focused(page).evaluate("(one) => one.tagName") not in ("BODY", "HTML")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_whole_way_by_keyboard_alone(browser: Browser, served: Served, lang: str) -> None:
    served.drafts.may.set()
    size = {"width": 1000, "height": 800}
    page = _open(browser, f"{served.page}/?key={served.site(Forms(suggest=False)).key}&lang={lang}", viewport=size)
    page.locator("button[aria-expanded]").wait_for()
    chat = page.frame_locator("iframe")
    _tab_to(page, "button[aria-expanded]")
    page.keyboard.press("Enter")
    expect(chat.locator("#text")).to_be_focused()
    page.keyboard.type(QUESTION[lang])
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("?")
    page.keyboard.press("Enter")
    _answered(chat, 1)
    expect(chat.locator("#text")).to_be_focused()
    expect(chat.locator(".turn.you .words")).to_have_text(f"{QUESTION[lang]}\n?")
    _tab_to(page, ".chip", "Shift+Tab")
    page.keyboard.press("Enter")
    chat.locator("#article mark").wait_for()
    expect(chat.locator("#back")).to_be_focused()
    page.keyboard.press("Tab")
    expect(chat.locator("#article")).to_be_focused()
    assert chat.locator("main, footer, body > header").evaluate_all("(all) => all.every((one) => one.inert)")
    page.keyboard.press("Escape")
    expect(chat.locator(".chip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.locator("#back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.locator(".chip")).to_be_focused()
    _tab_to(page, ".below .nohelp, .below .person")
    _tab_to(page, "#person", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(chat.locator("#email")).to_be_visible()
    _never_lost(page)
    _tab_to(page, "#address", "Shift+Tab")
    page.keyboard.type("maria@customer.example")
    page.keyboard.press("Enter")
    expect(chat.locator("#email")).to_be_hidden()
    expect(chat.locator("#text")).to_be_focused()
    served.reply("It is Emma.")
    chat.locator(".turn.agent").wait_for()
    expect(chat.locator("#text")).to_be_focused()
    _tab_to(page, "#end")
    page.keyboard.press("Enter")
    expect(chat.locator("#endYes")).to_be_focused()
    page.keyboard.press("Escape")  # asked back, not closed
    expect(chat.locator("#end")).to_be_focused()
    expect(page.locator("iframe")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    chat.locator(".marks").wait_for()
    expect(chat.locator(".mark input").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    _tab_to(page, "#survey .strong")
    page.keyboard.press("Enter")
    chat.locator("#survey [role=status]").wait_for()
    _never_lost(page)
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.locator("button[aria-expanded]")).to_be_focused()
    with served.desk.db.read() as db:
        row = tickets.row(db, served.newest())
    assert row is not None
    assert (row.status, row.csat, row.reply_to) == ("resolved", 3, "maria@customer.example")
    page.context.close()


def test_the_focus_goes_on_when_a_button_goes_away(browser: Browser, served: Served) -> None:
    served.drafts.may.set()
    page = _open(browser, served.frame(served.site(replace(FORMS, fields=())), "en"))
    page.locator(".starter").first.wait_for()
    _tab_to(page, ".starter", "Shift+Tab" if page.locator("#text:focus").count() else "Tab")
    page.keyboard.press("Enter")
    _answered(page, 1)
    expect(page.locator("#text")).to_be_focused()
    _tab_to(page, ".nohelp", "Shift+Tab")
    page.keyboard.press("Enter")
    _answered(page, 2)
    expect(page.locator("#text")).to_be_focused()
    _tab_to(page, "#attach", "Shift+Tab")
    page.locator("#file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"The light is red."})
    page.locator(".file .tick").wait_for()
    _tab_to(page, ".file button", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    page.context.close()


# ---- zoom, motion, hostile words


def test_at_twice_the_size_everything_can_be_reached(browser: Browser, served: Served) -> None:
    """200 % of a small laptop's window: 640 by 360 pixels of CSS (WCAG 1.4.4)."""
    size = {"width": 640, "height": 360}
    page = _open(browser, f"{served.page}/?key={served.site().key}&lang=en", viewport=size, device_scale_factor=2)
    page.get_by_role("button", name="Chat with us").click()
    chat = page.frame_locator("iframe")
    _say(chat, QUESTION["en"])
    _answered(chat, 1)
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 360
    for selector in ("#person", "#close", "#text", "#send", ".chip"):
        found = chat.locator(selector).first
        found.scroll_into_view_if_needed()
        place = found.bounding_box()
        assert place is not None
        assert box["x"] <= place["x"], selector
        assert place["x"] + place["width"] <= box["x"] + box["width"], selector
        assert place["y"] + place["height"] <= box["y"] + box["height"], selector
    page.context.close()


def test_nothing_moves_for_those_who_want_no_motion(browser: Browser, served: Served) -> None:
    moving = "document.getAnimations().filter((one) => one.playState === 'running').length"
    for wish, least, most in (("no-preference", 1, 99), ("reduce", 0, 0)):
        served.drafts.may.clear()
        page = _open(browser, served.frame(served.site(), "en"), reduced_motion=cast(Any, wish))
        page.locator("#log .turn").first.wait_for()
        _say(page, "slow question: how is the hub reset?")
        page.locator(".waiting").wait_for()
        assert least <= page.evaluate(moving) <= most
        served.drafts.may.set()
        _answered(page, 1)
        page.context.close()


def test_hostile_words_are_drawn_as_words(browser: Browser, served: Served) -> None:
    """Whatever the assistant, an agent or the visitor says: no element comes of it, no link, no request elsewhere."""
    site = served.site(texts={"en": {"title": HOSTILE[:60], "greeting": HOSTILE}})
    page = _open(browser, "about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served.frame(site, "en"))
    page.locator("#log .turn").first.wait_for()
    _say(page, f"hostile {HOSTILE}")
    _answered(page, 1)
    expect(page.locator(".turn.assistant .words").last).to_contain_text("<img src=x onerror")
    page.locator("#person").click()
    served.reply(HOSTILE)
    page.locator(".turn.agent").wait_for()
    page.locator(".chip").first.click()
    page.locator("#article .text").first.wait_for()
    inside = page.evaluate(
        "[...document.querySelectorAll('#log *, #article *, #company *, #title *')].map((one) => one.tagName)"
    )
    assert set(inside) <= {"DIV", "P", "SPAN", "SUP", "BUTTON", "UL", "LI", "MARK", "I"}
    assert page.evaluate("[...document.links].map((one) => one.href)") == []
    assert [url for url in asked if not url.startswith(served.address)] == []
    assert page.title() == HOSTILE[:60].strip() or page.title() not in ("1", "2")
    page.keyboard.press("Escape")
    page.reload()
    page.locator(".turn.agent").wait_for()  # from the history, too
    assert page.evaluate("document.querySelectorAll('#log img, #log a, #log script').length") == 0
    page.context.close()


def test_the_way_to_the_help_centre_is_ours_and_counted(browser: Browser, served: Served) -> None:
    cited = Citation(1, "faq", "F-0a01", "How do I reset it?", QUOTE, 0, len(QUOTE), "en")

    def said(*_: Any) -> Iterator[Piece | Draft]:
        yield Piece(f"{QUOTE} [1]\n\n", cited)
        yield Draft(f"{QUOTE} [1]", (cited,), 0.9, False)

    site = served.site()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "draft", said)
        page = _open(browser, served.frame(site, "en"))
        page.locator("#log .turn").first.wait_for()
        _say(page, QUESTION["en"])
        _answered(page, 1)
    page.locator(".chip").first.click()
    link = page.locator("#article a")
    assert link.get_attribute("href") == "/help/en/how-do-i-reset-it-F-0a01"
    with page.expect_response(lambda answer: answer.url.endswith("/widget/clicked")) as told, page.expect_popup():
        link.click()
    assert told.value.status == 200
    with served.desk.db.read() as db:
        from datetime import UTC, datetime

        today = datetime.now(UTC).date()
        assert clicks.totals(db, today, site.id) == {("F-0a01", "opened"): 1, ("F-0a01", "page"): 1}
    page.context.close()


@pytest.mark.parametrize(
    ("name", "lang", "how"),
    [
        ("widget-answer", "en", {"viewport": {"width": 900, "height": 760}}),
        ("widget-ja", "ja", {"viewport": {"width": 900, "height": 760}, "locale": "ja-JP"}),
        ("widget-phone-dark", "en", {"viewport": {"width": 390, "height": 760}, "color_scheme": "dark"}),
    ],
)  # fmt: skip
def test_a_shop_of_the_demo_shows_the_chat_from_question_to_person(
    browser: Browser, served: Served, shot: Shot, name: str, lang: str, how: dict[str, Any]
) -> None:
    served.drafts.may.set()
    page = _open(browser, f"{served.address}/widget/shop?lang={lang}", **how)
    page.locator("button[aria-expanded]").click()
    chat = page.frame_locator("iframe")
    chat.locator("#log .turn").first.wait_for()
    _, title, asked, said = LOCK[lang]
    served.drafts.may.clear()
    chat.locator("#text").fill(asked)
    if name == "widget-answer":
        shot(page, "widget-asking")
    chat.locator("#send").click()
    _answered(chat, 1)
    expect(chat.locator("#log")).to_contain_text(said)
    expect(chat.locator(".chip")).to_contain_text(title)
    shot(page, name)
    chat.locator("#person").click()
    expect(chat.locator("#waitingSaid")).not_to_be_empty()
    answer = {
        "en": "Hello, it is Emma. I send you four cells today.",
        "ja": "担当の佐藤です。本日、電池を4本お送りします。",
    }
    served.reply(answer[lang])
    expect(chat.locator(".turn.agent")).to_contain_text(answer[lang])
    if name == "widget-answer":
        shot(page, "widget-handoff")
    page.context.close()
