"""A customer's message in the reader's language, under the original: asked for once, then at hand for everybody."""

import hashlib
from dataclasses import dataclass
from typing import Any

import streamlit as st

from console import translating
from console.background import Work, Works
from console.chat_model import ChatModel
from console.desk import Desk
from console.pages import session
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_reveal import said
from console.translating import Lang
from ingest import clean

Piece = tuple[str, str, bool]  # a sentence, the gap behind it, and whether it is translated


@dataclass
class Translation(Work):
    """One message on its way into the other language, which grows by `pieces`."""

    on: Desk
    text: str
    to: Lang
    model: ChatModel
    pieces: tuple[Piece, ...] = ()

    def do(self) -> None:
        """Translate one sentence after another."""
        for one in translating.apart(self.text.strip(), paragraphs=not translating.small(self.model)):
            words = translating.translate(one.text, self.to, self.model)
            told = one.told(one.text if words is None else words)
            self.pieces += ((told, translating.gap(one.gap, self.to), words is not None),)


_translations = Works[Translation]()


def foreign(turn: Any, lang: str) -> bool:
    """Whether this message is a customer's and in the other language than the reader's."""
    return turn.direction == "incoming" and clean.language(turn.text) == ("en" if lang == "ja" else "ja")


def of(desk: Desk, text: str, lang: str) -> Translation | None:
    """The translation of this message, on its way or done."""
    return _translations.of(desk, _key(text, lang))


def begin(desk: Desk, text: str, lang: str) -> None:
    """Translate a message in the background."""
    model = desk.chat
    if model is not None and not session.over():
        _translations.begin(Translation(desk, text, "ja" if lang == "ja" else "en", model), _key(text, lang))


def _key(text: str, lang: str) -> tuple[str, str]:
    return hashlib.sha256(text.encode()).hexdigest(), lang


def done(desk: Desk, text: str, originals: dict[str, str], lang: str) -> str:
    """The finished translation as HTML, to stand under the message; empty where there is none."""
    work = of(desk, text, lang)
    return _shown(work, originals, lang) if work and work.finished and not work.trouble else ""


def offer(desk: Desk, text: str, originals: dict[str, str], place: int, lang: str) -> None:
    """Draw what stands under a message that is not translated yet: the button, or the translation as it grows."""
    work = of(desk, text, lang)
    if work and not work.finished:
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
    if session.over() or work is None or work.finished:
        st.rerun()
    st.html(_shown(work, originals, lang))


def _shown(work: Translation, originals: dict[str, str], lang: str) -> str:
    parts = ((said(text, originals), gap, fits) for text, gap, fits in work.pieces)
    words = "".join((text if fits else f"<u>{text}</u>") + gap for text, gap, fits in parts)
    caret = "" if work.finished else "<span class='kz-caret'></span>"
    left = say("Underlined: could not be translated", lang) if any(not fits for *_, fits in work.pieces) else ""
    head = f"<summary>{html(say('Translation', lang))}<small>{html(left)}</small></summary>"
    body = f"<div class='kz-text' aria-live='polite'>{words}{caret}</div>"
    return f"<details open class='kz-translation'>{head}{body}</details>"
