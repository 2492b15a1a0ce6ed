"""The widget's doors: its files and the frame's calls. Every call takes the conversation from the signed token."""

import html
import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from string import Template
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute

from console import desk
from console.widget import (
    before,
    embed,
    guard,
    handoff,
    identity,
    languages,
    origins,
    sending,
    source,
    survey,
    transcript,
    trial,
    unhelpful,
    uploads,
    view,
    wording,
)
from console.widget.door import HEADER, Door, RefusedError, address
from console.widget.embed import OPEN_FILES
from console.widget.guard import BODY, FILES
from console.widget.languages import Spoken
from console.widget.streams import Stream
from console.widget.turn import Taken
from console.widget.visitor import Visitor
from ingest.store import tickets
from ingest.store.sites import Site

__all__ = ["BODY", "FILES", "OPEN_FILES", "routes"]

LONGEST = 25  # seconds that a frame may wait for news: fewer than any proxy allows
_AT = re.compile(r"(\d{1,7})-(\d{1,7})")


class Opening(Spoken):
    """What starts a session: the page that embeds the frame, and who its site says the customer is."""

    origin: str = Field(max_length=300)
    jwt: str = Field("", max_length=identity.MOST)


class Said(Spoken):
    """A message; `id` is the browser's own name of it, so that sending it twice keeps it once."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    text: str = ""
    files: list[Annotated[str, StringConstraints(max_length=40)]] = Field(default=[], max_length=uploads.A_MESSAGE)


class Asked(Spoken):
    """The wish for a person."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = ""


class Clicked(Spoken):
    """The way to an article's page in the help centre."""

    id: str = Field(min_length=1, max_length=200)


