"""Tickets and their messages: the inbox, one conversation, and what changes in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, delete, func, insert, or_, select, update

from ingest.records import Message, Ticket
from ingest.schema import customers, drafts, messages, tickets, watches
from ingest.store import rows

_PLAIN = [f.name for f in fields(Ticket) if f.name not in ("messages", "tags")]
_RANK = {"low": 0.0, "medium": 1.0, "high": 2.0, "urgent": 3.0}


@dataclass(frozen=True)
class Line:
    """One line of the inbox."""

    id: str
    subject: str
    customer: str
    name: str
    plan: str
    status: str
    priority: str
    channel: str
    lang: str
    product: str
    assignee: str
    mood: str
    at_risk: float
    reasons: tuple[dict[str, Any], ...]
    created: datetime | None
    waiting_since: datetime | None
    first_words: str


@dataclass(frozen=True)
class Query:
    """Which lines of the inbox: all conditions hold; empty means any."""

    statuses: tuple[str, ...] = ("open",)
    text: str = ""
    channels: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    assignee: str = ""
    customer: str = ""


def put(db: Connection, ticket: Ticket, *, origin: str, book: str = "") -> Ticket:
    """Insert or overwrite a ticket with all its messages; returns it as stored, see `put_many`."""
    return put_many(db, [(ticket, book)], origin=origin)[0]


def put_many(db: Connection, found: Sequence[tuple[Ticket, str]], *, origin: str) -> list[Ticket]:
    """Insert or overwrite tickets, each with the book of its placeholders and all its messages; returns them as stored.

    What was said at this desk stays, after what the source says, and so does the status that it led to.
    """
    ids = [ticket.id for ticket, _ in found]
    here = _live(db, ids)
    statuses = _statuses(db, list(here))
    stored, heads, told = [], [], []
    for ticket, book in found:
        live = here.get(ticket.id, [])
        if live:
            said = (*ticket.messages, *map(rows.message, live))
            ticket = replace(ticket, messages=said, status=statuses.get(ticket.id, ticket.status))
        count = len(ticket.messages) - len(live)
        stored.append(ticket)
        heads.append(_head(ticket) | {"origin": origin, "book": book, "weighed": None})
        told += [_turn(ticket.id, seq, turn, seq >= count) for seq, turn in enumerate(ticket.messages)]
        for turn, row in zip(told[len(told) - len(live) :], live, strict=True):
            turn["missed"] = row.missed
    rows.upsert(db, tickets, heads)
    db.execute(delete(messages).where(messages.c.ticket.in_(ids)))
    rows.insert_many(db, messages, told)
    return stored


def _live(db: Connection, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """What was said at this desk in each of these tickets."""
    found: dict[str, list[Row[Any]]] = {}
    chosen = select(messages).where(messages.c.ticket.in_(ids), messages.c.live)
    for row in db.execute(chosen.order_by(messages.c.ticket, messages.c.seq)):
        found.setdefault(row.ticket, []).append(row)
    return found


def _statuses(db: Connection, ids: Sequence[str]) -> dict[str, Any]:
    chosen = select(tickets.c.id, tickets.c.status).where(tickets.c.id.in_(ids))
    return {row.id: row.status for row in db.execute(chosen)} if ids else {}


def _head(ticket: Ticket) -> dict[str, Any]:
    """The row of `tickets` without what the desk knows of it."""
    known = {name: getattr(ticket, name) for name in _PLAIN}
    times = [turn.at for turn in ticket.messages if turn.at]
    when = {"updated": max(times, default=ticket.created), "waiting_since": _waiting(ticket)}
    return known | {"tags": list(ticket.tags)} | when


def _turn(ticket: str, seq: int, turn: Message, live: bool) -> dict[str, Any]:
    return {
        "ticket": ticket, "seq": seq, "direction": turn.direction, "text": turn.text, "at": turn.at,
        "author": turn.author, "seconds": turn.seconds, "attachments": list(turn.attachments), "live": live,
        "missed": False,
    }  # fmt: skip


def _waiting(ticket: Ticket) -> datetime | None:
    """When the customer began to wait: the first of the incoming messages after our last answer."""
    since = None
    for turn in ticket.messages:
        if turn.direction == "outgoing":
            since = None
        elif turn.direction == "incoming" and since is None:
            since = turn.at or ticket.created
    return since if ticket.status in ("open", "pending", "snoozed") else None


def get(db: Connection, id: str) -> Ticket | None:
    """One ticket with its messages, or None."""
    row = db.execute(select(tickets).where(tickets.c.id == id)).first()
    return rows.ticket(row, turns(db, id)) if row else None


def told(db: Connection, id: str) -> Ticket | None:
    """One ticket as its source tells it: without what was said at this desk."""
    row = db.execute(select(tickets).where(tickets.c.id == id)).first()
    return rows.ticket(row, [turn for turn in turns(db, id) if not turn.live]) if row else None


def book(db: Connection, id: str) -> str:
    """Whose placeholders stand in this ticket."""
    return db.scalar(select(tickets.c.book).where(tickets.c.id == id)) or ""


def many(db: Connection, ids: Iterable[str]) -> dict[str, Ticket]:
    """Tickets with their messages, by id."""
    chosen = db.execute(select(tickets).where(tickets.c.id.in_(list(ids)))).all()
    return {row.id: rows.ticket(row, turns(db, row.id)) for row in chosen}


def row(db: Connection, id: str) -> Row[Any] | None:
    """One ticket's own row: assignee, mood, risk, waiting time and the rest."""
    return db.execute(select(tickets).where(tickets.c.id == id)).first()


