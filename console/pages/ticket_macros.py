"""Saved replies at the editor: the three likeliest by one key, all of them behind a button, and what sending does."""

from dataclasses import replace
from functools import cache, partial

import streamlit as st

from console import answers, citations, conversations, macros, voice
from console.accounts import Account
from console.desk import Desk
from console.dossier import Opened
from console.macros import Ranking
from console.pages import session, signs, ticket_editor, ticket_marks, ticket_rewriting
from console.pages.language import say
from console.pages.plain import html, label
from ingest.embedding import Embedding
from ingest.errors import KizunaError
from ingest.store import macros as shelf
from ingest.store.macros import Macro

SHOWN = 3  # suggested ones
LANGS = {"": "Any language", "en": "English", "ja": "Japanese"}
AFTER = {"": "As the button says", "resolved": "Resolved", "open": "Stays open", "snoozed": "Snoozed"}
UNCHANGED = "Unchanged"
_FORM = ("title", "text", "lang", "status", "priority")


def bar(desk: Desk, me: Account, opened: Opened) -> None:
    """Draw the likeliest macros, the way to all of them, and what the inserted one does on sending."""
    lang = me.lang
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="macro_bar"):
        for place, macro in enumerate(ranked(desk, opened)[:SHOWN], 1):
            st.button(
                label(macro.title, 30), key=f"macro:{place}", type="tertiary", icon=":material/bolt:",
                shortcut=f"Alt+{place}", help=label(macro.text, 300), on_click=insert, args=(desk, me, opened, macro),
            )  # fmt: skip
        st.button(
            say("Macros", lang), key="macros", type="tertiary", icon=":material/library_books:", shortcut="Alt+M",
            on_click=_go, args=(opened.id, "list"),
        )  # fmt: skip
        st.space("stretch")
        ticket_rewriting.versions(desk, me, opened.id)
    _pending(opened.id, lang)
    if st.session_state.get("macros_open", ("", ""))[0] == opened.id:
        st.dialog(say("Macros", lang), width="large", on_dismiss=_close)(_inside)(desk, me, opened)


def ranked(desk: Desk, opened: Opened) -> list[Macro]:
    """The macros in the customer's language, the likeliest first; ranked once for each state of both."""
    with desk.db.read() as db:
        found = shelf.every(db)
    state = (opened.id, len(opened.turns), tuple((one.id, one.updated) for one in found))
    kept: tuple[object, list[str]] | None = st.session_state.get("macros_ranked")
    if kept is None or kept[0] != state:
        fitting = found and _ranking(desk.embedding).rank(
            found, conversations.latest(opened.ticket), answers.language(opened.ticket)
        )
        kept = st.session_state["macros_ranked"] = (state, [one.id for one in fitting])
    by_id = {one.id: one for one in found}
    return [by_id[id] for id in kept[1] if id in by_id]


@cache
def _ranking(embedding: Embedding) -> Ranking:
    return Ranking(embedding)


def insert(desk: Desk, me: Account, opened: Opened, macro: Macro) -> None:
    """Put the macro into the editor: a whole letter in the place of a draft nobody touched, else at the end."""
    if session.over():
        return
    ticket_editor.keep(desk, me, opened.id)
    company = voice.of(opened.ticket, desk.settings.voice, desk.settings.brands).company
    text = macros.filled(macro, opened.customer, me.display, company)
    if "{name}" in macro.text.split("\n", 1)[0] and ticket_editor.untouched(opened.id):
        ticket_editor.put(opened.id, replace(ticket_editor.now(opened.id), text=text))
    else:
        ticket_editor.insert(opened.id, text)
    st.session_state[f"macro:{opened.id}"] = macro
    with desk.db.write() as db:
        shelf.count(db, macro.id)
    _close()


def pending(id: str) -> Macro | None:
    """The macro that was put into this reply last: sending also sets its status and priority."""
    found: Macro | None = st.session_state.get(f"macro:{id}")
    return found


def drop(id: str) -> None:
    """Sending changes nothing but what its button says."""
    st.session_state.pop(f"macro:{id}", None)


def _pending(id: str, lang: str) -> None:
    macro = pending(id)
    if macro is None or not (macro.status or macro.priority):
        return
    told = [say(AFTER[macro.status], lang)] if macro.status else []
    told += [say("priority {name}", lang, name=say(signs.PRIORITIES[macro.priority], lang))] if macro.priority else []
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="macro_pending"):
        st.caption(label(say("On sending: {what}", lang, what=" · ".join(told))))
        st.button(
            "", icon=":material/close:", key="macro_drop", type="tertiary", help=say("Leave it as it is", lang),
            on_click=drop, args=(id,),
        )  # fmt: skip


def _go(id: str, where: str) -> None:
    st.session_state["macros_open"] = (id, where)


def _close() -> None:
    st.session_state.pop("macros_open", None)


def _inside(desk: Desk, me: Account, opened: Opened) -> None:
    id, where = st.session_state.get("macros_open", ("", ""))
    if id != opened.id or session.over():
        st.rerun()
    trouble = st.session_state.pop("macros_trouble", "")
    if trouble:
        st.error(label(say(trouble, me.lang), 300), icon=":material/error:")
    if where == "list":
        _list(desk, me, opened)
    else:
        _edit(desk, me, opened, where)


def _list(desk: Desk, me: Account, opened: Opened) -> None:
    lang = me.lang
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            say("Find a macro", lang), key="macros_find", placeholder=say("Find a macro", lang),
            label_visibility="collapsed", icon=":material/search:",
        )  # fmt: skip
        st.button(
            say("Save the reply as a macro", lang), key="macro_new", icon=":material/add:", on_click=_prefill,
            args=(desk, me, opened, None),
        )  # fmt: skip
    _deleted(desk, me)
    with desk.db.read() as db:
        every = shelf.every(db)
    first = ranked(desk, opened)
    found = [one for one in [*first, *(one for one in every if one not in first)] if _matches(one, words)]
    if not found:
        st.caption(say("No macros yet." if not every else "Nothing found.", lang))
    for macro in found:
        _line(desk, me, opened, macro)


