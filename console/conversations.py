"""What happens to a live ticket: a customer writes, an agent replies, someone picks it up. Everything is journaled."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from console import learning
from console.accounts import Account
from ingest import shelving
from ingest.errors import SenderError
from ingest.records import Direction, Message, Ticket
from ingest.shelving import Shelves
from ingest.store import drafts, handoffs, notes, placeholders, tickets
from ingest.store.drafts import Stored

LONGEST = 20_000
PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*_\d+>")


def begin(shelves: Shelves, ticket: Ticket, *, visitor: str = "", site: str = "", mark: str = "") -> Ticket:
    """Store a new live ticket, masked, and make it findable; returns it as stored.

    That of a `visitor` of the chat, begun at `site`, is found once the worker has come by: chats begin in crowds.
    `mark` is as `add` has it.
    """
    with shelves.db.write() as db:
        stored = shelving.shelve(db, ticket, shelves, origin="live")
        assert isinstance(stored, Ticket)
        if visitor:
            tickets.change(db, stored.id, visitor=visitor, site=site)
        notes.write(db, by=visitor or "customer", action="opened", subject=stored.id)
        if mark:
            notes.write(db, by=visitor, action="wrote", subject=stored.id, id=mark, seq=0)
    if not visitor:
        shelves.index.catch_up()
    return stored


def add(
    shelves: Shelves, id: str, text: str, *, direction: Direction, author: str = "", by: str = "", mark: str = ""
) -> Message:
    """Append a message to a ticket and return it as stored, masked.

    `mark` is the name that the sender (`by`) has given it: with it in the journal, of the same moment, sending it again
    after whatever broke keeps it once. Raises SenderError for an empty or overlong text and for a ticket that is not
    there.
    """
    with shelves.db.write() as db:
        said, seq = _append(db, shelves, id, bounded(text), direction, author)
        if mark:
            notes.write(db, by=by, action="wrote", subject=id, id=mark, seq=seq)
        return said


def _append(
    db: Connection, shelves: Shelves, id: str, text: str, direction: Direction, author: str
) -> tuple[Message, int]:
    ticket = tickets.get(db, id)
    if ticket is None:
        raise SenderError(f"There is no ticket {id}. It may have been removed; go back to the inbox.")
    if direction == "incoming":
        text = masked(db, shelves, ticket, text)
    said = Message(direction, text, datetime.now(UTC), author)
    seq = tickets.add(db, id, said)
    if direction == "incoming" and ticket.status in ("resolved", "snoozed"):
        tickets.change(db, id, status="open")
    return said, seq


def masked(db: Connection, shelves: Shelves, ticket: Ticket, text: str) -> str:
    """A customer's words without personal data; placeholders go on where this customer's former messages stopped."""
    return shelving.masked(db, ticket, text, shelves)


def revealable(shelves: Shelves, ticket: Ticket) -> int:
    """How many different placeholders of this conversation have their original in the vault."""
    with shelves.db.read() as db:
        kept = placeholders.of(db, [shelving.book_of(db, ticket)])
    return len(masked_in(ticket) & {f"<{line.label}_{line.number}>" for line in kept if line.sealed})


def masked_in(ticket: Ticket) -> set[str]:
    """The placeholders that stand in what was said."""
    return {found for turn in ticket.messages for found in PLACEHOLDER.findall(turn.text)}


def reveal(shelves: Shelves, ticket_id: str, by: Account) -> dict[str, str]:
    """Placeholder to original for one conversation, journaled in the same transaction. Keep it nowhere.

    Raises SenderError unless a supervisor asks, and where no original is kept.
    """
    if not by.supervises:
        raise SenderError("Only a supervisor may reveal personal data.")
    with shelves.db.write() as db:
        ticket = tickets.get(db, ticket_id)
        if ticket is None:
            raise SenderError(f"There is no ticket {ticket_id}. It may have been removed; go back to the inbox.")
        standing, kept = masked_in(ticket), shelves.vault.reveal(db, shelving.book_of(db, ticket))
        found = {name: original for name, original in kept.items() if name in standing}
        if not found:
            raise SenderError("The vault holds no original of what is masked here.")
        notes.write(db, by=by.name, action="revealed personal data", subject=ticket_id, count=len(found))
    return found


def reply(shelves: Shelves, id: str, text: str, *, by: str, author: str, draft: str = "", resolve: bool = True) -> None:
    """Send the agent's reply: stored, the ticket resolved, the draft judged, the case findable as evidence.

    In a chat it means that a person has the conversation.
    """
    with shelves.db.write() as db:
        said, _ = _append(db, shelves, id, bounded(text), "outgoing", author)
        _with_people(db, id, said.at or datetime.now(UTC))
        judged = _judge(db, id, draft, said.text, by)
        if resolve:
            tickets.change(db, id, status="resolved", assignee=by)
        notes.write(db, by=by, action="replied", subject=id, resolved=resolve, draft=draft, **judged)
        shelving.reshelve(db, id, shelves)
    shelves.index.catch_up()


def _with_people(db: Connection, id: str, now: datetime) -> None:
    """The assistant is quiet from here on, also where nobody had asked for a person."""
    handoffs.answered(db, id, now)
    row = tickets.row(db, id)
    if row and row.visitor and row.status == "pending":
        tickets.change(db, id, status="open")


def _judge(db: Connection, id: str, used: str, sent: str, by: str) -> dict[str, Any]:
    """Note what this reply says of the draft for the same question, used or not, as the journal keeps it."""
    kept = drafts.latest(db, id)
    if kept is None or kept.state != "proposed" or (kept.id != used and _outdated(db, kept)):
        return {}
    verdict = learning.judge(kept, sent, used=kept.id == used)
    told: dict[str, Any] = {"outcome": verdict.outcome, "distance": round(verdict.distance, 4)}
    drafts.decide(db, kept.id, verdict.state, by=by, final=sent, citations=verdict.citations, **told)
    return told


def _outdated(db: Connection, draft: Stored) -> bool:
    """Whether the customer has written since."""
    asked = [turn.at for turn in tickets.turns(db, draft.ticket) if turn.direction == "incoming" and turn.at]
    return draft.created is not None and bool(asked) and max(asked) > draft.created


def reject(shelves: Shelves, ticket: str, draft: str, *, by: str, reason: str) -> None:
    """Note that the agent did not want this draft, and why."""
    with shelves.db.write() as db:
        drafts.decide(db, draft, "rejected", by=by, reason=reason)
        notes.write(db, by=by, action="rejected draft", subject=ticket, draft=draft, reason=reason)


def reopen(shelves: Shelves, id: str, *, by: str) -> None:
    """Undo a resolution."""
    with shelves.db.write() as db:
        tickets.change(db, id, status="open")
        notes.write(db, by=by, action="reopened", subject=id)


def end(shelves: Shelves, id: str, told: str, *, by: str) -> bool:
    """The customer ends the conversation; `told` says so to the agents. False where it had ended already."""
    with shelves.db.write() as db:
        row = tickets.row(db, id)
        if row is None or row.status == "resolved":
            return False
        tickets.add(db, id, Message("activity", told, datetime.now(UTC), "desk"))
        tickets.change(db, id, status="resolved")
        notes.write(db, by=by, action="ended", subject=id, was=row.status)
        shelving.reshelve(db, id, shelves)
    shelves.index.catch_up()
    return True


def assign(shelves: Shelves, id: str, to: str, *, by: str) -> None:
    """Give the ticket to an account, or to nobody with an empty name."""
    with shelves.db.write() as db:
        tickets.change(db, id, assignee=to)
        notes.write(db, by=by, action="assigned", subject=id, to=to)


def bounded(text: str, most: int = LONGEST) -> str:
    """The text without white space around it; raises SenderError when it is empty or longer than `most` characters."""
    text = text.strip()
    if not text:
        raise SenderError("The message is empty. Write something first.")
    if len(text) > most:
        raise SenderError(f"The message has {len(text):,} characters; {most:,} are the most. Shorten it.")
    return text


def latest(ticket: Ticket) -> str:
    """What waits for an answer: the customer's words since our last reply, subject first when it adds something."""
    waiting: list[str] = []
    for turn in ticket.messages:
        if turn.direction == "outgoing":
            waiting = []
        elif turn.direction == "incoming":
            waiting.append(turn.text)
    said = "\n".join(waiting or [turn.text for turn in ticket.messages if turn.direction == "incoming"][-1:])
    opening = next((turn.text for turn in ticket.messages if turn.direction == "incoming"), "")
    if len(said) < 60 and opening not in said:  # "still nothing" means little without the question before it
        said = f"{opening[:600]}\n{said}"
    return said if ticket.subject and ticket.subject in said else f"{ticket.subject}\n{said}".strip()
