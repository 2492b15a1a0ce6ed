"""The FAQ entries that a topic or an event has, as lines that lead to the FAQ page."""

from collections.abc import Iterable, Mapping

import streamlit as st

from console.desk import Desk
from console.faq import proposals
from console.pages import faq_queue, places
from console.pages.language import say
from console.pages.plain import label
from ingest.store import faqs
from ingest.store.faqs import Entry

STATES = {"approved": "Published", "proposed": "To decide", "rejected": "Turned down"}
_ICONS = {"approved": "check_circle", "proposed": "pending", "rejected": "cancel"}


def covering(entries: Iterable[Entry], sources: Mapping[str, set[str]]) -> dict[str, Entry]:
    """By topic, whose conversations are given, the entry that covers it: published ones before proposed ones.

    An entry covers the topic that it came from, or the one that most of its conversations are in.
    """
    found: dict[str, tuple[bool, int, Entry]] = {}
    for entry in entries:
        theirs = proposals.members(entry)
        shared = {topic: len(theirs & ids) for topic, ids in sources.items()}
        best = entry.topic if entry.topic in shared else max(shared, key=lambda topic: shared[topic], default="")
        if best and (best == entry.topic or 2 * shared[best] > len(theirs) > 0):
            fit = (entry.state == "approved", shared[best], entry)
            if best not in found or fit[:2] > found[best][:2]:
                found[best] = fit
    return {topic: entry for topic, (_, _, entry) in found.items()}


def line(desk: Desk, one: Entry, lang: str) -> None:
    """Draw one entry: its question, how it stands, and what it lacks."""
    answered = any(face.whole for face in one.faces.values())
    told = say(STATES.get(one.state, one.state), lang) + ("" if answered else f" · {say('no answer yet', lang)}")
    question = one.faces.get(lang, one.faces[one.lang]).question
    if st.button(
        f"{label(question, 110)} :gray[:small[{label(told)}]]", type="tertiary", width="stretch",
        icon=f":material/{_ICONS.get(one.state, 'quiz')}:", key=f"topics_entry_{one.id}",
        help=say("Open it in the FAQ", lang),
    ):  # fmt: skip
        open_entry(desk, one.id)


def open_entry(desk: Desk, id: str) -> None:
    """Leave for the FAQ page with this entry open."""
    with desk.db.read() as db:
        entry = faqs.get(db, id)
    st.session_state["faq_state"] = entry.state if entry else "proposed"
    faq_queue.open_entry(id)
    places.go("faq")
