"""Whether the session that a page was drawn for still lasts: callbacks and fragments run without the shell's check."""

from collections.abc import Callable

import streamlit as st

from console import accounts
from console.desk import current
from console.pages.plain import label
from ingest.errors import KizunaError

_KEY = "session"


def keep(token: str) -> None:
    """Remember whose session this page is drawn for."""
    st.session_state[_KEY] = token


def token() -> str:
    """The session that this page is drawn for; empty where there is none."""
    return str(st.session_state.get(_KEY) or "")


def over() -> bool:
    """Whether that session has ended since, here or in another window. Then nothing may be done or shown any more."""
    token = st.session_state.get(_KEY)
    return token is not None and accounts.of_session(current().db, token) is None


def made(change: Callable[[], object]) -> bool:
    """Make a change unless the session has ended; returns whether it is made. Why not is told in a corner."""
    if over():
        return False
    try:
        change()
    except KizunaError as error:
        st.toast(label(str(error)), icon=":material/error:", duration="long")
        return False
    return True
