"""Conversations of the chat widget as figures need them: whose and when, what was said, and what the journal tells."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from ingest.schema import journal, messages, tickets

_MANY = 500  # values of one statement
_WHO = (tickets.c.id, tickets.c.customer, tickets.c.visitor, tickets.c.created)
_SAID = (messages.c.ticket, messages.c.seq, messages.c.direction, messages.c.author, messages.c.at, messages.c.missed)


def begun(db: Connection, since: datetime, site: str | None = None) -> list[Row[Any]]:
    """Conversations begun in the chat from then on, of one site or (None) of all: the oldest first.

    Rows of (id, customer, visitor, created, site, status, csat).
    """
    wanted = select(*_WHO, tickets.c.site, tickets.c.status, tickets.c.csat)
    chosen = wanted.where(tickets.c.visitor != "", tickets.c.created >= since)
    if site is not None:
        chosen = chosen.where(tickets.c.site == site)
    return list(db.execute(chosen.order_by(tickets.c.created, tickets.c.id)))


def known(db: Connection) -> bool:
    """Whether the chat was ever used."""
    return db.scalar(select(tickets.c.id).where(tickets.c.visitor != "").limit(1)) is not None


def moving(db: Connection, since: datetime) -> list[Row[Any]]:
    """Tickets and calls of a known customer or visitor in which something happened from then on, through any channel.

    Rows of (id, customer, visitor, created).
    """
    whose = (tickets.c.customer != "") | (tickets.c.visitor != "")
    return list(db.execute(select(*_WHO).where(whose, func.coalesce(tickets.c.updated, tickets.c.created) >= since)))


def said(db: Connection, ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """What was said in these, in order, without the words: rows of (ticket, seq, direction, author, at, missed)."""
    found: dict[str, list[Row[Any]]] = {}
    for some in _pieces(ids):
        chosen = select(*_SAID).where(messages.c.ticket.in_(some))
        rows: list[Row[Any]] = list(db.execute(chosen.order_by(messages.c.ticket, messages.c.seq)))
        for row in rows:
            found.setdefault(row.ticket, []).append(row)
    return found


def words(db: Connection, places: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The words at these places, each a ticket's id and a message's place in it."""
    wanted, found = set(places), dict[tuple[str, int], str]()
    for some in _pieces({ticket for ticket, _ in wanted}):
        chosen = select(messages.c.ticket, messages.c.seq, messages.c.text).where(messages.c.ticket.in_(some))
        found |= {(row.ticket, row.seq): row.text for row in db.execute(chosen) if (row.ticket, row.seq) in wanted}
    return found


def journaled(db: Connection, ids: Collection[str], action: str) -> dict[str, list[Row[Any]]]:
    """The journal's lines with this action about each of these, in order: rows of (subject, detail)."""
    found: dict[str, list[Row[Any]]] = {}
    for some in _pieces(ids):
        chosen = select(journal.c.subject, journal.c.detail)
        chosen = chosen.where(journal.c.subject.in_(some), journal.c.action == action)
        rows: list[Row[Any]] = list(db.execute(chosen.order_by(journal.c.num)))
        for row in rows:
            found.setdefault(row.subject, []).append(row)
    return found


def _pieces(values: Collection[Any]) -> Iterable[Sequence[Any]]:
    """Some values at a time, as many as one statement may name."""
    held = list(values)
    return (held[start : start + _MANY] for start in range(0, len(held), _MANY))
