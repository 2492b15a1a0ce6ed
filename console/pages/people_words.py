"""What speaks for two customers being one person, in words, and the line about it beside a ticket."""

import streamlit as st

from console.desk import Desk
from console.pages import places
from console.pages.language import say
from console.pages.plain import label
from ingest.store import customers, matches
from ingest.store.matches import Match

LIKELY = ((0.8, "Very likely"), (0.6, "Likely"), (0.0, "Possible"))
SHORT = {
    "email": "same email address", "mailbox": "same mailbox", "phone": "same phone number",
    "id": "ids that contain each other",
    "phone_end": "same last digits of the phone number", "name": "same name", "company": "same company",
    "country": "same country",
}  # fmt: skip
_LONG = {
    "email": "The same email address", "mailbox": "The same mailbox", "phone": "The same phone number",
    "id": "One id contains the other", "phone_end": "The phone numbers end alike", "name": "The same name",
    "company": "The same company", "country": "The same country",
}  # fmt: skip


def likely(score: float, lang: str) -> str:
    """A score from 0 to 1 as a word: it orders, it is no probability that anybody measured."""
    return say(next(word for least, word in LIKELY if score >= least), lang)


def evidence(match: Match, lang: str) -> list[tuple[str, str]]:
    """What speaks for it: (statement, how both write it), the strongest first."""
    found = []
    for told in match.evidence:
        one, other = told["one"], told["other"]
        written = one if one == other else say("{one} and {other}", lang, one=one, other=other)
        found.append((say(_LONG.get(told["signal"], told["signal"]), lang), written))
    return found


def short(match: Match, lang: str) -> str:
    """What speaks most for it, in a few words."""
    first = match.evidence[0]["signal"] if match.evidence else ""
    return say(SHORT.get(first, first), lang)


def also(desk: Desk, customer: str, lang: str) -> None:
    """The line of a ticket's customer card: who this may be as well, leading to where it is decided."""
    with desk.db.read() as db:
        found = matches.of_customer(db, customer)[:3]
        known = customers.resolve(db, [id for one in found for id in (one.one, one.other)])
    for match in found:
        other = known.get(match.other if match.one == customer else match.one)
        if other:
            who = label(other.name or other.email or other.id, 60)
            told = say("Perhaps also {who} ({why})", lang, who=who, why=short(match, lang))
            if st.button(told, type="tertiary", key=f"also:{match.id}", icon=":material/group:"):
                st.session_state["people_open"] = match.id
                st.session_state["people_state"] = "proposed"
                places.go("people")
