"""Bringing files in from a door: keeping an upload, its columns, a look before, the run, and rejects read again."""

import csv
import hashlib
import io
import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Row

from console import sheets
from console.desk import Desk
from ingest import clean, pipeline, preview, readers, shelving
from ingest.errors import OperatorError, SenderError
from ingest.pipeline import Progress
from ingest.preview import Look
from ingest.readers import Columns, opening
from ingest.readers import Mapping as Table
from ingest.readers.opening import File
from ingest.records import Article, Customer, Record
from ingest.redact import Placeholders
from ingest.shelving import Shelves
from ingest.store import Database, customers, imports, notes
from ingest.vault import Vault

PEEK = 20_000  # records that a look at one file counts
_UPLOADS = "intake"  # folder in the data folder
_KEPT = "upload-"  # how the folder of each upload begins
_STALE = 24 * 3600.0  # seconds after which an upload that nobody brought in is thrown away
_NAME_BYTES = 180
_REJECTS = ("id", "place", "reason", "raw")

Report = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """One file before it comes in: which reader takes it, its columns if it is a table, and what it would bring.

    `remembered`: the columns mean what a person said of the last table of this shape.
    """

    reader: str
    table: Table | None
    look: Look
    remembered: bool = False


def mapping(pairs: Sequence[str]) -> dict[str, str] | None:
    """`field=column` pairs as a mapping; raises SenderError for one without `=`."""
    bad = [pair for pair in pairs if "=" not in pair]
    if bad:
        raise SenderError(f"--map {bad[0]} has no `=`. Write FIELD=COLUMN, for example --map text=body.")
    return dict(pair.split("=", 1) for pair in pairs) or None


def columns(db: Database | None, chosen: Mapping[str, str] | None = None) -> Columns:
    """What a person said that columns mean: `chosen` now (nothing: a fresh guess), else of the last such table."""

    def named(header: Sequence[str]) -> dict[str, str]:
        if chosen is not None:
            return dict(chosen)
        if db is None:
            return {}
        with db.read() as connection:
            return dict(json.loads(notes.get(connection, _shape(header)) or "{}"))

    return named


def remember(db: Database, header: Sequence[str], chosen: Mapping[str, str]) -> None:
    """Keep what a person said that these columns mean, for the next table of this shape."""
    with db.write() as connection:
        notes.put(connection, _shape(header), json.dumps(dict(chosen), ensure_ascii=False))


def _shape(header: Sequence[str]) -> str:
    return f"columns:{hashlib.sha256(json.dumps(list(header)).encode()).hexdigest()[:24]}"


def learn(db: Database, paths: Sequence[Path], chosen: Mapping[str, str]) -> None:
    """Remember `chosen` for each table among these files."""
    for path in paths:
        with suppress(SenderError):
            remember(db, readers.guess(path).columns, chosen)


def tools(desk: Desk) -> preview.Tools:
    """What a look at files needs, of an open desk."""
    return preview.Tools(desk.db, desk.shelves.redactor, desk.shelves.splitter, desk.embedding)


def peek(desk: Desk, path: Path, chosen: Mapping[str, str] | None) -> Upload:
    """What one upload would bring; `chosen` as in `columns`. SenderError where nothing in it can be read."""
    named = columns(desk.db, chosen)
    reader = "archive" if readers.archive(path) else readers.detect(path)
    table = readers.guess(path, named) if reader in readers.TABLES else None
    remembered = chosen is None and table is not None and bool(named(table.columns))
    return Upload(reader, table, preview.look([path], tools(desk), named=named, most=PEEK), remembered)


def as_stored(record: Record, shelves: Shelves) -> Record:
    """The record as it will be on the shelf: cleaned, and a conversation without personal data."""
    if isinstance(record, Article):
        return replace(record, text=clean.article(record.text))
    if isinstance(record, Customer):
        return record
    with shelves.db.read() as db:
        known = customers.find(db, record.customer)
    return shelving.mask(record, shelves.redactor, (known.name,) if known and known.name else ())


def run(
    shelves: Shelves, paths: Sequence[Path], chosen: Mapping[str, str] | None, progress: Progress | None = None, *,
    source: str = "", by: str = "",
) -> Report:  # fmt: skip
    """Bring the files in and remember what was said of their columns; the report has counts by kind."""
    if chosen is not None:
        learn(shelves.db, paths, chosen)
    named = columns(shelves.db, chosen)
    return asdict(pipeline.run(paths, shelves, source=source, named=named, by=by, progress=progress))


def told_look(look: Look) -> Report:
    """A look as JSON."""
    shown = ("kinds", "langs", "months", "news", "found", "reasons")
    counts = {name: dict(getattr(look, name)) for name in shown}
    bad = [{"place": one.place, "reason": one.reason} for one in look.bad]
    rest = {"dates": look.dates, "rejected": look.rejected, "guessed": look.guessed, "searched": look.searched}
    return {"dry_run": True, **counts, **rest, "seconds": look.seconds, "rejects": bad}


def keep(home: Path, name: str, file: BinaryIO) -> Path:
    """Save an upload in a fresh folder under the data folder, under the last part of its own name.

    Raises OperatorError when the disk refuses. Uploads of yesterday that were never brought in are thrown away.
    """
    try:
        uploads = home / _UPLOADS
        uploads.mkdir(exist_ok=True)
        _sweep(uploads)
        path = Path(tempfile.mkdtemp(prefix=_KEPT, dir=uploads), basename(name))
        with path.open("wb") as kept:
            shutil.copyfileobj(file, kept)
    except OSError as error:
        raise OperatorError(f"The upload could not be saved in {home}: {error.strerror}.") from None
    return path


