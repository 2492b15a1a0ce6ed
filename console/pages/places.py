"""Where the console's pages are, so that one can lead to another."""

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

_KEY = "places"


def keep(pages: "dict[str, Page]") -> None:
    """Remember the pages of this session by name."""
    st.session_state[_KEY] = pages


def go(name: str, **query: str) -> None:
    """Leave for another page, e.g. `go("ticket", ticket="T-1")`; never returns in a served console."""
    pages = st.session_state.get(_KEY, {})
    if name in pages:
        st.switch_page(pages[name], query_params=query)
    st.query_params.from_dict(query)  # a page drawn by itself, as tests do, has nowhere to go


def link(name: str, **query: str) -> str:
    """The address of a page, for links that may be opened in a new tab."""
    from urllib.parse import urlencode

    return f"/{'' if name == 'inbox' else name}" + (f"?{urlencode(query)}" if query else "")
