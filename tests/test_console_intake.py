"""Bringing files in from a door: uploads kept and dropped, columns remembered, rejects mended, one job at a time."""

import csv
import io
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from console import intake, intake_job
from console.intake_job import Parcel
from ingest import readers
from ingest.errors import OperatorError, SenderError, TemporaryError
from ingest.pipeline import Step
from ingest.records import Reject
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import arrivals, imports, tickets

TABLE = "F1,F2\nStripes,My wall panel shows stripes since this morning.\n"
BAD = {
    "kind": "ticket",
    "id": "T-7",
    "turns": [{"role": "alien", "text": "Write to kim@example.com or mia@example.com."}],
}


@pytest.fixture(autouse=True)
def _finished(shelves: Shelves) -> Iterator[None]:
    yield
    job = intake_job.latest(shelves)
    if job:
        assert job.wait(20)


@pytest.fixture
def desk(shelves: Shelves) -> Any:
    return SimpleNamespace(db=shelves.db, shelves=shelves, embedding=None)


def _articles(path: Path, count: int, word: str = "lamp") -> Path:
    lines = [
        {"kind": "article", "id": f"{word}-{n}", "title": f"{word} {n}", "text": "Turn it on."} for n in range(count)
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))
    return path


def _held(shelves: Shelves) -> dict[str, int]:
    with shelves.db.read() as db:
        return {row.source: row.n for row in arrivals.sources(db)}


def test_an_upload_never_leaves_its_folder(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "...", "", "a\0b:c.csv", "あ" * 400 + ".csv"):
        path = intake.keep(tmp_path, name, io.BytesIO(b"x"))
        assert path.resolve().parent.parent == (tmp_path / "intake").resolve()
        assert path.read_bytes() == b"x"
        intake.drop(path)
    assert not list((tmp_path / "intake").iterdir())
    assert intake.basename("C:\\x\\tickets.csv") == "tickets.csv"


def test_nothing_but_an_upload_is_ever_thrown_away(tmp_path: Path) -> None:
    for folder in ("elsewhere", "intake/mine"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "file.csv").write_text("x")
        intake.drop(tmp_path / folder / "file.csv")
        assert (tmp_path / folder / "file.csv").exists()


def test_yesterdays_uploads_are_thrown_away_and_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    old = intake.keep(tmp_path, "old.csv", io.BytesIO(b"x"))
    os.utime(old.parent, (1, 1))
    fresh = intake.keep(tmp_path, "new.csv", io.BytesIO(b"x"))
    assert fresh.exists()
    assert not old.exists()
    (tmp_path / "blocked").write_text("")
    with pytest.raises(OperatorError, match="could not be saved"):
        intake.keep(tmp_path / "blocked", "a.csv", io.BytesIO(b"x"))


