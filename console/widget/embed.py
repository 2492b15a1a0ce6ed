"""What a page gets to show the chat of its site: the loader's facts, the frame, its colours and its logo."""

import base64
import hashlib
import json as plain
import re
from datetime import datetime
from html import escape
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from console import desk
from console.widget import colours, languages, logo, origins, sites
from console.widget.colours import Theme
from console.widget.door import Door, RefusedError
from console.widget.guard import FILES, json
from ingest.store.sites import Site

LOADER, MAIN = "loader.js", "main.js"
OPEN_FILES = (
    LOADER, "frame.css", "dark.css", "shop.css", "hub.svg", "camera.svg", "lock.svg", "plug.svg",
    "trial.css", "preview.js",
)  # fmt: skip
_FOREVER, _A_WHILE = "public, max-age=31536000, immutable", "public, max-age=300"
_MODULE = re.compile(r"[a-z]+\.js")
_STYLE = Template(
    ":root { --accent: $accent; --on-accent: $on; --accent-ink: $ink; --tint: $tint; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --accent: $dark_accent; --on-accent: $dark_on; --accent-ink: $dark_ink; --tint: $dark_tint; }\n}\n"
)


def integrity() -> str:
    """The loader's hash, for the script tag (Subresource Integrity): it changes only with the loader itself."""
    digest = hashlib.sha384((FILES / LOADER).read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def version() -> str:
    """A short name of these bytes of the loader."""
    return hashlib.sha256((FILES / LOADER).read_bytes()).hexdigest()[:10]


def modules() -> tuple[str, ...]:
    """The names of the modules that the frame is made of."""
    return tuple(sorted(path.name for path in (FILES / "frame").glob("*.js")))


def modules_version() -> str:
    """A short name of the bytes of all modules, part of their address: none ever meets one of another time."""
    told = b"".join(name.encode() + (FILES / "frame" / name).read_bytes() for name in modules())
    return hashlib.sha256(told).hexdigest()[:10]


def snippet(address: str, key: str, *, pinned: bool = False) -> str:
    """The tag that embeds the chat of a site; `pinned` to the loader as it is now, by its hash."""
    src = f"{address}/widget/{LOADER}"
    more = f'\n        integrity="{integrity()}" crossorigin="anonymous"' if pinned else ""
    src += f"?v={version()}" if pinned else ""
    return f'<script src="{escape(src)}" data-site="{escape(key)}"{more} async></script>'


def look(site: Site, lang: str) -> dict[str, Any]:
    """How the site's chat looks, for the loader and the frame; texts are empty where they are the widget's own."""
    light, dark = themes(site)
    place = {"side": site.side, "offset": site.offset, "full": site.full, "logo": _logo(site)}
    return sites.words(site, lang) | place | {"light": _told(light), "dark": _told(dark)}


def themes(site: Site) -> tuple[Theme, Theme]:
    """The site's colours in light and in dark; where only the light accent is chosen, it serves both."""
    dark = site.accent_dark or site.accent or colours.DARK
    return colours.theme(site.accent or colours.LIGHT, dark=False), colours.theme(dark, dark=True)


def _told(theme: Theme) -> list[str]:
    return [theme.accent, theme.on, theme.ink, theme.tint]


def _logo(site: Site) -> str:
    """Where the frame finds the logo: another address for each change, so that it may be kept."""
    return f"logo?site={site.key}&v={_stamp(site.changed)}" if site.logo else ""


def _stamp(at: datetime | None) -> str:
    return f"{at:%Y%m%d%H%M%S%f}" if at else ""


async def file(door: Door, request: Request) -> Response:
    """A static file of the widget; only those meant to be fetched on their own."""
    name = request.path_params["name"]
    if name not in OPEN_FILES:
        raise RefusedError(404, "gone", "There is no such file.")
    pinned = name == LOADER and request.query_params.get("v") == version()
    response = await _static(name, request, pinned)
    if name == LOADER:  # integrity is only checked on what the page may read
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


async def module(door: Door, request: Request) -> Response:
    """A module of the frame, kept for ever under the address that names its bytes."""
    name, told = request.path_params["name"], request.path_params["version"]
    if not _MODULE.fullmatch(name) or name not in modules():
        raise RefusedError(404, "gone", "There is no such file.")
    return await _static(f"frame/{name}", request, told == modules_version())


async def _static(path: str, request: Request, pinned: bool) -> Response:
    response = await StaticFiles(directory=FILES).get_response(path, request.scope)
    response.headers["Cache-Control"] = _FOREVER if pinned else _A_WHILE
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


async def hello(door: Door, request: Request) -> Response:
    """Tells the loader whether its page may show the chat, and how it looks. Readable by every page."""
    origin, key = request.headers.get("origin"), request.query_params.get("site", "")
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}
    try:
        site = await door.site(key)
    except RefusedError as error:
        return json({"error": str(error), "code": error.code}, error.status, headers)
    if origin and not door.embeds(request, origin, site):
        return json({"error": origins.refusal(origin, site=key), "code": "origin"}, 403, headers)
    lang = languages.asked(request)
    told = look(site, lang) if site.id else {}
    words = languages.words(lang)
    said = {"words": {name: words[name] for name in ("launch", "close", "frame", "unread")}}
    return json({"company": desk.current().settings.company, "lang": lang} | said | told, headers=headers)


