"""A mail that answers one of this desk's own goes on in that ticket.

The desk's mails are known by their Message-ID: ticket, number and a keyed hash of both and of the address they went to.
Nobody can make one up, and from another address the right one is of no use.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from ingest import clean, shelving
from ingest.records import Message, Reply
from ingest.shelving import Shelves
from ingest.store import handoffs, mails, notes, tickets
from ingest.store.handoffs import Handoff
from ingest.store.mails import Mail
from ingest.vault import Vault

_ID = re.compile(r"kz\.([A-Za-z0-9-]{1,60})\.(\d{1,16})\.([0-9a-f]{20})@[^@\s]*")
_MARK = 20  # hexadecimal digits: nobody can try so many
LONGEST = 20_000  # characters of a mail that are kept


def signed(vault: Vault, ticket: str, number: int, address: str, domain: str) -> str:
    """The Message-ID, without brackets, of a mail about a ticket to an address."""
    return f"kz.{ticket}.{number}.{_mark(vault, ticket, number, address)}@{domain or 'localhost'}"


def ticket_of(shelves: Shelves, ids: Sequence[str], address: str) -> str:
    """The ticket of the newest of these Message-IDs that this desk has sent to this address; empty without one.

    The address has to be the one that is left in the ticket now.
    """
    for id in reversed(ids):
        found = _ID.fullmatch(id)
        if found and hmac.compare_digest(found[3], _mark(shelves.vault, found[1], int(found[2]), address)):
            with shelves.db.read() as db:
                row = tickets.row(db, found[1])
            if row and row.reply_to and row.reply_to == address.casefold():
                return found[1]
    return ""


def _mark(vault: Vault, ticket: str, number: int, address: str) -> str:
    return vault.mark("mail", f"{ticket}\n{number}\n{address.casefold()}")[:_MARK]  # a longer one folds the line


def take(db: Connection, reply: Reply, shelves: Shelves) -> bool | None:
    """Put an answer by mail to its ticket, which a person has then; False for one that came before.

    None where the ticket is not there any more. An automatic reply wakes nobody.
    """
    ticket, row = tickets.get(db, reply.ticket), tickets.row(db, reply.ticket)
    if ticket is None or row is None:
        return None
    if mails.get(db, reply.id):
        return False
    now = datetime.now(UTC)
    text = shelving.masked(db, ticket, clean.message(reply.text)[:LONGEST], shelves)
    files = tuple(shelving.masked(db, ticket, name, shelves) for name in reply.files)
    said = Message("activity" if reply.automatic else "incoming", text, now, "mail" if reply.automatic else "")
    seq = tickets.add(db, ticket.id, Message(said.direction, said.text, said.at, said.author, attachments=files))
    mails.put_many(db, [Mail(reply.id, ticket.id, "answer", reply.address, now, now, seq, sent=now)])
    notes.write(db, by=row.visitor or "customer", action="answered by mail", subject=ticket.id, at=seq)
    if not reply.automatic and row.status != "open":
        tickets.change(db, ticket.id, status="open")
        handoffs.put(db, Handoff(ticket.id, now, "returned", False))  # no wait in a chat: it tells nothing of those
    return True
