"""What the desk does by itself in the background: the mood of each new message, and who is at risk."""

import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from console import risk
from console.desk import Desk
from console.mood import Mood
from console.risk import Risk, Turn
from ingest.records import Ticket
from ingest.store import tickets

BATCH = 64
EVERY = 2.0  # seconds between looks at the database


class Worker:
    """A thread that labels what has no mood yet. `stop()` ends it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            if not label(self._desk):
                self._stopped.wait(EVERY)


def label(desk: Desk) -> int:
    """Give a mood to one batch of messages that have none, and weigh their tickets anew; returns how many messages."""
    with desk.db.read() as db:
        waiting = tickets.unlabelled(db, BATCH)
    if not waiting:
        return 0
    moods = desk.classifier.of([row.text for row in waiting], desk.embedding)
    with desk.db.write() as db:
        for row, mood in zip(waiting, moods, strict=True):
            tickets.label(db, row.ticket, row.seq, mood.label, mood.score)
    for id in dict.fromkeys(row.ticket for row in waiting):
        weigh(desk, id)
    return len(waiting)


def weigh(desk: Desk, id: str) -> None:
    """Set a ticket's mood and risk, with reasons, from its conversation as it stands."""
    with desk.db.read() as db:
        ticket, row = tickets.get(db, id), tickets.row(db, id)
        earlier = len(tickets.resolved_of(db, ticket.customer, besides=id)) if ticket else 0
    if ticket is None or row is None:
        return
    said = [turn.text for turn in ticket.messages if turn.direction == "incoming"]
    moods = desk.classifier.of(said, desk.embedding) if said else []
    waited = (datetime.now(UTC) - row.waiting_since).total_seconds() / 3600 if row.waiting_since else 0.0
    judged = assess(ticket, moods, waiting_hours=waited, previous=earlier)
    with desk.db.write() as db:
        tickets.change(
            db, id, mood=moods[-1].label if moods else "neutral", dissatisfied=moods[-1].dissatisfied if moods else 0.0,
            at_risk=judged.at_risk, reasons=[asdict(reason) for reason in judged.reasons],
        )  # fmt: skip


def assess(ticket: Ticket, moods: Sequence[Mood], *, waiting_hours: float = 0.0, previous: int = 0) -> Risk:
    """The risk of losing this customer, from a conversation whose customer turns have these moods, in order."""
    turns = [
        Turn("customer", turn.text) if turn.direction == "incoming" else Turn("agent", turn.text)
        for turn in ticket.messages
        if turn.direction in ("incoming", "outgoing")
    ]
    return risk.assess(turns, list(moods), priority=ticket.priority, waiting_hours=waiting_hours, previous=previous)
