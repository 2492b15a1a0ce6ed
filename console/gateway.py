"""The public process, where it is not the desk's own: widget and help centre are passed on, nothing else is there.

It opens no data folder, loads no model and knows no account. What is not the widget's or the help centre's is not
found here, whatever the desk's process serves.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import uvicorn
from anyio import CancelScope
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from console import gate
from console.settings import Settings
from ingest.errors import OperatorError

MOST = 32 * 1024 * 1024  # bytes of a request; the desk has narrower limits of its own
COOKIE = "kizuna_help"  # the only one that is passed on: the help centre's, for votes
_TIMES = httpx.Timeout(10, read=300)  # seconds; a model may think for some before its first word
_MANY = httpx.Limits(max_connections=4_000, max_keepalive_connections=200)
_BETWEEN = (
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
    "upgrade", "expect",
)  # fmt: skip
_OURS = (gate.KEY, gate.ADDRESS, gate.SCHEME, "forwarded", "x-real-ip", "cookie")
_TELLING = ("server", "set-cookie")  # of an answer


class _LongError(Exception):
    """A request has more bytes than one may."""


def run(settings: Settings, out: Console) -> None:
    """Serve until interrupted. Raises OperatorError where the settings do not say where the desk is."""
    began = time.perf_counter()
    made = app(settings)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
            await super().startup(sockets)  # type: ignore[arg-type]
            if self.started:
                at = f"http://{settings.host}:{settings.port}"
                out.print(f"Kizuna is ready after {time.perf_counter() - began:.0f} s at {at}", style="bold")

    Server(uvicorn.Config(
        made, host=settings.host, port=settings.port, log_level="warning", server_header=False, lifespan="on",
        timeout_graceful_shutdown=5,
    )).run()  # fmt: skip


def app(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The app of the public process; `transport` is how the desk is reached, where not by the network.

    Raises OperatorError where the settings do not say where the desk is.
    """
    key = settings.gate_key.get_secret_value()
    if not settings.desk_url or not key:
        raise OperatorError(
            "Two processes cannot share a data folder, so one that serves only the widget passes on to the desk's own. "
            "Name that one's address with KIZUNA_DESK_URL, and give both processes the same KIZUNA_GATE_KEY."
        )

    @asynccontextmanager
    async def opened(made: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(transport=transport, timeout=_TIMES, limits=_MANY, trust_env=False) as client:
            made.state.client = client
            yield

    async def passed(request: Request) -> Response:
        return await _passed(request, request.app.state.client, settings.desk_url.rstrip("/"), key)

    every = Route("/{path:path}", passed, methods=["GET", "HEAD", "POST"])
    return Starlette(routes=[every], lifespan=opened)


async def _passed(request: Request, client: httpx.AsyncClient, desk: str, key: str) -> Response:
    if not gate.is_public(request.url.path) or not gate.is_public(request.scope["path"]):
        return PlainTextResponse("There is nothing here.", 404)
    if int(request.headers.get("content-length") or 0) > MOST:
        return _refused(request, 413, "The request is too large.", "long")
    url = httpx.URL(desk).copy_with(raw_path=_target(request))
    visitor = {gate.ADDRESS: request.client.host if request.client else "", gate.SCHEME: request.url.scheme}
    headers = _going(request.headers) | visitor | {gate.KEY: key}
    body = _bounded(request) if request.method == "POST" else None
    try:
        answer = await client.send(
            client.build_request(request.method, url, headers=headers, content=body), stream=True
        )
    except _LongError:
        return _refused(request, 413, "The request is too large.", "long")
    except httpx.HTTPError:
        return _refused(request, 503, "The chat is not available at the moment.", "down")
    found = StreamingResponse(_read(answer), answer.status_code)
    found.raw_headers = _coming(answer)
    return found


def _target(request: Request) -> bytes:
    query: bytes = request.scope["query_string"]
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return path.partition(b"?")[0] + (b"?" + query if query else b"")


def _going(headers: Mapping[str, str]) -> dict[str, str]:
    """A request's headers as they go on: without what is ours to say or means only the next hop."""
    passed = {
        name: value for name, value in headers.items()
        if name not in (*_BETWEEN, *_OURS) and not name.startswith("x-forwarded-")
    }  # fmt: skip
    cookies = (one.strip() for one in headers.get("cookie", "").split(";"))
    kept = [one for one in cookies if one.startswith(f"{COOKIE}=")]
    return passed | ({"cookie": kept[0]} if kept else {})


def _coming(answer: httpx.Response) -> list[tuple[bytes, bytes]]:
    kept = COOKIE.encode() + b"="
    return [
        (name.lower(), value) for name, value in answer.headers.raw
        if name.decode("latin-1").lower() not in (*_BETWEEN, *_TELLING)
        or (name.lower() == b"set-cookie" and value.startswith(kept))
    ]  # fmt: skip


async def _bounded(request: Request) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST:
            raise _LongError
        yield chunk


async def _read(answer: httpx.Response) -> AsyncIterator[bytes]:
    """The desk's words as they come. When the browser goes, the desk is told by the closed connection."""
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    except httpx.HTTPError:
        return  # cut off: the frame asks again
    finally:
        with CancelScope(shield=True):
            await answer.aclose()


def _refused(request: Request, status: int, told: str, code: str) -> Response:
    if request.url.path.startswith("/widget"):
        return JSONResponse({"error": told, "code": code}, status, {"Cache-Control": "no-store"})
    return PlainTextResponse(told, status)
