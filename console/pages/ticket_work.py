"""Work for a ticket's page in the background, so that no click, reload or departure breaks it off."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from console.desk import Desk
from ingest.errors import KizunaError

KEPT = 400  # finished works that are remembered
LOST = "This could not be done because of a fault in Kizuna; see its log."


@dataclass
class Work:
    """One thing being made `about` something. `text` and `result` grow until it is `done`; `trouble`: why it failed."""

    desk: Desk
    run: Callable[["Work"], None]
    about: Any = None
    text: str = ""
    result: Any = None
    done: bool = False
    trouble: str = ""
    unwanted: bool = False
    _thread: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="ticket work", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Give it up to `seconds` to finish; returns whether it has."""
        if self._thread:
            self._thread.join(seconds)
        return self.done

    def rest(self, most: float = 180.0) -> None:
        """Let whatever the chat model is writing now go first, such as the draft that somebody waits for."""
        until = time.monotonic() + most
        while not self.unwanted and self.desk.chat and self.desk.chat.busy and time.monotonic() < until:
            time.sleep(0.3)

    def _run(self) -> None:
        try:
            self.run(self)
        except KizunaError as error:
            self.trouble = str(error)
        except BaseException:
            self.trouble = LOST
            raise
        finally:
            self.done = True


_works: OrderedDict[Hashable, Work] = OrderedDict()
_lock = threading.Lock()


def of(desk: Desk, key: Hashable) -> Work | None:
    """The work under this key, on its way or done since the desk opened."""
    with _lock:
        found = _works.get(key)
        if found is None or found.desk is not desk:
            return None
        _works.move_to_end(key)
        return found


def begin(desk: Desk, key: Hashable, run: Callable[[Work], None], about: Any = None) -> Work:
    """Do this under `key`, unless it is being done already."""
    with _lock:
        running = _works.get(key)
        if running and running.desk is desk and not running.done and not running.unwanted:
            return running
        fresh = _works[key] = Work(desk, run, about)
        _works.move_to_end(key)
        while len(_works) > KEPT and next(iter(_works.values())).done:
            _works.popitem(last=False)
    fresh.start()
    return fresh


def forget(key: Hashable) -> None:
    """Drop what is under this key: it stops at its next piece."""
    with _lock:
        found = _works.pop(key, None)
    if found:
        found.unwanted = True
