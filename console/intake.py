"""Bringing files in from a door: keeping an upload, the mapping, a look before, the run, and the report in words."""

import csv
import io
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from ingest import clean, pipeline, readers
from ingest.errors import OperatorError, SenderError
from ingest.pipeline import Progress, Shelves
from ingest.readers import Mapping
from ingest.records import Article, Customer, Record, Reject, Ticket
from ingest.store import customers

PEEK = 20_000  # records that a look at one file counts
FIRST = 5  # records, and rejects, that it keeps to be shown
_UPLOADS = "intake"  # folder in the data folder
_STALE = 24 * 3600.0  # seconds after which an upload that nobody brought in is thrown away
_NAME_BYTES = 180

Report = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """One file before it comes in. `whole` is False where it has over `PEEK` records."""

    reader: str
    table: Mapping | None
    kinds: dict[str, int]
    langs: dict[str, int]
    dates: list[str]
    reasons: dict[str, int]
    first: tuple[Record, ...]
    bad: tuple[Reject, ...]
    whole: bool

    @property
    def records(self) -> int:
        """How many would come in."""
        return sum(self.kinds.values())

    @property
    def rejected(self) -> int:
        """How many would not."""
        return sum(self.reasons.values())


@dataclass
class _Tally:
    kinds: Counter[str] = field(default_factory=Counter)
    langs: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    dates: list[str] = field(default_factory=list)  # the first and the last day

    def count(self, record: Record | Reject) -> None:
        if isinstance(record, Reject):
            self.reasons[record.reason] += 1
            return
        self.kinds["customer" if isinstance(record, Customer) else record.kind] += 1
        if isinstance(record, Ticket | Article):
            self.langs[record.lang or clean.language(_words(record))] += 1
            when = record.created if isinstance(record, Ticket) else record.updated
            days = [*self.dates, when.date().isoformat()] if when else self.dates
            self.dates = [min(days), max(days)] if days else []


def mapping(pairs: Sequence[str]) -> dict[str, str] | None:
    """`field=column` pairs as a mapping; raises SenderError for one without `=`."""
    bad = [pair for pair in pairs if "=" not in pair]
    if bad:
        raise SenderError(f"--map {bad[0]} has no `=`. Write FIELD=COLUMN, for example --map text=body.")
    return dict(pair.split("=", 1) for pair in pairs) or None


def look(paths: Sequence[Path], columns: dict[str, str] | None) -> Report:
    """What would come in: counts by kind and language, dates, and why records would be rejected. Stores nothing."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise SenderError(f"There is no file or folder {', '.join(missing)}. Check the path.")
    tally = _Tally()
    for record in pipeline.preview(paths, mapping=columns):
        tally.count(record)
    told = {"kinds": dict(tally.kinds), "langs": dict(tally.langs), "dates": tally.dates}
    return {"dry_run": True, **told, "rejected": tally.reasons.total(), "reasons": dict(tally.reasons)}


def peek(path: Path, columns: dict[str, str]) -> Look:
    """What one file would bring, its columns and its first records. SenderError where nothing in it can be read."""
    reader, tally = readers.detect(path), _Tally()
    first: list[Record] = []
    bad: list[Reject] = []
    records = pipeline.preview([path], mapping=columns or None)
    for record in islice(records, PEEK):
        tally.count(record)
        if isinstance(record, Reject):
            bad += [record] if len(bad) < FIRST else []
        else:
            first += [record] if len(first) < FIRST else []
    shape = readers.guess(path, lambda _: columns) if reader == "table" else None
    whole = next(records, None) is None
    return Look(
        reader, shape, dict(tally.kinds), dict(tally.langs), tally.dates, dict(tally.reasons), tuple(first), tuple(bad),
        whole,
    )  # fmt: skip


def as_stored(record: Record, shelves: Shelves) -> Record:
    """The record as it will be on the shelf: cleaned, and a conversation without personal data."""
    if isinstance(record, Article):
        return replace(record, text=clean.article(record.text))
    if isinstance(record, Customer):
        return record
    with shelves.db.read() as db:
        known = customers.find(db, record.customer)
    return pipeline.mask(record, shelves.redactor, (known.name,) if known and known.name else ())


def _words(record: Ticket | Article) -> str:
    return record.text if isinstance(record, Article) else " ".join(turn.text for turn in record.messages)


def run(
    shelves: Shelves, paths: Sequence[Path], columns: dict[str, str] | None, progress: Progress, *, by: str = ""
) -> Report:
    """Bring the files in; the report has counts by kind."""
    return asdict(pipeline.run(paths, shelves, mapping=columns, by=by, progress=progress))


def keep(home: Path, name: str, file: BinaryIO) -> Path:
    """Save an upload in a fresh folder under the data folder, under the last part of its own name.

    Raises OperatorError when the disk refuses. Uploads of yesterday that were never brought in are thrown away.
    """
    try:
        uploads = home / _UPLOADS
        uploads.mkdir(exist_ok=True)
        _sweep(uploads)
        path = Path(tempfile.mkdtemp(dir=uploads), basename(name))
        with path.open("wb") as kept:
            shutil.copyfileobj(file, kept)
    except OSError as error:
        raise OperatorError(f"The upload could not be saved in {home}: {error.strerror}.") from None
    return path


def drop(path: Path) -> None:
    """Throw a kept upload away."""
    if path.parent.parent.name == _UPLOADS:
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


def rejects_table(rejects: Iterable[tuple[str, str, str]]) -> bytes:
    """Rejects (place, reason, raw) as CSV for a spreadsheet: with a byte-order mark, and no cell that is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("place", "reason", "raw"))
    writer.writerows([_no_formula(cell) for cell in reject] for reject in rejects)
    return text.getvalue().encode("utf-8-sig", "replace")


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def told(report: Report) -> str:
    """The report in a few lines for people."""
    if report.get("dry_run"):
        lines = ["Nothing was stored. It would bring in:"]
        lines += [f"  {count:>7,} {kind}" for kind, count in report["kinds"].items()]
    else:
        lines = [_told(name, report[name]) for name in ("added", "changed", "unchanged")]
        lines.append(f"passages   {report['passages']:>7,}")
    lines.append(f"rejected   {report['rejected']:>7,}")
    return "\n".join(lines + [f"  {count:>7,} {reason}" for reason, count in report["reasons"].items()])


def _told(name: str, counts: dict[str, int]) -> str:
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in counts.items())
    return f"{name:10} {sum(counts.values()):>7,}  {kinds}"
