"""The way in: the sign-in page, signing out, and the guard that sends strangers there."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console import accounts, desk
from console.accounts import Account
from console.pages.language import say
from ingest.errors import KizunaError, SenderError

if TYPE_CHECKING:
    from jinja2 import Template
    from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "kizuna_session"
OPEN = ("signin", "signout", "widget", "help", "_stcore", "static", "media", "component", "app")  # first path segments
_PAGE = Path(__file__).with_name("signin.html")
_SAFE = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


@dataclass
class Throttle:
    """Counts failures under a key; `most` within `window` seconds close the door until the first is that old."""

    most: int = 6
    window: float = 600.0
    clock: Callable[[], float] = time.monotonic
    _failed: dict[str, list[float]] = field(default_factory=dict)

    def wait(self, key: str) -> int:
        """Seconds until the next attempt; 0 is now."""
        recent = self._recent(key)
        return max(1, round(self.window - (self.clock() - recent[-self.most]))) if len(recent) >= self.most else 0

    def failed(self, key: str) -> None:
        """Count a failure."""
        self._failed[key] = [*self._recent(key), self.clock()]
        if len(self._failed) > 10_000:  # a flood of made-up names must not fill the memory
            self._failed = {key: kept for key in self._failed if (kept := self._recent(key))}

    def forget(self, key: str) -> None:
        """Start anew after a success."""
        self._failed.pop(key, None)

    def _recent(self, key: str) -> list[float]:
        return [at for at in self._failed.get(key, []) if self.clock() - at < self.window]


def routes(names: Throttle | None = None, addresses: Throttle | None = None) -> list[BaseRoute]:
    """`/signin` and `/signout`. Failures count by name, and more patiently by address: an office may share one."""
    door = _Door(names or Throttle(), addresses or Throttle(most=30))
    return [
        Route("/signin", door.show, methods=["GET"]),
        Route("/signin", door.enter, methods=["POST"]),
        Route("/signout", door.leave, methods=["POST"]),
    ]


def middleware() -> Sequence[Middleware]:
    """The guard before every page."""
    return [Middleware(Guard)]


def account_of(cookies: dict[str, str]) -> Account | None:
    """Who sent these cookies; None for strangers. Raises OperatorError where no desk is open."""
    return accounts.of_session(desk.current().db, cookies.get(COOKIE, ""))


class Guard:
    """Sends page requests without a session to the sign-in page. Files, sockets and the widget pass.

    The pages themselves check the session again at every run: what comes through the socket is guarded there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a redirect."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            known = await run_in_threadpool(account_of, HTTPConnection(scope).cookies)
        except KizunaError as error:
            await PlainTextResponse(str(error), 503)(scope, receive, send)
            return
        answer: ASGIApp = self._app if known else _to_sign_in(scope)
        await answer(scope, receive, send)


def is_page(path: str) -> bool:
    """Whether this path is a page of the console, not one of its files or somebody else's route."""
    first, _, rest = path.lstrip("/").partition("/")
    return first not in OPEN and "." not in (rest or first).rpartition("/")[2]


def _to_sign_in(scope: Scope) -> Response:
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse("/signin" + (f"?next={quote(wanted, safe='/')}" if wanted != "/" else ""), 303)


@dataclass(frozen=True)
class _Door:
    names: Throttle
    addresses: Throttle

    async def show(self, request: Request) -> Response:
        """The empty form; those who are in already go on."""
        if await run_in_threadpool(account_of, request.cookies):
            return RedirectResponse(_inside(request.query_params.get("next", "")), 303)
        return _form(request, _language(request), request.query_params.get("next", ""))

    async def enter(self, request: Request) -> Response:
        """Check name and password; a session cookie and on to the page, or the form again with what is wrong."""
        async with request.form(max_files=0, max_fields=8) as form:
            said = {name: str(value)[:400] for name, value in form.items()}
        lang, wanted, name = said.get("lang", "en"), said.get("next", ""), said.get("name", "").strip()
        if not _same_origin(request):
            return _form(request, lang, wanted, "This form was sent from another site. Sign in here instead.", 403)
        address = request.client.host if request.client else ""
        wait = max(self.names.wait(name), self.addresses.wait(address))
        if wait:
            trouble = "Too many attempts. Wait {minutes} min and try again."
            return _form(request, lang, wanted, trouble, 429, name=name, minutes=-(-wait // 60))
        try:
            token = await run_in_threadpool(accounts.sign_in, desk.current().db, name, said.get("password", ""))
        except SenderError as error:
            self.names.failed(name)
            self.addresses.failed(address)
            return _form(request, lang, wanted, str(error), 401, name=name)
        self.names.forget(name)
        answer = RedirectResponse(_inside(wanted), 303)
        _keep(answer, request, token)
        return answer

    async def leave(self, request: Request) -> Response:
        """End the session here and in the database."""
        if not _same_origin(request):
            return PlainTextResponse("Sign out from the console itself.", 403)
        await run_in_threadpool(accounts.sign_out, desk.current().db, request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/signin", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer


def _keep(answer: Response, request: Request, token: str) -> None:
    seconds = int(accounts.LASTS.total_seconds())
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def _same_origin(request: Request) -> bool:
    """Whether a browser sent this from our own page. Browsers always say where a form post comes from."""
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from:
        return fetched_from in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _inside(wanted: str) -> str:
    """A path of this desk, never another site."""
    local = re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", wanted)
    return wanted if local else "/"


def _language(request: Request) -> str:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "ja" if asked.lower().startswith("ja") else "en"


def _form(
    request: Request, lang: str, wanted: str, trouble: str = "", status: int = 200, *, name: str = "", **filled: object
) -> HTMLResponse:
    settings = desk.current().settings
    page = _template().render(
        lang=lang,
        say=lambda text: say(text, lang),
        company=settings.company,
        next=_inside(wanted),
        trouble=say(trouble, lang, **filled) if trouble else "",
        name=name,
        other=f"/signin?lang={'en' if lang == 'ja' else 'ja'}&next={quote(_inside(wanted), safe='/')}",
        demo=accounts.DEMO if settings.demo else (),
        demo_password=accounts.DEMO_PASSWORD,
    )
    return HTMLResponse(page, status, headers=_SAFE)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_PAGE.read_text("utf-8"))
