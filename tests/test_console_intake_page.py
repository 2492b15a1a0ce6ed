"""Bringing files in: what a file would become, columns named by hand, the import in the background, its result."""

import ast
import csv
import io
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from streamlit.testing.v1 import AppTest

from console import accounts, desk, intake
from console.desk import Desk
from console.pages import intake as page_of
from console.pages import intake_examples, intake_file, intake_job, intake_words
from console.pages.intake_job import Job, Parcel
from console.pages.intake_result import told
from console.pages.language import _japanese
from console.settings import Settings
from ingest import readers
from ingest.errors import OperatorError, SenderError, TemporaryError
from ingest.records import Article, Customer, Ticket
from ingest.store import imports, tickets
from ingest.store.passages import Filters

ODD = b"""Ref,Opened,Headline,What they wrote,What we said
X-1,2026-03-02,Stripes,"My wall panel shows stripes, <img src=x> and more.",Hold the dimmer for nine seconds.
X-2,not a date,Other,A panel went dark all of a sudden yesterday evening.,Switch it on again.
X-3,short
"""
LINES = b"""{"kind": "article", "id": "A-1", "title": "Zebra mode", "text": "The panel shows stripes in zebra mode."}
{"kind": "ticket", "id": "T-9", "turns": [{"role": "alien", "text": "=1+1"}]}
"""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.home = cast(Any, SimpleNamespace(path=tmp_path, close=lambda: None))
    yield opened
    job = intake_job.latest(opened.shelves)
    if job:
        assert job.wait(20)
    desk.use(None)
    opened.close()


def _draw(lang: str, name: str) -> None:
    from console.accounts import Account
    from console.desk import current
    from console.pages import intake

    intake.show(current(), Account(name, name.title(), "agent", lang))


def _run(lang: str = "en", name: str = "emma") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang, "name": name}, default_timeout=60).run()
    assert not page.exception
    return page


