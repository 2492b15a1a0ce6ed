"""Moods: the arithmetic on made-up vectors, and the head that ships on messages that it never saw."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from console import mood
from console.mood import LABELS, Classifier, Mood
from ingest.embedding import Embedding
from ingest.errors import OperatorError

HELD = Path(__file__).parent.parent / "benchmarks/mood_held.jsonl"
AXES = Classifier(np.eye(3, dtype=np.float32) * 4, np.zeros(3, np.float32), "axes")


class Letters:
    """An embedding whose vector says how often n, u and p stand in a text."""

    name = "axes"

    def queries(self, texts: list[str]) -> np.ndarray:
        return np.array([[text.count(letter) for letter in "nup"] for text in texts], np.float32)


def test_the_label_is_the_likeliest_and_the_score_its_probability() -> None:
    found = AXES.label(np.eye(3, dtype=np.float32))
    assert [one.label for one in found] == ["negative", "neutral", "positive"]
    assert found[0].score == pytest.approx(np.exp(4) / (np.exp(4) + 2), abs=1e-6)


def test_dissatisfied_follows_the_negative_class_and_is_low_where_it_may_be_a_request() -> None:
    negative, neutral, positive = AXES.label(np.eye(3, dtype=np.float32))
    assert negative.dissatisfied > 0.9
    assert max(positive.dissatisfied, neutral.dissatisfied) < 0.05
    torn, sour = AXES.label(np.array([[1, 1, 0], [1, 0, 1]], np.float32))
    assert torn.dissatisfied == pytest.approx(1 / 3, abs=0.01)
    assert torn.dissatisfied < sour.dissatisfied


def test_large_logits_stay_finite() -> None:
    (found,) = AXES.label(np.array([[0, 0, 1000]], np.float32))
    assert found == Mood("positive", 1.0, 0.0)


def test_no_vectors_no_moods() -> None:
    assert AXES.label(np.zeros((0, 3), np.float32)) == []


def test_texts_keep_their_order_and_an_empty_one_is_neutral() -> None:
    found = AXES.of(["p", " \n", "n"], Letters())  # type: ignore[arg-type]
    assert [one.label for one in found] == ["positive", "neutral", "negative"]
    assert found[1] == Mood("neutral", 1.0, 0.0)


def test_another_embedding_is_refused_with_what_to_do() -> None:
    with pytest.raises(OperatorError, match=r"multilingual-e5-small.*axes.*use the default"):
        mood.open().of(["hello"], Letters())  # type: ignore[arg-type]


def test_the_head_that_ships_is_small_and_fits_the_default_embedding() -> None:
    assert mood.HEAD.stat().st_size < 200_000
    head = mood.open()
    assert (head.weights.shape, head.bias.shape, head.embedding) == ((384, 3), (3,), "multilingual-e5-small")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"not a head"])
def test_a_damaged_head_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "head.npz"
    path.write_bytes(content)
    with pytest.raises(OperatorError, match="Install Kizuna again"):
        Classifier.open(path)


def test_a_missing_head_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="Install Kizuna again"):
        Classifier.open(tmp_path / "head.npz")


def test_nothing_heavy_loads_with_the_module() -> None:
    code = "import sys, console.mood, console.risk; sys.exit(bool({'torch', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_held_messages_were_not_trained_on() -> None:
    trained = {
        json.loads(line)["text"] for line in HELD.with_name("mood_messages.jsonl").read_text("utf-8").splitlines()
    }
    held = [json.loads(line) for line in HELD.read_text("utf-8").splitlines()]
    assert len(held) >= 120
    assert sum(row["lang"] == "ja" for row in held) >= 60
    assert not trained & {row["text"] for row in held}


@pytest.mark.models
def test_messages_never_seen_are_labelled_well_in_both_languages(embedding: Embedding) -> None:
    rows = [json.loads(line) for line in HELD.read_text("utf-8").splitlines()]
    told = [one.label for one in mood.open().of([row["text"] for row in rows], embedding)]
    score = {
        lang: macro_f1(
            [row["label"] for row in rows if row["lang"] == lang],
            [label for row, label in zip(rows, told, strict=True) if row["lang"] == lang],
        )
        for lang in ("en", "ja")
    }
    assert min(score.values()) >= 0.75, score
    assert abs(score["en"] - score["ja"]) <= 0.12, score


@pytest.mark.models
def test_a_polite_complaint_is_more_dissatisfied_than_a_plain_request(embedding: Embedding) -> None:
    texts = [
        "My hub does not connect.",
        "ハブがつながりません。",
        "I had hoped that a company like yours would answer within two weeks.",
        "二週間もお返事をいただけず、正直がっかりしております。",
    ]
    *plain, english, japanese = (one.dissatisfied for one in mood.open().of(texts, embedding))
    assert max(plain) < 0.3 < 0.5 < min(english, japanese)


def macro_f1(truth: list[str], told: list[str]) -> float:
    """The mean of the three labels' F1."""
    pairs = list(zip(truth, told, strict=True))
    parts = []
    for label in LABELS:
        right = sum(a == b == label for a, b in pairs)
        parts.append(2 * right / max(1, truth.count(label) + told.count(label)))
    return sum(parts) / len(parts)
