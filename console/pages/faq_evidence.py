"""What an FAQ entry stands on: other wordings, where its answer stands, and who asked. Each opens at its quote."""

from typing import Any

import streamlit as st

from console.desk import Desk
from console.pages import ticket_source
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_source import Quoted
from ingest.store.faqs import Entry

_ICONS = {"article": "menu_book", "faq": "quiz", "ticket": "mail", "call": "call", "event": "campaign"}
_SHOWN = 12  # of one sort; the rest opens on a click


def show(desk: Desk, one: Entry, lang: str) -> None:
    """Draw it under the entry's words."""
    if one.variants:
        st.html(f'<p class="kz-heading">{html(say("Also asked as", lang))}</p>')
        st.html("".join(f'<div class="kz-text"><small>{html(text)}</small></div>' for text in one.variants[:_SHOWN]))
    _sort(desk, one, "answer", say("Where the answer stands", lang), lang)
    _sort(desk, one, "question", say("Who asked", lang), lang)


def _sort(desk: Desk, one: Entry, about: str, title: str, lang: str) -> None:
    found = [told for told in one.evidence if told.get("about") == about]
    if not found:
        return
    st.html(f'<p class="kz-heading">{html(title)}</p>')
    with st.container(key="faq_answer" if about == "answer" else "faq_asked"):
        all_of_them = st.session_state.get(f"faq_all_{about}_{one.id}", False)
        for number, told in enumerate(found if all_of_them else found[:_SHOWN]):
            _piece(desk, one, f"{about}:{number}", told, lang)
        if len(found) > _SHOWN and not all_of_them:
            st.button(
                say("{n} more", lang, n=len(found) - _SHOWN), type="tertiary", key=f"faq_more_of_{about}",
                on_click=_all, args=(f"faq_all_{about}_{one.id}",),
            )  # fmt: skip


def _all(key: str) -> None:
    st.session_state[key] = True


def _piece(desk: Desk, one: Entry, name: str, told: dict[str, Any], lang: str) -> None:
    place = f"faq:{one.id}"  # one source is open at a time
    opened = ticket_source.picked(place, None)
    quoted = Quoted(told["kind"], told["source"], told["title"], told["start"], told["end"], told["quote"])
    st.button(
        f"**{label(quoted.title or quoted.source, 60)}** :gray[{label(quoted.quote, 160)}]", type="tertiary",
        icon=f":material/{_ICONS.get(quoted.kind, 'description')}:", key=f"{place}:{name}",
        on_click=ticket_source.pick, args=(place, None if opened == quoted else quoted),
    )  # fmt: skip
    if opened == quoted:
        ticket_source.show(desk, quoted, place, lang)
