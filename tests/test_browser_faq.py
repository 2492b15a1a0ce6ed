"""The life of an FAQ entry in a real browser, with real models: supervisor, reader, customer, agent, and back again."""

import csv
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import fake_desk
import in_browser
import pytest
from in_browser import DRAWN, Shot, hosted, whole_app
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from console import accounts, desk
from ingest import demo
from ingest.store import faqs
from ingest.store.faqs import Entry

pytestmark = [pytest.mark.browser, pytest.mark.models, pytest.mark.timeout(600)]

WRITTEN = 180_000  # milliseconds that models may take: two cores, other tests beside
SERVE = (
    "import sys; from pathlib import Path; from ingest import demo; demo.FILES = Path(sys.argv.pop(1)); "
    "from console.__main__ import main; main()"
)
QUESTION = "What does the error L-31 on the lock mean?"
ANSWER = "L-31 means that the bolt is blocked: free it {} and then calibrate the lock in the app."
OLD, NEW = "with the door open", "after a drop of graphite"
JAPANESE = ("ロックのL-31エラーは何を意味しますか？", "ボルトが引っかかっています。扉を開けて再調整してください。")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company as if it sold nothing but locks and nobody waited: its FAQ is built in seconds."""
    folder = tmp_path_factory.mktemp("company")
    for article in demo.FILES.glob("2-articles/*/lock-*"):
        shutil.copy(article, folder / f"{article.parent.name}-{article.name}")
    japanese = (demo.FILES / "5-tickets-ja.jsonl").read_text("utf-8").splitlines(keepends=True)
    ours = [line for line in japanese if json.loads(line).get("product") == "LOCK2"]
    (folder / "tickets-ja.jsonl").write_text("".join(ours), "utf-8")
    with (
        (demo.FILES / "4-former-helpdesk.csv").open(newline="", encoding="utf-8") as whole,
        (folder / "former-helpdesk.csv").open("w", newline="", encoding="utf-8") as part,
    ):
        rows = csv.DictReader(whole)
        kept = csv.DictWriter(part, rows.fieldnames or ())
        kept.writeheader()
        kept.writerows(row for row in rows if row["product"] == "LOCK2")
    return folder


@pytest.fixture(scope="module")
def address(company: Path, models: Path, free_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """That company served by the real command, with the faster chat model; nobody is answered without the FAQ."""
    home = tmp_path_factory.mktemp("desk") / "home"
    command = [sys.executable, "-c", SERVE, str(company), "serve", "--demo", "--port", str(free_port)]
    settings = {"KIZUNA_MODELS": str(models), "KIZUNA_CHAT": "local-small", "KIZUNA_FAQ_HOLDOUT": "0"}
    with in_browser.served([*command, "--home", str(home)], settings, home.parent / "serve.log"):
        yield f"http://localhost:{free_port}"


def _context(browser: Browser, *, scripts: bool = True) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=scripts, locale="en-GB")
    context.set_default_timeout(DRAWN)
    return context


# ---- what people do


def _sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/faq")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("link", name="FAQ")).to_be_visible()


def _open(page: Page, line: str) -> None:
    """Open the entry whose line in the queue says this."""
    page.locator(".st-key-faq_lines").get_by_role("button", name=re.compile(line)).click(timeout=WRITTEN)
    expect(page.get_by_role("textbox", name="Question")).to_have_value(re.compile(line))


def _write(page: Page, lang: str, question: str, answer: str) -> None:
    """Type the words of one face."""
    page.get_by_role("tab", name=lang).click()
    for field, words in (("Question", question), ("Answer", answer)):
        box = page.get_by_role("textbox", name=field)
        box.fill(words)
        box.press("Tab")
        expect(box).to_have_value(words)


def _publish(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(f"Published: {QUESTION}")).to_be_visible(timeout=WRITTEN)


def _read(page: Page, address: str, lang: str, question: str, answer: str) -> None:
    """Find the entry on the help centre's first page and read it."""
    page.goto(f"{address}/help/{lang}")
    page.get_by_role("main").get_by_role("link", name=question).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(question)
    expect(page.locator("article .answer")).to_have_text(answer)


