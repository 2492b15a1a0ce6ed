"""How often somebody may ask: a token bucket for each key, in memory and bounded."""

import threading
import time
from collections import OrderedDict

REMEMBERED = 10_000  # keys; the one not seen for longest is forgotten first


class Limit:
    """`per_minute` requests a minute for each key, as many at once after a pause. Safe between threads."""

    def __init__(self, per_minute: int, *, remembered: int = REMEMBERED) -> None:
        self._per_minute, self._remembered = per_minute, remembered
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key -> (tokens, when)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, *, now: float | None = None) -> float:
        """Take one request: 0.0 when it may pass, else the seconds until the next one may.

        Token bucket; `now` is a monotonic clock in seconds.
        """
        now = time.monotonic() if now is None else now
        with self._lock:
            tokens, seen = self._buckets.pop(key, (float(self._per_minute), now))
            tokens = min(tokens + (now - seen) * self._per_minute / 60, float(self._per_minute))
            wait = 0.0 if tokens >= 1 else (1 - tokens) * 60 / self._per_minute
            self._buckets[key] = (tokens - 1 if wait == 0.0 else tokens, now)
            if len(self._buckets) > self._remembered:
                self._buckets.popitem(last=False)
        return wait
