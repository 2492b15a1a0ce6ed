"""Customers: who they are, found by the source's id, by another system's id or by email."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, or_, select, update

from ingest.records import Customer
from ingest.schema import aliases, customers, tickets, watches
from ingest.store import leads, placeholders, rows, uploads


def put(db: Connection, customer: Customer, *, origin: str, also: Iterable[str] | None = None) -> None:
    """Insert or overwrite one customer; `also` are other systems' ids of the same person, None leaves them as they are.

    Tickets that came before their customer, under one of those ids or the email address, become this customer's.
    """
    rows.upsert(db, customers, [asdict(customer) | {"products": list(customer.products), "origin": origin}])
    others = [id for id in also or () if id != customer.id]
    if also is not None:
        db.execute(delete(aliases).where(aliases.c.customer == customer.id, aliases.c.id.not_in(others)))
    rows.upsert(db, aliases, [{"id": id, "customer": customer.id} for id in others])
    for one in (*others, customer.email):
        if one and one != customer.id:
            claimed = db.execute(update(tickets).where(tickets.c.customer == one).values(customer=customer.id))
            db.execute(update(watches).where(watches.c.customer == one).values(customer=customer.id))
            if claimed.rowcount:
                placeholders.move(db, one, customer.id)


def also(db: Connection, id: str, other: str) -> None:
    """Know a customer by one more id, which another system gives them."""
    rows.upsert(db, aliases, [{"id": other, "customer": id}])


def remove(db: Connection, id: str) -> None:
    """Take one customer out, with who watched over them, what placeholders of their conversations stood for, and what
    they attached or told before a chat.
    """
    uploads.forget(db, id)
    leads.forget(db, id)
    db.execute(delete(customers).where(customers.c.id == id))
    db.execute(delete(watches).where(watches.c.customer == id))
    placeholders.forget(db, id)


def find(db: Connection, reference: str) -> Customer | None:
    """The customer with this id, this other id or this email address."""
    return resolve(db, [reference]).get(reference)


def resolve(db: Connection, references: Iterable[str]) -> dict[str, Customer]:
    """The customers that these ids, other systems' ids and email addresses mean, as far as they are known."""
    wanted = [one for one in dict.fromkeys(references) if one]
    emails = [one.casefold() for one in wanted if "@" in one]
    named = {row.id: row.customer for row in db.execute(select(aliases).where(aliases.c.id.in_(wanted)))}
    same = or_(customers.c.id.in_([*wanted, *named.values()]), customers.c.email.in_(emails))
    found = [rows.customer(row) for row in db.execute(select(customers).where(same).order_by(customers.c.id))]
    by_id = {one.id: one for one in found}
    by_email = {one.email: one for one in reversed(found) if one.email}
    meant = {one: by_id.get(one) or by_id.get(named.get(one, "")) or by_email.get(one.casefold()) for one in wanted}
    return {one: customer for one, customer in meant.items() if customer}


def names(db: Connection, reference: str) -> tuple[str, ...]:
    """The customer's own name, for masking; empty when nobody is known by this reference."""
    known = find(db, reference)
    return (known.name,) if known and known.name else ()


def weigh(
    db: Connection, id: str, at_risk: float, points: float | None, reasons: list[dict[str, Any]], now: datetime
) -> None:
    """Keep how likely a customer is to leave, also in log-odds (`points`), and why."""
    weighed = update(customers).where(customers.c.id == id)
    db.execute(weighed.values(at_risk=at_risk, points=points, reasons=reasons, weighed=now))


def risk(db: Connection, id: str) -> Row[Any] | None:
    """A customer's row of (at_risk, points, reasons, weighed); None for one who is unknown or was never weighed."""
    wanted = (customers.c.at_risk, customers.c.points, customers.c.reasons, customers.c.weighed)
    chosen: Select[Any] = select(*wanted)
    return db.execute(chosen.where(customers.c.id == id, customers.c.weighed.is_not(None))).first()


def worth(db: Connection) -> list[Row[Any]]:
    """Rows of (value, since) of all customers of whom both are known."""
    chosen = select(customers.c.value, customers.c.since)
    return list(db.execute(chosen.where(customers.c.value.is_not(None), customers.c.since.is_not(None))))


def count(db: Connection) -> int:
    """How many customers there are."""
    return db.scalar(select(func.count()).select_from(customers)) or 0
