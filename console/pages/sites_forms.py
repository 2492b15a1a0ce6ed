"""What a site asks before and after a chat: suggested questions, a form, files, and how it went."""

from dataclasses import replace
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import sites_done
from console.pages.language import say
from console.pages.sites_form import LANGS
from console.widget import forms, sites, uploads
from console.widget.forms import Field, Forms
from ingest.store.sites import Site

FIELDS = {
    "name": "Name", "email": "E-mail address", "order": "Order number", "topic": "Topic, to choose from",
    "text": "Free text",
}  # fmt: skip
_FILLED = "sites_forms_filled"


def show(desk: Desk, me: Account, site: Site) -> Site:
    """Draw the form; returns the site as it stands there, saved or not."""
    _fill(site)
    lang, now = me.lang, forms.read(site.forms)
    _starters(lang)
    _before(lang)
    _heading("Files", lang)
    st.checkbox(say("Visitors may attach files", lang), key="forms_uploads", persist_state="session")
    told = "PNG, JPEG, WebP, PDF and plain text up to 5 MB, {n} a message. Each is checked; pictures are drawn anew."
    st.caption(say(told, lang, n=uploads.A_MESSAGE))
    _after(lang)
    draft = _draft()
    with st.container(horizontal=True, vertical_alignment="center", key="sites_forms_row"):
        st.button(
            say("Save", lang), key="sites_forms_save", type="primary", icon=":material/check:", disabled=draft == now,
            on_click=_save, args=(desk, me, site),
        )  # fmt: skip
        if draft != now:
            st.caption(say("Not saved yet", lang), width="content")
    return replace(site, forms=forms.loose(draft))


def _fill(site: Site) -> None:
    """What is kept goes into the fields when another site is opened, and when this one was changed."""
    mark = (site.id, site.changed)
    if st.session_state.get(_FILLED) == mark and "forms_uploads" in st.session_state:
        return
    st.session_state[_FILLED] = mark
    now = forms.read(site.forms)
    asked = {one.kind: one for one in now.fields}
    values: dict[str, object] = {"uploads": now.uploads, "survey": now.survey, "suggest": now.suggest}
    for kind in FIELDS:
        one = asked.get(kind, Field(kind))
        values |= {f"on_{kind}": kind in asked, f"required_{kind}": one.required}
        values |= {f"label_{kind}_{lang}": one.labels.get(lang, "") for lang in LANGS}
        if kind == "topic":
            values |= {f"choices_{lang}": "\n".join(one.choices.get(lang, [])) for lang in LANGS}
    for lang in LANGS:
        values[f"consent_{lang}"] = now.consent.get(lang, "")
        values[f"questions_{lang}"] = "\n".join(one.get(lang, "") for one in now.questions)
        values[f"starters_{lang}"] = "\n".join(now.starters.get(lang, []))
    for name, value in values.items():
        st.session_state[f"forms_{name}"] = value


def _starters(lang: str) -> None:
    _heading("Under the greeting", lang)
    st.checkbox(say("Suggest questions", lang), key="forms_suggest", persist_state="session")
    if st.session_state["forms_suggest"]:
        told = "One a line, {n} at most. Empty: what the approved FAQ is asked most."
        _areas("starters", say("Suggested questions", lang), lang, say(told, lang, n=forms.STARTERS))


def _before(lang: str) -> None:
    _heading("Form before the chat", lang)
    for kind, name in FIELDS.items():
        with st.container(horizontal=True, vertical_alignment="center", key=f"sites_forms_{kind}"):
            st.checkbox(say(name, lang), key=f"forms_on_{kind}", persist_state="session", width=240)
            if st.session_state[f"forms_on_{kind}"]:
                required = say("Required", lang)
                st.checkbox(required, key=f"forms_required_{kind}", persist_state="session", width="content")
    asked = [kind for kind in FIELDS if st.session_state[f"forms_on_{kind}"]]
    if not asked:
        st.caption(say("Nothing is asked: the chat begins at once.", lang))
        return
    if not any(st.session_state[f"forms_required_{kind}"] for kind in asked):
        st.caption(say("Nothing is required: visitors may pass the form over.", lang))
    for tab, spoken in zip(st.tabs([say(name, lang) for name in LANGS.values()]), LANGS, strict=True):
        with tab:
            _labels(asked, spoken, lang)


