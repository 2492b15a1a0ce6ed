"""One turn of a chat: the visitor's message is kept; the assistant answers from approved knowledge or says so."""

import logging
import threading
import time
import uuid
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Row

from console import answers, conversations
from console.answers import Citation, Draft, Letter, Piece
from console.desk import Desk
from console.faq import holdout
from console.questions import questions
from console.search import Search
from console.widget import handoff, misses, view, wording
from console.widget.misses import Care
from console.widget.wording import Wording
from ingest import clean
from ingest.errors import KizunaError, SenderError
from ingest.records import Message, Status, Ticket
from ingest.store import moods, notes, tickets

LONGEST = 4_000  # characters of one message
MOST = 200  # messages of one visitor in one conversation
_SUBJECT = 80
STARTING = 120.0  # seconds that an answer waits for a model which is being opened
_LOCKS = 64

log = logging.getLogger("kizuna.widget")


class FullError(SenderError):
    """The conversation holds as many messages as one may."""


@dataclass(frozen=True)
class Taken:
    """A message of the visitor as it is kept: its ticket and place, the masked text, and the ticket's status now."""

    ticket: str
    seq: int
    text: str
    status: Status


@dataclass(frozen=True)
class Answer:
    """What the assistant said in the end. Not `answered`: it does not know, and a person is offered."""

    text: str
    answered: bool
    sources: list[dict[str, Any]] = field(default_factory=list)
    seq: int = -1


@dataclass(frozen=True)
class Quiet:
    """The assistant says nothing: a person has the conversation, or (`busy`) it still answers another message."""

    busy: bool = False


Event = Piece | Answer | Quiet


