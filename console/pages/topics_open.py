"""What is open on the Topics page: a topic, a known event, or the form for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

LIST = "topics_list_shown"  # the key of what chooses the list
_KEY, _NEXT = "topics_open", "topics_list_next"


@dataclass(frozen=True)
class Opened:
    """What is open. A form is for the event `id`, empty for a new one, which may explain the burst `alert`."""

    kind: Literal["topic", "event", "form"]
    id: str = ""
    alert: str = ""
    notice: bool = False  # the form was asked for to write a notice: the alert stays open


def now(shown: str, ids: Sequence[str]) -> Opened:
    """What is open beside the list that is shown: the first of its lines until someone chose."""
    kind: Literal["topic", "event"] = "topic" if shown == "topics" else "event"
    held: Opened | None = st.session_state.get(_KEY)
    if held and (held.kind == "form" or (held.kind == kind and held.id in ids)):
        return held
    return Opened(kind, ids[0] if ids else "")


def topic(id: str) -> None:
    """Open a topic."""
    st.session_state[_KEY], st.session_state[_NEXT] = Opened("topic", id), "topics"


def event(id: str) -> None:
    """Open a known event."""
    st.session_state[_KEY], st.session_state[_NEXT] = Opened("event", id), "events"


def form(id: str = "", alert: str = "", notice: bool = False) -> None:
    """Open the form for an event."""
    st.session_state[_KEY] = Opened("form", id, alert, notice)


def close() -> None:
    """Let the list decide what is open."""
    st.session_state.pop(_KEY, None)


def begin() -> None:
    """Show the list of what was opened last; what the page's address names, `?topic=` or `?event=`, is opened once."""
    for name, act in (("topic", topic), ("event", event)):
        asked = st.query_params.get(name, "")
        if asked and st.session_state.get("topics_came_for") != (name, asked):
            st.session_state["topics_came_for"] = (name, asked)
            act(asked)
    st.session_state.setdefault(LIST, "topics")
    if _NEXT in st.session_state:  # a list that is drawn already could not be changed any more
        st.session_state[LIST] = st.session_state.pop(_NEXT)
