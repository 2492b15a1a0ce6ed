"""From a file to the shelves: read, clean, mask, store, cut into passages, index. Running it twice changes nothing."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, Row

from ingest import answering, readers
from ingest.arriving import Batch, Job
from ingest.errors import SenderError
from ingest.index import Following
from ingest.readers import Columns, Gauge
from ingest.records import Item, Record, Reject, Reply, Tombstone
from ingest.shelving import Change, Shelves
from ingest.store import imports

BATCH = 100  # records of one transaction: what a kill loses at most
AHEAD = 4  # batches of passages that may wait for their vectors while records come in
_GONE = "This mail answers a conversation that is no longer here."
_COUNTS = ("added", "changed", "unchanged", "removed", "merged")


@dataclass(frozen=True)
class Step:
    """How far an import is: records so far, the share of the bytes that are read, passages embedded, seconds."""

    source: str
    records: int
    share: float
    passages: int
    seconds: float

    @property
    def rate(self) -> float:
        """Records a second so far."""
        return self.records / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take at this rate; None at the very beginning."""
        return self.seconds / self.share * (1 - self.share) if self.share > 0.001 else None


Progress = Callable[[Step], None]


@dataclass
class Report:
    """What an import did, by kind of record. `merged` are those that another source had brought in another format."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    merged: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    passages: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str, outcome: str) -> None:
        """Note what came of one record."""
        counts: dict[str, int] = getattr(self, outcome)
        counts[kind] = counts.get(kind, 0) + 1

    def totals(self) -> dict[str, int]:
        """Sums over all kinds, for the history of imports."""
        sums = {name: sum(getattr(self, name).values()) for name in _COUNTS}
        return sums | {"rejected": self.rejected, "passages": self.passages}

    def add(self, other: "Report") -> None:
        """Add another report's counts."""
        for name in (*_COUNTS, "reasons"):
            mine: dict[str, int] = getattr(self, name)
            setattr(self, name, dict(Counter(mine) + Counter(getattr(other, name))))
        self.rejected += other.rejected
        self.passages += other.passages


def run(
    paths: Sequence[Path],
    shelves: Shelves,
    *,
    source: str = "",
    named: Columns | None = None,
    adjust: Change | None = None,
    by: str = "",
    progress: Progress | None = None,
) -> Report:
    """Bring every record of these files and folders onto the shelves and make it findable.

    Each path is a source of its own, known by its name, unless `source` names one for all. `named` says what a table's
    columns mean; `adjust` may change a record as it is read. Broken off and run again, it goes on where it stood.
    Raises SenderError when a path does not exist. What cannot be read is kept as a reject with its reason.
    """
    missing = [str(path) for path in paths if not readers.exists(path)]
    if missing:
        raise SenderError(f"There is no file or folder {', '.join(missing)}. Check the path.")
    report = Report()
    for path in paths:
        report.add(_run(path, shelves, source or name_of(path), named, adjust, by, progress))
    return report


def name_of(path: Path) -> str:
    """The name by which what comes from `path` is known."""
    return "standard input" if str(path) == "-" else path.resolve().name


def _run(
    path: Path, shelves: Shelves, source: str, named: Columns | None, adjust: Change | None, by: str,
    progress: Progress | None,
) -> Report:  # fmt: skip
    with shelves.db.write() as db:
        job = Job(source, imports.start(db, source, by), adjust)
        imports.forgive(db, source)
    gauge, size, ours = Gauge(), readers.size(path), partial(answering.ticket_of, shelves)
    report, done, began = Report(), 0, time.monotonic()
    with Following(shelves.index) as following:
        for batch in _batches(readers.read(path, named=named, gauge=gauge, ours=ours), BATCH):
            _take(batch, shelves, job, report)
            following.nudge(AHEAD)
            done += len(batch)
            if progress:
                share = min(gauge.read / size, 1.0) if size else 0.0
                progress(Step(source, done, share, following.embedded, time.monotonic() - began))
    report.passages = following.embedded
    with shelves.db.write() as db:
        imports.finish(db, job.id, report.totals())
    if progress:
        progress(Step(source, done, 1.0, report.passages, time.monotonic() - began))
    return report


def _take(batch: Sequence[Item], shelves: Shelves, job: Job, report: Report) -> None:
    """One batch, all or nothing."""
    with shelves.db.write() as db:
        records: list[Record | Tombstone] = []
        for item in batch:
            if isinstance(item, Reject):
                _reject(db, item, shelves, report, job.source)
            elif isinstance(item, Reply):
                _reply(db, item, shelves, report, job.source)
            else:
                records.append(item)
        for kind, outcome in Batch(db, shelves, job).take(records):
            report.count(kind, outcome)


def _reject(db: Connection, item: Reject, shelves: Shelves, report: Report, source: str) -> None:
    masked = replace(item, raw=shelves.redactor.mask(item.raw).text)
    imports.reject(db, masked, source, shelves.vault.seal(item.raw))
    report.rejected += 1
    report.reasons[item.reason] = report.reasons.get(item.reason, 0) + 1


def _reply(db: Connection, item: Reply, shelves: Shelves, report: Report, source: str) -> None:
    fresh = answering.take(db, item, shelves)
    if fresh is None:
        _reject(db, Reject(source, _GONE, item.text), shelves, report, source)
    else:
        report.count("ticket", "changed" if fresh else "unchanged")


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def retry(
    shelves: Shelves, *, mended: Mapping[str, str] | None = None, named: Columns | None = None, by: str = ""
) -> Report:
    """Read kept rejects again, and only those: as a person `mended` them (reject's id -> text), or all as they were.

    Those that can be read now come in and are no rejects any more; the others stay, with their reason of today.
    """
    with shelves.db.read() as db:
        rows = [row for row in imports.rejected(db, limit=1_000_000) if mended is None or row.id in mended]
    report = Report()
    for source in dict.fromkeys(row.origin for row in rows):
        with shelves.db.write() as db:
            job = Job(source, imports.start(db, source, by))
        mine = Report()
        for row in (row for row in rows if row.origin == source):
            raw = mended[row.id] if mended else shelves.vault.open(row.sealed) or row.raw
            _again(shelves, job, row, raw, named, mine)
        mine.passages = shelves.index.catch_up()
        with shelves.db.write() as db:
            imports.finish(db, job.id, mine.totals())
        report.add(mine)
    return report


def _again(
    shelves: Shelves, job: Job, row: Row[tuple[str, ...]], raw: str, named: Columns | None, report: Report
) -> None:
    """One reject as a small file of its own, under the name of the file that it came from."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, PurePosixPath(row.place.rpartition(":")[0] or row.place).name)
        path = path.with_suffix(".csv") if row.context else path  # a row of a table, whatever file it lay in
        path.write_text("\n".join(filter(None, (row.context, raw))), encoding="utf-8", errors="replace")
        found = [
            replace(one, place=row.place, context=row.context) if isinstance(one, Reject) else one
            for one in readers.read(path, named=named, ours=partial(answering.ticket_of, shelves))
        ]
    with shelves.db.write() as db:
        imports.settled(db, row.id)
    _take(found, shelves, job, report)
