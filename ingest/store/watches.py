"""Customers who may leave, each looked after from an alert to an outcome. A customer has one open watch at most."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, select

from ingest.schema import watches
from ingest.store import rows

Outcome = Literal["saved", "churned", "complaint", "false"]
Told = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Watch:
    """`raised` is the risk when it began, `points` the same in log-odds (None: unknown), `at_risk` the latest.

    `reasons` are the latest too: what speaks for it, the weightiest first, then what speaks against it.

    `ticket` is the conversation in which it came up, `customer` as tickets name them, or `ticket:ID` where nobody
    knows. Not `flagged`: somebody recorded an outcome without an alert. `steps` are {"step", "by", "at", "note"}.
    """

    customer: str
    ticket: str
    at: datetime
    raised: float
    at_risk: float
    reasons: Told = ()
    flagged: bool = True
    owner: str = ""
    due: datetime | None = None
    steps: Told = ()
    outcome: Outcome | Literal[""] = ""
    note: str = ""
    closed: datetime | None = None
    closed_by: str = ""
    points: float | None = None
    id: str = ""


def put(db: Connection, watch: Watch) -> str:
    """Insert or overwrite one; returns its id, which a new one gets here."""
    kept = replace(watch, id=watch.id or f"R-{uuid.uuid4().hex[:12]}")
    known = {f.name: getattr(kept, f.name) for f in fields(Watch)}
    rows.upsert(db, watches, [known | {"reasons": list(kept.reasons), "steps": list(kept.steps)}])
    return kept.id


def get(db: Connection, id: str) -> Watch | None:
    """One watch, or None."""
    row = db.execute(select(watches).where(watches.c.id == id)).first()
    return _watch(row) if row else None


def remove(db: Connection, id: str) -> None:
    """Take one out, as if it had never been."""
    db.execute(delete(watches).where(watches.c.id == id))


def open_of(db: Connection, customer: str) -> Watch | None:
    """The open watch of a customer, or None."""
    same = (watches.c.customer == customer) & watches.c.closed.is_(None)
    row = db.execute(select(watches).where(same).order_by(watches.c.at).limit(1)).first()
    return _watch(row) if row else None


def last_of(db: Connection, customer: str) -> Watch | None:
    """The watch of a customer that was closed last, or None."""
    same = (watches.c.customer == customer) & watches.c.closed.is_not(None)
    row = db.execute(select(watches).where(same).order_by(watches.c.closed.desc()).limit(1)).first()
    return _watch(row) if row else None


def opened(db: Connection, owner: str = "", limit: int = 500) -> list[Watch]:
    """Open watches, the worst first; only those of one owner where one is named."""
    chosen = select(watches).where(watches.c.closed.is_(None))
    if owner:
        chosen = chosen.where(watches.c.owner == owner)
    return [_watch(row) for row in db.execute(chosen.order_by(watches.c.at_risk.desc(), watches.c.id).limit(limit))]


def closed(db: Connection, owner: str = "", limit: int = 5000) -> list[Watch]:
    """Watches with an outcome, the newest first; only those of one owner where one is named."""
    chosen = select(watches).where(watches.c.closed.is_not(None))
    if owner:
        chosen = chosen.where(watches.c.owner == owner)
    return [_watch(row) for row in db.execute(chosen.order_by(watches.c.closed.desc(), watches.c.id).limit(limit))]


def of_tickets(db: Connection, ids: Iterable[str]) -> list[Watch]:
    """Every watch that came up in one of these conversations."""
    chosen = select(watches).where(watches.c.ticket.in_(list(ids))).order_by(watches.c.at, watches.c.id)
    return [_watch(row) for row in db.execute(chosen)]


def began_since(db: Connection, since: datetime) -> list[Watch]:
    """Watches that the desk itself began since then."""
    chosen = select(watches).where(watches.c.at >= since, watches.c.flagged)
    return [_watch(row) for row in db.execute(chosen.order_by(watches.c.at))]


def _watch(row: Row[Any]) -> Watch:
    known = {f.name: getattr(row, f.name) for f in fields(Watch)}
    return Watch(**known | {"reasons": tuple(row.reasons), "steps": tuple(row.steps)})
