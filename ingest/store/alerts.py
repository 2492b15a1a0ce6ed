"""Alerts: topics that came in faster than they should, until somebody closes them. A topic has one open at most."""

import uuid
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ingest.schema import topic_alerts
from ingest.store import rows

PAUSE = timedelta(days=1)  # a burst after so long a quiet is another one


@dataclass(frozen=True)
class Alert:
    """`count` conversations came to a topic in `hours`, the first at `since` or later, where `expected` were to come.

    `at` is when it was raised, `seen` when the burst was last there. `probability` is that of so many or more by
    chance; `new` tells a topic that has come up only now. `examples` are ids of its newest conversations.
    """

    topic: str
    since: datetime
    count: int
    expected: float
    hours: int
    probability: float
    new: bool = False
    examples: tuple[str, ...] = ()
    id: str = ""
    at: datetime | None = None
    seen: datetime | None = None
    closed: datetime | None = None
    closed_by: str = ""
    closed_how: str = ""


def open(db: Connection, alert: Alert, now: datetime | None = None) -> bool:
    """Raise an alert and return True, unless one of its topic is open: that one then tells how it stands now.

    A topic whose last alert was closed after this burst's `since` has none raised: somebody knows of it.
    """
    now = now or datetime.now(UTC)
    held = next(iter(of(db, alert.topic)), None)
    if held is None and alert.since < (_closed(db, alert.topic) or alert.since):
        return False
    began = alert.at or now
    if held:
        goes_on = held.seen is not None and alert.since <= held.seen + PAUSE
        began, since = (held.at or now, held.since) if goes_on else (began, alert.since)
        alert = replace(alert, id=held.id, since=min(since, alert.since))
    stands = replace(alert, id=alert.id or f"A-{uuid.uuid4().hex[:12]}", at=began, seen=alert.seen or now)
    known = {f.name: getattr(stands, f.name) for f in fields(Alert)} | {"examples": list(alert.examples)}
    rows.upsert(db, topic_alerts, [known])
    return held is None


def page(db: Connection, open_only: bool = True, limit: int = 200) -> list[Alert]:
    """Alerts, newest first."""
    chosen = select(topic_alerts).order_by(topic_alerts.c.at.desc(), topic_alerts.c.id).limit(limit)
    return [_alert(row) for row in db.execute(chosen.where(topic_alerts.c.closed.is_(None)) if open_only else chosen)]


def of(db: Connection, topic: str, open_only: bool = True) -> list[Alert]:
    """The alerts of one topic, newest first."""
    chosen = select(topic_alerts).where(topic_alerts.c.topic == topic)
    chosen = chosen.order_by(topic_alerts.c.at.desc(), topic_alerts.c.id)
    return [_alert(row) for row in db.execute(chosen.where(topic_alerts.c.closed.is_(None)) if open_only else chosen)]


def get(db: Connection, id: str) -> Alert | None:
    """One alert, or None."""
    row = db.execute(select(topic_alerts).where(topic_alerts.c.id == id)).first()
    return _alert(row) if row else None


def close(db: Connection, id: str, by: str, how: str, now: datetime | None = None) -> bool:
    """Take an open alert down and say how it was settled; False where it is closed already."""
    held = update(topic_alerts).where(topic_alerts.c.id == id, topic_alerts.c.closed.is_(None))
    now = now or datetime.now(UTC)
    return bool(db.execute(held.values(closed=now, closed_by=by, closed_how=how)).rowcount)


def move(db: Connection, topic: str, into: str, now: datetime | None = None) -> None:
    """Let the alerts of a topic be those of another, which it is part of now. Of two that are open, its own closes."""
    if of(db, into):
        for one in of(db, topic):
            close(db, one.id, "", "merged", now)
    db.execute(update(topic_alerts).where(topic_alerts.c.topic == topic).values(topic=into))


def _closed(db: Connection, topic: str) -> datetime | None:
    """When the last alert of a topic was closed by somebody."""
    closed = select(topic_alerts.c.closed).where(topic_alerts.c.topic == topic, topic_alerts.c.closed_by != "")
    last: datetime | None = db.scalar(closed.order_by(topic_alerts.c.closed.desc()).limit(1))
    return last


def _alert(row: Row[Any]) -> Alert:
    known = {f.name: getattr(row, f.name) for f in fields(Alert)}
    return Alert(**known | {"examples": tuple(row.examples)})
