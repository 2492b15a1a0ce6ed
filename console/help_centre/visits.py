"""What visitors may do and how it counts: how often an address may ask, and one vote a visitor a day."""

import hashlib
import re
import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime
from functools import cached_property

from starlette.requests import Request

from console import desk
from console.help_centre.shelf import Reader
from console.widget import origins
from console.widget.door import CROWD, POLLS, RefusedError, address
from console.widget.limits import Limit

COOKIE = "kizuna_help"
LASTS = 24 * 3600  # seconds that the cookie is kept: it only has to tell a visitor for a day
_ROBOT = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor", re.IGNORECASE)
_VISITOR = re.compile(r"[A-Za-z0-9_-]{24}")


class Votes:
    """Who has voted today: hashes under a key that lives as long as the process. Nothing of a visitor is stored.

    A restart forgets them, so that a visitor may vote once more on that day: less harm than keeping who voted.
    """

    def __init__(self, *, remembered: int = 50_000) -> None:
        self._key, self._remembered = secrets.token_bytes(32), remembered
        self._counted: OrderedDict[bytes, int] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._counted)

    def take(self, entry: str, visitor: str, address: str, *, day: str = "") -> bool:
        """Whether this vote counts: the visitor's first on the entry that day, and one of few from the address.

        Without the second, a visitor who drops the cookie would vote for ever.
        """
        day = day or datetime.now(UTC).date().isoformat()
        with self._lock:
            own, shared = (self._hash(day, entry, *who) for who in (("visitor", visitor), ("address", address)))
            if self._counted.get(own, 0) >= 1 or self._counted.get(shared, 0) >= CROWD:
                return False
            for one in (own, shared):
                self._counted[one] = self._counted.pop(one, 0) + 1
            while len(self._counted) > self._remembered:
                self._counted.popitem(last=False)
        return True

    def _hash(self, *parts: str) -> bytes:
        return hashlib.blake2b("\n".join(parts).encode(), key=self._key, digest_size=16).digest()


class Visits:
    """What the routes share, made at the first request: the desk is open by then."""

    def __init__(self) -> None:
        self.votes = Votes()
        self.reader = Reader()

    @cached_property
    def limits(self) -> dict[str, Limit]:
        """Requests of one address in a minute, by what is asked for."""
        rate = CROWD * desk.current().settings.widget_rate
        return {"read": Limit(CROWD * POLLS), "search": Limit(rate), "vote": Limit(rate)}

    def take(self, limit: str, request: Request) -> None:
        """Count one request; raises RefusedError (429) when it is too soon."""
        wait = self.limits[limit].take(address(request))
        if wait:
            raise RefusedError(429, "rate", "Too many requests. Wait a minute and try again.", wait)


def from_own_page(request: Request) -> None:
    """Only a form of the help centre itself may post; raises RefusedError (403)."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    foreign = origin is not None and not origins.allowed(origin, host=host, others=())
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RefusedError(403, "origin", "This form was sent from another site. Open the question here instead.")


def visitor(request: Request) -> str:
    """The random name in the visitor's cookie, or a new one."""
    known = request.cookies.get(COOKIE, "")
    return known if _VISITOR.fullmatch(known) else secrets.token_urlsafe(18)


def counts(request: Request) -> bool:
    """Whether a person seems to look at this page: no robot that says so, no browser that loads ahead."""
    ahead = request.headers.get("sec-purpose", "") or request.headers.get("purpose", "")
    return request.method == "GET" and not ahead and not _ROBOT.search(request.headers.get("user-agent", ""))