async def frame(door: Door, request: Request) -> Response:
    """The chat itself, for an iframe of an allowed page or on its own."""
    origin, key = request.query_params.get("origin"), request.query_params.get("site", "")
    try:
        site = await door.site(key)
    except RefusedError as error:
        return _never(str(error))
    if origin is not None and not door.embeds(request, origin, site):
        return _never(origins.refusal(origin, site=key))
    headers = {
        "Content-Security-Policy": origins.policy(site.origins),
        "Cache-Control": "no-cache",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    theme = f'<link rel="stylesheet" href="theme.css?site={escape(key)}">' if site.accent or site.accent_dark else ""
    lang = languages.asked(request)
    page = (FILES / "frame.html").read_text("utf-8").replace('lang="en"', f'lang="{lang}"', 1)
    page = page.replace("<!-- theme -->", theme, 1).replace("<!-- script -->", _script(lang), 1)
    return HTMLResponse(page, headers=headers)


def _script(lang: str) -> str:
    """The frame's words as data, which no policy refuses, and its modules, all fetched at once."""
    words = plain.dumps(languages.words(lang), ensure_ascii=False).replace("<", "\\u003c")
    place = f"frame/{modules_version()}"
    others = "".join(f'<link rel="modulepreload" href="{place}/{name}">\n' for name in modules() if name != MAIN)
    return (
        f'<script type="application/json" id="words">{words}</script>\n{others}'
        f'<script type="module" src="{place}/{MAIN}"></script>'
    )


def _never(sentence: str) -> Response:
    """What stands in the frame of a page that may not have one."""
    headers = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}
    return PlainTextResponse(sentence, 403, headers=headers)


async def theme(door: Door, request: Request) -> Response:
    """The site's colours as a style sheet, so that the frame never shows others first."""
    site = await door.site(request.query_params.get("site", ""))
    light, dark = themes(site)
    fields = vars(light) | {f"dark_{name}": value for name, value in vars(dark).items()}
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(_STYLE.substitute(fields), media_type="text/css", headers=headers)


async def picture(door: Door, request: Request) -> Response:
    """The site's logo: a PNG that we have drawn ourselves, and nothing else whatever it is asked for as."""
    site = await door.site(request.query_params.get("site", ""))
    if site.logo is None:
        raise RefusedError(404, "gone", "This site has no logo.")
    headers = {
        "Cache-Control": _A_WHILE,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(site.logo, media_type=logo.KIND, headers=headers)
