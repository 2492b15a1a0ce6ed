"""Customers who may be one person: what speaks for it, what was decided, and how one is moved to the other's place."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

from ingest.schema import aliases, arrivals, customers, imports, journal, matches, tickets, watches
from ingest.store import rows

State = Literal["proposed", "merged", "rejected"]
STATES: tuple[State, ...] = ("proposed", "merged", "rejected")
_CUSTOMER = arrivals.c.kind == "customer"


@dataclass(frozen=True)
class Match:
    """Two customers. `one` came first and is kept; `evidence` are {"signal", "one", "other"}; `score` is 0 to 1."""

    id: str
    one: str
    other: str
    evidence: list[dict[str, str]]
    score: float
    state: State = "proposed"
    by: str = ""
    decided: datetime | None = None
    undo: dict[str, Any] | None = None


@dataclass(frozen=True)
class Person:
    """One customer as matching looks at them. `num` is the place of the first arrival; `ids` are all known."""

    id: str
    num: int
    name: str
    email: str
    phone: str
    company: str
    country: str
    ids: tuple[str, ...]


_FIELDS = [f.name for f in fields(Match)]


def id_of(one: str, other: str) -> str:
    """The id of a match: the same for the same two."""
    return hashlib.sha256(f"{one}\0{other}".encode()).hexdigest()[:16]


def put_many(db: Connection, found: Sequence[Match]) -> None:
    """Insert or overwrite."""
    rows.upsert(db, matches, [asdict(one) for one in found])


def remove(db: Connection, ids: Iterable[str]) -> None:
    """Forget these."""
    for id in ids:
        db.execute(delete(matches).where(matches.c.id == id))


def get(db: Connection, id: str) -> Match | None:
    """One match, or None."""
    row = db.execute(select(matches).where(matches.c.id == id)).first()
    return _match(row) if row else None


def all_of(db: Connection) -> list[Match]:
    """Every match, whatever was decided."""
    return [_match(row) for row in db.execute(select(matches))]


def page(db: Connection, state: State, limit: int = 100) -> list[Match]:
    """Matches to show: proposals of two customers who are both there, likeliest first; decided ones, newest first."""
    chosen = select(matches).where(_shown(state)).order_by(matches.c.decided.desc(), matches.c.score.desc())
    return [_match(row) for row in db.execute(chosen.order_by(matches.c.id).limit(limit))]


def by_state(db: Connection) -> dict[State, int]:
    """How many there are to show, by state."""
    wanted = {state: select(func.count()).select_from(matches).where(_shown(state)) for state in STATES}
    return {state: db.scalar(counted) or 0 for state, counted in wanted.items()}


def _shown(state: State) -> Any:
    there = [exists().where(customers.c.id == id) for id in (matches.c.one, matches.c.other)]
    return and_(matches.c.state == state, *(there if state == "proposed" else ()))


def of_customer(db: Connection, id: str) -> list[Match]:
    """Open proposals about this customer, likeliest first."""
    same = or_(matches.c.one == id, matches.c.other == id) & _shown("proposed")
    return [_match(row) for row in db.execute(select(matches).where(same).order_by(matches.c.score.desc()))]


def people(db: Connection) -> list[Person]:
    """Every customer that a source brought."""
    known: dict[str, list[str]] = {}
    for row in db.execute(select(aliases)):
        known.setdefault(row.customer, []).append(row.id)
    came = select(arrivals.c.target, func.min(arrivals.c.num).label("num")).where(_CUSTOMER, ~arrivals.c.gone)
    first = came.group_by(arrivals.c.target).subquery()
    wanted = (customers.c.name, customers.c.email, customers.c.phone, customers.c.company, customers.c.country)
    found = select(customers.c.id, first.c.num, *wanted).join(first, first.c.target == customers.c.id)
    return [Person(*row, ids=(row[0], *known.get(row[0], ()))) for row in db.execute(found)]


def conversations(db: Connection, ids: Iterable[str]) -> dict[str, int]:
    """How many conversations these customers have."""
    counted = select(tickets.c.customer, func.count().label("n")).where(tickets.c.customer.in_(list(ids)))
    return {row.customer: row.n for row in db.execute(counted.group_by(tickets.c.customer))}


def origin(db: Connection, id: str) -> str:
    """The source whose import last wrote this customer."""
    return db.scalar(select(customers.c.origin).where(customers.c.id == id)) or ""


def set_origin(db: Connection, id: str, origin: str) -> None:
    """Say which source last wrote this customer, if that source still stands behind it."""
    same = _CUSTOMER & (arrivals.c.target == id) & ~arrivals.c.gone
    if origin in set(db.scalars(select(arrivals.c.source).where(same))):
        db.execute(update(customers).where(customers.c.id == id).values(origin=origin))


def remaining(db: Connection, came: Iterable[tuple[str, str]]) -> tuple[int, int]:
    """How many of these arrivals still stand, and how many their source has deleted but may bring back."""
    counts = [0, 0]
    for source, id in came:
        same = _CUSTOMER & (arrivals.c.source == source) & (arrivals.c.id == id)
        for gone in db.scalars(select(arrivals.c.gone).where(same)):
            counts[bool(gone)] += 1
    return counts[0], counts[1]


def are_aliases(db: Connection, ids: Iterable[str], customer: str) -> bool:
    """Whether all these other ids lead to the customer."""
    kept = set(db.scalars(select(aliases.c.id).where(aliases.c.customer == customer)))
    return set(ids) - {customer} <= kept


def fingerprint(db: Connection) -> str:
    """Changes whenever customers may have changed: with each import, withdrawal and decision about them."""
    done = ("withdrew source", "undid import", "merged customers", "separated customers")
    asked = (
        select(func.count()).select_from(customers),
        select(func.max(imports.c.finished)),
        select(func.max(journal.c.num)).where(journal.c.action.in_(done)),
    )
    return " ".join(str(db.scalar(one)) for one in asked)


def arrived(db: Connection, target: str) -> list[tuple[str, str]]:
    """What stands, or stood until its source deleted it, under a customer's id: source and the source's own id."""
    found = select(arrivals.c.source, arrivals.c.id).where(_CUSTOMER, arrivals.c.target == target)
    return [(row.source, row.id) for row in db.execute(found.order_by(arrivals.c.num))]


def lead(db: Connection, came: Iterable[tuple[str, str]], old: str, new: str) -> int:
    """Let those of these arrivals that stand under `old` stand under `new`; returns how many."""
    moved = 0
    for source, id in came:
        same = _CUSTOMER & (arrivals.c.source == source) & (arrivals.c.id == id) & (arrivals.c.target == old)
        moved += db.execute(update(arrivals).where(same).values(target=new)).rowcount
    return moved


def tickets_of(db: Connection, customer: str) -> list[str]:
    """Ids of this customer's conversations."""
    return list(db.scalars(select(tickets.c.id).where(tickets.c.customer == customer).order_by(tickets.c.id)))


