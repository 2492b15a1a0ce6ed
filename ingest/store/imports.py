"""What came in when, and every record that could not, with its reason."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from ingest.records import Reject
from ingest.schema import imports, rejects
from ingest.store import rows


def start(db: Connection, id: str, origin: str, by: str = "") -> None:
    """Note that an import began."""
    rows.upsert(db, imports, [{"id": id, "origin": origin, "started": datetime.now(UTC), "by": by, "counts": {}}])


def finish(db: Connection, id: str, counts: dict[str, int]) -> None:
    """Note that it came to its end, with its counts."""
    change = {"finished": datetime.now(UTC), "counts": counts}
    db.execute(imports.update().where(imports.c.id == id).values(change))


def history(db: Connection, limit: int = 20) -> list[Row[Any]]:
    """Imports, newest first."""
    return list(db.execute(select(imports).order_by(imports.c.started.desc()).limit(limit)))


def reject(db: Connection, one: Reject, origin: str) -> None:
    """Keep a record that could not come in; the same one twice is kept once."""
    name = hashlib.sha256(f"{one.place}\0{one.reason}\0{one.raw}".encode()).hexdigest()[:24]
    kept = {"id": name, "place": one.place, "reason": one.reason, "raw": one.raw, "origin": origin}
    rows.upsert(db, rejects, [kept | {"seen": datetime.now(UTC)}])


def rejected(db: Connection, origin: str = "", limit: int = 500) -> list[Row[Any]]:
    """Rejected records, newest first, of one origin or of all."""
    chosen = select(rejects).order_by(rejects.c.seen.desc(), rejects.c.id).limit(limit)
    return list(db.execute(chosen.where(rejects.c.origin == origin) if origin else chosen))


def rejected_count(db: Connection) -> int:
    """How many rejected records are kept."""
    return db.scalar(select(func.count()).select_from(rejects)) or 0


def forgive(db: Connection, origin: str) -> None:
    """Drop the rejects of an origin that is read anew."""
    db.execute(delete(rejects).where(rejects.c.origin == origin))
