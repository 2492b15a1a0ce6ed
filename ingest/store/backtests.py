"""Runs of the desk over its own past: which tickets there are to replay, what was known then, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, select

from ingest.schema import backtests, fingerprints, messages, tickets
from ingest.store import rows
from ingest.store.fingerprints import COMMON


@dataclass(frozen=True)
class Backtest:
    """One run. It has `finished`, or was stopped by `trouble`, or still runs, or was cut off. `cases` are JSON."""

    id: str
    started: datetime
    wanted: int
    least: float
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None
    finished: datetime | None = None
    cases: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""


def put(db: Connection, run: Backtest) -> None:
    """Keep a run as it stands now."""
    rows.upsert(db, backtests, [{f.name: getattr(run, f.name) for f in fields(Backtest)}])


def last(db: Connection, limit: int = 5) -> list[Backtest]:
    """The last runs, newest first."""
    found = db.execute(select(backtests).order_by(backtests.c.started.desc(), backtests.c.id).limit(limit))
    return [Backtest(**row._asdict()) for row in found]


def past(db: Connection, since: datetime | None, until: datetime | None, limit: int) -> list[str]:
    """The newest `limit` resolved tickets with a date and words of both sides, oldest first. Calls are none."""
    period = [tickets.c.created >= since] if since else []
    period += [tickets.c.created < until] if until else []
    spoken = [
        exists().where(and_(messages.c.ticket == tickets.c.id, messages.c.direction == side))
        for side in ("incoming", "outgoing")
    ]
    chosen = select(tickets.c.id).where(
        tickets.c.status == "resolved", tickets.c.kind == "ticket", tickets.c.created.is_not(None), *period, *spoken
    )
    return list(db.scalars(chosen.order_by(tickets.c.created.desc(), tickets.c.id).limit(limit)))[::-1]


def twins(db: Connection, ticket: str) -> set[str]:
    """The ticket and those that hold a long message of it: the same conversation that came in twice."""
    mine = select(fingerprints.c.mark).where(fingerprints.c.ticket == ticket)
    found: dict[int, set[str]] = {}
    for row in db.execute(select(fingerprints).where(fingerprints.c.mark.in_(mine))):
        found.setdefault(row.mark, set()).add(row.ticket)
    return {ticket}.union(*(some for some in found.values() if len(some) <= COMMON))


def unsettled(db: Connection, ids: Iterable[str], at: datetime) -> set[str]:
    """Which of these conversations went on after `at`: how they ended was not known then."""
    chosen = select(tickets.c.id).where(tickets.c.id.in_(list(ids)), tickets.c.updated > at)
    return set(db.scalars(chosen))
