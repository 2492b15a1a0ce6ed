"""Flags on published FAQ entries: what speaks against them, shown beside their own words until somebody closes it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from ingest.schema import faq_flags
from ingest.store import rows

RETIRED = "retired"  # how flags are closed whose entry is taken down
Kind = Literal["contradiction", "article", "rating", "review", "unused"]


@dataclass(frozen=True)
class Flag:
    """One finding. `ours` is the entry's sentence, `theirs` what speaks against it: kind, source, title, quote, span.

    A kind that has no other text puts what makes it this finding into `theirs`, for example {"source": "2026-10-01"}
    for a review that was due then: a finding that was closed once is not raised again.
    """

    entry: str
    kind: Kind
    ours: str = ""
    theirs: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    at: datetime | None = None
    closed: datetime | None = None
    closed_by: str = ""
    closed_how: str = ""

    @property
    def id(self) -> str:
        """The same for the same entry, kind and `theirs`."""
        return hashlib.sha256("\n".join((self.entry, self.kind, _key(self.theirs))).encode()).hexdigest()[:16]


def open(db: Connection, flag: Flag) -> bool:
    """Raise a flag; False where this finding was raised before, whether or not it was closed since."""
    if db.scalar(select(faq_flags.c.id).where(faq_flags.c.id == flag.id)):
        return False
    known = {f.name: getattr(flag, f.name) for f in fields(Flag)}
    rows.upsert(db, faq_flags, [known | {"id": flag.id, "at": flag.at or datetime.now(UTC)}])
    return True


def page(db: Connection, open_only: bool = True, limit: int = 1000) -> list[Flag]:
    """Flags, newest first."""
    chosen = select(faq_flags).order_by(faq_flags.c.at.desc(), faq_flags.c.id).limit(limit)
    return [_flag(row) for row in db.execute(chosen.where(faq_flags.c.closed.is_(None)) if open_only else chosen)]


def of(db: Connection, entry: str, open_only: bool = True) -> list[Flag]:
    """The flags of one entry, newest first."""
    chosen = select(faq_flags).where(faq_flags.c.entry == entry).order_by(faq_flags.c.at.desc(), faq_flags.c.id)
    return [_flag(row) for row in db.execute(chosen.where(faq_flags.c.closed.is_(None)) if open_only else chosen)]


def get(db: Connection, id: str) -> Flag | None:
    """One flag, or None."""
    row = db.execute(select(faq_flags).where(faq_flags.c.id == id)).first()
    return _flag(row) if row else None


def close(db: Connection, id: str, by: str, how: str) -> bool:
    """Take an open flag down and say how it was settled; False where it is closed already."""
    held = update(faq_flags).where(faq_flags.c.id == id, faq_flags.c.closed.is_(None))
    return bool(db.execute(held.values(closed=datetime.now(UTC), closed_by=by, closed_how=how)).rowcount)


def retire(db: Connection, entry: str, by: str) -> None:
    """Take down the open flags of an entry that is published no more."""
    for flag in of(db, entry):
        close(db, flag.id, by, RETIRED)


def restore(db: Connection, entry: str) -> None:
    """Open the flags again that were taken down with their entry: none is raised twice, and it is published anew."""
    gone = (faq_flags.c.entry == entry) & (faq_flags.c.closed_how == RETIRED)
    db.execute(update(faq_flags).where(gone).values(closed=None, closed_by="", closed_how=""))


def _key(theirs: Mapping[str, Any]) -> str:
    return json.dumps(theirs, ensure_ascii=False, sort_keys=True, default=str)


def _flag(row: Row[Any]) -> Flag:
    return Flag(**{f.name: getattr(row, f.name) for f in fields(Flag)})
