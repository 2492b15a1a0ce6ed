"""Which list of the watch page is shown, and which watch is open beside it."""

from collections.abc import Sequence

import streamlit as st

LIST = "watch_list_shown"  # the key of what chooses the list
_KEY, _NEXT = "watch_open", "watch_list_next"


def begin(closed: Sequence[str]) -> None:
    """What the page's address names, `?watch=`, is opened once, in the list where it is: among the `closed` or not."""
    asked = st.query_params.get("watch", "")
    if asked and st.session_state.get("watch_came_for") != asked:
        st.session_state["watch_came_for"] = asked
        choose(asked, "done" if asked in closed else "open")
    st.session_state.setdefault(LIST, "open")
    if _NEXT in st.session_state:  # a list that is drawn already could not be changed any more
        st.session_state[LIST] = st.session_state.pop(_NEXT)


def choose(id: str, shown: str = "open") -> None:
    """Open a watch."""
    st.session_state[_KEY], st.session_state[_NEXT] = id, shown


def now(ids: Sequence[str]) -> str:
    """What is open beside a list of these: the first until someone chose."""
    held: str = st.session_state.get(_KEY, "")
    return held if held in ids else (ids[0] if ids else "")
