"""The middle column: what to answer. Suggestions at once, the draft as it is written, the editor, and the send bar."""

import re
import time

import streamlit as st

from console import answers
from console.answers import Suggestions
from console.desk import Desk
from console.evidence import plain
from console.pages import session, ticket_source, ticket_writing
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_opened import Opened
from console.pages.ticket_source import Quoted
from ingest.store.drafts import Stored

_MARK = re.compile(r"\[(\d{1,2})\]")
STARTING = "The chat model is starting."


def suggest(desk: Desk, opened: Opened) -> tuple[Suggestions, int]:
    """What helps at once, and how many milliseconds it took; looked up once for each state of the conversation."""
    state = (opened.id, len(opened.turns))
    kept = st.session_state.get("suggested")
    if kept is None or kept[0] != state:
        began = time.perf_counter()
        found = answers.suggest(opened.ticket, desk.search)
        kept = st.session_state["suggested"] = (state, found, round(1000 * (time.perf_counter() - began)))
    return kept[1], kept[2]


def show(desk: Desk, opened: Opened, suggestions: Suggestions, lang: str) -> None:
    """Draw the reply column; at its end, a draft that is wanted begins to be written."""
    writing = ticket_writing.of(desk, opened.id)
    outdated = writing is not None and writing.opened.asked != opened.asked
    wanted = opened.wants_draft and desk.chat is not None and (writing is None or outdated)
    if wanted or (writing and not writing.done and not writing.unwanted):
        _stream(desk, opened.id, lang)
    else:
        _troubles(desk, opened, writing.trouble if writing and not outdated else "", lang)
        _editor(opened, lang)
    _suggestions(desk, opened, suggestions, lang)
    if wanted:
        ticket_writing.begin(desk, opened)


@st.fragment(run_every=0.5)
def _stream(desk: Desk, id: str, lang: str) -> None:
    writing = ticket_writing.of(desk, id)
    if session.over() or (writing and (writing.done or writing.unwanted)):
        st.rerun()
    text = marked(writing.text) if writing else ""
    st.html(f"<div class='kz-draft' aria-live='polite'>{text}<span class='kz-caret'></span></div>")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/edit_note: {say('Writing a draft from your sources…', lang)}")
        st.button(say("Write it myself", lang), type="tertiary", key="stop", on_click=_stop, args=(desk, id))


def marked(text: str) -> str:
    """A draft as safe HTML, its citation numbers raised."""
    return _MARK.sub(r"<sup>\1</sup>", html(text))


def _stop(desk: Desk, id: str) -> None:
    writing = ticket_writing.of(desk, id)
    if writing and not writing.done:
        writing.drop()


def _troubles(desk: Desk, opened: Opened, trouble: str, lang: str) -> None:
    draft = opened.proposal
    if trouble:
        told = f"{say('The draft could not be written.', lang)} {label(say(trouble, lang), 400)}"
        st.warning(told, icon=":material/error:")
    elif draft and draft.abstained:
        told = f"**{say('No source answers this.', lang)}** {label(say(draft.reason, lang), 300)}"
        st.info(told, icon=":material/help:")
        st.button(
            say("Use the holding reply", lang), icon=":material/hourglass_top:", key="holding",
            on_click=_insert, args=(desk, opened.id, draft.reply),
        )  # fmt: skip
    elif desk.chat is None and opened.wants_draft:
        _without_model(desk, lang)


def _without_model(desk: Desk, lang: str) -> None:
    if desk.chat_trouble != STARTING:
        st.info(label(say(desk.chat_trouble, lang), 400), icon=":material/info:")
        return
    st.info(say("The chat model is starting; a draft follows. The suggestions below work already.", lang))
    _until_started(desk)


@st.fragment(run_every=2.0)
def _until_started(desk: Desk) -> None:
    if desk.chat is not None or desk.chat_trouble != STARTING:
        st.rerun()


def _editor(opened: Opened, lang: str) -> None:
    key, draft = editor_key(opened.id), opened.proposal
    if draft and not draft.abstained:
        _pour(opened.id, draft)
    st.text_area(
        say("Reply", lang), key=key, height=330, persist_state="session", label_visibility="collapsed",
        placeholder=say("Write the reply, or insert a suggestion.", lang),
    )  # fmt: skip
    if draft and not draft.abstained:
        _cited(opened, draft, lang)


