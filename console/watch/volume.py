"""From which risk on customers are watched: so many a week as the supervisors can look after."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from console import risk
from ingest.store import moods, notes

WEEKS = 4  # that are looked back
EVERY = timedelta(minutes=10)  # how often the background looks at most
_KEPT = "watch_volume"


@dataclass(frozen=True)
class Volume:
    """From the risk `least` on customers are watched, which were `weekly` a week lately; `capacity` are wanted."""

    least: float
    weekly: float
    capacity: int


def current(db: Connection, capacity: int, now: datetime) -> Volume:
    """What holds now, without working it out anew where it was done lately for this capacity."""
    kept = json.loads(notes.get(db, _KEPT) or "{}")
    fresh = kept.get("weekly") and now < datetime.fromisoformat(kept["at"]) + EVERY  # none yet is soon out of date
    if kept.get("capacity") == capacity and fresh:
        return Volume(kept["least"], kept["weekly"], capacity)
    return _worked_out(db, capacity, now)


def refresh(db: Connection, capacity: int, now: datetime) -> Volume:
    """The same, kept."""
    found = current(db, capacity, now)
    kept = json.loads(notes.get(db, _KEPT) or "{}")
    if kept.get("capacity") != capacity or now >= datetime.fromisoformat(kept["at"]) + EVERY:
        notes.put(db, _KEPT, json.dumps(asdict(found) | {"at": now.isoformat()}))
    return found


def _worked_out(db: Connection, capacity: int, now: datetime) -> Volume:
    levels = moods.risks(db, now - timedelta(weeks=WEEKS))
    least = risk.threshold(levels, capacity, WEEKS)
    return Volume(least, sum(level >= least for level in levels) / WEEKS, capacity)
