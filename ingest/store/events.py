"""Known events: what the company knows before customers ask about it, and whose conversations it touches."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from ingest.schema import events, tickets, topic_questions, topics
from ingest.store import rows

Kind = Literal["price", "outage", "release", "policy", "other"]
KINDS: tuple[Kind, ...] = ("price", "outage", "release", "policy", "other")


@dataclass(frozen=True)
class Event:
    """One event. `text` is what the company says of it, in `lang`; `product` empty is all of them.

    `topic` is the burst that it explains. `notice` is what customers are to read, by language: {"subject", "text"}.
    """

    id: str
    kind: Kind
    title: str
    text: str
    lang: str
    begins: datetime
    ends: datetime | None = None
    product: str = ""
    topic: str = ""
    notice: dict[str, dict[str, str]] = field(default_factory=dict)
    by: str = ""
    at: datetime | None = None
    closed: datetime | None = None


@dataclass(frozen=True)
class Touched:
    """A conversation that an event touches: whose it is, and how it stands."""

    ticket: str
    customer: str
    status: str
    lang: str


def put(db: Connection, event: Event) -> None:
    """Insert or overwrite an event."""
    rows.upsert(db, events, [asdict(event) | {"at": event.at or datetime.now(UTC)}])


def get(db: Connection, id: str) -> Event | None:
    """One event, or None."""
    row = db.execute(select(events).where(events.c.id == id)).first()
    return _event(row) if row else None


def page(db: Connection, *, open_only: bool = False, limit: int = 200) -> list[Event]:
    """Events, open ones first, then the newest first."""
    chosen = select(events).order_by(events.c.closed.is_not(None), events.c.begins.desc(), events.c.id).limit(limit)
    return [_event(row) for row in db.execute(chosen.where(events.c.closed.is_(None)) if open_only else chosen)]


def of_topics(db: Connection, ids: Iterable[str]) -> dict[str, Event]:
    """The newest open event that explains each of these topics, by topic."""
    chosen = select(events).where(events.c.topic.in_([id for id in ids if id]), events.c.closed.is_(None))
    return {row.topic: _event(row) for row in db.execute(chosen.order_by(events.c.at, events.c.id))}


def products(db: Connection) -> list[str]:
    """The products that conversations are about, those of most conversations first."""
    counted = select(tickets.c.product).where(tickets.c.product != "").group_by(tickets.c.product)
    return list(db.scalars(counted.order_by(func.count().desc(), tickets.c.product)))


def touched(db: Connection, event: Event, since: datetime) -> list[Touched]:
    """Conversations in the event's topic or about its product that are open or went on `since` then, newest first.

    An event that has neither touches nobody that could be told.
    """
    theirs = select(topics.c.id).where(or_(topics.c.id == event.topic, topics.c.merged == event.topic))
    asked = select(topic_questions.c.source).where(topic_questions.c.topic.in_(theirs))
    about: list[ColumnElement[bool]] = [tickets.c.id.in_(asked)] if event.topic else []
    about += [tickets.c.product == event.product] if event.product else []
    if not about:
        return []
    lately = or_(tickets.c.status != "resolved", tickets.c.updated >= since)
    columns = (tickets.c.id.label("ticket"), tickets.c.customer, tickets.c.status, tickets.c.lang)
    chosen = select(*columns).where(or_(*about), lately, tickets.c.kind == "ticket")
    return [Touched(**row._asdict()) for row in db.execute(chosen.order_by(tickets.c.updated.desc(), tickets.c.id))]


def _event(row: Row[Any]) -> Event:
    return Event(**{f.name: getattr(row, f.name) for f in fields(Event)})
