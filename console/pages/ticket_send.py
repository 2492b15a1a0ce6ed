"""The bar that stays in view: send, note, write again, reject."""

from collections.abc import Callable
from functools import partial
from typing import Literal, cast

import streamlit as st

from console import citations, conversations, drafting, triage
from console.accounts import Account
from console.desk import Desk
from console.dossier import Opened
from console.pages import session, ticket_editor, ticket_macros, ticket_marks, ticket_rewriting
from console.pages.language import say
from ingest.errors import KizunaError, SenderError
from ingest.records import Priority

After = Literal["resolved", "open", "snoozed"]
_WAYS: dict[After, tuple[str, str, str]] = {  # what the button says, its icon and its key
    "resolved": ("Send and resolve", ":material/send:", "send"),
    "open": ("Send, keep open", ":material/outgoing_mail:", "send_open"),
    "snoozed": ("Send and snooze", ":material/snooze:", "send_snooze"),
}
_REASONS = ("Wrong answer", "Misses the question", "Wrong tone", "Out of date")


def show(desk: Desk, me: Account, opened: Opened) -> None:
    """Draw the bar at the bottom of the window."""
    lang, draft = me.lang, opened.proposal
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", gap="small", key="send_bar"):
        first, second = _ways(opened.id)
        _way(desk, me, opened, first, kind="primary", shortcut="Ctrl+Enter")
        _way(desk, me, opened, second, kind="secondary", shortcut="Ctrl+Shift+Enter")
        _button("Keep as a note", "note", lang, partial(_note, desk, me, opened), icon=":material/sticky_note_2:")
        if desk.chat is not None and opened.waiting:
            again = partial(_again, desk, me, opened)
            _button("Write again", "again", lang, again, icon=":material/refresh:", shortcut="Alt+W")
        if draft:
            _reject(desk, me, opened, draft.id, lang)
        if draft and draft.citations:
            st.caption(say("Marks like [1] are left out of what is sent.", lang).replace("[", "\\["))


def _ways(id: str) -> tuple[After, After]:
    """What the two buttons do: to resolve comes first, unless the macro that was put in says otherwise."""
    macro = ticket_macros.pending(id)
    after = cast(After, macro.status) if macro and macro.status else "resolved"
    return after, "open" if after == "resolved" else "resolved"


def _way(
    desk: Desk, me: Account, opened: Opened, after: After, *, kind: Literal["primary", "secondary"], shortcut: str
) -> None:
    text, icon, key = _WAYS[after]
    _button(text, key, me.lang, partial(_send, desk, me, opened, after), icon=icon, shortcut=shortcut, kind=kind)


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


def _send(desk: Desk, me: Account, opened: Opened, after: After) -> None:
    current, draft, macro = ticket_editor.now(opened.id), opened.proposal, ticket_macros.pending(opened.id)
    if ticket_marks.stand(current.text):
        raise SenderError("Parts of the reply have no source (⟦ ⟧). Strike them, or say that they are right.")
    if ticket_rewriting.of(desk, me, opened.id):
        raise SenderError("Choose between your text and the new version first.")
    # A browser that lost its session still shows the draft, and the new session knows nothing of it but its marks.
    marks = citations.kept(current.text, draft.reply, [one["n"] for one in draft.citations]) if draft else set()
    text = citations.unmarked(current.text, marks.union(current.numbers))
    used = draft.id if draft and (marks or ticket_editor.poured(opened.id, draft)) else ""
    resolve = after == "resolved"
    conversations.reply(desk.shelves, opened.id, text, by=me.name, author=me.display, draft=used, resolve=resolve)
    if after == "snoozed":
        triage.snooze(desk.db, opened.id, by=me.name)
    if macro and macro.priority and macro.priority != opened.row.priority:
        triage.prioritise(desk.db, opened.id, cast(Priority, macro.priority), by=me.name)
    drafting.forget(opened.id)
    ticket_macros.drop(opened.id)
    ticket_editor.clear(desk, me, opened.id)
    st.session_state["sent"] = (opened.id, resolve)


def _note(desk: Desk, me: Account, opened: Opened) -> None:
    text = ticket_editor.now(opened.id).text
    conversations.add(desk.shelves, opened.id, text, direction="note", author=me.display)
    ticket_editor.clear(desk, me, opened.id)


def _again(desk: Desk, me: Account, opened: Opened) -> None:
    ticket_editor.keep(desk, me, opened.id)
    ticket_editor.put(opened.id, ticket_editor.Version())
    ticket_rewriting.forget(me, opened.id)
    drafting.forget(opened.id)
    drafting.begin(desk, opened)


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
    if ticket_editor.poured(opened.id, opened.proposal):
        ticket_editor.put(opened.id, ticket_editor.Version())
    drafting.forget(opened.id)
