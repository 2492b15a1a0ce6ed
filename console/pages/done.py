"""What was done last on a page: told once, with the way back where there is one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from console.pages import session
from console.pages.language import say
from console.pages.plain import label

Made = TypeVar("Made")


@dataclass(frozen=True)
class Done:
    """What is told, and the change that may be taken back."""

    told: str
    change: Any = None


def do(page: str, act: Callable[[], Made], told: Callable[[Made], Done]) -> list[Made]:
    """Do something; what happened, or why not, is told on the next drawing. Returns what was made, else nothing."""
    st.session_state.pop(f"{page}_told", None)
    made: list[Made] = []
    if session.made(lambda: made.append(act())):
        tell(page, told(made[0]))
    return made


def tell(page: str, done: Done) -> None:
    """Say this over the page once it is drawn again."""
    st.session_state[f"{page}_told"] = done


def show(page: str, lang: str, back: Callable[[Any], object], *, undone: str = "", may: bool = True) -> None:
    """Draw what was done last; `back` takes a change back, for who `may`, and then `undone` is told."""
    done: Done | None = st.session_state.get(f"{page}_told")
    if done is None or not done.told:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{page}_told_row"):
        st.caption(f":material/check: {label(done.told)}", width="content")
        if done.change and may:
            st.button(
                say("Undo", lang), icon=":material/undo:", type="tertiary", shortcut="Z", key=f"{page}_undo",
                on_click=_undo, args=(page, partial(back, done.change), undone),
            )  # fmt: skip


def _undo(page: str, back: Callable[[], object], undone: str) -> None:
    do(page, back, lambda _: Done(undone))