def turns(db: Connection, id: str) -> list[Row[Any]]:
    """A ticket's messages in order, as rows with mood and score."""
    return list(db.execute(select(messages).where(messages.c.ticket == id).order_by(messages.c.seq)))


def of_visitor(db: Connection, visitor: str) -> Row[Any] | None:
    """The newest ticket's own row of one visitor of the chat widget, or None."""
    chosen = select(tickets).where(tickets.c.visitor == visitor, tickets.c.visitor != "")
    return db.execute(chosen.order_by(tickets.c.created.desc(), tickets.c.id).limit(1)).first()


def heads(db: Connection, visitors: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Status and last place of the newest ticket of each of these visitors of the chat widget who has one."""
    last = select(func.max(messages.c.seq)).where(messages.c.ticket == tickets.c.id).scalar_subquery()
    chosen = select(tickets.c.visitor, tickets.c.status, last.label("last")).where(tickets.c.visitor.in_(visitors))
    found = db.execute(chosen.order_by(tickets.c.created, tickets.c.id.desc()))
    return {row.visitor: (row.status, row.last) for row in found}


def every_of_visitor(db: Connection, visitor: str, limit: int = 20) -> list[Row[Any]]:
    """The own rows of all tickets of one visitor of the chat widget, the newest first."""
    chosen = select(tickets).where(tickets.c.visitor == visitor, tickets.c.visitor != "")
    return list(db.execute(chosen.order_by(tickets.c.created.desc(), tickets.c.id).limit(limit)))


def turns_after(db: Connection, id: str, seq: int) -> list[Row[Any]]:
    """A ticket's messages after place `seq`, in order; all of them after -1."""
    later = (messages.c.ticket == id) & (messages.c.seq > seq)
    return list(db.execute(select(messages).where(later).order_by(messages.c.seq)))


def urgency() -> ColumnElement[float]:
    """What hurts most comes first: priority, then risk and mood, then a nudge for whoever waits long."""
    waited = func.julianday("now") - func.coalesce(func.julianday(tickets.c.waiting_since), func.julianday("now"))
    sour = case((tickets.c.mood == "negative", 0.5), else_=0.0)
    return (
        case(_RANK, value=tickets.c.priority, else_=1.0) + 2.0 * tickets.c.at_risk + sour + func.min(waited, 3.0) / 3.0
    )


def page(db: Connection, query: Query, *, limit: int = 25, offset: int = 0) -> list[Line]:
    """Lines of the inbox, most urgent first."""
    first = select(messages.c.text).where(messages.c.ticket == tickets.c.id, messages.c.direction == "incoming")
    opening = first.order_by(messages.c.seq).limit(1).scalar_subquery()
    whole = case((customers.c.weighed.is_not(None), customers.c.at_risk)).label("whole_risk")
    known = (customers.c.name, customers.c.plan, whole, customers.c.reasons.label("whole_reasons"))
    chosen = _joined(select(tickets, *known, opening.label("opening")))
    chosen = chosen.where(*_conditions(query)).order_by(urgency().desc(), tickets.c.created, tickets.c.id)
    return [_line(row) for row in db.execute(chosen.limit(limit).offset(offset))]


def count(db: Connection, query: Query) -> int:
    """How many lines `page` has in all."""
    return db.scalar(_joined(select(func.count())).where(*_conditions(query))) or 0


def _joined(statement: Select[Any]) -> Select[Any]:
    same = or_(
        customers.c.id == tickets.c.customer, (customers.c.email == tickets.c.customer) & (customers.c.email != "")
    )
    best = select(func.min(customers.c.id)).where(same).correlate(tickets).scalar_subquery()
    return statement.select_from(tickets.outerjoin(customers, customers.c.id == best))


def _conditions(query: Query) -> list[ColumnElement[bool]]:
    columns = {"statuses": "status", "channels": "channel", "priorities": "priority", "langs": "lang", "moods": "mood"}
    found: list[ColumnElement[bool]] = [
        tickets.c[column].in_(getattr(query, name)) for name, column in columns.items() if getattr(query, name)
    ]
    for name in ("assignee", "customer"):
        if getattr(query, name):
            found.append(tickets.c[name] == getattr(query, name))
    for word in query.text.split():
        inside = select(messages.c.ticket).where(messages.c.text.icontains(word, autoescape=True))
        found.append(or_(
            tickets.c.id.icontains(word, autoescape=True), tickets.c.subject.icontains(word, autoescape=True),
            customers.c.name.icontains(word, autoescape=True), tickets.c.id.in_(inside),
        ))  # fmt: skip
    return found


def _line(row: Row[Any]) -> Line:
    shared = {name: getattr(row, name) for name in Line.__annotations__ if hasattr(row, name)}
    weighed = row.whole_risk is not None  # over all conversations of the customer; else by this one
    return Line(**shared | {
        "name": row.name or row.customer, "plan": row.plan or "",
        "at_risk": row.whole_risk if weighed else row.at_risk,
        "reasons": tuple(row.whole_reasons if weighed else row.reasons),
        "first_words": " ".join((row.opening or "").split())[:160],
    })  # fmt: skip


def add(db: Connection, id: str, turn: Message) -> int:
    """Append a message and return its place; the waiting time follows from who spoke."""
    seq = (db.scalar(select(func.max(messages.c.seq)).where(messages.c.ticket == id)) or 0) + 1
    db.execute(insert(messages).values(_turn(id, seq, turn, live=True)))
    now = turn.at or datetime.now(UTC)
    change: dict[str, Any] = {"updated": now}
    if turn.direction == "outgoing":
        change["waiting_since"] = None
    elif turn.direction == "incoming":
        change["waiting_since"] = func.coalesce(tickets.c.waiting_since, now)
    db.execute(update(tickets).where(tickets.c.id == id).values(change))
    return seq


def change(db: Connection, id: str, **values: Any) -> None:
    """Set columns of one ticket, e.g. `status="resolved", assignee="emma"`."""
    if values.get("status") == "resolved":
        values["waiting_since"] = None
    db.execute(update(tickets).where(tickets.c.id == id).values(values))


def remove(db: Connection, id: str) -> None:
    """Take a ticket and its messages out, and its words out of what speaks for its customer's risk."""
    customer = db.scalar(select(tickets.c.customer).where(tickets.c.id == id)) or ""
    db.execute(delete(tickets).where(tickets.c.id == id))
    for table, same in ((customers, customers.c.id == customer), (watches, watches.c.customer == customer)):
        for row in db.execute(select(table.c.id, table.c.reasons).where(same)).all() if customer else []:
            left = [reason for reason in row.reasons if reason.get("ticket") != id]
            if len(left) < len(row.reasons):
                db.execute(update(table).where(table.c.id == row.id).values(reasons=left))


def unlabelled(db: Connection, limit: int) -> list[Row[Any]]:
    """Incoming messages without a mood, those of open tickets first: rows of (ticket, seq, text, status)."""
    open_first = case((tickets.c.status == "resolved", 1), else_=0)
    wanted = select(messages.c.ticket, messages.c.seq, messages.c.text, tickets.c.status)
    chosen = wanted.join(tickets, tickets.c.id == messages.c.ticket)
    chosen = chosen.where(messages.c.direction == "incoming", messages.c.mood == "")
    return list(db.execute(chosen.order_by(open_first, tickets.c.id, messages.c.seq).limit(limit)))


def undrafted(db: Connection, limit: int) -> list[str]:
    """Open tickets whose customer waits and has had no draft written since, most urgent first."""
    asked = select(func.max(messages.c.at)).where(messages.c.ticket == tickets.c.id, messages.c.direction == "incoming")
    standing = select(drafts.c.id).where(
        drafts.c.ticket == tickets.c.id,
        drafts.c.state.in_(("proposed", "rejected")),
        drafts.c.created >= func.coalesce(asked.scalar_subquery(), drafts.c.created),
    )
    chosen = select(tickets.c.id).where(
        tickets.c.status == "open", tickets.c.waiting_since.is_not(None), ~standing.exists()
    )
    return list(db.scalars(chosen.order_by(urgency().desc(), tickets.c.created, tickets.c.id).limit(limit)))


def label(
    db: Connection, ticket: str, seq: int, mood: str, score: float, dissatisfied: float = 0.0,
    signals: Mapping[Any, float] | None = None, elsewhere: float = 0.0, within: float | None = None,
) -> None:  # fmt: skip
    """Store the mood of one message, with the probability of each signal and that it is about somebody else.

    `within` is how dissatisfied it sounds behind what had been said before, where it was read so.
    """
    same = (messages.c.ticket == ticket) & (messages.c.seq == seq)
    kept = {"mood": mood, "score": score, "dissatisfied": dissatisfied, "elsewhere": elsewhere, "within": within}
    db.execute(update(messages).where(same).values(kept | {"signals": dict(signals or {})}))


def last_said(db: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """The customer's last message of each ticket that has one: rows of (ticket, text, mood, score)."""
    last = select(messages.c.ticket, func.max(messages.c.seq).label("seq")).where(
        messages.c.ticket.in_(list(ids)), messages.c.direction == "incoming"
    )
    chosen = last.group_by(messages.c.ticket).subquery()
    joined = messages.join(chosen, (messages.c.ticket == chosen.c.ticket) & (messages.c.seq == chosen.c.seq))
    found = select(messages.c.ticket, messages.c.text, messages.c.mood, messages.c.score).select_from(joined)
    newest: list[Row[Any]] = list(db.execute(found))
    return {row.ticket: row for row in newest}


def by_status(db: Connection) -> dict[str, int]:
    """Tickets by status."""
    counted = db.execute(select(tickets.c.status, func.count().label("n")).group_by(tickets.c.status))
    return {row.status: row.n for row in counted}


def resolved_of(db: Connection, customer: str, *, besides: str, limit: int = 5) -> Sequence[Row[Any]]:
    """The same customer's other conversations, newest first."""
    chosen = select(tickets).where(tickets.c.customer == customer, tickets.c.id != besides, tickets.c.customer != "")
    return db.execute(chosen.order_by(tickets.c.created.desc()).limit(limit)).all()
