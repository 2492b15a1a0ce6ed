"""One ticket: what is asked, what to answer and why to believe it, side by side."""

from functools import partial
from pathlib import Path
from typing import Any, get_args

import streamlit as st

from console import conversations, dossier, triage
from console.accounts import Account
from console.desk import Desk
from console.dossier import Opened
from console.pages import (
    places,
    risk_shown,
    session,
    signs,
    ticket_chat,
    ticket_facts,
    ticket_keys,
    ticket_reply,
    ticket_reveal,
    ticket_rewriting,
    ticket_send,
    ticket_summary,
    ticket_talk,
    times,
)
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_send import attempt
from console.widget import handoff
from ingest.errors import SenderError
from ingest.records import Priority
from ingest.store import tickets
from ingest.store.tickets import Query

_LOOK = Path(__file__).with_name("ticket.css")
_SENT = {
    "resolved": "Sent, and the ticket is resolved.",
    "snoozed": "Sent, and the ticket is snoozed.",
    "open": "Sent. The ticket stays open.",
}
EVERY = 5.0  # seconds between looks whether the customer wrote again


def show(desk: Desk, me: Account) -> None:
    """Draw the ticket that the address names; without one, the way back."""
    id = st.query_params.get("ticket", "")
    try:
        opened = dossier.load(desk, id)
    except SenderError as error:
        st.warning(say("No ticket is chosen.", me.lang) if not id else say(str(error), me.lang))
        if st.button(say("Inbox", me.lang), icon=":material/arrow_back:", key="back"):
            places.go("inbox")
        return
    st.html(f"<style>{_LOOK.read_text('utf-8')}</style>")
    ticket_keys.obey()
    _head(desk, me, opened)
    _news(desk, me, opened)
    wide = ticket_rewriting.of(desk, me, opened.id) is not None  # two versions side by side need room
    talk, reply, facts = st.columns([7, 14, 7] if wide else [10, 10, 8], gap="medium")
    with talk:
        originals = ticket_reveal.show(desk, me, opened)
        ticket_chat.show(desk, opened, me.lang)
        ticket_summary.show(desk, opened, originals, me.lang)
        with st.container(key="talk"):
            ticket_talk.show(desk, opened, originals, me.lang)
    suggestions, took = ticket_reply.suggest(desk, opened)
    with facts, st.container(key="facts"):
        ticket_facts.show(desk, me, opened, suggestions, took)
    ticket_send.show(desk, me, opened)
    with reply, st.container(key="reply"):
        ticket_reply.show(desk, me, opened, suggestions)
    _watch(desk, opened.id, len(opened.turns), opened.row.status, opened.row.mood)


@st.fragment(run_every=EVERY)
def _watch(desk: Desk, id: str, turns: int, status: str, mood: str) -> None:
    """Draw the page anew once the conversation went on elsewhere, or what was revealed must go."""
    if ticket_reveal.over():
        st.rerun()
    with desk.db.read() as db:
        row = tickets.row(db, id)
        if session.over() or row is None or (len(tickets.turns(db, id)), row.status, row.mood) != (turns, status, mood):
            st.rerun()


def _head(desk: Desk, me: Account, opened: Opened) -> None:
    lang, row = me.lang, opened.row
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="ticket_head"):
        if st.button(
            "", icon=":material/arrow_back:", type="tertiary", help=say("Back to the inbox", lang), key="back"
        ):
            places.go("inbox")
        with st.container(width="stretch", gap=None):
            st.markdown(f"#### {label(opened.ticket.subject or opened.id)}")
            st.html(f"<div class='kz-chips'>{''.join(_chips(opened, lang))}</div>")
        _priority(desk, me, opened)
        if row.assignee != me.name:
            act = partial(conversations.assign, desk.shelves, opened.id, me.name, by=me.name)
            _act(say("Assign to me", lang), "assign", ":material/person_add:", act)
        if row.status in ("resolved", "snoozed"):
            _act(say("Reopen", lang), "reopen", ":material/undo:", partial(_reopen, desk, me, opened.id))
        else:
            act = partial(triage.snooze, desk.db, opened.id, by=me.name)
            _act(
                say("Snooze", lang),
                "snooze",
                ":material/snooze:",
                act,
                say("Aside until the customer writes again", lang),
            )
        if opened.handoff and row.status in ("open", "snoozed"):
            act = partial(handoff.give_back, desk.db, opened.id, me)
            told = say("The assistant answers again, and the visitor is told so.", lang)
            _act(say("Give back to the assistant", lang), "give_back", ":material/smart_toy:", act, told)
        ticket_keys.show(lang)


