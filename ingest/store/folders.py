"""Folders on this machine that are brought in again and again: how often, and what came of it last."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ingest.schema import folders


@dataclass(frozen=True)
class Folder:
    """One folder. `last_seen` is a fingerprint of its files at the last run, whose counts are `result`."""

    id: str
    path: str
    source: str
    minutes: int
    paused: bool
    by: str
    created: datetime
    last_run: datetime | None
    last_seen: str
    result: dict[str, int]
    trouble: str

    @property
    def next_run(self) -> datetime | None:
        """When it is due again; None while it is paused."""
        if self.paused:
            return None
        return self.last_run + timedelta(minutes=self.minutes) if self.last_run else self.created


_FIELDS = [f.name for f in fields(Folder)]


def add(db: Connection, path: str, source: str, minutes: int, by: str) -> str:
    """Name a folder, which is due at once; returns its id."""
    id = uuid.uuid4().hex[:12]
    row = {"id": id, "path": path, "source": source, "minutes": minutes, "by": by, "created": datetime.now(UTC)}
    db.execute(insert(folders).values(row))
    return id


def page(db: Connection) -> list[Folder]:
    """All folders, by path."""
    found = db.execute(select(folders).order_by(folders.c.path))
    return [Folder(**{name: getattr(row, name) for name in _FIELDS}) for row in found]


def due(db: Connection, now: datetime) -> list[Folder]:
    """Those whose time has come, the longest waiting first."""
    waiting = [(at, one) for one in page(db) if (at := one.next_run) and at <= now]
    return [one for _, one in sorted(waiting, key=lambda pair: pair[0])]


def pause(db: Connection, id: str, paused: bool) -> None:
    """Let it rest, or go on."""
    _change(db, id, paused=paused)


def ask(db: Connection, id: str) -> None:
    """Make it due now, whether or not its files have changed."""
    _change(db, id, last_run=None, last_seen="")


def wait(db: Connection, id: str, trouble: str) -> None:
    """It stays due, for this reason."""
    _change(db, id, trouble=trouble)


def ran(db: Connection, id: str, seen: str, result: Mapping[str, int], trouble: str = "") -> None:
    """Note that it was looked at, and what came of it."""
    _change(db, id, last_run=datetime.now(UTC), last_seen=seen, result=dict(result), trouble=trouble)


def remove(db: Connection, id: str) -> None:
    """Forget the folder; what it brought stays."""
    db.execute(delete(folders).where(folders.c.id == id))


def _change(db: Connection, id: str, **values: Any) -> None:
    db.execute(update(folders).where(folders.c.id == id).values(values))
