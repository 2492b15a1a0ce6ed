"""Whether the session that a page was drawn for still lasts: callbacks and fragments run without the shell's check."""

import streamlit as st

from console import accounts
from console.desk import current

_KEY = "session"


def keep(token: str) -> None:
    """Remember whose session this page is drawn for."""
    st.session_state[_KEY] = token


def over() -> bool:
    """Whether that session has ended since, here or in another window. Then nothing may be done or shown any more."""
    token = st.session_state.get(_KEY)
    return token is not None and accounts.of_session(current().db, token) is None
