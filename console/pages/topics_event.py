"""The open event: what the company says of it, the answers prepared from it, and the notice to customers."""

from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import events
from console.pages import session, times, topics_done, topics_events, topics_faq, topics_notice, topics_open
from console.pages.faq_words import LANGUAGES
from console.pages.language import say
from console.pages.plain import html, label
from ingest.errors import KizunaError
from ingest.store.events import Event
from ingest.store.faqs import STATES


def show(desk: Desk, me: Account, one: Event) -> None:
    """Draw it."""
    st.markdown(f"#### {label(one.title, 300)}")
    _facts(one, me.lang)
    st.html(f'<div class="kz-text kz-event">{html(one.text)}</div>')
    if me.supervises:
        _tools(desk, me, one)
    _entries(desk, me, one)
    topics_notice.show(desk, me, one)


def _facts(one: Event, lang: str) -> None:
    zone = st.context.timezone
    span = [times.exact(one.begins, zone), times.exact(one.ends, zone)] if one.ends else [times.exact(one.begins, zone)]
    told = [
        say(topics_events.KINDS[one.kind], lang), one.product or say("all products", lang), " – ".join(span),
        say(LANGUAGES.get(one.lang, one.lang), lang), one.by, say("closed", lang) if one.closed else "",
    ]  # fmt: skip
    chips = "".join(f'<span class="kz-chip bare">{html(text)}</span>' for text in told if text)
    st.html(f'<div class="kz-chips">{chips}</div>')


def _tools(desk: Desk, me: Account, one: Event) -> None:
    lang = me.lang
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="topics_tools"):
        if one.closed:
            again, told = partial(events.reopen, desk.db, one.id, by=me), say("It is open again.", lang)
            st.button(
                say("It goes on", lang), icon=":material/undo:", key="topics_reopen", on_click=topics_done.press,
                args=(again, told),
            )  # fmt: skip
            return
        st.button(
            say("Change", lang), icon=":material/edit:", type="tertiary", key="topics_edit", on_click=topics_open.form,
            args=(one.id,),
        )  # fmt: skip
        if st.button(
            say("Prepare answers again", lang), icon=":material/refresh:", type="tertiary", key="topics_prepare",
            help=say("Proposals that nobody has touched follow the event's words.", lang),
        ):  # fmt: skip
            prepare(desk, me, one.id)
            st.rerun()
        st.button(
            say("It is over", lang), icon=":material/event_busy:", type="tertiary", key="topics_over", on_click=_close,
            args=(desk, me, one), help=say("Its answers come up for review at once.", lang),
        )  # fmt: skip


def prepare(desk: Desk, me: Account, id: str) -> None:
    """Propose entries for an event; how many, or why not, is told on the next drawing."""
    if session.over():
        return
    try:
        with st.spinner(say("Preparing answers", me.lang)):
            made = events.prepare(desk.db, id, by=me, search=desk.search, verifier=desk.verifier)
    except KizunaError as error:
        topics_done.tell(str(error))
        return
    topics_done.tell(say("{n} answers proposed for the FAQ. Nothing is published.", me.lang, n=len(made)))


def _close(desk: Desk, me: Account, one: Event) -> None:
    count = 0

    def change() -> None:
        nonlocal count
        count = events.close(desk.shelves, one.id, by=me)

    def told() -> str:
        return say("Closed; {n} answers come up for review.", me.lang, n=count)

    topics_done.do(change, told, partial(events.reopen, desk.db, one.id, by=me))


def _entries(desk: Desk, me: Account, one: Event) -> None:
    lang = me.lang
    with desk.db.read() as db:
        found = events.entries(db, one.id, STATES)
    st.html(f'<p class="kz-heading">{html(say("Prepared answers", lang))}</p>')
    with st.container(key="topics_entries", gap=None):
        for entry in found:
            topics_faq.line(desk, entry, lang)
    if not found:
        st.caption(say("No answer has been prepared yet.", lang))
