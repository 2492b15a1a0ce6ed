"""Before and after a chat in a real browser: a form with consent, files, an agent who sees them, a survey."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from at_the_widget import QUOTE, TEXT, Drafts
from axe_playwright_python.sync_playwright import Axe
from in_browser import DRAWN, hosted, whole_app
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from console import accounts, answers, conversations, desk, theme
from console.accounts import Account
from console.desk import Desk
from console.door import COOKIE
from console.widget import sites
from console.widget.forms import Field, Forms
from ingest.records import Article
from ingest.store import articles, leads, surveys, tickets, uploads
from ingest.store.tickets import Query

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
NAME = '田中 <img src=x onerror="document.title=1">'
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
FORMS = Forms(
    True,
    (Field("name", True), Field("email"), Field("topic", True, choices={"ja": ["配送", "返品"], "en": ["A", "B"]})),
    questions=({"en": "What could be better?", "ja": "改善してほしい点は？"},),
    starters={"ja": ["ハブのリセット方法は？"], "en": ["How do I reset the hub?"]},
)  # fmt: skip


@dataclass
class Shop:
    """A desk whose site asks before and after."""

    address: str
    desk: Desk
    key: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    from streamlit import config

    made = fake_desk.opened(
        tmp_path_factory.mktemp("forms"),
        chat=cast(Any, SimpleNamespace(name="none", busy=False, stream=lambda *_, **__: iter(()), close=lambda: None)),
    )
    made.classifier = cast(Any, SimpleNamespace(of=lambda texts, _: [SimpleNamespace(label="neutral") for _ in texts]))
    made.search.embedding = cast(Any, None)
    made.settings = made.settings.model_copy(update={"faq_holdout": 0.0, "widget_rate": 1_000})
    with made.db.write() as db:
        articles.put(db, Article("A-1", "Hub setup", TEXT, "en"), origin="")
    for name, value in theme.OPTIONS.items():  # as `kizuna serve` looks
        config.set_option(name, value)
    site = sites.create(made.db, "Mori", NAOKO).after
    sites.ask(made.db, site.id, FORMS, NAOKO)
    with pytest.MonkeyPatch.context() as patch, hosted(whole_app()) as port:
        patch.setattr(answers, "draft", Drafts())
        yield Shop(f"http://localhost:{port}", made, site.key)
    desk.use(None)
    made.chat = None
    made.close()


def _picture() -> bytes:
    told = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (300, 200), (200, 40, 40)).save(told, "PNG", exif=exif)
    return told.getvalue()


def _frame(browser: Browser, shop: Shop, lang: str = "ja", **how: Any) -> tuple[Page, list[str]]:
    context = browser.new_context(**{"viewport": {"width": 400, "height": 680}} | how)
    page, told = context.new_page(), list[str]()
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.set_default_timeout(DRAWN)
    page.goto(f"{shop.address}/widget/frame?site={shop.key}&lang={lang}")
    return page, told


def _agent(browser: Browser, shop: Shop, ticket: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": 1_400, "height": 1_000})
    session = accounts.sign_in(shop.desk.db, "emma", accounts.DEMO_PASSWORD)
    context.add_cookies([{"name": COOKIE, "value": session, "url": shop.address}])
    page = context.new_page()
    page.set_default_timeout(DRAWN)
    page.goto(f"{shop.address}/ticket?ticket={ticket}")
    return context, page


def _good(page: Page) -> None:
    """No violation of WCAG 2.2 A or AA in this state."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_from_the_form_to_the_survey_in_japanese(browser: Browser, shop: Shop) -> None:
    page, told = _frame(browser, shop)
    form = page.locator("#before")
    expect(form).to_be_visible()
    expect(page.locator("#composer")).to_be_hidden()
    _good(page)
    form.get_by_role("button", name="チャットを始める").click()
    expect(page.locator("#beforeSaid")).to_have_text("ご入力ください：お名前")
    expect(form.get_by_role("textbox", name="お名前")).to_be_focused()
    form.get_by_role("textbox", name="お名前").fill(NAME)
    form.get_by_role("textbox", name="メールアドレス").fill("tanaka@example.com")
    form.get_by_label("ご用件").select_option("返品")
    box = form.get_by_role("checkbox")
    expect(box).not_to_be_checked()
    form.get_by_role("button", name="チャットを始める").click()
    expect(page.locator("#beforeSaid")).to_contain_text("同意欄にチェック")
    box.check()
    form.get_by_role("button", name="チャットを始める").click()
    expect(form).to_be_hidden()

    page.get_by_role("button", name="ハブのリセット方法は？").click()
    expect(page.locator("#log")).to_contain_text(QUOTE)
    expect(page.locator(".starters")).to_have_count(0)
    page.set_input_files(
        "#file",
        [
            {"name": "写真.png", "mimeType": "image/png", "buffer": _picture()},
            {"name": "evil.svg", "mimeType": "image/svg+xml", "buffer": SVG},
        ],
    )
    expect(page.locator(".file .tick")).to_have_count(1)
    expect(page.locator(".file.bad")).to_contain_text("この形式のファイルは送信できません")
    _good(page)
    page.get_by_role("button", name="evil.svg を取り消す").click()
    page.locator("#text").fill("写真を送ります")
    page.locator("#send").click()
    expect(page.locator(".turn.you .sent")).to_have_text("✓ 写真.png")
    expect(page.locator("#log .turn.assistant")).to_have_count(3)

    with shop.desk.db.read() as db:
        (line,) = tickets.page(db, Query(statuses=("pending",)))
        lead, (upload,) = leads.of_ticket(db, line.id), uploads.of_ticket(db, line.id)
    assert lead is not None
    assert "氏名とメールアドレス" in lead.consent
    content = (shop.desk.home.path / "uploads" / upload.digest).read_bytes()
    assert b"secret" not in content
    page.locator("#person").click()
    expect(page.locator("#status")).not_to_have_text("自動アシスタント")

    context, seen = _agent(browser, shop, line.id)
    expect(seen.get_by_text(NAME)).to_be_visible()
    expect(seen.get_by_role("img", name="写真.png")).to_be_visible()
    assert seen.title() != "1"
    with seen.expect_download() as got:
        seen.get_by_role("link", name="写真.png").click()
    assert got.value.suggested_filename == "写真.png"
    assert got.value.path().read_bytes() == content
    conversations.reply(shop.desk.shelves, line.id, "返品を承りました。", by="emma", author="Emma Clarke")

    expect(page.locator("#log")).to_contain_text("返品を承りました。")
    survey = page.locator("#survey")
    expect(survey).to_be_visible()
    _good(page)
    survey.get_by_role("button", name="送信").click()
    expect(page.locator("#surveySaid")).to_have_text("評価をお選びください。")
    survey.get_by_role("radio", name="とても").first.focus()
    page.keyboard.press("ArrowRight")
    expect(survey.get_by_role("radio", name="2")).to_be_checked()
    survey.get_by_label("改善してほしい点は？").fill("もっと早く")
    survey.get_by_role("button", name="送信").click()
    expect(survey).to_contain_text("評価：悪い")
    page.reload()
    expect(page.locator("#survey")).to_contain_text("評価：悪い")
    with shop.desk.db.read() as db:
        row, kept = tickets.row(db, line.id), surveys.get(db, line.id)
    assert row is not None
    assert kept is not None
    assert (row.csat, kept.answers) == (2, [{"question": "改善してほしい点は？", "answer": "もっと早く"}])
    seen.reload()
    expect(seen.locator(".kz-mark")).to_contain_text("Rated 2 of 5")
    assert [one for one in told if "400" not in one] == []  # the refused file, which the browser notes
    context.close()
    page.context.close()


