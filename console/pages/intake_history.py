"""What came in before, and every record that could not, kept until its file comes again."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from console import intake
from console.desk import Desk
from console.pages import intake_job, intake_table, times
from console.pages.intake_words import complaint
from console.pages.language import say
from console.pages.plain import html
from ingest.store import imports

SHOWN = 20  # imports, and rejects, in a table
MOST = 5000  # rejects in a download
_RAW = 240


def show(desk: Desk, lang: str) -> None:
    """Draw both, where there is anything."""
    with desk.db.read() as db:
        runs, kept = imports.history(db, SHOWN), imports.rejected_count(db)
    if runs:
        st.html(f"<h3 class='kz-heading'>{html(say('Imports', lang))}</h3>")
        head = ("File", "When", "By", "Added", "Changed", "Unchanged", "Rejected", "")
        busy = intake_job.running(desk.shelves) is not None
        rows = [_run(row, lang, busy and place == 0) for place, row in enumerate(runs)]
        intake_table.draw([say(name, lang) if name else "" for name in head], rows, numbers=(3, 4, 5, 6))
    if kept:
        with st.expander(f"{say('Kept rejects', lang)} · {kept:,}", icon=":material/report:"):
            rejects(desk, (), lang, kept, key="all")


def _run(row: Any, lang: str, running: bool) -> list[intake_table.Cell]:
    ago = times.span(row.started, lang)
    counts = [int(row.counts.get(name, 0)) for name in ("added", "changed", "unchanged", "rejected")]
    state = "" if row.finished else "Running" if running else "Broken off: bring it in again"
    return [
        row.origin, (ago, times.exact(row.started, st.context.timezone)), row.by or say("Command line", lang), *counts,
        say(state, lang) if state else "",
    ]  # fmt: skip


def rejects(desk: Desk, origins: Sequence[str], lang: str, count: int, *, key: str) -> None:
    """Draw the rejects of these origins, or of all, with a way to save them."""
    with desk.db.read() as db:
        found = [row for origin in origins or ("",) for row in imports.rejected(db, origin, MOST)]
    found = sorted(found, key=lambda row: _place(row.place)) if origins else found
    rows = [[row.place, complaint(row.reason, lang), _short(row.raw)] for row in found[:SHOWN]]
    intake_table.draw([say(name, lang) for name in ("Place", "Reason", "What stood there")], rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            say("Save as CSV", lang), intake.rejects_table((row.place, row.reason, row.raw) for row in found),
            "rejects.csv", "text/csv", icon=":material/download:", type="tertiary", key=f"save:{key}",
            on_click="ignore",
        )  # fmt: skip
        shown = {"shown": f"{len(rows):,}", "count": f"{count:,}"}
        st.caption(say("{shown} of {count} shown. Mend them and bring the file in again.", lang, **shown))


def _place(place: str) -> tuple[str, int]:
    """`tickets.csv:12` comes after `tickets.csv:9`."""
    name, _, line = place.rpartition(":")
    return (name, int(line)) if line.isdecimal() else (place, 0)


def _short(raw: str) -> str:
    line = " ".join(raw.split())
    return line if len(line) <= _RAW else f"{line[: _RAW - 1]}…"
