"""Answers under way: called off the waiting line, written once, numbered, and read by any tab of the visitor.

An answer goes on when its browser goes; one that nobody waits for any more is not begun.
"""

import asyncio
import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from console.answers import Piece
from console.widget.queue import Queue
from console.widget.turn import Answer, Event, Taken, Turns

WAITING = 300  # answers that may wait at once,
EACH = 5  # and of one visitor
TABS = 12  # that may listen to one answer
BEAT = 15.0  # seconds of silence after which a listener gets a sign of life
ABANDONED = 60.0  # seconds without a listener after which an answer is not begun
RECENT, KNOWN = 20, 3  # answers that tell how long one takes; with fewer known, nothing is said

log = logging.getLogger("kizuna.widget")


@dataclass(frozen=True)
class Told:
    """One event for a browser. `number` counts those of an answer from 0; None is what is told only now."""

    name: str
    data: dict[str, Any]
    number: int | None = None


class Stream:
    """One answer on its way. Written by one thread, read by any number of listeners in event loops."""

    def __init__(self, visitor: str, taken: Taken, lang: str) -> None:
        self.id, self.visitor, self.taken, self.lang = secrets.token_hex(4), visitor, taken, lang
        self.over = self.stopped = False
        self._told: list[Told] = []
        self._place: Told | None = None
        self._bells: set[Callable[[], object]] = set()
        self._left = time.monotonic()

    def tell(self, name: str, data: dict[str, Any]) -> None:
        """Add an event; nothing is added to what is over."""
        if not self.over:
            self._told.append(Told(name, data, len(self._told)))
            self._ring()

    def stand(self, place: int, seconds: int | None) -> None:
        """Tell where in the line it stands, and in how many seconds its turn may come, where that is known."""
        told = Told("place", {"place": place, "seconds": seconds})
        if told != self._place:
            self._place = told
            self._ring()

    def end(self) -> None:
        """Nothing more comes: listeners go once they have heard all."""
        self.over = True
        self._ring()

    def abandoned(self) -> bool:
        """Whether nobody has listened for a while."""
        return not self._bells and time.monotonic() - self._left > ABANDONED

    def after(self, mark: str) -> int:
        """How many events are known to a browser whose last one was `mark`, as `ID.NUMBER`; 0 for another answer's."""
        id, _, number = mark.partition(".")
        return min(int(number) + 1, len(self._told)) if id == self.id and number.isdecimal() else 0

    async def listen(self, known: int = 0) -> AsyncIterator[Told | None]:
        """Its events after the first `known`, as they come, until the last; None after a while of silence.

        Nothing where as many listen as may.
        """
        if len(self._bells) >= TABS:
            return
        woken, shown = asyncio.Event(), None
        bell = partial(asyncio.get_running_loop().call_soon_threadsafe, woken.set)
        self._bells.add(bell)
        try:
            while True:
                woken.clear()
                over = self.over  # before the events: what came until then is among them
                if not self._told and self._place != shown:
                    shown = self._place
                    yield shown
                for told in self._told[known:]:
                    known += 1
                    yield told
                if over:
                    return
                try:
                    await asyncio.wait_for(woken.wait(), BEAT)
                except TimeoutError:
                    yield None
        finally:
            self._bells.discard(bell)
            self._left = time.monotonic()

    def _ring(self) -> None:
        for bell in list(self._bells):
            with suppress(RuntimeError):  # that loop is closed
                bell()


