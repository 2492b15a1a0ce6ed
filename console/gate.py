"""What the public process may ask of the desk's own, where they are two: widget and help centre, by a key they share.

The desk's process answers these paths to whoever shows the key, and takes the visitor's address from it. Where it
serves only the console, strangers without the key find neither; people who are signed in still see their previews.
"""

import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocketClose

from console import desk, door
from console.settings import Settings
from ingest.errors import KizunaError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

KEY = "x-kizuna-gate"  # header of the key,
ADDRESS, SCHEME = "x-kizuna-address", "x-kizuna-scheme"  # and those of the visitor that the public process speaks for
_PUBLIC = ("widget", "help")  # first path segments


def is_public(path: str) -> bool:
    """Whether a path (decoded) belongs to the widget or the help centre, and leads nowhere else."""
    first, *rest = path.removeprefix("/").split("/")
    plain = all(one and not one.startswith(".") for one in rest[:-1]) and not (rest and rest[-1].startswith("."))
    odd = any(one in "\\%" or ord(one) < 32 for one in path)
    return path.startswith("/") and first in _PUBLIC and plain and not odd


def middleware() -> Sequence[Middleware]:
    """The gate before every route of the desk's process."""
    return [Middleware(Gate)]


class Gate:
    """Lets the public process in to widget and help centre, and nowhere else; keeps others as the settings say."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on, or answer that there is nothing."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            found = await _admitted(scope, desk.current().settings)
        except KizunaError as error:
            await _nothing(scope, str(error), 503)(scope, receive, send)
            return
        await (self._app if found else _nothing(scope))(found or scope, receive, send)


async def _admitted(scope: "Scope", settings: Settings) -> "Scope | None":
    """The request as it goes on; None where it does not."""
    headers, public = Headers(scope=scope), is_public(scope["path"])
    given = headers.get(KEY)
    if given is not None:
        key = settings.gate_key.get_secret_value()
        right = bool(key) and hmac.compare_digest(given.encode(), key.encode())
        if not (right and public and scope["type"] == "http"):
            return None
        scheme = "https" if headers.get(SCHEME) == "https" else "http"
        return {**scope, "client": (headers.get(ADDRESS, ""), 0), "scheme": scheme}
    if settings.serves == "console" and public:
        known = await run_in_threadpool(door.account_of, HTTPConnection(scope).cookies)
        return scope if known else None
    return scope


def _nothing(scope: "Scope", told: str = "There is nothing here.", status: int = 404) -> "ASGIApp":
    return WebSocketClose(1008) if scope["type"] == "websocket" else PlainTextResponse(told, status)
