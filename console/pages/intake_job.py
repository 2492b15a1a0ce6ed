"""An import running in the background, so that no reload, departure or dropped connection breaks it off or loses it."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from console import intake
from console.intake import Report
from ingest.errors import KizunaError, TemporaryError
from ingest.pipeline import Shelves

_LOST = (
    "The import stopped because of a fault in Kizuna; see its log. What came in before stays; bring the files in again."
)
_STOPPED = "The import was stopped. What came in before stays; bring the same files in again to go on."
_COUNTS = ("added", "changed", "unchanged", "reasons")


class _Stopped(Exception):
    """Somebody pressed stop."""


@dataclass(frozen=True)
class Parcel:
    """One kept upload: its table's columns where the person named them, and how many records it seems to hold."""

    path: Path
    columns: dict[str, str] = field(default_factory=dict)
    records: int = 0
    customers: bool = False


@dataclass
class Job:
    """Parcels on their way in. `done` and `total` count records; `report` sums up the files that are through."""

    shelves: Shelves
    parcels: Sequence[Parcel]
    by: str
    sample: str = ""  # something to search for once it is in
    done: int = 0
    at: str = ""  # the file at hand
    report: Report = field(default_factory=lambda: {"passages": 0, "rejected": 0} | {name: {} for name in _COUNTS})
    trouble: str = ""
    finished: bool = False
    seen: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    _sizes: list[int] = field(default_factory=list)
    _stopping: bool = False
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        # Customers first: their names are masked in the conversations that follow.
        self.parcels = sorted(self.parcels, key=lambda parcel: not parcel.customers)
        self._sizes = [parcel.records for parcel in self.parcels]

    @property
    def total(self) -> int:
        """Records in all files, as far as they are known."""
        return sum(self._sizes)

    @property
    def names(self) -> list[str]:
        """The files, which are also the origins of what they bring."""
        return [parcel.path.name for parcel in self.parcels]

    @property
    def seconds(self) -> float:
        """How long it has been running, or took."""
        return (self.ended or time.monotonic()) - self.began

    @property
    def rate(self) -> float:
        """Records a second, so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take at this rate; None until the first records are in."""
        return (self.total - self.done) / self.rate if self.rate else None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Give it up to `seconds` to finish; returns whether it has."""
        if self._thread:
            self._thread.join(seconds)
        return self.finished

    def stop(self) -> None:
        """End after the records at hand; what is in stays in."""
        self._stopping = True

    def _run(self) -> None:
        try:
            for place, parcel in enumerate(self.parcels):
                self._bring(place, parcel)
        except _Stopped:
            self.trouble = _STOPPED
        except KizunaError as error:
            self.trouble = str(error)
        except BaseException:
            self.trouble = _LOST
            raise
        finally:
            self.ended = time.monotonic()
            self.finished = True
            for parcel in self.parcels:
                intake.drop(parcel.path)

    def _bring(self, place: int, parcel: Parcel) -> None:
        before = self.done
        self.at = parcel.path.name

        def progress(_: str, done: int, total: int) -> None:
            self._sizes[place], self.done = total, before + done
            if self._stopping and self.done < self.total:
                raise _Stopped

        report = intake.run(self.shelves, [parcel.path], parcel.columns or None, progress, by=self.by)
        self._add(report)

    def _add(self, report: Report) -> None:
        for name in ("passages", "rejected"):
            self.report[name] += report[name]
        for name in _COUNTS:
            for key, count in report[name].items():
                self.report[name][key] = self.report[name].get(key, 0) + count


_latest: Job | None = None
_lock = threading.Lock()


def latest(shelves: Shelves) -> Job | None:
    """The import that runs, or ran last, on these shelves since the desk opened."""
    return _latest if _latest and _latest.shelves is shelves else None


def running(shelves: Shelves) -> Job | None:
    """The import that runs on these shelves."""
    job = latest(shelves)
    return job if job and not job.finished else None


def begin(shelves: Shelves, parcels: Sequence[Parcel], by: str, sample: str = "") -> Job:
    """Start to bring these in. Raises TemporaryError while another import runs: one at a time."""
    global _latest
    with _lock:
        if running(shelves):
            raise TemporaryError("Another import is running. Start this one when it has finished.")
        _latest = Job(shelves, parcels, by, sample)
        _latest.start()
        return _latest
