"""The figures of the chat on made-up conversations whose figures are known."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from at_the_widget import Chat
from chatted import NOW, SOURCE, about, talk
from starlette.testclient import TestClient

from console import intervals
from console.desk import Desk
from console.widget import clicks, fates, figures
from console.widget.figures import Figures, Unanswered
from console.widget.visitor import Visitor
from ingest import migrations
from ingest.records import Customer, Message, Ticket
from ingest.store import Database, customers, notes, tickets, topics
from ingest.store import clicks as shelf
from ingest.store.topics import Topic


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "kizuna.db")
    yield opened
    opened.close()


@pytest.fixture
def known(db: Database) -> Database:
    with db.write() as connection:
        topics.put(connection, [Topic("hub", "Resetting the hub"), Topic("refund", "Refunds"), Topic("lamp", "Lamps")])
        topics.merge(connection, "lamp", "hub")
    return db


def of(db: Database, days: int = 30, site: str | None = None, **how: Any) -> Figures:
    with db.read() as connection:
        return figures.of(connection, days, site, now=NOW, **how)


def fate(db: Database, id: str, **how: Any) -> str:
    from ingest.store import chats

    with db.read() as connection:
        talks = fates.read(connection, chats.begun(connection, NOW - timedelta(days=90)))
        return fates.of(connection, talks, NOW, **how)[id]


# ---- what became of one conversation


@pytest.mark.parametrize(
    ("lines", "became"),
    [
        (("you", "answer"), "verified"), (("you", "answer", "you", "welcome"), "verified"),
        (("you", "unknown"), "open"), (("you", "answer", "you", "unknown"), "open"), (("you",), "open"),
        (("you", "unknown", "you", "answer"), "verified"), (("you", "welcome"), "open"),
        (("you", "answer", "person"), "person"), (("person",), "person"), (("you", "answer", "agent"), "person"),
    ],
)  # fmt: skip
def test_only_an_answer_as_the_last_word_and_no_person_is_a_solution(
    db: Database, lines: tuple[str, ...], became: str
) -> None:
    talk(db, "W-1", *lines)
    assert fate(db, "W-1") == became


def test_an_answer_that_the_visitor_calls_useless_is_none(db: Database) -> None:
    talk(db, "W-1", "you", "answer", missed=1)
    talk(db, "W-2", "you", "answer", csat=2)
    talk(db, "W-3", "you", "answer", csat=3)
    assert [fate(db, id) for id in ("W-1", "W-2", "W-3")] == ["open", "open", "verified"]


def test_what_ended_lately_is_too_young_to_tell(db: Database) -> None:
    talk(db, "W-1", "you", "answer", ago=6.9)
    talk(db, "W-2", "you", "answer", ago=7.1)
    assert [fate(db, id) for id in ("W-1", "W-2")] == ["young", "verified"]
    assert fate(db, "W-1", within=timedelta(days=3)) == "verified"
    assert fate(db, "W-2", within=timedelta(days=14)) == "young"


@pytest.mark.parametrize("ago", [19.9, 13.1])
@pytest.mark.parametrize("way", ["chat", "email", "call", "same conversation"])
def test_whoever_comes_back_by_any_channel_was_not_helped(db: Database, way: str, ago: float) -> None:
    customer = "" if way == "chat" else "maria@customer.example"
    if way == "same conversation":
        talk(db, "W-1", "you", "answer", f"you@{24 * 60 * max(20 - ago, 1.1)}", "answer")
    else:
        talk(db, "W-1", "you", "answer", customer=customer)
    if way == "chat":
        talk(db, "W-2", "you", "answer", visitor="v-W-1", ago=ago)
    elif way != "same conversation":
        kind = "call" if way == "call" else "ticket"
        channel = "phone" if way == "call" else "email"
        talk(db, "T-2", "you", visitor="", customer=customer, ago=ago, kind=kind, channel=channel, status="resolved")
    assert fate(db, "W-1") == "back"


@pytest.mark.parametrize("ago", [20.5, 12.9])
def test_who_wrote_before_or_much_later_did_not_come_back(db: Database, ago: float) -> None:
    talk(db, "W-1", "you", "answer", customer="maria@customer.example")
    talk(db, "T-2", "you", visitor="", customer="maria@customer.example", ago=ago, channel="email")
    assert fate(db, "W-1") == "verified"


def test_a_letter_of_ours_or_somebody_elses_is_no_coming_back(db: Database) -> None:
    talk(db, "W-1", "you", "answer", customer="maria@customer.example")
    talk(db, "T-2", "agent", visitor="", customer="maria@customer.example", ago=19, channel="email")
    talk(db, "T-3", "you", visitor="", customer="kenji@customer.example", ago=19, channel="email")
    talk(db, "T-4", "you", visitor="", customer="", ago=19, channel="email")
    assert fate(db, "W-1") == "verified"


def test_a_customer_is_the_same_under_every_name(db: Database) -> None:
    with db.write() as connection:
        customers.put(connection, Customer("C-1", "Maria Lopez", "maria@customer.example"), origin="", also=["crm:9"])
    talk(db, "W-1", "you", "answer", customer="crm:9")
    talk(db, "T-2", "you", visitor="", customer="maria@customer.example", ago=19, channel="email")
    assert fate(db, "W-1") == "back"


@pytest.mark.parametrize(
    ("first", "later", "became"),
    [
        ("hub", "refund", "verified"), ("hub", "hub", "back"), ("hub", "lamp", "back"), ("hub", "", "back"),
        ("", "refund", "back"), (None, "refund", "back"), ("hub", None, "back"),
    ],
)  # fmt: skip
def test_only_the_same_topic_counts_and_an_unknown_one_may_be_it(
    known: Database, first: str | None, later: str | None, became: str
) -> None:
    """A topic that was merged into another is the same; "" is a question in no topic yet, None is none found."""
    talk(known, "W-1", "you", "answer", customer="maria@customer.example")
    talk(known, "T-2", "you", visitor="", customer="maria@customer.example", ago=19, channel="email")
    for id, topic in (("W-1", first), ("T-2", later)):
        if topic is not None:
            about(known, id, topic)
    assert fate(known, "W-1") == became


# ---- the figures of a period


@pytest.fixture
def month(known: Database) -> Database:
    """Ten conversations at two sites, and one too old to count."""
    for n in (1, 2, 3):
        talk(known, f"W-{n}", "you", "answer", ago=20, site="S-1")
        about(known, f"W-{n}", "hub")
    talk(known, "W-4", "you", "answer", ago=15, site="S-1", customer="maria@customer.example")
    talk(known, "T-9", "you", visitor="", customer="maria@customer.example", ago=14, channel="email")
    talk(known, "W-5", "you", "unknown", ago=12, site="S-1")
    talk(known, "W-6", "you", "unknown", ago=11, site="S-2")
    talk(known, "W-7", "you", "answer", ago=2, site="S-1", csat=5)
    talk(known, "W-8", "you", "answer", "person", "agent@4", ago=10, site="S-1", reason="unhappy", csat=1)
    talk(known, "W-9", "person", "agent@30", ago=9, site="S-2")
    talk(known, "W-10", "you", "person", ago=0.5, site="S-2", reason="unknown", status="open")
    talk(known, "W-11", "you", "answer", ago=31, site="S-1")
    for id in ("W-5", "W-6"):
        about(known, id, "refund")
    return known


def test_the_figures_of_all_sites(month: Database) -> None:
    found = of(month)
    assert (found.conversations, found.answered) == (10, 6)
    assert found.fates == {"verified": 3, "young": 1, "back": 1, "open": 2, "person": 3}
    assert found.verified == intervals.share(3, 8)
    assert (found.verified.low, found.verified.high) == pytest.approx((0.1368, 0.6943), abs=1e-4)  # Wilson, 3 of 8
    assert found.handed == {"unhappy": 1, "asked": 1, "unknown": 1}
    assert (found.waits.median, found.waits.p90, found.waits.cases, found.waits.waiting) == (17, 30, 2, 1)
    assert (found.survey.value, found.survey.cases) == (3.0, 2)
    assert found.marks == {5: 1, 4: 0, 3: 0, 2: 0, 1: 1}
    assert list(found.unanswered) == [Unanswered("Refunds", 2, "W-6")]


def test_one_site_has_its_own(month: Database) -> None:
    one, other, nothing = (of(month, site=site) for site in ("S-1", "S-2", "S-3"))
    assert (one.conversations, other.conversations) == (7, 3)
    assert (one.fates["verified"], other.fates["verified"], other.fates["person"]) == (3, 0, 2)
    assert one.verified == intervals.share(3, 6)
    assert (nothing.conversations, nothing.handed, nothing.verified.known, nothing.survey.known) == (
        0,
        {},
        False,
        False,
    )
    assert set(nothing.marks.values()) == set(nothing.fates.values()) == {0}


def test_a_short_period_may_tell_nothing_yet(month: Database) -> None:
    found = of(month, 7)
    assert (found.conversations, found.fates["young"], found.verified.known) == (2, 1, False)
    assert of(month, 7, within=timedelta(days=1)).verified == intervals.share(1, 1)


def test_bars_are_days_or_weeks_of_the_desks_zone(month: Database) -> None:
    daily, weekly = of(month).bars, of(month, 90).bars
    assert [len(daily), len(weekly)] == [30, 13]
    assert (daily[0].day, daily[-1].day) == (date(2026, 6, 1), date(2026, 6, 30))
    assert sum(sum(one.fates.values()) for one in daily) == 10
    assert sum(sum(one.fates.values()) for one in weekly) == 11
    assert {one.day: one.fates["verified"] for one in daily if one.fates["verified"]} == {date(2026, 6, 10): 3}
    tokyo = of(month, zone=ZoneInfo("Asia/Tokyo")).bars
    assert tokyo[-1].day == date(2026, 6, 30)
    assert tokyo[-1].fates["person"] == 1  # half a day ago, at midnight in UTC, is the same day there


def test_the_ninetieth_percentile_is_a_wait_that_was(db: Database) -> None:
    for n in range(1, 11):
        talk(db, f"W-{n}", "person", f"agent@{n}", ago=9)
    waits = of(db).waits
    assert (waits.median, waits.p90, waits.cases) == (5.5, 9.0, 10)


def test_questions_without_a_topic_are_told_by_their_words(db: Database) -> None:
    talk(db, "W-1", "you", "unknown")
    talk(db, "W-2", "you", "unknown", ago=3)
    with db.write() as connection:
        connection.exec_driver_sql("UPDATE messages SET text = 'Where is  my LAMP?' WHERE seq = 0 AND ticket = 'W-1'")
        connection.exec_driver_sql("UPDATE messages SET text = 'where is my lamp?' WHERE seq = 0 AND ticket = 'W-2'")
    assert list(of(db).unanswered) == [Unanswered("where is my lamp?", 2, "W-2")]


def test_more_conversations_than_one_statement_may_name(db: Database) -> None:
    with db.write() as connection:
        for n in range(1_100):
            id, at = f"W-{n}", NOW - timedelta(days=8 + n % 20)
            said = (Message("incoming", "?", at), Message("activity", "!", at, "assistant"))
            tickets.put(connection, Ticket(id, said, created=at, channel="chat"), origin="live")
            tickets.change(connection, id, visitor=f"v-{id}", customer=f"{id}@customer.example")
            notes.write(connection, by="a", action="answered", subject=id, seq=1, answered=True, sources=SOURCE)
    assert of(db).fates["verified"] == 1_100


def test_a_desk_from_before_learns_of_sites_and_clicks(db: Database) -> None:
    talk(db, "W-1", "you", "answer")
    with db.write() as connection:
        for told in ("DROP TABLE site_clicks", "ALTER TABLE tickets DROP COLUMN site"):
            connection.exec_driver_sql(told)
        number = migrations.STEPS.index(migrations._told_apart) + 1
        connection.exec_driver_sql("DELETE FROM migrations WHERE number = ?", (number,))
        assert migrations.migrate(connection) == 1
    assert [of(db, site=site).conversations for site in ("", "S-1")] == [1, 0]
    with db.write() as connection:
        shelf.count(connection, "S-1", "A-1", "opened", NOW.date())
    assert (of(db).opened, of(db, site="").opened) == (1, 0)


# ---- what the widget notes


def test_a_conversation_knows_its_site(open_desk: Desk, chat: Chat) -> None:
    made = open_desk
    chat.say("How do I reset the hub?")
    with made.db.read() as db:
        assert [row.site for row in db.exec_driver_sql("SELECT site FROM tickets")] == [""]
    from console.widget.turn import Turns

    turns = Turns(made)
    turns.take("v-1", "message-1", "Hello there, hub?", "en", "S-1")
    turns.person("v-2", "ja", site="S-2")
    with made.db.read() as db:
        assert sorted(row.site for row in db.exec_driver_sql("SELECT site FROM tickets")) == ["", "S-1", "S-2"]


def test_opening_a_source_counts_once_a_visitor_and_day(open_desk: Desk, client: TestClient, chat: Chat) -> None:
    for _ in range(3):
        assert chat.get("source?id=A-1&at=0-4").status_code == 200
    assert Chat(client).get("source?id=A-1").status_code == 200
    assert chat.get("source?id=W-1").status_code == 404
    with open_desk.db.read() as db:
        assert shelf.totals(db, datetime.now(UTC).date()) == {("A-1", "opened"): 2}
        assert shelf.totals(db, datetime.now(UTC).date(), "S-1") == {}
        kept = [tuple(row) for row in db.exec_driver_sql("SELECT * FROM site_clicks")]
    assert kept == [("", datetime.now(UTC).date().isoformat(), "A-1", "opened", 2)]  # nothing of who it was
    with open_desk.db.read() as db:
        found = figures.of(db, 30)
    assert (found.opened, found.pages, list(found.sources)) == (2, 0, [("Hub setup", 2)])


def test_only_a_page_of_the_help_centre_counts_as_one(open_desk: Desk, chat: Chat) -> None:
    for id in ("A-1", "nothing", "../../etc/passwd"):
        assert chat.post("clicked", id=id).status_code == 404
    assert chat.post("clicked", id="x" * 300).status_code == 400
    with open_desk.db.read() as db:
        assert shelf.totals(db, datetime.now(UTC).date()) == {}


def test_who_clicked_is_forgotten_when_there_are_many(open_desk: Desk) -> None:
    seen = clicks.Clicks(remembered=3)
    for n in range(10):
        assert seen.count(open_desk.db, Visitor(f"v-{n}", 0), "A-1", "opened")
    assert len(seen) == 3
    assert not seen.count(open_desk.db, Visitor("v-9", 0), "A-1", "opened")
    assert seen.count(open_desk.db, Visitor("v-9", 0), "A-1", "page")
