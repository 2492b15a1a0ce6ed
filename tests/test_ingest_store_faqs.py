"""FAQ entries in the database: their faces, versions, flags and readings, and homes of before they had them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ingest.store import Database, arms, faqs, flags, readings, versions
from ingest.store.faqs import Entry, Face
from ingest.store.flags import Flag

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ENTRY = Entry(
    "F-12ab", "Where's my order?", "On its way.", "en", product="LAMP", variants=["Order?"], evidence=[{"n": 1}],
    created=NOON, updated=NOON, others={"ja": Face("注文はどこですか？", "配送中です。")}, plan="plus", region="JP",
    topic="t-1", snoozed=NOON, review=NOON, seconded="naoko",
)  # fmt: skip


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "kizuna.db")
    yield opened
    opened.close()


def _put(db: Database, *entries: Entry) -> None:
    with db.write() as connection:
        for one in entries:
            faqs.put(connection, one)


def test_an_entry_comes_out_as_it_went_in(db: Database) -> None:
    _put(db, ENTRY, replace(ENTRY, answer="At the door."))
    with db.read() as connection:
        assert faqs.get(connection, ENTRY.id) == replace(ENTRY, answer="At the door.")
        assert faqs.get(connection, "F-9") is None


def test_entries_with_the_most_evidence_come_first_and_sleepers_wait(db: Database) -> None:
    many = Entry("F-2", "なぜ?", "だから。", "ja", evidence=[{"n": n} for n in range(12)])
    _put(db, ENTRY, many, replace(many, id="F-3", state="approved"))
    with db.read() as connection:
        assert [one.id for one in faqs.page(connection, ("proposed",))] == ["F-2", ENTRY.id]
        assert [one.id for one in faqs.page(connection, ("proposed",), awake=NOON - timedelta(hours=1))] == ["F-2"]
        assert len(faqs.page(connection, ("proposed",), awake=NOON)) == 2
        assert faqs.by_state(connection) == {"approved": 1, "proposed": 2}


def test_only_approved_entries_with_a_whole_face_are_published(db: Database) -> None:
    approved = replace(ENTRY, state="approved")
    half = replace(approved, id="F-2", answer="")
    _put(db, replace(ENTRY, id="F-0"), approved, half, replace(half, id="F-3", others={}))
    with db.read() as connection:
        assert [one.id for one in faqs.published(connection)] == [approved.id, half.id]
        assert [one.id for one in faqs.published(connection, "en")] == [approved.id]
        assert [one.id for one in faqs.published(connection, "ja")] == [approved.id, half.id]
        assert faqs.published(connection, "fr") == []


def test_faces_begin_with_the_main_language_and_have_an_article_each() -> None:
    japanese = replace(ENTRY, lang="ja", question="注文は？", others={"en": Face("Order?", "Soon.")})
    assert list(japanese.faces) == ["ja", "en"]
    assert [japanese.article(lang) for lang in japanese.faces] == ["F-12ab", "F-12ab.en"]


def test_a_slug_tells_the_question_and_leads_back_to_the_entry() -> None:
    japanese = replace(ENTRY, lang="ja", others={})
    assert ENTRY.slug == "wheres-my-order-F-12ab"
    assert japanese.slug == "F-12ab"
    long = replace(ENTRY, question="¿" + "Very long words? " * 30)
    assert len(long.slug) <= 60 + len("-F-12ab")
    for one in (ENTRY, japanese, long):
        assert faqs.id_of(one.slug) == ENTRY.id


def test_a_version_keeps_evidence_only_where_it_changed_and_knows_it_all_the_same(db: Database) -> None:
    more = replace(ENTRY, question="Order, where?", evidence=[{"n": 1}, {"n": 2}], state="approved")
    with db.write() as connection:
        faqs.put(connection, ENTRY)
        made = [
            versions.add(connection, one, action, "naoko")
            for one, action in ((ENTRY, "proposed"), (replace(ENTRY, answer="Soon."), "edited"), (more, "merged"))
        ]
        newest, edited, first = versions.page(connection, ENTRY.id)
        assert made == [first.number, edited.number, newest.number] == [1, 2, 3]
        assert (edited.evidence, edited.variants) == (None, None)
        assert (newest.evidence, newest.variants, newest.state, newest.by) == (more.evidence, None, "approved", "naoko")
        whole = versions.get(connection, ENTRY.id, 2)
        assert whole
        assert (whole.answer, whole.evidence, whole.variants) == ("Soon.", ENTRY.evidence, ENTRY.variants)
        assert whole.faces == replace(ENTRY, answer="Soon.").faces
        assert (whole.plan, whole.region, whole.product) == ("plus", "JP", "LAMP")
        assert versions.last(connection, ENTRY.id) == newest
        assert versions.get(connection, ENTRY.id, 4) is None
        assert versions.last(connection, "F-9") is None


def test_evidence_that_is_taken_away_is_a_change(db: Database) -> None:
    with db.write() as connection:
        faqs.put(connection, ENTRY)
        versions.add(connection, ENTRY, "proposed", "")
        versions.add(connection, replace(ENTRY, evidence=[], variants=[]), "split", "naoko")
        bare = versions.get(connection, ENTRY.id, 2)
    assert bare
    assert (bare.evidence, bare.variants) == ([], [])


def test_a_finding_is_raised_once_even_after_it_was_closed(db: Database) -> None:
    theirs = {"kind": "ticket", "source": "T-1", "quote": "It takes a week."}
    flag = Flag(ENTRY.id, "contradiction", "On its way.", theirs, at=NOON)
    with db.write() as connection:
        faqs.put(connection, ENTRY)
        assert flags.open(connection, flag)
        assert not flags.open(connection, replace(flag, ours="Another sentence", at=None))
        assert flags.open(connection, replace(flag, theirs=theirs | {"source": "T-2"}, at=NOON + timedelta(hours=1)))
        assert [one.theirs["source"] for one in flags.page(connection)] == ["T-2", "T-1"]
        assert flags.get(connection, flag.id) == flag
        assert flags.close(connection, flag.id, "naoko", "kept")
        assert not flags.close(connection, flag.id, "emma", "again")
        assert not flags.open(connection, flag)
        assert [one.theirs["source"] for one in flags.of(connection, ENTRY.id)] == ["T-2"]
        closed = flags.of(connection, ENTRY.id, open_only=False)[1]
        assert (closed.id, closed.closed_by, closed.closed_how) == (flag.id, "naoko", "kept")
        assert closed.closed
        assert len(flags.page(connection, open_only=False)) == 2
        assert flags.of(connection, "F-9") == []


def test_what_is_published_has_another_stamp_after_every_change(db: Database) -> None:
    approved = replace(ENTRY, state="approved")
    later = replace(approved, id="F-2", updated=NOON + timedelta(hours=1))
    steps = (
        approved, later, replace(later, answer="Now.", updated=NOON + timedelta(hours=2)),
        replace(approved, state="rejected", updated=NOON + timedelta(hours=3)),
        replace(approved, updated=NOON + timedelta(hours=4)),
    )  # fmt: skip
    with db.write() as connection:
        seen = [faqs.stamp(connection)]
        for step in steps:
            faqs.put(connection, step)
            seen.append(faqs.stamp(connection))
        faqs.put(connection, replace(ENTRY, id="F-3", updated=NOON + timedelta(hours=5)))
        assert faqs.stamp(connection) == seen[-1]
        assert faqs.approved(connection) == {ENTRY.id, "F-2"}
    assert len(set(seen)) == len(seen)
    assert seen[0] == (0, None)
    assert [faqs.of_article(approved.article(lang)) for lang in ("en", "ja")] == [ENTRY.id, ENTRY.id]


def test_words_are_suggested_until_something_else_is_decided(db: Database) -> None:
    approved = replace(ENTRY, state="approved")
    with db.write() as connection:
        for one in (approved, replace(approved, id="F-2"), replace(ENTRY, id="F-3")):
            faqs.put(connection, one)
            versions.add(connection, one, "approved", "naoko")
            assert one.id not in versions.suggested(connection)
            versions.add(connection, one, versions.SUGGESTED, "naoko")
        assert versions.suggested(connection) == {ENTRY.id, "F-2"}  # F-3 is a proposal as it is
        versions.add(connection, approved, "snoozed", "naoko")
        versions.add(connection, replace(approved, id="F-2"), "edited", "naoko")
        assert versions.suggested(connection) == {ENTRY.id}


def test_readings_are_counted_by_day_and_language(db: Database) -> None:
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    with db.write() as connection:
        _, _ = faqs.put(connection, ENTRY), faqs.put(connection, replace(ENTRY, id="F-2"))
        for lang, day in (("en", first), ("en", first), ("ja", first), ("en", second)):
            readings.count(connection, ENTRY.id, lang, "shown", day)
        readings.count(connection, ENTRY.id, "ja", "helpful", second)
        readings.count(connection, "F-2", "en", "opened")
        assert readings.daily(connection, ENTRY.id, first) == {
            "2026-03-01": {"shown": 3}, "2026-03-02": {"shown": 1, "helpful": 1},
        }  # fmt: skip
        totals = readings.totals(connection, second)
        assert totals[ENTRY.id] == {"shown": 1, "helpful": 1}
        assert totals["F-2"]["opened"] == 1
        assert readings.totals(connection, datetime.now(UTC).date() + timedelta(days=1)) == {}


def test_entries_of_before_have_no_other_faces_and_no_conditions(tmp_path: Path) -> None:
    path = tmp_path / "kizuna.db"
    opened = Database.open(path)
    plain = Entry("F-1", "How?", "So.", "en", evidence=[{"n": 1}], created=NOON, updated=NOON)
    _put(opened, plain)
    opened.close()
    with sqlite3.connect(path) as raw:
        for name in ("versions", "flags", "readings", "arms"):
            raw.execute(f"DROP TABLE faq_{name}")
        for column in ("others", "plan", "region", "topic", "snoozed", "review", "seconded"):
            raw.execute(f"ALTER TABLE faqs DROP COLUMN {column}")
        raw.execute("DELETE FROM migrations WHERE number > 4")
    raw.close()
    again = Database.open(path)
    with again.write() as connection:
        assert faqs.get(connection, "F-1") == plain
        assert versions.add(connection, plain, "proposed", "") == 1
        arms.count(connection, "F-1", "held", "shown", NOON.date())
    again.close()
