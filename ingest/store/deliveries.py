"""Alerts about customers at risk on their way to an address: waiting, sent, or given up."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select, update

from ingest.schema import deliveries, watches
from ingest.store import rows

Kind = Literal["email", "webhook"]


@dataclass(frozen=True)
class Delivery:
    """One alert to one address (`target`), not before `due`. No `watch` is a test; `at_risk` is what it tells."""

    kind: Kind
    target: str
    at: datetime
    due: datetime
    watch: str | None = None
    at_risk: float = 0.0
    tries: int = 0
    sent: datetime | None = None
    given_up: datetime | None = None
    trouble: str = ""
    id: str = ""


def put_many(db: Connection, found: Sequence[Delivery]) -> None:
    """Insert or overwrite; a new one gets its id."""
    named = [replace(one, id=one.id or f"D-{uuid.uuid4().hex[:12]}") for one in found]
    rows.upsert(db, deliveries, [{f.name: getattr(one, f.name) for f in fields(Delivery)} for one in named])


def due(db: Connection, now: datetime) -> list[Delivery]:
    """What is to be sent now, the oldest first."""
    chosen = select(deliveries).where(_waits(), deliveries.c.due <= now)
    return [_delivery(row) for row in db.execute(chosen.order_by(deliveries.c.at, deliveries.c.id).limit(500))]


def page(db: Connection, limit: int = 50) -> list[Delivery]:
    """The newest, whatever became of them."""
    chosen = select(deliveries).order_by(deliveries.c.at.desc(), deliveries.c.id).limit(limit)
    return [_delivery(row) for row in db.execute(chosen)]


def waiting(db: Connection) -> int:
    """How many are still to be sent."""
    return db.scalar(select(func.count()).select_from(deliveries).where(_waits())) or 0


def failed_since(db: Connection, since: datetime) -> list[Delivery]:
    """What was given up since then, or failed and is tried again, the newest first."""
    wrong = (deliveries.c.trouble != "") & deliveries.c.sent.is_(None) & (deliveries.c.at >= since)
    chosen = select(deliveries).where(wrong).order_by(deliveries.c.at.desc(), deliveries.c.id)
    return [_delivery(row) for row in db.execute(chosen)]


def last_about(db: Connection, customer: str) -> Delivery | None:
    """The newest alert about a customer, in whichever watch, or None."""
    joined = deliveries.join(watches, watches.c.id == deliveries.c.watch)
    chosen = select(deliveries).select_from(joined).where(watches.c.customer == customer)
    row = db.execute(chosen.order_by(deliveries.c.at.desc()).limit(1)).first()
    return _delivery(row) if row else None


def drop(db: Connection, watch: str, now: datetime, why: str) -> None:
    """Give up what still waits about a watch: it is settled."""
    held = update(deliveries).where(_waits(), deliveries.c.watch == watch)
    db.execute(held.values(given_up=now, trouble=why))


def _waits() -> Any:
    return deliveries.c.sent.is_(None) & deliveries.c.given_up.is_(None)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**{f.name: getattr(row, f.name) for f in fields(Delivery)})