def editor_key(id: str) -> str:
    """Where the session keeps the reply being written."""
    return f"reply:{id}"


def poured(id: str, draft: Stored | None) -> bool:
    """Whether this draft is what the editor was filled with."""
    return draft is not None and st.session_state.get(f"poured:{id}", ("",))[0] == draft.id


def numbers(id: str) -> tuple[int, ...]:
    """The citation numbers of the draft that the editor was last filled with; they are not for the customer."""
    told: tuple[int, ...] = st.session_state.get(f"numbers:{id}", ())
    return told


def _pour(id: str, draft: Stored) -> None:
    """Put a new draft into the editor, unless the agent has words of their own there."""
    state, key = st.session_state, editor_key(id)
    known, before = state.get(f"poured:{id}", ("", ""))
    written = (state.get(key) or "").strip()
    if known != draft.id and written in ("", before.strip()):
        _replace(id, draft)


def _cited(opened: Opened, draft: Stored, lang: str) -> None:
    if not poured(opened.id, draft):
        st.button(
            say("Replace my text with the draft", lang), icon=":material/swap_horiz:", type="tertiary", key="use_draft",
            on_click=_replace, args=(opened.id, draft),
        )  # fmt: skip
    with st.container(horizontal=True, gap="small", key="citations"):
        for told in draft.citations:
            quoted = ticket_source.of_citation(told)
            st.button(
                f"**{quoted.n}** {label(quoted.title or quoted.source, 34)}", key=f"cite:{draft.id}:{quoted.n}",
                help=label(quoted.quote, 300), on_click=ticket_source.pick, args=(opened.id, quoted),
            )  # fmt: skip


def _replace(id: str, draft: Stored) -> None:
    st.session_state[editor_key(id)] = draft.reply
    st.session_state[f"poured:{id}"] = (draft.id, draft.reply)
    st.session_state[f"numbers:{id}"] = tuple(told["n"] for told in draft.citations)


def _insert(desk: Desk, id: str, text: str) -> None:
    """Add to the editor; whoever inserts something has no use for a draft that is still being written."""
    key = editor_key(id)
    written = (st.session_state.get(key) or "").rstrip()
    st.session_state[key] = f"{written}\n\n{text}" if written else text
    _stop(desk, id)


def _suggestions(desk: Desk, opened: Opened, found: Suggestions, lang: str) -> None:
    st.html(f"<h3 class='kz-heading'>{html(say('Suggestions', lang))}</h3>")
    if not found.cases and not found.articles:
        st.caption(say("Nothing similar yet. Bring articles and solved tickets in on the Intake page.", lang))
    for case in found.cases[:1]:
        reply = case.resolution
        quoted = Quoted(case.hit.kind, case.hit.source, case.hit.title, reply.start, reply.end, reply.text)
        solved = ticket_source.solved(case.solved, lang)
        _suggestion(desk, opened, say("How it was solved before", lang), quoted, solved, lang)
    for hit in found.articles[:3]:
        body = hit.passage
        quoted = Quoted(hit.kind, hit.source, hit.title, body.start, body.end, body.text)
        kind = "FAQ entry" if hit.kind == "faq" else "Article"
        _suggestion(desk, opened, say(kind, lang), quoted, body.section, lang)


def _suggestion(desk: Desk, opened: Opened, kind: str, quoted: Quoted, told: str, lang: str) -> None:
    key = f"{quoted.kind}:{quoted.source}"
    head = f"<b>{html(quoted.title or quoted.source)}</b> <small>{html(' · '.join(filter(None, (kind, told))))}</small>"
    st.html(f"<div class='kz-suggestion'><div>{head}</div><p>{html(_excerpt(quoted.quote))}</p></div>")
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Insert", lang), type="tertiary", icon=":material/add:", key=f"insert:{key}",
            on_click=_insert, args=(desk, opened.id, quoted.quote),
        )  # fmt: skip
        st.button(
            say("Read", lang), type="tertiary", icon=":material/visibility:", key=f"read:{key}",
            on_click=ticket_source.pick, args=(opened.id, quoted),
        )  # fmt: skip


def _excerpt(text: str) -> str:
    """The first lines of a passage without its Markdown, and without the heading that the card shows already."""
    lines = (plain(line) for line in text.splitlines() if not line.lstrip().startswith("#"))
    return "\n".join(line for line in lines if line)[:600]
