"""Customers: who they are, found by the source's id or by email."""

from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from ingest.records import Customer
from ingest.schema import aliases, customers, tickets
from ingest.store import rows


def put(db: Connection, customer: Customer, *, digest: str, origin: str) -> None:
    """Insert or overwrite one customer; whoever has the same email address already is the same person.

    In that case the new id becomes another name for the known customer, whose empty fields are filled in.
    """
    known = _by_email(db, customer.email)
    if known is None or known.id == customer.id:
        known = _filled(customer, known) if known and _also_elsewhere(db, customer.id) else customer
        rows.upsert(db, customers, [_row(known) | {"digest": digest, "origin": origin}])
    else:
        db.execute(customers.update().where(customers.c.id == known.id).values(_row(_filled(known, customer))))
        rows.upsert(db, aliases, [{"id": customer.id, "customer": known.id, "digest": digest}])
    _claim(db, known.id, (customer.id, customer.email))


def _also_elsewhere(db: Connection, id: str) -> bool:
    return db.execute(select(aliases.c.id).where(aliases.c.customer == id).limit(1)).first() is not None


def _claim(db: Connection, id: str, references: tuple[str, str]) -> None:
    """Tickets that came before their customer, under another id or the email address, are this customer's."""
    others = [one for one in references if one and one != id]
    if others:
        db.execute(update(tickets).where(tickets.c.customer.in_(others)).values(customer=id))


def _row(customer: Customer) -> dict[str, Any]:
    return asdict(customer) | {"products": list(customer.products)}


def _by_email(db: Connection, email: str) -> Customer | None:
    row = db.execute(select(customers).where(customers.c.email == email).limit(1)).first() if email else None
    return rows.customer(row) if row else None


def _filled(known: Customer, other: Customer) -> Customer:
    empty = {f.name: getattr(other, f.name) for f in fields(Customer) if getattr(known, f.name) in ("", None, ())}
    return replace(known, **empty)


def find(db: Connection, reference: str) -> Customer | None:
    """The customer with this id, this other id or this email address."""
    if not reference:
        return None
    other = select(aliases.c.customer).where(aliases.c.id == reference)
    same = or_(customers.c.id == reference, customers.c.id.in_(other), customers.c.email == reference.casefold())
    row = db.execute(select(customers).where(same).order_by(customers.c.id != reference).limit(1)).first()
    return rows.customer(row) if row else None


def names(db: Connection, reference: str) -> tuple[str, ...]:
    """The customer's own name, for masking; empty when nobody is known by this reference."""
    known = find(db, reference)
    return (known.name,) if known and known.name else ()


def digests(db: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Digest of each of these ids that is stored."""
    wanted = list(ids)
    found: dict[str, str] = {}
    for table in (aliases, customers):
        chosen = select(table.c.id, table.c.digest).where(table.c.id.in_(wanted))
        found |= {row.id: row.digest for row in db.execute(chosen)}
    return found


def count(db: Connection) -> int:
    """How many customers there are."""
    return db.scalar(select(func.count()).select_from(customers)) or 0
