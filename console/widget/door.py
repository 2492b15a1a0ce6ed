"""What the widget's routes share: for which site a request is, who may come in, how often, and the desk's turns."""

from collections import Counter
from datetime import UTC, datetime
from functools import cached_property

from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from console import chat_model, desk
from console.widget import identity, origins, sites, visitor
from console.widget.clicks import Clicks
from console.widget.limits import Limit
from console.widget.news import News
from console.widget.starters import Starters
from console.widget.streams import Streams
from console.widget.turn import Turns
from console.widget.visitor import Visitor
from ingest.store import sites as shelf
from ingest.store.sites import Site

CROWD = 5  # visitors who may share one address at the full rate: a shop's own network
POLLS = 120  # reads of one visitor in a minute; the frame makes 30 at most
ANSWERS = 8  # answers that a provider's model writes at once, where no setting says it; further ones wait
HEADER = "x-kizuna-site"  # in which the frame says which site it is for


class RefusedError(Exception):
    """A request that is not served: HTTP status, a word for the frame, a sentence for people."""

    def __init__(self, status: int, code: str, sentence: str, wait: float = 0.0) -> None:
        super().__init__(sentence)
        self.status, self.code, self.wait = status, code, wait


class Door:
    """What the routes share, made at the first request: the desk is open by then."""

    @cached_property
    def secret(self) -> bytes:
        """The secret of this home."""
        return visitor.secret(desk.current().home.path)

    @cached_property
    def tokens(self) -> visitor.Tokens:
        """The signed tokens of this home."""
        return visitor.Tokens(self.secret)

    @cached_property
    def turns(self) -> Turns:
        """The turns of the open desk."""
        return Turns(desk.current())

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """Origins of the settings that may embed the widget."""
        return origins.named(desk.current().settings.widget_origins)

    @cached_property
    def limits(self) -> dict[str, Limit]:
        """Limits by what they count: messages by visitor, by address and by site, new visitors, reads."""
        settings = desk.current().settings
        rate = settings.widget_rate
        return {
            "visitor": Limit(rate), "address": Limit(CROWD * rate), "site": Limit(settings.widget_site_rate),
            "new": Limit(rate), "read": Limit(POLLS),
        }  # fmt: skip

    @cached_property
    def clicks(self) -> Clicks:
        """What counts clicks on sources."""
        return Clicks()

    @cached_property
    def checking(self) -> CapacityLimiter:
        """Lets one file be looked into at a time: a picture takes memory."""
        return CapacityLimiter(1)

    @cached_property
    def coming(self) -> Counter[str]:
        """How many files are coming in now, by address."""
        return Counter()

    @cached_property
    def starters(self) -> Starters:
        """What is suggested under the greeting."""
        return Starters()

    @cached_property
    def streams(self) -> Streams:
        """The answers under way; as many are written at once as the model writes side by side."""
        settings = desk.current().settings
        local = chat_model.SLOTS if settings.chat.startswith("local") else ANSWERS
        return Streams(self.turns, settings.widget_answers or local)

    @cached_property
    def news(self) -> News:
        """What tells frames that something is new."""
        return News(desk.current().db, lambda visitor: self.streams.of(visitor) is not None)

    def close(self) -> None:
        """End what is under way, so that the server can stop: browsers come again and ask again."""
        for name in ("streams", "news"):
            if name in self.__dict__:  # was used
                getattr(self, name).close()

    async def site(self, key: str) -> Site:
        """The site of this key; without a key, the one that the settings speak of.

        Raises RefusedError (403) for an unknown key, and for a site that is switched off.
        """
        if not key:
            return Site("", "", "", self.origins)
        found = await run_in_threadpool(_read, key) if sites.KEY.fullmatch(key) else None
        if found is None:
            told = "There is no site with this key. Copy the snippet from the page of the widget again."
            raise RefusedError(403, "site", told)
        if not found.on:
            raise RefusedError(403, "off", "The chat is switched off for this site.")
        return found

    def embeds(self, request: Request, origin: str, site: Site) -> bool:
        """Whether a page of `origin` may embed the widget of the site."""
        return origins.allowed(origin, host=request.headers.get("host", ""), others=site.origins)

    def take(self, limit: str, key: str) -> None:
        """Count one request of `key`; raises RefusedError (429) when it is too soon."""
        wait = self.limits[limit].take(key)
        if wait:
            raise RefusedError(429, "rate", f"Too many requests. Try again in {wait:.0f} seconds.", wait)

    def known(self, request: Request, site: Site) -> Visitor | None:
        """Whose request this is, by its token; None where that is no good here: forged, over, or another site's."""
        who = self.tokens.read(request.headers.get("authorization", "").removeprefix("Bearer "))
        if who is None or who.site != site.id:
            return None
        return who if not who.sub or identity.serves(site, who.secret, datetime.now(UTC)) else None

    async def visitor(self, request: Request) -> Visitor:
        """The visitor of a request; raises RefusedError: 401 without a good token, 403 as `site` does."""
        found = self.known(request, await self.site(request.headers.get(HEADER, "")))
        if found is None:
            raise RefusedError(401, "expired", "This chat session has ended. Start a new one.")
        return found

    async def writer(self, request: Request) -> Visitor:
        """The visitor of a request that changes something, within the limits."""
        found = await self.visitor(request)
        self.take("address", address(request))
        self.take("visitor", found.id)
        self.take("site", found.site)
        return found

    async def reader(self, request: Request) -> Visitor:
        """The visitor of a request that reads, within its limit."""
        found = await self.visitor(request)
        self.take("read", found.id)
        return found


def address(request: Request) -> str:
    """Where a request comes from, as the server sees it (uvicorn reads a trusted proxy's headers)."""
    return request.client.host if request.client else ""


def _read(key: str) -> Site | None:
    with desk.current().db.read() as db:
        return shelf.by_key(db, key, datetime.now(UTC))
