"""The ticket page's keys: a list of them behind "?", and what a browser needs to obey them."""

from functools import cache
from pathlib import Path

import streamlit as st

from console.pages.language import say
from console.pages.plain import html
from console.pages.ticket_rewriting import HOWS

_HERE = Path(__file__).parent
KEYS = (
    ("Ctrl+Enter", "Send, as the first button says"),
    ("Ctrl+Shift+Enter", "Send, as the second button says"),
    ("Alt+W", "Write again"),
    ("E", "Edit the reply"),
    ("/", "Ask the knowledge"),
    ("Alt+M", "Macros"),
    ("Alt+1, 2, 3", "Insert a suggested macro"),
    ("Alt+Z", "Version before"),
    ("Alt+Shift+Z", "Version after"),
    ("Alt+Enter", "Use the new version"),
    ("Esc", "Keep mine"),
    ("?", "This list"),
)


def show(lang: str) -> None:
    """Draw the button with the list behind it."""
    with st.popover("", icon=":material/keyboard:", type="tertiary", help=say("Keys (?)", lang), key="keys"):
        rows = [*KEYS[:3], *((keys, text) for text, keys in HOWS.values()), *KEYS[3:]]
        cells = "".join(f"<dt>{_pressed(keys)}</dt><dd>{html(say(text, lang))}</dd>" for keys, text in rows)
        st.html(f"<dl class='kz-keys'>{cells}</dl>")


def obey() -> None:
    """Put the script on the page."""
    st.html(f"<i class='kz-script'></i><script>{_script()}</script>", unsafe_allow_javascript=True)


def _pressed(keys: str) -> str:
    return "+".join(f"<kbd>{html(key)}</kbd>" for key in keys.split("+"))


@cache
def _script() -> str:
    return (_HERE / "ticket.js").read_text("utf-8")
