"""The canonical text of a source, which every span points into, and whose words stand where in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.records import Article, Message, Ticket

_SPOKEN = {"incoming": "Customer: ", "outgoing": "Agent: "}


@dataclass(frozen=True)
class Turn:
    """What one side said: `[start:end)` of the canonical text; its label stands before it."""

    side: Literal["incoming", "outgoing"]
    start: int
    end: int


def text_of(record: Ticket | Article) -> str:
    """The text that passages point into: an article's own, or a ticket's subject and what both sides said.

    Notes and activity are not in it: what colleagues wrote among themselves is not evidence.
    """
    if isinstance(record, Article):
        return record.text
    said = [_SPOKEN[message.direction] + message.text for message in record.messages if _heard(message)]
    return "\n\n".join([record.subject, *said] if record.subject else said)


def turns(ticket: Ticket) -> Iterator[Turn]:
    """Where each turn of both sides stands in `text_of(ticket)`, in order."""
    at = len(ticket.subject)
    for message in ticket.messages:
        side = message.direction
        if message.text and (side == "incoming" or side == "outgoing"):
            start = (at + 2 if at else 0) + len(_SPOKEN[side])
            at = start + len(message.text)
            yield Turn(side, start, at)


def _heard(message: Message) -> bool:
    return bool(message.text) and message.direction in _SPOKEN
