"""Chats that were given to a person: who waits, for how long people wait, and why they asked."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from ingest.schema import handoffs, tickets

Reason = Literal["asked", "unknown", "no_help", "unhappy", "returned"]


@dataclass(frozen=True)
class Handoff:
    """One handover. `within` the site's office hours or not; `answered` by a person first; `ended`: given back."""

    ticket: str
    at: datetime
    reason: Reason
    within: bool
    answered: datetime | None = None
    ended: datetime | None = None


def put(db: Connection, found: Handoff) -> None:
    """Keep a new one."""
    db.execute(insert(handoffs).values({f.name: getattr(found, f.name) for f in fields(Handoff)}))


def last(db: Connection, ticket: str) -> Handoff | None:
    """A ticket's newest one, or None."""
    chosen = select(handoffs).where(handoffs.c.ticket == ticket).order_by(handoffs.c.num.desc()).limit(1)
    row = db.execute(chosen).first()
    return _handoff(row) if row else None


def of(db: Connection, ids: Collection[str]) -> dict[str, list[Handoff]]:
    """The handovers of each of these tickets, in order."""
    held, found = list(ids), dict[str, list[Handoff]]()
    for start in range(0, len(held), 500):  # values of one statement
        chosen = select(handoffs).where(handoffs.c.ticket.in_(held[start : start + 500])).order_by(handoffs.c.num)
        for row in db.execute(chosen):
            found.setdefault(row.ticket, []).append(_handoff(row))
    return found


def answered(db: Connection, ticket: str, at: datetime) -> None:
    """A person has answered."""
    db.execute(update(handoffs).where(handoffs.c.ticket == ticket, _waits()).values(answered=at))


def ended(db: Connection, ticket: str, at: datetime) -> None:
    """The assistant has the conversation again."""
    open_ = (handoffs.c.ticket == ticket) & handoffs.c.ended.is_(None)
    db.execute(update(handoffs).where(open_).values(ended=at))


def place(db: Connection, ticket: str) -> int:
    """Which place a ticket has among those that wait for a person, in the order of coming, from 1; 0 where it does not.

    A ticket that is no longer open waits no more.
    """
    newest = select(handoffs.c.ticket, func.max(handoffs.c.num).label("num")).select_from(
        handoffs.join(tickets, tickets.c.id == handoffs.c.ticket)
    )
    line = newest.where(_waits(), tickets.c.status == "open").group_by(handoffs.c.ticket).subquery()
    mine = db.scalar(select(line.c.num).where(line.c.ticket == ticket))
    if mine is None:
        return 0
    return (db.scalar(select(func.count()).select_from(line).where(line.c.num < mine)) or 0) + 1


def waits(db: Connection, limit: int) -> list[timedelta]:
    """How long those waited who came within office hours and were answered lately, the newest first."""
    chosen = select(handoffs.c.at, handoffs.c.answered).where(handoffs.c.within, handoffs.c.answered.is_not(None))
    return [row.answered - row.at for row in db.execute(chosen.order_by(handoffs.c.answered.desc()).limit(limit))]


def _waits() -> ColumnElement[bool]:
    return handoffs.c.answered.is_(None) & handoffs.c.ended.is_(None)


def _handoff(row: Row[Any]) -> Handoff:
    return Handoff(**{f.name: getattr(row, f.name) for f in fields(Handoff)})
