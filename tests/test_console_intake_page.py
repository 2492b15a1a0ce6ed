"""The Intake page: what a file would become, its columns, the running import, taking back, rejects, folders."""

import ast
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from stand_ins import Quarters
from streamlit.testing.v1 import AppTest

from console import accounts, desk, intake, intake_job, sync
from console.accounts import Account
from console.desk import Desk
from console.intake_job import Job, Parcel
from console.pages import intake as page_of
from console.pages import (
    intake_examples,
    intake_facts,
    intake_file,
    intake_folders,
    intake_rejects,
    intake_result,
    intake_words,
)
from console.pages import intake_sources as sources_of
from console.pages.intake_rejects import Chosen
from console.pages.language import _japanese
from console.settings import Settings
from ingest import readers
from ingest.pipeline import Step
from ingest.records import Article, Customer, Found, Masked, Ticket
from ingest.redact import Placeholders
from ingest.store import arrivals, folders, imports, notes, tickets
from ingest.store.passages import Filters

ODD = b"""Ref,Opened,Headline,What they wrote,What we said
X-1,2026-03-02,Stripes,"My wall panel shows stripes, <img src=x> and more.",Hold the dimmer for nine seconds.
X-2,not a date,Other,A panel went dark all of a sudden yesterday evening.,Switch it on again.
X-3,short
"""
LINES = b"""{"kind": "article", "id": "A-1", "title": "Zebra mode", "text": "The panel shows stripes in zebra mode."}
{"kind": "ticket", "id": "T-9", "turns": [{"role": "alien", "text": "=1+1"}]}
"""


class Emails:
    """Masks addresses of example.com."""

    def mask(self, text: str, *, names: Any = (), book: Any = None) -> Masked:
        book, found = Placeholders() if book is None else book, []
        for original in re.findall(r"\w+@example\.com", text):
            found.append(Found("EMAIL", book.give("EMAIL", original)))
            text = text.replace(original, found[-1].placeholder)
        return Masked(text, tuple(found))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.home = cast(Any, SimpleNamespace(path=tmp_path, close=lambda: None))
    index = SimpleNamespace(catch_up=lambda *_: 0, waiting=lambda: 0, close=lambda: None)
    opened.shelves = replace(
        opened.shelves, index=cast(Any, index), splitter=cast(Any, Quarters()), redactor=cast(Any, Emails())
    )
    opened.search.embedding = cast(Any, None)
    yield opened
    job = intake_job.latest(opened.shelves)
    if job:
        assert job.wait(20)
    desk.use(None)
    opened.close()


def _draw(lang: str, name: str, role: str) -> None:
    from typing import Any

    from console.accounts import Account
    from console.desk import current
    from console.pages import intake

    told: Any = role
    intake.show(current(), Account(name, name.title(), told, lang))


def _run(lang: str = "en", name: str = "emma", role: str = "agent", section: str = "") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang, "name": name, "role": role}, default_timeout=60)
    if section:
        page.session_state["intake_section"] = section
    page.run()
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


