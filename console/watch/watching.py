"""When a customer comes to be watched, and how a watch follows the risk while it is open."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ingest.store import notes, watches
from ingest.store.watches import Told, Watch

LATELY = timedelta(days=30)  # who wrote last before that is history, not at risk
LEFT = timedelta(days=180)  # who left is let go for so long
BY = "desk"  # stands in the journal where a person's name stands otherwise


@dataclass(frozen=True)
class Weighed:
    """A customer's risk now: `ticket` is the conversation it shows in, `said` when the customer last wrote.

    `points` are the risk in log-odds, before the desk's own calibration.
    """

    customer: str
    ticket: str
    at_risk: float
    reasons: Told
    said: datetime | None
    waits: bool = False
    points: float | None = None


def follow(db: Connection, found: Weighed, least: float, now: datetime) -> Watch | None:
    """Bring the customer's open watch up to date, or begin one where the risk is `least` or more.

    Returns the watch, None where there is none. What was settled comes up again only once the customer wrote again.
    """
    held = watches.open_of(db, found.customer)
    if held:
        now_so = replace(held, at_risk=found.at_risk, reasons=found.reasons)
        if now_so != held:
            watches.put(db, now_so)
        return now_so
    if found.at_risk < least or not _lately(found, now) or _settled(db, found, now):
        return None
    begun = Watch(
        found.customer, found.ticket, now, found.at_risk, found.at_risk, found.reasons, points=found.points
    )  # fmt: skip
    begun = replace(begun, id=watches.put(db, begun))
    notes.write(db, by=BY, action="began watch", subject=found.ticket, watch=begun.id, at_risk=round(found.at_risk, 4))
    return begun


def _lately(found: Weighed, now: datetime) -> bool:
    return found.waits or (found.said is not None and found.said >= now - LATELY)


def _settled(db: Connection, found: Weighed, now: datetime) -> bool:
    """Whether somebody has closed this customer's watch, and nothing was said since."""
    last = watches.last_of(db, found.customer)
    if last is None or last.closed is None:
        return False
    gone = last.outcome == "churned" and now < last.closed + LEFT
    return gone or found.said is None or found.said <= last.closed
