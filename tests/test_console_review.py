"""What supervisors decide about FAQ entries: what is published, who may, what is kept of it, and the way back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from stand_ins import VAULT
from test_console_faq import BOSS, kettles, search, solved

from console import evidence
from console.accounts import Account
from console.faq import proposals, publishing, review
from ingest.errors import SenderError
from ingest.shelving import Shelves
from ingest.store import Database, articles, faqs, flags, notes, passages, versions
from ingest.store.faqs import Entry, Face
from ingest.store.flags import Flag

AGENT = Account("emma", "Emma", "agent")
KENJI = Account("kenji", "Kenji", "supervisor")
JAPANESE = Face("交換用のふたはどこで買えますか？", "ショップの部品ページにございます。")
SOON = datetime.now(UTC) + timedelta(days=3)


def _asked(*ids: str) -> list[dict[str, Any]]:
    return [
        {
            "about": "question",
            "kind": "ticket",
            "source": id,
            "title": id,
            "quote": f"Where, {id}?",
            "start": 0,
            "end": 9,
        }
        for id in ids
    ]


def _said(source: str, lang: str) -> dict[str, Any]:
    return _asked(source)[0] | {"about": "answer", "lang": lang, "kind": "article"}


LIDS = Entry(
    "F-1", "Where are spare lids?", "In the shop under Parts.", "en", product="POT", evidence=_asked("T-1", "T-2")
)


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    index = SimpleNamespace(catch_up=lambda: 0)
    tools = (cast(Any, index), cast(Any, fake_desk.REDACTOR), cast(Any, fake_desk.SPLITTER), VAULT)
    return Shelves(Database.open(tmp_path / "kizuna.db"), *tools)


def _put(shelves: Shelves, *entries: Entry) -> None:
    with shelves.db.write() as db:
        for one in entries or (LIDS,):
            faqs.put(db, one)


def _kept(shelves: Shelves, id: str = "F-1") -> Entry:
    with shelves.db.read() as db:
        found = faqs.get(db, id)
    assert found
    return found


def _published(shelves: Shelves) -> dict[str, str]:
    """Titles of published articles by id; each has passages that search can find, and nothing else has."""
    with shelves.db.read() as db:
        found = {one.id: one.title for one in articles.page(db)}
        rows = db.exec_driver_sql("SELECT DISTINCT source FROM passages WHERE kind = 'faq'")
        assert {row.source for row in rows} == found.keys()
    return found


def _actions(shelves: Shelves, id: str = "F-1") -> list[tuple[str, str]]:
    """What was done to an entry by whom, oldest first."""
    with shelves.db.read() as db:
        return [(one.action, one.by) for one in reversed(versions.page(db, id))]


def _approve(shelves: Shelves, id: str = "F-1", *, by: Account = BOSS, four: bool = False, **words: Any) -> bool:
    said = replace(_kept(shelves, id), **words) if words else None
    return review.approve(shelves, id, by=by, four_eyes=four, words=said)


def _edit(shelves: Shelves, id: str = "F-1", *, by: Account = BOSS, four: bool = False, **words: Any) -> None:
    review.edit(shelves, replace(_kept(shelves, id), **words), by=by, four_eyes=four)


# --- publishing


def test_every_face_with_an_answer_is_an_article_and_both_leave_together(shelves: Shelves) -> None:
    _put(shelves)
    assert _approve(shelves, question=" Where do  I find lids? ", others={"ja": JAPANESE, "fr": Face("Où ?", " ")})
    assert _published(shelves) == {"F-1": "Where do I find lids?", "F-1.ja": JAPANESE.question}
    with shelves.db.read() as db:
        one = articles.get(db, "F-1.ja")
    assert one
    assert (one.kind, one.lang, one.text, one.product) == ("faq", "ja", JAPANESE.answer, "POT")
    review.retire(shelves, "F-1", by=BOSS, reason=" Outdated ")
    assert _published(shelves) == {}
    assert (_kept(shelves).state, _kept(shelves).note) == ("rejected", "Outdated")
    review.reopen(shelves, "F-1", by=BOSS)
    assert (_kept(shelves).state, _kept(shelves).note) == ("proposed", "")
    assert [action for action, _ in _actions(shelves)] == ["began", "approved", "retired", "reopened"]
    with shelves.db.read() as db:
        assert [row.action for row in notes.about(db, "F-1")] == ["reopened faq", "retired faq", "approved faq"]


def test_an_entry_whose_main_face_has_no_answer_is_published_in_the_other_language(shelves: Shelves) -> None:
    _put(shelves, replace(LIDS, answer="", others={"ja": JAPANESE}))
    _approve(shelves)
    assert set(_published(shelves)) == {"F-1.ja"}


def test_editing_a_published_entry_publishes_the_new_words_and_drops_a_face_without_answer(shelves: Shelves) -> None:
    _put(shelves, replace(LIDS, others={"ja": JAPANESE}))
    _edit(shelves, answer="Soon.")
    assert _published(shelves) == {}
    _approve(shelves)
    _edit(shelves, answer="Under Parts.", others={}, plan="plus", region="JP")
    assert set(_published(shelves)) == {"F-1"}
    with shelves.db.read() as db:
        one = articles.get(db, "F-1")
    assert one
    assert one.text == "Under Parts."
    assert (_kept(shelves).state, _kept(shelves).plan, _kept(shelves).region) == ("approved", "plus", "JP")


def test_what_does_not_change_is_no_version(shelves: Shelves) -> None:
    _put(shelves)
    _approve(shelves)
    _approve(shelves)
    _edit(shelves)
    assert [action for action, _ in _actions(shelves)] == ["began", "approved"]


def test_only_a_supervisor_decides(shelves: Shelves) -> None:
    _put(shelves, LIDS, replace(LIDS, id="F-2"))
    for change in (
        partial(review.approve, shelves, "F-1", by=AGENT, four_eyes=False),
        partial(review.edit, shelves, replace(LIDS, answer="No."), by=AGENT, four_eyes=False),
        partial(review.reject, shelves, "F-1", by=AGENT, reason="no"),
        partial(review.retire, shelves, "F-1", by=AGENT),
        partial(review.reopen, shelves, "F-1", by=AGENT),
        partial(review.snooze, shelves, "F-1", by=AGENT, until=SOON),
        partial(review.wake, shelves, "F-1", by=AGENT),
        partial(review.review_by, shelves, "F-1", by=AGENT, day=SOON),
        partial(review.rollback, shelves, "F-1", 1, by=AGENT),
        partial(review.merge, shelves, ["F-1", "F-2"], by=AGENT),
        partial(review.split, shelves, "F-1", ["T-1"], by=AGENT, search=search(shelves)),
    ):
        with pytest.raises(SenderError, match="supervisor"):
            cast(Any, change)()
    assert _kept(shelves).answer == LIDS.answer
    assert (_kept(shelves).state, _actions(shelves)) == ("proposed", [])


@pytest.mark.parametrize(
    "words",
    [
        {"question": " "}, {"answer": "  "}, {"question": "Q" * 301}, {"answer": "A" * 8001}, {"plan": "p" * 81},
        {"others": {"ja": Face("", "回答だけです。")}}, {"others": {"ja": Face("問", "答" * 8001)}},
    ],
)  # fmt: skip
def test_empty_and_overlong_words_are_refused(shelves: Shelves, words: dict[str, Any]) -> None:
    _put(shelves)
    with pytest.raises(SenderError):
        _approve(shelves, **words)
    assert _published(shelves) == {}
    assert _actions(shelves) == []


def test_a_missing_entry_and_one_that_somebody_changed_meanwhile_say_so(shelves: Shelves) -> None:
    _put(shelves)
    with pytest.raises(SenderError, match="no longer there"):
        review.reject(shelves, "F-0", by=BOSS, reason="x")
    drawn = _kept(shelves)
    _edit(shelves, by=KENJI, answer="Kenji's words.")
    for stale in (
        partial(review.approve, shelves, "F-1", by=BOSS, four_eyes=False, words=drawn),
        partial(review.edit, shelves, drawn, by=BOSS, four_eyes=False),
    ):
        with pytest.raises(SenderError, match="Somebody else"):
            cast(Any, stale)()
    assert _kept(shelves).answer == "Kenji's words."


# --- four eyes


def test_with_four_eyes_another_supervisor_publishes(shelves: Shelves) -> None:
    _put(shelves)
    assert not _approve(shelves, four=True, answer="Under Parts.")
    assert (_kept(shelves).state, _kept(shelves).seconded, _published(shelves)) == ("proposed", BOSS.name, {})
    with pytest.raises(SenderError, match="already"):
        _approve(shelves, four=True)
    assert _approve(shelves, by=KENJI, four=True)
    assert (_kept(shelves).state, _kept(shelves).seconded) == ("approved", "")
    assert set(_published(shelves)) == {"F-1"}


def test_words_changed_between_two_approvals_start_again(shelves: Shelves) -> None:
    _put(shelves)
    _approve(shelves, four=True)
    assert not _approve(shelves, by=KENJI, four=True, answer="Other words.")
    assert _kept(shelves).seconded == KENJI.name
    _edit(shelves, by=BOSS, four=True, answer="Mine after all.")
    assert _kept(shelves).seconded == ""
    assert not _approve(shelves, by=KENJI, four=True)
    assert _approve(shelves, by=BOSS, four=True)
    assert _kept(shelves).answer == "Mine after all."


def test_with_four_eyes_a_published_entry_keeps_its_words_until_another_approves_the_new_ones(shelves: Shelves) -> None:
    _put(shelves)
    _approve(shelves, question="Old?")
    _edit(shelves, four=True, question="New?")
    review.snooze(shelves, "F-1", by=BOSS, until=SOON)
    assert (_kept(shelves).question, _kept(shelves).state, _kept(shelves).seconded) == ("Old?", "approved", BOSS.name)
    assert _published(shelves) == {"F-1": "Old?"}
    with shelves.db.read() as db:
        pending = publishing.waiting(db, _kept(shelves))
    assert pending
    assert (pending.question, pending.state) == ("New?", "approved")
    with pytest.raises(SenderError, match="already"):
        _approve(shelves, four=True)
    assert _approve(shelves, by=KENJI, four=True)
    assert _published(shelves) == {"F-1": "New?"}
    with shelves.db.read() as db:
        assert publishing.waiting(db, _kept(shelves)) is None


def test_a_suggestion_is_dropped_by_going_back_and_never_published_by_it(shelves: Shelves) -> None:
    _put(shelves)
    _approve(shelves)
    _edit(shelves, four=True, question="New?")
    with pytest.raises(SenderError, match="never published"):
        review.rollback(shelves, "F-1", 3, by=KENJI)
    review.rollback(shelves, "F-1", 2, by=KENJI)
    with shelves.db.read() as db:
        assert publishing.waiting(db, _kept(shelves)) is None
    assert _published(shelves) == {"F-1": LIDS.question}


# --- the way back


def test_going_back_brings_words_state_and_evidence_as_they_were(shelves: Shelves) -> None:
    _put(shelves, replace(LIDS, others={"ja": JAPANESE}, product="POT"))
    _approve(shelves, answer="Under Parts.", plan="plus")
    _edit(shelves, by=KENJI, answer="Wrong.", others={}, plan="")
    review.retire(shelves, "F-1", by=KENJI, reason="Oops")
    review.rollback(shelves, "F-1", 2, by=BOSS)
    back = _kept(shelves)
    assert (back.answer, back.plan, back.state, back.note, back.by) == (
        "Under Parts.",
        "plus",
        "approved",
        "",
        BOSS.name,
    )
    assert set(_published(shelves)) == {"F-1", "F-1.ja"}
    review.rollback(shelves, "F-1", 1, by=BOSS)
    assert (_kept(shelves).state, _kept(shelves).answer, _published(shelves)) == ("proposed", LIDS.answer, {})
    assert _actions(shelves) == [
        ("began", ""), ("approved", "naoko"), ("edited", "kenji"), ("retired", "kenji"), ("rolled back", "naoko"),
        ("rolled back", "naoko"),
    ]  # fmt: skip
    with pytest.raises(SenderError, match="no version 9"):
        review.rollback(shelves, "F-1", 9, by=BOSS)


# --- sleep and review


def test_a_sleeping_entry_leaves_the_queue_until_it_wakes(shelves: Shelves) -> None:
    _put(shelves)
    review.snooze(shelves, "F-1", by=BOSS, until=SOON)
    with shelves.db.read() as db:
        assert faqs.page(db, ("proposed",), awake=datetime.now(UTC)) == []
        assert len(faqs.page(db, ("proposed",), awake=SOON)) == 1
    review.wake(shelves, "F-1", by=BOSS)
    assert _kept(shelves).snoozed is None
    with pytest.raises(SenderError, match="passed"):
        review.snooze(shelves, "F-1", by=BOSS, until=datetime.now(UTC))
    review.review_by(shelves, "F-1", by=BOSS, day=SOON)
    assert _kept(shelves).review == SOON
    assert [action for action, _ in _actions(shelves)] == ["began", "snoozed", "woke", "set a review of"]


# --- flags and conditions


def _flag(shelves: Shelves, entry: str = "F-1") -> Flag:
    raised = Flag(entry, "contradiction", "In the shop under Parts.", {"source": "T-9", "quote": "At the till."})
    with shelves.db.write() as db:
        assert flags.open(db, raised)
    return raised


def _flags(shelves: Shelves, entry: str = "F-1") -> list[tuple[bool, str, str]]:
    """Whether each flag is open, who closed it and how."""
    with shelves.db.read() as db:
        return [(one.closed is None, one.closed_by, one.closed_how) for one in flags.of(db, entry, open_only=False)]


@pytest.mark.parametrize("decide", [partial(review.retire, reason="Outdated"), partial(review.reject, reason="Wrong")])
def test_flags_leave_with_their_entry_and_come_back_with_it(shelves: Shelves, decide: Any) -> None:
    _put(shelves)
    _approve(shelves)
    raised = _flag(shelves)
    decide(shelves, "F-1", by=BOSS)
    assert _flags(shelves) == [(False, BOSS.name, "retired")]
    review.reopen(shelves, "F-1", by=BOSS)
    assert _flags(shelves) == [(False, BOSS.name, "retired")]  # about what is published, which it is not
    review.rollback(shelves, "F-1", 2, by=BOSS)
    assert _kept(shelves).state == "approved"
    assert _flags(shelves) == [(True, "", "")]
    with shelves.db.write() as db:
        assert flags.close(db, raised.id, BOSS.name, "kept")
    decide(shelves, "F-1", by=BOSS)
    review.rollback(shelves, "F-1", 2, by=BOSS)
    assert _flags(shelves) == [(False, BOSS.name, "kept")]  # what a supervisor settled stays settled


def test_flags_leave_with_an_entry_that_is_merged_into_another(shelves: Shelves) -> None:
    _put(shelves, LIDS, replace(LIDS, id="F-2", question="Lids?"))
    _approve(shelves, "F-2")
    _flag(shelves, "F-2")
    review.merge(shelves, ["F-1", "F-2"], by=BOSS)
    assert _flags(shelves, "F-2") == [(False, BOSS.name, "retired")]


def test_an_article_names_the_plan_and_region_that_it_holds_for_in_its_language(shelves: Shelves) -> None:
    _put(shelves, replace(LIDS, answer="Spare lids are in the shop, in the list under Parts.", others={"ja": JAPANESE}))
    _approve(shelves, plan="Plus", region="Japan")
    assert _published(shelves) == {
        "F-1": "Where are spare lids? (for: Plus plan, Japan)",
        "F-1.ja": "交換用のふたはどこで買えますか？（対象：Plusプラン、Japan）",
    }
    with shelves.db.read() as db:
        found = passages.of_source(db, "faq", "F-1")
    (fact,) = evidence.facts([(one, 0.9) for one in found])
    assert (
        fact.whole == f"{fact.title}: Spare lids are in the shop, in the list under Parts."
    )  # as a draft's model reads
    _edit(shelves, plan="", region="EU")
    assert _published(shelves)["F-1"] == "Where are spare lids? (for: EU)"
    _edit(shelves, region="")
    assert set(_published(shelves).values()) == {LIDS.question, JAPANESE.question}


@pytest.mark.parametrize(
    ("plan", "lang", "told"),
    [
        ("Family plan", "en", "Q (for: Family plan)"),
        ("プラスプラン", "ja", "Q（対象：プラスプラン）"),
        ("planet", "en", "Q (for: planet plan)"),
    ],
)
def test_a_plan_is_called_one_once(plan: str, lang: str, told: str) -> None:
    assert publishing.titled("Q", lang, plan, "") == told


# --- merge and split


def test_merging_keeps_the_first_words_and_joins_what_they_lack(shelves: Shelves) -> None:
    other = Entry(
        "F-2", "Lids?", "Elsewhere.", "en", variants=["A lid?", "where are spare lids?"],
        evidence=[*_asked("T-2", "T-3"), _said("A-1", "en"), _said("A-2", "ja")], others={"ja": JAPANESE},
    )  # fmt: skip
    _put(shelves, LIDS, other)
    review.merge(shelves, ["F-1", "F-2"], by=BOSS)
    one, gone = _kept(shelves), _kept(shelves, "F-2")
    assert (one.question, one.answer, one.others) == (LIDS.question, LIDS.answer, {"ja": JAPANESE})
    assert one.variants == ["Lids?", "A lid?"]
    assert [told["source"] for told in one.evidence] == ["T-1", "T-2", "T-3", "A-2"]
    assert (gone.state, gone.note, proposals.members(gone)) == ("rejected", "merged into F-1", {"T-2", "T-3"})
    review.rollback(shelves, "F-1", 1, by=BOSS)
    assert (_kept(shelves).evidence, _kept(shelves).others) == (LIDS.evidence, {})


@pytest.mark.parametrize("approved", [True, False])
def test_a_face_that_nobody_approved_waits_beside_a_published_entry(shelves: Shelves, approved: bool) -> None:
    _put(shelves, LIDS, Entry("F-2", JAPANESE.question, JAPANESE.answer, "ja", evidence=_asked("T-3")))
    _approve(shelves)
    if approved:
        _approve(shelves, "F-2")
    review.merge(shelves, ["F-1", "F-2"], by=BOSS)
    assert set(_published(shelves)) == ({"F-1", "F-1.ja"} if approved else {"F-1"})
    assert proposals.members(_kept(shelves)) == {"T-1", "T-2", "T-3"}
    _approve(shelves)
    assert set(_published(shelves)) == {"F-1", "F-1.ja"}


@pytest.mark.parametrize("ids", [["F-1"], ["F-1", "F-1"], []])
def test_merging_needs_two_entries(shelves: Shelves, ids: list[str]) -> None:
    _put(shelves)
    with pytest.raises(SenderError, match="at least two"):
        review.merge(shelves, ids, by=BOSS)
    with pytest.raises(SenderError, match="no longer there"):
        review.merge(shelves, ["F-1", "F-9"], by=BOSS)
    assert _actions(shelves) == []


def test_splitting_proposes_an_entry_for_some_conversations(shelves: Shelves) -> None:
    kettles(shelves)
    solved(
        shelves, "T-8", "Lid colour", "Which colours has the teapot lid?", "The teapot lid comes in white and in red."
    )
    _put(shelves, replace(LIDS, evidence=_asked("T-4", "T-5", "T-8"), topic="t-1"))
    _approve(shelves)
    id = review.split(shelves, "F-1", ["T-8"], by=BOSS, search=search(shelves))
    fresh = _kept(shelves, id)
    assert (fresh.state, fresh.topic, fresh.by, proposals.members(fresh)) == ("proposed", "t-1", BOSS.name, {"T-8"})
    assert fresh.question == "Which colours has the teapot lid?"
    assert "white and in red" in fresh.answer
    assert proposals.members(_kept(shelves)) == {"T-4", "T-5"}
    assert set(_published(shelves)) == {"F-1"}
    assert _actions(shelves, id) == [("split off", BOSS.name)]


def test_conversations_that_are_gone_are_split_off_with_what_they_asked(shelves: Shelves) -> None:
    _put(shelves)
    fresh = _kept(shelves, review.split(shelves, "F-1", ["T-2"], by=BOSS, search=search(shelves)))
    assert (fresh.question, fresh.answer, fresh.product) == ("Where, T-2?", "", "POT")


@pytest.mark.parametrize("members", [[], ["T-1", "T-2"], ["T-9"]])
def test_only_some_of_the_conversations_can_be_split_off(shelves: Shelves, members: list[str]) -> None:
    _put(shelves)
    with pytest.raises(SenderError, match="some of"):
        review.split(shelves, "F-1", members, by=BOSS, search=search(shelves))
    assert _actions(shelves) == []


def test_many_are_decided_each_by_itself(shelves: Shelves) -> None:
    _put(shelves, LIDS, replace(LIDS, id="F-2", answer=""), replace(LIDS, id="F-3"))
    wrong = review.bulk(["F-1", "F-2", "F-3"], partial(review.approve, shelves, by=BOSS, four_eyes=False))
    assert list(wrong) == ["F-2"]
    assert "answer is empty" in wrong["F-2"]
    assert set(_published(shelves)) == {"F-1", "F-3"}


def test_a_published_entry_is_told_with_its_faces_conditions_and_sources() -> None:
    entry = replace(
        LIDS,
        others={"ja": JAPANESE, "fr": Face("Où ?", "")},
        evidence=[*LIDS.evidence, _said("A-1", "en"), _said("A-2", "ja")],
    )
    told = publishing.told(entry)
    assert list(told["faces"]) == ["en", "ja"]
    assert told["conditions"] == {"product": "POT", "plan": "", "region": ""}
    assert [one["source"] for one in told["sources"]] == ["A-1", "A-2"]
    japanese = publishing.told(entry, "ja")
    assert japanese["faces"] == {"ja": {"question": JAPANESE.question, "answer": JAPANESE.answer}}
    assert [one["source"] for one in japanese["sources"]] == ["A-2"]


@pytest.mark.models
def test_a_published_entry_is_found_first_until_it_is_retired(tmp_path: Path, models: Path) -> None:
    from console import desk
    from console.settings import Settings

    made = desk.open(Settings(home=tmp_path, models=models, chat="none"), "test")
    try:
        solved(made.shelves, "T-1", "Lid", "Where can I buy a spare lid for the teapot?", "See the shop.")
        made.index.catch_up()
        _put(made.shelves)
        question = "Where can I buy a spare lid for the teapot?"
        _approve(made.shelves, question=question, answer="In the shop under Parts, 9 euros.", others={"ja": JAPANESE})
        assert made.search.find("spare teapot lid", limit=1)[0].source == "F-1"
        assert made.search.find("交換用のふた", limit=1)[0].source == "F-1.ja"
        review.retire(made.shelves, "F-1", by=BOSS)
        assert "F-1" not in {hit.source for hit in made.search.find("spare teapot lid")}
    finally:
        made.close()
