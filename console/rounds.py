"""What is done again and again in a thread of its own, as long as the desk is open."""

import logging
import threading
from collections.abc import Callable

from ingest.errors import KizunaError

EVERY = 2.0  # seconds between looks for what is due
TROUBLE = 300.0  # seconds to leave alone what failed
_log = logging.getLogger("kizuna.rounds")


class Rounds:
    """A thread that makes one `round` after another. `stop()` ends it after the one at hand."""

    def __init__(self) -> None:
        name = type(self).__name__.lower()
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def round(self) -> float:
        """What is to do now; returns the seconds to wait before the next."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self.stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        rest = 0.0
        while not self.stopped.wait(rest):
            try:
                rest = self.round()
            except KizunaError as error:  # a file that does not open, a full disk: what can be mended while we go on
                _log.warning("%s rests for %.0f minutes: %s", type(self).__name__, TROUBLE / 60, error)
                rest = TROUBLE


class Courier(Rounds):
    """Looks for mails and alerts that are due, and sends them."""

    def __init__(self, *due: Callable[[], object]) -> None:
        super().__init__()
        self._due = due

    def round(self) -> float:
        """One look at each kind."""
        for one in self._due:
            try:
                one()
            except Exception:  # mails must not end with one that nobody foresaw
                _log.exception("What was due could not be sent")
        return EVERY