def _matches(macro: Macro, words: str) -> bool:
    told = f"{macro.title}\n{macro.text}".casefold()
    return all(word in told for word in words.casefold().split())


def _line(desk: Desk, me: Account, opened: Opened, macro: Macro) -> None:
    lang, facts = me.lang, [say("used {n} times", me.lang, n=macro.used), macro.by]
    facts += [say(LANGS[macro.lang], lang)] if macro.lang else []
    facts += [say(AFTER[macro.status], lang)] if macro.status else []
    facts += [say(signs.PRIORITIES[macro.priority], lang)] if macro.priority else []
    with st.container(horizontal=True, vertical_alignment="top", gap="small", key=f"macro_line_{macro.id}"):
        head = f"<b>{html(macro.title)}</b> <small>{html(' · '.join(filter(None, facts)))}</small>"
        st.html(f"<div class='kz-suggestion'><div>{head}</div><p>{html(_gist(macro))}</p></div>", width="stretch")
        st.button(
            say("Insert", lang), key=f"macro_insert:{macro.id}", icon=":material/add:", type="tertiary",
            on_click=insert, args=(desk, me, opened, macro),
        )  # fmt: skip
        if macros.may_change(macro, me):
            st.button(
                "", key=f"macro_edit:{macro.id}", icon=":material/edit:", type="tertiary", help=say("Change", lang),
                on_click=_prefill, args=(desk, me, opened, macro),
            )  # fmt: skip
            st.button(
                "", key=f"macro_delete:{macro.id}", icon=":material/delete:", type="tertiary", help=say("Delete", lang),
                on_click=_attempt, args=(partial(_delete, desk, me, macro.id),),
            )  # fmt: skip


def _gist(macro: Macro) -> str:
    """The text on one line, without its greeting."""
    first, _, rest = macro.text.partition("\n")
    return " ".join((rest if "{name}" in first else macro.text).split())


def _deleted(desk: Desk, me: Account) -> None:
    gone: Macro | None = st.session_state.get("macro_gone")
    if gone is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(label(say("Deleted: {title}", me.lang, title=gone.title)))
        st.button(
            say("Undo", me.lang), key="macro_restore", icon=":material/undo:", type="tertiary",
            on_click=_attempt, args=(partial(_restore, desk, me, gone),),
        )  # fmt: skip


def _delete(desk: Desk, me: Account, id: str) -> None:
    st.session_state["macro_gone"] = macros.remove(desk.db, id, me)


def _restore(desk: Desk, me: Account, gone: Macro) -> None:
    macros.restore(desk.db, gone, me)
    st.session_state.pop("macro_gone", None)


def _prefill(desk: Desk, me: Account, opened: Opened, macro: Macro | None) -> None:
    """Fill the form with a macro, or with the present reply, its names made fields."""
    macro = macro or Macro("", "", _general(desk, me, opened), answers.language(opened.ticket))
    for name in _FORM:
        st.session_state[f"macro_{name}"] = getattr(macro, name)
    _go(opened.id, macro.id or "new")


def _general(desk: Desk, me: Account, opened: Opened) -> str:
    current = ticket_editor.now(opened.id)
    text = ticket_marks.vouched(citations.unmarked(current.text, current.numbers))
    name = opened.customer.name if opened.customer else ""
    company = voice.of(opened.ticket, desk.settings.voice, desk.settings.brands).company
    for said, told in (
        (company, "{company}"),
        (me.display, "{agent}"),
        (name, "{name}"),
        (name.split(" ")[0], "{name}"),
    ):
        text = text.replace(said, told) if len(said) > 1 else text
    return text


def _edit(desk: Desk, me: Account, opened: Opened, where: str) -> None:
    lang = me.lang
    st.text_input(say("Title", lang), key="macro_title", max_chars=macros.TITLE, persist_state="session")
    st.text_area(
        say("Text", lang), key="macro_text", height=260, persist_state="session",
        help=say("Filled in when it is used: {name} the customer, {agent} you, {company} the company.", lang),
    )  # fmt: skip
    one, two, three = st.columns(3)
    one.selectbox(
        say("Language", lang), list(LANGS), key="macro_lang", format_func=lambda name: say(LANGS[name], lang),
        persist_state="session",
    )  # fmt: skip
    two.selectbox(
        say("Status after sending", lang), macros.STATUSES, key="macro_status", persist_state="session",
        format_func=lambda name: say(AFTER[name], lang),
    )  # fmt: skip
    three.selectbox(
        say("Priority", lang), macros.PRIORITIES, key="macro_priority", persist_state="session",
        format_func=lambda name: say(signs.PRIORITIES.get(name, UNCHANGED), lang),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Save", lang), key="macro_save", type="primary", icon=":material/check:",
            on_click=_attempt, args=(partial(_save, desk, me, opened.id, "" if where == "new" else where),),
        )  # fmt: skip
        st.button(say("Cancel", lang), key="macro_cancel", on_click=_go, args=(opened.id, "list"))


def _save(desk: Desk, me: Account, ticket: str, id: str) -> None:
    title, text, lang, status, priority = (st.session_state.get(f"macro_{name}") or "" for name in _FORM)
    macros.save(desk.db, Macro(id, title, text, lang, status, priority), me)
    _go(ticket, "list")


def _attempt(act: "partial[None]") -> None:
    try:
        if not session.over():
            act()
    except KizunaError as error:
        st.session_state["macros_trouble"] = str(error)
