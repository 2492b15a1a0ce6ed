"""The desk over its own past: what it would have drafted for tickets that people answered, knowing what was known."""

import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from console import agreement, answers, confidence, voice
from console.agreement import Case, Told
from console.answers import Draft, Letter
from console.background import Stopped, Work, Works
from console.confidence import Trust
from console.desk import Desk
from console.intervals import Figure
from console.search import DEPTH, Hit, Search
from ingest.cases import hollow
from ingest.errors import OperatorError, SenderError, TemporaryError
from ingest.records import Message, Ticket
from ingest.store import backtests, tickets
from ingest.store.backtests import Backtest
from ingest.store.passages import Filters

LIMIT = 100  # tickets of one run
OTHERS = 24  # answers to other tickets that a draft is compared with, to tell what chance gives
TRIES = 3  # tickets after another that may fail for the moment; a single one is passed over
PATIENCE = 0.5  # seconds between looks at whether agents need the chat model
STOPPED = "The backtest was stopped. The figures are those of the tickets until then."
LOST = (
    "The backtest stopped because of a fault in Kizuna; see its log. The figures are those of the tickets until then."
)
BUSY = "Another backtest is running. Start this one when it has finished."
FIGURES = {
    "grounded": "Statements in their source",
    "agreement": "Agreement with the person",
    "abstained": "Abstained",
    "saved": "Minutes saved a ticket",
}
NONE = "No resolved ticket with a question and an answer of a person is there. Bring solved tickets in first."


@dataclass(frozen=True)
class Asked:
    """A past ticket as it was when a person answered it for the first time, and that answer."""

    ticket: Ticket
    at: datetime
    answer: str


@dataclass(frozen=True, kw_only=True)
class Then(Search):
    """The search as it was at `until`, without the sources `hidden`.

    Known were articles and FAQ entries that have not changed since, and conversations that had come to their end.
    What has no date is left out: nobody knows when it came. Only the rarity of words is today's.
    """

    until: datetime
    hidden: frozenset[str] = frozenset()

    def find(self, query: str, filters: Filters | None = None, *, limit: int = 10) -> list[Hit]:
        """The best sources, each once."""
        best: dict[tuple[str, str], Hit] = {}
        for hit in self.passages(query, filters):
            best.setdefault((hit.kind, hit.source), hit)
        return list(best.values())[:limit]

    def passages(self, query: str, filters: Filters | None = None, *, limit: int = 2 * DEPTH) -> list[Hit]:
        """The best passages of what was known."""
        filters = filters or Filters()
        until = min(self.until, filters.until) if filters.until else self.until
        found = super().passages(query, replace(filters, until=until), limit=2 * DEPTH)
        talks = {hit.source for hit in found if hit.kind in ("ticket", "call")}
        with self.db.read() as db:
            unknown = backtests.unsettled(db, talks, self.until) | (self.hidden & talks)
        return [hit for hit in found if not (hit.kind in ("ticket", "call") and hit.source in unknown)][:limit]


def then(search: Search, until: datetime, hidden: frozenset[str]) -> Then:
    """This search as it was."""
    return Then(**{one.name: getattr(search, one.name) for one in fields(search)}, until=until, hidden=hidden)


def asked(ticket: Ticket) -> Asked | None:
    """What waited when a person first answered with more than courtesies; None where nobody did.

    Status, tags and satisfaction came later and are taken off.
    """
    heard = False
    for place, turn in enumerate(ticket.messages):
        heard = heard or turn.direction == "incoming"
        if heard and turn.direction == "outgoing" and not hollow(turn.text):
            before = ticket.messages[:place]
            at = max((one.at for one in before if one.at and one.direction == "incoming"), default=ticket.created)
            if at is None:
                return None
            opened = replace(ticket, messages=before, status="open", tags=(), csat=None)
            return Asked(opened, at, _answer(ticket.messages[place:]))
    return None


def _answer(turns: tuple[Message, ...]) -> str:
    """What the agent said until the customer spoke again."""
    said = []
    for turn in turns:
        if turn.direction == "incoming":
            break
        said += [turn.text] if turn.direction == "outgoing" else []
    return "\n\n".join(said)


def drafted(asked: Asked, search: Search, desk: Desk, trust: Trust) -> Draft:
    """The draft that the desk writes with this search."""
    how = voice.of(asked.ticket, desk.settings.voice, desk.settings.brands)
    letter = Letter(answers.language(asked.ticket), None, how, free=desk.settings.chat_writes)
    made = list(answers.draft(asked.ticket, search, desk.verifier, desk.chat, letter, trust))[-1]
    assert isinstance(made, Draft)
    return made


