"""A person in the chat, in a real browser: outside office hours an address and a number; else place, wait, reply."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from at_the_widget import TEXT, Drafts
from axe_playwright_python.sync_playwright import Axe
from in_browser import DRAWN, Shot, hosted
from playwright.sync_api import Browser, Page, Route, expect
from pydantic import SecretStr
from starlette.applications import Starlette

from console import answers, conversations, desk
from console.accounts import Account
from console.desk import Desk
from console.widget import handoff, hours, routes, sites
from ingest.records import Article, Message, Ticket
from ingest.store import articles, handoffs, tickets
from ingest.store.handoffs import Handoff
from ingest.store.tickets import Query

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAOKO, EMMA = Account("naoko", "Naoko Hayashi", "supervisor"), Account("emma", "Emma Clarke", "agent")
NOW = datetime.now(UTC)
PHONE = {"width": 390, "height": 780}


@dataclass
class Company:
    """A desk with a site where somebody is there, and one that opens tomorrow."""

    address: str
    desk: Desk
    here: str
    away: str


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("handoff")
    made = fake_desk.opened(folder, chat=cast(Any, "a model"))
    made.home = cast(Any, SimpleNamespace(path=folder, close=lambda: None))
    made.classifier = cast(Any, SimpleNamespace(of=lambda texts, _: [SimpleNamespace(label="neutral") for _ in texts]))
    made.search.embedding = cast(Any, None)
    told = {
        "faq_holdout": 0.0, "widget_rate": 1_000, "smtp_url": SecretStr("smtp://127.0.0.1:9"),
        "mail_from": "help@shop.example",
    }  # fmt: skip
    made.settings = made.settings.model_copy(update=told)
    with made.db.write() as db:
        articles.put(db, Article("A-1", "Hub setup", TEXT, "en"), origin="")
    here, away = (sites.create(made.db, name, NAOKO).after for name in ("Here", "Away"))
    tomorrow = (NOW + timedelta(days=1)).weekday()
    week = ["10:00-18:00" if day == tomorrow else "" for day in range(7)]
    sites.staff(made.db, away.id, hours.checked("UTC", week, ""), False, NAOKO)
    sites.staff(made.db, here.id, hours.Hours(), True, NAOKO)
    with pytest.MonkeyPatch.context() as patch, hosted(Starlette(routes=routes.routes())) as port:
        patch.setattr(answers, "draft", Drafts())
        yield Company(f"http://127.0.0.1:{port}", made, here.key, away.key)
    desk.use(None)
    made.chat = None
    made.close()


def _open(browser: Browser, company: Company, site: str, lang: str, **how: Any) -> Page:
    context = browser.new_context(**{"viewport": {"width": 420, "height": 720}, "timezone_id": "Asia/Tokyo"} | how)
    page = context.new_page()
    page.set_default_timeout(DRAWN)
    page.goto(f"{company.address}/widget/frame?site={site}&lang={lang}")
    expect(page.locator(".turn.assistant")).to_have_count(1)
    return page


def _ask(page: Page, question: str) -> None:
    count = page.locator(".turn.assistant:has(.person)").count()
    page.locator("#text").fill(question)
    page.locator("#send").click()
    expect(page.locator(".turn.assistant:has(.person)")).to_have_count(count + 1)


def _newest(company: Company) -> str:
    with company.desk.db.read() as db:
        found = tickets.page(db, Query(statuses=("open",), channels=("chat",)), limit=50)
    return max(found, key=lambda one: one.created or NOW).id


def _waited(company: Company, minutes: int) -> None:
    """Six chats were answered lately after so many minutes."""
    for n in range(6):
        at = NOW - timedelta(hours=n + 1)
        with company.desk.db.write() as db:
            tickets.put(db, Ticket(f"T-{n}", (Message("incoming", "Hello?"),)), origin="test")
            handoffs.put(db, Handoff(f"T-{n}", at, "asked", True, at + timedelta(minutes=minutes)))


def _accessible(page: Page) -> None:
    found = Axe().run(page).response
    assert len(found["passes"]) > 10
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_a_person_wanted_before_the_chat_is_open_is_not_forgotten(browser: Browser, company: Company) -> None:
    page = browser.new_context(viewport=PHONE).new_page()
    page.set_default_timeout(DRAWN)
    held: list[Route] = []
    page.route("**/session", lambda route: held.append(route))  # a slow line
    page.goto(f"{company.address}/widget/frame?site={company.here}&lang=en")
    page.locator("#person").click()
    page.locator("#text").fill("My pump is loud, please call me.")
    page.locator("#send").click()
    with page.expect_response("**/message"):
        held[0].continue_()
    expect(page.locator("#status")).to_have_text("Waiting for a person")
    expect(page.locator(".turn.you")).to_contain_text("My pump is loud")
    with company.desk.db.read() as db:
        (told,) = (turn for turn in tickets.turns(db, _newest(company)) if turn.direction == "incoming")
    assert told.text == "My pump is loud, please call me."
    page.context.close()


def test_outside_hours_a_japanese_visitor_leaves_an_address_and_gets_a_number(
    browser: Browser, company: Company, shot: Shot
) -> None:
    page = _open(browser, company, company.away, "ja", viewport=PHONE, locale="ja-JP")
    _ask(page, "ハブをリセットするにはどうすればよいですか。")
    page.locator("#person").click()
    expect(page.locator("#waiting")).to_contain_text("対応時間外")
    opens = (NOW + timedelta(days=1)).replace(hour=10, minute=0).astimezone(UTC) + timedelta(hours=9)
    expect(page.locator("#waiting")).to_contain_text(f"{'月火水木金土日'[opens.weekday()]}曜日 19:00")
    ticket = _newest(company)
    expect(page.locator("#waiting")).to_contain_text(ticket)
    expect(page.locator("#email")).to_be_visible()  # by itself
    expect(page.locator("#email label")).to_contain_text("メールアドレスがない場合")
    expect(page.locator("#status")).to_have_text("対応時間外です")
    page.locator("#text").fill("急いでいません。")  # nobody has to leave an address
    page.locator("#send").click()
    expect(page.locator(".turn.you")).to_have_count(2)
    _accessible(page)
    shot(page, "widget_away_ja")
    page.locator("#address").fill("not an address")
    page.locator("#email button").click()
    expect(page.locator("#emailSaid")).to_contain_text("形式")
    page.locator("#address").fill("hana@home.example")
    page.locator("#email button").click()
    expect(page.locator("#email")).to_be_hidden()
    expect(page.locator("#log")).to_contain_text("hana@home.example")
    expect(page.locator("#waiting")).to_contain_text("そのままご返信いただけます")
    with company.desk.db.read() as db:
        row: Any = tickets.row(db, ticket)
    assert row.reply_to == "hana@home.example"
    page.reload()
    expect(page.locator("#waiting")).to_contain_text(ticket)
    expect(page.locator("#email")).to_be_hidden()
    page.locator("#other").click()
    expect(page.locator("#address")).to_be_focused()
    with page.expect_response(re.compile("/widget/events")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#address")).to_be_visible()  # news close no form
    page.locator("#address").fill("hana@work.example")
    page.locator("#email button").click()
    expect(page.locator("#email")).to_be_hidden()
    assert page.locator(".turn.assistant:has(.person)").count() == 1
    page.context.close()


def test_within_hours_place_and_wait_are_told_and_the_reply_comes_live(
    browser: Browser, company: Company, shot: Shot
) -> None:
    _waited(company, 8)
    with company.desk.db.write() as db:  # whoever still waits from the test before
        for line in tickets.page(db, Query(channels=("chat",))):
            tickets.change(db, line.id, status="resolved")
    first, page = (_open(browser, company, company.here, "en", locale="en-GB") for _ in range(2))
    first.locator("#person").click()
    expect(first.locator("#waiting")).to_contain_text("You are next in line.")
    before = _newest(company)
    _ask(page, "How do I reset the hub?")
    page.locator("#person").click()
    expect(page.locator("#waitingSaid")).to_have_text(
        "You are number 2 in line. Somebody usually answers within 10 minutes."
    )
    shot(page, "widget_waiting")
    ticket = _newest(company)
    conversations.reply(company.desk.shelves, before, "Hello!", by="emma", author="Emma Clarke", resolve=False)
    expect(page.locator("#waitingSaid")).to_contain_text("You are next in line.")
    conversations.reply(company.desk.shelves, ticket, "It is Emma.", by="emma", author="Emma Clarke", resolve=False)
    expect(page.locator(".turn.agent")).to_contain_text("It is Emma.")
    expect(page.locator("#status")).to_have_text("You are talking to Emma")
    expect(page.locator("#waiting")).to_be_hidden()
    page.wait_for_timeout(2_500)
    with company.desk.db.read() as db:
        row: Any = tickets.row(db, ticket)
        last = tickets.turns(db, ticket)[-1].seq
    assert row.read_to == last  # seen: no mail goes out

    handoff.give_back(company.desk.db, ticket, EMMA)
    expect(page.locator("#log")).to_contain_text("given you back to the automatic assistant")
    expect(page.locator("#status")).to_have_text("Automatic assistant")
    expect(page.locator("#person")).to_be_visible()
    _ask(page, "How do I reset hub 2?")
    page.locator("#person").click()
    expect(page.locator("#status")).to_have_text("Waiting for a person")
    conversations.reply(company.desk.shelves, ticket, "Done, I think.", by="emma", author="Emma Clarke")
    expect(page.locator("#copy")).to_be_visible()
    _accessible(page)
    page.locator("#copyTo").fill("ann@home.example")
    page.locator("#copy button").click()
    expect(page.locator("#copySaid")).to_have_text("It is on its way to ann@home.example.")
    for one in (first, page):
        one.context.close()
