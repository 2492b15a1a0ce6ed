"""A source opened at the words that a draft quotes, so that a glance tells whether to believe it."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from console.desk import Desk
from console.evidence import plain
from console.pages import places, times
from console.pages.language import say
from console.pages.plain import label
from ingest import passages
from ingest.store import articles, events, tickets

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent
_KINDS = {
    "article": "Article",
    "faq": "FAQ entry",
    "ticket": "Solved ticket",
    "call": "Solved call",
    "event": "Known event",
}

_PAGE = re.compile(r"^<!-- page \d{1,6} -->\n*", re.M)  # where a page of a PDF begins


@dataclass(frozen=True)
class Quoted:
    """Where to look: `[start:end)` of a source's canonical text, and what stood there when it was quoted."""

    kind: str
    source: str
    title: str
    start: int
    end: int
    quote: str
    n: int = 0


@dataclass(frozen=True)
class Place:
    """A source's text around the quoted words. `found` is empty where they stand there no more."""

    before: str
    found: str
    after: str


def pick(id: str, quoted: Quoted | None) -> None:
    """Open this source beside ticket `id`; None closes it."""
    st.session_state[f"source:{id}"] = quoted


def picked(id: str, first: Quoted | None) -> Quoted | None:
    """The source that is open beside ticket `id`: `first` until someone chose."""
    chosen: Quoted | None = st.session_state.get(f"source:{id}", first)
    return chosen


def find(desk: Desk, quoted: Quoted) -> Place | None:
    """The source as it stands now, split at the quoted words; None when the source is gone."""
    with desk.db.read() as db:
        if quoted.kind == "event":
            event = events.get(db, quoted.source)
            return split(event.text, quoted) if event else None
        in_articles = quoted.kind in ("article", "faq")
        record = articles.get(db, quoted.source) if in_articles else tickets.get(db, quoted.source)
    return split(passages.text_of(record), quoted) if record else None


def split(text: str, quoted: Quoted) -> Place:
    """`text` at the quoted span; where that changed, at the same words elsewhere; else all of it as `before`."""
    start, end = quoted.start, quoted.end
    if not 0 <= start < end <= len(text) or plain(text[start:end]) != plain(quoted.quote):
        start = text.find(quoted.quote) if quoted.quote else -1
        end = start + len(quoted.quote)
    parts = (text[:start], text[start:end], text[end:]) if start >= 0 else (text, "", "")
    return Place(*(_PAGE.sub("", part) for part in parts))


def show(desk: Desk, quoted: Quoted, ticket: str, lang: str) -> None:
    """Draw the source, scrolled to the quoted words."""
    place = find(desk, quoted)
    with st.container(horizontal=True, vertical_alignment="top", wrap=False, key="source_head"):
        number = f":primary-badge[{quoted.n}] " if quoted.n else ""
        st.markdown(f"{number}**{label(quoted.title or quoted.source, 90)}**", width="stretch")
        st.button(
            "", icon=":material/close:", type="tertiary", key="close_source", help=say("Close the source", lang),
            on_click=pick, args=(ticket, None),
        )  # fmt: skip
    if place is None:
        st.warning(say("This source has been removed since. Check the statement before you send it.", lang))
        return
    if not place.found and quoted.quote:
        gone = say("The source has changed since, and these words are gone: “{quote}”", lang, quote=label(quoted.quote))
        st.warning(gone)
    _viewer()(data={"before": place.before, "quote": place.found, "after": place.after}, key="source_text")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{say(_KINDS.get(quoted.kind, quoted.kind), lang)} · {label(quoted.source)}")
        if quoted.kind in ("ticket", "call") and st.button(
            say("Open the ticket", lang), type="tertiary", icon=":material/open_in_new:", key="open_source"
        ):
            places.go("ticket", ticket=quoted.source)


def of_citation(told: dict[str, Any]) -> Quoted:
    """A stored draft's citation as a place to look."""
    return Quoted(told["kind"], told["source"], told["title"], told["start"], told["end"], told["quote"], told["n"])


def solved(at: Any, lang: str) -> str:
    """When a case was solved, for a caption."""
    return say("solved {span} ago", lang, span=times.span(at, lang)) if at else ""


@cache
def _viewer() -> "ComponentRenderer":
    style, script = (_HERE / "ticket_source.css").read_text("utf-8"), (_HERE / "ticket_source.js").read_text("utf-8")
    box = '<div class="source" tabindex="0"></div>'
    return st.components.v2.component("kizuna_source", html=box, css=style, js=script)
