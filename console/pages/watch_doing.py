"""What can be done for a customer at risk: the step that fits best, a personal message, and what was done already."""

from datetime import datetime
from functools import partial
from typing import cast

import streamlit as st

from console import conversations
from console.accounts import Account
from console.desk import Desk
from console.pages import places, session, ticket_editor, times, watch_done
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.watch_list import Line
from console.pages.watch_words import DONE, STEP_ICONS
from console.watch import deciding, message, playbook
from console.watch.playbook import STEPS, TITLES, Step, Suggestion
from ingest.store import tickets

NOTE = 300  # characters


def show(desk: Desk, me: Account, line: Line) -> None:
    """Draw the suggestion, the steps, and the form of the chosen one."""
    lang, phone = me.lang, bool(line.customer and line.customer.phone)
    taken = [str(one["step"]) for one in line.watch.steps]
    found = playbook.suggest(line.watch.reasons, phone=phone, done=taken)
    if found:
        _suggestion(found, line, lang)
    chosen = st.segmented_control(
        say("Steps", lang), STEPS, default=found.step if found else "message", label_visibility="collapsed",
        key=f"watch_step_{line.watch.id}_{len(taken)}", wrap=True, required=True,
        format_func=lambda step: f":material/{STEP_ICONS[step]}: {say(TITLES[step], lang)}",
    )  # fmt: skip
    if chosen == "message":
        _message(desk, me, line)
    else:
        _plain(desk, me, line, cast(Step, chosen))
    done(line, lang)


def _suggestion(found: Suggestion, line: Line, lang: str) -> None:
    icon = f"<span class='kz-icon' aria-hidden='true'>{STEP_ICONS[found.step]}</span>"
    phone = f" <b>{html(line.customer.phone)}</b>" if found.step == "call" and line.customer else ""
    title, name = html(say("Suggested next step", lang)), html(say(TITLES[found.step], lang))
    why = html(say(found.why, lang))
    st.html(f"<div class='kz-step' title='{title}'>{icon}<b>{name}</b>{phone} <span>{why}</span></div>")


def _plain(desk: Desk, me: Account, line: Line, step: Step) -> None:
    lang = me.lang
    with st.container(horizontal=True, vertical_alignment="bottom", key="watch_step"):
        key = f"watch_did_{line.watch.id}_{len(line.watch.steps)}_{step}"
        st.text_input(say("What came of it", lang), key=key, max_chars=NOTE, placeholder=say("Optional", lang))
        st.button(
            say("Done", lang), icon=":material/check:", key="watch_did", shortcut="D",
            on_click=_take, args=(desk, me, line, step, key),
        )  # fmt: skip


def _take(desk: Desk, me: Account, line: Line, step: Step, key: str) -> None:
    note = str(st.session_state.get(key, ""))
    told = f"{say(DONE[step], me.lang)}: {line.name(me.lang)}"
    watch_done.do(partial(deciding.take_step, desk.db, line.watch.id, step, note, by=me), told)


def _message(desk: Desk, me: Account, line: Line) -> None:
    lang, key = me.lang, f"watch_text_{line.watch.id}_{len(line.watch.steps)}"
    with desk.db.read() as db:
        ticket = tickets.get(db, line.reply_to)
    if ticket is None:
        return
    name = line.customer.name if line.customer else ""
    drafted = message.draft(ticket, line.watch.reasons, name, me.display, desk.settings.voice)
    text = st.text_area(say("Message", lang), drafted, key=key, height=300)
    told = "It is sent as a reply in: {ticket}. Nothing in it is promised; check it and say what you can do."
    st.caption(label(say(told, lang, ticket=ticket.subject or ticket.id), 300))
    with st.container(horizontal=True, key="watch_send_bar"):
        st.button(
            say("Send", lang), icon=":material/send:", type="primary", key="watch_send", on_click=_send,
            args=(desk, me, line, ticket.id, key),
        )  # fmt: skip
        if st.button(say("Put it in the ticket", lang), icon=":material/edit_note:", key="watch_to_ticket"):
            ticket_editor.insert(ticket.id, text)
            places.go("ticket", ticket=ticket.id)


def _send(desk: Desk, me: Account, line: Line, ticket: str, key: str) -> None:
    text = str(st.session_state.get(key, ""))  # what stands there now, not when the page was drawn

    def sent() -> None:
        conversations.reply(desk.shelves, ticket, text, by=me.name, author=me.display, resolve=False)
        deciding.take_step(desk.db, line.watch.id, "message", by=me)

    if session.made(sent):
        watch_done.do(lambda: None, say("Sent to {name}.", me.lang, name=line.name(me.lang)))


def done(line: Line, lang: str) -> None:
    """What was done already, the newest first."""
    if not line.watch.steps:
        return
    rows = "".join(_row(one, line.people, lang) for one in reversed(line.watch.steps))
    st.html(f"<h3 class='kz-heading'>{html(say('Done so far', lang))}</h3><ul class='kz-done'>{rows}</ul>")


def _row(one: dict[str, str], people: dict[str, str], lang: str) -> str:
    step = cast(Step, one["step"])
    when = times.ago(datetime.fromisoformat(one["at"]), lang)
    icon = f"<span class='kz-icon' aria-hidden='true'>{STEP_ICONS[step]}</span>"
    note = f"<span>{html(one['note'])}</span>" if one.get("note") else ""
    who = f"<small>{html(people[one['by']])} · {html(when)}</small>"
    return f"<li>{icon}<b>{html(say(DONE[step], lang))}</b>{note}{who}</li>"
