"""The worker: every message gets its mood, every ticket its risk, and it stops when told."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fake_desk
import pytest

from console import desk, worker
from console.desk import Desk
from console.mood import Mood
from ingest.records import Message, Ticket
from ingest.store import tickets

FURIOUS = "This is outrageous! I am cancelling and going to your competitor."


class Moods:
    """Anger is negative, thanks are positive."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of(self, texts: Sequence[str], embedding: object) -> list[Mood]:
        self.asked += texts
        angry = Mood("negative", 0.9, 0.95)
        return [
            angry if "!" in text else Mood("positive" if "thanks" in text else "neutral", 0.8, 0.1) for text in texts
        ]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.classifier = Moods()
    opened.search.embedding = SimpleNamespace(name="none")
    yield opened
    desk.use(None)
    opened.close()


def _row(made: Desk, id: str) -> Any:
    with made.db.read() as db:
        return tickets.row(db, id)


def test_messages_are_labelled_and_tickets_weighed(made: Desk) -> None:
    fake_desk.put(
        made,
        fake_desk.ticket("calm", ("incoming", "Where is it?"), ("outgoing", "On its way!"), ("incoming", "thanks")),
        fake_desk.ticket("angry", ("incoming", "Where is it?"), ("incoming", FURIOUS), hours=60),
    )
    assert worker.label(made) is True
    with made.db.read() as db:
        moods = {id: [turn.mood for turn in tickets.turns(db, id)] for id in ("calm", "angry")}
        scores = [turn.score for turn in tickets.turns(db, "angry")]
    assert moods == {"calm": ["neutral", "", "positive"], "angry": ["neutral", "negative"]}
    assert scores == [0.8, 0.9]
    calm, angry = _row(made, "calm"), _row(made, "angry")
    assert (calm.mood, angry.mood) == ("positive", "negative")
    assert (calm.dissatisfied, angry.dissatisfied) == (0.1, 0.95)
    assert calm.at_risk < 0.3 < 0.7 < angry.at_risk
    assert "leaving" in {reason["signal"] for reason in angry.reasons}
    assert all(reason["quote"] in FURIOUS for reason in angry.reasons if reason["signal"] == "leaving")


def test_nothing_is_labelled_twice(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Where is it?")))
    assert (worker.label(made), worker.label(made)) == (True, None)


def test_batches_come_to_an_end(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BATCH", 4)
    fake_desk.put(made, *(fake_desk.ticket(f"T-{n}", *[("incoming", "one")] * 3) for n in range(3)))
    moods = []
    for _ in range(3):
        assert worker.label(made) is True
        moods.append([_row(made, f"T-{n}").mood for n in range(3)])
    assert worker.label(made) is None
    assert moods == [["neutral", "", ""], ["neutral", "neutral", ""], ["neutral"] * 3]
    assert len(made.classifier.asked) == 9


def test_open_tickets_come_first(made: Desk) -> None:
    fake_desk.put(
        made,
        fake_desk.ticket("A", ("incoming", "old"), status="resolved"),
        fake_desk.ticket("B", ("incoming", "new")),
    )
    assert worker.label(made) is True
    assert made.classifier.asked == ["new", "old"]


def test_old_messages_are_no_hurry(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("A", ("incoming", "old"), status="resolved"))
    assert worker.label(made) is False
    assert worker.label(made) is None


def test_a_ticket_without_a_customers_word_is_not_judged(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("outgoing", "Hello!")))
    assert worker.label(made) is None
    with made.db.write() as db:
        worker.weigh(db, "T-1")
        worker.weigh(db, "gone")
    assert (_row(made, "T-1").mood, _row(made, "T-1").at_risk) == ("", 0.0)


def test_notes_are_not_the_customers() -> None:
    ticket = Ticket("T", (Message("incoming", "Where is it?"), Message("note", FURIOUS), Message("activity", FURIOUS)))
    calm = Mood("neutral", 0.8, 0.1)
    assert worker.assess(ticket, [calm]).at_risk < 0.2


def test_waiting_and_an_urgent_priority_weigh() -> None:
    ticket = Ticket("T", (Message("incoming", FURIOUS),), priority="low")
    angry = [Mood("negative", 0.9, 0.95)]
    plain = worker.assess(ticket, angry).at_risk
    assert worker.assess(ticket, angry, waiting_hours=100).at_risk > plain
    assert worker.assess(ticket, angry, previous=5).at_risk > plain
    assert worker.assess(Ticket("T", ticket.messages, priority="urgent"), angry).at_risk > plain


def test_the_thread_works_until_it_is_stopped(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "EVERY", 0.01)
    running = worker.Worker(made)
    running.start()
    for n in range(3):
        fake_desk.put(made, fake_desk.ticket(f"T-{n}", ("incoming", "Where is it?")))
        deadline = time.monotonic() + 10
        while _row(made, f"T-{n}").mood == "" and time.monotonic() < deadline:
            time.sleep(0.01)
        assert _row(made, f"T-{n}").mood == "neutral"
    running.stop()
    fake_desk.put(made, fake_desk.ticket("T-9", ("incoming", "Where is it?")))
    time.sleep(0.05)
    assert _row(made, "T-9").mood == ""
