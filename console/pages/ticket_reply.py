"""The middle column: what to answer. Suggestions at once, the draft as it is written, the editor with its tools."""

import time
from dataclasses import replace

import streamlit as st

from console import drafting
from console import suggestions as helpful
from console.accounts import Account
from console.desk import Desk
from console.dossier import Opened
from console.evidence import plain
from console.pages import (
    session,
    ticket_editor,
    ticket_macros,
    ticket_marks,
    ticket_missing,
    ticket_next,
    ticket_rewriting,
    ticket_source,
)
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_source import Quoted
from console.suggestions import Suggestions
from ingest.store.drafts import Stored

_NO_SOURCE = "No source answers this question."
STARTING = "The chat model is starting."


def suggest(desk: Desk, opened: Opened) -> tuple[Suggestions, int]:
    """What helps at once, and how many milliseconds it took; looked up once for each state of the conversation."""
    state = (opened.id, len(opened.turns))
    kept = st.session_state.get("suggested")
    if kept is None or kept[0] != state:
        began = time.perf_counter()
        found = helpful.find(opened.ticket, desk.search)
        kept = st.session_state["suggested"] = (state, found, round(1000 * (time.perf_counter() - began)))
    return kept[1], kept[2]


def show(desk: Desk, me: Account, opened: Opened, suggestions: Suggestions) -> None:
    """Draw the reply column; at its end, a draft that is wanted begins to be written."""
    writing = drafting.of(desk, opened.id)
    outdated = writing is not None and writing.opened.asked != opened.asked
    wanted = opened.wants_draft and desk.chat is not None and (writing is None or outdated)
    if wanted or (writing and not writing.finished and not writing.stopping):
        _stream(desk, opened.id, me.lang)
    else:
        trouble = writing.trouble if writing and not outdated else ""
        _write(desk, me, opened, trouble, suggestions)
    _suggestions(desk, opened, suggestions, me.lang)
    if wanted:
        drafting.begin(desk, opened)


def _write(desk: Desk, me: Account, opened: Opened, trouble: str, suggestions: Suggestions) -> None:
    """The editor with its tools, or the two versions to choose from."""
    draft, rewritten = opened.proposal, ticket_rewriting.of(desk, me, opened.id)
    if rewritten:
        ticket_rewriting.show(desk, me, opened.id, rewritten)
        return
    ticket_editor.keep(desk, me, opened.id)
    if ticket_editor.over(opened.id, opened.draft):
        ticket_editor.clear(desk, me, opened.id)
    if draft and not draft.abstained:
        ticket_editor.offer(opened.id, draft)
        ticket_editor.keep(desk, me, opened.id)
    ticket_next.show(desk, me, opened)
    _troubles(desk, me, opened, trouble, suggestions)
    _editor(desk, me, opened)
    ticket_macros.bar(desk, me, opened)


@st.fragment(run_every=0.5)
def _stream(desk: Desk, id: str, lang: str) -> None:
    writing = drafting.of(desk, id)
    if session.over() or (writing and (writing.finished or writing.stopping)):
        st.rerun()
    text = ticket_marks.shown(writing.text) if writing else ""
    st.html(f"<div class='kz-draft' aria-live='polite'>{text}<span class='kz-caret'></span></div>")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/edit_note: {say('Writing a draft from your sources…', lang)}")
        st.button(say("Write it myself", lang), type="tertiary", key="stop", on_click=_stop, args=(desk, id))


def _stop(desk: Desk, id: str) -> None:
    writing = drafting.of(desk, id)
    if writing and not writing.finished:
        writing.stop()


def _troubles(desk: Desk, me: Account, opened: Opened, trouble: str, suggestions: Suggestions) -> None:
    draft, lang = opened.proposal, me.lang
    if trouble:
        told = f"{say('The draft could not be written.', lang)} {label(say(trouble, lang), 400)}"
        st.warning(told, icon=":material/error:")
    elif draft and draft.abstained:
        reason = "" if draft.reason == _NO_SOURCE else label(say(draft.reason, lang), 300)
        told = f"**{say('No source answers this.', lang)}** {reason}"
        st.info(told, icon=":material/help:")
        ticket_missing.show(desk, me, opened, draft, suggestions)
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


def _editor(desk: Desk, me: Account, opened: Opened) -> None:
    lang, draft = me.lang, opened.proposal
    ticket_rewriting.bar(desk, me, opened)
    _unsupported(desk, me, opened)
    st.text_area(
        say("Reply", lang), key=ticket_editor.key(opened.id), height=280, persist_state="session",
        label_visibility="collapsed", placeholder=say("Write the reply, or insert a suggestion.", lang),
    )  # fmt: skip
    if draft and not draft.abstained and not ticket_editor.poured(opened.id, draft):
        st.button(
            say("Replace my text with the draft", lang), icon=":material/swap_horiz:", type="tertiary", key="use_draft",
            on_click=ticket_editor.pour, args=(opened.id, draft),
        )  # fmt: skip
    _cited(opened, draft)


def _unsupported(desk: Desk, me: Account, opened: Opened) -> None:
    """What no source holds, before anybody sends it."""
    text = ticket_editor.now(opened.id).text
    if not ticket_marks.stand(text):
        return
    parts = " · ".join(f"“{part}”" for part in ticket_marks.parts(text))
    st.warning(f"{say('No source holds this:', me.lang)} {label(parts, 400)}", icon=":material/rule:")
    with st.container(horizontal=True, gap="small"):
        for name, key, change in (
            ("Strike them", "strike", ticket_marks.struck),
            ("They are right", "vouch", ticket_marks.vouched),
        ):
            st.button(
                say(name, me.lang), key=key, type="tertiary", on_click=_change, args=(desk, me, opened.id, change(text))
            )


def _change(desk: Desk, me: Account, id: str, text: str) -> None:
    ticket_editor.keep(desk, me, id)
    ticket_editor.put(id, replace(ticket_editor.now(id), text=text))


def _cited(opened: Opened, draft: Stored | None) -> None:
    """The sources of the draft, and of what was quoted beside it, by their numbers."""
    told = [(f"cite:{draft.id}", ticket_source.of_citation(one)) for one in draft.citations] if draft else []
    told += [("quoted", quoted) for quoted in ticket_editor.now(opened.id).quotes]
    if not told:
        return
    with st.container(horizontal=True, gap="small", key="citations"):
        for key, quoted in told:
            st.button(
                f"**{quoted.n}** {label(quoted.title or quoted.source, 34)}", key=f"{key}:{quoted.n}",
                help=label(quoted.quote, 300), on_click=ticket_source.pick, args=(opened.id, quoted),
            )  # fmt: skip


def _insert(desk: Desk, id: str, text: str) -> None:
    """Whoever inserts something has no use for a draft that is still being written."""
    ticket_editor.insert(id, text)
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
