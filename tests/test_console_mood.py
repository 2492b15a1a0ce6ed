"""Moods: what the network's outputs mean, texts of any length, other models, and the network that ships."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from console import mood, trajectory
from console.mood import LABELS, OUTPUTS, SIGNALS, Classifier, Mood, Network, other
from console.mood.side import HEADS, Side
from ingest.embedding import Embedding
from ingest.errors import OperatorError

HELD = Path(__file__).parent.parent / "benchmarks/mood_held.jsonl"
TALKS = HELD.with_name("mood_conversations_second.jsonl")
UNHAPPY = len(LABELS) + len(SIGNALS)


@dataclass(frozen=True)
class Turn:
    role: str
    text: str


class Letters:
    """An embedding beside which the network hears how often n, u and p stand in a text, as far as one pass reads it."""

    name = "letters"

    def heard(self, texts: Sequence[str], listen: Any, columns: int) -> tuple[np.ndarray, np.ndarray]:
        if columns == 1:
            return np.zeros((len(texts), 1), np.float32), np.array([[text.count("n")] for text in texts], np.float32)
        assert columns == OUTPUTS
        logits = [said(text[: mood.WINDOW]) for text in texts]
        return np.array([[len(text)] for text in texts], np.float32), np.reshape(logits, (len(texts), OUTPUTS))


def said(text: str) -> np.ndarray:
    logits = np.full(OUTPUTS, -4.0, np.float32)
    logits[:3] = [4 * text.count(letter) for letter in "nup"]
    logits[UNHAPPY] = 4 if "n" in text else -4
    for place, letter in enumerate("adwgltrbc"):
        logits[3 + place] = 4 if f"<{letter}>" in text else -4
    return logits


def lettered(scale: float = 1.0) -> Classifier:
    side: Any = SimpleNamespace(hear=None)
    alone = Network(side, np.full(OUTPUTS, scale, np.float32), np.zeros(OUTPUTS, np.float32), "letters")
    return Classifier(alone, Network(side, np.full(1, 2.0, np.float32), np.full(1, -1.0, np.float32), "letters"))


def of(*texts: str) -> list[Mood]:
    return lettered().of(texts, Letters())  # type: ignore[arg-type]


def test_the_label_is_the_likeliest_and_the_score_its_probability() -> None:
    found = of("n", "u", "p")
    assert [one.label for one in found] == ["negative", "neutral", "positive"]
    assert found[0].score == pytest.approx(np.exp(4) / (np.exp(4) + 2), abs=1e-6)
    assert [one.dissatisfied > 0.9 for one in found] == [True, False, False]


def test_signals_are_told_by_their_names() -> None:
    (found,) = of("n <l> <b>")
    assert {signal for signal, chance in found.signals.items() if chance > 0.5} == {"leaving", "broken_promise"}
    assert tuple(found.signals) == SIGNALS
    assert found.elsewhere == pytest.approx(1 / (1 + np.exp(4)), abs=1e-6)


def test_scale_and_shift_make_scores_milder() -> None:
    (mild,) = lettered(0.25).of(["n"], Letters())  # type: ignore[arg-type]
    assert mild.score == pytest.approx(np.exp(1) / (np.exp(1) + 2), abs=1e-6)


def test_large_logits_stay_finite() -> None:
    (found,) = of("p" * 300)
    assert (found.label, found.score) == ("positive", 1.0)


def test_no_texts_no_moods() -> None:
    assert lettered().of([], Letters()) == [] == mood.label(np.zeros((0, OUTPUTS), np.float32))  # type: ignore[arg-type]


def test_texts_keep_their_order_and_an_empty_one_is_neutral() -> None:
    found = of("p", " \n", "n", "")
    assert [one.label for one in found] == ["positive", "neutral", "negative", "neutral"]
    assert found[1] == found[3] == Mood("neutral", 1.0, 0.0)


def test_vectors_and_moods_come_together_one_for_each_text() -> None:
    long = "It is blue. " * 250
    vectors, moods = lettered().read(["p", long, "n"], Letters())  # type: ignore[arg-type]
    assert vectors[:, 0].tolist() == [1, len(long), 1]
    assert [one.label for one in moods] == ["positive", "neutral", "negative"]


@pytest.mark.parametrize("sentence", ["This is one of many sentences. ", "これはたくさんある文のひとつです。"])
def test_every_sentence_of_a_long_text_stands_in_a_window(sentence: str) -> None:
    text = "".join(f"{number} {sentence}" for number in range(90))
    whole, *more = mood.windows(text)
    assert whole == text[: mood.LONGEST]
    assert all(len(window.encode()) <= mood.WINDOW for window in more)
    begin = len(whole) - len("".join(more))
    assert whole.endswith("".join(more))
    assert len(whole[:begin].encode()) <= mood.WINDOW
    assert mood.windows("short. and sweet.") == ["short. and sweet."]


def test_one_bitter_sentence_far_down_a_long_letter_is_heard() -> None:
    (found,) = of("It is red. " * 200 + "n <r>")
    assert (found.label, found.signals["repeat"] > 0.5) == ("negative", True)


def test_another_embedding_is_refused_with_what_to_do() -> None:
    with pytest.raises(OperatorError, match=r"multilingual-e5-small.*letters.*use the default"):
        mood.open().of(["hello"], Letters())  # type: ignore[arg-type]


def test_a_turn_behind_others_is_heard_by_a_network_of_its_own() -> None:
    found = lettered().within(["u", "n n"], Letters())  # type: ignore[arg-type]
    assert found == pytest.approx([1 / (1 + np.exp(1)), 1 / (1 + np.exp(-3))])
    assert lettered().within([], Letters()) == []  # type: ignore[arg-type]
    assert other.Other(lettered(), lambda _: np.zeros((0, 3)), {}).within(["n n"], Letters()) == found[1:]  # type: ignore[arg-type]


@pytest.mark.parametrize(("path", "outputs"), [(mood.HEAD, OUTPUTS), (mood.BEHIND, 1)])
def test_networks_that_ship_are_small_and_fit_the_default_embedding(path: Path, outputs: int) -> None:
    assert path.stat().st_size < 2_500_000
    shipped = Network.open(path)
    assert shipped.embedding == "multilingual-e5-small"
    assert shipped.side.weights["read.weight"].shape[1] == 384 * len(shipped.side.taps)
    assert shipped.side.weights["say"].shape[0] == outputs == len(shipped.scale)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"not a network"])
def test_a_damaged_network_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "side.npz"
    path.write_bytes(content)
    with pytest.raises(OperatorError, match="Install Kizuna again"):
        Classifier.open(path)


def test_a_missing_network_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="Install Kizuna again"):
        Classifier.open(tmp_path / "side.npz")


def test_nothing_heavy_loads_with_the_module() -> None:
    code = (
        "import sys, console.mood, console.mood.other, console.trajectory, console.risk; "
        "sys.exit(bool({'torch', 'sklearn', 'transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_what_the_side_network_says_of_a_text_does_not_depend_on_its_neighbours() -> None:
    import torch

    width, wide, outputs = 2 * HEADS, 6, 5
    draw = np.random.default_rng(1)
    shapes = {"read.weight": (width, 2 * wide), "heed": (outputs, width), "say": (outputs, width)}
    shapes |= {"whole.weight": (outputs, 2 * width), "0.ask.weight": (3 * width, width), "0.mix.weight": (width, width)}
    shapes |= {"0.up.weight": (width, width), "0.down.weight": (width, width)}
    shapes |= {name.replace("weight", "bias"): shape[:1] for name, shape in shapes.items() if "weight" in name}
    shapes |= {f"{norm}.norm.{part}": (width,) for norm in ("last", "0.1", "0.2") for part in ("weight", "bias")}
    side = Side.of({name: draw.normal(size=shape) for name, shape in shapes.items()}, (0, 2))
    hidden = [torch.from_numpy(draw.normal(size=(2, 7, wide)).astype(np.float32)) for _ in range(3)]
    mask = torch.arange(7)[None] < torch.tensor([[7], [3]])
    both = side.hear(hidden, mask)
    alone = side.hear([one[1:, :3] for one in hidden], mask[1:, :3])
    assert both.shape == (2, outputs)
    assert torch.allclose(both[1], alone[0], atol=1e-5)
    changed = [one.clone() for one in hidden]
    changed[1] += 1.0
    assert torch.equal(side.hear(changed, mask), both), "a state that is no tap must not matter"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["NEGATIVE", "POSITIVE"], (0, 2)),
        (["LABEL_0", "LABEL_1", "LABEL_2"], (0, 1, 2)),
        (["LABEL_0", "LABEL_1"], (0, 2)),
        (["positive", "neutral", "negative"], (2, 1, 0)),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], (0, 0, 1, 2, 2)),
    ],
)
def test_labels_of_other_models_are_read_as_moods(names: list[str], expected: tuple[int, ...]) -> None:
    assert other.places(names) == expected


@pytest.mark.parametrize("names", [["joy", "anger"], ["neutral", "positive"], ["LABEL_0", "LABEL_1", "LABEL_9"]])
def test_labels_that_are_no_moods_are_listed(names: list[str]) -> None:
    with pytest.raises(OperatorError, match=", ".join(names)):
        other.places(names)


def test_a_model_that_knows_only_good_and_bad_learns_from_our_messages_where_neutral_is() -> None:
    rows = [json.loads(line) for line in other.WRITTEN.read_text("utf-8").splitlines()]
    truth = {row["text"]: row["mood"] for row in rows}
    chances = {"negative": (0.9, 0, 0.1), "neutral": (0.5, 0, 0.5), "positive": (0.2, 0, 0.8)}

    def judge(texts: Sequence[str]) -> np.ndarray:
        return np.array([chances[truth.get(text, text)] for text in texts], np.float32)

    model = other.Other(lettered(), judge, other.corrections(judge))
    found = model.of(["negative", "neutral", "positive"], Letters())  # type: ignore[arg-type]
    assert [one.label for one in found] == ["negative", "neutral", "positive"]
    assert found[0].dissatisfied > 0.5 > found[1].dissatisfied
    assert tuple(found[0].signals) == SIGNALS


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., Path]:
    """Makes a model of two layers, with random weights, as transformers saves it."""

    def make(*names: str) -> Path:
        from tokenizers import Tokenizer, models, pre_tokenizers
        from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

        folder = tmp_path / "model"
        words = Tokenizer(models.WordLevel({"[PAD]": 0, "[UNK]": 1, "good": 2}, unk_token="[UNK]"))
        words.pre_tokenizer = pre_tokenizers.Whitespace()
        told = {"pad_token": "[PAD]", "unk_token": "[UNK]", "model_max_length": 16}
        PreTrainedTokenizerFast(tokenizer_object=words, **told).save_pretrained(folder)
        shape = {"vocab_size": 3, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
        config = BertConfig(**shape, intermediate_size=8, id2label=dict(enumerate(names)), num_labels=len(names))
        BertForSequenceClassification(config).save_pretrained(folder)
        return folder

    return make


def test_another_model_takes_the_place_of_ours_and_is_corrected_once(
    tiny: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny("NEGATIVE", "POSITIVE")
    opened = other.open(folder, tmp_path, lettered())
    first = opened.of(["good", ""], Letters())  # type: ignore[arg-type]
    assert first[0].signals.keys() == set(SIGNALS)
    assert first[1] == Mood("neutral", 1.0, 0.0)
    assert json.loads((tmp_path / other.KEPT).read_text()).keys() == {"model", "en", "ja"}
    monkeypatch.setattr(other, "corrections", None)  # kept: not made again
    again = other.open(folder, tmp_path, lettered()).of(["good", ""], Letters())  # type: ignore[arg-type]
    assert again == first


def test_a_model_with_other_labels_and_a_folder_without_one_are_refused(
    tiny: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(OperatorError, match=r"joy, grief.*It needs negative, positive"):
        other.open(tiny("joy", "grief"), tmp_path, lettered())
    with pytest.raises(OperatorError, match="holds no model"):
        other.open(tmp_path / "nowhere", tmp_path, lettered())


def test_held_messages_were_not_trained_on() -> None:
    trained: set[str] = set()
    for name in ("messages", "written", "further", "blind"):
        lines = HELD.with_name(f"mood_{name}.jsonl").read_text("utf-8").splitlines()
        trained |= {json.loads(line)["text"] for line in lines}
    for name in ("conversations_written", "conversations_further", "conversations_many", "mood_conversations"):
        lines = HELD.with_name(f"{name}.jsonl").read_text("utf-8").splitlines()
        trained |= {turn["text"] for line in lines for turn in json.loads(line)["turns"] if len(turn["text"]) > 30}
    held = [json.loads(line) for line in HELD.read_text("utf-8").splitlines()]
    for name in ("blind_second", "blind_third", "blind_fourth", "authors"):
        lines = HELD.with_name(f"mood_{name}.jsonl").read_text("utf-8").splitlines()
        assert not trained & {json.loads(line)["text"] for line in lines}
    apart = HELD.with_name("mood_conversations_second.jsonl").read_text("utf-8").splitlines()
    said = {turn["text"] for line in apart for turn in json.loads(line)["turns"] if len(turn["text"]) > 30}
    assert not trained & said
    assert len(held) >= 120
    assert sum(row["lang"] == "ja" for row in held) >= 60
    assert not trained & {row["text"] for row in held}


@pytest.mark.models
def test_one_pass_gives_the_vectors_of_search(embedding: Embedding) -> None:
    texts = ["Where is my order?", "二週間もお返事をいただけず、正直がっかりしております。", ""]
    vectors, moods = Classifier.open().read(texts, embedding)
    assert np.abs(vectors - embedding.queries(texts)).max() < 0.01
    assert [one.label for one in moods] == ["neutral", "negative", "neutral"]


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
    assert max(plain) < 0.45 < 0.5 < min(english, japanese)


@pytest.mark.models
def test_what_was_said_before_tells_more_in_conversations_never_seen(embedding: Embedding) -> None:
    from sklearn.metrics import roc_auc_score

    told = [json.loads(line) for line in TALKS.read_text("utf-8").splitlines()]
    truth, after, alone = list[int](), list[float](), list[float]()
    for one in told:
        turns = [Turn(turn["role"], turn["text"]) for turn in one["turns"]]
        moods = trajectory.moods(mood.open(), turns, embedding)
        truth += [turn["dissatisfied"] for turn in one["turns"] if turn["role"] == "customer"]
        after += trajectory.follow(moods, turns)
        alone += [mood.dissatisfied for mood in moods]
    assert roc_auc_score(truth, after) >= 0.88
    assert roc_auc_score(truth, after) > roc_auc_score(truth, alone) + 0.02


def macro_f1(truth: list[str], told: list[str]) -> float:
    """The mean of the three labels' F1."""
    pairs = list(zip(truth, told, strict=True))
    parts = []
    for label in LABELS:
        right = sum(a == b == label for a, b in pairs)
        parts.append(2 * right / max(1, truth.count(label) + told.count(label)))
    return sum(parts) / len(parts)
