"""Versions of FAQ entries: what each said after every change, who made it, and what it was called."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from ingest import schema
from ingest.schema import faq_versions
from ingest.store import faqs
from ingest.store.faqs import Entry, Face

SUGGESTED = "suggested"  # the action of words that a published entry may have next
QUIET = ("snoozed", "woke", "set a review of")  # actions that leave words alone
_WORDS = ("question", "answer", "lang", "product", "plan", "region", "state", "note")


@dataclass(frozen=True)
class Version:
    """An entry as it stood after one change. `evidence` and `variants` are None where that change left them alone."""

    entry: str
    number: int
    at: datetime
    by: str
    action: str
    question: str
    answer: str
    lang: str
    others: dict[str, Face]
    product: str
    plan: str
    region: str
    state: str
    note: str
    evidence: list[dict[str, Any]] | None = None
    variants: list[str] | None = None

    @property
    def faces(self) -> dict[str, Face]:
        """What it said by language, the main language first."""
        return {self.lang: Face(self.question, self.answer)} | self.others


def add(db: Connection, entry: Entry, action: str, by: str, *, at: datetime | None = None) -> int:
    """Keep an entry as it stands after `action`, now or `at`; returns the version's number, from 1."""
    last = db.scalar(select(func.max(faq_versions.c.number)).where(faq_versions.c.entry == entry.id)) or 0
    known = {name: getattr(entry, name) for name in _WORDS} | {"others": faqs.plain(entry.others)}
    changed = {name: found for name in ("evidence", "variants") if (found := getattr(entry, name)) is not None}
    changed = {name: found for name, found in changed.items() if found != _stood(db, entry.id, last, name)}
    made = {"entry": entry.id, "number": last + 1, "at": at or datetime.now(UTC), "by": by, "action": action}
    db.execute(insert(faq_versions).values(made | known | changed))
    return last + 1


def page(db: Connection, entry: str, limit: int = 200) -> list[Version]:
    """The versions of an entry, newest first."""
    chosen = select(faq_versions).where(faq_versions.c.entry == entry).order_by(faq_versions.c.number.desc())
    return [_version(row) for row in db.execute(chosen.limit(limit))]


def last(db: Connection, entry: str) -> Version | None:
    """The newest version, or None."""
    found = page(db, entry, 1)
    return found[0] if found else None


def get(db: Connection, entry: str, number: int) -> Version | None:
    """One version with the evidence and variants that held then, or None."""
    same = (faq_versions.c.entry == entry) & (faq_versions.c.number == number)
    row = db.execute(select(faq_versions).where(same)).first()
    if row is None:
        return None
    held = {name: _stood(db, entry, number, name) for name in ("evidence", "variants")}
    return _version(row, **held)


def suggested(db: Connection) -> set[str]:
    """Ids of published entries beside whose words others wait for approval."""
    held = faq_versions.c
    last = select(held.entry, func.max(held.number).label("number")).where(held.action.not_in(QUIET))
    newest = last.group_by(held.entry).subquery()
    same = (held.entry == newest.c.entry) & (held.number == newest.c.number) & (held.action == SUGGESTED)
    published = (schema.faqs.c.id == held.entry) & (schema.faqs.c.state == "approved")
    return set(db.scalars(select(held.entry).join(newest, same).join(schema.faqs, published)))


def _stood(db: Connection, entry: str, number: int, name: str) -> Any:
    """What a column that is only kept when it changes held at a version; None where there is no version."""
    column = faq_versions.c[name]
    held = (faq_versions.c.entry == entry) & (faq_versions.c.number <= number) & column.is_not(None)
    return db.scalar(select(column).where(held).order_by(faq_versions.c.number.desc()).limit(1))


def _version(row: Row[Any], **held: Any) -> Version:
    known = {f.name: getattr(row, f.name) for f in fields(Version)}
    return Version(**known | {"others": faqs.faces(row.others)} | held)
