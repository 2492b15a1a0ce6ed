"""Drafted replies with their trail, and what the agent did with each."""

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ingest.schema import drafts
from ingest.store import rows


@dataclass(frozen=True)
class Stored:
    """One draft as kept. `citations` are dicts (n, kind, source, title, quote, start, end), `trail` how it was made."""

    id: str
    ticket: str
    reply: str
    citations: list[dict[str, Any]]
    confidence: float
    abstained: bool
    reason: str = ""
    trail: dict[str, Any] = field(default_factory=dict)
    state: str = "proposed"
    final: str = ""
    by: str = ""
    created: datetime | None = None
    decided: datetime | None = None


def put(db: Connection, draft: Stored) -> None:
    """Keep a draft; earlier proposals for the same ticket are replaced by it."""
    earlier = (drafts.c.ticket == draft.ticket) & (drafts.c.state == "proposed") & (drafts.c.id != draft.id)
    db.execute(update(drafts).where(earlier).values(state="replaced"))
    known = {f.name: getattr(draft, f.name) for f in fields(Stored)}
    rows.upsert(db, drafts, [known | {"created": draft.created or datetime.now(UTC)}])


def latest(db: Connection, ticket: str) -> Stored | None:
    """The draft that stands for this ticket, or None."""
    chosen = select(drafts).where(drafts.c.ticket == ticket, drafts.c.state != "replaced")
    row = db.execute(chosen.order_by(drafts.c.created.desc()).limit(1)).first()
    return _stored(row) if row else None


def decide(db: Connection, id: str, state: str, *, by: str, final: str = "", reason: str = "") -> None:
    """Note what the agent did: accepted, edited or rejected."""
    change = {"state": state, "by": by, "final": final, "decided": datetime.now(UTC)}
    db.execute(update(drafts).where(drafts.c.id == id).values(change | ({"reason": reason} if reason else {})))


def ready(db: Connection, tickets: list[str]) -> set[str]:
    """Which of these tickets have a proposed draft that answers."""
    chosen = select(drafts.c.ticket).where(
        drafts.c.ticket.in_(tickets), drafts.c.state == "proposed", ~drafts.c.abstained
    )
    return set(db.scalars(chosen))


def _stored(row: Row[Any]) -> Stored:
    return Stored(**{f.name: getattr(row, f.name) for f in fields(Stored)})
