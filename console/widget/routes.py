"""The widget's doors: its files and the frame's calls. Every call takes the conversation from the signed token."""

import html
import json
import re
from collections.abc import AsyncIterator, Generator
from dataclasses import asdict
from string import Template
from typing import Annotated, Any

from anyio import CancelScope, CapacityLimiter, to_thread
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import BaseRoute

from console import desk
from console.answers import Piece
from console.widget import embed, guard, identity, origins, source, trial, view
from console.widget.door import HEADER, Door, RefusedError, address
from console.widget.embed import OPEN_FILES
from console.widget.guard import BODY, FILES
from console.widget.turn import Answer, Event, Quiet, Taken
from console.widget.visitor import Visitor
from ingest.store import tickets
from ingest.store.sites import Site

__all__ = ["BODY", "FILES", "OPEN_FILES", "routes"]

_AT = re.compile(r"(\d{1,7})-(\d{1,7})")


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lang: str = Field("en", pattern="^(en|ja)$")


class Opening(_Form):
    """What starts a session: the page that embeds the frame, and who its site says the customer is."""

    origin: str = Field(max_length=300)
    jwt: str = Field("", max_length=identity.MOST)


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
    return [
        guard.route(door, "hello", embed.hello),
        guard.route(door, "frame", embed.frame),
        guard.route(door, "theme.css", embed.theme),
        guard.route(door, "logo", embed.picture),
        guard.route(door, "session", session, "POST"),
        guard.route(door, "message", message, "POST"),
        guard.route(door, "person", person, "POST"),
        guard.route(door, "events", events),
        guard.route(door, "history", history),
        guard.route(door, "source", opened),
        guard.route(door, "shop", shop),
        guard.route(door, "preview", trial.preview),
        guard.route(door, "test", trial.page),
        guard.route(door, "{name}", embed.file),
    ]


async def session(door: Door, request: Request) -> Response:
    """A token for this browser, and its conversation so far. A good token is renewed, any other starts afresh.

    With a token of the site's (`jwt`), the conversation is that of its customer, in whichever browser it was begun.
    """
    form = await guard.form(request, Opening)
    site = await door.site(request.headers.get(HEADER, ""))
    if not door.embeds(request, form.origin, site):
        raise RefusedError(403, "origin", origins.refusal(form.origin, site=site.key))
    known = door.known(request, site)
    if known is None:
        door.take("new", address(request))
    who = browser = known or door.tokens.new(site.id)
    if form.jwt:
        door.take("read", browser.id)
        who = await run_in_threadpool(_identified, door, site, form.jwt, who)
    seen, past = await run_in_threadpool(_seen, who, -1), await run_in_threadpool(_count, who)
    told = {"token": door.tokens.sign(who), "who": who.id if who.sub else ""}
    if not browser.sub:  # what the browser keeps: a customer is one only while the page says so
        told["browser"] = door.tokens.sign(browser)
    return guard.json(told | _words(site, form.lang) | seen | {"past": past})


def _identified(door: Door, site: Site, jwt: str, who: Visitor) -> Visitor:
    return identity.take(desk.current().db, site, identity.read(jwt, site, door.secret), who)


def _words(site: Site, lang: str) -> dict[str, Any]:
    """The company's name, and how the site's chat looks where the site has a say."""
    company = desk.current().settings.company
    if not site.id:
        return {"company": company}
    look = embed.look(site, lang)
    return {"company": look["title"] or company, "greeting": look["greeting"], "logo": look["logo"]}


async def message(door: Door, request: Request) -> Response:
    """Keep a message and stream what the assistant says: `taken`, then `piece`s and `done`, or `quiet`, or `busy`."""
    who, form = await door.writer(request), await guard.form(request, Said)
    taken = await run_in_threadpool(door.turns.take, who.id, form.id, form.text, form.lang)
    await run_in_threadpool(identity.tie, desk.current().db, who, taken.ticket)
    words = door.turns.answer(who.id, taken, form.lang)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(_stream(taken, words, door.writing), headers=headers, media_type="text/event-stream")


async def person(door: Door, request: Request) -> Response:
    """Hand the conversation to a person; an optional e-mail address tells the agent whom."""
    who, form = await door.writer(request), await guard.form(request, Asked)
    if form.email and not re.fullmatch(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]{2,}", form.email):
        raise RefusedError(400, "email", "This does not look like an e-mail address. Check it.")
    status = await run_in_threadpool(door.turns.person, who.id, form.lang, form.email)
    await run_in_threadpool(_tied, who)
    return guard.json({"status": status})


async def events(door: Door, request: Request) -> Response:
    """What is new in the own conversation after place `after`; the frame asks every two seconds.

    Asking again and again outlives sleeping laptops and every proxy, which an open stream does not.
    """
    who, after = await door.reader(request), request.query_params.get("after", "-1")
    if not re.fullmatch(r"-1|\d{1,9}", after):
        raise RefusedError(400, "bad", "`after` must be a whole number.")
    seen = await run_in_threadpool(_seen, who, int(after))
    return guard.json(seen | {"answering": door.turns.answering(who.id)})


async def history(door: Door, request: Request) -> Response:
    """The visitor's own earlier conversations, the newest first, to be read."""
    who = await door.reader(request)
    found = await run_in_threadpool(_past, who)
    return guard.json({"conversations": [asdict(one) for one in found]})


async def opened(door: Door, request: Request) -> Response:
    """The text of an approved article or FAQ entry; `at=START-END`, repeated, marks what was quoted."""
    await door.reader(request)
    spans = [_AT.fullmatch(one) for one in request.query_params.getlist("at")[:10]]
    quoted = [(int(one[1]), int(one[2])) for one in spans if one]
    found = await run_in_threadpool(_read, request.query_params.get("id", ""), quoted)
    if found is None:
        raise RefusedError(404, "gone", "There is no such article any more.")
    return guard.json(found)


async def shop(door: Door, request: Request) -> Response:
    """A small shop page of the demo company that embeds the widget; only in demo mode."""
    if not desk.current().settings.demo:
        raise RefusedError(404, "gone", "The demo shop is only there in demo mode (KIZUNA_DEMO=true).")
    lang = guard.lang(request)
    words = json.loads((FILES / "shop.json").read_text("utf-8"))[lang]
    page = Template((FILES / "shop.html").read_text("utf-8"))
    fields = {name: html.escape(text) for name, text in words.items()}
    return HTMLResponse(page.substitute(fields, lang=lang), headers={"Cache-Control": "no-cache"})


def _seen(who: Visitor, after: int) -> dict[str, Any]:
    with desk.current().db.read() as db:
        return asdict(view.of(db, who.id, after))


def _count(who: Visitor) -> int:
    """How many conversations the visitor had before the present one."""
    with desk.current().db.read() as db:
        return max(len(tickets.every_of_visitor(db, who.id)) - 1, 0)


def _past(who: Visitor) -> list[view.Past]:
    with desk.current().db.read() as db:
        return view.past(db, who.id)


def _tied(who: Visitor) -> None:
    with desk.current().db.read() as db:
        row = tickets.of_visitor(db, who.id)
    if row:
        identity.tie(desk.current().db, who, row.id)


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
