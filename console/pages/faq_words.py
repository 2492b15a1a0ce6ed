"""The words in the FAQ page's fields: both faces and whom they hold for, as a supervisor has typed them so far."""

from dataclasses import replace
from datetime import datetime

import streamlit as st

from console.faq.publishing import CONDITIONS
from console.pages.language import say
from ingest.store.faqs import Entry, Face

LANGUAGES = {"en": "English", "ja": "Japanese"}
_CONDITIONS = {"product": "Product", "plan": "Plan", "region": "Region"}


def show(one: Entry, lang: str) -> None:
    """Draw the fields: a tab for each language, then the conditions."""
    _begin(one)
    spoken = [*dict.fromkeys((*one.faces, *LANGUAGES))]
    for tab, face in zip(st.tabs([_title(one, face, lang) for face in spoken]), spoken, strict=True):
        with tab:
            _face(one, face, lang)
    for column, (name, title) in zip(st.columns(3, gap="small"), _CONDITIONS.items(), strict=True):
        column.text_input(
            say(title, lang), getattr(one, name), key=key(name, one.id), max_chars=80, placeholder=say("any", lang)
        )


def said(one: Entry) -> Entry:
    """The entry with what stands in the fields, and the time of the words that it was typed over."""
    faces = {lang: Face(_held(one, "question", lang), _held(one, "answer", lang)) for lang in (*one.faces, *LANGUAGES)}
    main = faces.pop(one.lang)
    others = {lang: face for lang, face in faces.items() if face.question.strip() or face.answer.strip()}
    conditions = {name: st.session_state.get(key(name, one.id), getattr(one, name)) for name in CONDITIONS}
    typed_over: tuple[str, datetime | None] = st.session_state.get("faq_base", (one.id, one.updated))
    updated = typed_over[1] if typed_over[0] == one.id else one.updated
    return replace(one, question=main.question, answer=main.answer, others=others, updated=updated, **conditions)


def put(one: Entry, lang: str, answer: str) -> None:
    """Put another answer into the field of one face; nothing is kept yet."""
    st.session_state[_field("answer", one, lang)] = answer


def renew(id: str, *, typed: bool) -> None:
    """Let the fields of an entry begin with its kept words again; with `typed`, what was typed into them stays."""
    st.session_state.pop("faq_base", None)
    if typed:
        return
    rounds: dict[str, int] = st.session_state.setdefault("faq_rounds", {})
    rounds[id] = rounds.get(id, 0) + 1


def key(name: str, id: str) -> str:
    """The key of a field; another one after each change, so that old words do not stay in it."""
    times = st.session_state.get("faq_rounds", {}).get(id, 0)
    return f"faq_{name}_{id}" + (f"_{times}" if times else "")


def _begin(one: Entry) -> None:
    """Remember what was there when typing began: who changes it meanwhile is not overwritten."""
    base = st.session_state.get("faq_base")
    if base is None or base[0] != one.id:
        st.session_state["faq_base"] = (one.id, one.updated)


def _title(one: Entry, face: str, lang: str) -> str:
    name = say(LANGUAGES.get(face, face), lang)
    there = face in one.faces and one.faces[face].whole
    return name if there else f"{name} :gray[· {say('missing', lang)}]"


def _face(one: Entry, face: str, lang: str) -> None:
    words = one.faces.get(face, Face("", ""))
    lines = sum(1 + len(line) // (45 if face == "ja" else 90) for line in words.answer.split("\n"))
    st.text_input(say("Question", lang), words.question, key=_field("question", one, face), max_chars=300)
    main = say("No answer was found in the conversations. Write it.", lang)
    other = say("Not written yet. Without it, readers of this language are shown the other one.", lang)
    st.text_area(
        say("Answer", lang), words.answer, key=_field("answer", one, face), height=min(max(60 + 25 * lines, 120), 420),
        placeholder=main if face == one.lang else other,
    )  # fmt: skip


def _field(name: str, one: Entry, face: str) -> str:
    return key(name if face == one.lang else f"{name}_{face}", one.id)


def _held(one: Entry, name: str, face: str) -> str:
    kept = getattr(one.faces.get(face, Face("", "")), name)
    held: str = st.session_state.get(_field(name, one, face), kept)
    return held
