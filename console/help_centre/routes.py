"""The public doors of the help centre, all under /help. They read what is approved and count; they change nothing."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qs, quote

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles

from console import desk
from console.help_centre import finding, pages, prose, shelf, visits
from console.help_centre.shelf import LANGS, Question, Shelf
from console.help_centre.visits import COOKIE, LASTS, Visits
from console.widget.door import RefusedError, address
from ingest.errors import KizunaError
from ingest.store import readings
from ingest.store.readings import What

FILES = ("help.css", "mark.svg")
BODY = 1024  # bytes of a form: it holds one word
NEWEST = 50  # questions in a feed
FIRST = 8  # questions of a group on the front page
_YEAR = 365 * 24 * 3600

Handler = Callable[[Request], Awaitable[Response]]


class MissingError(RefusedError):
    """There is no such page; `faces` are the questions there are of the same entry in other languages."""

    def __init__(self, faces: dict[str, Question] | None = None) -> None:
        super().__init__(404, "gone", "There is no such page. It may have moved, or its answer was withdrawn.")
        self.faces = faces or {}


class Said(BaseModel):
    """A vote."""

    model_config = ConfigDict(extra="forbid")
    helpful: Literal["yes", "no"]


def routes() -> list[BaseRoute]:
    """The help centre's routes. The desk must be in use (`desk.use`) when the first request comes."""
    seen = Visits()

    def route(path: str, handler: Callable[[Visits, Request], Awaitable[Response]], method: str = "GET") -> Route:
        return Route(f"/help{path}", _guarded(seen, handler), methods=[method])

    return [
        route("", entrance),
        *(route(f"/{name}", file) for name in FILES),
        route("/faq.json", everything),
        route("/{lang}", front),
        route("/{lang}/feed.xml", feed),
        route("/{lang}/{slug}", entry),
        route("/{lang}/{slug}/helpful", helpful, "POST"),
        route("/{lang}/{slug}/thanks", thanks),
        route("/{lang}/{slug}/contact", contact),
        route("/{path:path}", nothing),
    ]


def _guarded(seen: Visits, handler: Callable[[Visits, Request], Awaitable[Response]]) -> Handler:
    """Errors become pages with a sentence that says what to do."""

    async def guarded(request: Request) -> Response:
        try:
            seen.take("vote" if request.method == "POST" else "read", request)
            return await handler(seen, request)
        except RefusedError as error:
            return _trouble(request, error)
        except KizunaError:
            return PlainTextResponse("The help centre is not available at the moment. Try again in some minutes.", 503)

    return guarded


def _trouble(request: Request, error: RefusedError) -> Response:
    faces = error.faces if isinstance(error, MissingError) else {}
    gone = error.status == 404
    made = pages.page(
        request, "trouble.html", _lang(request), error.status, sentence=str(error), gone=gone, faces=faces
    )
    if error.wait:
        made.headers["Retry-After"] = str(int(error.wait) + 1)
    return made


def _lang(request: Request) -> str:
    """The language of the path, else the one asked for, else the browser's."""
    first = request.url.path.removeprefix("/help").strip("/").partition("/")[0]
    asked = request.query_params.get("lang", "")
    if first in LANGS or asked in LANGS:
        return first if first in LANGS else asked
    return "ja" if request.headers.get("accept-language", "").lower().startswith("ja") else "en"


def _spoken(request: Request) -> str:
    """The language of the path; raises MissingError for any other word there."""
    lang = str(request.path_params["lang"])
    if lang not in LANGS:
        raise MissingError
    return lang


def _read(seen: Visits) -> Shelf:
    with desk.current().db.read() as db:
        return seen.reader.read(db)


def _newest(seen: Visits, lang: str) -> list[tuple[Question, datetime]]:
    with desk.current().db.read() as db:
        return shelf.newest(db, seen.reader.read(db).of(lang), NEWEST)


def _counted(response: Response, request: Request, found: Sequence[Question], what: What) -> Response:
    """Count after the answer has gone out, so that nobody waits for it."""
    if found and visits.counts(request):
        response.background = BackgroundTask(_count, found, what)
    return response


def _count(found: Sequence[Question], what: What) -> None:
    with desk.current().db.write() as db:
        for one in found:
            readings.count(db, one.id, one.lang, what)


