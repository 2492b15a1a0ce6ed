"""The open FAQ entry: what it costs, what speaks against it, its words in both languages, and what it stands on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import proposals, publishing
from console.faq.publishing import CONDITIONS
from console.pages import (
    faq_deciding,
    faq_deflection,
    faq_evidence,
    faq_flags,
    faq_queue,
    faq_reasons,
    faq_versions,
    faq_words,
    times,
)
from console.pages.faq_queue import Line
from console.pages.faq_words import LANGUAGES
from console.pages.language import say
from console.pages.plain import html, label
from ingest.store import accounts
from ingest.store.faqs import Entry


def show(desk: Desk, me: Account, lines: Sequence[Line], opened: Line) -> None:
    """Draw the entry. `lines` are its neighbours in the queue, to walk through and to merge with."""
    one, ids = opened.entry, [line.entry.id for line in lines]
    place = ids.index(one.id)
    following = (ids[place + 1 :] or ids[:place][-1:] or [""])[0]
    with desk.db.read() as db:
        pending = publishing.waiting(db, one)
    with st.container(horizontal=True, vertical_alignment="top", wrap=False):
        with st.container(gap="xsmall"):
            _facts(one, me.lang)
            faq_queue.explained(opened.demand, me.lang)
            if opened.deflection:
                faq_deflection.show(opened.deflection, me.lang, whole=False)
        _walk(ids[place - 1] if place else "", ids[place + 1] if place + 1 < len(ids) else "", me.lang)
    _second(desk, me, one, pending)
    faq_flags.show(desk, me, one)
    if me.supervises and one.state != "rejected":
        words = replace(pending, updated=one.updated, seconded=one.seconded) if pending else one
        faq_words.show(words, me.lang)
        faq_deciding.show(desk, me, words, following, [line.entry for line in lines])
    else:
        _reading(desk, me, one, following)
    faq_evidence.show(desk, one, me.lang)
    faq_versions.show(desk, me, one)


def _facts(one: Entry, lang: str) -> None:
    spoken = [lang_ for lang_, face in one.faces.items() if face.whole] or [one.lang]
    told = [
        say("{n} conversations", lang, n=len(proposals.members(one))),
        " · ".join(say(LANGUAGES.get(name, name), lang) for name in spoken),
        *(getattr(one, name) for name in CONDITIONS),
        one.by,
    ]
    if one.snoozed and one.snoozed > datetime.now(UTC):
        told.append(say("Asleep until {day}", lang, day=times.day(one.snoozed)))
    if one.review:
        told.append(say("Review on {day}", lang, day=times.day(one.review)))
    when = f'<time title="{html(times.exact(one.updated))}">{html(times.span(one.updated, lang))}</time>'
    chips = "".join(f'<span class="kz-chip bare">{html(text)}</span>' for text in told if text)
    st.html(f'<div class="kz-chips">{chips}<span class="kz-chip bare">{when}</span></div>')


def _walk(before: str, after: str, lang: str) -> None:
    """The way to the entry before and after, without the mouse."""
    with st.container(horizontal=True, wrap=False, gap="small", width="content", key="faq_walk"):
        for name, icon, keys, id in (
            (say("Entry before", lang), "keyboard_arrow_up", "K", before),
            (say("Entry after", lang), "keyboard_arrow_down", "J", after),
        ):
            st.button(
                "", icon=f":material/{icon}:", type="tertiary", shortcut=keys, key=f"faq_walk_{keys}", disabled=not id,
                help=f"{name} · {keys}", on_click=faq_queue.open_entry, args=(id,),
            )  # fmt: skip


def _second(desk: Desk, me: Account, one: Entry, pending: Entry | None) -> None:
    """Who approved it first, and what waits for a second supervisor."""
    lang = me.lang
    if one.seconded:
        with desk.db.read() as db:
            name = accounts.displayed(db, one.seconded)
        told = say("Approved first by {name}. It waits for another supervisor.", lang, name=name)
        st.info(label(told), icon=":material/group:")
    elif pending:
        st.info(
            say("These words wait for approval. What is published stays until then.", lang), icon=":material/group:"
        )
    for spoken, face in pending.faces.items() if pending else ():
        old = one.faces.get(spoken)
        if old != face:
            before = f"{old.question}\n{old.answer}" if old else ""
            after = f"{face.question}\n{face.answer}"
            st.html(f"<div class='kz-change'>{faq_versions.sides(before, after, lang)}</div>")


def _reading(desk: Desk, me: Account, one: Entry, following: str) -> None:
    for face in one.faces.values():
        st.markdown(f"##### {label(face.question, 300)}")
        st.text(face.answer or say("No answer was found in the conversations. Write it.", me.lang))
    if one.state == "rejected":
        told, reason = say("Turned down", me.lang), faq_reasons.told(one.note, me.lang)
        st.caption(f"{told}: {label(reason)}" if reason else told)
    if not me.supervises:
        st.info(say("A supervisor decides what is published. You can read every entry and its evidence.", me.lang))
    elif one.state == "rejected":
        faq_deciding.again(desk, me, one, following)
