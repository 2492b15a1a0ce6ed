"""What conversations cost the people at the desk: when they came, how many replies they took, how long they spoke."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from ingest.schema import messages, tickets

_CHUNK = 500  # ids in one question to the database


@dataclass(frozen=True)
class Handled:
    """One conversation. `seconds` is how long a call lasted; `widget` says that a visitor of the chat began it."""

    id: str
    at: datetime | None
    replies: int
    seconds: float | None = None
    widget: bool = False


def page(db: Connection, ids: Collection[str]) -> dict[str, Handled]:
    """Those of these conversations that are still there, by id."""
    wanted, found = sorted(ids), dict[str, Handled]()
    replies = func.sum(case((messages.c.direction == "outgoing", 1), else_=0)).label("replies")
    seconds = func.max(messages.c.seconds).label("seconds")
    columns = (tickets.c.id, tickets.c.created, tickets.c.visitor)
    counted = select(*columns, replies, seconds).join(messages, messages.c.ticket == tickets.c.id).group_by(*columns)
    for start in range(0, len(wanted), _CHUNK):
        for row in db.execute(counted.where(tickets.c.id.in_(wanted[start : start + _CHUNK]))):
            found[row.id] = Handled(row.id, row.created, row.replies or 0, row.seconds, bool(row.visitor))
    return found
