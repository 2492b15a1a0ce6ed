"""How many visitors an FAQ entry keeps from needing a person: those who had its answer against those held out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from console import intervals
from console.intervals import Figure
from ingest.store import arms
from ingest.store.arms import Arm, Counted

SINCE = timedelta(days=180)  # older visitors met other words
WIDE = 0.3  # of an interval, from which on a figure says too little: with half contacting, below some 45 held out


@dataclass(frozen=True)
class Deflection:
    """The share of visitors who go on to a person when held out, less that of those who are not; below 0 is harm."""

    offered: Counted
    held: Counted
    saved: Figure

    @property
    def told(self) -> bool:
        """Whether it says enough to be shown. This asks only how wide the interval is, never where it lies."""
        return self.saved.known and self.saved.high - self.saved.low <= WIDE


def of(counted: Mapping[Arm, Counted]) -> Deflection:
    """The deflection that these visitors show."""
    offered, held = counted.get("offered", Counted()), counted.get("held", Counted())
    saved = intervals.difference((held.contacted, held.shown), (offered.contacted, offered.shown))
    return Deflection(offered, held, saved)


def page(db: Connection, now: datetime) -> dict[str, Deflection]:
    """The deflection of every entry that was met in the last 180 days, by id, and of all together under `arms.ANY`."""
    return {entry: of(counted) for entry, counted in arms.totals(db, (now - SINCE).date()).items()}