def test_dropping_pasting_and_taking_away(browser: Browser, shop: Shop) -> None:
    page, told = _frame(browser, shop, "en")
    page.locator("#before").get_by_label("Your name").fill("Mina")
    page.locator("#before_topic").select_option("A")
    page.locator("#before_consent").check()
    page.get_by_role("button", name="Start the chat").click()
    expect(page.locator("#attach")).to_be_hidden()  # nobody is there yet
    page.get_by_role("button", name="How do I reset the hub?").click()
    expect(page.locator("#log")).to_contain_text(QUOTE)
    expect(page.locator("#attach")).to_be_visible()
    give = """([name, type]) => {
      const told = new DataTransfer();
      told.items.add(new File(["hello"], name, { type: "text/plain" }));
      const where = type === "drop" ? document.body : document.querySelector("#text");
      const what = type === "drop" ? new DragEvent(type, { dataTransfer: told, bubbles: true, cancelable: true })
        : new ClipboardEvent(type, { clipboardData: told, bubbles: true, cancelable: true });
      where.dispatchEvent(what);
      return what.defaultPrevented;
    }"""
    assert page.evaluate(give, ["dropped.txt", "drop"])
    assert page.evaluate(give, ["pasted.txt", "paste"])
    expect(page.locator(".file .tick")).to_have_count(2)
    page.get_by_role("button", name="Remove dropped.txt").click()
    page.locator("#send").click()  # a file without a word
    expect(page.locator(".turn.you .sent")).to_have_text("✓ pasted.txt")
    expect(page.locator("#log")).to_contain_text("cannot look into files")

    page.locator(".nohelp").first.click()
    expect(page.locator(".turn.you").last).to_contain_text("That did not help.")
    expect(page.locator(".turn.assistant .strong.person")).to_be_visible()

    page.get_by_role("button", name="End this chat").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.get_by_role("button", name="End this chat").click()
    page.keyboard.press("Enter")
    expect(page.locator("#survey")).to_be_visible()
    expect(page.locator("#survey input").first).to_be_focused()
    page.keyboard.press("Space")
    page.locator("#survey").get_by_role("button", name="Send").click()
    expect(page.locator("#survey")).to_contain_text("You said: Very bad.")
    page.get_by_role("button", name="Change it").click()
    page.get_by_role("radio", name="Very good").check()
    page.locator("#survey").get_by_role("button", name="Send").click()
    expect(page.locator("#survey")).to_contain_text("You said: Very good.")
    page.locator("#text").fill("One more thing")
    page.locator("#send").click()
    expect(page.locator("#survey")).to_be_hidden()
    assert told == []
    page.context.close()
