"""What the widget's routes share: who may come in, how often, and the turns of the open desk."""

from functools import cached_property

from anyio import CapacityLimiter
from starlette.requests import Request

from console import desk
from console.widget import origins, visitor
from console.widget.limits import Limit
from console.widget.turn import Turns
from console.widget.visitor import Visitor

CROWD = 5  # visitors who may share one address at the full rate: a shop's own network
POLLS = 120  # reads of one visitor in a minute; the frame makes 30
ANSWERS = 8  # answers written at once; further ones wait


class RefusedError(Exception):
    """A request that is not served: HTTP status, a word for the frame, a sentence for people."""

    def __init__(self, status: int, code: str, sentence: str, wait: float = 0.0) -> None:
        super().__init__(sentence)
        self.status, self.code, self.wait = status, code, wait


class Door:
    """What the routes share, made at the first request: the desk is open by then."""

    @cached_property
    def tokens(self) -> visitor.Tokens:
        """The signed tokens of this home."""
        return visitor.open(desk.current().home.path)

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
        """Limits by what they count: messages by visitor and by address, new visitors, reads."""
        rate = desk.current().settings.widget_rate
        return {"visitor": Limit(rate), "address": Limit(CROWD * rate), "new": Limit(rate), "read": Limit(POLLS)}

    @cached_property
    def writing(self) -> CapacityLimiter:
        """Keeps answers from taking every thread of the server."""
        return CapacityLimiter(ANSWERS)

    def embeds(self, request: Request, origin: str) -> bool:
        """Whether a page of `origin` may embed the widget."""
        return origins.allowed(origin, host=request.headers.get("host", ""), others=self.origins)

    def take(self, limit: str, key: str) -> None:
        """Count one request of `key`; raises RefusedError (429) when it is too soon."""
        wait = self.limits[limit].take(key)
        if wait:
            raise RefusedError(429, "rate", f"Too many requests. Try again in {wait:.0f} seconds.", wait)

    def visitor(self, request: Request) -> Visitor:
        """Whose request this is, by its token; raises RefusedError (401)."""
        found = self.tokens.read(request.headers.get("authorization", "").removeprefix("Bearer "))
        if found is None:
            raise RefusedError(401, "expired", "This chat session has ended. Start a new one.")
        return found

    def writer(self, request: Request) -> Visitor:
        """The visitor of a request that changes something, within the limits."""
        found = self.visitor(request)
        self.take("address", address(request))
        self.take("visitor", found.id)
        return found

    def reader(self, request: Request) -> Visitor:
        """The visitor of a request that reads, within its limit."""
        found = self.visitor(request)
        self.take("read", found.id)
        return found


def address(request: Request) -> str:
    """Where a request comes from, as the server sees it (uvicorn reads a trusted proxy's headers)."""
    return request.client.host if request.client else ""