def _upload(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    page.file_uploader[0].set_value([(name, data, "text/plain") for name, data in files]).run()
    assert not page.exception
    return page


def _html(page: AppTest) -> str:
    return "\n".join(one.proto.body for one in page.get("html"))


def _press(page: AppTest, made: Desk) -> Job:
    page.button(key="bring_in").click().run()
    assert not page.exception
    job = intake_job.latest(made.shelves)
    assert job
    return job


def _column(page: AppTest, field: str, column: str) -> None:
    box = next(one for one in page.selectbox if one.label == field)
    box.set_value(column).run()
    assert not page.exception


def test_an_empty_page_says_what_can_be_dropped_with_examples_that_work(made: Desk, tmp_path: Path) -> None:
    page = _run()
    assert "Zendesk" in _html(page)
    shown = [code.value for code in page.code]
    for lang in ("en", "ja"):
        for name, text in (("tickets.csv", intake_examples._CSV), ("history.jsonl", intake_examples._LINES)):
            (tmp_path / name).write_text(text[lang], "utf-8")
            look = intake.peek(tmp_path / name, {})
            assert (look.records, look.rejected) == (2, 0)
            assert lang == "ja" or text[lang].strip() in [code.strip() for code in shown]


def test_a_file_is_shown_as_it_would_come_in_and_nothing_is_stored(made: Desk) -> None:
    page = _upload(_run(), ("lines.jsonl", LINES))
    drawn = _html(page)
    assert "Kizuna&#x27;s JSON" in drawn
    assert "Articles 1" in drawn
    assert "Zebra mode" in drawn
    assert "lines.jsonl:2" in drawn
    assert "The role &#x27;alien&#x27; is unknown." in drawn
    assert page.button(key="bring_in").label == "Bring in · 1"
    with made.db.read() as db:
        assert imports.history(db) == []


def test_columns_are_guessed_and_can_be_named(made: Desk) -> None:
    page = _upload(_run(), ("odd.csv", ODD))
    assert "<img" not in _html(page)
    assert "&lt;img src=x&gt;" in _html(page)
    guessed = next(one for one in page.selectbox if one.label == "Customer's words")
    assert guessed.value == "What they wrote"
    for field, column in (
        ("ID", "Ref"),
        ("Agent's reply", "What we said"),
        ("Subject or title", "Headline"),
        ("Date", "Opened"),
    ):
        _column(page, field, column)
    assert next(one for one in page.selectbox if one.label == "Customer's words").value == "What they wrote"
    drawn = _html(page)
    assert "2026-03-02 00:00 UTC" in drawn
    assert "Hold the dimmer" in drawn
    assert "odd.csv:3" in drawn  # not a date
    job = _press(page, made)
    assert job.wait(20)
    with made.db.read() as db:
        ticket = tickets.get(db, "X-1")
    assert ticket
    assert ticket.subject == "Stripes"
    assert [turn.direction for turn in ticket.messages] == ["incoming", "outgoing"]


def test_a_column_means_one_thing_only(made: Desk) -> None:
    page = _upload(_run(), ("odd.csv", ODD))
    _column(page, "Subject or title", "What they wrote")
    values = {one.label: one.value for one in page.selectbox}
    assert (values["Subject or title"], values["Customer's words"]) == ("What they wrote", "")


def test_bad_files_are_sentences_and_do_not_hinder_good_ones(made: Desk) -> None:
    page = _upload(_run(), ("report.txt", b"%PDF-1.7 x"), ("empty.csv", b""), ("lines.jsonl", LINES))
    drawn = _html(page)
    assert "This is not a text file." in drawn
    assert "The file is empty. Export it again." in drawn
    job = _press(page, made)
    assert job.wait(20)
    assert [parcel.path.name for parcel in job.parcels] == ["lines.jsonl"]
    assert not list((made.home.path / "intake").iterdir())  # neither what came in nor what could not is left behind


def test_only_bad_files_leave_nothing_to_press(made: Desk) -> None:
    page = _upload(_run(), ("empty.csv", b""))
    assert page.button(key="bring_in").disabled
    assert "nothing to bring in" in page.caption[0].value


def test_the_import_survives_reruns_and_other_sessions(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    go, real = threading.Event(), intake.run

    def slow(shelves: Any, paths: Any, columns: Any, progress: Any, *, by: str = "") -> Any:
        progress("records", 0, 4)
        progress("records", 1, 4)
        assert go.wait(20)
        return real(shelves, paths, columns, progress, by=by)

    monkeypatch.setattr(intake, "run", slow)
    page = _upload(_run(), ("lines.jsonl", LINES))
    job = _press(page, made)
    page.run()
    page.run()
    assert intake_job.latest(made.shelves) is job
    deadline = time.monotonic() + 10
    while not job.done and time.monotonic() < deadline:
        time.sleep(0.01)
    other = _run(name="misaki")  # another session, as after a dropped connection
    assert "1 of 4" in told(job, "en")
    assert other.button(key="stop")
    _upload(other, ("more.jsonl", LINES))
    assert other.button(key="bring_in").disabled
    assert "Another import is running" in " ".join(caption.value for caption in other.caption)
    with pytest.raises(TemporaryError, match="Another import is running"):
        intake_job.begin(made.shelves, [], "misaki")
    go.set()
    assert job.wait(20)
    page.run()
    assert "Done: 1 read" in " ".join(one.value for one in page.markdown)
    other.run()
    assert "Done" not in " ".join(one.value for one in other.markdown)  # it was not hers
    assert not other.button(key="bring_in").disabled


def test_the_result_tells_what_came_what_did_not_and_how_to_find_it(made: Desk) -> None:
    page = _upload(_run(), ("lines.jsonl", LINES))
    job = _press(page, made)
    assert job.wait(20)
    page.run()
    drawn = _html(page)
    assert "<td>Articles</td><td class='kz-number'>1</td>" in drawn
    assert "lines.jsonl:2" in drawn
    assert "<td>emma</td>" in drawn
    page.button(key="search_it").click().run()
    assert "Zebra mode" in page.query_params["q"]
    page.button(key="seen").click().run()
    assert "Done" not in " ".join(one.value for one in page.markdown)
    assert "Kept rejects · 1" in [one.label for one in page.expander]


def test_the_same_file_twice_changes_nothing(made: Desk) -> None:
    for outcome in ("added", "unchanged"):
        page = _upload(_run(), ("lines.jsonl", LINES))
        job = _press(page, made)
        assert job.wait(20)
        assert job.report[outcome] == {"article": 1}
    with made.db.read() as db:
        assert len(imports.history(db)) == 2
        assert imports.rejected_count(db) == 1


def test_customers_come_in_before_their_conversations() -> None:
    first, second = Parcel(Path("a.csv"), records=3), Parcel(Path("b.csv"), records=4, customers=True)
    job = Job(cast(Any, None), [first, second], "emma")
    assert job.names == ["b.csv", "a.csv"]
    assert job.total == 7


def test_a_stop_keeps_what_is_in_and_says_so(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, stopped = threading.Event(), threading.Event()

    def slow(_: Any, __: Any, ___: Any, progress: Any, *, by: str = "") -> Any:
        progress("records", 100, 300)
        waiting.set()
        assert stopped.wait(20)
        progress("records", 200, 300)
        raise AssertionError("went on after a stop")

    monkeypatch.setattr(intake, "run", slow)
    job = intake_job.begin(made.shelves, [Parcel(made.home.path / "x.csv", records=300)], "emma")
    assert waiting.wait(20)
    job.stop()
    stopped.set()
    assert job.wait(20)
    assert "was stopped" in job.trouble
    assert "was stopped" in _run().error[0].value


def test_rate_and_remaining_time() -> None:
    job = Job(cast(Any, None), [Parcel(Path("big.csv"), records=4000)], "emma", at="big.csv")
    assert told(job, "en") == "big.csv: the first records are on their way…"
    job.done, job.began, job.ended = 1000, 100.0, 150.0
    assert told(job, "en") == "big.csv: 1,000 of 4,000 · 20 a second · about 2 min left"
    assert told(job, "ja") == "big.csv: 4,000件中1,000件 · 毎秒20件 · 残り約2分"


def test_an_upload_never_leaves_its_folder(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "...", "", "a\0b:c.csv", "あ" * 400 + ".csv"):
        path = intake.keep(tmp_path, name, io.BytesIO(b"x"))
        assert path.resolve().parent.parent == (tmp_path / "intake").resolve()
        assert path.read_bytes() == b"x"
        intake.drop(path)
    assert not list((tmp_path / "intake").iterdir())
    assert intake.basename("C:\\x\\tickets.csv") == "tickets.csv"
    intake.drop(tmp_path / "elsewhere" / "file.csv")  # drops nothing that is no upload


def test_yesterdays_uploads_are_thrown_away_and_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    old = intake.keep(tmp_path, "old.csv", io.BytesIO(b"x"))
    os.utime(old.parent, (1, 1))
    fresh = intake.keep(tmp_path, "new.csv", io.BytesIO(b"x"))
    assert fresh.exists()
    assert not old.exists()
    (tmp_path / "blocked").write_text("")
    with pytest.raises(OperatorError, match="could not be saved"):
        intake.keep(tmp_path / "blocked", "a.csv", io.BytesIO(b"x"))


def test_a_look_counts_up_to_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PEEK", 3)
    path = tmp_path / "many.jsonl"
    path.write_text(
        "".join(json.dumps({"kind": "article", "id": f"{n}", "title": "t", "text": "x"}) + "\n" for n in range(5))
    )
    look = intake.peek(path, {})
    assert (look.records, look.whole) == (3, False)
    monkeypatch.setattr(intake, "PEEK", 5)
    assert intake.peek(path, {}).whole
    (tmp_path / "e.csv").write_text("")
    with pytest.raises(SenderError, match="empty"):
        intake.peek(tmp_path / "e.csv", {})


def test_rejects_are_saved_for_a_spreadsheet_without_formulas() -> None:
    data = intake.rejects_table([("a.csv:2", "壊れた行", '=HYPERLINK("x")'), ("a.csv:3", "r", "x,\ny")])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["place", "reason", "raw"], ["a.csv:2", "壊れた行", '\'=HYPERLINK("x")'], ["a.csv:3", "r", "x,\ny"]]


def test_every_kind_of_record_is_drawn_escaped() -> None:
    evil = "<script>x</script>"
    for record in (
        Customer("C", name=evil, email=evil),
        Article("A", evil, evil),
        fake_desk.ticket("T", ("incoming", evil)),
    ):
        assert isinstance(record, Customer | Article | Ticket)
        drawn = intake_file._record(record, "en")
        assert "<script" not in drawn
        assert "&lt;script&gt;" in drawn


def test_complaints_speak_japanese(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_bytes(ODD)
    (tmp_path / "lines.jsonl").write_bytes(LINES + b'{"kind": "ticket", "turns": []}\n{"kind": "x"}\n{"broken\n[1]\n')
    mapping = {"created": "Opened", "id": "Ref"}
    reasons = [one.reason for one in intake.peek(tmp_path / "odd.csv", mapping).bad]
    reasons += [one.reason for one in intake.peek(tmp_path / "lines.jsonl", {}).bad]
    assert len(reasons) == 7
    for reason in reasons:
        assert intake_words.complaint(reason, "en") == reason
        assert any("\u3040" <= letter <= "\u30ff" for letter in intake_words.complaint(reason, "ja")), reason
    assert intake_words.complaint("something new {odd}", "ja") == "something new {odd}"


def test_every_text_has_its_japanese(made: Desk) -> None:
    known = _japanese()
    folder = Path(page_of.__file__).parent
    said: list[str] = []
    for path in (folder / "intake.py", *folder.glob("intake_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                said += [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant) and one.value]
    for names in (
        intake_words.KINDS,
        intake_words.ONE,
        intake_words.LANGUAGES,
        intake_words.READERS,
        intake_words.SHAPES,
    ):
        said += names.values()
    said += [*intake_words.FIELDS.values(), *intake_words._TEMPLATES, intake_job._LOST, intake_job._STOPPED]
    assert [text for text in said if text not in known] == []
    assert set(intake_words.FIELDS) == set(readers.columns.NAMES)
    assert "ファイルを取り込む" in _run("ja").markdown[0].value


@pytest.mark.models
def test_an_upload_is_found_by_search_and_names_are_masked(tmp_path: Path, models: Path) -> None:
    opened = desk.open(Settings(home=tmp_path, models=models, chat="none", offline=True), "test")
    try:
        accounts.add_demo(opened.db)
        desk.use(opened)
        rows = "id,customer,subject,question,reply\n" + "".join(
            f"M-{n},u{n}@example.com,Case {n},The gadget number {n} is silent.,Turn it off and on.\n"
            for n in range(130)
        )
        odd = "Z-1,z@example.com,Zebra stripes,Stripes on my wall panel. Call 090-1234-5678.,Hold the dimmer.\n"
        page = _upload(_run(), ("many.csv", (rows + odd).encode()), ("lines.jsonl", LINES))
        assert "&lt;PHONE" not in _html(page)  # only its first records are shown
        job = _press(page, opened)
        assert job.wait(120)
        assert job.trouble == ""
        assert (job.report["added"], job.report["rejected"]) == ({"ticket": 131, "article": 1}, 1)
        assert job.done == job.total == 133
        hits = opened.search.find("there are stripes on the panel of my wall", Filters(kinds=("ticket",)), limit=3)
        assert hits[0].source == "Z-1"
        assert "090" not in hits[0].passage.text
        assert opened.search.find("壁のパネルに縞模様が出る", limit=3)
    finally:
        desk.use(None)
        opened.close()
