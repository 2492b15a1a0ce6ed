"""What a question costs a week: conversations as they grow, minutes each, and where the desk's own answers failed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.faq import demand
from console.faq.demand import REPLY, Demand, weigh
from ingest.records import Message, Ticket
from ingest.store import Database, faqs, handling, readings, tickets
from ingest.store.faqs import Entry
from ingest.store.handling import Handled

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def _talk(days: float, replies: int = 1, **values: object) -> Handled:
    return Handled("T", NOW - timedelta(days=days), replies, **values)  # type: ignore[arg-type]


def test_a_month_of_conversations_is_told_in_minutes_a_week() -> None:
    found = weigh([_talk(day) for day in (1, 2, 29, 31, 45, 59, 61)], {}, NOW)
    assert (found.lately, found.before, found.each) == (3, 3, REPLY)
    assert found.growth == 1
    assert found.minutes == pytest.approx(3 * 7 / 30 * REPLY)


def test_what_grows_comes_before_what_fades_and_neither_without_bound() -> None:
    growing, fading = Demand(lately=6, before=2), Demand(lately=6, before=14)
    assert growing.growth == 2
    assert fading.growth == 0.5
    assert growing.minutes == 4 * fading.minutes
    assert Demand(lately=1, before=0).growth == 1.5  # one conversation is no trend


def test_a_call_takes_as_long_as_it_lasted_and_a_letter_by_its_replies() -> None:
    assert weigh([_talk(1, 9, seconds=600.0)], {}, NOW).each == 10
    assert weigh([_talk(1, 1), _talk(2, 2), _talk(3, 5)], {}, NOW).each == 2 * REPLY
    assert weigh([_talk(90, 3)], {}, NOW).each == 3 * REPLY  # long ago, but as laborious
    assert weigh([], {}, NOW) == Demand()
    assert weigh([_talk(1, 0)], {}, NOW).each == REPLY


def test_failures_of_the_desks_own_answers_count_once_more() -> None:
    without = weigh([_talk(1), _talk(2)], {}, NOW)
    found = weigh([_talk(1, widget=True), _talk(2)], {"unhelpful": 2, "contacted": 1, "helpful": 9}, NOW)
    assert (found.failed, found.unhelpful) == (2, 2)
    assert found.minutes - without.minutes == pytest.approx(4 * 7 / 30 * REPLY)
    assert weigh([_talk(40, widget=True)], {}, NOW).failed == 0


def test_conversations_without_a_time_or_from_the_future_are_of_no_month() -> None:
    found = weigh([Handled("T", None, 1), _talk(-2)], {}, NOW)
    assert (found.lately, found.before) == (0, 0)


def test_a_page_reads_conversations_and_readings_by_entry(tmp_path: Path) -> None:
    db = Database.open(tmp_path / "kizuna.db")
    turns = (Message("incoming", "Where?", NOW), Message("outgoing", "Here.", NOW), Message("outgoing", "There.", NOW))
    with db.write() as connection:
        tickets.put(connection, Ticket("T-1", turns, created=NOW - timedelta(days=3)), origin="t")
        spoken = (Message("outgoing", "Hello", seconds=2.0), Message("incoming", "Bye", seconds=300.0))
        tickets.put(connection, Ticket("K-1", spoken, kind="call", created=NOW - timedelta(days=33)), origin="t")
        tickets.change(connection, "T-1", visitor="v1")
        asked = [{"about": "question", "source": id} for id in ("T-1", "K-1", "gone")]
        one, other = Entry("F-1", "?", "!", "en", evidence=asked), Entry("F-2", "?", "!", "en")
        for entry in (one, other):
            faqs.put(connection, entry)
        readings.count(connection, "F-1", "ja", "unhelpful", NOW.date())
        readings.count(connection, "F-1", "ja", "unhelpful", NOW.date() - timedelta(days=40))
        kept = handling.page(connection, {"T-1", "K-1", "gone"})
        found = demand.page(connection, [one, other], NOW)
    assert {id: (one.replies, one.seconds, one.widget) for id, one in kept.items()} == {
        "T-1": (2, None, True), "K-1": (1, 300.0, False),
    }  # fmt: skip
    assert found["F-1"] == Demand(lately=1, before=1, each=(2 * REPLY + 5) / 2, failed=1, unhelpful=1)
    assert found["F-2"] == Demand()
