"""One FAQ entry out of several, or several out of one: which entries join it, which conversations leave it."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import review
from console.pages import faq_done, faq_queue, faq_words
from console.pages.language import say
from ingest.store.faqs import Entry


def merge(desk: Desk, me: Account, one: Entry, others: Sequence[Entry]) -> None:
    """Draw the choice of entries that become one with this one."""
    lang, titles = me.lang, {other.id: other.question for other in others if other.id != one.id}
    if not titles:
        return
    with st.popover(say("Merge", lang), icon=":material/call_merge:", type="tertiary", key=f"faq_merge_{one.id}"):
        st.caption(say("These words stay. Wordings, evidence and a missing language of the others join them.", lang))
        chosen = st.multiselect(
            say("Entries that ask the same", lang), list(titles), key=faq_words.key("others", one.id),
            format_func=lambda id: titles.get(id, id), placeholder=say("Choose entries", lang),
        )  # fmt: skip
        st.button(
            say("Merge into this one", lang), type="primary", key="faq_merge", disabled=not chosen, on_click=_merge,
            args=(desk, me, one, chosen), help=None if chosen else say("Choose entries first.", lang),
        )  # fmt: skip


def _merge(desk: Desk, me: Account, one: Entry, chosen: list[str]) -> None:
    told = say("{n} merged into: {question}", me.lang, n=len(chosen), question=one.question)
    ids = [one.id, *chosen]
    if faq_done.do(desk, partial(review.merge, desk.shelves, ids, by=me), told, ids=ids):
        faq_queue.open_entry(one.id)


def split(desk: Desk, me: Account, one: Entry) -> None:
    """Draw the choice of conversations that become an entry of their own."""
    lang = me.lang
    asked = {told["source"]: f"{told['source']} · {told['quote']}" for told in one.evidence
             if told.get("about") == "question"}  # fmt: skip
    if len(asked) < 2:
        return
    with st.popover(say("Split", lang), icon=":material/call_split:", type="tertiary", key=f"faq_split_{one.id}"):
        st.caption(say("The chosen conversations become a proposal of their own. These words stay.", lang))
        chosen = st.multiselect(
            say("Conversations that ask something else", lang), list(asked), key=faq_words.key("members", one.id),
            format_func=lambda id: asked.get(id, id), placeholder=say("Choose conversations", lang),
        )  # fmt: skip
        may = 0 < len(chosen) < len(asked)
        st.button(
            say("Split off", lang), type="primary", key="faq_split", disabled=not may, on_click=_split,
            args=(desk, me, one, chosen), help=None if may else say("Choose some, but not all.", lang),
        )  # fmt: skip


def _split(desk: Desk, me: Account, one: Entry, chosen: list[str]) -> None:
    made: list[str] = []

    def change() -> None:
        made.append(review.split(desk.shelves, one.id, chosen, by=me, search=desk.search))

    told = say("{n} conversations split off; their proposal is open.", me.lang, n=len(chosen))
    if faq_done.do(desk, change, told, ids=[one.id], made=made):
        st.session_state["faq_state"] = "proposed"
        faq_queue.open_entry(made[0])
