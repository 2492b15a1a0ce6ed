"""A customer at risk in a real browser: the alert by real SMTP and webhook, the claim, the step, the outcome."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, cast
from urllib.parse import quote

import fake_desk
import pytest
import smtp_sink
import webhook_sink
from in_browser import DRAWN, Shot, hosted, whole_app
from playwright.sync_api import Browser, BrowserContext, Page, expect

from console import desk, rounds, worker
from console.accounts import Account
from console.desk import Desk
from console.mood import Mood
from console.watch import alerts, deciding, delivery, webhook
from ingest.records import Customer
from ingest.store import tickets, watches

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LEAVING = (
    "This is the third time that the lamp arrived broken. I am cancelling my subscription and going to your competitor."
)
NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")


class Moods:
    """Who leaves is unhappy; everybody else is not."""

    def of(self, texts: list[str], embedding: object) -> list[Mood]:
        angry = Mood("negative", 0.95, 0.95)
        return [angry if "cancelling" in text else Mood("neutral", 0.9, 0.1) for text in texts]

    def within(self, texts: list[str], embedding: object) -> list[float]:
        return [one.dissatisfied for one in self.of(texts, embedding)]


@dataclass
class Company:
    """A desk that is served, with a mail server that wants TLS and a password, and somebody who listens to webhooks."""

    address: str
    desk: Desk
    mails: smtp_sink.Sink
    hooks: webhook_sink.Sink


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("watch")
    context, trusted = smtp_sink.certificate(folder)
    made = fake_desk.opened(folder)
    made.classifier = cast(Any, Moods())
    made.search.embedding = cast(Any, None)
    with pytest.MonkeyPatch.context() as patch, smtp_sink.running(context, sign_in=True) as mails:
        patch.setenv("SSL_CERT_FILE", str(trusted))
        patch.setattr(rounds, "EVERY", 0.2)
        patch.setattr(alerts, "GATHER", timedelta(0))
        with webhook_sink.running() as hooks, hosted(whole_app()) as port:
            address = f"http://localhost:{port}"
            account = f"{smtp_sink.USER}:{quote(smtp_sink.PASSWORD, safe='')}"
            made.settings = made.settings.model_copy(update=_told(address, account, mails, hooks))
            running = rounds.Courier(partial(delivery.send_due, made.db, made.settings))
            running.start()
            yield Company(address, made, mails, hooks)
            running.stop()
    desk.use(None)
    made.close()


def _told(address: str, account: str, mails: smtp_sink.Sink, hooks: webhook_sink.Sink) -> dict[str, object]:
    from pydantic import SecretStr

    return {
        "url": address, "smtp_url": SecretStr(f"smtp://{account}@localhost:{mails.port}"),
        "alerts_from": "Kizuna <desk@shop.example>", "alerts_to": ("naoko@shop.example",),
        "alerts_webhook": (f"{hooks.url}/kizuna",), "alerts_secret": SecretStr("k3y"),
    }  # fmt: skip


def _until(done: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(DRAWN)
    return context


def _sign_in(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("link", name="Inbox")).to_be_visible()


def _work(made: Desk) -> None:
    while worker.label(made) is not None or worker.reweigh(made):
        pass


@pytest.fixture(scope="module")
def alerted(company: Company) -> str:
    """A customer wrote twice; the desk has weighed it, and somebody was told. Returns the link in the mail."""
    made = company.desk
    fake_desk.put(made, Customer("C-1", "Ann Lee", email="ann@home.example", lang="en", plan="Pro", value=1200.0))
    fake_desk.put(
        made,
        fake_desk.ticket(
            "T-1", ("incoming", "Where is my lamp?"), ("outgoing", "On its way."), customer="C-1", hours=90
        ),
        fake_desk.ticket("T-2", ("incoming", LEAVING), customer="C-1", subject="Broken lamp", hours=30),
        fake_desk.ticket("T-3", ("incoming", "Which colours are there?"), customer="C-2"),
    )
    _work(made)
    _until(lambda: company.mails.mails and company.hooks.posted)
    (mail,) = company.mails.mails
    link = re.search(r"http://localhost:\d+/watch\?watch=\S+", mail.get_content())
    assert link is not None
    return link[0]


@pytest.fixture(scope="module")
def supervisor(browser: Browser, company: Company, alerted: str) -> Iterator[Page]:
    """Naoko, who has signed in and followed the link of the alert."""
    context = _context(browser)
    page = context.new_page()
    _sign_in(page, company.address, "Naoko Hayashi")
    page.goto(alerted)
    yield page
    context.close()


def test_the_alert_arrives_by_mail_and_by_signed_webhook(company: Company, alerted: str) -> None:
    (mail,) = company.mails.mails
    assert mail["To"] == "naoko@shop.example"
    assert re.fullmatch(r"May leave \(\d+ %\): Ann Lee", mail["Subject"])
    assert "cancelling my subscription" in mail.get_content()
    assert "ann@home.example" not in mail.as_string()
    assert company.mails.signed_in == [smtp_sink.USER]
    ((head, body),) = company.hooks.posted
    stamp, signed = (part.partition("=")[2] for part in head[webhook.SIGNATURE].split(","))
    expected = hmac.new(b"k3y", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signed, expected)
    (one,) = json.loads(body)["customers"]
    assert (one["name"], one["link"]) == ("Ann Lee", alerted)
    assert one["reason"]["quote"] in LEAVING


def test_the_link_opens_the_customer_with_the_reasons(shot: Shot, supervisor: Page) -> None:
    expect(supervisor.get_by_role("heading", name="Ann Lee")).to_be_visible()
    expect(supervisor.locator(".kz-why q").first).to_contain_text("cancelling my subscription")
    expect(supervisor.get_by_text("Flagged from")).to_be_visible()
    wide = supervisor.evaluate("document.documentElement.scrollWidth")
    assert wide <= 1280
    shot(supervisor, "watch-list")


def test_the_supervisor_claims_and_a_key_takes_it_back(company: Company, supervisor: Page) -> None:
    owner = supervisor.locator(".kz-owner")
    supervisor.get_by_role("button", name="I look after them").click()
    expect(owner).to_contain_text("Naoko Hayashi")
    supervisor.locator("body").press("z")
    expect(owner).to_have_count(0)
    supervisor.locator("body").press("m")
    expect(owner).to_contain_text("due in")


def test_a_message_is_drafted_edited_and_sent(company: Company, supervisor: Page) -> None:
    supervisor.get_by_role("radio", name="Personal message").click()
    box = supervisor.get_by_role("textbox", name="Message")
    expect(box).to_have_value(re.compile("^Hello Ann,"))
    box.fill("Hello Ann,\n\nI read your letter. May I call you today?\n\nNaoko Hayashi")
    box.press("Tab")
    supervisor.get_by_role("button", name="Send").click()
    expect(supervisor.get_by_text("Sent to Ann Lee.")).to_be_visible()
    expect(supervisor.locator(".kz-done")).to_contain_text("Wrote to them")
    with company.desk.db.read() as db:
        sent = tickets.turns(db, "T-2")[-1]
    assert (sent.direction, sent.author) == ("outgoing", "Naoko Hayashi")
    assert "May I call you today?" in sent.text


def test_the_outcome_changes_the_figures(company: Company, shot: Shot, supervisor: Page) -> None:
    made = company.desk
    deciding.record_for(made.db, "T-3", "churned", by=NAOKO)  # somebody else left without an alert
    supervisor.get_by_role("radio", name=re.compile("Outcomes")).click()
    expect(supervisor.get_by_text("0 had an alert, 1 had none")).to_be_visible()
    supervisor.get_by_role("radio", name=re.compile("At risk")).click()
    supervisor.get_by_role("radio", name="Saved").click()
    supervisor.get_by_role("textbox", name="Note").fill("A new lamp, by courier")
    supervisor.get_by_role("textbox", name="Note").press("Tab")
    supervisor.get_by_role("button", name="Record the outcome").click()
    expect(supervisor.get_by_text("Ann Lee: Saved.")).to_be_visible()
    expect(supervisor.get_by_text("Nobody is at risk")).to_be_visible()
    supervisor.get_by_role("radio", name=re.compile("Outcomes 2")).click()
    expect(supervisor.get_by_text("1 of 1 alerts")).to_be_visible()
    expect(supervisor.get_by_text("1 had an alert, 1 had none")).to_be_visible()
    expect(supervisor.locator(".kz-table tbody tr")).to_contain_text("50 %")
    shot(supervisor, "watch-outcomes")


def test_an_agent_decides_only_about_whom_they_look_after(browser: Browser, company: Company) -> None:
    made = company.desk
    fake_desk.put(
        made, Customer("C-5", "Ben Ito"), Customer("C-6", "Cho Sato"),
        fake_desk.ticket("T-5", ("incoming", LEAVING), customer="C-5"),
        fake_desk.ticket("T-6", ("incoming", LEAVING), customer="C-6"),
    )  # fmt: skip
    _work(made)
    with made.db.read() as db:
        mine, other = (watches.open_of(db, id) for id in ("C-5", "C-6"))
    assert mine is not None
    assert other is not None
    deciding.claim(made.db, mine.id, "emma", None, by=NAOKO)
    context = _context(browser)
    page = context.new_page()
    _sign_in(page, company.address, "Emma Clarke")
    expect(page.get_by_role("link", name="Watch list")).to_have_count(0)
    page.goto(f"{company.address}/watch?watch={other.id}")
    expect(page.get_by_role("heading", name="Ben Ito")).to_be_visible()  # hers, not the one of the link
    expect(page.get_by_text("Cho Sato")).to_have_count(0)
    expect(page.get_by_role("button", name="I look after them")).to_have_count(0)
    page.get_by_role("radio", name="False alarm").click()
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_text("You look after nobody at the moment")).to_be_visible()
    page.goto(f"{company.address}/ticket?ticket=T-6")
    expect(page.get_by_text("Risk of leaving")).to_be_visible()
    expect(page.get_by_role("button", name="How did it end?")).to_have_count(0)
    context.close()


def test_a_test_alert_is_sent_from_the_page_and_a_failure_is_told(company: Company, supervisor: Page) -> None:
    before = len(company.mails.mails)
    company.hooks.status = 500
    supervisor.get_by_role("radio", name=re.compile("Alerts")).click()
    supervisor.get_by_role("button", name="Send a test alert").click()
    _until(lambda: [mail for mail in company.mails.mails[before:] if mail["Subject"] == "Test alert from Kizuna"])
    expect(supervisor.get_by_text("The webhook answered 500, not 2xx.").first).to_be_visible()
    company.hooks.status = 204