class Turns:
    """The turns of all visitors of one desk. Safe between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._locks = [threading.Lock() for _ in range(_LOCKS)]
        self._answering: set[str] = set()
        self._closed = False
        self._guard = threading.Lock()

    def take(self, visitor: str, id: str, text: str, lang: str, site: str = "") -> Taken:
        """Keep a message; the same `id` again keeps nothing and returns what is kept. The first begins a conversation.

        Raises SenderError for an empty or overlong message, FullError for the one after the last.
        """
        text = conversations.bounded(text, LONGEST)
        with self._locks[hash(visitor) % _LOCKS]:
            with self._desk.db.read() as db:
                row = tickets.of_visitor(db, visitor)
                seq = view.place_of(db, row.id, id) if row else None
            if row is None:
                first = Message("incoming", text, datetime.now(UTC))
                self._begin(visitor, first, "pending", lang, site, mark=id)
                seq = 0
            elif seq is None:
                seq = self._add(row, text, mark=id)
            return self._taken(visitor, seq)

    def answer(self, visitor: str, taken: Taken, lang: str) -> Generator[Event]:
        """Yield the answer to a message in pieces, then the whole of it, kept; Quiet where a person has the word.

        A message that was answered before gets the same answer. Closing the generator stops the model; nothing is kept.
        """
        with self._desk.db.read() as db:
            before = view.answered(db, taken.ticket, taken.seq)
        if before:
            yield Answer(before.text, before.answered, before.sources, before.seq)
        elif taken.status != "pending":
            yield Quiet()
        else:
            with self._alone(visitor) as free:
                yield from self._answer(visitor, taken, lang) if free else iter([Quiet(busy=True)])

    def quick(self, taken: Taken) -> bool:
        """Whether the answer needs no model: it is a line of the assistant's own, was given before, or none is due."""
        if taken.status != "pending" or (self._desk.chat is None and not self._desk.starting):
            return True
        with self._desk.db.read() as db:
            before = view.answered(db, taken.ticket, taken.seq)
        care = self._care(taken)
        agreed = care.asked and wording.agrees(taken.text)
        return before is not None or agreed or self._own_line(taken, wording.ENGLISH, care) is not None

    def close(self) -> None:
        """Keep no answer any more: what is cut off now is asked again after a restart."""
        self._closed = True

    def person(self, visitor: str, lang: str, email: str = "", site: str = "") -> Status:
        """Give the conversation to a person, or begin one with them; `email` tells the agent whom to write to.

        An unhappy visitor's ticket gets high priority. Asking twice changes nothing but the address.
        """
        with self._locks[hash(visitor) % _LOCKS]:
            with self._desk.db.read() as db:
                row = tickets.of_visitor(db, visitor)
            if row is None:
                self._ask_at_once(visitor, lang, site)
            elif row.status != "open":
                handoff.take_over(self._desk, row)
            with self._desk.db.read() as db:
                row = tickets.of_visitor(db, visitor)
            assert row is not None
            if email:
                handoff.know(self._desk, row, email)
            return cast(Status, row.status)

    def _ask_at_once(self, visitor: str, lang: str, site: str) -> None:
        """A conversation that begins with the wish for a person."""
        now = datetime.now(UTC)
        id = self._begin(visitor, Message("activity", wording.of(lang).asked, now, view.VISITOR), "open", lang, site)
        with self._desk.db.write() as db:
            tickets.change(db, id, waiting_since=now)
            row = tickets.row(db, id)
            assert row is not None
            handoff.begin(db, row, "asked", now)

    def _begin(self, visitor: str, first: Message, status: Status, lang: str, site: str, *, mark: str = "") -> str:
        said = first.text if first.direction == "incoming" else ""
        ticket = Ticket(
            f"W-{uuid.uuid4().hex[:12]}", (first,), subject=_subject(said), created=first.at, status=status,
            channel="chat", lang=clean.language(said) or lang,
        )  # fmt: skip
        return conversations.begin(self._desk.shelves, ticket, visitor=visitor, site=site, mark=mark).id

    def _add(self, row: Row[Any], text: str, *, mark: str) -> int:
        with self._desk.db.read() as db:
            said = sum(turn.direction == "incoming" for turn in tickets.turns(db, row.id))
        if said >= MOST:
            raise FullError(f"This conversation has {MOST} messages, and no more fit. Start a new conversation.")
        shelves = self._desk.shelves
        kept = conversations.add(shelves, row.id, text, direction="incoming", by=row.visitor, mark=mark)
        if not row.subject:
            with self._desk.db.write() as db:
                tickets.change(db, row.id, subject=_subject(kept.text))
        if row.status in ("resolved", "snoozed"):  # this message has opened it again, for a person
            with self._desk.db.write() as db:
                handoff.begin(db, row, "returned", datetime.now(UTC))
                holdout.asked(db, row.id)
        with self._desk.db.read() as db:
            seq = view.place_of(db, row.id, mark)
        assert seq is not None
        return seq

    def _taken(self, visitor: str, seq: int) -> Taken:
        with self._desk.db.read() as db:
            row = tickets.of_visitor(db, visitor)
            assert row is not None
            said = next(turn for turn in tickets.turns(db, row.id) if turn.seq == seq)
        return Taken(row.id, seq, said.text, cast(Status, row.status))

    @contextmanager
    def _alone(self, visitor: str) -> Generator[bool]:
        """Whether nothing else is being answered for this visitor; while inside, nothing else will be."""
        with self._guard:
            free = visitor not in self._answering
            self._answering.add(visitor)
        try:
            yield free
        finally:
            if free:
                with self._guard:
                    self._answering.discard(visitor)

    def _answer(self, visitor: str, taken: Taken, lang: str) -> Generator[Event]:
        if self._with_people(taken.ticket):
            yield Quiet()
            return
        care = self._care(taken)
        if care.asked and wording.agrees(taken.text):
            self.person(visitor, lang)
            yield Quiet()
            return
        said = None
        with closing(self._words(visitor, taken, lang, care)) as words:
            for said in words:
                if isinstance(said, Piece):
                    yield said
        assert isinstance(said, Answer)
        yield self._keep(taken, said)

    def _with_people(self, ticket: str) -> bool:
        """Whether a person has the conversation, also since the message was taken."""
        with self._desk.db.read() as db:
            row = tickets.row(db, ticket)
        return row is None or row.status != "pending"

    def _care(self, taken: Taken) -> Care:
        """How careful the answer has to be; an answer that the visitor says did not help counts as missed first."""
        with self._desk.db.read() as db:
            turns = tickets.turns(db, taken.ticket)
        place = misses.last_answer(turns, taken.seq)
        if place is not None and wording.no_help(taken.text):
            with self._desk.db.write() as db:
                moods.miss(db, taken.ticket, place)
                turns = tickets.turns(db, taken.ticket)
        return misses.before(turns, taken.seq)

    def _words(self, visitor: str, taken: Taken, lang: str, care: Care) -> Generator[Piece | Answer]:
        lang = clean.language(taken.text) or lang
        words = wording.of(lang)
        own = self._own_line(taken, words, care)
        if own:
            yield own
            return
        try:
            yield from self._drafted(visitor, taken, lang, care)
        except KizunaError as error:
            log.warning("The assistant could not answer in %s: %s", taken.ticket, error)
            yield Answer(words.unavailable, False)

    def _own_line(self, taken: Taken, words: Wording, care: Care) -> Answer | None:
        """What the assistant says without looking anything up; None where it has to."""
        if wording.wants_person(taken.text):
            return Answer(words.offer, False)
        if wording.is_thanks(taken.text):
            return Answer(words.welcome, True)
        if wording.only_files(taken.text):
            return Answer(words.file, True)
        if care.misses and wording.no_help(taken.text) and len(taken.text) <= wording.ALONE:
            return Answer(words.shall_i if care.misses >= misses.ASKS else words.sorry, False)
        return None

    def _drafted(self, visitor: str, taken: Taken, lang: str, care: Care) -> Generator[Piece | Answer]:
        desk, words = self._desk, wording.of(lang)
        self._await_model()
        if desk.chat is None:
            yield Answer(words.unavailable, False)
            return
        with desk.db.read() as db:
            ticket = tickets.get(db, taken.ticket)
            places = [turn.seq for turn in tickets.turns(db, taken.ticket)]
        if ticket is None:
            raise SenderError(f"There is no ticket {taken.ticket} any more.")
        asked = replace(_asked(ticket, places.index(taken.seq)), lang=lang)
        free = desk.settings.chat_writes and not care.misses  # after a miss it quotes
        letter = Letter(lang, voice=desk.settings.voice, public=True, free=free)
        draft = answers.draft(asked, self._search(visitor, asked), desk.verifier, desk.chat, letter, desk.trust)
        opened = not care.misses
        with closing(cast(Generator[Piece | Draft], draft)) as pieces:
            for one in pieces:
                if isinstance(one, Piece):
                    if not opened:
                        yield Piece(misses.opening(words))
                    opened = True
                    yield one
                elif one.abstained:
                    yield Answer(words.shall_i if care.misses + 1 >= misses.ASKS else words.unknown, False)
                else:
                    text = misses.carefully(one.reply, words) if care.misses else one.reply
                    yield Answer(text, True, _sources(one.citations))

    def _await_model(self) -> None:
        """After a start the first visitors are back before the model is."""
        until = time.monotonic() + STARTING
        while self._desk.starting and not self._closed and time.monotonic() < until:
            time.sleep(0.1)

    def _search(self, visitor: str, asked: Ticket) -> Search:
        """What the answer is found with: for visitors who are held out, without the FAQ. First it is counted, for all
        alike, whether an entry has the answer.
        """
        search, db, share = self._desk.search, self._desk.db, self._desk.settings.faq_holdout
        if not share:
            return search
        arm, entry = holdout.arm(db, visitor, share), holdout.best(search, conversations.latest(asked))
        if entry:
            with db.write() as connection:
                holdout.met(connection, asked.id, entry, arm)
        return holdout.Unaided.of(search) if arm == "held" else search

    def _keep(self, taken: Taken, said: Answer) -> Answer | Quiet:
        """Store the answer, unless a person took the conversation over in the meantime."""
        with self._desk.db.write() as db:
            row = tickets.row(db, taken.ticket)
            if self._closed or row is None or row.status != "pending":
                return Quiet()
            seq = tickets.add(db, row.id, Message("activity", said.text, datetime.now(UTC), view.ASSISTANT))
            detail = {"seq": seq, "to": taken.seq, "answered": said.answered, "sources": said.sources}
            notes.write(db, by=view.ASSISTANT, action="answered", subject=taken.ticket, **detail)
            if not said.answered and not wording.wants_person(taken.text):
                moods.miss(db, taken.ticket, seq)
        return replace(said, seq=seq)


def _subject(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SUBJECT else line[: _SUBJECT - 1] + "…"


def _asked(ticket: Ticket, place: int) -> Ticket:
    """The ticket as the question at `place` sees it: on its own, or with the one before where it is only a fragment.

    Without this, every question of a chat would be searched together with all those before it.
    """
    now = ticket.messages[place]
    earlier = [turn for turn in ticket.messages[:place] if turn.direction == "incoming"]
    if questions(now.text) or not earlier:
        return replace(ticket, subject="", messages=(now,))
    return replace(ticket, subject="", messages=(earlier[-1], Message("outgoing", "…"), now))


def _sources(citations: tuple[Citation, ...]) -> list[dict[str, Any]]:
    """What the visitor is told of each citation; places point into the source's own text."""
    return [
        {"n": one.n, "title": one.title, "kind": one.kind, "id": one.source, "start": one.start, "end": one.end}
        for one in citations
    ]
