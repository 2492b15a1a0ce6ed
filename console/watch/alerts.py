"""Whom an alert about a customer at risk goes to, and when: not at night, and not twice about the same customer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from console.settings import Settings
from console.watch import quiet
from ingest.store import deliveries, notes
from ingest.store.deliveries import Delivery, Kind
from ingest.store.watches import Watch

GATHER = timedelta(minutes=2)  # what comes up within so long goes out together: the first look at an import finds many
RISES = 0.2  # so much higher than what was told last is worth another alert


def raised(db: Connection, watch: Watch, settings: Settings, now: datetime) -> int:
    """Put alerts about a watch on their way, unless its customer caused one lately; returns how many."""
    last = deliveries.last_about(db, watch.customer)
    if watch.closed or not watch.flagged or (last and not _again(last, watch, settings, now)):
        return 0
    due = quiet.until(now + GATHER, settings.alerts_quiet, settings.timezone)
    made = [Delivery(kind, to, now, due, watch.id, watch.at_risk) for kind, to in targets(settings)]
    deliveries.put_many(db, made)
    return len(made)


def test(db: Connection, settings: Settings, now: datetime, by: str) -> int:
    """Put a test alert on its way to every address, also in quiet hours; returns how many."""
    made = [Delivery(kind, to, now, now) for kind, to in targets(settings)]
    deliveries.put_many(db, made)
    notes.write(db, by=by, action="sent test alert", count=len(made))
    return len(made)


def targets(settings: Settings) -> Iterator[tuple[Kind, str]]:
    """Every address that alerts go to."""
    if settings.smtp_url.get_secret_value():
        yield from (("email", to) for to in dict.fromkeys(settings.alerts_to))
    yield from (("webhook", url) for url in dict.fromkeys(settings.alerts_webhook))


def _again(last: Delivery, watch: Watch, settings: Settings, now: datetime) -> bool:
    """Whether the same customer may be told of again: after a pause, or when the risk has risen much."""
    if last.watch == watch.id:
        return watch.at_risk >= last.at_risk + RISES
    return now >= last.at + timedelta(days=settings.alerts_pause) or watch.at_risk >= last.at_risk + RISES
