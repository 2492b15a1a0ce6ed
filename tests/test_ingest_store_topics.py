"""Topics on the shelves: what is merged counts in one place, questions find their topic, alerts are open once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.records import Message, Ticket
from ingest.store import Database, alerts, tickets, topics
from ingest.store.alerts import Alert
from ingest.store.topics import UNKNOWN, Asked, Topic

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
LAMP, POT = Topic("T-lamp", "Why is the lamp dark?"), Topic("T-pot", "Where is my pot?")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return Database.open(tmp_path / "kizuna.db")


def _asked(source: str, topic: str, *, hours: float = 1, seq: int = 0, text: str = "Why?") -> Asked:
    return Asked("ticket", source, seq, 0, len(text), text, "en", NOW - timedelta(hours=hours), topic)


def _fill(db: Database, *asked: Asked) -> None:
    with db.write() as held:
        topics.put(held, [LAMP, POT])
        topics.add(held, asked)
        topics.count(held)


def test_topics_come_largest_first_and_empty_ones_not_at_all(db: Database) -> None:
    _fill(db, _asked("1", "T-pot"), _asked("2", "T-pot"))
    with db.read() as held:
        assert [(one.id, one.size) for one in topics.page(held)] == [("T-pot", 2)]
        assert topics.get(held, "T-lamp") == replace(LAMP, created=topics.all(held)[0].created)
        assert topics.get(held, "T-none") is None


def test_what_is_merged_counts_where_it_is_part_of_and_its_id_leads_there(db: Database) -> None:
    _fill(db, _asked("1", "T-pot", hours=3), _asked("2", "T-lamp", hours=2), _asked("2", "T-pot", hours=1, seq=2))
    with db.write() as held:
        topics.put(held, [Topic("T-cup", "Where is my cup?")])
        topics.merge(held, "T-lamp", "T-pot")
        topics.merge(held, "T-pot", "T-cup")
    with db.read() as held:
        (page,) = topics.page(held)
        assert (page.id, page.name, page.size) == ("T-cup", "Where is my cup?", 3)
        assert topics.get(held, "T-lamp") == topics.get(held, "T-cup") == page
        assert [one.source for one in topics.asked(held, "T-cup")] == ["2", "2", "1"]
        assert [one.source for one in topics.within(held, "T-pot", 9)] == ["2", "1"]
        assert topics.arrived(held, UNKNOWN) == {
            "T-cup": [(NOW - timedelta(hours=3), "1"), (NOW - timedelta(hours=2), "2")]
        }


def test_conversations_count_once_a_topic_and_not_without_a_time(db: Database) -> None:
    timeless = replace(_asked("3", "T-pot"), at=UNKNOWN)
    _fill(db, _asked("1", "T-pot"), _asked("1", "T-pot", hours=0.5, seq=2), _asked("1", "T-lamp", seq=4), timeless)
    with db.read() as held:
        came = topics.arrived(held, NOW - timedelta(days=1))
        assert {topic: [source for _, source in some] for topic, some in came.items()} == {
            "T-pot": ["1"],
            "T-lamp": ["1"],
        }
        assert topics.arrived(held, NOW) == {}


def test_only_customers_messages_without_questions_are_unread_newest_first(db: Database) -> None:
    turns = tuple(
        Message(one, "Why?", NOW - timedelta(minutes=9 - n)) for n, one in enumerate(("incoming", "outgoing"))
    )
    with db.write() as held:
        tickets.put(held, Ticket("A", (*turns, Message("incoming", "And now?")), created=NOW), origin="test")
        tickets.put(held, Ticket("B", (Message("incoming", "Hm?"),)), origin="test")
        assert [(row.ticket, row.seq, row.at) for row in topics.unread(held, 9)] == [
            ("A", 2, NOW), ("A", 0, NOW - timedelta(minutes=9)), ("B", 0, UNKNOWN)
        ]  # fmt: skip
        topics.add(held, [_asked("A", "", seq=2)])
        assert [row.ticket for row in topics.unread(held, 1)] == ["A"]
        assert [(row.ticket, row.seq) for row in topics.said(held, ["A"])] == [("A", 0), ("A", 2)]
        tickets.remove(held, "A")
        assert [one.key for one in topics.gone(held)] == [("ticket", "A", 2, 0)]
        topics.drop(held, [("ticket", "A", 2, 0)])
        assert topics.gone(held) == []


def test_a_question_that_a_supervisor_put_somewhere_stays_there(db: Database) -> None:
    one, other = _asked("1", "T-pot"), _asked("2", "T-pot")
    _fill(db, one, other)
    with db.write() as held:
        topics.keep(held, [one.key], "T-lamp", "naoko")
        topics.assign(held, {one.key: "T-pot", other.key: "T-lamp"})
        found = {asked.source: (asked.topic, asked.kept) for asked in topics.questions(held, [one.key, other.key])}
    assert found == {"1": ("T-lamp", "naoko"), "2": ("T-lamp", "")}


def test_a_name_by_hand_stays_and_middles_are_kept_apart_from_names(db: Database) -> None:
    _fill(db)
    with db.write() as held:
        topics.name(held, "T-pot", "Late pots", "naoko")
        topics.name(held, "T-pot", "Where is the pot?")
        topics.place(held, {"T-pot": b"1234"})
        topics.put(held, [replace(LAMP, name="Dark lamps")])
        assert {one.id: one.name for one in topics.all(held)} == {"T-lamp": "Dark lamps", "T-pot": "Late pots"}
        assert topics.centres(held) == {"T-pot": b"1234"}


def _burst(hours: float = 0.0, **values: Any) -> Alert:
    made = Alert("T-pot", NOW.replace(minute=0) + timedelta(hours=hours), 12, 0.5, 1, 1e-9, examples=("1", "2"))
    return replace(made, **values)


def test_a_topic_has_one_open_alert_which_goes_on_with_its_burst(db: Database) -> None:
    with db.write() as held:
        assert alerts.open(held, _burst(), NOW)
        assert not alerts.open(held, _burst(hours=1, count=30), NOW + timedelta(hours=1))
        (one,) = alerts.page(held)
        assert (one.count, one.at, one.seen) == (30, NOW, NOW + timedelta(hours=1))
        assert one.since == _burst().since
        assert one.examples == ("1", "2")
        assert alerts.get(held, one.id) == one == alerts.of(held, "T-pot")[0]


def test_another_burst_after_a_pause_begins_the_open_alert_anew(db: Database) -> None:
    with db.write() as held:
        alerts.open(held, _burst(), NOW)
        alerts.open(held, _burst(hours=50), NOW + timedelta(hours=50))
        (one,) = alerts.page(held)
    assert (one.at, one.since) == (NOW + timedelta(hours=50), _burst(hours=50).since)


def test_a_closed_alert_is_not_raised_again_for_the_same_burst(db: Database) -> None:
    with db.write() as held:
        alerts.open(held, _burst(), NOW)
        (one,) = alerts.page(held)
        assert alerts.close(held, one.id, "naoko", "outage", NOW + timedelta(minutes=5))
        assert not alerts.close(held, one.id, "naoko", "again")
        assert not alerts.open(held, _burst(), NOW + timedelta(minutes=6))
        assert alerts.page(held) == []
        assert alerts.open(held, _burst(hours=1), NOW + timedelta(hours=1))
        assert [told.closed_how for told in alerts.page(held, open_only=False)] == ["", "outage"]


def test_alerts_move_with_their_topic_and_of_two_open_ones_its_own_closes(db: Database) -> None:
    with db.write() as held:
        alerts.open(held, _burst(), NOW)
        alerts.move(held, "T-pot", "T-lamp")
        assert [one.topic for one in alerts.page(held)] == ["T-lamp"]
        alerts.open(held, _burst(), NOW)
        alerts.move(held, "T-pot", "T-lamp", NOW)
        assert len(alerts.page(held)) == 1
        assert [one.closed_how for one in alerts.of(held, "T-lamp", open_only=False)].count("merged") == 1
        assert alerts.open(held, _burst(), NOW)