def _click(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


def _bring(made: Desk, *files: tuple[str, bytes], by: str = "emma") -> Job:
    """Bring these in as the page does, and wait for it."""
    for name, data in files:
        (made.home.path / name).write_bytes(data)
    job = intake_job.begin(made.shelves, [Parcel(made.home.path / name) for name, _ in files], by)
    assert job.wait(20)
    assert job.trouble == ""
    return job


def _keys(page: AppTest) -> list[str]:
    return [str(button.key) for button in page.button]


def _captions(page: AppTest) -> str:
    return " ".join(one.value for one in page.caption)


def _journal(made: Desk, subject: str = "") -> list[str]:
    with made.db.read() as db:
        return [row.action for row in notes.about(db, subject)]


def test_an_empty_page_says_what_can_be_dropped_with_examples_that_work(made: Desk, tmp_path: Path) -> None:
    page = _run()
    assert "Zendesk" in _html(page)
    assert "Nothing has come in yet" in _captions(page)
    shown = [code.value for code in page.code]
    for lang in ("en", "ja"):
        for name, text in (("tickets.csv", intake_examples._CSV), ("history.jsonl", intake_examples._LINES)):
            (tmp_path / name).write_text(text[lang], "utf-8")
            look = intake.peek(made, tmp_path / name, None).look
            assert (look.records, look.rejected) == (2, 0)
            assert lang == "ja" or text[lang].strip() in [code.strip() for code in shown]


def test_a_file_is_shown_as_it_would_come_in_and_nothing_is_stored(made: Desk) -> None:
    page = _upload(_run(), ("lines.jsonl", LINES))
    drawn = _html(page)
    assert "Kizuna&#x27;s JSON" in drawn
    assert "Articles 1" in drawn
    assert "New 1" in drawn
    assert "Zebra mode" in drawn
    assert "lines.jsonl:2" in drawn
    assert "The role &#x27;alien&#x27; is unknown." in drawn
    assert page.button(key="bring_in").label == "Bring in · 1"
    with made.db.read() as db:
        assert imports.history(db) == []


def test_a_look_tells_what_is_new_when_it_was_and_what_personal_data_it_holds(made: Desk) -> None:
    head = "id,date,question,reply\n"
    _bring(made, ("shop.csv", (head + "A-1,2026-01-05,Where is my parcel now?,On its way.\n").encode()))
    rows = "A-1,2026-01-05,Where is my parcel now?,On its way.\nA-2,2026-03-09,Write to me: kim@example.com,Done.\n"
    drawn = _html(_upload(_run(), ("shop.csv", (head + rows + rows.splitlines()[1] + "\n").encode())))
    assert "New 1 · Unchanged 1 · Duplicates 1" in drawn
    assert "2026-01-05 – 2026-03-09" in drawn
    assert re.findall(r"title='(2026-\d\d: \d)'", drawn) == ["2026-01: 1", "2026-02: 0", "2026-03: 2"]
    assert "Email addresses 2" in drawn
    assert "kim@example.com" not in drawn


def test_long_times_are_shown_by_years() -> None:
    assert intake_facts.spread({}) == {}
    assert intake_facts.spread({"2025-11": 2, "2026-02": 1}) == {"2025-11": 2, "2025-12": 0, "2026-01": 0, "2026-02": 1}
    assert intake_facts.spread({"2019-05": 2, "2019-06": 1, "2024-01": 4}) == {
        "2019": 3, "2020": 0, "2021": 0, "2022": 0, "2023": 0, "2024": 4
    }  # fmt: skip


def test_columns_are_guessed_and_can_be_named(made: Desk) -> None:
    page = _upload(_run(), ("odd.csv", ODD))
    assert "<img" not in _html(page)
    assert "&lt;img src=x&gt;" in _html(page)
    guessed = next(one for one in page.selectbox if one.label == "Customer's words")
    assert guessed.value == "What they wrote"
    assert "guess_again" not in _keys(page)
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


def test_columns_named_once_are_remembered_until_someone_goes_back_to_the_guess(made: Desk) -> None:
    table = b"F1,F2\nStripes,My wall panel shows stripes since this morning.\n"
    page = _upload(_run(), ("march.csv", table))
    _column(page, "Subject or title", "F1")
    assert _press(page, made).wait(20)
    later = _upload(_run(name="misaki"), ("april.csv", table.replace(b"wall", b"door")))
    assert "Columns as you named them last time." in _captions(later)
    assert next(one for one in later.selectbox if one.label == "Subject or title").value == "F1"
    _click(later, "guess_again")
    assert "Columns as you named them last time." not in _captions(later)
    assert next(one for one in later.selectbox if one.label == "Subject or title").value == ""
    assert _press(later, made).wait(20)
    third = _upload(_run(), ("may.csv", table))
    assert "Columns as you named them last time." not in _captions(third)  # the guess was the last word


def test_a_column_means_one_thing_only(made: Desk) -> None:
    page = _upload(_run(), ("odd.csv", ODD))
    _column(page, "Subject or title", "What they wrote")
    values = {one.label: one.value for one in page.selectbox}
    assert (values["Subject or title"], values["Customer's words"]) == ("What they wrote", "")


def test_bad_files_are_sentences_and_do_not_hinder_good_ones(made: Desk) -> None:
    page = _upload(_run(), ("empty.csv", b""), ("lines.jsonl", LINES))
    assert "The file is empty. Export it again." in _html(page)
    job = _press(page, made)
    assert job.wait(20)
    assert job.names == ["lines.jsonl"]
    assert not list((made.home.path / "intake").iterdir())  # neither what came in nor what could not is left behind


def test_only_bad_files_leave_nothing_to_press(made: Desk) -> None:
    page = _upload(_run(), ("empty.csv", b""))
    assert page.button(key="bring_in").disabled
    assert "nothing to bring in" in page.caption[0].value


def test_archives_and_office_files_may_be_dropped() -> None:
    assert {"zip", "gz", "tgz", "xlsx", "docx", "pdf", "eml", "mbox", "xml", "sbv"} <= set(page_of.TYPES)


def test_an_archive_is_looked_into(made: Desk) -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lines.jsonl", LINES)
    page = _upload(_run(), ("export.zip", packed.getvalue()))
    assert "<td data-name='Read as'>Archive</td>" in _html(page)
    assert "export.zip/lines.jsonl:2" in _html(page)
    assert page.button(key="bring_in").label == "Bring in · 1"


def test_the_import_survives_reruns_and_other_sessions(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    go, real = threading.Event(), intake.run

    def slow(shelves: Any, paths: Any, columns: Any, progress: Any, *, source: str = "", by: str = "") -> Any:
        progress(Step("lines.jsonl", 1, 0.25, 1, 1.0))
        assert go.wait(20)
        return real(shelves, paths, columns, progress, by=by)

    monkeypatch.setattr(intake, "run", slow)
    page = _upload(_run(), ("lines.jsonl", LINES))
    job = _press(page, made)
    page.run()
    page.run()
    assert intake_job.latest(made.shelves) is job
    deadline = time.monotonic() + 10
    while not job.records and time.monotonic() < deadline:
        time.sleep(0.01)
    other = _run(name="misaki")  # another session, as after a dropped connection
    assert "1 records" in intake_result.told(job, "en")
    assert "stop" in _keys(page)
    assert "stop" not in _keys(other)  # it is not hers
    assert "stop" in _keys(_run(name="naoko", role="supervisor"))
    _upload(other, ("more.jsonl", LINES))
    assert other.button(key="bring_in").disabled
    assert "Another import is running" in _captions(other)
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
    assert "<td data-name='Kind'>Articles</td><td data-name='Added' class='kz-number'>1</td>" in drawn
    assert "The role &#x27;alien&#x27; is unknown." in drawn
    _click(page, "search_it")
    assert "Zebra mode" in page.query_params["q"]
    _click(page, "to_rejects")
    assert "lines.jsonl:2" in _html(page)
    _click(page, "seen")
    assert "Done" not in " ".join(one.value for one in page.markdown)


def test_rate_share_and_remaining_time() -> None:
    waiting: list[str] = []
    shelves = cast(Any, SimpleNamespace(index=SimpleNamespace(waiting=lambda: len(waiting))))
    job = Job(shelves, lambda job: None, "emma", at="big.csv")
    assert intake_result.told(job, "en") == "big.csv: the first records are on their way…"
    job.records, job.share, job.began, job.ended = 1000, 0.25, 100.0, 150.0
    assert intake_result.told(job, "en") == "big.csv: 25% · 1,000 records · 20 a second · about 2 min left"
    assert intake_result.told(job, "ja") == "big.csv: 25% · 1,000件 · 毎秒20件 · 残り約2分"
    waiting.append("passage")
    assert intake_result.told(job, "en") == "big.csv: 1,000 records · 20 a second"  # no pace yet
    job.share = 1.0
    assert intake_result.told(job, "en").endswith("all are in and are being indexed")
    waiting.clear()
    job.share = 0.25
    job.action = "withdraw"
    assert intake_result.told(job, "en").startswith("Withdrawing big.csv: 25%")


def test_a_supervisor_undoes_an_import_after_seeing_how_much_it_is(made: Desk) -> None:
    _bring(made, ("lines.jsonl", LINES), by="emma")
    with made.db.read() as db:
        (row,) = imports.history(db)
    page = _run(name="naoko", role="supervisor")
    _click(page, f"undo:{row.id}")
    assert "1 records stand as this import left them" in " ".join(one.value for one in page.markdown)
    with made.db.read() as db:
        assert arrivals.sources(db)  # nothing happens before it is confirmed
    _click(page, "undo_it")
    job = intake_job.latest(made.shelves)
    assert job
    assert job.action == "undo"
    assert job.wait(20)
    page.run()
    assert "Undone: 1 records taken back" in " ".join(one.value for one in page.markdown)
    assert page.button(key=f"undo:{row.id}").disabled
    assert ">Undone<" in _html(page)
    with made.db.read() as db:
        assert not arrivals.sources(db)


def test_a_supervisor_withdraws_a_source_whole(made: Desk) -> None:
    _bring(made, ("lines.jsonl", LINES), ("people.jsonl", b'{"kind": "customer", "id": "C-1", "name": "Kim Park"}'))
    page = _run(name="naoko", role="supervisor", section="sources")
    assert "people.jsonl" in _html(page)
    _click(page, "withdraw:1")
    assert "Customers 1" in " ".join(one.value for one in page.markdown)
    _click(page, "withdraw_it")
    job = intake_job.latest(made.shelves)
    assert job
    assert job.wait(20)
    assert (job.names, job.report["taken_back"]) == (["people.jsonl"], 1)
    page.run()
    assert list(sources_of.held(made)) == ["lines.jsonl"]


def test_agents_see_why_they_may_not_take_back(made: Desk) -> None:
    _bring(made, ("lines.jsonl", LINES))
    for section, told in (
        ("imports", "A supervisor can undo"),
        ("sources", "A supervisor can withdraw"),
        ("folders", "A supervisor can add, pause and remove"),
    ):
        page = _run(section=section)
        assert told in _captions(page)
        assert not [key for key in _keys(page) if key.startswith(("undo", "withdraw", "sync", "folder"))]


def test_rejects_are_narrowed_mended_in_place_and_tried_again(made: Desk) -> None:
    bad = b'{"kind": "ticket", "id": "T-7", "turns": [{"role": "alien", "text": "Mail kim@example.com <b>"}]}\n'
    _bring(made, ("lines.jsonl", bad), ("other.jsonl", b'{"kind": "x"}\n'))
    page = _run(section="rejects")
    assert "Mail &lt;EMAIL_1&gt; &lt;b&gt;" in _html(page)
    assert "kim@example.com" not in _html(page)
    page.selectbox(key="rejects_source").set_value("lines.jsonl").run()
    assert "other.jsonl" not in _html(page)
    (key,) = [key for key in _keys(page) if key.startswith("mend:")]
    _click(page, key)
    text = page.text_area[0].value
    assert "kim@example.com" not in text
    page.text_area[0].set_value(text.replace("alien", "customer"))
    _click(page, "mend_it")
    job = intake_job.latest(made.shelves)
    assert job
    assert job.wait(20)
    assert (job.report["added"], job.report["rejected"]) == ({"ticket": 1}, 0)
    with made.db.read() as db:
        assert [row.origin for row in imports.rejected(db)] == ["other.jsonl"]
        assert tickets.book(db, "T-7")
        book = made.shelves.vault.reveal(db, tickets.book(db, "T-7"))
    assert book == {"<EMAIL_1>": "kim@example.com"}  # the original came in, not its mask
    page.run()
    assert "Done: 1 read" in " ".join(one.value for one in page.markdown)


def test_a_supervisor_sees_what_stood_there_which_is_journaled(made: Desk) -> None:
    _bring(made, ("lines.jsonl", b'{"kind": "x", "text": "kim@example.com"}\n'))
    page = _run(name="naoko", role="supervisor", section="rejects")
    (key,) = [key for key in _keys(page) if key.startswith("mend:")]
    _click(page, key)
    assert "kim@example.com" in page.text_area[0].value
    assert _journal(made, key.removeprefix("mend:")) == ["opened reject"]
    _click(page, "drop_it")
    with made.db.read() as db:
        assert imports.rejected_count(db) == 0


def test_all_rejects_can_be_tried_again(made: Desk) -> None:
    _bring(made, ("lines.jsonl", b'{"kind": "x"}\n'))
    page = _run(section="rejects")
    _click(page, "retry_all")
    job = intake_job.latest(made.shelves)
    assert job
    assert job.wait(20)
    assert (job.action, job.report["rejected"]) == ("retry", 1)


def test_agents_save_masked_rejects_and_supervisors_originals_both_are_journaled(made: Desk) -> None:
    _bring(made, ("a.jsonl", b'{"kind": "x", "text": "kim@example.com"}\n'), ("b.jsonl", b'{"kind": "y"}\n'))
    agent, supervisor = Account("emma", "Emma", "agent"), Account("naoko", "Naoko", "supervisor")
    masked = intake_rejects._saved(made, agent, Chosen()).decode("utf-8-sig")
    assert "<EMAIL_1>" in masked
    assert "kim@example.com" not in masked
    assert "kim@example.com" in intake_rejects._saved(made, supervisor, Chosen()).decode("utf-8-sig")
    some = intake_rejects._saved(made, agent, Chosen("b.jsonl")).decode("utf-8-sig")
    assert "b.jsonl:1" in some
    assert "a.jsonl:1" not in some
    assert _journal(made) == ["saved rejects"] * 3


def test_only_the_chosen_rejects_are_tried_again(made: Desk) -> None:
    _bring(made, ("a.jsonl", b'{"kind": "x"}\n'), ("b.jsonl", b'{"kind": "y"}\n'))
    page = _run(section="rejects")
    page.selectbox(key="rejects_source").set_value("b.jsonl").run()
    assert page.button(key="retry_all").label == "Try these again · 1"
    _click(page, "retry_all")
    job = intake_job.latest(made.shelves)
    assert job
    assert job.wait(20)
    assert job.report["rejected"] == 1
    with made.db.read() as db:
        assert [row.origin for row in imports.history(db)] == ["b.jsonl", "b.jsonl", "a.jsonl"]
    page.run()
    assert "0 came in, 1 stay out" in " ".join(one.value for one in page.markdown)


def test_mended_rejects_are_known_by_their_header_and_come_alone(made: Desk) -> None:
    bad = b'{"kind": "ticket", "id": "T-7", "turns": [{"role": "alien", "text": "Hello, my lamp is dark."}]}\n'
    _bring(made, ("lines.jsonl", bad + b'{"kind": "x"}\n'))
    with made.db.read() as db:
        saved = intake.rejects_table(made.shelves.vault, imports.rejected(db), originals=False)
    page = _upload(_run(), ("rejects.csv", saved.replace(b"alien", b"customer")))
    assert "bring_in" not in _keys(page)
    assert "These are mended rejects: 2 records." in " ".join(one.value for one in page.markdown)
    _click(page, "retry_mended")
    job = intake_job.latest(made.shelves)
    assert job
    assert job.wait(20)
    assert (job.report["added"], job.report["rejected"]) == ({"ticket": 1}, 1)
    assert not list((made.home.path / "intake").iterdir())


def test_a_supervisor_adds_pauses_and_removes_a_folder(made: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    exports = tmp_path_factory.mktemp("exports")
    page = _run(name="naoko", role="supervisor", section="folders")
    page.text_input(key="folder_path").set_value("exports")
    _click(page, "folder_add")
    assert "There is no such folder" in page.error[0].value
    page.text_input(key="folder_path").set_value(str(exports))
    page.text_input(key="folder_source").set_value("Nightly <b>")
    _click(page, "folder_add")
    assert not page.error
    assert page.text_input(key="folder_path").value == ""
    assert "Nightly &lt;b&gt;" in _html(page)
    with made.db.read() as db:
        (folder,) = folders.page(db)
    assert (folder.minutes, folder.by) == (60, "naoko")
    with made.db.write() as db:
        folders.ran(db, folder.id, "seen", {"added": 3, "rejected": 1})
    page.run()
    assert "Added 3 · Rejected 1" in _html(page)
    _click(page, f"pause:{folder.id}")
    assert ">Paused<" in re.sub("<small>.*?</small>", "", _html(page))
    assert page.button(key=f"sync:{folder.id}").disabled
    _click(page, f"pause:{folder.id}")
    _click(page, f"sync:{folder.id}")
    with made.db.read() as db:
        (folder,) = folders.page(db)
    assert (folder.last_run, folder.last_seen) == (None, "")
    _click(page, f"remove:{folder.id}")
    _click(page, "remove_it")
    with made.db.read() as db:
        assert folders.page(db) == []


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


def test_complaints_speak_japanese(made: Desk, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_bytes(ODD)
    (tmp_path / "lines.jsonl").write_bytes(LINES + b'{"kind": "ticket", "turns": []}\n{"kind": "x"}\n{"broken\n[1]\n')
    mapping = {"created": "Opened", "id": "Ref"}
    reasons = list(intake.peek(made, tmp_path / "odd.csv", mapping).look.reasons)
    reasons += intake.peek(made, tmp_path / "lines.jsonl", None).look.reasons
    assert len(reasons) == 7
    for reason in reasons:
        assert intake_words.complaint(reason, "en") == reason
        assert any("\u3040" <= letter <= "\u30ff" for letter in intake_words.complaint(reason, "ja")), reason
    assert intake_words.complaint("something new {odd}", "ja") == "something new {odd}"


def test_what_complaints_quote_stays_and_what_they_explain_is_translated() -> None:
    assert intake_words._templates()
    for template in intake_words._templates():
        names = re.findall(r"\{(\w+)\}", template)
        told = intake_words.complaint(re.sub(r"\{\w+\}", "xyzzy", template), "ja")
        assert told.count("xyzzy") == len(names), template
        assert re.search("[\u3040-\u30ff]", told), template
    reason = "This row cannot be read: the customer's words are missing. Correct it, or name another column."
    assert intake_words.complaint(reason, "ja").startswith("この行は読み込めません：お客様の言葉がありません。")


def _said(path: Path) -> Iterator[str]:
    """What a module of the page says, as far as it stands there as text."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        called = isinstance(node, ast.Call) and (getattr(node.func, "id", "") or getattr(node.func, "attr", ""))
        if called in ("say", "only_supervisors", "Column") and node.args:  # type: ignore[attr-defined]
            yield from _texts(node.args[0])  # type: ignore[attr-defined]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("told", "text"):
            yield from (text for text in _texts(node.value) if text.endswith((".", "{count}")))


def _texts(node: ast.AST) -> list[str]:
    found = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return [text for text in found if isinstance(text, str) and text]


def test_every_text_has_its_japanese(made: Desk) -> None:
    known = _japanese()
    folder = Path(page_of.__file__).parent
    said = [text for path in (folder / "intake.py", *folder.glob("intake_*.py")) for text in _said(path)]
    for names in (
        intake_words.KINDS, intake_words.ONE, intake_words.LANGUAGES, intake_words.READERS, intake_words.SHAPES,
        intake_words.NEWS, intake_words.PERSONAL, intake_words.FIELDS, intake_job.STOPPED, intake_result._DOING,
        intake_result._DONE, intake_folders.INTERVALS, sources_of._KINDS,
    ):  # fmt: skip
        said += names.values()  # type: ignore[attr-defined]
    said += [name for name, _ in page_of._SECTIONS.values()]
    said += [name.capitalize() for name in (*intake_job.COUNTS, "rejected")]
    said += [intake_job.LOST, intake_job.BUSY, sync.WRITING, sync.GONE]
    assert len(said) > 200
    assert [text for text in said if text not in known] == []
    assert set(intake_words.FIELDS) == set(readers.tables.columns.NAMES)
    assert set(intake_words.READERS) >= set(readers._READERS)
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
        assert "about" in _html(page)  # the time it will take
        assert "&lt;PHONE" not in _html(page)  # only its first records are shown
        job = _press(page, opened)
        assert job.wait(120)
        assert job.trouble == ""
        assert (job.report["added"], job.report["rejected"]) == ({"ticket": 131, "article": 1}, 1)
        assert (job.share, job.records) == (1.0, 133)
        hits = opened.search.find("there are stripes on the panel of my wall", Filters(kinds=("ticket",)), limit=3)
        assert hits[0].source == "Z-1"
        assert "090" not in hits[0].passage.text
        assert opened.search.find("壁のパネルに縞模様が出る", limit=3)
    finally:
        desk.use(None)
        opened.close()