def _labels(asked: list[str], spoken: str, lang: str) -> None:
    for kind in asked:
        st.text_input(
            say("Label: {field}", lang, field=say(FIELDS[kind], lang)), key=f"forms_label_{kind}_{spoken}",
            max_chars=forms.LABEL, placeholder=forms.LABELS[spoken][kind], persist_state="session",
        )  # fmt: skip
        if kind == "topic":
            st.text_area(
                say("Choices, one a line", lang), key=f"forms_choices_{spoken}", height=100, persist_state="session"
            )
    if set(asked) & set(forms.PERSONAL):
        st.text_area(
            say("What visitors agree to, beside a box that they tick themselves", lang),
            key=f"forms_consent_{spoken}", max_chars=forms.CONSENT, height=80, persist_state="session",
            placeholder=forms.CONSENTS[spoken].replace("{company}", "…"),
            help=say("Name and address are kept only with it; its words and the time stand in the journal.", lang),
        )  # fmt: skip


def _after(lang: str) -> None:
    _heading("After the chat", lang)
    st.checkbox(say("Ask how it went", lang), key="forms_survey", persist_state="session")
    if st.session_state["forms_survey"]:
        told = "Beside a mark from 1 to 5 and a comment. One a line, {n} at most, in the same order in each language."
        _areas("questions", say("Questions of your own", lang), lang, say(told, lang, n=forms.QUESTIONS))


def _areas(name: str, title: str, lang: str, help: str) -> None:
    """A field for lines in each language, side by side."""
    for column, (spoken, told) in zip(st.columns(len(LANGS)), LANGS.items(), strict=True):
        column.text_area(
            f"{title} · {say(told, lang)}", key=f"forms_{name}_{spoken}", height=110, help=help, persist_state="session"
        )


def _draft() -> Forms:
    """The forms as they stand in the fields."""
    told = st.session_state
    fields = tuple(_field(kind) for kind in FIELDS if told[f"forms_on_{kind}"])
    lines = {lang: told.get(f"forms_questions_{lang}", "").split("\n") for lang in LANGS}
    count = max(len(some) for some in lines.values())
    questions = [
        {lang: text for lang, some in lines.items() if (text := forms.plain("".join(some[n : n + 1])))}
        for n in range(count)
    ]
    starters = {lang: _lines(f"starters_{lang}") for lang in LANGS}
    return Forms(
        bool(told["forms_uploads"]), fields, _texts("consent"), bool(told["forms_survey"]),
        tuple(one for one in questions if one), bool(told["forms_suggest"]),
        {lang: some for lang, some in starters.items() if some},
    )  # fmt: skip


def _field(kind: str) -> Field:
    choices = {lang: some for lang in LANGS if kind == "topic" and (some := _lines(f"choices_{lang}"))}
    return Field(kind, bool(st.session_state[f"forms_required_{kind}"]), _texts(f"label_{kind}"), choices)


def _texts(name: str) -> dict[str, str]:
    said = {lang: forms.plain(st.session_state.get(f"forms_{name}_{lang}", "")) for lang in LANGS}
    return {lang: text for lang, text in said.items() if text}


def _lines(name: str) -> list[str]:
    return [text for line in st.session_state.get(f"forms_{name}", "").split("\n") if (text := forms.plain(line))]


def _save(desk: Desk, me: Account, site: Site) -> None:
    act = partial(sites.ask, desk.db, site.id, _draft(), me)
    sites_done.do(act, say("Saved: {name}", me.lang, name=site.name))


def _heading(text: str, lang: str) -> None:
    st.markdown(f"##### {say(text, lang)}")
