"""FAQ entries, from proposed by the desk to approved by a supervisor."""

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from ingest.schema import faqs
from ingest.store import rows


@dataclass(frozen=True)
class Entry:
    """One question with its answer. `evidence` are dicts of kind, source, title, quote; `variants` other wordings."""

    id: str
    question: str
    answer: str
    lang: str
    product: str = ""
    state: str = "proposed"
    evidence: list[dict[str, Any]] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)
    by: str = ""
    note: str = ""
    created: datetime | None = None
    updated: datetime | None = None


def put(db: Connection, entry: Entry) -> None:
    """Insert or overwrite an entry."""
    now = datetime.now(UTC)
    known = {f.name: getattr(entry, f.name) for f in fields(Entry)}
    rows.upsert(db, faqs, [known | {"created": entry.created or now, "updated": entry.updated or now}])


def get(db: Connection, id: str) -> Entry | None:
    """One entry, or None."""
    row = db.execute(select(faqs).where(faqs.c.id == id)).first()
    return _entry(row) if row else None


def page(db: Connection, states: tuple[str, ...], *, limit: int = 200) -> list[Entry]:
    """Entries in these states; those with the most evidence first."""
    chosen = select(faqs).where(faqs.c.state.in_(states))
    return [
        _entry(row)
        for row in db.execute(chosen.order_by(func.json_array_length(faqs.c.evidence).desc(), faqs.c.id).limit(limit))
    ]


def decide(db: Connection, id: str, state: str, *, by: str, question: str, answer: str, note: str = "") -> None:
    """Set an entry's state with the text that the supervisor settled on."""
    change = {
        "state": state,
        "by": by,
        "question": question,
        "answer": answer,
        "note": note,
        "updated": datetime.now(UTC),
    }
    db.execute(update(faqs).where(faqs.c.id == id).values(change))


def by_state(db: Connection) -> dict[str, int]:
    """Entries by state."""
    return {
        row.state: row.n for row in db.execute(select(faqs.c.state, func.count().label("n")).group_by(faqs.c.state))
    }


def _entry(row: Row[Any]) -> Entry:
    return Entry(**{f.name: getattr(row, f.name) for f in fields(Entry)})
