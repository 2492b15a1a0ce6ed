"""The widget's doors: its files and the frame's calls. Every call takes the conversation from the signed token."""

import html
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Annotated, Any, TypeVar

from anyio import CancelScope, CapacityLimiter, to_thread
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles

from console import desk
from console.answers import Piece
from console.widget import origins, source, view
from console.widget.door import Door, RefusedError, address
from console.widget.turn import Answer, Event, FullError, Quiet, Taken
from console.widget.visitor import Visitor
from ingest.errors import KizunaError, SenderError

FILES = Path(__file__).parent / "static"
OPEN_FILES = ("loader.js", "frame.js", "frame.css", "shop.css", "hub.svg", "camera.svg", "lock.svg", "plug.svg")
BODY = 32 * 1024  # bytes: 4,000 characters of any script, escaped
_LANGS = ("en", "ja")
_AT = re.compile(r"(\d{1,7})-(\d{1,7})")

Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Request], Awaitable[Response]]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lang: str = Field("en", pattern="^(en|ja)$")


class Opening(_Form):
    """What starts a session: the page that embeds the frame."""

    origin: str = Field(max_length=300)


class Said(_Form):
    """A message; `id` is the browser's own name of it, so that sending it twice keeps it once."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    text: str


class Asked(_Form):
    """The wish for a person."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = ""


def routes() -> list[BaseRoute]:
    """The widget's routes, all under /widget. The desk must be in use (`desk.use`) when the first request comes."""
    door = Door()

    def route(path: str, handler: Callable[[Door, Request], Awaitable[Response]], method: str = "GET") -> Route:
        return Route(f"/widget/{path}", _guarded(door, handler), methods=[method])

    return [
        route("hello", hello),
        route("frame", frame),
        route("session", session, "POST"),
        route("message", message, "POST"),
        route("person", person, "POST"),
        route("events", events),
        route("source", opened),
        route("shop", shop),
        route("{name}", file),
    ]


def _guarded(door: Door, handler: Callable[[Door, Request], Awaitable[Response]]) -> Handler:
    """Errors become a status, a code and a sentence; nothing of a conversation is cached on the way."""

    async def guarded(request: Request) -> Response:
        try:
            if request.method == "POST":
                _from_own_page(request)
            return await handler(door, request)
        except RefusedError as error:
            headers = {"Retry-After": str(int(error.wait) + 1)} if error.wait else {}
            return _json({"error": str(error), "code": error.code}, error.status, headers)
        except FullError as error:
            return _json({"error": str(error), "code": "full"}, 409)
        except SenderError as error:
            return _json({"error": str(error), "code": "bad"}, 400)
        except KizunaError:
            return _json({"error": "The chat is not available at the moment.", "code": "down"}, 503)

    return guarded


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> JSONResponse:
    kept = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return JSONResponse(data, status, headers=kept | (headers or {}))


def _from_own_page(request: Request) -> None:
    """Only the frame itself may post: another page's script would come with another origin."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    if origin is not None and not origins.allowed(origin, host=host, others=()):
        raise RefusedError(403, "origin", origins.refusal(origin))


def _lang(request: Request) -> str:
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in _LANGS else "en"


async def _form(request: Request, form: type[Body]) -> Body:
    """The body as `form`, read no further than the limit."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY:
            raise RefusedError(413, "long", "The request is too large. Shorten the message.")
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise RefusedError(415, "bad", "Send JSON (Content-Type: application/json).")
    try:
        return form.model_validate_json(raw)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, one["loc"])) or "body" for one in error.errors())
        raise RefusedError(400, "bad", f"The request is not right: {wrong}.") from None


async def file(door: Door, request: Request) -> Response:
    """A static file of the widget; only those meant to be fetched on their own."""
    name = request.path_params["name"]
    if name not in OPEN_FILES:
        raise RefusedError(404, "gone", "There is no such file.")
    response = await StaticFiles(directory=FILES).get_response(name, request.scope)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


async def hello(door: Door, request: Request) -> Response:
    """Tells the loader whether its page may show the chat, and the company's name. Readable by every page."""
    origin = request.headers.get("origin")
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}
    if origin and not door.embeds(request, origin):
        return _json({"error": origins.refusal(origin), "code": "origin"}, 403, headers)
    return _json({"company": desk.current().settings.company}, headers=headers)


