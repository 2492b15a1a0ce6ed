"""Bring files in: drop them, see what they would become, start, and read what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from console import intake, intake_job
from console.accounts import Account
from console.desk import Desk
from console.intake_job import Parcel
from console.pages import (
    intake_examples,
    intake_facts,
    intake_file,
    intake_folders,
    intake_history,
    intake_rejects,
    intake_result,
    intake_rights,
    intake_sources,
    intake_table,
)
from console.pages.intake_words import READERS, complaint, kinds
from console.pages.language import say
from console.pages.plain import label
from ingest.errors import KizunaError
from ingest.records import Customer, Record, Ticket
from ingest.store import imports

TYPES = [
    "csv", "tsv", "json", "jsonl", "ndjson", "xml", "xlsx", "vtt", "srt", "sbv", "txt", "md", "html", "htm", "eml",
    "mbox", "docx", "pdf", "zip", "gz", "tgz",
]  # fmt: skip
_STYLE = Path(__file__).with_name("intake.css")
_SECTIONS: dict[str, tuple[str, Callable[[Desk, Account], None]]] = {
    "imports": ("Imports", intake_history.show),
    "sources": ("By source", intake_sources.show),
    "rejects": ("Rejects", intake_rejects.show),
    "folders": ("Folders", intake_folders.show),
}


@dataclass(frozen=True)
class Dropped:
    """A kept upload: what a person said of its columns, and what it would bring, or why it cannot come in.

    `mended` is what it holds where it is a table of mended rejects.
    """

    path: Path
    columns: dict[str, str] | None
    upload: intake.Upload | None = None
    trouble: str = ""
    mended: dict[str, str] | None = None


def show(desk: Desk, me: Account) -> None:
    """Draw the page."""
    st.html(f"<style>{_STYLE.read_text('utf-8')}</style>")
    st.markdown(f"#### {say('Bring files in', me.lang)}")
    intake_rights.show(me.lang)
    intake_result.show(desk, me)
    dropped = _dropped(desk, me.lang)
    mended = {id: text for one in dropped for id, text in (one.mended or {}).items()}
    if mended:
        _again(desk, me, mended)
    files = [one for one in dropped if one.mended is None]
    if files:
        _overview(files, me.lang)
        _begin(desk, me, files)
        _closer(desk, files, me.lang)
    _kept(desk, me, quiet=bool(dropped) or intake_result.shown(desk, me))


def _dropped(desk: Desk, lang: str) -> list[Dropped]:
    files = st.file_uploader(
        say("Tickets, calls, articles or customers: drop their files here", lang), type=TYPES,
        accept_multiple_files=True, key=f"files:{st.session_state.get('intake_round', 0)}",
        help=say("Larger ones: add their folder below, or use `kizuna ingest`.", lang),
    )  # fmt: skip
    kept: dict[str, Path] = st.session_state.setdefault("intake_kept", {})
    for gone in set(kept) - {file.file_id for file in files}:
        intake.drop(kept.pop(gone))
    found = []
    for file in files:
        if file.file_id not in kept or not kept[file.file_id].exists():
            kept[file.file_id] = intake.keep(desk.home.path, file.name, file)
        found.append(_looked(desk, kept[file.file_id], lang))
    return found


def _looked(desk: Desk, path: Path, lang: str) -> Dropped:
    """The upload with a look at it, taken again only when its columns were named anew."""
    columns = intake_file.named(path)
    looks: dict[Path, Dropped] = st.session_state.setdefault("intake_looks", {})
    if path not in looks or looks[path].columns != columns:
        with st.spinner(say("Reading {name}…", lang, name=label(path.name))):
            looks[path] = _look(desk, path, columns)
    return looks[path]


def _look(desk: Desk, path: Path, columns: dict[str, str] | None) -> Dropped:
    try:
        if intake.is_mended(path):
            return Dropped(path, columns, mended=intake.mended(path))
        return Dropped(path, columns, intake.peek(desk, path, columns))
    except KizunaError as error:
        return Dropped(path, columns, trouble=str(error))


def _again(desk: Desk, me: Account, mended: dict[str, str]) -> None:
    """Mended rejects were dropped: only those come again."""
    with st.container(key="intake_mended", horizontal=True, vertical_alignment="center"):
        st.markdown(say("These are mended rejects: {count} records.", me.lang, count=f"{len(mended):,}"))
        st.button(
            say("Try these again · {count}", me.lang, count=f"{len(mended):,}"), type="primary", key="retry_mended",
            icon=":material/refresh:", disabled=intake_job.running(desk.shelves) is not None,
            on_click=_retry, args=(desk, me, mended),
        )  # fmt: skip


def _retry(desk: Desk, me: Account, mended: dict[str, str]) -> None:
    if intake_rejects.begin(desk, me, mended):
        _clear(set())


def _overview(files: list[Dropped], lang: str) -> None:
    """One line a file: how it is read and what it would bring."""
    rows: list[list[intake_table.Cell]] = []
    for one in files:
        if one.upload is None:
            rows.append([one.path.name, "–", complaint(one.trouble, lang), "", "", ""])
            continue
        look = one.upload.look
        brings = kinds(look.kinds, lang) + ("" if look.whole else " +") if look.kinds else say("Nothing yet", lang)
        reader = say(READERS.get(one.upload.reader, one.upload.reader), lang)
        takes = intake_facts.takes(look.seconds, lang)
        rows.append([one.path.name, reader, brings, intake_facts.news(look, lang), takes, look.rejected])
    head = ("File", "Read as", "Brings in", "Of these", "Will take", "Rejected")
    intake_table.draw([say(name, lang) for name in head], rows, numbers=(5,))


def _begin(desk: Desk, me: Account, files: list[Dropped]) -> None:
    ready = [(one, one.upload) for one in files if one.upload and _holds(one.upload)]
    count = sum(upload.look.records for _, upload in ready)
    busy = intake_job.running(desk.shelves)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            f"{say('Bring in', me.lang)} · {count:,}", type="primary", icon=":material/download_done:", key="bring_in",
            disabled=not ready or busy is not None,
        )  # fmt: skip
        if busy:
            st.caption(say(intake_job.BUSY, me.lang))
        elif not ready:
            st.caption(say("There is nothing to bring in yet: see the reasons below, or drop other files.", me.lang))
        else:
            st.caption(say("Nothing is stored before you press this. The same file twice changes nothing.", me.lang))
    if pressed:
        _start(desk, me, ready)


def _holds(upload: intake.Upload) -> bool:
    """Whether bringing it in would do anything: records, or word that some were deleted."""
    return bool(upload.look.records or upload.look.news["deleted"])


def _start(desk: Desk, me: Account, ready: list[tuple[Dropped, intake.Upload]]) -> None:
    """The job takes the files over; the page is free for the next ones."""
    parcels = [_parcel(one, upload) for one, upload in ready]
    records = [record for _, upload in ready for record in upload.look.first]
    try:
        intake_job.begin(desk.shelves, parcels, me.name, _sample(desk, records))
    except KizunaError as error:
        st.error(say(str(error), me.lang), icon=":material/error:")
        return
    _clear({parcel.path for parcel in parcels})
    st.rerun()


def _parcel(one: Dropped, upload: intake.Upload) -> Parcel:
    look = upload.look
    count = look.records + look.rejected if look.whole else 0
    return Parcel(one.path, one.columns, count, customers="customer" in look.kinds, upload=True)


def _clear(taken: set[Path]) -> None:
    """Begin a new round: an empty place for files, and those that nobody took over thrown away."""
    for path in set(st.session_state.pop("intake_kept", {}).values()) - taken:
        intake.drop(path)
    st.session_state.pop("intake_looks", None)
    st.session_state["intake_round"] = st.session_state.get("intake_round", 0) + 1


def _sample(desk: Desk, records: list[Record]) -> str:
    """Words that will find the first article or conversation, without personal data."""
    record = next((one for one in records if not isinstance(one, Customer)), None)
    if record is None:
        return ""
    stored = intake.as_stored(record, desk.shelves)
    if isinstance(stored, Ticket):
        words = stored.subject or stored.messages[0].text
    else:
        words = "" if isinstance(stored, Customer) else stored.title
    return " ".join(words.split())[:80]


def _closer(desk: Desk, files: list[Dropped], lang: str) -> None:
    """One file from near: its columns, its first records, and what is wrong with it."""
    readable = {str(one.path): one.upload for one in files if one.upload}
    if not readable:
        return
    paths = list(readable)
    chosen = paths[0]
    if len(paths) > 1:
        doubtful = [path for path, upload in readable.items() if not upload.look.records or upload.look.rejected]
        chosen = st.selectbox(
            say("Look into", lang), paths, index=paths.index((doubtful or paths)[0]), key="intake_chosen", width=380,
            format_func=lambda path: Path(path).name,
        )  # fmt: skip
    intake_file.show(desk, Path(chosen), readable[chosen], lang)


def _kept(desk: Desk, me: Account, *, quiet: bool) -> None:
    """What came in before and how to go on with it; to a new desk, first of all what can be brought in."""
    with desk.db.read() as db:
        fresh, rejected = not imports.history(db, 1), imports.rejected_count(db)
    if fresh and not quiet:
        intake_examples.show(me.lang)
    st.session_state.setdefault("intake_section", "imports")
    chosen = st.segmented_control(
        say("What came in before", me.lang), list(_SECTIONS), required=True, key="intake_section",
        format_func=lambda name: _title(name, rejected, me.lang), label_visibility="collapsed", wrap=True,
        persist_state="session",
    )  # fmt: skip
    _SECTIONS[chosen or "imports"][1](desk, me)
    if not fresh and not quiet:
        with st.expander(say("What can be brought in", me.lang), icon=":material/help:"):
            intake_examples.show(me.lang)


def _title(name: str, rejected: int, lang: str) -> str:
    told = say(_SECTIONS[name][0], lang)
    return f"{told} {rejected:,}" if name == "rejects" and rejected else told