async def entrance(seen: Visits, request: Request) -> Response:
    """On to the visitor's language."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return RedirectResponse(f"/help/{_lang(request)}", 303, headers)


async def file(seen: Visits, request: Request) -> Response:
    """The stylesheet and the mark; their addresses change with their content, so they may be kept."""
    response = await StaticFiles(directory=pages.FILES).get_response(request.url.path.rpartition("/")[2], request.scope)
    keep = f"public, max-age={_YEAR}, immutable" if "v" in request.query_params else pages.SOON
    response.headers.update({"Cache-Control": keep, "X-Content-Type-Options": "nosniff"})
    return response


async def front(seen: Visits, request: Request) -> Response:
    """All questions by product; one product's with `about`; or what fits `q`."""
    lang = _spoken(request)
    query = " ".join(prose.visible(request.query_params.get("q", "")[: 4 * finding.LONGEST]).split())[: finding.LONGEST]
    if query:
        return await _found(seen, request, lang, query)
    made, about, other = (
        await run_in_threadpool(_read, seen),
        request.query_params.get("about"),
        "ja" if lang == "en" else "en",
    )
    if about is None:
        return pages.page(request, "front.html", lang, switch=f"/help/{other}", groups=made.groups(lang), first=FIRST)
    here, there = (next((one for one in made.groups(each) if one.name == about), None) for each in (lang, other))
    if here is None:
        raise MissingError
    part = f"?about={quote(about, safe='')}"
    switch = f"/help/{other}{part if there else ''}"
    return pages.page(request, "group.html", lang, switch=switch, here=f"/help/{lang}{part}", group=here)


async def _found(seen: Visits, request: Request, lang: str, query: str) -> Response:
    seen.take("search", request)
    made = await run_in_threadpool(_read, seen)
    found = await run_in_threadpool(finding.find, desk.current(), made, query, lang)
    switch = f"/help/{'ja' if lang == 'en' else 'en'}?q={quote(query, safe='')}"
    page = pages.page(request, "results.html", lang, switch=switch, query=query, found=found, noindex=True)
    return _counted(page, request, found, "shown")


async def _asked(seen: Visits, request: Request) -> tuple[Shelf, Question, dict[str, Question]]:
    """The question of the path, with its other languages; raises MissingError."""
    lang, made = _spoken(request), await run_in_threadpool(_read, seen)
    faces = made.at(str(request.path_params["slug"]))
    if lang not in faces:
        raise MissingError(faces)
    return made, faces[lang], faces


async def entry(seen: Visits, request: Request) -> Response:
    """One question with its answer. Where its address has changed, on to the new one."""
    made, one, faces = await _asked(seen, request)
    if request.path_params["slug"] != one.slug:
        return RedirectResponse(one.path, 301, {"Cache-Control": "no-cache"})
    switch = next((face.path for face in faces.values() if face.lang != one.lang), "")
    block = pages.marked_up(request, one)
    page = pages.page(request, "entry.html", one.lang, switch=switch, one=one, related=made.related(one), block=block)
    return _counted(page, request, [one], "opened")


async def helpful(seen: Visits, request: Request) -> Response:
    """Take a vote; then a page that can be loaded again without voting again."""
    visits.from_own_page(request)
    said = await _said(request)
    _, one, _ = await _asked(seen, request)
    who = visits.visitor(request)
    counted = seen.votes.take(one.id, who, address(request))
    if counted:
        await run_in_threadpool(_count, [one], "helpful" if said == "yes" else "unhelpful")
    answer = RedirectResponse(f"{one.path}/thanks?said={said if counted else 'again'}", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, who, max_age=LASTS, path="/help", httponly=True, samesite="strict", secure=secure)
    return answer


async def _said(request: Request) -> str:
    """The vote of a form, read no further than the limit."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY:
            raise RefusedError(413, "long", "This form cannot be read. Go back and press one of the buttons.")
    fields = {name: values[0] for name, values in parse_qs(raw.decode("utf-8", "replace")).items()}
    try:
        return Said.model_validate(fields).helpful
    except ValidationError:
        raise RefusedError(400, "bad", "This form cannot be read. Go back and press one of the buttons.") from None


async def thanks(seen: Visits, request: Request) -> Response:
    """What a visitor reads after a vote: thanks, and after a no the way to a person."""
    made, one, faces = await _asked(seen, request)
    said = request.query_params.get("said", "")
    switch = next(
        (f"{face.path}/thanks?said={quote(said, safe='')}" for face in faces.values() if face.lang != one.lang), ""
    )
    related = made.related(one)
    return pages.page(
        request, "thanks.html", one.lang, switch=switch, one=one, said=said, related=related, noindex=True
    )


async def contact(seen: Visits, request: Request) -> Response:
    """On to the chat from a question that did not help, which counts."""
    _, one, _ = await _asked(seen, request)
    chat = pages.chat(one.lang)
    if not chat:
        raise MissingError
    return _counted(RedirectResponse(chat, 303, {"Cache-Control": "no-store"}), request, [one], "contacted")


async def feed(seen: Visits, request: Request) -> Response:
    """What was last published or changed in a language, as Atom."""
    lang = _spoken(request)
    return pages.feed(request, lang, await run_in_threadpool(_newest, seen, lang))


async def everything(seen: Visits, request: Request) -> Response:
    """All questions as JSON, of one language with `lang`."""
    made, lang = await run_in_threadpool(_read, seen), request.query_params.get("lang", "")
    return pages.data(request, [one for each in (LANGS if lang not in LANGS else (lang,)) for one in made.of(each)])


async def nothing(seen: Visits, request: Request) -> Response:
    """Any other path: on without a slash at its end, else nothing."""
    path = request.url.path
    if path.endswith("/"):
        return RedirectResponse(path.rstrip("/"), 301, {"Cache-Control": "no-cache"})
    raise MissingError
