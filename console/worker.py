"""What the desk does by itself in the background: moods, risks, drafts for who waits, topics, the FAQ, cases."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row

from console import dossier, drafting, identities, memory, outcomes
from console.desk import Desk
from console.dossier import Opened
from console.faq.gathering import Gathering
from console.faq.upkeep import Upkeep
from console.rounds import EVERY, TROUBLE, Rounds
from console.watch import alerts, volume, watching, weighing
from ingest import attachments
from ingest.errors import KizunaError
from ingest.records import Case, Ticket
from ingest.store import cases, moods, passages, tickets

BATCH = 16  # messages under the embedding's lock at once: an agent's search waits for no more
HISTORY = 4.0  # how long to rest after old messages, in the time that they took: agents come first
CASES = 5.0  # how long to rest after a case that the chat model read, in the time that it took
DRAFTED = 0.5  # how long to rest after a draft that nobody asked for yet, in the time that it took
LONGEST = 180.0  # seconds that such a draft may take
WAITING = timedelta(hours=1)  # how often the risk of a customer who waits is weighed anew: it grows with waiting
WEIGHED = 20  # customers at once
SWEPT = 60.0  # seconds between looks for files of conversations that are gone


class Worker(Rounds):
    """A thread that labels what has no mood yet, and reads cases while nothing else is to do. `stop()` ends it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._rested = desk, 0.0
        self._gathering, self._upkeep = Gathering(desk.search), Upkeep(desk.search)
        self._failed, self._turned, self._swept = -TROUBLE, False, -SWEPT

    def round(self) -> float:
        """A batch of moods, else what else is to do."""
        began = time.perf_counter()
        self._desk.index.catch_up()  # chats that have begun
        urgent = label(self._desk)
        took = time.perf_counter() - began
        if urgent is None:
            identities.catch_up(self._desk.db)
            reweigh(self._desk)
            if began - self._swept > SWEPT:
                attachments.sweep(self._desk.db, self._desk.home.path)
                self._swept = began
        if not urgent and began > self._rested:  # whoever waits comes before old messages, and those before cases
            rest = self._next(idle=urgent is None)
            self._rested = time.perf_counter() + rest
            if rest:
                memory.trim()
        return {None: EVERY, True: 0.05}.get(urgent, HISTORY * took)

    def _next(self, *, idle: bool) -> float:
        """One piece of work; returns seconds to rest, 0 where nothing was to do.

        Topics and drafts take turns: a burst is seen though many wait, and a backlog of topics keeps nobody waiting.
        """
        self._turned = not self._turned
        if self._turned:
            return self._gather() or predraft(self._desk) or self._look_after(idle=idle)
        return predraft(self._desk) or self._gather() or self._look_after(idle=idle)

    def _gather(self) -> float:
        """One round over the topics when it is due. Where their space does not open, all other work goes on."""
        began = time.perf_counter()
        if began <= self._failed + TROUBLE or not self._gathering.due():
            return 0.0
        try:
            self._gathering.round()
        except KizunaError:
            self._failed = began
        return time.perf_counter() - began

    def _look_after(self, *, idle: bool) -> float:
        """When nothing else is to do, look whether the FAQ still holds, or read a case."""
        if not idle:
            return 0.0
        if not self._upkeep.due():
            return study(self._desk)
        began = time.perf_counter()
        self._upkeep.round()
        return time.perf_counter() - began


def label(desk: Desk) -> bool | None:
    """Give a mood to one batch of messages that have none, and weigh their tickets anew.

    Returns whether tickets that wait for us were among them; None when nothing was left to do.
    """
    with desk.db.read() as db:
        waiting = tickets.unlabelled(db, BATCH)
    if not waiting:
        return None
    felt, within = desk.classifier.of([row.text for row in waiting], desk.embedding), _within(desk, waiting)
    with desk.db.write() as db:
        for row, mood in zip(waiting, felt, strict=True):
            kept = (mood.label, mood.score, mood.dissatisfied, mood.signals, mood.elsewhere)
            tickets.label(db, row.ticket, row.seq, *kept, within.get((row.ticket, row.seq)))
    for id in dict.fromkeys(row.ticket for row in waiting):
        weigh(desk, id)
    return any(row.status != "resolved" for row in waiting)


