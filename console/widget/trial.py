"""What the people at the desk see of a site's chat: a preview of what is not saved yet, and a page that embeds it."""

import json
from dataclasses import replace
from html import escape
from string import Template
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console import desk
from console import door as entrance
from console.pages.language import say
from console.widget import before, colours, embed, forms, sites, visitor
from console.widget.door import Door, RefusedError
from console.widget.guard import FILES
from console.widget.languages import asked
from ingest.store import sites as shelf
from ingest.store.sites import Site

_PASS = 3600  # seconds that the link to the test page is good for
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors "
)


class Draft(BaseModel):
    """What a form says before it is saved; bounded as the form is."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field("", max_length=sites.TEXTS["title"])
    greeting: str = Field("", max_length=sites.TEXTS["greeting"])
    launcher: str = Field("", max_length=sites.TEXTS["launcher"])
    accent: str = Field("", max_length=7)
    accent_dark: str = Field("", max_length=7)
    side: str = Field("right", pattern="^(left|right)$")
    offset: int = Field(20, ge=0, le=sites.OFFSET)
    full: bool = True
    asks: dict[str, Any] | None = None  # the forms before and after, where those are looked at


async def preview(door: Door, request: Request) -> Response:
    """The real frame with what stands in the form, for the console's own page; for those who are signed in."""
    await _known(request)
    site = await run_in_threadpool(_site, request.query_params.get("id", ""))
    try:
        draft = Draft.model_validate_json(request.query_params.get("draft", "{}"))
    except ValidationError:
        raise RefusedError(400, "bad", "The draft of the site is not right.") from None
    shown = embed.look(_drafted(site, draft, asked(request)), asked(request))
    shown["company"] = draft.title or desk.current().settings.company
    if draft.asks is not None:
        try:
            asks = forms.read(draft.asks)
            shown["forms"] = await run_in_threadpool(before.told, door, asks, asked(request), shown["company"])
        except (TypeError, KeyError, AttributeError):
            raise RefusedError(400, "bad", "The draft of the site is not right.") from None
    scheme = "dark" if request.query_params.get("scheme") == "dark" else "light"
    return _page("preview.html", request, "'self'", look=json.dumps(shown), scheme=scheme)


async def page(door: Door, request: Request) -> Response:
    """A page that embeds the chat of a site as its own pages do; for those who are signed in, and in the demo.

    Elsewhere than at the console nobody is signed in: there the pass of the link is enough.
    """
    if not desk.current().settings.demo and not _passes(request):
        await _known(request)
    site, lang_ = await run_in_threadpool(_site, request.query_params.get("id", "")), asked(request)
    off = "" if site.on else say("The chat is switched off for this site: the button does not show.", lang_)
    told = {
        "title": say("Test page of {name}", lang_, name=site.name),
        "lead": say("This page embeds the chat of the site with its own tag, under a strict policy.", lang_),
        "again": say("What is written here is a real conversation and shows in the inbox.", lang_),
        "off": off,
    }
    pinned = {"key": site.key, "src": f"loader.js?v={embed.version()}", "integrity": embed.integrity()}
    return _page("test.html", request, "'none'", **told, **pinned)


def link(site: Site, lang: str) -> str:
    """Where the test page of a site is, with a pass for an hour where that is another address than the console's."""
    at, query = desk.current().settings.widget_url.rstrip("/"), f"id={site.id}&lang={lang}"
    return f"{at}/widget/test?{query}" + (f"&pass={_signer().dumps(site.id)}" if at else "")


def _passes(request: Request) -> bool:
    told = request.query_params
    try:
        return bool(_signer().loads(told.get("pass", ""), max_age=_PASS) == told.get("id"))
    except BadSignature:
        return False


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(visitor.secret(desk.current().home.path), salt="test page")


def _drafted(site: Site, draft: Draft, lang: str) -> Site:
    texts = {lang: {name: getattr(draft, name) for name in sites.TEXTS}}
    accent, dark = (value and colours.checked(value) for value in (draft.accent, draft.accent_dark))
    return replace(
        site, texts=texts, accent=accent, accent_dark=dark, side=draft.side, offset=draft.offset, full=draft.full
    )


async def _known(request: Request) -> None:
    if await run_in_threadpool(entrance.account_of, request.cookies) is None:
        raise RefusedError(403, "signin", "This page is for people at the desk. Sign in first.")


def _site(id: str) -> Site:
    with desk.current().db.read() as db:
        site = shelf.get(db, id)
    if site is None:
        raise RefusedError(404, "gone", "There is no such site.")
    return site


def _page(name: str, request: Request, ancestors: str, **fields: Any) -> Response:
    filled = {key: escape(str(value)) for key, value in fields.items()}
    page = Template((FILES / name).read_text("utf-8")).substitute(filled, lang=asked(request))
    headers = {
        "Content-Security-Policy": _POLICY + ancestors,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(page, headers=headers)
