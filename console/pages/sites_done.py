"""What was changed last on the page of the widget: told once, with the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import session
from console.pages.language import say
from console.pages.plain import label
from console.widget import sites
from console.widget.sites import Change

_KEY = "sites_told"


@dataclass(frozen=True)
class Done:
    """What is told, and the change that may be undone."""

    told: str
    change: Change | None = None


def do(act: Callable[[], Change], told: str, *, back: bool = True) -> Change | None:
    """Make a change; what happened, or why not, is told on the next drawing. Returns it where it is made."""
    st.session_state.pop(_KEY, None)
    made: list[Change] = []
    if not session.made(lambda: made.append(act())):
        return None
    st.session_state[_KEY] = Done(told, made[0] if back else None)
    return made[0]


def show(desk: Desk, me: Account) -> None:
    """Draw what was changed last."""
    done: Done | None = st.session_state.get(_KEY)
    if done is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="sites_told_row"):
        st.caption(f":material/check: {label(done.told)}", width="content")
        if done.change:
            st.button(
                say("Undo", me.lang), icon=":material/undo:", type="tertiary", key="sites_undo",
                on_click=_back, args=(desk, me, done.change),
            )  # fmt: skip


def _back(desk: Desk, me: Account, change: Change) -> None:
    st.session_state.pop(_KEY, None)
    if session.made(partial(sites.undo, desk.db, change, me)):
        st.session_state[_KEY] = Done(say("Undone.", me.lang))
