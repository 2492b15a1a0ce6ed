"""Drafted replies with their trail, and what the agent did with each."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from ingest.schema import articles, drafts, tickets
from ingest.store import rows

# `unused`: the agent wrote something else; `answered`: the desk had abstained, and the agent replied.
State = Literal["proposed", "accepted", "edited", "rejected", "replaced", "unused", "answered"]
# Of an offered draft: sent as it was, touched, rewritten, rejected, unused. Of an abstention: the agent has written an
# answer of their own, or one that a source at hand held (`missed`), or sent that the answer follows (`held`).
Outcome = Literal["", "sent", "touched", "rewritten", "rejected", "unused", "written", "missed", "held"]
_OUTCOMES: dict[str, Outcome] = {"accepted": "sent", "edited": "touched", "rejected": "rejected"}


@dataclass(frozen=True)
class Stored:
    """One draft as kept. `citations` are dicts (n, kind, source, title, quote, start, end), `trail` how it was made.

    Once it was sent, each citation tells whether its statement was `kept`, and `distance` how far (0 to 1) what was
    sent is from the draft.
    """

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
    distance: float | None = None
    outcome: str = ""


@dataclass(frozen=True)
class Judged:
    """A draft without its texts: what became of it, and what its ticket is about."""

    id: str
    ticket: str
    confidence: float
    abstained: bool
    outcome: str
    reason: str = ""
    created: datetime | None = None
    decided: datetime | None = None
    subject: str = ""
    product: str = ""
    tags: tuple[str, ...] = ()
    channel: str = ""
    lang: str = ""


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


def decide(
    db: Connection,
    id: str,
    state: State,
    *,
    by: str,
    final: str = "",
    reason: str = "",
    outcome: Outcome = "",
    distance: float | None = None,
    citations: Sequence[dict[str, Any]] = (),
) -> None:
    """Note what the agent did: accepted, edited, rejected, or something else; `citations` take the place of its own."""
    change: dict[str, Any] = {"state": state, "by": by, "final": final, "decided": datetime.now(UTC)}
    change |= {"outcome": outcome or _OUTCOMES.get(state, ""), "distance": distance}
    change |= ({"reason": reason} if reason else {}) | ({"citations": list(citations)} if citations else {})
    db.execute(update(drafts).where(drafts.c.id == id).values(change))


def history(db: Connection, *, since: datetime | None = None, limit: int = 5000) -> list[Judged]:
    """Drafts and abstentions of tickets that are still there, newest first, without those replaced by a newer one."""
    told = [drafts.c[name] for name in ("id", "ticket", "confidence", "abstained", "outcome", "reason")]
    about = [tickets.c[name] for name in ("subject", "product", "tags", "channel", "lang")]
    chosen = select(*told, drafts.c.created, drafts.c.decided, *about).join(tickets, tickets.c.id == drafts.c.ticket)
    chosen = chosen.where(drafts.c.state != "replaced", *([drafts.c.created >= since] if since else []))
    found = db.execute(chosen.order_by(drafts.c.created.desc(), drafts.c.id).limit(limit))
    return [Judged(**row._asdict() | {"tags": tuple(row.tags)}) for row in found]


def used(db: Connection, limit: int) -> list[Stored]:
    """The drafts that agents sent or rejected last, newest first, without their trails."""
    columns = [column for column in drafts.columns if column.name != "trail"]
    chosen = select(*columns).where(drafts.c.state.in_(("accepted", "edited", "rejected")), ~drafts.c.abstained)
    found = db.execute(chosen.order_by(drafts.c.decided.desc(), drafts.c.id).limit(limit))
    return [Stored(**row._asdict()) for row in found]


def changed(db: Connection) -> dict[tuple[str, str], datetime]:
    """When each article and FAQ entry with a date last changed, by kind and id."""
    chosen = select(articles.c.kind, articles.c.id, articles.c.updated).where(articles.c.updated.is_not(None))
    return {(row.kind, row.id): row.updated for row in db.execute(chosen)}


def ready(db: Connection, tickets: list[str]) -> set[str]:
    """Which of these tickets have a proposed draft that answers."""
    chosen = select(drafts.c.ticket).where(
        drafts.c.ticket.in_(tickets), drafts.c.state == "proposed", ~drafts.c.abstained
    )
    return set(db.scalars(chosen))


def _stored(row: Row[Any]) -> Stored:
    return Stored(**{f.name: getattr(row, f.name) for f in fields(Stored)})
