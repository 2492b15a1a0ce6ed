"""One line over the reply: what is best done next, and why."""

from functools import partial

import streamlit as st

from console import steps, triage
from console.accounts import Account
from console.answers import language
from console.desk import Desk
from console.dossier import Opened
from console.pages import ticket_editor
from console.pages.language import say
from console.pages.plain import html
from console.pages.ticket_send import attempt
from console.steps import Kind, Step
from ingest.store import cases

_ICONS: dict[Kind, str] = {
    "call": "call",
    "answer": "priority_high",
    "wait": "hourglass_top",
    "promise": "handshake",
    "close": "task_alt",
    "ask": "contact_support",
    "check": "rule",
    "send": "send",
    "rest": "outgoing_mail",
    "billing": "receipt_long",
    "security": "shield_person",
    "technical": "build",
    "hold": "forum",
}
ASKING = {
    "en": "So that I can look this up, could you send me your order number? It stands in the confirmation mail.",
    "ja": "お調べいたしますので、ご注文番号をお知らせいただけますでしょうか。注文確認メールに記載されています。",
}


def show(desk: Desk, me: Account, opened: Opened) -> None:
    """Draw the step, with a button where a click can do it."""
    step = _step(desk, opened)
    if step is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="next_step"):
        st.html(_line(step, opened, me.lang), width="stretch")
        if step.kind == "ask" and opened.waiting:
            text = ASKING["ja" if language(opened.ticket) == "ja" else "en"]
            _act("Insert the question", "step_ask", partial(ticket_editor.insert, opened.id, text), me.lang)
        elif step.kind == "wait":
            _act("Snooze", "step_wait", partial(triage.snooze, desk.db, opened.id, by=me.name), me.lang)


def _step(desk: Desk, opened: Opened) -> Step | None:
    """Worked out once for each state of ticket, draft and marks."""
    written = ticket_editor.now(opened.id).text
    draft, row = opened.proposal, opened.row
    state = (
        opened.id, len(opened.turns), row.status, row.mood, row.at_risk, draft and draft.id, written.count("⟦"),
    )  # fmt: skip
    kept: tuple[object, Step | None] | None = st.session_state.get("next_step_of")
    if kept is None or kept[0] != state:
        with desk.db.read() as db:
            case = cases.get(db, opened.id)
        kept = st.session_state["next_step_of"] = (
            state,
            steps.suggest(opened, case.outcome if case else None, written),
        )
    return kept[1]


def _line(step: Step, opened: Opened, lang: str) -> str:
    phone = f" <b>{html(opened.customer.phone)}</b>" if step.kind == "call" and opened.customer else ""
    icon = f"<span class='kz-icon' aria-hidden='true'>{_ICONS[step.kind]}</span>"
    reason = html(say(step.reason, lang, **step.told))
    title, name = html(say("Suggested next step", lang)), html(say(steps.TITLES[step.kind], lang))
    return f"<div class='kz-step' title='{title}'>{icon}<b>{name}</b>{phone} <span>{reason}</span></div>"


def _act(text: str, key: str, act: "partial[None]", lang: str) -> None:
    st.button(say(text, lang), key=key, type="tertiary", on_click=attempt, args=(act,))
