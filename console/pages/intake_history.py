"""What came in before, one line an import, and how to take one back."""

from functools import partial
from typing import Any

import streamlit as st

from console import intake_job, sync
from console.accounts import Account
from console.desk import Desk
from console.pages import intake_lines, intake_rights, times
from console.pages.intake_lines import Button, Column
from console.pages.intake_table import Cell
from console.pages.language import say
from console.pages.plain import label
from ingest.errors import KizunaError
from ingest.store import arrivals, imports

SHOWN = 20
_COUNTS = ("added", "changed", "unchanged", "removed", "merged", "rejected")
_ALWAYS = ("added", "changed", "unchanged", "rejected")


def show(desk: Desk, me: Account) -> None:
    """Draw it."""
    with desk.db.read() as db:
        runs = imports.history(db, SHOWN)
    if not runs:
        st.caption(say("Nothing has come in yet. What you bring in is listed here, and can be taken back.", me.lang))
        return
    job = intake_job.running(desk.shelves)
    told = [name for name in _COUNTS if name in _ALWAYS or any(row.counts.get(name) for row in runs)]
    columns = [
        Column("Source", "minmax(8rem, 2fr)"), Column("When", "5.5rem"), Column("By", "minmax(5rem, 8rem)"),
        *(Column(name.capitalize(), "5.8rem", number=True) for name in told), Column("", "minmax(3rem, 9rem)"),
    ]  # fmt: skip
    with intake_lines.frame("imports", columns, me.lang, buttons=me.supervises):
        for row in runs:
            buttons = [_button(desk, me, row)] if me.supervises else []
            cells = _cells(row, told, me.lang, _state(row, job is not None and _is(row, job)))
            intake_lines.draw(f"import_{row.id}", columns, cells, buttons, me.lang, faint=row.undone is not None)
    if not me.supervises:
        intake_rights.only_supervisors("A supervisor can undo an import.", me.lang)


def _is(row: Any, job: intake_job.Job) -> bool:
    return job.action in ("import", "retry") and row.started >= job.started


def _state(row: Any, running: bool) -> str:
    if row.undone:
        return "Undone"
    return "" if row.finished else "Running" if running else "Broken off: bring it in again"


def _cells(row: Any, told: list[str], lang: str, state: str) -> list[Cell]:
    ago, exact = times.span(row.started, lang), times.exact(row.started, st.context.timezone)
    counts = [int(row.counts.get(name, 0)) for name in told]
    return [(row.origin, row.origin), (ago, exact), _person(row.by, lang), *counts, say(state, lang) if state else ""]


def _person(by: str, lang: str) -> str:
    return say("Folder sync" if by == sync.BY else "Command line", lang) if by in ("", sync.BY) else by


def _button(desk: Desk, me: Account, row: Any) -> Button:
    busy = intake_job.running(desk.shelves) is not None
    return Button(
        f"undo:{row.id}", say("Undo", me.lang), ":material/undo:", partial(_ask, desk, me, row),
        disabled=busy or row.undone is not None,
    )  # fmt: skip


def _ask(desk: Desk, me: Account, row: Any) -> None:
    st.dialog(say("Undo this import?", me.lang), icon=":material/undo:")(_confirm)(desk, me, row)


def _confirm(desk: Desk, me: Account, row: Any) -> None:
    if st.session_state.get("undo_it"):  # the press has begun it; a small import may even be undone by now
        st.rerun()
    with desk.db.read() as db:
        count = arrivals.touched(db, row.id)
    st.markdown(f"**{label(row.origin)}** · {times.exact(row.started, st.context.timezone)}")
    if not count:
        st.markdown(say("Nothing is left of this import: later ones have changed all of its records.", me.lang))
        return
    told = (
        "{count} records stand as this import left them. What it added leaves, what it changed or deleted is as "
        "before. Records that a later import has changed again stay as they are."
    )
    st.markdown(say(told, me.lang, count=f"{count:,}"))
    with st.container(horizontal=True):
        st.button(
            say("Undo {count} records", me.lang, count=f"{count:,}"), type="primary", icon=":material/undo:",
            key="undo_it", on_click=_undo, args=(desk, me, row),
        )  # fmt: skip
        if st.button(say("Cancel", me.lang), key="undo_not"):
            st.rerun()


def _undo(desk: Desk, me: Account, row: Any) -> None:
    if not intake_rights.supervises(me):
        return
    try:
        intake_job.undo(desk.shelves, row.id, row.origin, me.name)
    except KizunaError as error:
        intake_rights.tell(error)