async def frame(door: Door, request: Request) -> Response:
    """The chat itself, for an iframe of an allowed page or on its own."""
    origin = request.query_params.get("origin")
    if origin is not None and not door.embeds(request, origin):
        never = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}
        return PlainTextResponse(origins.refusal(origin), 403, headers=never)
    headers = {
        "Content-Security-Policy": origins.policy(door.origins),
        "Cache-Control": "no-cache",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    page = (FILES / "frame.html").read_text("utf-8").replace('lang="en"', f'lang="{_lang(request)}"', 1)
    return HTMLResponse(page, headers=headers)


async def session(door: Door, request: Request) -> Response:
    """A token for this browser, and its conversation so far. A good token is renewed, any other starts afresh."""
    form = await _form(request, Opening)
    if not door.embeds(request, form.origin):
        raise RefusedError(403, "origin", origins.refusal(form.origin))
    known = door.tokens.read(request.headers.get("authorization", "").removeprefix("Bearer "))
    if known is None:
        door.take("new", address(request))
    who = known or door.tokens.new()
    seen = await run_in_threadpool(_seen, who, -1)
    return _json({"token": door.tokens.sign(who), "company": desk.current().settings.company} | seen)


async def message(door: Door, request: Request) -> Response:
    """Keep a message and stream what the assistant says: `taken`, then `piece`s and `done`, or `quiet`, or `busy`."""
    who, form = door.writer(request), await _form(request, Said)
    taken = await run_in_threadpool(door.turns.take, who.id, form.id, form.text, form.lang)
    words = door.turns.answer(who.id, taken, form.lang)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(_stream(taken, words, door.writing), headers=headers, media_type="text/event-stream")


async def person(door: Door, request: Request) -> Response:
    """Hand the conversation to a person; an optional e-mail address tells the agent whom."""
    who, form = door.writer(request), await _form(request, Asked)
    if form.email and not re.fullmatch(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]{2,}", form.email):
        raise RefusedError(400, "email", "This does not look like an e-mail address. Check it.")
    status = await run_in_threadpool(door.turns.person, who.id, form.lang, form.email)
    return _json({"status": status})


async def events(door: Door, request: Request) -> Response:
    """What is new in the own conversation after place `after`; the frame asks every two seconds.

    Asking again and again outlives sleeping laptops and every proxy, which an open stream does not.
    """
    who, after = door.reader(request), request.query_params.get("after", "-1")
    if not re.fullmatch(r"-1|\d{1,9}", after):
        raise RefusedError(400, "bad", "`after` must be a whole number.")
    seen = await run_in_threadpool(_seen, who, int(after))
    return _json(seen | {"answering": door.turns.answering(who.id)})


async def opened(door: Door, request: Request) -> Response:
    """The text of an approved article or FAQ entry; `at=START-END`, repeated, marks what was quoted."""
    door.reader(request)
    spans = [_AT.fullmatch(one) for one in request.query_params.getlist("at")[:10]]
    quoted = [(int(one[1]), int(one[2])) for one in spans if one]
    found = await run_in_threadpool(_read, request.query_params.get("id", ""), quoted)
    if found is None:
        raise RefusedError(404, "gone", "There is no such article any more.")
    return _json(found)


async def shop(door: Door, request: Request) -> Response:
    """A small shop page of the demo company that embeds the widget; only in demo mode."""
    if not desk.current().settings.demo:
        raise RefusedError(404, "gone", "The demo shop is only there in demo mode (KIZUNA_DEMO=true).")
    lang = _lang(request)
    words = json.loads((FILES / "shop.json").read_text("utf-8"))[lang]
    page = Template((FILES / "shop.html").read_text("utf-8"))
    fields = {name: html.escape(text) for name, text in words.items()}
    return HTMLResponse(page.substitute(fields, lang=lang), headers={"Cache-Control": "no-cache"})


def _seen(who: Visitor, after: int) -> dict[str, Any]:
    with desk.current().db.read() as db:
        return asdict(view.of(db, who.id, after))


def _read(id: str, quoted: list[tuple[int, int]]) -> dict[str, Any] | None:
    with desk.current().db.read() as db:
        return source.read(db, id, quoted)


async def _stream(taken: Taken, words: Generator[Event], writing: CapacityLimiter) -> AsyncIterator[str]:
    """Server-sent events. When the browser goes away, the generator is closed and the model stops."""
    end = object()
    try:
        yield _event("taken", {"seq": taken.seq, "text": taken.text, "status": taken.status})
        while (one := await to_thread.run_sync(next, words, end, limiter=writing)) is not end:
            yield _told(one)  # type: ignore[arg-type]
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(words.close)


def _told(one: Event) -> str:
    match one:
        case Piece(text, citation):
            source = {"n": citation.n, "title": citation.title} if citation else None
            return _event("piece", {"text": text, "source": source})
        case Answer():
            return _event("done", asdict(one))
        case Quiet(busy):
            return _event("busy" if busy else "quiet", {})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
