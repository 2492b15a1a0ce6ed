"""A draft being written in the background, so that no click, reload or departure breaks it off."""

import threading
import time
from dataclasses import dataclass, field

from console import answers, voice
from console.answers import Draft, Letter, Piece
from console.desk import Desk
from console.dossier import Opened
from ingest.errors import KizunaError
from ingest.store import drafts

_LOST = "The draft could not be written because of a fault in Kizuna; see its log. Write the reply yourself."


@dataclass
class Writing:
    """One draft on its way. `text` grows sentence by sentence; when `done` it is stored, unless there was `trouble`."""

    desk: Desk
    opened: Opened
    text: str = ""
    done: bool = False
    trouble: str = ""
    began: float = field(default_factory=time.perf_counter)
    unwanted: bool = False
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._run, name=f"draft {self.opened.id}", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Give it up to `seconds` to finish; returns whether it has."""
        if self._thread:
            self._thread.join(seconds)
        return self.done

    def drop(self) -> None:
        """Nobody wants this draft any more: stop at the next sentence and store nothing."""
        self.unwanted = True

    def _run(self) -> None:
        try:
            self._write()
        except KizunaError as error:
            self.trouble = str(error)
        except BaseException:
            self.trouble = _LOST
            raise
        finally:
            self.done = True

    def _write(self) -> None:
        opened, desk = self.opened, self.desk
        how = voice.of(opened.ticket, desk.settings.voice, desk.settings.brands)
        letter = Letter(
            answers.language(opened.ticket), opened.customer, how, unhappy=opened.row.mood == "negative",
            free=desk.settings.chat_writes
        )  # fmt: skip
        steps = answers.draft(opened.ticket, desk.search, desk.verifier, desk.chat, letter, desk.trust)
        for step in steps:
            if self.unwanted:
                return
            if isinstance(step, Piece):
                self.text += step.text
            elif isinstance(step, Draft):
                with desk.db.write() as db:
                    drafts.put(db, answers.store(step, opened.id))


_writings: dict[str, Writing] = {}
_lock = threading.Lock()


def of(desk: Desk, id: str) -> Writing | None:
    """The draft being written, or last written, for this ticket since the desk opened."""
    found = _writings.get(id)
    return found if found and found.desk is desk else None


def begin(desk: Desk, opened: Opened) -> Writing:
    """Write a draft for this ticket, unless one is on its way already."""
    with _lock:
        running = of(desk, opened.id)
        if running and not running.done and not running.unwanted:
            return running
        fresh = _writings[opened.id] = Writing(desk, opened)
    fresh.start()
    return fresh


def forget(id: str) -> None:
    """Drop what is being written for this ticket."""
    with _lock:
        found = _writings.pop(id, None)
    if found:
        found.drop()