def routes(door: Door | None = None) -> list[BaseRoute]:
    """The widget's routes, all under /widget. The desk must be in use (`desk.use`) when the first request comes."""
    door = door or Door()
    return [
        guard.route(door, "hello", embed.hello),
        guard.route(door, "frame", embed.frame),
        guard.route(door, "theme.css", embed.theme),
        guard.route(door, "logo", embed.picture),
        guard.route(door, "session", session, "POST"),
        guard.route(door, "before", before.take, "POST"),
        guard.route(door, "message", message, "POST"),
        guard.route(door, "upload", uploads.take, "POST"),
        guard.route(door, "drop", uploads.drop, "POST"),
        guard.route(door, "unhelpful", unhelpful.take, "POST"),
        guard.route(door, "end", survey.end, "POST"),
        guard.route(door, "survey", survey.asked),
        guard.route(door, "survey", survey.take, "POST"),
        guard.route(door, "person", person, "POST"),
        guard.route(door, "transcript", transcript.route, "POST"),
        guard.route(door, "events", events),
        guard.route(door, "stream", sending.resumed),
        guard.route(door, "history", history),
        guard.route(door, "source", opened),
        guard.route(door, "clicked", clicked, "POST"),
        guard.route(door, "shop", shop),
        guard.route(door, "preview", trial.preview),
        guard.route(door, "test", trial.page),
        guard.route(door, "frame/{version}/{name}", embed.module),
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
    asked = await run_in_threadpool(before.shown, door, site, who, form.lang)
    more = {"forms": asked, "transcript": transcript.offered(site), "past": past}
    return guard.json(told | _words(site, form.lang) | seen | more)


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
    """Keep a message and stream what the assistant says: `taken`, then `place`s, `piece`s and `done`, or `quiet`.

    The same message again gets the same answer, also while it is written; `busy` says that too many wait already.
    """
    who, form = await door.writer(request), await guard.form(request, Said)
    await before.needed(await door.site(request.headers.get(HEADER, "")), who)
    taken, stream = await run_in_threadpool(_taken, door, who, form)
    return sending.answered(stream, taken, sending.mark(request))


def _taken(door: Door, who: Visitor, form: Said) -> tuple[Taken, Stream | None]:
    """Keep a message with all that belongs to it, and begin its answer; all in one thread, for there are many."""
    uploads.look(who, form.files)
    text = form.text.strip() or (wording.of(form.lang).sent if form.files else "")
    taken = door.turns.take(who.id, form.id, text, form.lang, who.site)
    identity.tie(desk.current().db, who, taken.ticket)
    before.tie(who, taken.ticket)
    uploads.attach(who, taken, form.files)
    return taken, door.streams.begin(who.site, who.id, taken, form.lang)


async def person(door: Door, request: Request) -> Response:
    """Hand the conversation to a person; an optional e-mail address tells the agent whom."""
    who, form = await door.writer(request), await guard.form(request, Asked)
    if form.email and not handoff.is_address(form.email):
        raise RefusedError(400, "email", "This does not look like an e-mail address. Check it.")
    await before.needed(await door.site(request.headers.get(HEADER, "")), who)
    status = await run_in_threadpool(door.turns.person, who.id, form.lang, form.email, who.site)
    await run_in_threadpool(door.streams.end, who.id)
    await run_in_threadpool(_tied, who)
    return guard.json({"status": status, "waiting": await run_in_threadpool(_waiting, who)})


async def events(door: Door, request: Request) -> Response:
    """What is new in the own conversation after place `after`; with `wait`, once something is or the seconds are over.

    `seen` is the place up to which the visitor has had it before them: what lies after it may go to them by e-mail.

    `status` is that of the conversation as it is known. Asking again and again outlives sleeping laptops and every
    proxy, which an open stream does not.
    """
    who, after = await door.reader(request), request.query_params.get("after", "-1")
    if not re.fullmatch(r"-1|\d{1,9}", after):
        raise RefusedError(400, "bad", "`after` must be a whole number.")
    asked = request.query_params
    if asked.get("status") != "pending" and re.fullmatch(r"\d{1,9}", seen := asked.get("seen", "")):
        await run_in_threadpool(handoff.saw, desk.current().db, who.id, int(seen))
    if re.fullmatch(r"\d{1,3}", wait := request.query_params.get("wait", "")):
        known = request.query_params.get("status", ""), int(after)
        await door.news.wait(who.id, known, min(int(wait), LONGEST))
    told = await run_in_threadpool(_seen, who, int(after))
    return guard.json(told | {"answering": door.streams.of(who.id) is not None})


async def history(door: Door, request: Request) -> Response:
    """The visitor's own earlier conversations, the newest first, to be read."""
    who = await door.reader(request)
    found = await run_in_threadpool(_past, who)
    return guard.json({"conversations": [asdict(one) for one in found]})


async def opened(door: Door, request: Request) -> Response:
    """The text of an approved article or FAQ entry; `at=START-END`, repeated, marks what was quoted."""
    who = await door.reader(request)
    spans = [_AT.fullmatch(one) for one in request.query_params.getlist("at")[:10]]
    quoted = [(int(one[1]), int(one[2])) for one in spans if one]
    id = request.query_params.get("id", "")
    found = await run_in_threadpool(_read, id, quoted)
    if found is None:
        raise RefusedError(404, "gone", "There is no such article any more.")
    await run_in_threadpool(door.clicks.count, desk.current().db, who, id, "opened")
    return guard.json(found)


async def clicked(door: Door, request: Request) -> Response:
    """Count that a visitor went on to an article's page in the help centre."""
    who, form = await door.reader(request), await guard.form(request, Clicked)
    found = await run_in_threadpool(_read, form.id, [])
    if found is None or not found["page"]:
        raise RefusedError(404, "gone", "There is no such page any more.")
    await run_in_threadpool(door.clicks.count, desk.current().db, who, form.id, "page")
    return guard.json({})


async def shop(door: Door, request: Request) -> Response:
    """A small shop page of the demo company that embeds the widget; only in demo mode."""
    if not desk.current().settings.demo:
        raise RefusedError(404, "gone", "The demo shop is only there in demo mode (KIZUNA_DEMO=true).")
    lang = "ja" if languages.asked(request) == "ja" else "en"
    words = json.loads((FILES / "shop.json").read_text("utf-8"))[lang]
    page = Template((FILES / "shop.html").read_text("utf-8"))
    fields = {name: html.escape(text) for name, text in words.items()}
    return HTMLResponse(page.substitute(fields, lang=lang), headers={"Cache-Control": "no-cache"})


def _seen(who: Visitor, after: int) -> dict[str, Any]:
    with desk.current().db.read() as db:
        told = asdict(view.of(db, who.id, after))
    return told | {"waiting": _waiting(who)}


def _waiting(who: Visitor) -> dict[str, Any] | None:
    """What the visitor is told while people have the conversation."""
    opened = desk.current()
    with opened.db.read() as db:
        row = tickets.of_visitor(db, who.id)
        found = handoff.wait(db, row, opened.settings, datetime.now(UTC)) if row else None
    return asdict(found) if found else None


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
        before.tie(who, row.id)


def _read(id: str, quoted: list[tuple[int, int]]) -> dict[str, Any] | None:
    with desk.current().db.read() as db:
        return source.read(db, id, quoted)
