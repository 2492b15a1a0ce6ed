"""What do customers ask about? Bursts first, then topics by volume, and known events with their answers and notices."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from console.accounts import Account
from console.desk import Desk
from console.pages import (
    topics_alerts,
    topics_done,
    topics_event,
    topics_events,
    topics_form,
    topics_list,
    topics_open,
    topics_topic,
)
from console.pages.language import say
from ingest.store import alerts, events

LISTS = {"topics": "Topics", "events": "Known events"}
_HERE = Path(__file__).parent
_STYLES = (_HERE / "quality.css", _HERE / "topics.css")


def show(desk: Desk, me: Account) -> None:
    """Draw the bursts above, the list on the left and what is open on the right."""
    st.html(f"<style>{''.join(path.read_text('utf-8') for path in _STYLES)}</style>")
    topics_open.begin()
    shown = _head(desk, me)
    topics_done.show(desk, me)
    if shown == "topics":
        topics_alerts.show(desk, me)
        _topics(desk, me)
    else:
        _events(desk, me)


def _topics(desk: Desk, me: Account) -> None:
    lines = topics_list.read(desk)
    opened = topics_open.now("topics", [line.topic.id for line in lines])
    if not lines and opened.kind != "form":
        topics_list.nothing(me)
        return
    with _left(1, 1) as right:
        topics_list.show(lines, opened.id, me.lang)
    with right:
        if opened.kind == "form":
            topics_form.show(desk, me, opened)
        else:
            topics_topic.show(desk, me, next(line for line in lines if line.topic.id == opened.id), lines)


def _events(desk: Desk, me: Account) -> None:
    with desk.db.read() as db:
        known = events.page(db)
    opened = topics_open.now("events", [event.id for event in known])
    if not known and opened.kind != "form":
        topics_events.nothing(me)
        return
    with _left(5, 7) as right:
        topics_events.show(known, opened.id, me.lang)
    with right:
        if opened.kind == "form":
            topics_form.show(desk, me, opened)
        else:
            topics_event.show(desk, me, next(event for event in known if event.id == opened.id))


@contextmanager
def _left(width: int, other: int) -> Iterator[DeltaGenerator]:
    """Draw the list on the left; gives the place on the right of it for what is open."""
    left, right = st.columns([width, other], gap="medium")
    opened = right.container(key="topics_opened")
    with left, st.container(key="topics_list"):
        yield opened


def _head(desk: Desk, me: Account) -> str:
    with desk.db.read() as db:
        bursts, known = len(alerts.page(db)), len(events.page(db, open_only=True))
    counts = {"topics": bursts, "events": known}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        chosen = st.segmented_control(
            say("List", me.lang), list(LISTS), required=True, key=topics_open.LIST, label_visibility="collapsed",
            format_func=lambda name: f"{say(LISTS[name], me.lang)}{_count(name, counts[name])}",
            persist_state="session", on_change=topics_open.close,
        )  # fmt: skip
        if me.supervises:
            st.button(
                say("Add an event", me.lang), icon=":material/campaign:", key="topics_add", on_click=topics_open.form,
                help=say("A price change, an outage, a release: answers are prepared before customers ask.", me.lang),
            )  # fmt: skip
    return chosen or "topics"


def _count(name: str, count: int) -> str:
    if not count:
        return ""
    return f" :orange-badge[:material/notification_important: {count}]" if name == "topics" else f" {count:,}"