def _chat(page: Page, address: str) -> FrameLocator:
    """The customer's chat on the shop's page."""
    page.goto(f"{address}/widget/shop")
    page.get_by_role("button", name=re.compile("chat", re.IGNORECASE)).click()
    return page.frame_locator("iframe")


def _ask(chat: FrameLocator, question: str, answer: str) -> Locator:
    """Ask, and wait for the whole answer, which has these words; returns it."""
    answers = chat.locator(".turn.assistant:has(.person)")
    given = answers.count()
    chat.locator("#text").fill(question)
    chat.locator("#send").click()
    expect(answers.nth(given)).to_contain_text(answer, timeout=WRITTEN)
    return answers.nth(given)


# ---- the life of one entry: each test goes on where the one before it ended


@pytest.fixture(scope="module")
def supervisor(browser: Browser, address: str) -> Iterator[Page]:
    """Naoko, who has built the FAQ, and checked, edited and approved one entry of it in both languages."""
    context = _context(browser)
    page = context.new_page()
    _sign_in(page, address, "Naoko Hayashi")
    page.get_by_role("button", name="Build from resolved tickets").click()
    _open(page, "L-31")
    proof, quoted = page.locator(".st-key-faq_answer").get_by_role("button").first, page.locator("mark").first
    told = " ".join(proof.inner_text().split())
    proof.click()
    expect(quoted).to_be_visible()
    assert " ".join(quoted.inner_text().split())[:60] in told
    proof.click()
    expect(quoted).to_be_hidden()
    _write(page, "English", QUESTION, ANSWER.format(OLD))
    _write(page, "Japanese", *JAPANESE)
    _publish(page, "Approve and publish")
    yield page
    context.close()


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[Page]:
    """Somebody on the help centre whose browser runs no scripts."""
    context = _context(browser, scripts=False)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def customer(browser: Browser, address: str) -> Iterator[FrameLocator]:
    """Somebody with a question, and the chat open on the shop's page."""
    context = _context(browser)
    yield _chat(context.new_page(), address)
    context.close()


def test_what_was_approved_is_on_the_help_centre_in_both_languages(
    address: str, shot: Shot, supervisor: Page, reader: Page
) -> None:
    _read(reader, address, "en", QUESTION, ANSWER.format(OLD))
    shot(reader, "help-centre")
    reader.get_by_role("link", name="日本語").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(JAPANESE[0])
    expect(reader.locator("article .answer")).to_have_text(JAPANESE[1])
    _read(reader, address, "ja", *JAPANESE)


def test_a_customer_is_answered_from_the_entry_and_can_read_it(
    shot: Shot, supervisor: Page, customer: FrameLocator
) -> None:
    answered = _ask(customer, "What does error L-31 mean?", f"free it {OLD}")
    answered.get_by_role("button", name=re.compile(re.escape(QUESTION))).click()
    expect(customer.locator("#article mark").first).to_be_visible()
    link = customer.get_by_role("link", name="Open in the help centre")
    shot(link.page, "widget-source")
    with link.page.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(QUESTION)
    opened.value.close()
    customer.get_by_role("button", name="Back to the chat").click()


def test_an_agent_s_draft_cites_the_entry(browser: Browser, address: str, supervisor: Page) -> None:
    shop, office = _context(browser), _context(browser)
    chat, page = _chat(shop.new_page(), address), office.new_page()
    chat.locator("#person").click()
    chat.locator("#text").fill("My lock shows L-31. What does this error mean?")
    chat.locator("#send").click()
    _sign_in(page, address, "Emma Clarke")
    page.get_by_role("link", name="Inbox").click()
    page.get_by_text("My lock shows L-31").first.click()
    expect(page.get_by_role("textbox", name="Reply")).to_have_value(re.compile(f"free it {OLD}"), timeout=WRITTEN)
    page.locator(".st-key-citations").get_by_role("button", name=re.compile(re.escape(QUESTION[:20]))).click()
    expect(page.get_by_text("FAQ entry · F-").first).to_be_visible()
    expect(page.locator("mark").first).to_contain_text(f"free it {OLD}")
    shop.close()
    office.close()


