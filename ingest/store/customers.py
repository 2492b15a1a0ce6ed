"""Customers: who they are, found by the source's id or by email."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, func, or_, select

from ingest.records import Customer
from ingest.schema import customers
from ingest.store import rows


def put(db: Connection, customer: Customer, *, digest: str, origin: str) -> None:
    """Insert or overwrite one customer."""
    known = asdict(customer) | {"products": list(customer.products), "digest": digest, "origin": origin}
    rows.upsert(db, customers, [known])


def find(db: Connection, reference: str) -> Customer | None:
    """The customer with this id or, failing that, this email address."""
    if not reference:
        return None
    same = or_(customers.c.id == reference, customers.c.email == reference.casefold())
    row = db.execute(select(customers).where(same).order_by(customers.c.id != reference).limit(1)).first()
    return rows.customer(row) if row else None


def names(db: Connection, reference: str) -> tuple[str, ...]:
    """The customer's own name, for masking; empty when nobody is known by this reference."""
    known = find(db, reference)
    return (known.name,) if known and known.name else ()


def digests(db: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Digest of each of these ids that is stored."""
    chosen = select(customers.c.id, customers.c.digest).where(customers.c.id.in_(list(ids)))
    return {row.id: row.digest for row in db.execute(chosen)}


def count(db: Connection) -> int:
    """How many customers there are."""
    return db.scalar(select(func.count()).select_from(customers)) or 0
