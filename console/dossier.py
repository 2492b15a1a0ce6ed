"""One ticket as its page needs it, read in one go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from console.desk import Desk
from ingest.errors import SenderError
from ingest.records import Customer, Ticket
from ingest.store import customers, drafts, handoffs, tickets, watches
from ingest.store.drafts import Stored
from ingest.store.handoffs import Handoff
from ingest.store.watches import Watch


@dataclass(frozen=True)
class Opened:
    """A ticket, its own row, turns with moods, who wrote it, their other conversations, and its latest draft."""

    ticket: Ticket
    row: Row[Any]
    turns: list[Row[Any]]
    customer: Customer | None
    others: list[Row[Any]]
    draft: Stored | None
    risk: Row[Any] | None = None  # of the customer over all conversations, where it was weighed
    watch: Watch | None = None  # the open one of the customer
    handoff: Handoff | None = None  # the last one, of a chat that was given to a person

    @property
    def at_risk(self) -> float:
        """How likely the customer is to leave: by all conversations, else by this one."""
        return float(self.risk.at_risk if self.risk else self.row.at_risk)

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """What speaks for it, the weightiest first."""
        return list(self.risk.reasons if self.risk else self.row.reasons)

    @property
    def id(self) -> str:
        """The ticket's own."""
        return self.ticket.id

    @property
    def asked(self) -> datetime | None:
        """When the customer last wrote."""
        return max((turn.at for turn in self.turns if turn.direction == "incoming" and turn.at), default=None)

    @property
    def said(self) -> datetime | None:
        """When the customer or the company last wrote."""
        both = ("incoming", "outgoing")
        return max((turn.at for turn in self.turns if turn.direction in both and turn.at), default=None)

    @property
    def waiting(self) -> frozenset[int]:
        """Places of the customer's messages that nobody has answered yet."""
        found: set[int] = set()
        for turn in self.turns:
            if turn.direction == "outgoing":
                found.clear()
            elif turn.direction == "incoming":
                found.add(turn.seq)
        return frozenset(found)

    @property
    def proposal(self) -> Stored | None:
        """The draft to show: proposed, and not older than what was said last, by the customer or by us."""
        kept = self.draft
        fresh = kept and (self.said is None or kept.created is None or kept.created >= self.said)
        return kept if kept and fresh and kept.state == "proposed" else None

    @property
    def wants_draft(self) -> bool:
        """Whether the desk should write a draft by itself: someone waits, and nobody turned a draft down since."""
        turned_down = (
            self.draft
            and self.draft.state == "rejected"
            and (self.draft.decided or self.asked)
            and (self.asked is None or self.draft.decided is None or self.draft.decided >= self.asked)
        )
        return self.row.status in ("open", "pending") and bool(self.waiting) and not self.proposal and not turned_down


def load(desk: Desk, id: str) -> Opened:
    """Everything about ticket `id`; raises SenderError when there is none."""
    with desk.db.read() as db:
        ticket, row = tickets.get(db, id), tickets.row(db, id)
        if ticket is None or row is None:
            raise SenderError(f"There is no ticket {id}. It may have been removed; go back to the inbox.")
        known = customers.find(db, ticket.customer)
        whose = known.id if known else ticket.customer or f"ticket:{id}"
        return Opened(
            ticket, row, tickets.turns(db, id), known,
            list(tickets.resolved_of(db, ticket.customer, besides=id)), drafts.latest(db, id),
            customers.risk(db, known.id) if known else None, watches.open_of(db, whose),
            handoffs.last(db, id) if row.visitor else None,
        )  # fmt: skip
