"""What was decided last on the FAQ page: told once, with the way back; and why something could not be done."""

from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import dataclass

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import review
from console.pages import faq_words, session
from console.pages.language import say
from console.pages.plain import label
from ingest.store import versions
from ingest.store.versions import SUGGESTED

_KEY = "faq_told"


@dataclass(frozen=True)
class Done:
    """What is told, which version of which entry brings back what was, what was made, and the list that showed it."""

    told: str
    back: tuple[tuple[str, int], ...] = ()
    made: tuple[str, ...] = ()
    state: str = ""


def do(
    desk: Desk, change: Callable[[], object], told: str | Callable[[], str], *, ids: Iterable[str], back: bool = True,
    without: Container[str] = (), made: Collection[str] = (), typed: bool = False,
) -> bool:  # fmt: skip
    """Make a change to these entries; what happened, or why not, is told on the next drawing. Returns whether it is.

    With `back`, the page offers to bring the entries back to how they stood before, not those `without` a change, and
    to reject what was `made`. The change may fill both. With `typed`, words that are typed but not kept stay.
    """
    st.session_state.pop(_KEY, None)
    concerned = list(ids)
    before = tuple((id, _standing(desk, id)) for id in concerned) if back else ()
    if not session.made(change):
        return False
    for id in concerned:
        faq_words.renew(id, typed=typed)
    text = told if isinstance(told, str) else told()
    st.session_state[_KEY] = Done(text, tuple(one for one in before if one[0] not in without), tuple(made), _state())
    return True


def tell(told: str) -> None:
    """Say this over the page once it is drawn again."""
    st.session_state[_KEY] = Done(told)


def _state() -> str:
    found: str = st.session_state.get("faq_state", "")
    return found


def show(desk: Desk, me: Account) -> None:
    """Draw what was done last, with the way back."""
    done: Done | None = st.session_state.get(_KEY)
    if done is None or not done.told:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="faq_told_row"):
        st.caption(f":material/check: {label(done.told)}", width="content")
        if done.back and me.supervises:
            st.button(
                say("Undo", me.lang), icon=":material/undo:", type="tertiary", shortcut="Z", key="faq_undo",
                help=say("Brings back what was, and publishes it where it was published.", me.lang),
                on_click=_undo, args=(desk, me, done),
            )  # fmt: skip


def _undo(desk: Desk, me: Account, done: Done) -> None:
    def back() -> None:
        for id, number in done.back:
            review.rollback(desk.shelves, id, number, by=me)
        for id in done.made:
            review.reject(desk.shelves, id, by=me, reason="")

    if do(desk, back, "", ids=[id for id, _ in done.back], back=False):
        st.session_state["faq_open"], st.session_state["faq_state"] = done.back[0][0], done.state


def _standing(desk: Desk, id: str) -> int:
    """The version that an entry stands at. Before the first decision it has none: that one will be its first."""
    with desk.db.read() as db:
        stands = (one.number for one in versions.page(db, id) if one.action != SUGGESTED)
        return next(stands, 1)
