"""The office hours of a site on its page: filled, saved, refused; and a handed-over chat on the ticket's page."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from console import conversations, desk, dossier, drafting
from console.accounts import Account
from console.desk import Desk
from console.pages import sites_hours, ticket_chat, ticket_summary
from console.pages.language import _japanese, say
from console.pages.plain import label
from console.widget import hours, sites
from console.widget.hours import Hours
from ingest.records import Message, Ticket
from ingest.store import handoffs, mails, notes, tickets
from ingest.store import sites as shelf
from ingest.store.handoffs import Handoff
from ingest.store.mails import Mail

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
NOW = datetime.now(UTC)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.home = cast(Any, SimpleNamespace(path=tmp_path, close=lambda: None))
    yield opened
    desk.use(None)
    opened.close()


def _draw(id: str, lang: str) -> None:
    from console.accounts import Account
    from console.desk import current
    from console.pages import sites_done, sites_hours
    from ingest.store import sites as shelf

    opened, me = current(), Account("naoko", "Naoko Hayashi", "supervisor", lang)
    with opened.db.read() as db:
        site = shelf.get(db, id)
    assert site is not None
    sites_done.show(opened, me)
    sites_hours.show(opened, me, site)


def _page(made: Desk, lang: str = "en") -> tuple[AppTest, str]:
    site = sites.create(made.db, "Mori", NAOKO).after
    page = AppTest.from_function(_draw, kwargs={"id": site.id, "lang": lang}, default_timeout=20).run()
    assert not page.exception
    return page, site.id


def _hours(made: Desk, id: str) -> Hours:
    with made.db.read() as db:
        return Hours.of(shelf.hours(db, id))


def test_hours_are_filled_saved_and_told(made: Desk) -> None:
    page, id = _page(made)
    assert page.checkbox(key="hours_always").value
    assert "Open now." in [one.value for one in page.caption]
    page.checkbox(key="hours_always").uncheck().run()
    page.selectbox(key="hours_zone").set_value("Asia/Tokyo").run()
    for n in range(7):
        page.text_input(key=f"hours_day_{n}").set_value("0:00-24:00")
    page.text_area(key="hours_closed").set_value("2030-01-01 New Year")
    page.button(key="hours_save").click().run()
    assert not page.exception
    kept = _hours(made, id)
    assert (kept.zone, kept.week[6], kept.closed[0][1]) == ("Asia/Tokyo", ((0, 1440),), "New Year")
    assert "Open now." in [one.value for one in page.caption]


def test_wrong_hours_are_refused_with_a_sentence_and_nothing_is_kept(made: Desk) -> None:
    page, id = _page(made, "ja")
    page.checkbox(key="hours_always").uncheck().run()
    page.text_input(key="hours_day_0").set_value("17:00-9:00")
    page.button(key="hours_save").click().run()
    told = "Hours end after they begin. Past midnight, write 22:00-24:00 and the rest on the next day."
    assert label(say(told, "ja")) in [one.value for one in page.toast]
    assert _hours(made, id) == Hours()
    assert page.text_input(key="hours_day_0").value == "17:00-9:00"  # what was written stays to be mended


@pytest.mark.parametrize(
    ("week", "closed", "said"),
    [
        (("9:00-17:00",) * 5 + ("", ""), "", "Opens Tuesday 9:00."),
        (("9:00-17:00",) * 5 + ("", ""), "\n".join(f"2026-12-{n:02}" for n in range(1, 9)), "Opens 2026-12-09 9:00."),
        (("9:00-17:00",) + ("",) * 6, "\n".join(f"202{y}-{m}-{d}" for y in (6, 7) for m in (12, 1) for d in (1, 2)),
         "Opens 2026-12-07 9:00."),
    ],
)  # fmt: skip
def test_the_line_says_when_it_opens(
    made: Desk, monkeypatch: pytest.MonkeyPatch, week: tuple[str, ...], closed: str, said: str
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Clock":
            return cls(2026, 11, 30, 20, tzinfo=UTC)  # a Monday's evening

    monkeypatch.setattr(sites_hours, "datetime", Clock)
    site = sites.create(made.db, "Mori", NAOKO).after
    kept = sites.staff(made.db, site.id, hours.checked("UTC", week, closed), False, NAOKO).after
    assert sites_hours._now(kept, "en") == said


def test_transcripts_need_a_mail_server(made: Desk) -> None:
    page, id = _page(made)
    assert page.checkbox(key="hours_transcript").disabled
    ready = {"smtp_url": SecretStr("smtp://mail.example"), "mail_from": "help@shop.example"}
    made.settings = made.settings.model_copy(update=ready)
    page.run()
    page.checkbox(key="hours_transcript").check().run()
    page.button(key="hours_save").click().run()
    with made.db.read() as db:
        site = shelf.get(db, id)
    assert site is not None
    assert site.transcript


# ---- the ticket


@pytest.fixture
def chat(made: Desk) -> str:
    ticket = fake_desk.ticket("W-1", ("incoming", "How do I reset the hub?"), channel="chat")
    conversations.begin(made.shelves, ticket, visitor="visitor-1")
    with made.db.write() as db:
        handoffs.put(db, Handoff("W-1", NOW, "unknown", False))
    return "W-1"


def _told(made: Desk, monkeypatch: pytest.MonkeyPatch, lang: str = "en") -> str:
    found: list[str] = []
    monkeypatch.setattr(ticket_chat.st, "html", found.append)
    ticket_chat.show(made, dossier.load(made, "W-1"), lang)
    return "".join(found)


def test_the_agent_sees_why_where_answers_go_and_what_became_of_the_last(
    made: Desk, chat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _told(made, monkeypatch)
    assert "The assistant did not know" in told
    assert "outside office hours" in told
    assert "No address was left" in told
    assert "Your last reply" not in told
    conversations.reply(made.shelves, chat, "Hello", by="emma", author="Emma Clarke", resolve=False)
    with made.db.write() as db:
        tickets.change(db, chat, reply_to="<ann>@home.example")
        seq = tickets.turns(db, chat)[-1].seq
    told = _told(made, monkeypatch)
    assert "&lt;ann&gt;@home.example" in told
    assert "has not been seen" in told
    mail = Mail("kz.1@x", chat, "reply", "ann@home.example", NOW, NOW, seq, trouble="The server <b>said</b> no.")
    with made.db.write() as db:
        mails.put_many(db, [mail])
    assert "could not be sent by e-mail: The server &lt;b&gt;" in _told(made, monkeypatch)
    with made.db.write() as db:
        tickets.change(db, chat, read_to=seq)
    assert "was seen in the chat" in _told(made, monkeypatch)
    with made.db.write() as db:
        mails.put_many(db, [Mail(mail.id, chat, "reply", mail.address, NOW, NOW, seq, sent=NOW)])
    assert "メールで送りました" in _told(made, monkeypatch, "ja")
    assert "came by e-mail" not in _told(made, monkeypatch)
    with made.db.write() as db:
        mails.put_many(db, [Mail("x@home.example", chat, "answer", mail.address, NOW, NOW, 0, sent=NOW)])
    assert "came by e-mail" in _told(made, monkeypatch)


def _ticket(lang: str) -> None:
    from console.accounts import Account
    from console.desk import current
    from console.pages import ticket

    ticket.show(current(), Account("emma", "Emma Clarke", "agent", lang))


def test_the_agent_gives_the_chat_back_on_its_page(made: Desk, chat: str) -> None:
    page = AppTest.from_function(_ticket, kwargs={"lang": "ja"}, default_timeout=30)
    page.query_params["ticket"] = chat
    page.run()
    assert not page.exception
    assert page.button(key="give_back").label == "自動アシスタントに戻す"
    page.button(key="give_back").click().run()
    assert not page.exception
    with made.db.read() as db:
        row: Any = tickets.row(db, chat)
        said = tickets.turns(db, chat)[-1]
    assert (row.status, said.author) == ("pending", "back")
    assert "give_back" not in [one.key for one in page.button]
    fake_desk.forget(ticket_summary._summings, drafting._writings)


def test_other_tickets_say_nothing_of_a_chat(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_desk.put(made, Ticket("W-1", (Message("incoming", "Hello"),), status="open"))
    assert _told(made, monkeypatch) == ""
    assert dossier.load(made, "W-1").handoff is None


def test_the_summary_of_a_handed_over_chat_is_there_by_itself_with_what_was_tried(made: Desk, chat: str) -> None:
    with made.db.write() as db:
        seq = tickets.add(db, chat, Message("activity", "Hold the button. [1]", NOW, "assistant"))
        detail = {"seq": seq, "to": 0, "answered": True, "sources": [{"title": "Hub setup"}]}
        notes.write(db, by="assistant", action="answered", subject=chat, **detail)
    work = ticket_summary.begin(made, dossier.load(made, chat), "en")
    assert work.wait(10)
    assert [point.text for point in work.told.tried] == ["Hold the button. (Hub setup)"]
    assert [point.text for point in work.told.open] == ["How do I reset the hub?"]
    fake_desk.forget(ticket_summary._summings)


@pytest.mark.parametrize("name", ["sites_hours", "ticket_chat"])
def test_every_text_is_there_in_japanese(name: str) -> None:
    tree = ast.parse(Path(sites_hours.__file__).with_name(f"{name}.py").read_text("utf-8"))
    said = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"
        if isinstance(node.args[0], ast.Constant)
    }
    said |= {*sites_hours.WEEK, *ticket_chat.REASONS.values(), "Give back to the assistant", "Office hours"}
    assert not [text for text in said if text not in _japanese()]
