"""A round over the published FAQ: which flags are raised, once, and with both texts."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from stand_ins import VAULT, HashedWords

from console.faq.upkeep import ALIKE, EVERY, UNUSED, Upkeep
from console.search import Hit
from ingest import shelving
from ingest.arriving import Batch, Job
from ingest.records import Article, Message, Ticket, Tombstone
from ingest.shelving import Shelves
from ingest.store import Database, faqs, flags, imports, readings
from ingest.store import passages as shelf
from ingest.store.faqs import Entry, Face
from ingest.store.flags import Flag

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
APPROVED = NOW - timedelta(days=30)
POLICY = (
    "## Returns\n\nYou can return a kettle within 30 days of delivery.\n\n## Lids\n\nA spare teapot lid costs 9 euros."
)


class Finder:
    """Search over the openings on the shelves by hashed words."""

    def __init__(self, db: Database) -> None:
        self.db, self.embedding = db, HashedWords()

    def passages(self, query: str, filters: Any, *, limit: int = 10) -> list[Hit]:
        with self.db.read() as db:
            keys = [row.id for row in db.exec_driver_sql("SELECT id FROM passages ORDER BY id")]
            kept = [one for one in shelf.get(db, keys).values() if one.kind in filters.kinds]
        kept = [one for one in kept if one.part in filters.parts and one.created and one.created >= filters.since]
        return [Hit(one.source, one.kind, one.title, one, 1.0, 1.0) for one in kept][:limit]


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    index = SimpleNamespace(catch_up=lambda: 0)
    tools = (cast(Any, index), cast(Any, fake_desk.REDACTOR), cast(Any, fake_desk.SPLITTER), VAULT)
    return Shelves(Database.open(tmp_path / "kizuna.db"), *tools)


def _upkeep(shelves: Shelves) -> Upkeep:
    return Upkeep(cast(Any, Finder(shelves.db)))


def _quoting(source: str, quote: str, kind: str = "article") -> dict[str, Any]:
    known = {"about": "answer", "kind": kind, "source": source, "title": "Policy"}
    return known | {"quote": quote, "start": 0, "end": len(quote)}


def _publish(shelves: Shelves, id: str, question: str, answer: str, *evidence: dict[str, Any], **values: Any) -> Entry:
    entry = Entry(id, question, answer, "en", state="approved", evidence=list(evidence), by="naoko", updated=APPROVED)
    entry = replace(entry, **values)
    with shelves.db.write() as db:
        faqs.put(db, entry)
        for lang, face in entry.faces.items():
            made = Article(entry.article(lang), face.question, face.answer, lang, updated=entry.updated, kind="faq")
            shelving.shelve(db, made, shelves, origin="faq")
    return entry


def _import(shelves: Shelves, when: datetime, *items: Article | Tombstone) -> None:
    with shelves.db.write() as db:
        job = imports.start(db, f"policies {when}")
        Batch(db, shelves, Job("policies", job)).take(items)
        imports.finish(db, job, {})
        db.exec_driver_sql("UPDATE imports SET started = ?, finished = ? WHERE id = ?", (*[_plain(when)] * 2, job))


def _plain(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S.%f")


def _resolved(shelves: Shelves, id: str, asked: str, answered: str, at: datetime = NOW, **values: Any) -> None:
    turns = (Message("incoming", asked, at), Message("outgoing", answered, at))
    with shelves.db.write() as db:
        shelving.shelve(db, Ticket(id, turns, created=at, lang="en", **values), shelves, origin="test")


def _round(shelves: Shelves, now: datetime = NOW) -> Counter[Any]:
    return _upkeep(shelves).round(now)


def _flags(shelves: Shelves, *kinds: str) -> list[Flag]:
    with shelves.db.read() as db:
        return [one for one in flags.page(db) if not kinds or one.kind in kinds]


def _policy(shelves: Shelves) -> None:
    """An article, two entries that quote it, one that quotes another article, one that no article stands behind."""
    _import(shelves, APPROVED - timedelta(days=9), Article("policy", "Policy", POLICY, "en"), _other())
    returns, lids = "You can return a kettle within 30 days of delivery.", "A spare teapot lid costs 9 euros."
    _publish(shelves, "F-returns", "How can I return a kettle?", returns, _quoting("policy", returns))
    _publish(shelves, "F-lids", "What does a spare teapot lid cost?", lids, _quoting("policy", lids))
    showroom = "The showroom opens at ten on Sundays."
    _publish(shelves, "F-hours", "When does the showroom open?", showroom, _quoting("hours", showroom))
    _publish(shelves, "F-vinegar", "How do I descale a pot?", "Boil vinegar in the pot once and rinse the pot twice.")


def _other() -> Article:
    return Article("hours", "Hours", "The showroom opens at ten on Sundays.", "en")


def test_a_quiet_desk_has_no_flags(shelves: Shelves) -> None:
    assert _round(shelves) == Counter()
    _policy(shelves)
    assert _round(shelves) == Counter()


def test_a_changed_article_flags_the_entries_that_rely_on_it_and_no_other(shelves: Shelves) -> None:
    _policy(shelves)
    changed = POLICY.replace("30 days", "14 days")
    _import(shelves, NOW - timedelta(days=1), Article("policy", "Policy", changed, "en"), _other())
    assert _round(shelves) == Counter(article=2)
    found = {one.entry: one for one in _flags(shelves)}
    assert set(found) == {"F-returns", "F-lids"}
    returns, lids = found["F-returns"], found["F-lids"]
    assert (returns.ours, returns.note) == ("You can return a kettle within 30 days of delivery.", "quoted")
    assert returns.theirs["quote"] == "You can return a kettle within 14 days of delivery."
    start, end = returns.theirs["start"], returns.theirs["end"]
    assert changed[start:end] == returns.theirs["quote"]
    assert (lids.note, lids.theirs["source"]) == ("elsewhere", "policy")


def test_an_entry_that_says_the_same_without_naming_the_article_is_flagged_too(shelves: Shelves) -> None:
    _policy(shelves)
    _publish(shelves, "F-own", "How can I return a kettle?", "You can return a kettle within 30 days.")
    text = POLICY.replace("30 days", "14 days")
    _import(shelves, NOW - timedelta(days=1), Article("policy", "Policy", text, "en"), _other())
    _round(shelves)
    assert {one.entry for one in _flags(shelves)} == {"F-returns", "F-lids", "F-own"}


def test_a_removed_article_flags_who_relied_on_it(shelves: Shelves) -> None:
    _policy(shelves)
    _import(shelves, NOW - timedelta(days=1), Tombstone("article", "policy"))
    _round(shelves)
    found = _flags(shelves)
    assert {one.entry for one in found} == {"F-returns", "F-lids"}
    assert {one.note for one in found} == {"gone"}
    assert all(one.theirs["quote"] == one.ours for one in found)


def test_an_article_that_comes_in_unchanged_or_was_changed_before_the_approval_flags_nothing(shelves: Shelves) -> None:
    _policy(shelves)
    _import(shelves, NOW - timedelta(days=1), Article("policy", "Policy", POLICY, "en"), _other())
    assert _round(shelves) == Counter()
    more = Article("policy", "Policy", f"{POLICY}\n\nWe like tea.", "en")
    _import(shelves, APPROVED - timedelta(days=1), more)
    assert _round(shelves) == Counter()


def test_a_newer_reply_that_contradicts_is_flagged_once_with_both_texts(shelves: Shelves) -> None:
    _policy(shelves)
    reply = "Hello Ann, thank you for asking. You can return a kettle within 14 days of delivery."
    _resolved(shelves, "T-1", "How can I return a kettle?", reply, NOW - timedelta(hours=2))
    upkeep = _upkeep(shelves)
    assert upkeep.round(NOW) == Counter(contradiction=1)
    (flag,) = _flags(shelves)
    assert (flag.entry, flag.note) == ("F-returns", "number")
    assert flag.ours == "You can return a kettle within 30 days of delivery."
    assert flag.theirs["quote"] == "You can return a kettle within 14 days of delivery."
    assert (flag.theirs["kind"], flag.theirs["source"]) == ("ticket", "T-1")
    assert upkeep.round(NOW + timedelta(hours=1)) == Counter()


@pytest.mark.parametrize(
    ("reply", "at", "status"),
    [
        ("You can return a kettle within 30 days of delivery.", NOW - timedelta(hours=2), "resolved"),
        ("You can return a kettle within 14 days of delivery.", APPROVED - timedelta(hours=2), "resolved"),
        ("You can return a kettle within 14 days of delivery.", NOW - timedelta(hours=2), "open"),
        ("I have sent your kettle 14 days ago.", NOW - timedelta(hours=2), "resolved"),
    ],
)
def test_replies_that_agree_are_older_open_or_about_one_case_flag_nothing(
    shelves: Shelves, reply: str, at: datetime, status: str
) -> None:
    _policy(shelves)
    _resolved(shelves, "T-1", "How can I return a kettle?", reply, at, status=status)
    assert _round(shelves) == Counter()


def test_many_replies_that_say_the_same_raise_a_few_flags(shelves: Shelves) -> None:
    _policy(shelves)
    for n in range(ALIKE + 4):
        reply = "You can return a kettle within 14 days of delivery."
        _resolved(shelves, f"T-{n}", "How can I return a kettle?", reply, NOW - timedelta(hours=9 - n))
    assert _round(shelves) == Counter(contradiction=ALIKE)


def test_a_closed_flag_is_not_raised_again(shelves: Shelves) -> None:
    _policy(shelves)
    _import(shelves, NOW - timedelta(days=1), Article("policy", "Policy", POLICY.replace("30", "14"), "en"), _other())
    _round(shelves)
    with shelves.db.write() as db:
        for one in flags.page(db):
            flags.close(db, one.id, "naoko", "kept")
    assert _round(shelves) == Counter()


def test_an_entry_rated_surely_worse_than_the_others_is_flagged(shelves: Shelves) -> None:
    _policy(shelves)

    def vote(entry: str, what: Any, times: int, day: datetime = NOW) -> None:
        with shelves.db.write() as db:
            for _ in range(times):
                readings.count(db, entry, "en", what, day.date())

    vote("F-hours", "helpful", 40)
    vote("F-hours", "unhelpful", 5)
    vote("F-returns", "helpful", 2)
    vote("F-returns", "unhelpful", 3)
    vote("F-lids", "unhelpful", 20, APPROVED - timedelta(days=5))  # of what it said before
    assert _round(shelves) == Counter()
    vote("F-returns", "unhelpful", 6)
    assert _round(shelves) == Counter(rating=1)
    (flag,) = _flags(shelves)
    assert (flag.entry, flag.note) == ("F-returns", "9/11 0.12")
    assert _round(shelves) == Counter()


def test_a_review_date_that_has_passed_is_flagged_on_that_day(shelves: Shelves) -> None:
    _publish(shelves, "F-1", "How?", "So it is done here.", review=NOW)
    assert _round(shelves, NOW - timedelta(minutes=1)) == Counter()
    assert _round(shelves) == Counter(review=1)
    assert _flags(shelves)[0].theirs == {"source": "2026-11-20"}


def test_what_nobody_read_or_asked_for_in_months_is_flagged(shelves: Shelves) -> None:
    old = NOW - UNUSED - timedelta(days=1)
    for id, thing in (("F-read", "toaster"), ("F-asked", "kettle lid"), ("F-dead", "bread basket")):
        _publish(shelves, id, f"Who cleans the {thing}?", "Press the button twice.", updated=old)
    with shelves.db.write() as db:
        readings.count(db, "F-read", "en", "opened", NOW.date())
    _resolved(shelves, "T-1", "Who cleans the kettle lid?", "Thanks for your patience.", NOW - timedelta(days=3))
    assert _round(shelves) == Counter(unused=1)
    assert [one.entry for one in _flags(shelves)] == ["F-dead"]


def test_the_japanese_face_is_held_against_what_is_newer_than_itself(shelves: Shelves) -> None:
    face = Face("ケトルの返品はできますか。", "ケトルの返品は30日以内に承ります。")
    _publish(
        shelves, "F-1", "How can I return a kettle?", "You can return a kettle within 30 days.", others={"ja": face}
    )
    turn = Message("outgoing", "ケトルの返品は14日以内に承ります。", NOW)
    with shelves.db.write() as db:
        shelving.shelve(db, Ticket("T-1", (turn,), created=NOW, lang="ja"), shelves, origin="test")
    _round(shelves)
    assert [one.ours for one in _flags(shelves, "contradiction")] == [face.answer]


def test_rounds_are_due_now_and_then_and_after_an_import(shelves: Shelves) -> None:
    upkeep, now = _upkeep(shelves), datetime.now(UTC)
    assert upkeep.due(now)
    upkeep.round(now)
    assert not upkeep.due(now + EVERY / 2)
    assert upkeep.due(now + EVERY)
    _import(shelves, now + timedelta(seconds=1), _other())
    assert upkeep.due(now + timedelta(seconds=2))


def test_replies_are_read_in_turn_and_once(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    _policy(shelves)
    monkeypatch.setattr("console.faq.upkeep.REPLIES", 2)
    for n in range(3):
        reply = f"You can return a kettle within {10 + n} days of delivery."
        _resolved(shelves, f"T-{n}", "How can I return a kettle?", reply, NOW - timedelta(hours=9 - n))
    assert [_round(shelves)["contradiction"] for _ in range(3)] == [2, 1, 0]
