"""The bar that stays in view: send, note, write again, reject."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from console import citations, conversations
from console.accounts import Account
from console.desk import Desk
from console.pages import session, ticket_reply, ticket_writing
from console.pages.language import say
from console.pages.ticket_opened import Opened
from ingest.errors import KizunaError

_REASONS = ("Wrong answer", "Misses the question", "Wrong tone", "Out of date")


def show(desk: Desk, me: Account, opened: Opened) -> None:
    """Draw the bar at the bottom of the window."""
    lang, draft = me.lang, opened.proposal
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", gap="small", key="send_bar"):
        _button(
            "Send and resolve", "send", lang, partial(_send, desk, me, opened, True),
            icon=":material/send:", shortcut="Ctrl+Enter", kind="primary",
        )  # fmt: skip
        _button(
            "Send, keep open", "send_open", lang, partial(_send, desk, me, opened, False),
            icon=":material/outgoing_mail:", shortcut="Ctrl+Shift+Enter", kind="secondary",
        )  # fmt: skip
        _button("Keep as a note", "note", lang, partial(_note, desk, me, opened), icon=":material/sticky_note_2:")
        if desk.chat is not None and opened.waiting:
            again = partial(_again, desk, opened)
            _button("Write again", "again", lang, again, icon=":material/refresh:", shortcut="Alt+W")
        if draft:
            _reject(desk, me, opened, draft.id, lang)
        if draft and draft.citations:
            st.caption(say("Marks like [1] are left out of what is sent.", lang).replace("[", "\\["))


def _button(
    text: str, key: str, lang: str, act: Callable[[], None], *, icon: str, shortcut: str | None = None,
    kind: Literal["primary", "secondary", "tertiary"] = "tertiary",
) -> None:  # fmt: skip
    st.button(say(text, lang), key=key, icon=icon, shortcut=shortcut, type=kind, on_click=attempt, args=(act,))


def attempt(act: Callable[[], None]) -> None:
    """Do what a button asks, unless the session has ended; a KizunaError is shown at the top of the page."""
    try:
        if not session.over():
            act()
    except KizunaError as error:
        st.session_state["ticket_trouble"] = str(error)


def _send(desk: Desk, me: Account, opened: Opened, resolve: bool) -> None:
    key, draft = ticket_reply.editor_key(opened.id), opened.proposal
    text = citations.unmarked(st.session_state.get(key) or "", ticket_reply.numbers(opened.id))
    used = draft.id if draft and ticket_reply.poured(opened.id, draft) else ""
    conversations.reply(desk.shelves, opened.id, text, by=me.name, author=me.display, draft=used, resolve=resolve)
    ticket_writing.forget(opened.id)
    st.session_state[key] = ""
    st.session_state["sent"] = (opened.id, resolve)


def _note(desk: Desk, me: Account, opened: Opened) -> None:
    key = ticket_reply.editor_key(opened.id)
    text = st.session_state.get(key) or ""
    conversations.add(desk.shelves, opened.id, text, direction="note", author=me.display)
    st.session_state[key] = ""


def _again(desk: Desk, opened: Opened) -> None:
    st.session_state[ticket_reply.editor_key(opened.id)] = ""
    ticket_writing.forget(opened.id)
    ticket_writing.begin(desk, opened)


def _reject(desk: Desk, me: Account, opened: Opened, draft: str, lang: str) -> None:
    with st.popover(say("Reject the draft", lang), icon=":material/thumb_down:", type="tertiary"):
        chosen = st.pills(say("Why?", lang), _REASONS, key="reject_why", format_func=lambda reason: say(reason, lang))
        more = st.text_input(say("In your own words", lang), key="reject_words", max_chars=300)
        reason = ": ".join(filter(None, (chosen, more)))
        act = partial(_turn_down, desk, me, opened, draft, reason)
        st.button(
            say("Reject", lang), key="reject", type="primary", disabled=not reason, on_click=attempt, args=(act,),
            help=None if reason else say("Say why first: it shows what to improve.", lang),
        )  # fmt: skip


def _turn_down(desk: Desk, me: Account, opened: Opened, draft: str, reason: str) -> None:
    conversations.reject(desk.shelves, opened.id, draft, by=me.name, reason=reason)
    if ticket_reply.poured(opened.id, opened.proposal):
        st.session_state[ticket_reply.editor_key(opened.id)] = ""
    ticket_writing.forget(opened.id)
