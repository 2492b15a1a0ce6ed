"""Files that visitors attached: whose they are and what they are. What is in them lies in the home's folder."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from ingest.schema import messages, tickets, uploads
from ingest.store import rows


@dataclass(frozen=True)
class Upload:
    """One file. `seq` is the place of its message, None until that is sent; `digest` names what is in it."""

    id: str
    ticket: str
    visitor: str
    name: str
    kind: str
    size: int
    digest: str
    at: datetime
    seq: int | None = None


def put(db: Connection, upload: Upload) -> None:
    """Insert one."""
    rows.insert_many(db, uploads, [asdict(upload)])


def get(db: Connection, id: str) -> Upload | None:
    """One file by its id, or None."""
    row = db.execute(select(uploads).where(uploads.c.id == id)).first()
    return _upload(row) if row else None


def of_ticket(db: Connection, ticket: str) -> list[Upload]:
    """The files of a conversation that were sent, in order."""
    sent = (uploads.c.ticket == ticket) & uploads.c.seq.is_not(None)
    return [_upload(row) for row in db.execute(select(uploads).where(sent).order_by(uploads.c.seq, uploads.c.at))]


def many(db: Connection, ids: Sequence[str]) -> list[Upload]:
    """Files by their ids, in that order; those that are not there are left out."""
    found = {row.id: _upload(row) for row in db.execute(select(uploads).where(uploads.c.id.in_(ids)))}
    return [found[id] for id in ids if id in found]


def attach(db: Connection, ticket: str, seq: int, ids: Iterable[str]) -> None:
    """Say which message these were sent with; the message names its files, as an imported one does."""
    waiting = uploads.c.id.in_(list(ids)) & uploads.c.seq.is_(None)
    db.execute(update(uploads).where(waiting).values(seq=seq))
    sent = select(uploads.c.name).where(uploads.c.ticket == ticket, uploads.c.seq == seq)
    same = (messages.c.ticket == ticket) & (messages.c.seq == seq)
    names = list(db.scalars(sent.order_by(uploads.c.at)))
    db.execute(update(messages).where(same).values(attachments=names))


def count(db: Connection, ticket: str) -> int:
    """How many files a conversation has, sent or not."""
    return db.scalar(select(func.count()).where(uploads.c.ticket == ticket)) or 0


def weight(db: Connection, since: datetime, visitor: str | None = None) -> int:
    """Bytes that came in since then: of one visitor, or (None) of all."""
    chosen: list[ColumnElement[bool]] = [uploads.c.at >= since]
    if visitor is not None:
        chosen.append(uploads.c.visitor == visitor)
    return db.scalar(select(func.sum(uploads.c.size)).where(*chosen)) or 0


def drop(db: Connection, id: str, visitor: str) -> None:
    """Take out a file that its visitor did not send after all."""
    waiting = (uploads.c.id == id) & (uploads.c.visitor == visitor) & uploads.c.seq.is_(None)
    db.execute(delete(uploads).where(waiting))


def stale(db: Connection, before: datetime) -> None:
    """Take out what came in before then and was never sent."""
    db.execute(delete(uploads).where(uploads.c.seq.is_(None), uploads.c.at < before))


def claim(db: Connection, visitor: str, identified: str) -> None:
    """Make a browser's files those of the customer who turned out to sit there."""
    db.execute(update(uploads).where(uploads.c.visitor == visitor).values(visitor=identified))


def forget(db: Connection, customer: str) -> None:
    """Take out the files of this customer's conversations."""
    theirs = select(tickets.c.id).where(tickets.c.customer == customer)
    db.execute(delete(uploads).where(uploads.c.ticket.in_(theirs)))


def digests(db: Connection) -> set[str]:
    """What must stay in the folder."""
    return set(db.scalars(select(uploads.c.digest).distinct()))


def _upload(row: Row[Any]) -> Upload:
    return Upload(**{f.name: getattr(row, f.name) for f in fields(Upload)})
