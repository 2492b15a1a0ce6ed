"""Work in threads of its own, so that no click, reload, departure or dropped connection breaks it off or loses it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Generic, TypeVar

from ingest.errors import KizunaError, TemporaryError

KEPT = 400  # works of a kind that are remembered
LOST = "This could not be done because of a fault in Kizuna; see its log."


class Stopped(Exception):
    """The work was stopped before its end; says what there is now."""


@dataclass
class Work:
    """One thing being done `on` a desk or its shelves. `trouble`: why it failed, or what is there after a stop."""

    lost: ClassVar[str] = LOST  # the trouble after a fault of ours
    on: object
    _: KW_ONLY
    trouble: str = ""
    stopping: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    _thread: threading.Thread | None = field(default=None, repr=False)

    def do(self) -> None:
        """What is to be done; looks at `stopping` between its steps, and may raise Stopped or a KizunaError."""
        raise NotImplementedError

    @property
    def finished(self) -> bool:
        """Whether it has come to its end, good or bad."""
        return self.ended > 0

    @property
    def seconds(self) -> float:
        """How long it has been running, or took."""
        return (self.ended or time.monotonic()) - self.began

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name=type(self).__name__, daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Do it here and now."""
        try:
            self.do()
        except (KizunaError, Stopped) as error:
            self.trouble = str(error)
        except BaseException:
            self.trouble = self.lost
            raise
        finally:
            self.ended = time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Give it up to `seconds` to finish; returns whether it has."""
        if self._thread:
            self._thread.join(seconds)
        return self.finished

    def stop(self) -> None:
        """End after the step at hand; what is done stays done."""
        self.stopping = True


W = TypeVar("W", bound=Work)


class Works(Generic[W]):
    """Works of one kind since the desk opened, each under its key. One at a time with `busy`, which tells others so."""

    def __init__(self, busy: str = "") -> None:
        self._busy, self._kept, self._lock = busy, OrderedDict[Hashable, W](), threading.Lock()

    def of(self, on: object, key: Hashable = None) -> W | None:
        """What runs, or ran last, under this key on this desk or these shelves."""
        with self._lock:
            return self._of(on, key)

    def begin(self, fresh: W, key: Hashable = None) -> W:
        """Start this, unless one under its key runs already and is still wanted; returns the one that runs.

        Raises TemporaryError instead, with the words of `busy` where there are any, until that one has finished.
        """
        with self._lock:
            running = self._of(fresh.on, key)
            if running and not running.finished:
                if self._busy:
                    raise TemporaryError(self._busy)
                if not running.stopping:
                    return running
            fresh.start()
            self._kept[key] = fresh
            while len(self._kept) > KEPT and next(iter(self._kept.values())).finished:
                self._kept.popitem(last=False)
            return fresh

    def forget(self, key: Hashable) -> None:
        """Stop what runs under this key, and remember it no more."""
        with self._lock:
            found = self._kept.pop(key, None)
        if found:
            found.stop()

    def _of(self, on: object, key: Hashable) -> W | None:
        found = self._kept.get(key)
        if found is None or found.on is not on:
            return None
        self._kept.move_to_end(key)
        return found
