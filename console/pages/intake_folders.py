"""Folders on this machine that are brought in by themselves: when, what came of it, and adding one."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import streamlit as st
from sqlalchemy import Connection

from console import intake_job, sync
from console.accounts import Account
from console.desk import Desk
from console.pages import intake_lines, intake_rights, session, times
from console.pages.intake_lines import Button, Column
from console.pages.intake_table import Cell
from console.pages.intake_words import complaint
from console.pages.language import say
from ingest.errors import KizunaError
from ingest.store import folders
from ingest.store.folders import Folder

EVERY = 2.0  # seconds between looks at what the sync does
INTERVALS = {15: "Every 15 minutes", 60: "Every hour", 1440: "Every day"}
_COLUMNS = [
    Column("Folder", "minmax(9rem, 2fr)"), Column("Source", "minmax(5rem, 1fr)"), Column("How often", "8.5rem"),
    Column("Last time", "5.5rem"), Column("What came of it", "minmax(8rem, 2fr)"), Column("Next", "5.5rem"),
]  # fmt: skip


def show(desk: Desk, me: Account) -> None:
    """Draw the list, which keeps itself fresh, and a form for one more."""
    st.caption(say("Exports that land in a folder on Kizuna's machine come in by themselves.", me.lang))
    _list(desk, me)
    if chosen := st.session_state.pop("folder_ask", None):  # a dialog of the fragment's would close with its next look
        st.dialog(say("Remove this folder?", me.lang), icon=":material/close:")(_confirm)(desk, me, chosen)
    if me.supervises:
        _form(desk, me)
    else:
        intake_rights.only_supervisors("A supervisor can add, pause and remove folders.", me.lang)


@st.fragment(run_every=EVERY)
def _list(desk: Desk, me: Account) -> None:
    if session.over():
        st.rerun()
    job = intake_job.running(desk.shelves)
    if (job is None) != (st.session_state.get("intake_drawn") is None):
        st.rerun()  # the page above has a running import to show, or shows one that is over
    with desk.db.read() as db:
        found = folders.page(db)
    if not found:
        return
    with intake_lines.frame("folders", _COLUMNS, me.lang, buttons=3 * me.supervises):
        for folder in found:
            runs = job is not None and job.by == sync.BY and folder.source in job.names
            buttons = _buttons(desk, me, folder, runs) if me.supervises else []
            cells = _cells(folder, runs, me.lang)
            intake_lines.draw(f"folder_{folder.id}", _COLUMNS, cells, buttons, me.lang, faint=folder.paused)


def _cells(folder: Folder, runs: bool, lang: str) -> list[Cell]:
    zone = st.context.timezone
    coming = folder.next_run
    soon = say("Paused", lang) if coming is None else times.span(datetime.now(UTC), lang, coming)
    return [
        (folder.path, folder.path), (folder.source, folder.source), say(INTERVALS[folder.minutes], lang),
        (times.span(folder.last_run, lang) or "–", times.exact(folder.last_run, zone)),
        say("Running", lang) if runs else _outcome(folder, lang), (soon, times.exact(coming, zone)),
    ]  # fmt: skip


def _outcome(folder: Folder, lang: str) -> Cell:
    if folder.trouble:
        told = complaint(folder.trouble, lang)
        return (f"⚠ {told}", told)
    if folder.last_run is None:
        return ""
    names = ("added", "changed", "removed", "merged", "rejected")
    counts = [f"{say(name.capitalize(), lang)} {folder.result[name]:,}" for name in names if folder.result.get(name)]
    return " · ".join(counts) or say("Nothing new", lang)


def _buttons(desk: Desk, me: Account, folder: Folder, runs: bool) -> list[Button]:
    act = partial(_act, desk, me)
    rest = ("Go on", ":material/play_arrow:") if folder.paused else ("Pause", ":material/pause:")
    return [
        Button(
            f"sync:{folder.id}", say("Sync now", me.lang), ":material/sync:",
            partial(act, partial(folders.ask, id=folder.id)), disabled=runs or folder.paused,
        ),
        Button(
            f"pause:{folder.id}", say(rest[0], me.lang), rest[1],
            partial(act, partial(folders.pause, id=folder.id, paused=not folder.paused)),
        ),
        Button(f"remove:{folder.id}", say("Remove", me.lang), ":material/close:", partial(_ask, folder)),
    ]  # fmt: skip


def _act(desk: Desk, me: Account, change: Callable[[Connection], None]) -> None:
    if intake_rights.supervises(me):
        with desk.db.write() as db:
            change(db)
        st.rerun()


def _ask(folder: Folder) -> None:
    st.session_state["folder_ask"] = folder
    st.rerun()


def _confirm(desk: Desk, me: Account, folder: Folder) -> None:
    st.code(folder.path, language=None, wrap_lines=True)
    told = "It comes in no more. What it brought stays; to take that back, withdraw its source “{source}”."
    st.text(say(told, me.lang, source=folder.source))
    with st.container(horizontal=True):
        done = st.button(
            say("Remove", me.lang), type="primary", key="remove_it", on_click=_remove, args=(desk, me, folder)
        )
        if st.button(say("Cancel", me.lang), key="remove_not") or done:
            st.rerun()


def _remove(desk: Desk, me: Account, folder: Folder) -> None:
    if intake_rights.supervises(me):
        sync.remove(desk, folder, me.name)


def _form(desk: Desk, me: Account) -> None:
    with st.form("folder_form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        path, own = say("Folder on this machine", me.lang), say("The folder's own", me.lang)
        st.text_input(path, key="folder_path", placeholder="/srv/exports/zendesk", width=360)
        st.text_input(say("Name of the source", me.lang), key="folder_source", placeholder=own, width=200)
        st.selectbox(
            say("How often", me.lang), list(INTERVALS), index=1, key="folder_minutes", width=190,
            format_func=lambda minutes: say(INTERVALS[minutes], me.lang),
        )  # fmt: skip
        st.form_submit_button(
            say("Add folder", me.lang), icon=":material/create_new_folder:", on_click=_add, args=(desk, me),
            key="folder_add",
        )  # fmt: skip


def _add(desk: Desk, me: Account) -> None:
    if not intake_rights.supervises(me):
        return
    path, source = st.session_state["folder_path"], st.session_state["folder_source"]
    try:
        sync.add(desk, path, source, st.session_state["folder_minutes"], me.name)
        st.session_state["folder_path"] = st.session_state["folder_source"] = ""
    except KizunaError as error:
        intake_rights.tell(error)
