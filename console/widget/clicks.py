"""Clicks on the sources of answers, counted without keeping who clicked: one a visitor, source and day."""

import hashlib
import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime

from console.widget.visitor import Visitor
from ingest.store import Database, clicks
from ingest.store.clicks import What

REMEMBERED = 50_000  # clicks of today that are known again; the oldest are forgotten first


class Clicks:
    """Counts clicks. Who has clicked today are hashes under a key that lives as long as the process: nothing is kept.

    After a restart a visitor may count once more on that day. Safe between threads.
    """

    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        self._key, self._remembered = secrets.token_bytes(32), remembered
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._seen)

    def count(self, db: Database, who: Visitor, source: str, what: What) -> bool:
        """Count that a visitor opened a source; False where this visitor has today. The source has to be there."""
        day = datetime.now(UTC).date()
        told = "\n".join((day.isoformat(), who.id, source, what))
        mark = hashlib.blake2b(told.encode(), key=self._key, digest_size=16).digest()
        with self._lock:
            if mark in self._seen:
                return False
            self._seen[mark] = None
            while len(self._seen) > self._remembered:
                self._seen.popitem(last=False)
        with db.write() as connection:
            clicks.count(connection, who.site, source, what, day)
        return True