def test_new_words_are_told_everywhere_until_they_are_rolled_back(
    address: str, shot: Shot, supervisor: Page, reader: Page, customer: FrameLocator
) -> None:
    supervisor.get_by_role("radio", name=re.compile("Published")).click()
    _open(supervisor, "L-31")
    _write(supervisor, "English", QUESTION, ANSWER.format(NEW))
    _publish(supervisor, "Publish changes")
    _read(reader, address, "en", QUESTION, ANSWER.format(NEW))
    _ask(customer, "And what does L-31 mean?", f"free it {NEW}")
    supervisor.get_by_role("button", name=re.compile("^3 · ")).click()
    change = supervisor.locator(".kz-change")
    expect(change.locator("del")).to_have_text(OLD)
    expect(change.locator("ins")).to_have_text(NEW)
    change.scroll_into_view_if_needed()
    shot(supervisor, "faq-versions")
    supervisor.get_by_role("button", name=re.compile("^2 · ")).click()
    supervisor.get_by_role("button", name="Go back to this version").click()
    expect(supervisor.get_by_text("Version 2 holds again.")).to_be_visible(timeout=WRITTEN)
    _read(reader, address, "en", QUESTION, ANSWER.format(OLD))
    _ask(customer, "Once more: what does L-31 mean?", f"free it {OLD}")


def test_an_agent_decides_nothing(browser: Browser, address: str, supervisor: Page) -> None:
    """Not even by a button on a page that a supervisor has left open in the same browser."""
    supervisor.get_by_role("radio", name=re.compile("To decide 2")).click()
    button = supervisor.get_by_role("button", name="Approve and publish")
    expect(button).to_be_visible()
    page = supervisor.context.new_page()
    page.goto(f"{address}/faq")
    page.get_by_role("button", name="Naoko Hayashi").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/signin"))
    _sign_in(page, address, "Emma Clarke")
    button.click()
    expect(button).to_have_count(0)
    page.reload()
    expect(page.get_by_text("A supervisor decides what is published.")).to_be_visible()
    for state in ("To decide 2", "Published 1"):
        expect(page.get_by_role("radio", name=state)).to_be_visible()
    decides = re.compile("Approve|Reject|Publish|Take down|Build|Go back|Snooze|Merge")
    expect(page.get_by_role("button", name=decides)).to_have_count(0)


# ---- two supervisors


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[str]:
    """A desk of stand-ins on which two supervisors approve, Naoko and Kenji; one proposal waits there."""
    made = fake_desk.opened(tmp_path)
    made.settings = made.settings.model_copy(update={"faq_four_eyes": True})
    accounts.create(made.db, "kenji", "Kenji Abe", "supervisor", accounts.DEMO_PASSWORD)
    with made.db.write() as db:
        faqs.put(db, Entry("F-0a01", QUESTION, ANSWER.format(OLD), "en"))
    with hosted(whole_app()) as port:
        yield f"http://localhost:{port}"
    desk.use(None)
    made.close()


def test_with_four_eyes_the_second_supervisor_publishes(browser: Browser, strict: str) -> None:
    context, other = _context(browser), _context(browser)
    naoko, kenji = context.new_page(), other.new_page()
    _sign_in(naoko, strict, "Naoko Hayashi")
    approve = naoko.get_by_role("button", name="Approve and publish")
    approve.click()
    expect(naoko.get_by_text(f"another supervisor publishes it: {QUESTION}")).to_be_visible()
    expect(naoko.get_by_text("Approved first by Naoko Hayashi")).to_be_visible()
    approve.click()
    expect(naoko.get_by_text("You have approved these words already")).to_be_visible()
    answered = kenji.goto(f"{strict}/help/en/F-0a01")
    assert answered is not None
    assert answered.status == 404
    kenji.goto(f"{strict}/faq")
    kenji.get_by_label("Name").fill("kenji")
    kenji.get_by_label("Password").fill(accounts.DEMO_PASSWORD)
    kenji.keyboard.press("Enter")
    expect(kenji.get_by_text("Approved first by Naoko Hayashi")).to_be_visible()
    _publish(kenji, "Approve and publish")
    _read(kenji, strict, "en", QUESTION, ANSWER.format(OLD))
    context.close()
    other.close()
