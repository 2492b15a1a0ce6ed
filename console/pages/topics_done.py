"""What was decided last on the Topics page: told once, with the way back where there is one."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import session
from console.pages.language import say
from console.pages.plain import label

_KEY = "topics_told"


@dataclass(frozen=True)
class Done:
    """What is told, and what brings back what was."""

    told: str
    back: Callable[[], object] | None = None


def do(
    change: Callable[[], object], told: str | Callable[[], str], back: Callable[[], object] | None = None
) -> bool:  # fmt: skip
    """Make a change; what happened, or why not, is told on the next drawing. Returns whether it is made."""
    st.session_state.pop(_KEY, None)
    if not session.made(change):
        return False
    st.session_state[_KEY] = Done(told if isinstance(told, str) else told(), back)
    return True


def press(change: Callable[[], object], told: str) -> None:
    """The same for a button that does only this."""
    do(change, told)


def tell(told: str, back: Callable[[], object] | None = None) -> None:
    """Say this over the page once it is drawn again."""
    st.session_state[_KEY] = Done(told, back)


def show(desk: Desk, me: Account) -> None:
    """Draw what was done last."""
    done: Done | None = st.session_state.get(_KEY)
    if done is None or not done.told:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="topics_told_row"):
        st.caption(f":material/check: {label(done.told)}", width="content")
        if done.back and me.supervises:
            st.button(
                say("Undo", me.lang), icon=":material/undo:", type="tertiary", shortcut="Z", key="topics_undo",
                on_click=press, args=(done.back, ""),
            )  # fmt: skip
