"""Who waits for something new in their conversation: one look at the database for all of them, once a second."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from ingest.store import Database, tickets

EVERY = 1.0  # seconds
TABS = 6  # of one visitor that may wait at once: the one that has waited for longest goes first

log = logging.getLogger("kizuna.widget")
Head = tuple[str, int]  # the status of a conversation and the place of its last line; ("", -1) where there is none


@dataclass(eq=False)
class _Waiting:
    visitor: str
    known: Head
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class News:
    """Lets many wait for little. Whoever changes a conversation, in whichever process, need not tell."""

    def __init__(self, db: Database, answering: Callable[[str], bool]) -> None:
        self._db, self._answering = db, answering
        self._waiting: list[_Waiting] = []
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    async def wait(self, visitor: str, known: Head, seconds: float) -> None:
        """Return once the conversation is not as it is known, an answer is under way, or the time is up."""
        if self._closed:
            return
        one = _Waiting(visitor, known)
        mine = [other for other in self._waiting if other.visitor == visitor]
        for other in mine[: len(mine) + 1 - TABS]:
            other.woken.set()
        self._waiting.append(one)
        self._look_on()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(one.woken.wait(), seconds)
        finally:
            self._waiting.remove(one)

    def close(self) -> None:
        """Let all go, and nobody wait any more."""
        self._closed = True
        for one in self._waiting:
            one.woken.set()

    def _look_on(self) -> None:
        here = asyncio.get_running_loop()
        if self._looking is None or self._looking.done() or self._looking.get_loop() is not here:
            self._looking = here.create_task(self._look())

    async def _look(self) -> None:
        while self._waiting:
            wanted = sorted({one.visitor for one in self._waiting})
            try:
                self._wake(await run_in_threadpool(self._heads, wanted))
            except SQLAlchemyError as error:
                log.warning("Nothing new can be looked for: %s", error)
            await asyncio.sleep(EVERY)

    def _wake(self, found: dict[str, Head]) -> None:
        for one in self._waiting:
            if found.get(one.visitor, ("", -1)) != one.known or self._answering(one.visitor):
                one.woken.set()

    def _heads(self, visitors: list[str]) -> dict[str, Head]:
        with self._db.read() as db:
            return tickets.heads(db, visitors)
