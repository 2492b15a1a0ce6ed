"""The right column: who asks, whether they may leave, what the draft stands on, and how it was made."""

from typing import Any

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.dossier import Opened
from console.pages import (
    case_shown,
    people_words,
    places,
    signs,
    ticket_ask,
    ticket_forms,
    ticket_risk,
    ticket_source,
    times,
)
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_source import Quoted
from console.suggestions import Suggestions

_TIMES = {"suggest_ms": "Suggested in", "search_ms": "Search", "first_ms": "First sentence", "total_ms": "Whole draft"}


def show(desk: Desk, me: Account, opened: Opened, suggestions: Suggestions, took: int) -> None:
    """Draw everything that explains."""
    lang = me.lang
    ticket_ask.show(desk, opened.id, lang)
    draft = opened.proposal
    first = ticket_source.of_citation(draft.citations[0]) if draft and draft.citations else None
    quoted = ticket_source.picked(opened.id, first)
    if quoted:
        ticket_source.show(desk, quoted, opened.id, lang)
    ticket_risk.show(desk, me, opened)
    _customer(desk, opened, lang)
    ticket_forms.show(desk, opened, lang)
    _cases(desk, opened, suggestions, lang)
    _trail(opened, took, lang)


def heading(text: str) -> None:
    """A quiet heading of a part."""
    st.html(f"<h3 class='kz-heading'>{html(text)}</h3>")


def _customer(desk: Desk, opened: Opened, lang: str) -> None:
    heading(say("Customer", lang))
    known = opened.customer
    if known is None:
        st.text(opened.ticket.customer or say("Unknown: the message carries no address.", lang))
    else:
        told = {
            "Name": known.name, "Email": known.email, "Company": known.company, "Plan": known.plan,
            "Since": times.day(known.since), "Products": ", ".join(known.products), "Country": known.country,
            "Value so far": f"{known.value:,.0f}" if known.value is not None else "",
        }  # fmt: skip
        _table({say(name, lang): value for name, value in told.items() if value})
        people_words.also(desk, known.id, lang)
    if opened.others:
        st.caption(say("Earlier conversations", lang))
    for row in opened.others:
        status = say(signs.STATUSES.get(row.status, row.status), lang)
        title = f"{label(row.subject or row.id, 60)} · {status} · {times.span(row.created, lang)}"
        if st.button(title, type="tertiary", key=f"other:{row.id}", icon=":material/history:"):
            places.go("ticket", ticket=row.id)


def _cases(desk: Desk, opened: Opened, suggestions: Suggestions, lang: str) -> None:
    heading(say("Similar cases", lang))
    if not suggestions.cases:
        st.caption(say("No solved case resembles this one yet.", lang))
    for case in suggestions.cases:
        reply = case.resolution
        quoted = Quoted(case.hit.kind, case.hit.source, case.hit.title, reply.start, reply.end, reply.text)
        title = f"{label(case.hit.title or case.hit.source, 70)} · {ticket_source.solved(case.solved, lang)}"
        st.button(
            title.removesuffix(" · "), type="tertiary", key=f"case:{case.hit.source}", icon=":material/task_alt:",
            help=say("Open it at the reply that solved it", lang),
            on_click=ticket_source.pick, args=(opened.id, quoted),
        )  # fmt: skip
        case_shown.show(desk, case.hit.source, lang)


def _trail(opened: Opened, took: int, lang: str) -> None:
    with st.expander(say("How this came about", lang), icon=":material/route:"):
        draft = opened.draft
        trail: dict[str, Any] = {"suggest_ms": took} | (draft.trail if draft else {})
        told = {say(name, lang): f"{trail[key]:,} ms" for key, name in _TIMES.items() if key in trail}
        if draft:
            told |= {
                say("Confidence", lang): f"{round(100 * draft.confidence)}%",
                say("Model", lang): str(trail.get("model", "–")),
                say("Prompt", lang): str(trail.get("prompt", "–"))[:16],
                say("Statements offered", lang): str(len(trail.get("offered", []))),
                say("Written", lang): times.exact(draft.created, st.context.timezone),
            }  # fmt: skip
        _table(told)
        if trail.get("query"):
            st.caption(say("Searched for", lang))
            st.text(str(trail["query"])[:600])


def _table(told: dict[str, str]) -> None:
    cells = "".join(f"<dt>{html(name)}</dt><dd>{html(value)}</dd>" for name, value in told.items())
    st.html(f"<dl class='kz-facts'>{cells}</dl>")
