"""Who may take back what came in, and what was told when it could not be done."""

import streamlit as st

from console.accounts import Account
from console.pages import session
from console.pages.intake_words import complaint
from console.pages.language import say
from console.pages.plain import label
from ingest.errors import KizunaError

_KEY = "intake_told"


def supervises(me: Account) -> bool:
    """Whether this person, still signed in, may withdraw, undo and sync."""
    return me.supervises and not session.over()


def tell(error: KizunaError) -> None:
    """Keep what went wrong in a callback, for the page that is drawn after it."""
    st.session_state[_KEY] = str(error)


def show(lang: str) -> None:
    """Draw it, once."""
    if told := st.session_state.pop(_KEY, ""):
        st.error(label(complaint(told, lang), 600), icon=":material/error:")


def only_supervisors(text: str, lang: str) -> None:
    """Say to others why there are no buttons."""
    st.caption(f":material/lock: {say(text, lang)}")
