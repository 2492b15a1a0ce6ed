"""Conversations of the chat as they stand in the database, made up for figures that are known."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from ingest.records import Message, Ticket
from ingest.store import Database, handoffs, notes, tickets, topics
from ingest.store.handoffs import Handoff
from ingest.store.topics import Asked

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
SOURCE = [{"n": 1, "title": "Hub setup", "kind": "article", "id": "A-1", "start": 0, "end": 5}]
TURNS = {
    "you": ("incoming", ""), "answer": ("activity", "assistant"), "unknown": ("activity", "assistant"),
    "welcome": ("activity", "assistant"), "person": ("activity", "visitor"), "agent": ("outgoing", "Emma Clarke"),
}  # fmt: skip


def talk(
    db: Database, id: str, *lines: str, ago: float = 20.0, visitor: str | None = None, customer: str = "",
    site: str = "", reason: str = "asked", missed: int | None = None, now: datetime = NOW, **values: Any,
) -> None:  # fmt: skip
    """A conversation begun `ago` days ago, a line every five minutes; `person@60` comes 60 minutes after the last."""
    at, said = now - timedelta(days=ago), list[Message]()
    for line in lines:
        kind, _, minutes = line.partition("@")
        at += timedelta(minutes=float(minutes or 5))
        direction, author = TURNS[kind]
        said.append(Message(direction, f"{kind} in {id}", at, author))  # type: ignore[arg-type]
    known: dict[str, Any] = {"channel": "chat", "lang": "en", "status": "pending"} | values
    began = now - timedelta(days=ago)
    with db.write() as connection:
        tickets.put(connection, Ticket(id, tuple(said), customer=customer, created=began, **known), origin="live")
        tickets.change(connection, id, visitor=f"v-{id}" if visitor is None else visitor, site=site)
        for seq, kind in enumerate(line.partition("@")[0] for line in lines):
            if kind in ("answer", "unknown", "welcome"):
                told = {"seq": seq, "to": seq - 1, "answered": kind != "unknown"}
                sources = SOURCE if kind == "answer" else []
                notes.write(connection, by="assistant", action="answered", subject=id, sources=sources, **told)
            if kind == "person":
                handoffs.put(connection, Handoff(id, said[seq].at or now, cast(Any, reason), True))
            if kind == "agent":
                handoffs.answered(connection, id, said[seq].at or now)
            if kind == "unknown" or seq == missed:
                connection.exec_driver_sql("UPDATE messages SET missed = 1 WHERE ticket = ? AND seq = ?", (id, seq))


def about(db: Database, ticket: str, topic: str, seq: int = 0, kind: str = "ticket") -> None:
    """The message at this place is about a topic; without one, its question is in none yet."""
    with db.write() as connection:
        topics.add(connection, [Asked(kind, ticket, seq, 0, 5, f"{topic}?", "en", NOW, topic)])
