"""Hashes of long messages, by which a conversation is known again when it comes in another format."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, func, select

from ingest.schema import fingerprints
from ingest.store import rows

COMMON = 20  # conversations; what stands in more of them is a standard sentence


def put_many(db: Connection, marks: Mapping[str, Iterable[int]]) -> None:
    """Replace the marks of these tickets."""
    db.execute(delete(fingerprints).where(fingerprints.c.ticket.in_(list(marks))))
    found = [{"mark": mark, "ticket": ticket} for ticket, some in marks.items() for mark in some]
    rows.insert_many(db, fingerprints, found)


def sharing(db: Connection, marks: Iterable[int]) -> dict[int, list[str]]:
    """The tickets that hold each of these marks, without marks that are too common to tell anything."""
    wanted = list(marks)
    rare = select(fingerprints.c.mark).where(fingerprints.c.mark.in_(wanted)).group_by(fingerprints.c.mark)
    rare = rare.having(func.count() <= COMMON)
    chosen = select(fingerprints).where(fingerprints.c.mark.in_(rare)).order_by(fingerprints.c.ticket)
    found: dict[int, list[str]] = {}
    for row in db.execute(chosen):
        found.setdefault(row.mark, []).append(row.ticket)
    return found