def test_a_look_counts_up_to_its_limit(desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PEEK", 3)
    look = intake.peek(desk, _articles(tmp_path / "many.jsonl", 5), None).look
    assert (look.records, look.whole) == (3, False)
    monkeypatch.setattr(intake, "PEEK", 5)
    assert intake.peek(desk, tmp_path / "many.jsonl", None).look.whole
    (tmp_path / "e.csv").write_text("")
    with pytest.raises(SenderError, match="empty"):
        intake.peek(desk, tmp_path / "e.csv", None)


def test_columns_are_remembered_by_header_and_a_fresh_guess_is_too(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "march.csv").write_text(TABLE)
    (tmp_path / "april.csv").write_text(TABLE.replace("wall", "door"))
    (tmp_path / "other.csv").write_text(TABLE.replace("F1", "G1"))
    assert not intake.peek(desk, tmp_path / "march.csv", {"subject": "F1", "text": "F2"}).remembered
    intake.run(desk.shelves, [tmp_path / "march.csv"], {"subject": "F1", "text": "F2"})
    later = intake.peek(desk, tmp_path / "april.csv", None)
    assert later.remembered
    assert later.table is not None
    assert later.table.fields["subject"] == "F1"
    assert not intake.peek(desk, tmp_path / "other.csv", None).remembered
    again = intake.peek(desk, tmp_path / "april.csv", {})
    assert again.table is not None
    assert "subject" not in again.table.fields
    intake.run(desk.shelves, [tmp_path / "april.csv"], {})
    assert not intake.peek(desk, tmp_path / "march.csv", None).remembered


def test_rejects_are_saved_for_a_spreadsheet_without_formulas_and_read_back(shelves: Shelves, tmp_path: Path) -> None:
    rows = [
        SimpleNamespace(id="a", place="a.csv:2", reason="壊れた行", raw='=HYPERLINK("x")', sealed=None),
        SimpleNamespace(id="b", place="a.csv:3", reason="r", raw="x,\ny", sealed=shelves.vault.seal("kim,\ny")),
    ]
    saved = intake.rejects_table(shelves.vault, cast(Any, rows), originals=False)
    assert saved.startswith(b"\xef\xbb\xbf")
    told = list(csv.reader(io.StringIO(saved.decode("utf-8-sig"), newline="")))
    assert told[0] == ["id", "place", "reason", "raw"]
    assert told[1:] == [["a", "a.csv:2", "壊れた行", '\'=HYPERLINK("x")'], ["b", "a.csv:3", "r", "x,\ny"]]
    (tmp_path / "rejects.csv").write_bytes(intake.rejects_table(shelves.vault, cast(Any, rows), originals=True))
    assert intake.mended(tmp_path / "rejects.csv") == {"a": '=HYPERLINK("x")', "b": "kim,\ny"}


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp932", ","), ("utf-16", "\t")]
)
def test_mended_rejects_may_come_from_any_spreadsheet(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [["id", "place", "reason", "raw"], ["a1", "a.csv:2", "行が壊れています", "問い合わせの内容が短い行です"]]
    path = tmp_path / "mended.csv"
    path.write_text("\r\n".join(separator.join(line) for line in lines), encoding)
    assert intake.is_mended(path)
    assert intake.mended(path) == {"a1": "問い合わせの内容が短い行です"}


def test_other_tables_are_no_mended_rejects(tmp_path: Path) -> None:
    for text in ("", TABLE, "id,place,reason\n1,2,3\n", "id,place,reason,raw,more\n"):
        (tmp_path / "x.csv").write_text(text)
        assert not intake.is_mended(tmp_path / "x.csv")
    with pytest.raises(SenderError, match="no table of rejects"):
        intake.mended(tmp_path / "x.csv")


def test_what_was_masked_for_whoever_mended_it_comes_in_as_it_was(
    shelves: Shelves, redactor: Redactor, tmp_path: Path
) -> None:
    object.__setattr__(shelves, "redactor", redactor)
    (tmp_path / "lines.jsonl").write_text(json.dumps(BAD) + "\n")
    intake.run(shelves, [tmp_path / "lines.jsonl"], None)
    with shelves.db.read() as db:
        (row,) = imports.rejected(db)
    assert "example.com" not in row.raw
    assert "<EMAIL_2>" in row.raw
    report = intake.retry(shelves, {row.id: row.raw.replace("alien", "customer").replace("Write", "Please write")})
    assert report["added"] == {"ticket": 1}
    with shelves.db.read() as db:
        ticket, known = tickets.get(db, "T-7"), shelves.vault.reveal(db, tickets.book(db, "T-7"))
    assert ticket
    assert ticket.messages[0].text == "Please write to <EMAIL_1> or <EMAIL_2>."
    assert known == {"<EMAIL_1>": "kim@example.com", "<EMAIL_2>": "mia@example.com"}


def test_placeholders_stay_where_the_original_was_never_kept(shelves: Shelves) -> None:
    row = SimpleNamespace(sealed=None, raw="Mail <EMAIL_1>")
    assert intake._unmasked(shelves, cast(Any, row), "Mail <EMAIL_1>, please") == "Mail <EMAIL_1>, please"


def test_rejects_that_are_gone_are_said_to_be(shelves: Shelves) -> None:
    with pytest.raises(SenderError, match="None of these rejects is kept"):
        intake.retry(shelves, {"gone": "x"})


def test_customers_come_in_before_their_conversations(shelves: Shelves, tmp_path: Path) -> None:
    people = tmp_path / "b.jsonl"
    people.write_text('{"kind": "customer", "id": "C-1", "name": "Kim Park"}\n')
    first = _articles(tmp_path / "a.jsonl", 1)
    job = intake_job.begin(shelves, [Parcel(first), Parcel(people, customers=True)], "emma")
    assert job.wait(20)
    assert job.names == ["b.jsonl", "a.jsonl"]
    assert job.report["added"] == {"customer": 1, "article": 1}


def test_the_share_is_that_of_all_bytes_and_only_grows(
    shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = _articles(tmp_path / "small.jsonl", 10), _articles(tmp_path / "large.jsonl", 30, "hub")
    shares: list[tuple[float, int]] = []
    real = intake_job.Job.tell

    def tell(job: intake_job.Job, share: float, records: int) -> None:
        real(job, share, records)
        shares.append((round(job.share, 2), records))

    def run(shelves: Any, paths: Any, columns: Any, progress: Any, **_: Any) -> Any:
        count = 10 if paths[0] == small else 30
        for done, share in ((count // 2, 0.5), (count, 1.0), (count, 1.0)):
            progress(Step(paths[0].name, done, share, 0, 1.0))
        return {"added": {"article": count}, "rejected": 0}

    monkeypatch.setattr(intake_job.Job, "tell", tell)
    monkeypatch.setattr(intake, "run", run)
    job = intake_job.begin(shelves, [Parcel(small), Parcel(large)], "emma")
    assert job.wait(20)
    part = round(readers.size(small) / (readers.size(small) + readers.size(large)), 2)
    assert shares[1] == (part, 10)
    assert shares[-1] == (1.0, 40)
    assert shares == sorted(shares)
    assert job.report["added"] == {"article": 40}


def test_records_tell_more_than_bytes_where_their_number_is_known(shelves: Shelves, tmp_path: Path) -> None:
    job = intake_job.Job(shelves, lambda job: None, "emma")
    step = Step("a.csv", 25, 1.0, 0, 1.0)  # all bytes are read, conversations are still put together
    intake_job._tell(job, intake_job._Part(Parcel(tmp_path / "a.csv", records=100), 0, 10, 10, 0, 0), step)
    assert job.share == 0.25


def test_the_time_left_counts_what_is_still_to_be_indexed() -> None:
    waiting = [0]
    shelves = cast(Any, SimpleNamespace(index=SimpleNamespace(waiting=lambda: waiting[0])))
    job = intake_job.Job(shelves, lambda job: None, "emma", began=100.0, ended=150.0)
    assert job.left is None
    job.share, job.records = 0.5, 500
    assert (job.left, job.progress) == (50.0, 0.5)
    job.passages, waiting[0] = 250, 750  # reading is far ahead: 2,000 passages in all, 5 a second
    assert (job.left, job.progress) == (350.0, 0.125)
    job.share, job.passages, waiting[0] = 1.0, 500, 100
    assert job.left == 10.0
    job.passages = 0
    assert job.left is None


def test_one_job_at_a_time_and_a_stop_keeps_what_is_in(
    shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, go = threading.Event(), threading.Event()

    def slow(_: Any, __: Any, ___: Any, progress: Any, **____: Any) -> Any:
        progress(Step("x", 100, 0.4, 0, 1.0))
        waiting.set()
        assert go.wait(20)
        progress(Step("x", 200, 0.6, 0, 2.0))
        raise AssertionError("went on after a stop")

    monkeypatch.setattr(intake, "run", slow)
    job = intake_job.begin(shelves, [Parcel(_articles(tmp_path / "x.jsonl", 3))], "emma")
    assert waiting.wait(20)
    for begin in (
        lambda: intake_job.begin(shelves, [], "naoko"),
        lambda: intake_job.retry(shelves, None, "naoko"),
        lambda: intake_job.undo(shelves, "id", "x", "naoko"),
        lambda: intake_job.withdraw(shelves, "x", "naoko"),
    ):
        with pytest.raises(TemporaryError, match="Another import is running"):
            begin()
    job.stop()
    go.set()
    assert job.wait(20)
    assert job.trouble == intake_job.STOPPED["import"]
    assert (job.records, job.share) == (200, 0.6)


def test_a_stop_after_the_last_record_is_no_stop(shelves: Shelves) -> None:
    job = intake_job.Job(shelves, lambda job: None, "emma")
    job.tell(0.9, 50)
    job.stop()
    job.tell(1.0, 50)
    assert job.share == 1.0


def test_an_import_is_undone_and_a_source_withdrawn_in_the_background(shelves: Shelves, tmp_path: Path) -> None:
    for name, word in (("a.jsonl", "lamp"), ("b.jsonl", "hub")):
        assert intake_job.begin(shelves, [Parcel(_articles(tmp_path / name, 3, word))], "emma").wait(20)
    assert _held(shelves) == {"a.jsonl": 3, "b.jsonl": 3}
    with shelves.db.read() as db:
        run = next(row for row in imports.history(db) if row.origin == "a.jsonl")
    undone = intake_job.undo(shelves, run.id, "a.jsonl", "naoko")
    assert undone.wait(20)
    assert (undone.trouble, undone.report["taken_back"], undone.share) == ("", 3, 1.0)
    assert _held(shelves) == {"b.jsonl": 3}
    withdrawn = intake_job.withdraw(shelves, "b.jsonl", "naoko")
    assert withdrawn.wait(20)
    assert withdrawn.report["taken_back"] == 3
    assert _held(shelves) == {}
    nothing = intake_job.withdraw(shelves, "b.jsonl", "naoko")
    assert nothing.wait(20)
    assert "There is no source" in nothing.trouble


def test_rejects_come_again_in_the_background(shelves: Shelves) -> None:
    with shelves.db.write() as db:
        imports.reject(
            db, Reject("a.jsonl:1", "cut off", '{"kind": "article", "id": "A", "title": "t", "text": "x"}'), "a.jsonl"
        )
    job = intake_job.retry(shelves, None, "emma")
    assert job.wait(20)
    assert (job.trouble, job.report["added"]) == ("", {"article": 1})
