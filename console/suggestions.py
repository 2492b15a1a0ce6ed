"""What helps before any model has run: the best articles, and how like cases were solved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from console import conversations
from console.search import Hit, Search
from ingest.records import Passage, Ticket
from ingest.store import passages as shelf
from ingest.store import tickets
from ingest.store.passages import Filters

KNOWLEDGE = ("faq", "article")
CASES = ("ticket", "call")
_PROBLEMS = Filters(kinds=CASES, parts=("problem",))  # new problems find old ones; shown is how those were solved


@dataclass(frozen=True)
class Case:
    """A solved ticket or call that resembles this one, with the reply that solved it and that reply's place."""

    hit: Hit
    resolution: Passage
    solved: datetime | None


@dataclass(frozen=True)
class Suggestions:
    """Articles and FAQ entries, and how like cases were solved; best first."""

    articles: list[Hit]
    cases: list[Case]


def find(ticket: Ticket, search: Search, *, limit: int = 4) -> Suggestions:
    """The best articles and the best solved cases for what the customer asks now."""
    asked = conversations.latest(ticket)
    articles, problems = search.each(asked, (Filters(kinds=KNOWLEDGE), _PROBLEMS), limit=3 * limit)
    return Suggestions(articles[:limit], _solved(problems, ticket, search, limit))


def cases(question: str, ticket: Ticket, search: Search, limit: int) -> list[Case]:
    """The best solved cases for a question."""
    return _solved(search.find(question, _PROBLEMS, limit=3 * limit), ticket, search, limit)


def _solved(problems: Sequence[Hit], ticket: Ticket, search: Search, limit: int) -> list[Case]:
    """The first of these that were solved by a reply; each is read only while some are wanted."""
    with search.db.read() as db:
        return list(islice((case for hit in problems if (case := _case(db, hit, ticket))), limit))


def _case(db: Connection, hit: Hit, ticket: Ticket) -> Case | None:
    row = tickets.row(db, hit.source) if hit.source != ticket.id else None
    if row is None or row.status != "resolved":
        return None
    replies = [one for one in shelf.of_source(db, hit.kind, hit.source) if one.part == "resolution"]
    return Case(hit, max(replies, key=lambda one: len(one.text)), row.updated) if replies else None