def _within(desk: Desk, waiting: Sequence[Row[Any]]) -> dict[tuple[str, int], float]:
    """How dissatisfied these messages sound behind what was said before them, where their tickets go on.

    What is resolved is read without that: it costs several times as much, and an import brings years of it.
    """
    texts: dict[tuple[str, int], str] = {}
    with desk.db.read() as db:
        for id in {row.ticket for row in waiting if row.status != "resolved"}:
            texts |= {(id, seq): text for seq, text in weighing.contexts(db, id).items()}
    wanted = [(row.ticket, row.seq) for row in waiting if (row.ticket, row.seq) in texts]
    heard = desk.classifier.within([texts[place] for place in wanted], desk.embedding)
    return dict(zip(wanted, heard, strict=True))


def predraft(desk: Desk) -> float:
    """Write the most urgent draft that is lacking, unless somebody else needs the model: whoever opens it finds it.

    Returns how many seconds the model is to be left alone then; 0 when there was nothing to write.
    """
    if desk.chat is None or desk.chat.busy:
        return 0.0
    with desk.db.read() as db:
        waiting = tickets.undrafted(db, 20)
    opened = next((one for one in map(partial(dossier.load, desk), waiting) if _lacks(desk, one)), None)
    if opened is None:
        return 0.0
    began = time.perf_counter()
    writing = drafting.begin(desk, opened)
    if not writing.wait(LONGEST):
        writing.stop()
    return TROUBLE if writing.trouble else max(DRAFTED * (time.perf_counter() - began), 0.1)


def _lacks(desk: Desk, opened: Opened) -> bool:
    """Whether a draft is wanted and was not tried in vain since the customer last wrote."""
    tried = drafting.of(desk, opened.id)
    return opened.wants_draft and (tried is None or tried.opened.asked != opened.asked)


def study(desk: Desk) -> float:
    """Have the chat model read the newest case that the rules are not sure of, unless somebody else needs the model.

    Returns how many seconds the model is to be left alone then.
    """
    chat = desk.chat
    if chat is None or not outcomes.worthwhile(chat) or chat.busy:
        return 0.0
    with desk.db.read() as db:
        ticket = next((tickets.get(db, id) for id in cases.unsure(db, 1)), None)
    if ticket is None:
        return 0.0
    began = time.perf_counter()
    try:
        case = outcomes.read(ticket, chat)
    except KizunaError:
        return TROUBLE
    _keep(desk, ticket, case)
    return CASES * (time.perf_counter() - began)


def _keep(desk: Desk, ticket: Ticket, case: Case) -> None:
    """Store a case, and what its passages are parts of; nothing if the conversation went on meanwhile."""
    cut = desk.shelves.splitter.split(ticket, case=case)
    with desk.db.write() as db:
        if tickets.get(db, ticket.id) != ticket:
            return
        cases.put(db, ticket.id, case)
        passages.replace(db, ticket.kind, ticket.id, cut)
    desk.index.catch_up()


def reweigh(desk: Desk, now: datetime | None = None) -> int:
    """Weigh customers anew who wait, or whose conversations went on; returns how many tickets that were."""
    now = now or datetime.now(UTC)
    with desk.db.read() as db:
        found = moods.unweighed(db, now - WAITING, now, WEIGHED, lately=now - watching.LATELY)
    for id in found:
        weigh(desk, id, now)
    if found:
        with desk.db.write() as db:
            moods.weighed(db, found, now)
    return len(found)


def weigh(desk: Desk, id: str, now: datetime | None = None) -> None:
    """Set a ticket's mood and risk and its customer's risk; who passes the threshold is watched, and alerts go out."""
    now, scales = now or datetime.now(UTC), desk.scales
    with desk.db.read() as db:
        case, model = weighing.read(db, id, scales, now), scales.model(db)
    if case is None:
        return
    judged = scales.weigh(case, model)
    with desk.db.write() as db:
        found = weighing.keep(db, case, judged, now)
        if found is None:
            return
        watch = watching.follow(db, found, volume.refresh(db, desk.settings.watch_capacity, now).least, now)
        if watch:
            alerts.raised(db, watch, desk.settings, now)
