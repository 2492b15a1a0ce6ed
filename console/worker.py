"""What the desk does by itself in the background: the mood of each new message, and who is at risk."""

import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Connection

from console import risk
from console.desk import Desk
from console.mood import Mood
from console.risk import Risk, Turn
from ingest.records import Ticket
from ingest.store import tickets

BATCH = 16  # messages under the embedding's lock at once: an agent's search waits for no more
HISTORY = 4.0  # how long to rest after old messages, in the time that they took: agents come first
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
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            began = time.perf_counter()
            urgent = label(self._desk)
            took = time.perf_counter() - began
            self._stopped.wait({None: EVERY, True: 0.05}.get(urgent, HISTORY * took))


def label(desk: Desk) -> bool | None:
    """Give a mood to one batch of messages that have none, and weigh their tickets anew.

    Returns whether tickets that wait for us were among them; None when nothing was left to do.
    """
    with desk.db.read() as db:
        waiting = tickets.unlabelled(db, BATCH)
    if not waiting:
        return None
    moods = desk.classifier.of([row.text for row in waiting], desk.embedding)
    with desk.db.write() as db:
        for row, mood in zip(waiting, moods, strict=True):
            tickets.label(db, row.ticket, row.seq, mood.label, mood.score, mood.dissatisfied)
        for id in dict.fromkeys(row.ticket for row in waiting):
            weigh(db, id)
    return any(row.status != "resolved" for row in waiting)


def weigh(db: Connection, id: str) -> None:
    """Set a ticket's mood and risk, with reasons, from its conversation; nothing while a message has no mood yet."""
    ticket, row = tickets.get(db, id), tickets.row(db, id)
    said = [turn for turn in tickets.turns(db, id) if turn.direction == "incoming"]
    if ticket is None or row is None or not said or any(not turn.mood for turn in said):
        return
    moods = [Mood(turn.mood, turn.score, turn.dissatisfied or 0.0) for turn in said]
    earlier = len(tickets.resolved_of(db, ticket.customer, besides=id))
    waited = (datetime.now(UTC) - row.waiting_since).total_seconds() / 3600 if row.waiting_since else 0.0
    judged = assess(ticket, moods, waiting_hours=waited, previous=earlier)
    last = moods[-1]
    reasons = [asdict(reason) for reason in judged.reasons]
    tickets.change(db, id, mood=last.label, dissatisfied=last.dissatisfied, at_risk=judged.at_risk, reasons=reasons)


def assess(ticket: Ticket, moods: Sequence[Mood], *, waiting_hours: float = 0.0, previous: int = 0) -> Risk:
    """The risk of losing this customer, from a conversation whose customer turns have these moods, in order."""
    turns = [
        Turn("customer", turn.text) if turn.direction == "incoming" else Turn("agent", turn.text)
        for turn in ticket.messages
        if turn.direction in ("incoming", "outgoing")
    ]
    return risk.assess(turns, list(moods), priority=ticket.priority, waiting_hours=waiting_hours, previous=previous)
