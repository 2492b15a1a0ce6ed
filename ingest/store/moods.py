"""How customers feel and how likely they are to leave, as it is kept beside what they said."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, or_, select, update

from ingest.schema import customers, messages, tickets


def follow(db: Connection, ticket: str, after: Mapping[int, float]) -> None:
    """Store how dissatisfied the customer is after each of these messages, by place."""
    for seq, level in after.items():
        same = (messages.c.ticket == ticket) & (messages.c.seq == seq)
        db.execute(update(messages).where(same).values(after=level))


def miss(db: Connection, ticket: str, seq: int) -> None:
    """Remember that this answer of the assistant did not help."""
    same = (messages.c.ticket == ticket) & (messages.c.seq == seq)
    db.execute(update(messages).where(same).values(missed=True))


def levels(db: Connection, ids: Iterable[str]) -> dict[str, list[float]]:
    """How dissatisfied the customer was after each of their messages, in order, for each of these tickets."""
    incoming = messages.c.ticket.in_(list(ids)) & (messages.c.direction == "incoming") & (messages.c.mood != "")
    level = func.coalesce(messages.c.after, messages.c.dissatisfied, 0.0).label("level")
    found: dict[str, list[float]] = {}
    chosen = select(messages.c.ticket, level).where(incoming).order_by(messages.c.ticket, messages.c.seq)
    for row in db.execute(chosen):
        found.setdefault(row.ticket, []).append(row.level)
    return found


def conversations(db: Connection, references: Iterable[str], limit: int = 50) -> list[Row[Any]]:
    """The tickets' rows of a customer, known by any of these names: the newest `limit` of them, the oldest first."""
    chosen = select(tickets).where(tickets.c.customer.in_([one for one in references if one]))
    newest = db.execute(chosen.order_by(tickets.c.updated.desc(), tickets.c.id).limit(limit)).all()
    return list(reversed(newest))


def weighed(db: Connection, ids: Iterable[str], now: datetime) -> None:
    """Note that the risk that these tickets tell of was looked at."""
    db.execute(update(tickets).where(tickets.c.id.in_(list(ids))).values(weighed=now))


def stale(db: Connection, references: Iterable[str], lately: datetime) -> None:
    """Note that the customer of these names is to be weighed anew, by what goes on or went on since `lately`."""
    goes_on = (tickets.c.status != "resolved") | (tickets.c.updated >= lately)
    theirs = tickets.c.customer.in_([one for one in references if one])
    db.execute(update(tickets).where(theirs, goes_on).values(weighed=None))


def unweighed(db: Connection, before: datetime, now: datetime, limit: int, *, lately: datetime) -> list[str]:
    """Tickets whose risk may have changed: whose customer waits and was not weighed since `before`, or that went on.

    What is resolved and went on last before `lately` is none of them.
    """
    goes_on = (tickets.c.status != "resolved") | (tickets.c.updated >= lately)
    waits = tickets.c.waiting_since.is_not(None) & (tickets.c.weighed < before)
    went_on = (tickets.c.weighed < tickets.c.updated) & (tickets.c.updated <= now)  # some clocks run ahead
    changed = tickets.c.weighed.is_(None) | went_on
    chosen = select(tickets.c.id).where(tickets.c.mood != "", goes_on, or_(waits, changed))
    return list(db.scalars(chosen.order_by(tickets.c.weighed, tickets.c.id).limit(limit)))


def risks(db: Connection, since: datetime) -> list[float]:
    """The risk of every customer with a conversation that went on since then: each once, who is unknown by ticket."""
    joined = tickets.outerjoin(customers, customers.c.id == tickets.c.customer)
    level = func.coalesce(case((customers.c.weighed.is_not(None), customers.c.at_risk)), tickets.c.at_risk)
    whose = case((tickets.c.customer == "", tickets.c.id), else_=tickets.c.customer)
    lately = select(func.max(level)).select_from(joined).where(tickets.c.updated >= since, tickets.c.mood != "")
    return list(db.scalars(lately.group_by(whose)))
