"""What could not come in: why, how to mend it, and trying again with rejects only."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from console import intake, intake_job
from console.accounts import Account
from console.desk import Desk
from console.pages import intake_lines, intake_rights, session
from console.pages.intake_lines import Button, Column
from console.pages.intake_table import Cell
from console.pages.intake_words import complaint
from console.pages.language import say
from console.pages.plain import label
from ingest.errors import KizunaError
from ingest.store import imports, notes

SIZE = 15  # lines on a page
MOST = 2000  # rejects that can be leafed through
_ALL = 1_000_000
_RAW = 160
_COLUMNS = [
    Column("Place", "minmax(7rem, 1fr)"),
    Column("Reason", "minmax(0, 2fr)"),
    Column("What stood there", "minmax(0, 2fr)"),
]


@dataclass(frozen=True)
class Chosen:
    """Rejects of one source and for one reason; of all where none is named."""

    source: str = ""
    reason: str = ""

    def fits(self, row: Any) -> bool:
        """Whether this reject is among them."""
        return self.source in ("", row.origin) and self.reason in ("", row.reason)


def show(desk: Desk, me: Account) -> None:
    """Draw them."""
    with desk.db.read() as db:
        kept, count = imports.rejected(db, limit=MOST), imports.rejected_count(db)
    if not kept:
        st.caption(say("Nothing stays out. Records that cannot be read are kept here, with the reason.", me.lang))
        return
    chosen = _filter(kept, me.lang)
    found = sorted((row for row in kept if chosen.fits(row)), key=lambda row: _place(row.place))
    if count > len(kept):
        newest, all = f"{len(kept):,}", f"{count:,}"
        st.caption(say("These are the newest {newest} of {all}.", me.lang, newest=newest, all=all))
    page = _page(len(found), me.lang)
    with intake_lines.frame("rejects", _COLUMNS, me.lang, buttons=1):
        for row in found[(page - 1) * SIZE : page * SIZE]:
            why = complaint(row.reason, me.lang)
            cells: list[Cell] = [(row.place, row.place), (why, why), _short(row.raw)]
            mend = Button(f"mend:{row.id}", say("Mend", me.lang), ":material/edit:", partial(_ask, desk, me, row))
            intake_lines.draw(f"reject_{row.id}", _COLUMNS, cells, [mend], me.lang)
    _act(desk, me, chosen, len(found) if chosen != Chosen() else count)


def _filter(kept: list[Any], lang: str) -> Chosen:
    """The source and the reason that are chosen."""
    with st.container(horizontal=True, key="intake_filters"):
        sources = Counter(row.origin for row in kept)
        source = _select(
            "rejects_source", say("Source", lang), list(sources),
            lambda name: f"{name} · {sources[name]:,}" if name else say("All sources", lang),
        )  # fmt: skip
        reasons = Counter(row.reason for row in kept if Chosen(source).fits(row))
        reason = _select(
            "rejects_reason", say("Reason", lang), [why for why, _ in reasons.most_common()],
            lambda why: f"{reasons[why]:,} × {complaint(why, lang)}" if why else say("All reasons", lang),
        )  # fmt: skip
    return Chosen(source, reason)


def _select(key: str, title: str, options: list[str], told: Callable[[str], str]) -> str:
    """A choice among these or none; one that is gone is none."""
    if st.session_state.get(key, "") not in ("", *options):
        st.session_state[key] = ""
    return st.selectbox(title, ["", *options], key=key, label_visibility="collapsed", width=360, format_func=told)


def _page(count: int, lang: str) -> int:
    if count <= SIZE:
        return 1
    last = -(-count // SIZE)
    if st.session_state.get("rejects_page", 1) > last:
        st.session_state["rejects_page"] = 1
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        page = st.pagination(last, key="rejects_page")
        shown = {"first": (page - 1) * SIZE + 1, "last": min(page * SIZE, count), "total": f"{count:,}"}
        st.caption(say("{first}–{last} of {total}", lang, **shown))
    return int(page)


def _act(desk: Desk, me: Account, chosen: Chosen, count: int) -> None:
    busy = intake_job.running(desk.shelves) is not None
    text = "Try all again · {count}" if chosen == Chosen() else "Try these again · {count}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say(text, me.lang, count=f"{count:,}"), icon=":material/refresh:", key="retry_all", disabled=busy,
            on_click=_retry, args=(desk, me, chosen),
        )  # fmt: skip
        st.download_button(
            say("Save as CSV", me.lang), partial(_saved, desk, me, chosen), "rejects.csv", "text/csv",
            key="save_rejects", icon=":material/download:", type="tertiary", on_click="ignore",
        )  # fmt: skip
        st.caption(say("Mend `raw` in the CSV and drop it above: only its records come again.", me.lang))


def _found(desk: Desk, chosen: Chosen) -> list[Any]:
    with desk.db.read() as db:
        return [row for row in imports.rejected(db, chosen.source, _ALL) if chosen.fits(row)]


def _saved(desk: Desk, me: Account, chosen: Chosen) -> bytes:
    """The table, with personal data as it was for supervisors alone; who took it is journaled."""
    if session.over():
        return b""
    found = _found(desk, chosen)
    with desk.db.write() as db:
        notes.write(db, by=me.name, action="saved rejects", records=len(found), originals=me.supervises)
    return intake.rejects_table(desk.shelves.vault, found, originals=me.supervises)


def _ask(desk: Desk, me: Account, row: Any) -> None:
    """Open one reject; a supervisor sees what was there, which is journaled."""
    original = desk.shelves.vault.open(row.sealed) if intake_rights.supervises(me) else None
    if original is not None and original != row.raw:
        with desk.db.write() as db:
            notes.write(db, by=me.name, action="opened reject", subject=row.id)
    title = say("Mend and try again", me.lang)
    st.dialog(title, icon=":material/edit:", width="large")(_mend)(desk, me, row, original or row.raw)


def _mend(desk: Desk, me: Account, row: Any, text: str) -> None:
    st.markdown(f"**{label(row.place)}** · {label(complaint(row.reason, me.lang), 600)}")
    if row.context:
        st.code(row.context, language=None, wrap_lines=True)
    key = f"mended:{row.id}"
    st.text_area(say("What stood there", me.lang), text, key=key, height=220)
    if not me.supervises:
        st.caption(say("Personal data is masked here; it is put back when the record comes in.", me.lang))
    elif text == row.raw and row.sealed is None:
        st.caption(say("The original was never kept; write what is missing.", me.lang))
    with st.container(horizontal=True):
        done = st.button(
            say("Try again", me.lang), type="primary", icon=":material/refresh:", key="mend_it",
            on_click=_retry_one, args=(desk, me, row.id, key),
        )  # fmt: skip
        drop = st.button(
            say("Drop it", me.lang), type="tertiary", icon=":material/delete:", key="drop_it", on_click=_drop,
            args=(desk, me, row.id), help=say("It never has to come in.", me.lang),
        )  # fmt: skip
        if st.button(say("Cancel", me.lang), key="mend_not") or done or drop:
            st.rerun()


def _retry_one(desk: Desk, me: Account, id: str, key: str) -> None:
    begin(desk, me, {id: str(st.session_state.get(key) or "")})


def _retry(desk: Desk, me: Account, chosen: Chosen) -> None:
    vault = desk.shelves.vault
    some = {row.id: vault.open(row.sealed) or row.raw for row in _found(desk, chosen)} if chosen != Chosen() else None
    begin(desk, me, some)


def begin(desk: Desk, me: Account, repaired: dict[str, str] | None) -> bool:
    """Start to read these again, or all; returns whether it began. A trouble is told by the page."""
    if session.over():
        return False
    try:
        intake_job.retry(desk.shelves, repaired, me.name)
    except KizunaError as error:
        intake_rights.tell(error)
        return False
    return True


def _drop(desk: Desk, me: Account, id: str) -> None:
    if session.over():
        return
    with desk.db.write() as db:
        imports.settled(db, id)
        notes.write(db, by=me.name, action="dropped reject", subject=id)


def _place(place: str) -> tuple[str, int]:
    """`tickets.csv:12` comes after `tickets.csv:9`."""
    name, _, line = place.rpartition(":")
    return (name, int(line)) if line.isdecimal() else (place, 0)


def _short(raw: str) -> str:
    line = " ".join(raw.split())
    return line if len(line) <= _RAW else f"{line[: _RAW - 1]}…"
