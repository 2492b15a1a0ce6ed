"""What came in when, and every record that could not, with its reason."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from ingest.records import Reject
from ingest.schema import imports, rejects
from ingest.store import rows


def start(db: Connection, origin: str, by: str = "") -> str:
    """Note that an import of this origin began, or goes on after it was broken off; returns its id."""
    broken = select(imports.c.id).where(imports.c.origin == origin)
    broken = broken.where(imports.c.finished.is_(None), imports.c.undone.is_(None))
    id = db.scalar(broken.order_by(imports.c.started.desc()).limit(1)) or uuid.uuid4().hex[:12]
    rows.upsert(db, imports, [{"id": id, "origin": origin, "started": datetime.now(UTC), "by": by, "counts": {}}])
    return id


def finish(db: Connection, id: str, counts: dict[str, int]) -> None:
    """Note that it came to its end, with its counts."""
    change = {"finished": datetime.now(UTC), "counts": counts}
    db.execute(imports.update().where(imports.c.id == id).values(change))


def undo(db: Connection, id: str) -> None:
    """Note that it was taken back."""
    db.execute(imports.update().where(imports.c.id == id).values(undone=datetime.now(UTC)))


def history(db: Connection, limit: int = 20) -> list[Row[Any]]:
    """Imports, newest first."""
    return list(db.execute(select(imports).order_by(imports.c.started.desc()).limit(limit)))


def reject(db: Connection, one: Reject, origin: str, sealed: bytes | None = None) -> None:
    """Keep a record that could not come in; the same one twice is kept once. `sealed` is its `raw` as it was."""
    name = hashlib.sha256(f"{one.place}\0{one.reason}\0{one.raw}".encode()).hexdigest()[:24]
    kept = {"id": name, "place": one.place, "reason": one.reason, "raw": one.raw, "context": one.context}
    rows.upsert(db, rejects, [kept | {"origin": origin, "sealed": sealed, "seen": datetime.now(UTC)}])


def rejected(db: Connection, origin: str = "", limit: int = 500) -> list[Row[Any]]:
    """Rejected records, newest first, of one origin or of all."""
    chosen = select(rejects).order_by(rejects.c.seen.desc(), rejects.c.id).limit(limit)
    return list(db.execute(chosen.where(rejects.c.origin == origin) if origin else chosen))


def rejected_count(db: Connection) -> int:
    """How many rejected records are kept."""
    return db.scalar(select(func.count()).select_from(rejects)) or 0


def settled(db: Connection, id: str) -> None:
    """Drop one reject: it came in after all, or never will."""
    db.execute(delete(rejects).where(rejects.c.id == id))


def forgive(db: Connection, origin: str) -> None:
    """Drop the rejects of an origin that is read anew."""
    db.execute(delete(rejects).where(rejects.c.origin == origin))
