"""The demo company, Aozora Home, kept as the export files that our readers read. Its dates move to today on load."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest import pipeline
from ingest.pipeline import Progress, Report
from ingest.records import Article, Customer, Record
from ingest.shelving import Shelves
from ingest.store import macros, notes
from ingest.store.macros import Macro

FILES = Path(__file__).parent / "files"
MACROS = Path(__file__).parent / "macros.json"  # saved replies are made at a desk: no source exports them
COMPANY = "Aozora Home"
WRITTEN = datetime(2026, 11, 20, 18, tzinfo=UTC)  # "now" in the files
_KEY, _DONE = "demo_moved", "demo_loaded"


def load(shelves: Shelves, progress: Progress | None = None) -> Report:
    """Bring the demo company in. The first load decides how far dates move, so that a second one changes nothing."""
    with shelves.db.write() as db:
        moved = notes.get(db, _KEY) or str((datetime.now(UTC) - WRITTEN).total_seconds())
        notes.put(db, _KEY, moved)
    by = timedelta(seconds=float(moved))
    report = pipeline.run(
        [FILES], shelves, source="demo", adjust=lambda record: slide(record, by), by="demo", progress=progress
    )
    with shelves.db.write() as db:
        for macro in saved_replies():
            if macros.get(db, macro.id) is None:
                macros.put(db, macro)
        notes.put(db, _DONE, "yes")
    return report


def saved_replies() -> list[Macro]:
    """The company's macros, English and Japanese."""
    return [Macro(**told) for told in json.loads(MACROS.read_text("utf-8"))]


def loaded(shelves: Shelves) -> bool:
    """Whether a load has come to its end on these shelves."""
    with shelves.db.read() as db:
        return notes.get(db, _DONE) is not None


def slide(record: Record, by: timedelta) -> Record:
    """The record with every one of its dates moved."""
    if isinstance(record, Customer):
        return replace(record, since=record.since and record.since + by)
    if isinstance(record, Article):
        return replace(record, updated=record.updated and record.updated + by)
    turns = tuple(replace(turn, at=turn.at and turn.at + by) for turn in record.messages)
    return replace(record, created=record.created and record.created + by, messages=turns)
