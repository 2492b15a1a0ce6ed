"""What visitors told in the form before a chat. It goes with their conversation, and away with it."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from ingest.schema import leads, tickets
from ingest.store import rows


@dataclass(frozen=True)
class Lead:
    """One form. `told` is by kind of field: {"label", "value"} as the visitor saw them; `consent` is its wording."""

    visitor: str
    site: str
    lang: str
    at: datetime
    told: dict[str, dict[str, str]] = field(default_factory=dict)
    consent: str = ""
    ticket: str | None = None


def put(db: Connection, lead: Lead) -> None:
    """Insert or overwrite a visitor's."""
    rows.upsert(db, leads, [asdict(lead)])


def of_visitor(db: Connection, visitor: str) -> Lead | None:
    """What this visitor told, or None."""
    row = db.execute(select(leads).where(leads.c.visitor == visitor)).first()
    return Lead(**{f.name: getattr(row, f.name) for f in fields(Lead)}) if row else None


def of_ticket(db: Connection, ticket: str) -> Lead | None:
    """What was told before this conversation, or None."""
    row = db.execute(select(leads).where(leads.c.ticket == ticket)).first()
    return Lead(**{f.name: getattr(row, f.name) for f in fields(Lead)}) if row else None


def claim(db: Connection, visitor: str, identified: str) -> None:
    """Make what a browser told that of the customer who turned out to sit there, who may have told something before."""
    if db.scalar(select(leads.c.visitor).where(leads.c.visitor == identified)) is None:
        db.execute(update(leads).where(leads.c.visitor == visitor).values(visitor=identified))


def stale(db: Connection, before: datetime) -> None:
    """Forget what was told before then and led to no conversation."""
    db.execute(delete(leads).where(leads.c.ticket.is_(None), leads.c.at < before))


def forget(db: Connection, customer: str) -> None:
    """Forget what was told before this customer's conversations."""
    theirs = select(tickets.c.id).where(tickets.c.customer == customer)
    db.execute(delete(leads).where(leads.c.ticket.in_(theirs)))
