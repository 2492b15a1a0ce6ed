"""What became of conversations in the chat: answered for good, asked again, handed to a person, or left open.

That nobody wrote any more is not taken for a solution. A conversation counts as verified resolved when an answer with
sources was its last word, no person was needed, and neither the visitor nor the customer came back to the topic through
any channel in the days after it. Where topics are not known, whoever comes back counts as coming back to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row

from ingest.records import Customer
from ingest.store import chats, customers, handoffs, topics
from ingest.store.handoffs import Handoff

Fate = Literal["verified", "young", "back", "open", "person"]
FATES: tuple[Fate, ...] = get_args(Fate)
WITHIN = timedelta(days=7)  # after the end of a conversation, in which nobody may come back
PAUSE = timedelta(days=1)  # after which the same conversation going on is coming back
BAD = 2  # a mark of the survey, up to which an answer did not help


@dataclass(frozen=True)
class Talk:
    """One conversation: what was said, what the assistant answered as the journal tells it, and its handovers."""

    row: Row[Any]
    said: Sequence[Row[Any]]
    told: Sequence[Row[Any]]
    handoffs: Sequence[Handoff]

    @property
    def first(self) -> list[Row[Any]]:
        """What was said before the first long pause that the visitor ended."""
        for at, (one, later) in enumerate(zip(self.said, self.said[1:], strict=False), 1):
            if later.direction == "incoming" and self.when(later) - self.when(one) > PAUSE:
                return list(self.said[:at])
        return list(self.said)

    @property
    def ended(self) -> datetime:
        """When it ended, before anybody came back to it."""
        return self.when(self.first[-1]) if self.said else self.when(None)

    @property
    def with_people(self) -> bool:
        """Whether a person was asked for, or came by themselves."""
        return bool(self.handoffs) or any(one.direction == "outgoing" for one in self.said)

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What the assistant said to questions, as the journal keeps it: answers with sources, or none known."""
        lines = (dict(one.detail) for one in self.told)
        return [one for one in lines if one.get("sources") or not one.get("answered")]

    @property
    def helped(self) -> bool:
        """Whether the last word to a question was an answer with sources that nobody called useless."""
        ends, missed = self.first[-1].seq if self.said else -1, {one.seq for one in self.said if one.missed}
        last = next((one for one in reversed(self.answers) if one.get("seq", -1) <= ends), None)
        useless = last is None or not last.get("sources") or last.get("seq") in missed
        return not useless and not (self.row.csat is not None and self.row.csat <= BAD)

    def when(self, one: Row[Any] | None) -> datetime:
        """When something was said; what has no time was said when the conversation began."""
        at: datetime | None = one.at if one is not None and one.at else self.row.created
        return at or datetime.min.replace(tzinfo=UTC)


def read(db: Connection, rows: Sequence[Row[Any]]) -> list[Talk]:
    """These conversations, as `chats.begun` gives their rows."""
    ids = [row.id for row in rows]
    said, told, given = chats.said(db, ids), chats.journaled(db, ids, "answered"), handoffs.of(db, ids)
    return [Talk(row, said.get(row.id, []), told.get(row.id, []), given.get(row.id, [])) for row in rows]


def of(db: Connection, talks: Sequence[Talk], now: datetime, within: timedelta = WITHIN) -> dict[str, Fate]:
    """What became of each conversation, by its id; `young` are those that ended less than `within` before `now`."""
    found: dict[str, Fate] = {}
    settled = []
    for one in talks:
        if one.with_people:
            found[one.row.id] = "person"
        elif not one.helped:
            found[one.row.id] = "open"
        else:
            settled.append(one)
    back = _back(db, settled, within)
    for one in settled:
        young = now - one.ended < within
        found[one.row.id] = "back" if one.row.id in back else "young" if young else "verified"
    return found


def _back(db: Connection, talks: Sequence[Talk], within: timedelta) -> set[str]:
    """The conversations to whose topic their visitor or customer came back in time."""
    if not talks:
        return set()
    others = chats.moving(db, min(one.ended for one in talks))
    people = _People(db, [*(one.row for one in talks), *others])
    theirs: dict[str, set[str]] = {}
    for row in others:
        for who in people.of(row):
            theirs.setdefault(who, set()).add(row.id)
    near = {one.row.id: {id for who in people.of(one.row) for id in theirs.get(who, ())} for one in talks}
    ids = {id for some in near.values() for id in some} | set(near)
    said, about = chats.said(db, ids), _Topics(db, ids)
    began = {row.id: row.created for row in others}

    def came(one: Talk) -> bool:
        until = one.ended + within
        own = about.of(one.row.id, (turn.seq for turn in one.first if turn.direction == "incoming"))
        for id in near[one.row.id]:
            later = [
                turn.seq for turn in said.get(id, [])
                if turn.direction == "incoming" and one.ended < (turn.at or began.get(id) or one.ended) <= until
            ]  # fmt: skip
            if later and _same(own, about.of(id, later)):
                return True
        return False

    return {one.row.id for one in talks if came(one)}


def _same(own: set[str] | None, later: set[str] | None) -> bool:
    """Whether two messages may be about the same; None where it is not known what one is about."""
    return not own or not later or bool(own & later)


class _People:
    """Who is behind a ticket: the visitor's browser, and the customer under whichever name."""

    def __init__(self, db: Connection, rows: Iterable[Row[Any]]) -> None:
        self._known = {
            name: one.id for name, one in _resolved(db, {row.customer for row in rows if row.customer}).items()
        }

    def of(self, row: Row[Any]) -> set[str]:
        names = {f"visitor {row.visitor}"} if row.visitor else set()
        return names | ({f"customer {self._known.get(row.customer, row.customer)}"} if row.customer else set())


def _resolved(db: Connection, names: set[str]) -> Mapping[str, Customer]:
    held, found = sorted(names), dict[str, Customer]()
    for start in range(0, len(held), 200):  # each is asked for three times in one statement
        found |= customers.resolve(db, held[start : start + 200])
    return found


class _Topics:
    """What messages are about, as far as their questions are in topics."""

    def __init__(self, db: Connection, ids: Iterable[str]) -> None:
        roots = {one.id: one.merged or one.id for one in topics.all(db)}
        self._asked: dict[tuple[str, int], set[str]] = {}
        for one in topics.of_sources(db, list(ids)):
            if one.text:
                self._asked.setdefault((one.source, one.seq), set()).add(roots.get(one.topic, one.topic))

    def of(self, id: str, places: Iterable[int]) -> set[str] | None:
        """The topics of these messages together; None where a question is in no topic yet, or none was found."""
        found = {topic for place in places for topic in self._asked.get((id, place), ())}
        return None if not found or "" in found else found