@dataclass
class Run(Work):
    """One backtest; `cases` grow while it runs and are kept in the database, so that stopping loses nothing."""

    lost = LOST
    on: Desk
    by: str
    tickets: list[str]
    trust: Trust
    since: datetime | None = None
    until: datetime | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    cases: list[Case] = field(default_factory=list)
    done: int = 0
    progress: Callable[[int], None] = lambda done: None  # hears how many are done

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take at today's pace; None before the first ticket."""
        return self.seconds / self.done * (len(self.tickets) - self.done) if self.done else None

    def run(self) -> None:
        """Do it here and now, and keep that it has ended."""
        try:
            super().run()
        finally:
            self._keep()

    def do(self) -> None:
        """Replay every ticket."""
        try:
            self._replay()
        except KeyboardInterrupt:
            raise Stopped(STOPPED) from None

    def _replay(self) -> None:
        others, failed = deque[Told](maxlen=OTHERS), 0
        for id in self.tickets:
            while self.on.chat is not None and self.on.chat.busy and not self.stopping:
                time.sleep(PATIENCE)  # agents come first
            if self.stopping:
                raise Stopped(STOPPED)
            try:
                case, failed = self._case(id, others), 0
            except TemporaryError:
                case, failed = None, failed + 1
                if failed == TRIES:
                    raise
            self.cases += [case] if case else []
            self.done += 1
            self._keep()
            self.progress(self.done)

    def _case(self, id: str, others: "deque[Told]") -> Case | None:
        with self.on.db.read() as db:
            ticket, hidden = tickets.get(db, id), frozenset(backtests.twins(db, id))
        was = asked(ticket) if ticket else None
        if was is None:
            return None
        answer = agreement.told(was.answer, self.on.embedding)
        if not answer.sentences:
            return None
        draft = drafted(was, then(self.on.search, was.at, hidden), self.on, self.trust)
        with self.on.db.read() as db:
            case = agreement.compare(id, draft, answer, list(others), self.on.embedding, db)
        others.append(answer)
        return case

    def _keep(self) -> None:
        with self.on.db.write() as db:
            backtests.put(db, stored(self))


def stored(run: Run) -> Backtest:
    """A run as the database keeps it."""
    finished = datetime.now(UTC) if run.finished else None
    return Backtest(
        run.id, run.started, len(run.tickets), run.trust.least, run.by, run.since, run.until, finished,
        [asdict(case) for case in run.cases], run.trouble,
    )  # fmt: skip


def cases(kept: Backtest) -> list[Case]:
    """The cases of a run that was kept."""
    return [_case(told) for told in kept.cases]


def _case(told: dict[str, Any]) -> Case:
    pairs = tuple((count, near) for count, near in told["sentences"])
    return Case(
        **told | {"statements": tuple(told["statements"]), "sentences": pairs, "details": tuple(told["details"])}
    )


def prepare(
    desk: Desk, by: str, *, since: datetime | None = None, until: datetime | None = None, limit: int = LIMIT
) -> Run:
    """A run over the newest `limit` resolved tickets of the period, in the order in which they came.

    Drafts are offered from today's threshold on, which was learnt in part from these tickets: their agents' decisions.
    Raises OperatorError without a chat model, SenderError where there is nothing to replay.
    """
    if desk.chat is None:
        raise OperatorError(f"A backtest writes drafts. {desk.chat_trouble}")
    with desk.db.read() as db:
        found, trust = backtests.past(db, since, until, limit), confidence.current(db)
    if not found:
        raise SenderError(NONE)
    return Run(desk, by, found, trust, since, until)


def report(run: Run) -> dict[str, Any]:
    """A run as JSON: {"tickets", "compared", figure: {"value", "low", "high", "cases"}, ..., "worst": [...]}."""
    found = agreement.summary(run.cases)
    figures = {name: _plain(getattr(found, name)) for name in FIGURES}
    read = [
        {"ticket": case.ticket, "confidence": round(case.confidence, 4), "agreement": round(agrees, 4)}
        for case, agrees in agreement.worst(run.cases)
    ]
    return {"tickets": len(run.tickets), "compared": len(run.cases), **figures, "worst": read}


def _plain(figure: Figure) -> dict[str, float | int | None]:
    numbers = {name: round(getattr(figure, name), 4) if figure.known else None for name in ("value", "low", "high")}
    return numbers | {"cases": figure.cases}


def told(run: Run) -> str:
    """A run for people at a terminal."""
    found, lines = agreement.summary(run.cases), [f"{len(run.cases)} of {len(run.tickets)} tickets compared"]
    for name, title in FIGURES.items():
        figure = getattr(found, name)
        if figure.known:
            scale, unit = (1, " min") if name == "saved" else (100, " %")
            lines.append(
                f"{title:26}{scale * figure.value:7.1f}{unit:5} ({scale * figure.low:.1f} to {scale * figure.high:.1f})"
            )
    lines += [f"read first: {case.ticket} (agreement {agrees:.2f})" for case, agrees in agreement.worst(run.cases)]
    return "\n".join(lines)


_runs = Works[Run](BUSY)


def latest(desk: Desk) -> Run | None:
    """What runs, or ran last, on this desk since it opened."""
    return _runs.of(desk)


def begin(desk: Desk, by: str, limit: int) -> Run:
    """Start a run in the background. Raises TemporaryError while another one runs, and what `prepare` raises."""
    return _runs.begin(prepare(desk, by, limit=limit))
