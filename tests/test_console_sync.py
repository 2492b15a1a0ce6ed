"""Folders brought in by themselves: when they are due, when they wait, and what is told of their troubles."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from console import intake, intake_job, sync
from console.desk import Desk
from ingest.errors import SenderError
from ingest.shelving import Shelves
from ingest.store import arrivals, folders, imports
from ingest.store.folders import Folder

LINE = '{"kind": "article", "id": "%s", "title": "Zebra mode", "text": "The panel shows stripes in zebra mode."}\n'


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.jsonl").write_text(LINE % "A-1")
    return folder


@pytest.fixture
def desk(shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(sync, "SETTLE", 0.01)
    monkeypatch.setattr(sync, "EVERY", 0.01)
    (tmp_path / "home").mkdir()
    yield cast(Any, SimpleNamespace(db=shelves.db, shelves=shelves, home=SimpleNamespace(path=tmp_path / "home")))
    job = intake_job.latest(shelves)
    if job:
        assert job.wait(20)


def _only(desk: Desk) -> Folder:
    with desk.db.read() as db:
        (folder,) = folders.page(db)
    return folder


def _bring(desk: Desk) -> Folder:
    sync.bring(desk, _only(desk), threading.Event())
    return _only(desk)


def _runs(desk: Desk) -> list[Any]:
    with desk.db.read() as db:
        return list(imports.history(db))


def test_a_folder_comes_in_as_one_source_and_again_only_when_it_changed(desk: Desk, exports: Path) -> None:
    sync.add(desk, str(exports), " Nightly ", 15, "naoko")
    folder = _bring(desk)
    assert (folder.source, folder.trouble) == ("Nightly", "")
    assert folder.result == {"added": 1, "changed": 0, "unchanged": 0, "removed": 0, "merged": 0, "rejected": 0}
    assert folder.next_run == cast(datetime, folder.last_run) + timedelta(minutes=15)
    assert [(run.origin, run.by) for run in _runs(desk)] == [("Nightly", "folder sync")]
    (exports / ".hidden").write_text("x")
    assert _bring(desk).result == {}
    assert len(_runs(desk)) == 1  # nothing had changed
    (exports / "b.jsonl").write_text(LINE % "A-2")
    assert _bring(desk).result["added"] == 1
    with desk.db.read() as db:
        assert [(row.source, row.n) for row in arrivals.sources(db)] == [("Nightly", 2)]
    assert sorted(path.name for path in exports.iterdir()) == [".hidden", "a.jsonl", "b.jsonl"]  # nothing is taken away


def test_files_that_are_being_written_wait(desk: Desk, exports: Path) -> None:
    sync.add(desk, str(exports), "", 60, "naoko")

    class Writing(threading.Event):
        """While the sync waits for rest, somebody writes on."""

        def wait(self, timeout: float | None = None) -> bool:
            with (exports / "a.jsonl").open("a") as file:
                file.write(LINE % "A-2")
            return False

    sync.bring(desk, _only(desk), Writing())
    folder = _only(desk)
    assert (folder.trouble, folder.last_run) == (sync.WRITING, None)
    assert _runs(desk) == []
    assert _bring(desk).trouble == ""
    assert _only(desk).result["added"] == 2


def test_it_waits_while_an_upload_comes_in(desk: Desk, exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, real = threading.Event(), intake.run

    def slow(*args: Any, **how: Any) -> Any:
        assert go.wait(20)
        return real(*args, **how)

    monkeypatch.setattr(intake, "run", slow)
    sync.add(desk, str(exports), "", 60, "naoko")
    upload = intake_job.begin(desk.shelves, [intake_job.Parcel(exports / "a.jsonl")], "emma")
    assert _bring(desk).last_run is None
    go.set()
    assert upload.wait(20)
    assert _bring(desk).result["unchanged"] + _only(desk).result["merged"] == 1


def test_troubles_are_kept_and_the_folder_is_tried_again(desk: Desk, exports: Path) -> None:
    sync.add(desk, str(exports), "", 60, "naoko")
    (exports / "a.jsonl").rename(exports.parent / "a.jsonl")
    exports.rmdir()
    folder = _bring(desk)
    assert folder.trouble == sync.GONE
    assert folder.last_run
    exports.mkdir()
    (exports.parent / "a.jsonl").rename(exports / "a.jsonl")
    assert (_bring(desk).trouble, _only(desk).result["added"]) == ("", 1)


def test_a_fault_is_told_and_does_not_end_the_thread(
    desk: Desk, exports: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(path: Path) -> str:
        raise ValueError("odd")

    sync.add(desk, str(exports), "", 60, "naoko")
    monkeypatch.setattr(sync, "fingerprint", broken)
    assert _bring(desk).trouble == intake_job.LOST
    assert "could not be brought in" in caplog.text


def test_only_folders_of_this_machine_that_hold_none_of_our_own_data(desk: Desk, exports: Path) -> None:
    for path in ("", "exports", str(exports / "none"), str(exports / "a.jsonl")):
        with pytest.raises(SenderError, match="no such folder"):
            sync.add(desk, path, "", 60, "naoko")
    for path in (desk.home.path, desk.home.path.parent, desk.home.path / "intake"):
        Path(path).mkdir(exist_ok=True)
        with pytest.raises(SenderError, match="own data"):
            sync.add(desk, str(path), "", 60, "naoko")
    sync.add(desk, str(exports), "", 60, "naoko")
    assert _only(desk).source == "exports"
    with pytest.raises(SenderError, match="in the list already"):
        sync.add(desk, f"{exports}/", "", 60, "naoko")


def test_due_are_those_whose_time_has_come_longest_waiting_first(desk: Desk) -> None:
    now = datetime.now(UTC)
    with desk.db.write() as db:
        often, seldom, resting = (
            folders.add(db, f"/{name}", name, minutes, "naoko")
            for name, minutes in (("often", 15), ("seldom", 1440), ("resting", 15))
        )
        folders.pause(db, resting, True)
        for id in (often, seldom):
            folders.ran(db, id, "seen", {})
    with desk.db.read() as db:
        assert folders.due(db, now) == []
        assert [one.id for one in folders.due(db, now + timedelta(minutes=20))] == [often]
        assert [one.id for one in folders.due(db, now + timedelta(days=2))] == [often, seldom]
    with desk.db.write() as db:
        folders.ask(db, seldom)
        folders.pause(db, resting, False)
    with desk.db.read() as db:
        assert {one.id for one in folders.due(db, datetime.now(UTC))} == {seldom, resting}


def test_the_thread_brings_in_what_is_due_until_it_is_stopped(desk: Desk, exports: Path) -> None:
    sync.add(desk, str(exports), "", 60, "naoko")
    running = sync.Sync(desk)
    running.start()
    deadline = time.monotonic() + 20
    while _only(desk).last_run is None and time.monotonic() < deadline:
        time.sleep(0.01)
    running.stop()
    assert _only(desk).result["added"] == 1
    sync.remove(desk, _only(desk), "naoko")
    with desk.db.read() as db:
        assert folders.page(db) == []
        assert [row.n for row in arrivals.sources(db)] == [1]  # what it brought stays


def test_a_stop_breaks_an_import_off_which_stays_due(
    desk: Desk, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, real = threading.Event(), intake.run

    def endless(shelves: Any, paths: Any, columns: Any, progress: Any, **how: Any) -> Any:
        from ingest.pipeline import Step

        stopped.set()
        for records in range(1, 2000):
            progress(Step("a", records, 0.1, 0, 1.0))
            time.sleep(0.01)
        return real(shelves, paths, columns, progress, **how)

    monkeypatch.setattr(intake, "run", endless)
    monkeypatch.setattr(sync, "SETTLE", 0.0)
    sync.add(desk, str(exports), "", 60, "naoko")
    sync.bring(desk, _only(desk), stopped)
    assert (_only(desk).last_run, _only(desk).trouble) == (None, "")
    job = intake_job.latest(desk.shelves)
    assert job
    assert job.trouble == intake_job.STOPPED["import"]