def newer(db: Connection, customer: str, num: int) -> dict[str, set[str]]:
    """This customer's conversations that came after arrival `num`, with the sources that brought them."""
    joined = select(tickets.c.id, arrivals.c.source).join(arrivals, arrivals.c.target == tickets.c.id)
    came = joined.where(arrivals.c.kind == "ticket", arrivals.c.num > num, tickets.c.customer == customer)
    found: dict[str, set[str]] = {}
    for row in db.execute(came):
        found.setdefault(row.id, set()).add(row.source)
    return found


def give(db: Connection, ids: Sequence[str], old: str, new: str) -> None:
    """Let those of these conversations that are `old`'s be `new`'s, with who watches over the customer in them.

    Whose placeholders stand in them stays.
    """
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        same = tickets.c.id.in_(some) & (tickets.c.customer == old)
        db.execute(update(tickets).where(same).values(customer=new, weighed=None))
        theirs = watches.c.ticket.in_(some) & (watches.c.customer == old)
        db.execute(update(watches).where(theirs).values(customer=new))


def clear(db: Connection, customer: str) -> None:
    """Take a customer's own row away, but not what placeholders stand for: the conversations go on."""
    db.execute(delete(customers).where(customers.c.id == customer))


def _match(row: Any) -> Match:
    return Match(**{name: getattr(row, name) for name in _FIELDS})
