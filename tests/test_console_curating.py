"""What supervisors decide about topics: who may, what is refused, what is kept and what the journal says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.accounts import Account
from console.faq import curating
from ingest.errors import SenderError
from ingest.store import Database, alerts, notes, topics
from ingest.store.alerts import Alert
from ingest.store.topics import Asked, Topic

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAOKO, EMMA = Account("naoko", "Naoko", "supervisor"), Account("emma", "Emma", "agent")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Topics T-0 to T-2 with three questions each, and an open alert on each."""
    opened = Database.open(tmp_path / "kizuna.db")
    with opened.write() as held:
        topics.put(held, [Topic(f"T-{n}", f"Topic {n}") for n in range(3)])
        topics.add(held, [_asked(n, place) for n in range(3) for place in range(3)])
        topics.place(held, {f"T-{n}": b"\0\0\0\0" for n in range(3)})
        topics.count(held)
        for n in range(3):
            alerts.open(held, Alert(f"T-{n}", NOW, 9, 0.1, 1, 1e-9), NOW)
    yield opened
    opened.close()


def _asked(topic: int, place: int) -> Asked:
    at = NOW - timedelta(hours=place)
    return Asked("ticket", f"{topic}{place}", 0, 0, 9, f"Question {place}  of {topic}?", "en", at, f"T-{topic}")


def _journal(db: Database, subject: str) -> list[tuple[str, str]]:
    with db.read() as held:
        return [(row.by, row.action) for row in notes.about(held, subject)]


def _topic(db: Database, id: str) -> Topic:
    with db.read() as held:
        found = topics.get(held, id)
    assert found
    return found


def _alert(db: Database, topic: str) -> str:
    with db.read() as held:
        return alerts.of(held, topic)[0].id


def test_an_agent_decides_nothing(db: Database) -> None:
    alert = _alert(db, "T-0")
    for decide in (
        lambda: curating.rename(db, "T-0", "Mine", by=EMMA),
        lambda: curating.merge(db, ["T-0", "T-1"], by=EMMA),
        lambda: curating.split(db, "T-0", [_asked(0, 1).key], by=EMMA),
        lambda: curating.close_alert(db, alert, by=EMMA),
    ):
        with pytest.raises(SenderError, match="Only a supervisor"):
            decide()
    assert (_topic(db, "T-0").name, _topic(db, "T-0").size, _alert(db, "T-0")) == ("Topic 0", 3, alert)


def test_a_name_is_tidied_kept_and_journaled(db: Database) -> None:
    curating.rename(db, "T-0", "  Dark \n lamps ", by=NAOKO)
    assert (_topic(db, "T-0").name, _topic(db, "T-0").named_by) == ("Dark lamps", "naoko")
    assert _journal(db, "T-0") == [("naoko", "renamed topic")]
    curating.rename(db, "T-0", "dark lamps", by=NAOKO)


@pytest.mark.parametrize(("name", "why"), [(" ", "empty"), ("x" * 81, "81 characters"), ("topic 1", "Another topic")])
def test_names_that_do_not_do_are_refused(db: Database, name: str, why: str) -> None:
    with pytest.raises(SenderError, match=why):
        curating.rename(db, "T-0", name, by=NAOKO)


def test_topics_become_one_with_their_questions_and_alerts(db: Database) -> None:
    curating.merge(db, ["T-0", "T-1"], by=NAOKO)
    curating.merge(db, ["T-2", "T-1"], by=NAOKO)
    with db.read() as held:
        assert [(one.id, one.size) for one in topics.page(held)] == [("T-2", 9)]
        assert [one.topic for one in alerts.page(held)] == ["T-2"]
    assert _topic(db, "T-0") == _topic(db, "T-1") == _topic(db, "T-2")
    assert _journal(db, "T-2") == [("naoko", "merged topics")]


@pytest.mark.parametrize("ids", [[], ["T-0"], ["T-0", "T-0"], ["T-0", "T-9"]])
def test_fewer_than_two_topics_are_no_merge(db: Database, ids: list[str]) -> None:
    with pytest.raises(SenderError, match=r"two different topics|no longer there"):
        curating.merge(db, ids, by=NAOKO)


def test_one_topic_under_two_ids_is_no_merge(db: Database) -> None:
    curating.merge(db, ["T-0", "T-1"], by=NAOKO)
    with pytest.raises(SenderError, match="two different topics"):
        curating.merge(db, ["T-0", "T-1"], by=NAOKO)


def test_some_questions_become_a_topic_of_their_own(db: Database) -> None:
    id = curating.split(db, "T-0", [_asked(0, 2).key, _asked(0, 1).key], by=NAOKO)
    fresh = _topic(db, id)
    assert (fresh.name, fresh.named_by, fresh.size, _topic(db, "T-0").size) == ("Question 1 of 0?", "", 2, 1)
    with db.read() as held:
        assert {(one.source, one.kept) for one in topics.asked(held, id)} == {("01", "naoko"), ("02", "naoko")}
        assert topics.centres(held).keys() == {"T-1", "T-2"}
    assert _journal(db, "T-0") == [("naoko", "split topic")]


def test_questions_of_a_merged_topic_split_off_by_name(db: Database) -> None:
    curating.merge(db, ["T-0", "T-1"], by=NAOKO)
    id = curating.split(db, "T-0", [_asked(1, 0).key], by=NAOKO, name="Other ones")
    assert (_topic(db, id).name, _topic(db, id).named_by, _topic(db, "T-0").size) == ("Other ones", "naoko", 5)


@pytest.mark.parametrize("places", [[], [(0, 0), (0, 1), (0, 2)], [(0, 0), (1, 0)], [(7, 7)]])
def test_none_all_and_foreign_questions_are_no_split(db: Database, places: list[tuple[int, int]]) -> None:
    with pytest.raises(SenderError, match="some of this topic's questions"):
        curating.split(db, "T-0", [_asked(*place).key for place in places], by=NAOKO)


def test_an_alert_is_closed_once_and_says_how(db: Database) -> None:
    alert = _alert(db, "T-1")
    curating.close_alert(db, alert, by=NAOKO, how=" An outage,\nover now ")
    with db.read() as held:
        closed = alerts.get(held, alert)
    assert closed
    assert (closed.closed_by, closed.closed_how) == ("naoko", "An outage, over now")
    assert _journal(db, "T-1") == [("naoko", "closed alert")]
    with pytest.raises(SenderError, match="closed already"):
        curating.close_alert(db, alert, by=NAOKO)
