"""The open topic: how much it is asked, what the FAQ says of it, its questions, and its name, merging and splitting."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import curating
from console.faq.regrouping import NAME
from console.pages import places, times, topics_alerts, topics_done, topics_faq, topics_list, topics_open
from console.pages.faq_words import LANGUAGES
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.topics_list import Line
from ingest.store import topics
from ingest.store.topics import Asked, Topic

SHOWN = 15  # questions of a language; the rest opens on a click
_MOST = 200
_ICONS = {"ticket": "mail", "call": "call"}


def show(desk: Desk, me: Account, line: Line, lines: Sequence[Line]) -> None:
    """Draw it. `lines` are the other topics, which can be merged into this one."""
    one, lang = line.topic, me.lang
    with desk.db.read() as db:
        asked = topics.asked(db, one.id, _MOST)
    st.markdown(f"#### {label(one.name, 300)}")
    _facts(line, lang)
    if line.entry:
        st.html(f'<p class="kz-heading">{html(say("What the FAQ says", lang))}</p>')
        with st.container(key="topics_entries"):
            topics_faq.line(desk, line.entry, lang)
    if me.supervises:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="topics_tools"):
            if not line.entry and st.button(
                say("Prepare an answer", lang), icon=":material/quiz:", key="topics_answer",
                help=say("Makes a proposal for the FAQ out of these conversations. Nothing is published.", lang),
            ):  # fmt: skip
                topics_alerts.prepare(desk, me, one.id)
            _rename(desk, me, one)
            _merge(desk, me, one, lines)
            _split(desk, me, one, asked)
    else:
        st.caption(say("A supervisor names, merges and splits topics, and prepares answers.", lang))
    _questions(asked, one.id, lang)


def _facts(line: Line, lang: str) -> None:
    grew, why = topics_list.growth(line, lang)
    told = [
        say("{n} questions in all", lang, n=f"{line.topic.size:,}"), f"{why} ({grew})",
        say("named by {name}", lang, name=line.topic.named_by) if line.topic.named_by else "",
    ]  # fmt: skip
    chips = "".join(f'<span class="kz-chip bare">{html(text)}</span>' for text in told if text)
    st.html(f'<div class="kz-chips">{chips}</div>')


def _questions(asked: Sequence[Asked], topic: str, lang: str) -> None:
    by_lang: dict[str, list[Asked]] = {}
    for one in asked:
        by_lang.setdefault(one.lang, []).append(one)
    for spoken, some in sorted(by_lang.items(), key=lambda pair: -len(pair[1])):
        name = say(LANGUAGES.get(spoken, spoken or "Other languages"), lang)
        st.html(f'<p class="kz-heading">{html(f"{name} · {len(some):,}")}</p>')
        key = f"topics_all_{spoken}_{topic}"
        whole = st.session_state.get(key, False)
        with st.container(key=f"topics_questions_{spoken or 'other'}", gap=None):
            for one in some if whole else some[:SHOWN]:
                _question(one, lang)
            if len(some) > SHOWN and not whole:
                st.button(
                    say("{n} more", lang, n=len(some) - SHOWN), type="tertiary", key=f"topics_more_{spoken}",
                    on_click=_all, args=(key,),
                )  # fmt: skip


def _question(one: Asked, lang: str) -> None:
    place = "_".join(map(str, one.key))
    if st.button(
        f"{label(one.text, 220)} :gray[:small[{label(times.span(one.at, lang))}]]", type="tertiary", width="stretch",
        icon=f":material/{_ICONS.get(one.kind, 'mail')}:", key=f"topics_asked_{place}",
        help=f"{say('Open the conversation', lang)} · {one.source}",
    ):  # fmt: skip
        places.go("ticket", ticket=one.source)


def _all(key: str) -> None:
    st.session_state[key] = True


def _rename(desk: Desk, me: Account, one: Topic) -> None:
    lang, field = me.lang, f"topics_name_{one.id}_{one.name}"
    with st.popover(say("Rename", lang), icon=":material/edit:", type="tertiary", key=f"topics_rename_{one.id}"):
        st.text_input(say("Name", lang), one.name, key=field, max_chars=NAME)
        st.button(
            say("Rename", lang), type="primary", key="topics_rename", on_click=_named, args=(desk, me, one, field)
        )


def _named(desk: Desk, me: Account, one: Topic, field: str) -> None:
    name = st.session_state.get(field, one.name)
    told = say("Renamed: {name}", me.lang, name=name)
    back = partial(curating.rename, desk.db, one.id, one.name, by=me)
    topics_done.do(partial(curating.rename, desk.db, one.id, name, by=me), told, back)


def _merge(desk: Desk, me: Account, one: Topic, lines: Sequence[Line]) -> None:
    lang, names = me.lang, {line.topic.id: line.topic.name for line in lines if line.topic.id != one.id}
    if not names:
        return
    with st.popover(say("Merge", lang), icon=":material/call_merge:", type="tertiary", key=f"topics_merge_{one.id}"):
        st.caption(say("Their questions join this topic for good; its name stays.", lang))
        chosen = st.multiselect(
            say("Topics about the same", lang), list(names), key=f"topics_others_{one.id}",
            format_func=lambda id: names.get(id, id), placeholder=say("Choose topics", lang),
        )  # fmt: skip
        st.button(
            say("Merge into this topic", lang), type="primary", key="topics_merge", disabled=not chosen,
            on_click=_merged, args=(desk, me, one, chosen), help=None if chosen else say("Choose topics first.", lang),
        )  # fmt: skip


def _merged(desk: Desk, me: Account, one: Topic, chosen: list[str]) -> None:
    told = say("{n} merged into: {name}", me.lang, n=len(chosen), name=one.name)
    if topics_done.do(partial(curating.merge, desk.db, [one.id, *chosen], by=me), told):
        topics_open.topic(one.id)


def _split(desk: Desk, me: Account, one: Topic, asked: Sequence[Asked]) -> None:
    lang, texts = me.lang, {said.key: f"{said.text} · {said.source}" for said in asked}
    if len(asked) < 2:
        return
    with st.popover(say("Split", lang), icon=":material/call_split:", type="tertiary", key=f"topics_split_{one.id}"):
        st.caption(say("The chosen questions become a topic of their own, and stay there.", lang))
        chosen = st.multiselect(
            say("Questions about something else", lang), list(texts), key=f"topics_off_{one.id}_{one.size}",
            format_func=lambda key: texts.get(key, ""), placeholder=say("Choose questions", lang),
        )  # fmt: skip
        may = 0 < len(chosen) < len(asked)
        st.button(
            say("Split off", lang), type="primary", key="topics_split", disabled=not may, on_click=_parted,
            args=(desk, me, one, chosen), help=None if may else say("Choose some, but not all.", lang),
        )  # fmt: skip


def _parted(desk: Desk, me: Account, one: Topic, chosen: list[topics.Key]) -> None:
    made: list[str] = []

    def change() -> None:
        made.append(curating.split(desk.db, one.id, chosen, by=me))

    def back() -> None:
        curating.merge(desk.db, [one.id, *made], by=me)

    if topics_done.do(change, say("{n} questions split off.", me.lang, n=len(chosen)), back):
        topics_open.topic(made[0])