def drop(path: Path) -> None:
    """Throw a kept upload away."""
    if path.parent.parent.name == _UPLOADS and path.parent.name.startswith(_KEPT):
        shutil.rmtree(path.parent, ignore_errors=True)


def basename(name: str) -> str:
    """The last part of a name that a browser sent, without anything that could lead elsewhere."""
    last = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff:]", "", re.split(r"[/\\]", name)[-1]).strip(" .")
    stem, dot, suffix = last.rpartition(".")
    if not dot:
        stem, suffix = last, ""
    short = stem.encode()[:_NAME_BYTES].decode(errors="ignore") or "file"
    return f"{short}{dot}{suffix[:12]}"


def _sweep(uploads: Path) -> None:
    for folder in uploads.iterdir():
        with suppress(FileNotFoundError):  # another session may be sweeping too
            if folder.stat().st_mtime < time.time() - _STALE:
                shutil.rmtree(folder, ignore_errors=True)


def rejects_table(vault: Vault, rejects: Iterable[Row[Any]], *, originals: bool) -> bytes:
    """Kept rejects as CSV for a spreadsheet: with a byte-order mark, and no cell that is a formula.

    `originals` opens the vault; otherwise, and where nothing was sealed, personal data stays masked.
    """
    opened = (((vault.open(row.sealed) if originals else None) or row.raw, row) for row in rejects)
    return sheets.written(_REJECTS, ((row.id, row.place, row.reason, raw) for raw, row in opened))


def mended(path: Path) -> dict[str, str]:
    """What a person made of `rejects_table`: reject's id to its text. SenderError where this is no such table."""
    try:
        text = path.read_bytes().decode(opening.encoding(File.of(path)))
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=_separator(text), restval=""))
    except (OSError, UnicodeError, csv.Error):
        rows = []
    if not rows or not {"id", "raw"} <= rows[0].keys():
        raise SenderError(
            f"{path.name} is no table of rejects. Save the rejects as CSV and mend what stands under `raw`."
        )
    return {row["id"]: sheets.meant(row["raw"]) for row in rows}


def is_mended(path: Path) -> bool:
    """Whether this file is a table of rejects, saved from here: `id`, `place`, `reason`, `raw`."""
    with path.open("rb") as file:
        sample = file.read(400)
    head = sample.decode(opening.encoding_of(sample), "replace").partition("\n")[0].strip("\ufeff\r")
    return [name.strip('"') for name in head.split(_separator(head))] == list(_REJECTS)


def _separator(text: str) -> str:
    """Spreadsheets of some countries save `;` or tabs for commas."""
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def retry(shelves: Shelves, repaired: Mapping[str, str] | None = None, *, by: str = "") -> Report:
    """Read kept rejects again, as mended (reject's id to its text) or as they were; the report has counts by kind.

    Personal data that stood masked before whoever mended it is put back. SenderError where none of them is kept.
    """
    if repaired is not None:
        repaired = _filled(shelves, repaired)
    return asdict(pipeline.retry(shelves, mended=repaired, named=columns(shelves.db), by=by))


def _filled(shelves: Shelves, repaired: Mapping[str, str]) -> dict[str, str]:
    with shelves.db.read() as db:
        rows = [row for row in imports.rejected(db, limit=1_000_000) if row.id in repaired]
    if not rows:
        raise SenderError("None of these rejects is kept any more: they came in since, or their source was withdrawn.")
    return {row.id: _unmasked(shelves, row, repaired[row.id]) for row in rows}


class _Originals(Placeholders):
    """What each placeholder stands for, for as long as one reject is put together again."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, str] = {}

    def give(self, label: str, original: str) -> str:
        name = super().give(label, original)
        self.held.setdefault(name, original)
        return name


def _unmasked(shelves: Shelves, row: Row[Any], text: str) -> str:
    """`text` with what its placeholders stand for, where the vault kept it."""
    original, book = shelves.vault.open(row.sealed), _Originals()
    if original is None or shelves.redactor.mask(original, book=book).text != row.raw:
        return text
    return re.sub("|".join(map(re.escape, book.held)) or "(?!)", lambda found: book.held[found[0]], text)


def told(report: Report) -> str:
    """The report in a few lines for people."""
    if "taken_back" in report:
        return f"taken back {report['taken_back']:>7,} records"
    if report.get("dry_run"):
        lines = ["Nothing was stored. It would bring in:", *_counts(report["kinds"])]
        lines += _section("of these", report["news"]) + _section("by language", report["langs"])
        lines += [f"dates      {report['dates'][0]} to {report['dates'][-1]}"] if report["dates"] else []
        lines += _section(f"personal data in the first {report['searched']:,} conversations", report["found"])
        lines += [f"speakers worked out from the words in {report['guessed']:,}"] if report["guessed"] else []
        lines += [f"time       about {max(1, round(report['seconds'])):,} s"] if report["seconds"] else []
    else:
        lines = [_told(name, report[name]) for name in ("added", "changed", "unchanged", "removed", "merged")]
        lines.append(f"passages   {report['passages']:>7,}")
    lines.append(f"rejected   {report['rejected']:>7,}")
    lines += _counts(report["reasons"])
    return "\n".join(lines + [f"           {one['place']}: {one['reason']}" for one in report.get("rejects", [])])


def _section(title: str, counts: Mapping[str, int]) -> list[str]:
    return [title, *_counts(counts)] if counts else []


def _counts(counts: Mapping[str, int]) -> list[str]:
    return [f"  {count:>7,} {name or 'unknown'}" for name, count in sorted(counts.items(), key=lambda one: -one[1])]


def _told(name: str, counts: dict[str, int]) -> str:
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in counts.items())
    return f"{name:10} {sum(counts.values()):>7,}  {kinds}"
