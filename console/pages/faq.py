"""What should the FAQ say? Proposals and flagged entries, what saves most first, decided one after another."""

from pathlib import Path

import streamlit as st

from console import faq
from console.accounts import Account
from console.desk import Desk
from console.pages import faq_done, faq_entry, faq_queue, faq_several
from console.pages.faq_queue import STATES
from console.pages.language import say
from ingest.errors import KizunaError
from ingest.store import faqs

_STYLE = Path(__file__).with_name("faq.css")


def show(desk: Desk, me: Account) -> None:
    """Draw the queue on the left and the open entry on the right."""
    st.html(f"<style>{_STYLE.read_text('utf-8')}</style>")
    st.session_state.setdefault("faq_state", "proposed")
    queue = faq_queue.read(desk, st.session_state["faq_state"])
    state = _head(desk, me, queue.counts)
    faq_done.show(desk, me)
    if not queue.lines:
        _nothing(desk, me, state)
        return
    shown = queue.lines[: faq_queue.SHOWN]
    wanted = st.session_state.get("faq_open")
    opened = next((one for one in queue.lines if one.entry.id == wanted), shown[0])
    shown = shown if opened in shown else [*shown[:-1], opened]
    several = me.supervises and state != "rejected" and bool(st.session_state.get("faq_several"))
    left, right = st.columns([4, 8], gap="medium")
    with left, st.container(key="faq_queue"):
        if several:
            faq_several.show(desk, me, queue.lines)
        faq_queue.show(queue, opened.entry, several, me.lang)
    with right, st.container(key="faq_entry"):
        faq_entry.show(desk, me, shown, opened)


def _head(desk: Desk, me: Account, counts: dict[str, int]) -> str:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        state = st.segmented_control(
            say("State", me.lang), list(STATES), required=True, key="faq_state",
            format_func=lambda name: f"{say(STATES[name], me.lang)} {counts.get(name, 0):,}",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        if me.supervises and any(counts.values()):
            with st.container(horizontal=True, vertical_alignment="center", width="content", key="faq_tools"):
                if state != "rejected":
                    st.toggle(
                        say("Several", me.lang), key="faq_several", persist_state="session",
                        help=say("Choose several entries and decide them together", me.lang),
                    )  # fmt: skip
                _build_button(desk, me)
    return state or "proposed"


def _build_button(desk: Desk, me: Account) -> None:
    if st.button(say("Build from resolved tickets", me.lang), icon=":material/auto_awesome:", key="faq_build"):
        _build(desk, me)


def _build(desk: Desk, me: Account) -> None:
    """Build with a bar that tells how far it is."""
    bar = st.progress(0.0, say("Reading the questions", me.lang))
    titles = {"questions": say("Reading the questions", me.lang), "entries": say("Writing the entries", me.lang)}

    def tell(step: str, done: int, total: int) -> None:
        part = done / max(total, 1)
        bar.progress(0.5 * min(part, 1.0) + 0.5 * (step == "entries"), f"{titles[step]} {done:,} / {total:,}")

    try:
        built = faq.build(desk.search, progress=tell)
    except KizunaError as error:
        bar.empty()
        st.error(str(error), icon=":material/error:")
        return
    new, kept = f"{built.proposed:,}", f"{built.kept:,}"
    faq_done.tell(say("{new} proposed; {kept} questions already had an entry.", me.lang, new=new, kept=kept))
    st.rerun()


def _nothing(desk: Desk, me: Account, state: str) -> None:
    title, told = _EMPTY[state]
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"#### {say(title, me.lang)}")
        st.caption(say(told, me.lang))
        if state != "proposed":
            return
        with desk.db.read() as db:
            begun = faqs.by_state(db)
        if not me.supervises:
            st.caption(say("Only a supervisor builds and decides the FAQ.", me.lang))
        elif not begun:
            _build_button(desk, me)


_EMPTY = {
    "proposed": (
        "Nothing waits for a decision",
        "Entries are proposed from questions that several resolved conversations share.",
    ),
    "approved": (
        "Nothing is published yet",
        "Approve a proposal: customers find it in the help centre and the widget.",
    ),
    "asleep": ("Nothing is asleep", "Snooze an entry that cannot be decided yet, and it waits here until its day."),
    "rejected": ("Nothing was turned down", "What you reject or take down stands here, and can be proposed again."),
}
