"""A customer's message in the reader's language, under the original: asked for once, then at hand for everybody."""

import hashlib
from typing import Any

import streamlit as st

from console import translating
from console.chat_model import ChatModel
from console.desk import Desk
from console.pages import session, ticket_work
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_reveal import said
from console.pages.ticket_work import Work
from console.translating import Lang
from ingest import clean

Piece = tuple[str, str, bool]  # a sentence, the gap behind it, and whether it is translated


def foreign(turn: Any, lang: str) -> bool:
    """Whether this message is a customer's and in the other language than the reader's."""
    return turn.direction == "incoming" and clean.language(turn.text) == ("en" if lang == "ja" else "ja")


def of(desk: Desk, text: str, lang: str) -> Work | None:
    """The translation of this message, on its way or done."""
    return ticket_work.of(desk, _key(text, lang))


def begin(desk: Desk, text: str, lang: str) -> None:
    """Translate a message in the background."""
    model = desk.chat
    if model is not None and not session.over():
        ticket_work.begin(
            desk, _key(text, lang), lambda work: _translate(work, text, "ja" if lang == "ja" else "en", model)
        )


def _key(text: str, lang: str) -> tuple[str, str, str]:
    return ("translation", hashlib.sha256(text.encode()).hexdigest(), lang)


def _translate(work: Work, text: str, to: Lang, model: ChatModel) -> None:
    pieces: tuple[Piece, ...] = ()
    for one in translating.apart(text.strip(), paragraphs=not translating.small(model)):
        words = translating.translate(one.text, to, model)
        told = one.told(one.text if words is None else words)
        pieces += ((told, translating.gap(one.gap, to), words is not None),)
        work.result = pieces


def done(desk: Desk, text: str, originals: dict[str, str], lang: str) -> str:
    """The finished translation as HTML, to stand under the message; empty where there is none."""
    work = of(desk, text, lang)
    return _shown(work, originals, lang) if work and work.done and not work.trouble else ""


def offer(desk: Desk, text: str, originals: dict[str, str], place: int, lang: str) -> None:
    """Draw what stands under a message that is not translated yet: the button, or the translation as it grows."""
    work = of(desk, text, lang)
    if work and not work.done:
        _growing(desk, text, originals, lang)
        return
    with st.container(key=f"translate_bar_{place}"):
        if work and work.trouble:
            st.caption(label(say(work.trouble, lang), 300))
        st.button(
            say("Translate", lang), key=f"translate:{place}", type="tertiary", icon=":material/translate:",
            on_click=begin, args=(desk, text, lang),
        )  # fmt: skip


@st.fragment(run_every=0.6)
def _growing(desk: Desk, text: str, originals: dict[str, str], lang: str) -> None:
    work = of(desk, text, lang)
    if session.over() or work is None or work.done:
        st.rerun()
    st.html(_shown(work, originals, lang))


def _shown(work: Work, originals: dict[str, str], lang: str) -> str:
    pieces: tuple[Piece, ...] = work.result or ()
    parts = ((said(text, originals), gap, fits) for text, gap, fits in pieces)
    words = "".join((text if fits else f"<u>{text}</u>") + gap for text, gap, fits in parts)
    caret = "" if work.done else "<span class='kz-caret'></span>"
    left = say("Underlined: could not be translated", lang) if any(not fits for *_, fits in pieces) else ""
    head = f"<summary>{html(say('Translation', lang))}<small>{html(left)}</small></summary>"
    body = f"<div class='kz-text' aria-live='polite'>{words}{caret}</div>"
    return f"<details open class='kz-translation'>{head}{body}</details>"
