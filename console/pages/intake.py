"""Bring files in: drop them, see what they would become, start, and read what came of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from console import intake
from console.accounts import Account
from console.desk import Desk
from console.intake import Look
from console.pages import intake_examples, intake_file, intake_history, intake_job, intake_result, intake_table
from console.pages.intake_job import Parcel
from console.pages.intake_words import LANGUAGES, READERS, complaint, kinds
from console.pages.language import say
from console.pages.plain import label
from ingest.errors import KizunaError
from ingest.records import Customer, Record, Ticket

TYPES = ["csv", "tsv", "json", "jsonl", "ndjson", "vtt", "srt", "txt", "md", "html", "htm"]
_STYLE = Path(__file__).with_name("intake.css")


@dataclass(frozen=True)
class Upload:
    """A kept upload with the columns that the person named, and what it holds: a look, or a complaint."""

    path: Path
    columns: dict[str, str]
    look: Look | None
    trouble: str = ""


def show(desk: Desk, me: Account) -> None:
    """Draw the page."""
    st.html(f"<style>{_STYLE.read_text('utf-8')}</style>")
    st.markdown(f"#### {say('Bring files in', me.lang)}")
    intake_result.show(desk, me)
    uploads = _uploads(desk, me.lang)
    if uploads:
        _overview(uploads, me.lang)
        _begin(desk, me, uploads)
        _closer(desk, uploads, me.lang)
    elif not intake_result.shown(desk, me):
        intake_examples.show(me.lang)
    intake_history.show(desk, me.lang)


def _uploads(desk: Desk, lang: str) -> list[Upload]:
    files = st.file_uploader(
        say("Tickets, calls, articles or customers: drop their files here", lang), type=TYPES,
        accept_multiple_files=True, key=f"files:{st.session_state.get('intake_round', 0)}",
    )  # fmt: skip
    kept: dict[str, Path] = st.session_state.setdefault("intake_kept", {})
    for gone in set(kept) - {file.file_id for file in files}:
        intake.drop(kept.pop(gone))
    found = []
    for file in files:
        if file.file_id not in kept or not kept[file.file_id].exists():
            kept[file.file_id] = intake.keep(desk.home.path, file.name, file)
        found.append(_looked(kept[file.file_id], lang))
    return found


def _looked(path: Path, lang: str) -> Upload:
    """The upload with a look at it, taken again only when another column was named."""
    columns = intake_file.named(path)
    looks: dict[Path, Upload] = st.session_state.setdefault("intake_looks", {})
    if path not in looks or looks[path].columns != columns:
        with st.spinner(say("Reading {name}…", lang, name=label(path.name))):
            try:
                looks[path] = Upload(path, columns, intake.peek(path, columns))
            except KizunaError as error:
                looks[path] = Upload(path, columns, None, str(error))
    return looks[path]


def _overview(uploads: list[Upload], lang: str) -> None:
    """One line a file: how it is read and what it would bring."""
    rows: list[list[intake_table.Cell]] = []
    for one in uploads:
        if one.look is None:
            rows.append([one.path.name, "–", complaint(one.trouble, lang), "", ""])
            continue
        more = "" if one.look.whole else " +"
        langs = " · ".join(f"{say(LANGUAGES.get(code, code), lang)} {n:,}" for code, n in one.look.langs.items())
        brings = kinds(one.look.kinds, lang) + more or say("Nothing yet", lang)
        days = " – ".join(dict.fromkeys(one.look.dates))
        reader = say(READERS.get(one.look.reader, one.look.reader), lang)
        rows.append([one.path.name, reader, brings, " · ".join(filter(None, (langs, days))), one.look.rejected])
    head = ("File", "Read as", "Brings in", "Languages and dates", "Rejected")
    intake_table.draw([say(name, lang) for name in head], rows, numbers=(4,))


def _begin(desk: Desk, me: Account, uploads: list[Upload]) -> None:
    ready = [one for one in uploads if one.look and one.look.records]
    count = sum(one.look.records for one in ready if one.look)
    busy = intake_job.running(desk.shelves)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            f"{say('Bring in', me.lang)} · {count:,}", type="primary", icon=":material/download_done:", key="bring_in",
            disabled=not ready or busy is not None,
        )  # fmt: skip
        if busy:
            st.caption(say("Another import is running. Start this one when it has finished.", me.lang))
        elif not ready:
            st.caption(say("There is nothing to bring in yet: see the reasons below, or drop other files.", me.lang))
        else:
            st.caption(say("Nothing is stored before you press this. The same file twice changes nothing.", me.lang))
    if pressed:
        _start(desk, me, ready)


def _start(desk: Desk, me: Account, ready: list[Upload]) -> None:
    """The job takes the files over; the page is free for the next ones."""
    parcels = [
        Parcel(one.path, one.columns, one.look.records + one.look.rejected, "customer" in one.look.kinds)
        for one in ready
        if one.look
    ]
    records = [record for one in ready if one.look for record in one.look.first]
    try:
        intake_job.begin(desk.shelves, parcels, me.name, _sample(desk, records))
    except KizunaError as error:
        st.error(say(str(error), me.lang), icon=":material/error:")
        return
    taken = {parcel.path for parcel in parcels}
    for path in set(st.session_state.pop("intake_kept", {}).values()) - taken:
        intake.drop(path)
    st.session_state.pop("intake_looks", None)
    st.session_state["intake_round"] = st.session_state.get("intake_round", 0) + 1
    st.rerun()


def _sample(desk: Desk, records: list[Record]) -> str:
    """Words that will find the first article or conversation, without personal data."""
    record = next((one for one in records if not isinstance(one, Customer)), None)
    if record is None:
        return ""
    stored: Any = intake.as_stored(record, desk.shelves)
    words = (stored.subject or stored.messages[0].text) if isinstance(stored, Ticket) else stored.title
    return " ".join(str(words).split())[:80]


def _closer(desk: Desk, uploads: list[Upload], lang: str) -> None:
    """One file from near: its columns, its first records, and what is wrong with it."""
    readable = {str(one.path): one.look for one in uploads if one.look}
    if not readable:
        return
    paths = list(readable)
    chosen = paths[0]
    if len(paths) > 1:
        doubtful = [path for path, look in readable.items() if not look.records or look.rejected]
        chosen = st.selectbox(
            say("Look into", lang), paths, index=paths.index((doubtful or paths)[0]), key="intake_chosen", width=380,
            format_func=lambda path: Path(path).name,
        )  # fmt: skip
    intake_file.show(desk, Path(chosen), readable[chosen], lang)
