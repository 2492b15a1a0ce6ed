"""What runs on the shelves in the background, one at a time: an import, taking one back, rejects read again.

No reload, departure or dropped connection breaks it off or loses it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from console import intake
from console.background import Stopped, Work, Works
from console.intake import Report
from ingest import readers, withdrawal
from ingest.pipeline import Step
from ingest.shelving import Shelves

Action = Literal["import", "undo", "withdraw", "retry"]

LOST = "This stopped because of a fault in Kizuna; see its log. What was done before stays; start it again."
STOPPED: dict[Action, str] = {
    "import": "The import was stopped. What came in before stays; bring the same files in again to go on.",
    "undo": "The undoing was stopped. What was taken back stays so; press Undo again to go on.",
    "withdraw": "The withdrawal was stopped. What was taken back stays so; withdraw the source again to go on.",
    "retry": "The import was stopped. What came in before stays; bring the same files in again to go on.",
}
BUSY = "Another import is running. Start this one when it has finished."
COUNTS = ("added", "changed", "unchanged", "removed", "merged")


@dataclass(frozen=True)
class Parcel:
    """A file or folder to bring in, with what a person said of its columns (None: nothing, as in `intake.columns`).

    `records` is how many it holds, where that is known. A kept `upload` is thrown away in the end.
    """

    path: Path
    columns: Mapping[str, str] | None = None
    records: int = 0
    customers: bool = False
    source: str = ""
    upload: bool = False

    @property
    def name(self) -> str:
        """The source of what it brings."""
        return self.source or self.path.name


@dataclass
class Job(Work):
    """One piece of work. `share` of it is read, with so many `records`, and so many `passages` of them are indexed.

    `report` sums up what is through.
    """

    lost = LOST
    on: Shelves
    work: Callable[["Job"], None]
    by: str
    action: Action = "import"
    names: Sequence[str] = ()  # the sources that it is about
    sample: str = ""  # something to search for once it is in
    at: str = ""  # the source at hand
    share: float = 0.0
    records: int = 0
    passages: int = 0
    report: Report = field(default_factory=lambda: {"passages": 0, "rejected": 0} | {name: {} for name in COUNTS})
    seen: bool = False

    @property
    def rate(self) -> float:
        """Records a second, so far."""
        return self.records / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take, read and indexed, at today's pace; None where that is not known yet."""
        if self.share <= 0.001:
            return None
        reading = self.seconds / self.share * (1 - self.share)
        waiting = self.on.index.waiting()
        if not self.passages:
            return None if waiting else reading
        rest = (self.passages + waiting) / self.share - self.passages
        return max(reading, rest * self.seconds / self.passages)

    @property
    def progress(self) -> float:
        """The share of the whole time that has passed, from 0 to 1."""
        left = self.left
        return self.share if left is None else self.seconds / max(self.seconds + left, 0.001)

    def do(self) -> None:
        """Its work."""
        self.work(self)

    def tell(self, share: float, records: int) -> None:
        """How far it is; ends the work once somebody pressed stop."""
        more = records > self.records
        self.share, self.records = max(self.share, min(share, 1.0)), records
        if self.stopping and more:  # the last word of a work that is through brings no more records
            raise Stopped(STOPPED[self.action])


def _bring(parcels: Sequence[Parcel], job: Job) -> None:
    """Bring in one after another; the share is that of their bytes."""
    try:
        sizes = [max(1, readers.size(parcel.path)) for parcel in parcels]
        for place, parcel in enumerate(parcels):
            if job.stopping:
                raise Stopped(STOPPED[job.action])
            job.at = parcel.name
            part = _Part(parcel, sum(sizes[:place]), sizes[place], sum(sizes), job.records, job.passages)
            columns, source, tell = parcel.columns, parcel.source, partial(_tell, job, part)
            _add(job.report, intake.run(job.on, [parcel.path], columns, tell, source=source, by=job.by))
    finally:
        for parcel in parcels:
            if parcel.upload:
                intake.drop(parcel.path)


@dataclass(frozen=True)
class _Part:
    """A parcel among others: bytes before it, of it and of all, and what had come in before it."""

    parcel: Parcel
    before: int
    size: int
    whole: int
    records: int
    passages: int


def _tell(job: Job, part: _Part, step: Step) -> None:
    # Conversations come together when all of a file is read: where their number is known, it tells more than bytes.
    known = part.parcel.records
    share = min(step.share, step.records / known) if known else step.share
    job.passages = part.passages + step.passages
    job.tell((part.before + part.size * min(share, 1.0)) / part.whole, part.records + step.records)


def _add(whole: Report, report: Report) -> None:
    for name, value in report.items():
        if isinstance(value, dict):
            counts = whole.setdefault(name, {})
            for key, count in value.items():
                counts[key] = counts.get(key, 0) + count
        else:
            whole[name] = whole.get(name, 0) + value


_jobs = Works[Job](BUSY)


def latest(shelves: Shelves) -> Job | None:
    """What runs, or ran last, on these shelves since the desk opened."""
    return _jobs.of(shelves)


def running(shelves: Shelves) -> Job | None:
    """What runs on these shelves."""
    job = latest(shelves)
    return job if job and not job.finished else None


def begin(shelves: Shelves, parcels: Sequence[Parcel], by: str, sample: str = "") -> Job:
    """Start to bring these in, customers first: their names are masked in the conversations that follow.

    Raises TemporaryError while another job runs, as all of these do.
    """
    ordered = sorted(parcels, key=lambda parcel: not parcel.customers)
    return _jobs.begin(Job(shelves, partial(_bring, ordered), by, "import", [one.name for one in ordered], sample))


def undo(shelves: Shelves, id: str, name: str, by: str) -> Job:
    """Start to take one import back; `name` is the source that it brought."""

    def work(job: Job) -> None:
        job.report["taken_back"] = withdrawal.job(
            shelves, id, by=by, progress=lambda done, total: job.tell(done / total, done)
        )

    return _jobs.begin(Job(shelves, work, by, "undo", [name], at=name))


def withdraw(shelves: Shelves, source: str, by: str) -> Job:
    """Start to take everything back that a source brought."""

    def work(job: Job) -> None:
        job.report["taken_back"] = withdrawal.source(
            shelves, source, by=by, progress=lambda done, total: job.tell(done / total, done)
        )

    return _jobs.begin(Job(shelves, work, by, "withdraw", [source], at=source))


def retry(shelves: Shelves, repaired: Mapping[str, str] | None, by: str) -> Job:
    """Start to read rejects again: those that were mended, by their ids, or all as they were."""

    def work(job: Job) -> None:
        _add(job.report, intake.retry(shelves, repaired, by=by))

    return _jobs.begin(Job(shelves, work, by, "retry"))