class Streams:
    """The answers under way of all visitors. `writers` are written at once. Safe between threads."""

    def __init__(self, turns: Turns, writers: int, *, waiting: int = WAITING) -> None:
        self._turns, self._writers = turns, writers
        self._queue: Queue[Stream] = Queue(waiting, EACH)
        self._of: dict[str, list[Stream]] = {}
        self._took: deque[float] = deque(maxlen=RECENT)
        self._writing, self._closed = 0, False
        self._lock = threading.Lock()

    def begin(self, site: str, visitor: str, taken: Taken, lang: str) -> Stream | None:
        """The stream of the answer to a message: the one that is under way, else a new one. None: too many wait.

        What needs no model does not wait in the line.
        """
        quick = self._turns.quick(taken)
        with self._lock:
            for stream in self._of.get(visitor, ()):
                if (stream.taken.ticket, stream.taken.seq) == (taken.ticket, taken.seq):
                    return stream
            stream = Stream(visitor, taken, lang)
            past = quick and not self._closed and self._queue.call(visitor)
            if not past and (self._closed or not self._queue.join(site, visitor, stream)):
                return None
            self._of.setdefault(visitor, []).append(stream)
        if past:
            self._start(stream, slot=False)
        self._more()
        return stream

    def of(self, visitor: str) -> Stream | None:
        """The visitor's answer under way, or the first that waits."""
        with self._lock:
            return next(iter(self._of.get(visitor, ())), None)

    def end(self, visitor: str) -> None:
        """Stop what is under way for a visitor: a person has the word."""
        with self._lock:
            gone = self._of.pop(visitor, [])
            self._queue.leave(visitor)
        for stream in gone:
            stream.stopped = True
            stream.tell("quiet", {})
            stream.end()
        self._more()

    def close(self) -> None:
        """Stop everything and begin nothing more; what was not answered is asked again after a restart."""
        with self._lock:
            self._closed = True
            gone = [stream for streams in self._of.values() for stream in streams]
            self._of.clear()
        self._turns.close()
        for stream in gone:
            stream.stopped = True
            stream.end()

    def _more(self) -> None:
        """Begin answers until as many are written as may be, and tell the others where they stand."""
        begun: list[Stream] = []
        with self._lock:
            while self._writing < self._writers and not self._closed and (stream := self._queue.next()):
                if stream.abandoned():
                    self._forget(stream)
                    continue
                self._writing += 1
                begun.append(stream)
            self._stand()
        for stream in begun:
            self._start(stream, slot=True)

    def _stand(self) -> None:
        each = sum(self._took) / len(self._took) if len(self._took) >= KNOWN else None
        for place, stream in enumerate(self._queue.order(), 1):
            stream.stand(place, None if each is None else _rounded(place * each / self._writers))

    def _start(self, stream: Stream, *, slot: bool) -> None:
        threading.Thread(target=self._write, args=(stream, slot), name="answer", daemon=True).start()

    def _write(self, stream: Stream, slot: bool) -> None:
        began = time.monotonic()
        try:
            self._answer(stream)
        except Exception:  # the listeners see that it ended early, and ask again
            log.exception("The answer in %s broke off.", stream.taken.ticket)
        finally:
            with self._lock:
                self._forget(stream)
                self._writing -= slot
                if slot and not stream.stopped:
                    self._took.append(time.monotonic() - began)
            self._more()

    def _answer(self, stream: Stream) -> None:
        stream.tell("begin", {"to": stream.taken.seq})
        with closing(self._turns.answer(stream.visitor, stream.taken, stream.lang)) as events:
            for event in events:
                if stream.stopped:
                    return
                stream.tell(*_told(event))

    def _forget(self, stream: Stream) -> None:
        """Holding the lock: the stream is over, and the visitor may be called again."""
        left = [one for one in self._of.pop(stream.visitor, []) if one is not stream]
        if left:
            self._of[stream.visitor] = left
        self._queue.done(stream.visitor)
        stream.end()


def _told(event: Event) -> tuple[str, dict[str, Any]]:
    match event:
        case Piece(text, citation):
            return "piece", {"text": text, "source": {"n": citation.n, "title": citation.title} if citation else None}
        case Answer():
            return "done", asdict(event)
        case _:
            return "busy" if event.busy else "quiet", {}


def _rounded(seconds: float, steps: Sequence[int] = (5, 10, 30)) -> int:
    """Upward to a whole five seconds, from half a minute on ten, from two minutes on thirty."""
    step = steps[0] if seconds <= 30 else steps[1] if seconds <= 120 else steps[2]
    return int(-(-seconds // step) * step) or step
