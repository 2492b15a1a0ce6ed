"""A past conversation at a glance: how it ended, what was wrong and what helped, in the words that were said."""

from collections.abc import Iterable

import streamlit as st

from console.desk import Desk
from console.pages.language import say
from console.pages.plain import html
from ingest import passages
from ingest.records import Case, Ticket
from ingest.sentences import Span
from ingest.store import cases, tickets

LONGEST = 240  # characters of each part
OUTCOMES = {"resolved": "Resolved", "unresolved": "Unresolved", "refunded": "Refunded", "escalated": "Escalated"}
_TONES = {"resolved": "positive", "unresolved": "negative", "refunded": "waits", "escalated": "risk"}


def outcomes(desk: Desk, ids: Iterable[str], lang: str) -> dict[str, str]:
    """How these tickets and calls ended, in the reader's words; open ones and those without a case are left out."""
    with desk.db.read() as db:
        wanted = list(ids)
        done = [id for id, ticket in tickets.many(db, wanted).items() if ticket.status == "resolved"]
        return {id: say(OUTCOMES[case.outcome], lang) for id, case in cases.many(db, done).items()}


def show(desk: Desk, id: str, lang: str) -> None:
    """Draw the case of one resolved ticket, everything in it escaped; nothing where there is none."""
    with desk.db.read() as db:
        ticket, case = tickets.get(db, id), cases.get(db, id)
    if ticket and case and ticket.status == "resolved":
        st.html(f"<div class='kz-suggestion'><div>{_chip(case, lang)}</div>{_told(ticket, case, lang)}</div>")


def _told(ticket: Ticket, case: Case, lang: str) -> str:
    text = passages.text_of(ticket)
    parts = {say("Problem", lang): _quoted(text, case.problem), say("Resolution", lang): _quoted(text, case.resolution)}
    return "".join(f"<small>{html(name)}</small><p>{html(words)}</p>" for name, words in parts.items() if words)


def _chip(case: Case, lang: str) -> str:
    title = "" if case.sure else say("Read from few words; look for yourself", lang)
    tone, name = _TONES[case.outcome], say(OUTCOMES[case.outcome], lang)
    return f"<span class='kz-chip {tone}' title='{html(title)}'>{html(name)}</span>"


def _quoted(text: str, spans: Iterable[Span]) -> str:
    """The quoted words on one line, cut where they grow long."""
    words = " … ".join(" ".join(text[start:end].split()) for start, end in spans)
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + "…"
