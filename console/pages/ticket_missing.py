"""Why there is no answer: which question has no source, and who may know."""

from collections import Counter
from functools import partial

import streamlit as st

from console import conversations, steps
from console.accounts import Account
from console.desk import Desk
from console.dossier import Opened
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_send import attempt
from console.suggestions import Suggestions
from ingest.store import accounts, tickets
from ingest.store.drafts import Stored

MOST = 3  # people named


def show(desk: Desk, me: Account, opened: Opened, draft: Stored, suggestions: Suggestions) -> None:
    """Draw the questions of an abstained draft, and whom to ask."""
    lang, least = me.lang, steps.least(draft)
    rows = "".join(_question(opened, text, sure, least, lang) for text, sure in steps.asked(draft))
    told = say("A draft is offered from {least}% on.", lang, least=round(100 * least))
    st.html(f"<ul class='kz-missing'>{rows}</ul><small class='kz-quiet'>{html(told)}</small>")
    _people(desk, me, opened, suggestions)


def _question(opened: Opened, text: str, sure: float, least: float, lang: str) -> str:
    """One question without the subject that stands before it, and how sure the best source is."""
    subject = opened.ticket.subject
    short = " ".join(text.removeprefix(f"{subject}:").removeprefix(subject).split()) or say("The whole message", lang)
    icon, title = ("help", "No source answers this") if sure < least else ("check_circle", "A source answers this")
    return (
        f"<li><span class='kz-icon' title='{html(say(title, lang))}'>{icon}</span>"
        f"<span>{html(short if len(short) <= 160 else f'{short[:159]}…')}</span><b>{round(100 * sure)}%</b></li>"
    )


def _people(desk: Desk, me: Account, opened: Opened, suggestions: Suggestions) -> None:
    found, known = helpers(desk, suggestions, besides=me)
    if not found:
        st.caption(
            f":material/support_agent: {say('Nobody here has solved a like case yet. Ask a supervisor.', me.lang)}"
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="whom_to_ask"):
        named = ", ".join(f"{name} ({count})" for name, count in found.items())
        st.caption(f":material/support_agent: {label(say('Solved like cases: {names}', me.lang, names=named))}")
        for name, account in known.items():
            st.button(
                label(say("Hand to {name}", me.lang, name=name)), key=f"hand:{account}", type="tertiary",
                on_click=attempt, args=(partial(conversations.assign, desk.shelves, opened.id, account, by=me.name),),
            )  # fmt: skip


def helpers(desk: Desk, suggestions: Suggestions, *, besides: Account) -> tuple[dict[str, int], dict[str, str]]:
    """Who solved the like cases, by name, with how many; and the account names of those who have one here."""
    solved: Counter[str] = Counter()
    here: dict[str, str] = {}
    with desk.db.read() as db:
        for case in suggestions.cases:
            row = tickets.row(db, case.hit.source)
            author = next((turn.author for turn in reversed(tickets.turns(db, case.hit.source)) if turn.author), "")
            account = accounts.get(db, row.assignee) if row is not None and row.assignee else None
            name = account.display if account else author
            if name and name not in (besides.display, besides.name):
                solved[name] += 1
                here |= {name: account.name} if account else {}
    named = dict(solved.most_common(MOST))
    return named, {name: account for name, account in here.items() if name in named}
