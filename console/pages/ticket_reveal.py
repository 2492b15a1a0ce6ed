"""What was masked, shown again: to a supervisor, for this ticket, for some minutes, and noted in the journal."""

import time
from dataclasses import dataclass, field

import streamlit as st

from console import conversations
from console.accounts import Account
from console.desk import Desk
from console.dossier import Opened
from console.pages import session
from console.pages.language import say
from console.pages.plain import html, label
from ingest.errors import KizunaError

MINUTES = 5
_KEY = "revealed"


@dataclass(frozen=True)
class Revealed:
    """Originals by placeholder, of one ticket, until a moment of the monotonic clock."""

    ticket: str
    originals: dict[str, str] = field(repr=False)
    until: float


def shown(id: str) -> dict[str, str]:
    """The originals that may be shown in this ticket now; whatever else was revealed is forgotten."""
    held: Revealed | None = st.session_state.get(_KEY)
    if held and held.ticket == id and time.monotonic() < held.until:
        return held.originals
    forget()
    return {}


def forget() -> None:
    """Show no originals any more."""
    st.session_state.pop(_KEY, None)


def over() -> bool:
    """Whether originals stand on the page whose time is over."""
    held: Revealed | None = st.session_state.get(_KEY)
    return held is not None and time.monotonic() >= held.until


def show(desk: Desk, me: Account, opened: Opened) -> dict[str, str]:
    """Draw the way to the originals where anything is masked; returns those that are to be shown."""
    originals = shown(opened.id)
    if not conversations.masked_in(opened.ticket):
        return {}
    with st.container(horizontal=True, vertical_alignment="center", key="reveal_bar"):
        if originals:
            told = say("Personal data is shown for up to {n} minutes.", me.lang, n=MINUTES)
            st.caption(f":orange[:material/visibility: {told}]", width="stretch")
            st.button(
                say("Hide", me.lang), icon=":material/visibility_off:", type="tertiary", key="hide", on_click=forget
            )
        else:
            _offer(desk, me, opened)
    return originals


def _offer(desk: Desk, me: Account, opened: Opened) -> None:
    lang, count = me.lang, conversations.revealable(desk.shelves, opened.ticket)
    reason = _obstacle(desk, me, count)
    title = say("Reveal personal data", lang)
    if reason:
        st.button(
            title, icon=":material/lock:", type="tertiary", key="reveal_not", disabled=True, help=say(reason, lang)
        )
        return
    with st.popover(title, icon=":material/visibility:", type="tertiary", key=f"reveal_ask_{opened.id}"):
        st.markdown(
            say(
                "{n} pieces of personal data can be shown to you, for {minutes} minutes.",
                lang,
                n=count,
                minutes=MINUTES,
            )
        )
        st.caption(say("That you looked is logged with your name, this ticket and the time.", lang))
        st.button(
            say("Reveal and log it", lang), key="reveal", type="primary", on_click=_reveal, args=(desk, me, opened.id)
        )


def _obstacle(desk: Desk, me: Account, count: int) -> str:
    """Why nothing can be revealed; empty where it can."""
    if not me.supervises:
        return "Only a supervisor may reveal personal data."
    if count:
        return ""
    if not desk.shelves.vault.keeps:
        return "The vault is off (KIZUNA_VAULT=false): originals are not kept."
    return "The vault holds no original of what is masked here."


def _reveal(desk: Desk, me: Account, id: str) -> None:
    if session.over():
        return
    try:
        originals = conversations.reveal(desk.shelves, id, me)
    except KizunaError as error:
        st.toast(label(say(str(error), me.lang)), icon=":material/error:", duration="long")
        return
    st.session_state[_KEY] = Revealed(id, originals, time.monotonic() + 60 * MINUTES)


def said(text: str, originals: dict[str, str]) -> str:
    """A message's text as HTML, with originals in the place of their placeholders, marked as masked."""
    done, parts = 0, []
    for found in conversations.PLACEHOLDER.finditer(text):
        original = originals.get(found.group())
        if original is not None:
            mark = f"<mark class='kz-original' title='{html(found.group())}'>{html(original)}</mark>"
            parts += [html(text[done : found.start()]), mark]
            done = found.end()
    return "".join([*parts, html(text[done:])])
