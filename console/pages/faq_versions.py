"""How an FAQ entry came to say what it says: every version with its author, what it changed, and the way back."""

from collections.abc import Iterator, Sequence
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import review
from console.faq.publishing import CONDITIONS
from console.pages import faq_done, faq_queue, faq_reasons, times
from console.pages.faq_words import LANGUAGES
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_rewriting import compared
from ingest.store import accounts, versions
from ingest.store.faqs import Entry, Face
from ingest.store.versions import SUGGESTED, Version

ACTIONS = {
    "began": "Proposed by the desk", "seconded": "Approved by the first of two", "approved": "Approved",
    "edited": "Words changed", "rejected": "Turned down", "retired": "Taken down", "reopened": "Proposed again",
    "snoozed": "Snoozed", "woke": "Woken", "set a review of": "Review date set", "rolled back": "Brought back",
    "merged": "Merged with others", "split": "Split", "split off": "Split off", "suggested": "New words suggested",
}  # fmt: skip
_SHOWN = 30


def show(desk: Desk, me: Account, one: Entry) -> None:
    """Draw the versions, newest first; one of them opens to what it changed."""
    with desk.db.read() as db:
        found = versions.page(db, one.id, _SHOWN + 1)
        names = {name: accounts.displayed(db, name) for name in {version.by for version in found} if name}
    if not found:
        return
    lang, opened = me.lang, st.session_state.get("faq_version")
    st.html(f'<p class="kz-heading">{html(say("Versions", lang))}</p>')
    with st.container(key="faq_versions", gap=None):
        for place, version in enumerate(found[:_SHOWN]):
            this = (version.entry, version.number)
            st.button(
                _line(version, names.get(version.by, ""), lang), type="tertiary", key=f"faq_version_{version.number}",
                icon=":material/expand_more:" if this == opened else ":material/chevron_right:",
                help=times.exact(version.at), on_click=_open, args=(None if this == opened else this,),
            )  # fmt: skip
            if this == opened:
                _opened(desk, me, one, version, found[place + 1 :], newest=place == 0)


def _line(version: Version, by: str, lang: str) -> str:
    who = by or say("the desk", lang)
    action = say(ACTIONS.get(version.action, version.action), lang)
    return f"{version.number} · {label(action)} :gray[{label(who)} · {label(times.span(version.at, lang))}]"


def _open(this: tuple[str, int] | None) -> None:
    st.session_state["faq_version"] = this


def _opened(desk: Desk, me: Account, one: Entry, version: Version, older: Sequence[Version], *, newest: bool) -> None:
    changed = "".join(_changes(version, older[0] if older else None, me.lang))
    nothing = f"<p>{html(say('The words stayed as they were.', me.lang))}</p>"
    st.html(f"<div class='kz-change'>{changed or nothing}</div>")
    if me.supervises and not newest and version.action != SUGGESTED:
        st.button(
            say("Go back to this version", me.lang), icon=":material/history:", key="faq_rollback",
            on_click=_rollback, args=(desk, me, one, version.number),
            help=say("Its words, conditions, evidence and state hold again; published where it was then.", me.lang),
        )  # fmt: skip


def _rollback(desk: Desk, me: Account, one: Entry, number: int) -> None:
    told = say("Version {n} holds again.", me.lang, n=number)
    if faq_done.do(desk, partial(review.rollback, desk.shelves, one.id, number, by=me), told, ids=[one.id]):
        faq_queue.open_entry(one.id)
        _open(None)


def _changes(version: Version, before: Version | None, lang: str) -> Iterator[str]:
    """What a version changed, as safe HTML; all it said where it is the first."""
    was = before.faces if before else {}
    for spoken in dict.fromkeys((*version.faces, *was)):
        old, new = was.get(spoken, Face("", "")), version.faces.get(spoken, Face("", ""))
        if old != new:
            yield _heading(say(LANGUAGES.get(spoken, spoken), lang))
            yield sides(f"{old.question}\n{old.answer}".strip(), f"{new.question}\n{new.answer}".strip(), lang)
    for name in CONDITIONS:
        earlier, later = getattr(before, name, ""), getattr(version, name)
        if earlier != later:
            yield f"{_heading(say(name.capitalize(), lang))}<p><del>{html(earlier)}</del> <ins>{html(later)}</ins></p>"
    if version.note and version.note != getattr(before, "note", ""):
        yield f"<p>“{html(faq_reasons.told(version.note, lang))}”</p>"


def _heading(text: str) -> str:
    return f"<p class='kz-heading'>{html(text)}</p>"


def sides(old: str, new: str, lang: str) -> str:
    """Two texts side by side as safe HTML, what is only in one of them marked."""
    left, right = compared(old, new)
    cells = ((say("Before", lang), left), (say("After", lang), right))
    shown = "".join(
        f"<section><h4>{html(name)}</h4><div class='kz-text'>{text}</div></section>" for name, text in cells if text
    )
    return f"<div class='kz-sides'>{shown}</div>"
