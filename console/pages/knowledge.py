"""What do we know? One search over articles, FAQ entries, tickets and calls, each opened beside the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import case_shown, places, row_list, ticket_source, times
from console.pages.knowledge_words import marks, snippet
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_source import Quoted
from ingest.records import Passage
from ingest.store import passages
from ingest.store.passages import Filters

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

SHOWN = 15  # results shown at once, and how many more a click brings
MOST = 60  # results of one search
NEWEST = 10
KINDS = {"article": "Articles", "faq": "FAQ entries", "ticket": "Tickets", "call": "Calls"}
_ONE = {"article": "Article", "faq": "FAQ entry", "ticket": "Ticket", "call": "Call"}
_ICONS = {"article": "menu_book", "faq": "quiz", "ticket": "mail", "call": "call"}
_TALKS = ("ticket", "call")
_LANGUAGES = {"en": "English", "ja": "Japanese"}
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Shelf:
    """What there is to choose from: sources and passages by kind, languages and products."""

    sources: dict[str, int]
    passages: int
    langs: list[str]
    products: list[str]


def show(desk: Desk, me: Account) -> None:
    """Draw the search and, below it, what it finds or what there is."""
    st.html(f"<style>{(_HERE / 'knowledge_page.css').read_text('utf-8')}</style>")
    shelf = _shelf(desk)
    st.markdown(f"#### {say('What do we know?', me.lang)}")
    if not shelf.passages:
        _nothing_yet(me.lang)
        return
    query, filters = _asked(shelf, me.lang)
    listed, beside = st.columns([11, 9], gap="medium")
    with listed, st.container(key="knowledge_list"):
        shown = _results(desk, query, filters, me.lang) if query else _newest(desk, shelf, filters, me.lang)
    with beside, st.container(key="knowledge_source"):
        _source(desk, shown, me.lang)


def _shelf(desk: Desk) -> Shelf:
    with desk.db.read() as db:
        count = sum(passages.count(db).values())
        return Shelf(passages.sources(db), count, passages.languages(db), passages.products(db))


def _nothing_yet(lang: str) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"##### {say('Nothing is known yet', lang)}")
        st.caption(say("Bring in help articles and solved tickets; seconds later they are found here.", lang))
        if st.button(say("Bring files in", lang), icon=":material/upload_file:", type="primary", key="to_intake"):
            places.go("intake")


def _asked(shelf: Shelf, lang: str) -> tuple[str, Filters]:
    """The query and the filters, which stand in the address too."""
    with st.container(horizontal=True, vertical_alignment="center", key="knowledge_search"):
        query = st.text_input(
            say("Search everything", lang), key="q", icon=":material/search:", label_visibility="collapsed",
            placeholder=say("Ask in your own words, in either language", lang), bind="query-params",
            on_change=_close, width="stretch",
        )  # fmt: skip
        kinds = st.pills(
            say("Kind", lang), [kind for kind in KINDS if shelf.sources.get(kind)], selection_mode="multi", key="kind",
            format_func=lambda kind: say(KINDS[kind], lang), label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        more = _more(shelf, lang)
        if kinds or more != Filters():
            st.button(
                say("Clear filters", lang), type="tertiary", icon=":material/filter_alt_off:", key="clear",
                on_click=_clear,
            )  # fmt: skip
    return (query or "").strip(), Filters(tuple(kinds or ()), more.langs, more.products, more.since, more.until)


def _more(shelf: Shelf, lang: str) -> Filters:
    active = sum(bool(st.session_state.get(name)) for name in ("lang", "product", "dates"))
    title = say("Filters", lang) + (f" · {active}" if active else "")
    with st.popover(title, icon=":material/filter_list:", key="knowledge_filters"):
        langs = st.pills(
            say("Language", lang), [one for one in shelf.langs if one], selection_mode="multi", key="lang",
            format_func=lambda one: _language(one, lang), bind="query-params",
        )  # fmt: skip
        chosen = st.multiselect(
            say("Product", lang), shelf.products, key="product", bind="query-params",
            placeholder=say("Any product", lang),
        )  # fmt: skip
        none: list[date | datetime | str | None] = []  # a range that is still open
        days = st.date_input(
            say("Written between", lang), value=none, key="dates", format="YYYY-MM-DD", bind="query-params"
        )
    since, until = period(days, st.context.timezone)
    return Filters((), tuple(langs or ()), tuple(chosen), since, until)


def period(days: Sequence[date | None], zone: str | None) -> tuple[datetime | None, datetime | None]:
    """From the start of the first day to the end of the last one, where the reader is; None where it is open."""
    chosen = [day for day in days if day]
    if not chosen:
        return None, None
    there: tzinfo
    try:
        there = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        there = ZoneInfo("UTC")
    since = datetime.combine(chosen[0], time.min, there)
    until = datetime.combine(chosen[-1] + timedelta(days=1), time.min, there) if len(chosen) > 1 else None
    return since, until


def _clear() -> None:
    for name, empty in (("kind", []), ("lang", []), ("product", []), ("dates", ())):
        st.session_state[name] = empty


def _close() -> None:
    """A new question closes the source of the last one and begins with the best results."""
    st.query_params.pop("open", None)
    st.session_state.pop("knowledge_shown", None)


def _results(desk: Desk, query: str, filters: Filters, lang: str) -> list[Passage]:
    found = _find(desk, query, filters)
    if not found:
        _none_found(filters, lang)
        return []
    size = st.session_state.get("knowledge_shown", SHOWN)
    shown = found[:size]
    if not any(marks(f"{one.title} {one.text}", query) for one in found):
        st.caption(say("No source has these words. These are the nearest in meaning.", lang))
    _list(desk, shown, query, lang)
    if len(found) > size and st.button(say("Show more results", lang), type="tertiary", key="more"):
        st.session_state["knowledge_shown"] = size + SHOWN
        st.rerun()
    return shown


def _find(desk: Desk, query: str, filters: Filters) -> list[Passage]:
    """Search only when the question, the filters or the shelves changed since the last look."""
    with desk.db.read() as db:
        asked = (query, filters, tuple(sorted(passages.count(db).items())))
    kept = st.session_state.get("knowledge_found")
    if kept is None or kept[0] != asked:
        kept = (asked, [hit.passage for hit in desk.search.find(query, filters, limit=MOST)])
        st.session_state["knowledge_found"] = kept
    found: list[Passage] = kept[1]
    return found


def _none_found(filters: Filters, lang: str) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"##### {say('No source fits', lang)}")
        if filters != Filters():
            st.caption(say("The filters leave nothing. Take one off, or widen the dates.", lang))
            st.button(say("Clear filters", lang), key="clear_empty", on_click=_clear)
            return
        st.caption(say("Say it in other words, or in a whole sentence. What was just brought in takes a moment.", lang))
        if st.button(say("Bring files in", lang), icon=":material/upload_file:", key="to_intake"):
            places.go("intake")


def _newest(desk: Desk, shelf: Shelf, filters: Filters, lang: str) -> list[Passage]:
    """Without a question: how much there is, and the newest of what the filters leave."""
    counts = {say(name, lang): shelf.sources.get(kind, 0) for kind, name in KINDS.items()}
    counts[say("Passages", lang)] = shelf.passages
    cells = "".join(f"<div><dd>{count:,}</dd><dt>{html(name)}</dt></div>" for name, count in counts.items())
    st.html(f"<dl class='kz-counts'>{cells}</dl>")
    chosen = filters if filters != Filters() else Filters(kinds=("article",))
    with desk.db.read() as db:
        found = passages.newest(db, chosen, NEWEST) or passages.newest(db, filters, NEWEST)
    if not found:
        _none_found(filters, lang)
        return []
    articles = chosen.kinds == ("article",) and found[0].kind == "article"
    st.html(f"<h3 class='kz-heading'>{html(say('Newest articles' if articles else 'Newest', lang))}</h3>")
    _list(desk, found, "", lang)
    return found


def _list(desk: Desk, found: Sequence[Passage], query: str, lang: str) -> None:
    ended = case_shown.outcomes(desk, [one.source for one in found if one.kind in _TALKS], lang)
    rows = [_row(one, query, ended.get(one.source, "") if one.kind in _TALKS else "", lang) for one in found]
    data = {"rows": rows, "label": say("Sources", lang)}
    row_list.of("knowledge", "rows")(data=data, key="knowledge_rows", on_opened_change=_open)


def _open() -> None:
    told = st.session_state.get("knowledge_rows") or {}
    if told.get("opened"):
        st.query_params["open"] = str(told["opened"])


def _row(one: Passage, query: str, ended: str, lang: str) -> dict[str, Any]:
    """One result as the list draws it: plain strings only."""
    name = f"{one.kind}:{one.source}"
    address = {"q": query, "open": name} if query else {"open": name}
    kind = " · ".join(filter(None, (say(_ONE.get(one.kind, one.kind), lang), ended, one.section)))
    return {
        "id": name, "href": places.link("knowledge", **address), "open": st.query_params.get("open") == name,
        "icon": _ICONS.get(one.kind, "description"), "kind": kind,
        "name": one.title or one.source, "title": snippet(one.title or one.source, query),
        "lang": _language(one.lang, lang), "product": one.product,
        "when": times.span(one.created, lang), "exact": times.exact(one.created, st.context.timezone),
        "words": snippet(one.text.removeprefix(one.title), query),
    }  # fmt: skip


def _language(code: str, lang: str) -> str:
    return say(_LANGUAGES[code], lang) if code in _LANGUAGES else code.upper()


def _source(desk: Desk, shown: Sequence[Passage], lang: str) -> None:
    """The whole source that the address names, at the passage that was found in it."""
    kind, _, id = st.query_params.get("open", "").partition(":")
    if not id:
        if shown:
            st.html(f"<p class='kz-hint'>{html(say('Choose a result to read the whole source here.', lang))}</p>")
        return
    quoted = _quoted(desk, shown, kind, id)
    place = ticket_source.find(desk, quoted)
    with st.container(horizontal=True, vertical_alignment="top", wrap=False):
        st.markdown(f"**{label(quoted.title or id, 90)}**", width="stretch")
        st.button(
            "", icon=":material/close:", type="tertiary", key="close_source", help=say("Close the source", lang),
            on_click=_close_source,
        )  # fmt: skip
    if place is None:
        st.warning(say("This source is no longer here. Search again.", lang))
        return
    if kind in _TALKS:
        case_shown.show(desk, id, lang)
    _viewer()(data={"before": place.before, "quote": place.found, "after": place.after}, key="knowledge_text")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{say(_ONE.get(kind, kind), lang)} · {label(id)}")
        if kind in _TALKS and st.button(
            say("Open the ticket", lang), type="tertiary", icon=":material/open_in_new:", key="open_ticket"
        ):
            places.go("ticket", ticket=id)


def _close_source() -> None:
    st.query_params.pop("open", None)


def _quoted(desk: Desk, shown: Sequence[Passage], kind: str, id: str) -> Quoted:
    found = next((one for one in shown if (one.kind, one.source) == (kind, id)), None)
    if found:
        return Quoted(kind, id, found.title, found.start, found.end, found.text)
    with desk.db.read() as db:
        first = next(iter(passages.of_source(db, kind, id)), None)
    return Quoted(kind, id, first.title if first else "", 0, 0, "")


@cache
def _viewer() -> "ComponentRenderer":
    style, script = (_HERE / "ticket_source.css").read_text("utf-8"), (_HERE / "ticket_source.js").read_text("utf-8")
    taller = ".source { max-height: max(18rem, calc(100vh - 19.5rem)); }"
    box = '<div class="source" tabindex="0"></div>'
    return st.components.v2.component("kizuna_knowledge_source", html=box, css=style + taller, js=script)
