"""What was decided last on the watch list: told once, with the way back where there is one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import session
from console.pages.language import say
from console.pages.plain import label
from console.watch import deciding
from console.watch.deciding import Change

_KEY = "watch_told"


@dataclass(frozen=True)
class Done:
    """What is told, and the decision that may be taken back."""

    told: str
    change: Change | None = None


def do(decide: Callable[[], Change | None], told: str) -> bool:
    """Decide; what happened, or why not, is told on the next drawing. Returns whether it is decided."""
    st.session_state.pop(_KEY, None)
    made: list[Change | None] = []
    if not session.made(lambda: made.append(decide())):
        return False
    st.session_state[_KEY] = Done(told, made[0])
    return True


def show(desk: Desk, me: Account) -> None:
    """Draw what was decided last."""
    done: Done | None = st.session_state.get(_KEY)
    if done is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="watch_told_row"):
        st.caption(f":material/check: {label(done.told)}", width="content")
        if done.change:
            st.button(
                say("Undo", me.lang), icon=":material/undo:", type="tertiary", shortcut="Z", key="watch_undo",
                on_click=_back, args=(desk, me, done.change),
            )  # fmt: skip


def _back(desk: Desk, me: Account, change: Change) -> None:
    st.session_state.pop(_KEY, None)
    if session.made(partial(deciding.take_back, desk.db, change, by=me)):
        st.session_state[_KEY] = Done(say("Taken back.", me.lang))
