"""Mails of chats: replies and transcripts on their way to the address that a visitor left, and answers that came."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select

from ingest.schema import mails, messages, tickets
from ingest.store import rows

Kind = Literal["reply", "transcript", "answer"]


@dataclass(frozen=True)
class Mail:
    """One mail. `id` is its Message-ID without brackets, `seq` the message that it carries; no `text` once it is sent.

    A reply or a transcript goes to `address`, an `answer` has come from it.
    """

    id: str
    ticket: str
    kind: Kind
    address: str
    at: datetime
    due: datetime
    seq: int | None = None
    subject: str = ""
    text: str = ""
    tries: int = 0
    sent: datetime | None = None
    given_up: datetime | None = None
    trouble: str = ""


def put_many(db: Connection, found: Sequence[Mail]) -> None:
    """Insert or overwrite."""
    rows.upsert(db, mails, [{f.name: getattr(one, f.name) for f in fields(Mail)} for one in found])


def get(db: Connection, id: str) -> Mail | None:
    """One by its Message-ID, or None."""
    row = db.execute(select(mails).where(mails.c.id == id)).first()
    return _mail(row) if row else None


def of(db: Connection, ticket: str) -> list[Mail]:
    """All of a ticket, in the order in which they came about."""
    chosen = select(mails).where(mails.c.ticket == ticket).order_by(mails.c.at, mails.c.id)
    return [_mail(row) for row in db.execute(chosen)]


def due(db: Connection, now: datetime) -> list[Mail]:
    """What is to be sent now, the oldest first."""
    chosen = select(mails).where(_waits(), mails.c.due <= now).order_by(mails.c.at, mails.c.id).limit(100)
    return [_mail(row) for row in db.execute(chosen)]


def unsent(db: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """Agents' replies of that time that their visitor has not seen, left an address for, and gets no mail of yet.

    Rows of (ticket, seq, text, at, subject, lang, reply_to).
    """
    told = select(mails.c.id).where(
        mails.c.ticket == messages.c.ticket, mails.c.kind == "reply", mails.c.seq == messages.c.seq
    )
    wanted = (messages.c.ticket, messages.c.seq, messages.c.text, messages.c.at)
    chosen = select(*wanted, tickets.c.subject, tickets.c.lang, tickets.c.reply_to)
    chosen = chosen.join(tickets, tickets.c.id == messages.c.ticket).where(
        tickets.c.reply_to > "", tickets.c.updated > since, messages.c.direction == "outgoing", messages.c.live,
        messages.c.at > since, messages.c.at <= until, func.coalesce(tickets.c.read_to, -1) < messages.c.seq,
        ~told.exists(),
    )  # fmt: skip
    return list(db.execute(chosen.order_by(messages.c.at, messages.c.seq).limit(100)))


def lately(db: Connection, kind: Kind, since: datetime, *, ticket: str = "", address: str = "") -> int:
    """How many of a kind there were since then, of one ticket or to one address."""
    chosen = select(func.count()).select_from(mails).where(mails.c.kind == kind, mails.c.at > since)
    chosen = chosen.where(mails.c.ticket == ticket) if ticket else chosen
    return db.scalar(chosen.where(mails.c.address == address) if address else chosen) or 0


def drop(db: Connection, ticket: str) -> None:
    """Forget a ticket's replies that are not sent yet: the address has changed."""
    db.execute(delete(mails).where(mails.c.ticket == ticket, mails.c.kind == "reply", mails.c.sent.is_(None)))


def _waits() -> ColumnElement[bool]:
    return mails.c.sent.is_(None) & mails.c.given_up.is_(None)


def _mail(row: Row[Any]) -> Mail:
    return Mail(**{f.name: getattr(row, f.name) for f in fields(Mail)})
