"""Macros: saved replies, how often each was used, and what it makes of a ticket."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update

from ingest.schema import macros
from ingest.store import rows


@dataclass(frozen=True)
class Macro:
    """One saved reply. An empty `lang` fits any language; `status` and `priority` are the ticket's once it is sent."""

    id: str
    title: str
    text: str
    lang: str = ""
    status: str = ""
    priority: str = ""
    by: str = ""
    used: int = 0
    updated: datetime | None = None


def put(db: Connection, macro: Macro) -> None:
    """Insert or overwrite a macro."""
    rows.upsert(db, macros, [asdict(macro) | {"updated": macro.updated or datetime.now(UTC)}])


def get(db: Connection, id: str) -> Macro | None:
    """One macro, or None."""
    row = db.execute(select(macros).where(macros.c.id == id)).first()
    return Macro(**row._asdict()) if row else None


def every(db: Connection, limit: int = 500) -> list[Macro]:
    """All macros, the most used first."""
    chosen = select(macros).order_by(macros.c.used.desc(), macros.c.title, macros.c.id).limit(limit)
    return [Macro(**row._asdict()) for row in db.execute(chosen)]


def count(db: Connection, id: str) -> None:
    """Note that a macro was used once more."""
    db.execute(update(macros).where(macros.c.id == id).values(used=macros.c.used + 1))


def remove(db: Connection, id: str) -> None:
    """Take a macro out."""
    db.execute(delete(macros).where(macros.c.id == id))
