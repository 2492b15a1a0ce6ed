"""Cases: what each conversation was about and how it ended, and which of them a model should read."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, select

from ingest.records import Case
from ingest.schema import cases, tickets
from ingest.store import rows


def put(db: Connection, ticket_id: str, case: Case) -> None:
    """Insert or overwrite the case of one stored ticket."""
    put_many(db, {ticket_id: case})


def put_many(db: Connection, read: Mapping[str, Case]) -> None:
    """Insert or overwrite the cases of stored tickets, by id."""
    rows.upsert(db, cases, [_row(id, case) for id, case in read.items()])


def get(db: Connection, ticket_id: str) -> Case | None:
    """The case of one ticket, or None."""
    return many(db, [ticket_id]).get(ticket_id)


def many(db: Connection, ids: Iterable[str]) -> dict[str, Case]:
    """Cases by ticket; those that have none are left out."""
    found = db.execute(select(cases).where(cases.c.ticket.in_(list(ids))))
    return {row.ticket: _case(row) for row in found}


def unsure(db: Connection, limit: int) -> list[str]:
    """Ids of resolved tickets and calls whose case is not sure and was read by the rules, the newest first."""
    wanted = (tickets.c.status == "resolved") & ~cases.c.sure & (cases.c.by == "rules")
    chosen = select(cases.c.ticket).join(tickets, tickets.c.id == cases.c.ticket).where(wanted)
    return list(db.scalars(chosen.order_by(tickets.c.created.desc(), tickets.c.id).limit(limit)))


def counts(db: Connection) -> dict[str, int]:
    """Cases by outcome."""
    counted = db.execute(select(cases.c.outcome, func.count().label("n")).group_by(cases.c.outcome))
    return {row.outcome: row.n for row in counted}


def _row(id: str, case: Case) -> dict[str, Any]:
    return {
        "ticket": id, "problem": case.problem, "resolution": case.resolution, "outcome": case.outcome,
        "sure": case.sure, "by": case.by,
    }  # fmt: skip


def _case(row: Row[Any]) -> Case:
    problem, resolution = (tuple((start, end) for start, end in part) for part in (row.problem, row.resolution))
    return Case(problem, resolution, row.outcome, row.sure, row.by)
