"""Single facts about this home (a key and a value), and the journal of who did what."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from ingest.schema import journal, meta
from ingest.store import rows


def get(db: Connection, key: str) -> str | None:
    """The value kept under `key`, or None."""
    return db.scalar(select(meta.c.value).where(meta.c.key == key))


def put(db: Connection, key: str, value: str) -> None:
    """Keep a value under `key`."""
    rows.upsert(db, meta, [{"key": key, "value": value}])


def write(db: Connection, *, by: str, action: str, subject: str = "", **detail: Any) -> None:
    """Add a line to the journal."""
    db.execute(insert(journal).values(at=datetime.now(UTC), by=by, action=action, subject=subject, detail=detail))


def about(db: Connection, subject: str, limit: int = 50) -> list[Row[Any]]:
    """The journal's lines about one subject, newest first."""
    chosen = select(journal).where(journal.c.subject == subject)
    return list(db.execute(chosen.order_by(journal.c.num.desc()).limit(limit)))