def _chips(opened: Opened, lang: str) -> list[str]:
    row = opened.row
    found = [_chip(say(signs.STATUSES.get(row.status, row.status), lang), "status")]
    if row.mood in signs.MOODS:
        found.append(_chip(say(signs.MOODS[row.mood], lang), row.mood, icon=signs.MOOD_ICONS[row.mood]))
    if opened.at_risk >= signs.AT_RISK:
        why = risk_shown.line(opened.reasons, lang)
        found.append(_chip(say("At risk", lang), "risk", why, icon="heart_broken"))
    channel = say(signs.CHANNELS.get(row.channel, row.channel), lang)
    found.append(_chip(channel, "bare", icon=signs.CHANNEL_ICONS.get(row.channel, "mail")))
    if row.waiting_since:
        waits = say("waiting {span}", lang, span=times.span(row.waiting_since, lang))
        found.append(_chip(waits, "bare", times.exact(row.waiting_since, st.context.timezone), "schedule"))
    found += [
        _chip(told, "bare", icon=icon) for told, icon in ((row.product, "category"), (row.assignee, "person")) if told
    ]
    return [*found, _chip(opened.id, "bare", icon="tag")]


def _chip(text: str, kind: str, title: str = "", icon: str = "") -> str:
    symbol = f"<span class='kz-icon' aria-hidden='true'>{icon}</span>" if icon else ""
    return f"<span class='kz-chip {html(kind)}' title='{html(title)}'>{symbol}{html(text)}</span>"


def _priority(desk: Desk, me: Account, opened: Opened) -> None:
    key = f"priority:{opened.id}:{opened.row.priority}"

    def chosen() -> None:
        attempt(partial(triage.prioritise, desk.db, opened.id, st.session_state[key], by=me.name))

    names = get_args(Priority)[::-1]
    st.selectbox(
        say("Priority", me.lang), names, index=names.index(opened.row.priority), key=key, width=118, on_change=chosen,
        label_visibility="collapsed", format_func=lambda name: say(signs.PRIORITIES[name], me.lang),
    )  # fmt: skip


def _act(text: str, key: str, icon: str, act: Any, help: str | None = None) -> None:
    st.button(text, key=key, icon=icon, help=help, on_click=attempt, args=(act,))


def _news(desk: Desk, me: Account, opened: Opened) -> None:
    """What just happened: trouble, or a reply sent, which can be taken up again."""
    trouble = st.session_state.pop("ticket_trouble", "")
    if trouble:
        st.error(label(say(trouble, me.lang), 400), icon=":material/error:")
    sent, resolved = st.session_state.get("sent", ("", False))
    if sent != opened.id or (resolved and opened.row.status != "resolved"):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="sent"):
        st.markdown(f":green[:material/check_circle: {say(_SENT.get(opened.row.status, _SENT['open']), me.lang)}]")
        if resolved:
            _act(say("Undo", me.lang), "undo", ":material/undo:", partial(_reopen, desk, me, opened.id))
        following = _following(desk, opened.id)
        if following and st.button(
            say("Next ticket", me.lang), icon=":material/arrow_forward:", key="next", type="primary"
        ):
            places.go("ticket", ticket=following)


def _reopen(desk: Desk, me: Account, id: str) -> None:
    conversations.reopen(desk.shelves, id, by=me.name)
    st.session_state.pop("sent", None)
    st.toast(say("Reopened. What was sent stays sent.", me.lang), icon=":material/undo:")


def _following(desk: Desk, id: str) -> str:
    with desk.db.read() as db:
        return next((line.id for line in tickets.page(db, Query(), limit=2) if line.id != id), "")
