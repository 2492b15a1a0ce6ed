"""Folders on this machine, brought in whenever their time has come: one at a time, in the place of an upload."""

import hashlib
import logging
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from console import intake_job
from console.desk import Desk
from console.intake_job import Job, Parcel
from console.rounds import EVERY, Rounds
from ingest.errors import KizunaError, OperatorError, SenderError, TemporaryError
from ingest.store import folders, notes
from ingest.store.folders import Folder

BY = "folder sync"  # stands where a person's name stands otherwise; no account can be called so
SETTLE = 5.0  # seconds in which nothing in a folder may change before it is read
WRITING = "Files in this folder are still being written. It is read when they have rested for 5 seconds."
GONE = "There is no such folder on this machine now. Bring it back, or remove it here."
_log = logging.getLogger(__name__)


class Sync(Rounds):
    """A thread that brings in folders that are due. `stop()` ends it after the records at hand.

    A folder that is being brought in goes on at the next start.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def round(self) -> float:
        """Bring in what is due."""
        with self._desk.db.read() as db:
            due = folders.due(db, datetime.now(UTC))
        for folder in due:
            if not self.stopped.is_set():
                bring(self._desk, folder, self.stopped)
        return EVERY


def add(desk: Desk, path: str, source: str, minutes: int, by: str) -> None:
    """Name a folder to be brought in every so many minutes, first at once; no source is the folder's own name.

    Raises SenderError where it is no folder of this machine, is there already, or holds the desk's own data.
    """
    folder = Path(path.strip()).expanduser()
    if not folder.is_absolute() or not folder.is_dir():
        raise SenderError("There is no such folder on the machine that runs Kizuna. Write its whole path.")
    folder, home = folder.resolve(), desk.home.path.resolve()
    if folder == home or folder in home.parents or home in folder.parents:
        raise SenderError("This folder holds Kizuna's own data. Name the one that your exports are written to.")
    try:
        with desk.db.write() as db:
            folders.add(db, str(folder), source.strip() or folder.name, minutes, by)
            notes.write(db, by=by, action="added folder", subject=str(folder), minutes=minutes)
    except IntegrityError:
        raise SenderError("This folder is in the list already.") from None


def remove(desk: Desk, folder: Folder, by: str) -> None:
    """Bring it in no more; what it brought stays."""
    with desk.db.write() as db:
        folders.remove(db, folder.id)
        notes.write(db, by=by, action="removed folder", subject=folder.path)


def fingerprint(path: Path) -> str:
    """A hash of the names, sizes and times of all files in a folder but hidden ones. OperatorError where it is gone."""
    if not path.is_dir():
        raise OperatorError(GONE)
    found = hashlib.sha256()
    for top, inner, names in os.walk(path):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            with suppress(FileNotFoundError):  # a file that comes and goes is no trouble
                about = Path(top, name).lstat()
                told = f"{top}\0{name}\0{about.st_size}\0{about.st_mtime_ns}\n"
                found.update(told.encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def bring(desk: Desk, folder: Folder, stopped: threading.Event) -> None:
    """Bring in a folder that is due. Where another import runs, or its files still change, it stays due."""
    try:
        seen = fingerprint(Path(folder.path))
        if seen == folder.last_seen:
            _note(desk, folder, seen, {})
        elif stopped.wait(SETTLE):
            return
        elif fingerprint(Path(folder.path)) != seen:
            with desk.db.write() as db:
                folders.wait(db, folder.id, WRITING)
        else:
            _follow(desk, folder, seen, stopped)
    except TemporaryError:
        return
    except KizunaError as error:
        _note(desk, folder, "", {}, str(error))
    except OSError as error:
        _note(desk, folder, "", {}, f"The folder cannot be read: {error.strerror}. Check that it may be.")
    except Exception:
        _log.exception("The folder %s could not be brought in", folder.path)
        _note(desk, folder, "", {}, intake_job.LOST)


def _follow(desk: Desk, folder: Folder, seen: str, stopped: threading.Event) -> None:
    job = intake_job.begin(desk.shelves, [Parcel(Path(folder.path), source=folder.source)], BY)
    while not job.wait(0.2):
        if stopped.is_set():
            job.stop()
    if not stopped.is_set() or not job.trouble:  # broken off by the end of the desk, it stays due
        _note(desk, folder, "" if job.trouble else seen, _totals(job), job.trouble)


def _totals(job: Job) -> dict[str, int]:
    counts = {name: sum(job.report[name].values()) for name in intake_job.COUNTS}
    return counts | {"rejected": job.report["rejected"]}


def _note(desk: Desk, folder: Folder, seen: str, result: dict[str, int], trouble: str = "") -> None:
    with desk.db.write() as db:
        folders.ran(db, folder.id, seen, result, trouble)
