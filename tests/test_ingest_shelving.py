"""Truth over time: changes replace, deletions remove everywhere, two formats merge, and all can be taken back."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import pipeline, withdrawal
from ingest.arriving import Batch, Job
from ingest.errors import SenderError
from ingest.pipeline import Report
from ingest.records import Tombstone
from ingest.shelving import Shelves
from ingest.store import arrivals, articles, customers, imports, passages, tickets

ANN = {"kind": "customer", "id": "C-1", "name": "Ann Field", "email": "ann@mail.example"}
ASKED = "My kettle leaks on the left side whenever I pour more than one cup of water."
ANSWER = "Please unscrew the grommet below the lid, rinse it and press it back until it clicks."
KETTLE = {
    "kind": "ticket", "id": "8800", "customer": "C-1", "created": "2026-03-14T09:00:00Z", "subject": "Leaking kettle",
    "turns": [{"role": "customer", "text": ASKED}, {"role": "agent", "text": ANSWER}],
}  # fmt: skip
LAMP = {
    "kind": "ticket", "id": "8801", "customer": "C-2", "created": "2026-03-15T09:00:00Z", "subject": "Lamp",
    "turns": [{"role": "customer", "text": "The desk lamp flickers when the heating starts in the morning."}],
}  # fmt: skip
PAGE = {"kind": "article", "id": "kb-kettle", "title": "Descaling", "text": "# Descaling\n\nUse vinegar."}

Bring = Callable[..., Report]


@pytest.fixture
def bring(shelves: Shelves, tmp_path: Path) -> Bring:
    """Brings lines in as a source."""

    def run(source: str, *lines: dict[str, Any]) -> Report:
        path = tmp_path / f"{source}.jsonl"
        path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        return pipeline.run([path], shelves, source=source)

    return run


def _bury(shelves: Shelves, source: str, *stones: Tombstone) -> list[tuple[str, str]]:
    with shelves.db.write() as db:
        job = Job(source, imports.start(db, source))
        found = Batch(db, shelves, job).take(list(stones))
        imports.finish(db, job.id, {})
    shelves.index.catch_up()
    return list(found)


def _state(folder: Path) -> dict[str, list[str]]:
    """All that is on the shelves, without numbers and times of the runs."""
    names = ("tickets", "messages", "articles", "customers", "aliases", "passages", "cases", "fingerprints", "arrivals")
    with sqlite3.connect(folder / "kizuna.db") as db:
        db.row_factory = sqlite3.Row
        rows = {name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")] for name in names}
    db.close()
    skip = ("num", "job", "indexed")
    return {
        name: sorted(str({key: row[key] for key in row if key not in skip}) for row in held)
        for name, held in rows.items()
    }


def _last(shelves: Shelves) -> str:
    with shelves.db.read() as db:
        return str(imports.history(db)[0].id)


def _ids(shelves: Shelves) -> set[str]:
    with shelves.db.read() as db:
        return {row.source for kind in ("ticket", "call", "article") for row in _passages(db, kind)}


def _passages(db: Any, kind: str) -> list[Any]:
    return passages.newest(db, passages.Filters(kinds=(kind,)), 100)


def test_the_same_conversation_in_two_formats_is_one(shelves: Shelves, bring: Bring) -> None:
    bring("desk", ANN, KETTLE)
    turns = [
        *KETTLE["turns"],
        {"role": "customer", "text": "It clicked and does not leak any more, thank you so much."},
    ]
    report = bring("mail", KETTLE | {"id": "mail-0123456789ab", "customer": "ann@mail.example", "turns": turns})
    assert report.merged == {"ticket": 1}
    with shelves.db.read() as db:
        one = tickets.get(db, "8800")
        assert tickets.get(db, "mail-0123456789ab") is None
    assert one
    assert [turn.text for turn in one.messages] == [ASKED, ANSWER, turns[2]["text"]]
    assert (one.customer, one.subject) == ("C-1", "Leaking kettle")
    assert bring("mail", KETTLE | {"id": "mail-0123456789ab", "customer": "ann@mail.example", "turns": turns}).unchanged


def test_parts_of_one_thread_from_two_deliveries_come_together(shelves: Shelves, bring: Bring) -> None:
    first = KETTLE | {"id": "mail-0123456789ab"}
    first["turns"] = [KETTLE["turns"][0] | {"at": "2026-03-14T09:00:00Z"}]
    second = first | {"turns": [KETTLE["turns"][1] | {"at": "2026-03-14T11:00:00Z"}]}
    bring("monday", first)
    bring("tuesday", second)
    with shelves.db.read() as db:
        one = tickets.get(db, "mail-0123456789ab")
    assert one
    assert [turn.direction for turn in one.messages] == ["incoming", "outgoing"]


def test_two_customers_who_write_the_same_words_stay_two(shelves: Shelves, bring: Bring) -> None:
    bring("desk", KETTLE)
    report = bring("shop", KETTLE | {"id": "zz-9", "customer": "C-7"}, KETTLE | {"id": "zz-8", "created": "2026-05-01"})
    assert report.added == {"ticket": 2}


def test_records_of_one_source_are_never_one(shelves: Shelves, bring: Bring) -> None:
    made = [KETTLE | {"id": f"call-0123456789a{n}"} for n in range(2)]
    assert bring("desk", KETTLE, KETTLE | {"id": "8802"}).added == {"ticket": 2}
    assert bring("calls", *made).merged == {"ticket": 2}


def test_records_of_one_source_without_ids_stay_apart(shelves: Shelves, bring: Bring) -> None:
    made = [KETTLE | {"id": f"call-0123456789a{n}"} for n in range(2)]
    assert bring("calls", *made).added == {"ticket": 2}
    assert bring("calls", *made, KETTLE).merged == {"ticket": 1}


def test_two_systems_may_use_the_same_number(shelves: Shelves, bring: Bring) -> None:
    bring("desk", KETTLE)
    report = bring("shop", LAMP | {"id": "8800"})
    assert report.added == {"ticket": 1}
    with shelves.db.read() as db:
        one, other = tickets.get(db, "8800"), tickets.get(db, "8800@shop")
    assert one
    assert other
    assert (one.subject, other.subject) == ("Leaking kettle", "Lamp")
    assert bring("shop", LAMP | {"id": "8800"}).unchanged == {"ticket": 1}


def test_a_tombstone_removes_everywhere(shelves: Shelves, bring: Bring, tmp_path: Path) -> None:
    bring("desk", ANN, KETTLE, PAGE)
    stones = (Tombstone("ticket", "8800"), Tombstone("article", "kb-kettle"), Tombstone("customer", "C-1"))
    assert [came for _, came in _bury(shelves, "incremental", *stones)] == ["removed"] * 3
    with shelves.db.read() as db:
        assert tickets.get(db, "8800") is None
        assert articles.count(db) == customers.count(db) == 0
    assert shelves.index.count() == 0
    assert shelves.index.words("kettle vinegar", passages.Filters(), 5) == []
    assert [came for _, came in _bury(shelves, "incremental", *stones)] == ["unchanged"] * 3
    assert not any(_state(tmp_path)[name] for name in ("messages", "passages", "cases", "fingerprints"))


def test_what_was_deleted_may_come_back(shelves: Shelves, bring: Bring) -> None:
    bring("desk", KETTLE)
    _bury(shelves, "desk", Tombstone("ticket", "8800"))
    assert bring("desk", KETTLE).added == {"ticket": 1}
    assert _ids(shelves) == {"8800"}


def test_a_number_that_two_systems_use_is_not_removed_by_a_third(shelves: Shelves, bring: Bring) -> None:
    bring("desk", KETTLE)
    bring("shop", LAMP | {"id": "8800"})
    assert _bury(shelves, "other", Tombstone("ticket", "8800")) == [("ticket", "unchanged")]
    assert _bury(shelves, "shop", Tombstone("ticket", "8800")) == [("ticket", "removed")]
    assert _ids(shelves) == {"8800"}


def test_undoing_an_import_brings_back_what_was(shelves: Shelves, bring: Bring, tmp_path: Path) -> None:
    bring("desk", ANN, KETTLE, PAGE)
    before = _state(tmp_path)
    changed = KETTLE | {"subject": "Kettle, again", "turns": KETTLE["turns"][:1]}
    bring("desk", ANN | {"name": "Ann Meadow"}, changed, PAGE | {"text": "# New\n\nUse lemons."}, LAMP)
    _bury(shelves, "desk", Tombstone("ticket", "8801"))
    assert _state(tmp_path) != before
    assert withdrawal.job(shelves, _last(shelves)) == 1
    assert _ids(shelves) == {"8800", "8801", "kb-kettle"}
    with shelves.db.read() as db:
        second = imports.history(db)[1].id
    assert withdrawal.job(shelves, second, by="emma") == 4
    assert _state(tmp_path) == before
    assert shelves.index.count() == len(before["passages"])
    with pytest.raises(SenderError, match="Nothing is left"):
        withdrawal.job(shelves, second)


def test_undoing_a_merge_leaves_both_as_they_were(shelves: Shelves, bring: Bring, tmp_path: Path) -> None:
    bring("desk", ANN, KETTLE)
    before = _state(tmp_path)
    turns = [*KETTLE["turns"], {"role": "customer", "text": "Thank you, the kettle works again since this morning."}]
    bring("mail", ANN | {"id": "ann", "country": "GB"}, KETTLE | {"id": "mail-0123456789ab", "turns": turns})
    with shelves.db.read() as db:
        assert customers.count(db) == 1
    withdrawal.job(shelves, _last(shelves))
    assert _state(tmp_path) == before


def test_withdrawing_a_source_leaves_what_others_know(shelves: Shelves, bring: Bring, tmp_path: Path) -> None:
    bring("shop", LAMP)
    turns = [*KETTLE["turns"], {"role": "customer", "text": "Thank you, the kettle works again since this morning."}]
    bring("mail", ANN, KETTLE | {"turns": turns}, PAGE)
    bring("desk", ANN | {"plan": "Plus"}, KETTLE)
    told: list[tuple[int, int]] = []
    assert withdrawal.source(shelves, "mail", progress=lambda *step: told.append(step)) == 3
    assert told == [(3, 3)]
    with shelves.db.read() as db:
        one, ann = tickets.get(db, "8800"), customers.find(db, "C-1")
        kept = {(row.source, row.kind): row.n for row in arrivals.sources(db)}
    assert one
    assert len(one.messages) == 2
    assert ann
    assert ann.plan == "Plus"
    assert kept == {("desk", "customer"): 1, ("desk", "ticket"): 1, ("shop", "ticket"): 1}
    assert _ids(shelves) == {"8800", "8801"}
    withdrawal.source(shelves, "desk")
    withdrawal.source(shelves, "shop")
    assert not any(_state(tmp_path).values())
    assert shelves.index.count() == 0


def test_an_unknown_source_is_told_with_those_that_are(shelves: Shelves, bring: Bring) -> None:
    with pytest.raises(SenderError, match="Nothing has been brought in yet"):
        withdrawal.source(shelves, "desk")
    bring("shop", LAMP)
    with pytest.raises(SenderError, match=r"no source 'desk'. Sources are: shop\."):
        withdrawal.source(shelves, "desk")


def test_a_later_change_is_not_undone_with_an_earlier_import(shelves: Shelves, bring: Bring) -> None:
    bring("desk", KETTLE, LAMP)
    first = _last(shelves)
    bring("desk", KETTLE | {"subject": "Later"}, LAMP)
    assert withdrawal.job(shelves, first) == 1
    with shelves.db.read() as db:
        one = tickets.get(db, "8800")
        assert tickets.get(db, "8801") is None
    assert one
    assert one.subject == "Later"


def test_an_import_that_was_broken_off_goes_on_under_its_name(shelves: Shelves, bring: Bring) -> None:
    with shelves.db.write() as db:
        broken = imports.start(db, "desk")
    bring("desk", KETTLE)
    assert _last(shelves) == broken
    bring("desk", KETTLE)
    assert _last(shelves) != broken
    with shelves.db.read() as db:
        assert len(imports.history(db)) == 2


def test_rejects_are_read_again_and_only_those(shelves: Shelves, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    bad = json.dumps(LAMP)[:-2]
    path.write_text("\n".join([json.dumps(KETTLE), bad, '{"kind": "ticket", "id": "9"}']), encoding="utf-8")
    assert pipeline.run([path], shelves).rejected == 2
    path.unlink()
    with shelves.db.read() as db:
        kept = {row.place: row.id for row in imports.rejected(db)}
    report = pipeline.retry(shelves, mended={kept["in.jsonl:2"]: json.dumps(LAMP)}, by="emma")
    assert (report.added, report.rejected) == ({"ticket": 1}, 0)
    assert _ids(shelves) == {"8800", "8801"}
    report = pipeline.retry(shelves)
    assert (report.added, report.rejected) == ({}, 1)
    with shelves.db.read() as db:
        (left,) = imports.rejected(db)
        mended = imports.history(db)[1]
    assert (left.place, left.origin) == ("in.jsonl:3", "in.jsonl")
    assert (mended.origin, mended.by, mended.counts["added"]) == ("in.jsonl", "emma", 1)
