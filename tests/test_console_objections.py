"""What supervisors decide about a flag, and whose words then stand in the answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from test_console_faq import BOSS
from test_console_review import AGENT, JAPANESE, LIDS, shelves

from console.faq import objections, review
from ingest.errors import SenderError
from ingest.shelving import Shelves
from ingest.store import faqs, flags, notes, versions
from ingest.store.flags import Flag, Kind

__all__ = ["shelves"]
PUBLISHED = replace(LIDS, answer="In the shop\nunder Parts. They cost £9.", others={"ja": JAPANESE}, state="approved")
OTHER = {"kind": "ticket", "source": "T-9", "title": "Lids", "quote": "They  cost £12.", "start": 3, "end": 18}


def _flag(shelves: Shelves, kind: Kind = "contradiction", ours: str = "They cost £9.", note: str = "number") -> Flag:
    with shelves.db.write() as db:
        faqs.put(db, PUBLISHED)
        flags.open(db, Flag("F-1", kind, ours, OTHER, note))
        return flags.of(db, "F-1")[0]


def _settled(shelves: Shelves, id: str) -> tuple[str, str] | None:
    with shelves.db.read() as db:
        flag = flags.get(db, id)
    assert flag
    return (flag.closed_by, flag.closed_how) if flag.closed else None


def test_what_is_kept_stays_and_is_noted(shelves: Shelves) -> None:
    flag = _flag(shelves)
    objections.keep(shelves, flag.id, by=BOSS)
    assert _settled(shelves, flag.id) == (BOSS.name, "kept")
    with shelves.db.read() as db:
        kept = faqs.get(db, "F-1")
        assert kept
        assert (kept.answer, kept.state) == (PUBLISHED.answer, "approved")
        assert [row.action for row in notes.about(db, "F-1")] == ["kept faq"]
        assert versions.page(db, "F-1") == []
    with pytest.raises(SenderError, match="Somebody else"):
        objections.keep(shelves, flag.id, by=BOSS)


def test_a_review_that_found_it_right_is_due_again_half_a_year_later(shelves: Shelves) -> None:
    flag = _flag(shelves, "review", ours="")
    objections.keep(shelves, flag.id, by=BOSS)
    with shelves.db.read() as db:
        kept = faqs.get(db, "F-1")
    assert kept
    assert kept.review
    assert abs(kept.review - datetime.now(UTC) - objections.AGAIN) < timedelta(minutes=5)


def test_only_a_supervisor_closes_a_flag(shelves: Shelves) -> None:
    flag = _flag(shelves)
    with pytest.raises(SenderError, match="supervisor"):
        objections.keep(shelves, flag.id, by=AGENT)
    with pytest.raises(SenderError, match="supervisor"):
        objections.clear(shelves, "F-1", by=AGENT)
    assert _settled(shelves, flag.id) is None
    with pytest.raises(SenderError, match="no longer"):
        objections.keep(shelves, "nothing", by=BOSS)


def test_a_flag_goes_with_the_sentence_that_it_is_about(shelves: Shelves) -> None:
    flag = _flag(shelves)
    assert objections.clear(shelves, "F-1", by=BOSS) == 0
    with shelves.db.read() as db:
        kept = faqs.get(db, "F-1")
    assert kept
    review.edit(shelves, replace(kept, answer="In the shop under Parts. £12 each."), by=BOSS, four_eyes=False)
    assert objections.clear(shelves, "F-1", by=BOSS) == 1
    assert _settled(shelves, flag.id) == (BOSS.name, "changed")


def test_a_flag_without_a_sentence_and_one_whose_marks_were_read_away_stay(shelves: Shelves) -> None:
    _flag(shelves, "unused", ours="")
    with shelves.db.write() as db:
        faqs.put(db, replace(PUBLISHED, answer="They cost **£9** at most."))
        flags.open(db, Flag("F-1", "contradiction", "They cost £9 at most.", OTHER, "number"))
    assert objections.clear(shelves, "F-1", by=BOSS) == 0


def test_their_words_take_the_place_of_ours_and_of_nothing_else(shelves: Shelves) -> None:
    flag = _flag(shelves)
    assert objections.taken_over(PUBLISHED, flag) == ("en", "In the shop\nunder Parts. They cost £12.")
    across = replace(flag, ours="In the shop under Parts.")
    assert objections.taken_over(PUBLISHED, across) == ("en", "They cost £12. They cost £9.")
    japanese = replace(flag, ours=JAPANESE.answer)
    assert objections.taken_over(PUBLISHED, japanese) == ("ja", "They cost £12.")


@pytest.mark.parametrize("change", [{"ours": "Elsewhere."}, {"ours": ""}, {"theirs": {}}, {"note": "gone"}])
def test_nothing_is_taken_over_where_there_is_nothing_to_take_or_no_place(
    shelves: Shelves, change: dict[str, object]
) -> None:
    assert objections.taken_over(PUBLISHED, replace(_flag(shelves), **change)) is None  # type: ignore[arg-type]
