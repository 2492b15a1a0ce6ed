"""Ranking: what the features say of a passage, and weights that open or say what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from console import dictionary, ranking
from console.ranking import FEATURES, Asked, Candidate, Ranker, Words
from ingest import terms
from ingest.errors import OperatorError
from ingest.records import Passage

COUNTS = {"lock": 4, "battery": 2, "fee": 1, "fees": 2, "手数": 1, "数料": 1}


def _found(text: str, *, title: str = "", near: float = 0.8, source: str = "A-1", **values: Any) -> Candidate:
    passage = Passage(source, values.pop("kind", "article"), 0, text, 0, len(text), title=title, **values)
    return Candidate(passage, terms.split(f"{title} {text}"), near)


def _asked(text: str, counts: dict[str, int] = COUNTS) -> Asked:
    return ranking.read(Words.of(text), counts, 10)


def _features(asked: Asked, *found: Candidate) -> list[dict[str, float]]:
    return [dict(zip(FEATURES, row, strict=True)) for row in ranking.rows(asked, found)]


def test_a_question_keeps_the_words_that_the_index_holds() -> None:
    asked = _asked("Lock battery? The LOCK hums")
    assert asked.words == ("lock", "battery", "lock")
    assert asked.weight["battery"] > asked.weight["lock"] > 0
    assert _asked("nothing known") == Asked((), {}, {})


def test_words_of_the_other_language_stand_for_one() -> None:
    asked = _asked("手数料はいくらですか")
    assert asked.words == ("手数", "数料")
    assert asked.says["fee"] == asked.says["fees"]
    [row] = _features(asked, _found("The fee is one of our fees.", lang="en"))
    assert 0 < row["cover"] < 1


def test_features_tell_how_the_words_fit() -> None:
    asked = _asked("lock battery")
    whole, apart, half = _features(
        asked,
        _found("Change the lock battery.", title="Lock battery"),
        _found("The battery of your new front door lock.", source="A-2"),
        _found("A battery.", title="Lamp battery", source="A-3"),
    )
    assert whole["cover"] == apart["cover"] == whole["phrase"] == whole["title"] == 1.0
    assert (apart["phrase"], apart["title"], half["title"]) == (0.0, 0.0, 0.5)
    assert half["cover"] == pytest.approx(asked.weight["battery"] / asked.whole)
    assert whole["bm25"] > apart["bm25"] > half["bm25"] > 0
    assert all(0 <= value <= 1 for row in (whole, apart, half) for value in row.values())


def test_a_source_speaks_with_all_its_passages() -> None:
    one, other, strange = _features(
        _asked("lock battery"), _found("The lock."), _found("A battery."), _found("A battery.", source="A-2")
    )
    assert one["source"] == other["source"] == 1.0
    assert strange["source"] == strange["cover"] < 1.0


def test_nothing_asked_and_nothing_found_have_features_too() -> None:
    assert ranking.rows(_asked("lock"), []) == []
    [row] = _features(_asked("?"), _found(""))
    assert row == dict.fromkeys(FEATURES, 0.0) | {"near": 0.8}


def test_sums_weigh_features_kinds_and_language() -> None:
    ranker = Ranker((10.0, 0.0, 0.0, 0.0, 0.0, 0.0), -0.5, 8.0, {"ticket": -1.0})
    found = [
        _found("x", near=0.9, lang="en"), _found("x", near=0.9, lang="ja"),
        _found("x", near=0.8, lang="en", kind="ticket"),
    ]  # fmt: skip
    assert ranker.sums(_asked("x"), found, "en") == pytest.approx([1.0, 0.5, -1.0])


def test_the_shipped_weights_open() -> None:
    ranker = Ranker.open()
    assert len(ranker.weights) == len(FEATURES)
    assert min(ranker.weights) > 0
    assert ranker.kinds["faq"] > ranker.kinds["article"] > ranker.kinds["ticket"] > ranker.kinds["call"]


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"weights": {"near": 1}}), '{"weights": {"near": "x"}}'])
def test_damaged_weights_say_what_to_do(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ranking.json"
    file.write_text(text)
    with pytest.raises(OperatorError, match="Install Kizuna again"):
        Ranker.open(file)
    with pytest.raises(OperatorError):
        Ranker.open(tmp_path / "missing.json")


def test_the_dictionary_reads_the_longest_word_and_both_ways() -> None:
    assert ("lost",) in dictionary.meanings("カードを紛失しました", "ja")
    received, repaid = dictionary.meanings("領収書と返金", "ja")
    assert ("receipt" in received, "refund" in repaid) == (True, True)
    assert any("返金" in words for words in dictionary.meanings("I want a refund", "en"))
    assert dictionary.meanings("refund", "") == dictionary.meanings("zzz", "en") == []


def test_every_word_of_the_dictionary_is_a_term_of_the_index() -> None:
    for word, english in dictionary._words():
        assert english, word
        assert all(terms.split(one) == [one] for one in english), word
