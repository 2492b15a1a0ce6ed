"""The inbox: which customer to help next, and why. One line a ticket, what hurts most first."""

from dataclasses import dataclass, replace
from typing import Any, get_args

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import places, risk_shown, row_list, session, signs, sparkline, times
from console.pages.language import say
from console.pages.signs import CHANNEL_ICONS, CHANNELS, MOOD_ICONS, MOODS, PRIORITIES, STATUSES
from ingest.records import Status
from ingest.store import drafts, moods, tickets
from ingest.store.tickets import Line, Query

SIZE = 25  # lines on a page
EVERY = 10.0  # seconds between looks for what is new
_FILTERS = ("status", "search", "channel", "priority", "lang", "mood", "mine")


@dataclass(frozen=True)
class Found:
    """One page of the inbox, with what its lines need beside themselves."""

    lines: list[Line]
    total: int
    ready: set[str]
    said: dict[str, Any]
    levels: dict[str, list[float]]


def show(desk: Desk, me: Account) -> None:
    """Draw the filters and, below them, the lines, which keep themselves fresh."""
    query = _filters(desk, me)
    _lines(desk, me, query)


def _filters(desk: Desk, me: Account) -> Query:
    with desk.db.read() as db:
        counts = tickets.by_status(db)
    lang = me.lang
    with st.container(horizontal=True, vertical_alignment="center", key="inbox_filters"):
        status = st.segmented_control(
            say("Status", lang), get_args(Status), default="open", required=True, key="status", wrap=True,
            format_func=lambda name: f"{say(STATUSES[name], lang)} {counts.get(name, 0):,}",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        text = st.text_input(
            say("Search", lang), key="search", icon=":material/search:", label_visibility="collapsed", width=260,
            placeholder=say("Search words, names, numbers", lang), persist_state="session",
        )  # fmt: skip
        mine = st.toggle(say("Mine", lang), key="mine", persist_state="session")
        chosen = _more_filters(lang)
        if text or mine or any(chosen.values()):
            st.button(say("Clear filters", lang), type="tertiary", icon=":material/filter_alt_off:", on_click=_clear)
    query = Query((status or "open",), text or "", assignee=me.name if mine else "")
    return replace(query, **chosen)  # type: ignore[arg-type]


def _more_filters(lang: str) -> dict[str, tuple[str, ...]]:
    kept = {name: st.session_state.get(name) or [] for name in ("channel", "priority", "lang", "mood")}
    active = sum(map(bool, kept.values()))
    title = say("Filters", lang) + (f" · {active}" if active else "")
    with st.popover(title, icon=":material/filter_list:", key="filters"):
        return {
            "channels": _pills(say("Channel", lang), CHANNELS, "channel", lang),
            "priorities": _pills(say("Priority", lang), PRIORITIES, "priority", lang),
            "langs": _pills(say("Language", lang), {"en": "English", "ja": "Japanese"}, "lang", lang),
            "moods": _pills(say("Mood", lang), MOODS, "mood", lang),
        }


def _pills(title: str, names: dict[str, str], key: str, lang: str) -> tuple[str, ...]:
    chosen = st.pills(
        title, list(names), selection_mode="multi", key=key, format_func=lambda name: say(names[name], lang),
        persist_state="session",
    )  # fmt: skip
    return tuple(chosen or ())


def _clear() -> None:
    for name in _FILTERS[1:]:
        st.session_state[name] = "" if name == "search" else False if name == "mine" else []


@st.fragment(run_every=EVERY)
def _lines(desk: Desk, me: Account, query: Query) -> None:
    if session.over():
        st.rerun()
    place = st.container()
    total, page = _count(desk, query), 1
    if total > SIZE:
        page = _pages(total, query, me.lang)
    found = _find(desk, query, total, page)
    with place:
        if not found.lines:
            _nothing(desk, query, me.lang)
            return
        rows = [_row(line, found, me.lang) for line in found.lines]
        chosen = row_list.of("inbox", "lines")(
            data={"lines": rows, "label": say("Inbox", me.lang)}, key="inbox_lines", on_opened_change=lambda: None
        ).opened
    if chosen:
        places.go("ticket", ticket=str(chosen))


def _count(desk: Desk, query: Query) -> int:
    with desk.db.read() as db:
        return tickets.count(db, query)


def _pages(total: int, query: Query, lang: str) -> int:
    last = -(-total // SIZE)
    kept = st.session_state.get("inbox_page", 1)
    if st.session_state.get("inbox_query", query) != query or kept > last:
        st.session_state["inbox_page"] = 1
    st.session_state["inbox_query"] = query
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        page = st.pagination(last, key="inbox_page", persist_state="session")
        first = (page - 1) * SIZE + 1
        shown = {"first": first, "last": min(page * SIZE, total), "total": f"{total:,}"}
        st.caption(say("{first}–{last} of {total}", lang, **shown))
    return page


def _find(desk: Desk, query: Query, total: int, page: int) -> Found:
    with desk.db.read() as db:
        lines = tickets.page(db, query, limit=SIZE, offset=(page - 1) * SIZE)
        ids = [line.id for line in lines]
        risky = [line.id for line in lines if line.at_risk >= signs.AT_RISK]
        return Found(lines, total, drafts.ready(db, ids), tickets.last_said(db, ids), moods.levels(db, risky))


def _nothing(desk: Desk, query: Query, lang: str) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        if query != Query(query.statuses):
            st.markdown(f"##### {say('No ticket fits these filters', lang)}")
            st.button(say("Clear filters", lang), key="clear_empty", on_click=_clear)
        elif _count(desk, replace(query, statuses=get_args(Status))):
            st.markdown(f"##### :material/task_alt: {say('Nothing is waiting here', lang)}")
            st.caption(say("New messages appear here by themselves.", lang))
        else:
            st.markdown(f"##### {say('There are no tickets yet', lang)}")
            st.caption(say("Bring your history in, or put the chat widget on your site.", lang))
            if st.button(say("Bring tickets in", lang), icon=":material/upload_file:", type="primary"):
                places.go("intake")


def _row(line: Line, found: Found, lang: str) -> dict[str, Any]:
    """One line as the list draws it: plain strings only."""
    waited, levels = line.waiting_since or line.created, found.levels.get(line.id, [])
    symbol, channel = CHANNEL_ICONS.get(line.channel, "mail"), say(CHANNELS.get(line.channel, line.channel), lang)
    return {
        "id": line.id, "href": places.link("ticket", ticket=line.id), "priority": line.priority,
        "urgency": say(PRIORITIES.get(line.priority, line.priority), lang),
        "mood": line.mood, "mood_name": say(MOODS.get(line.mood, line.mood), lang),
        "mood_icon": MOOD_ICONS.get(line.mood, ""), "mood_why": _why_mood(found.said.get(line.id), lang),
        "risk": say("At risk", lang) if line.at_risk >= signs.AT_RISK else "", "risk_why": _why_risk(line, lang),
        "why": risk_shown.line(line.reasons, lang) if line.at_risk >= signs.AT_RISK else "",
        "trend": sparkline.address(levels) if len(levels) > 1 else "", "trend_told": sparkline.told(levels, lang),
        "name": line.name, "plan": line.plan, "subject": line.subject, "words": line.first_words,
        "channel": channel, "channel_icon": symbol,
        "draft": say("Draft ready", lang) if line.id in found.ready else "",
        "since": times.span(waited, lang), "since_exact": times.exact(waited, st.context.timezone),
    }  # fmt: skip


def _why_mood(said: Any, lang: str) -> str:
    if said is None or not said.mood:
        return ""
    words = " ".join(said.text.split())
    chance, words = f"{round(100 * (said.score or 0))}%", words if len(words) <= 200 else f"{words[:199]}…"
    return say("{chance} sure, from: “{words}”", lang, chance=chance, words=words)


def _why_risk(line: Line, lang: str) -> str:
    chance = say("{chance} likely to leave", lang, chance=f"{round(100 * line.at_risk)}%")
    reasons = (signs.reason(told, lang) for told in line.reasons)
    return "\n".join([chance, *reasons])
