"""What each source holds on the shelves now, and how to withdraw one whole."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from console import intake_job
from console.accounts import Account
from console.desk import Desk
from console.pages import intake_lines, intake_rights
from console.pages.intake_lines import Button, Column
from console.pages.intake_table import Cell
from console.pages.language import say
from console.pages.plain import label
from ingest.errors import KizunaError
from ingest.store import arrivals

_KINDS = {"ticket": "Conversations", "article": "Articles", "customer": "Customers"}
_COLUMNS = [
    Column("Source", "minmax(8rem, 2fr)"), *(Column(name, "7rem", number=True) for name in _KINDS.values())
]  # fmt: skip


def held(desk: Desk) -> dict[str, dict[str, int]]:
    """How many records of each kind every source has there, {source: {kind: count}}."""
    found: dict[str, dict[str, int]] = {}
    with desk.db.read() as db:
        for row in arrivals.sources(db):
            found.setdefault(row.source, {})[row.kind] = row.n
    return found


def show(desk: Desk, me: Account) -> None:
    """Draw it."""
    found = held(desk)
    if not found:
        st.caption(say("No source holds anything yet. Each file or folder that you bring in is one.", me.lang))
        return
    busy = intake_job.running(desk.shelves) is not None
    with intake_lines.frame("sources", _COLUMNS, me.lang, buttons=me.supervises):
        for place, (source, counts) in enumerate(found.items()):
            buttons = [_button(desk, me, source, counts, place, busy)] if me.supervises else []
            cells: list[Cell] = [(source, source), *(counts.get(kind, 0) for kind in _KINDS)]
            intake_lines.draw(f"source_{place}", _COLUMNS, cells, buttons, me.lang)
    if not me.supervises:
        intake_rights.only_supervisors("A supervisor can withdraw a source.", me.lang)


def _button(desk: Desk, me: Account, source: str, counts: Mapping[str, int], place: int, busy: bool) -> Button:
    return Button(
        f"withdraw:{place}", say("Withdraw", me.lang), ":material/remove_circle_outline:",
        partial(_ask, desk, me, source, counts), disabled=busy,
    )  # fmt: skip


def _ask(desk: Desk, me: Account, source: str, counts: Mapping[str, int]) -> None:
    title = say("Withdraw this source?", me.lang)
    st.dialog(title, icon=":material/remove_circle_outline:")(_confirm)(desk, me, source, counts)


def _confirm(desk: Desk, me: Account, source: str, counts: Mapping[str, int]) -> None:
    listed = " · ".join(f"{say(_KINDS[kind], me.lang)} {counts[kind]:,}" for kind in _KINDS if kind in counts)
    st.markdown(f"**{label(source)}** · {listed}")
    told = (
        "All of this leaves: it is no longer found, quoted or shown. What other sources know too stays. "
        "Its rejects are dropped. To have it back, bring the files in again."
    )
    st.markdown(say(told, me.lang))
    with st.container(horizontal=True):
        count = f"{sum(counts.values()):,}"
        done = st.button(
            say("Withdraw {count} records", me.lang, count=count), type="primary", key="withdraw_it",
            icon=":material/remove_circle_outline:", on_click=_withdraw, args=(desk, me, source),
        )  # fmt: skip
        if st.button(say("Cancel", me.lang), key="withdraw_not") or done:
            st.rerun()


def _withdraw(desk: Desk, me: Account, source: str) -> None:
    if not intake_rights.supervises(me):
        return
    try:
        intake_job.withdraw(desk.shelves, source, me.name)
    except KizunaError as error:
        intake_rights.tell(error)
