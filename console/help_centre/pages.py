"""The help centre's pages and feeds: templates filled in, with the headers that keep browsers and caches right."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from starlette.requests import Request
from starlette.responses import Response

from console import desk, phrases
from console.help_centre import prose
from console.pages.language import say

if TYPE_CHECKING:
    from jinja2 import Environment

    from console.help_centre.shelf import Question

FILES = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?")
_SAFE = {
    # No script runs here, whatever an entry holds. The block of schema.org data is no script.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
FRESH = "public, no-cache"  # kept, but asked for again each time: what was withdrawn is gone at once
SOON = "public, max-age=300"


@dataclass(frozen=True)
class Switch:
    """The same page in the other language."""

    lang: str
    href: str


def page(request: Request, template: str, lang: str, status: int = 200, *, switch: str = "", **fields: Any) -> Response:
    """A page of the help centre.

    `switch` is the path of the same page in the other language, where there is one; `here` its own, where a part of the
    query belongs to it.
    """
    other = "en" if lang == "ja" else "ja"
    found = _environment().get_template(template)
    settings = desk.current().settings
    text = found.render(
        lang=lang,
        say=lambda words, **values: say(words, lang, **values),
        company=settings.company,
        chat=chat(lang),
        style=_style(),
        base=base(request),
        other=Switch(other, switch or f"/help/{other}"),
        alternate=bool(switch) and status == 200,
        blocks=prose.blocks,
        excerpt=prose.excerpt,
        date=lambda when: phrases.date(when, lang),
        **{"query": "", "noindex": status != 200, "here": request.url.path} | fields,
    )
    if status != 200:
        return Response(text, status, _SAFE | {"Cache-Control": "no-store"}, "text/html")
    return fresh(request, text, "text/html", FRESH)


def fresh(request: Request, text: str, media: str, keep: str) -> Response:
    """A body with its ETag; 304 without a body where the browser has it already."""
    body = text.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = _SAFE | {"ETag": tag, "Cache-Control": keep}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media)


def feed(request: Request, lang: str, newest: Sequence[tuple[Question, datetime]]) -> Response:
    """An Atom feed of what was last published or changed in a language, newest first."""
    found = _environment().get_template("feed.xml")
    text = found.render(
        lang=lang,
        say=lambda words, **values: say(words, lang, **values),
        company=desk.current().settings.company,
        base=base(request),
        id=_name(f"feed {lang}"),
        updated=_time(newest[0][1] if newest else datetime.fromtimestamp(0, UTC)),
        newest=newest,
        name=lambda one: _name(f"{one.id} {one.lang}"),
        time=_time,
        answer=answer,
    )
    return fresh(request, text, "application/atom+xml", SOON)


def data(request: Request, questions: Sequence[Question]) -> Response:
    """All questions as JSON."""
    entries = [
        {
            "id": one.id,
            "lang": one.lang,
            "question": one.question,
            "answer": one.answer,
            "product": one.product,
            "plan": one.plan,
            "region": one.region,
            "reviewed": one.reviewed.isoformat(),
            "url": base(request) + one.path,
        }
        for one in questions
    ]
    text = json.dumps({"company": desk.current().settings.company, "entries": entries}, ensure_ascii=False, indent=1)
    return fresh(request, text, "application/json", SOON)


def marked_up(request: Request, one: Question) -> str:
    """A question as schema.org's FAQPage, safe inside a script element.

    The answer is HTML there, as those who read such blocks expect, made of escaped words like the page's own.
    """
    asked = {
        "@type": "Question",
        "name": one.title,
        "acceptedAnswer": {"@type": "Answer", "text": answer(one.answer)},
    }
    block = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": one.lang,
        "url": base(request) + one.path,
        "dateModified": one.reviewed.date().isoformat(),
        "mainEntity": [asked],
    }
    text = json.dumps(block, ensure_ascii=False)
    return re.sub(r"[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def answer(text: str) -> str:
    """An answer as HTML: paragraphs, lists and links around escaped words."""
    return _environment().get_template("answer.html").render(blocks=prose.blocks(text)).strip()


def chat(lang: str) -> str:
    """Where the chat is a page of its own; empty where this desk shows it to nobody."""
    settings = desk.current().settings
    return f"/widget/frame?lang={lang}" if settings.demo or settings.widget_origins else ""


def base(request: Request) -> str:
    """Scheme and host of this server as the visitor reached it; empty where the host is nothing to repeat."""
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ""


def _name(of: str) -> str:
    """A name in a feed that stays the same wherever the desk is reached."""
    return uuid5(NAMESPACE_URL, f"https://kizuna.invalid/help/{of}").urn


def _time(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@cache
def _style() -> str:
    """The stylesheet's address, another one whenever its content is."""
    return f"/help/help.css?v={hashlib.sha256((FILES / 'help.css').read_bytes()).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
