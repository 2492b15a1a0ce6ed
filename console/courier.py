"""A thread that looks again and again for mails and alerts that are due, and sends them."""

import logging
import threading
from collections.abc import Callable

EVERY = 2.0  # seconds between looks for what is due
_log = logging.getLogger("kizuna.courier")


class Courier:
    """Makes these rounds one after another, for ever. `stop()` ends it after the one at hand."""

    def __init__(self, *rounds: Callable[[], object]) -> None:
        self._rounds = rounds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY):
            for one in self._rounds:
                try:
                    one()
                except Exception:  # mails must not end with one that nobody foresaw
                    _log.exception("What was due could not be sent")
