"""Another text-classification model in the place of ours: its labels read as moods, its scores made honest by language.

Signals, and whom a feeling is toward, still come from ours: they are what explains a score.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from console import mood
from console.mood import LABELS, LONGEST, Classifier, Label, Mood, Vectors
from ingest import clean
from ingest.embedding import Embedding
from ingest.errors import OperatorError

WRITTEN = Path(__file__).with_name("calibration.jsonl")  # labelled messages of ours, by which scores are corrected
KEPT = "mood.json"  # in the data folder: the corrections for the model at hand
BATCH = 16
_NAMES: dict[str, Label] = {
    "negative": "negative", "neg": "negative", "very negative": "negative", "label_0": "negative",
    "1 star": "negative", "2 stars": "negative", "neutral": "neutral", "neu": "neutral", "label_1": "neutral",
    "3 stars": "neutral", "positive": "positive", "pos": "positive", "very positive": "positive", "label_2": "positive",
    "4 stars": "positive", "5 stars": "positive",
}  # fmt: skip
_PAIR: dict[str, Label] = {"label_0": "negative", "label_1": "positive"}  # of a model that knows only these two


@dataclass(frozen=True)
class Other:
    """An open model: `judge` says how likely each label is, (texts, 3); `corrections` (3, 4) by language."""

    ours: Classifier
    judge: Callable[[Sequence[str]], Vectors]
    corrections: Mapping[str, Vectors]

    def of(self, texts: Sequence[str], embedding: Embedding) -> list[Mood]:
        """Moods of texts, with the signals that ours hears in them; an empty one is neutral."""
        found = self.judge([text[:LONGEST] for text in texts])
        heard = self.ours.of(texts, embedding)
        return [self._told(*one) for one in zip(texts, found, heard, strict=True)]

    def within(self, texts: Sequence[str], embedding: Embedding) -> list[float]:
        """As ours hears it: other models learnt no conversations."""
        return self.ours.within(texts, embedding)

    def _told(self, text: str, chances: Vectors, heard: Mood) -> Mood:
        if heard == mood.CALM:
            return heard
        corrected = self.corrections["ja" if clean.language(text) == "ja" else "en"]
        chances = mood.softmax(_features(chances[None]) @ corrected.T)[0]
        best = int(chances.argmax())
        return replace(heard, label=LABELS[best], score=float(chances[best]), dissatisfied=float(chances[0]))


def open(folder: Path, home: Path, ours: Classifier) -> Other:
    """The model in a folder as transformers saves it, its scores corrected by our messages when it is first opened.

    Raises OperatorError where it is no such model, or for labels that we cannot read as moods.
    """
    network = _Network.open(folder)
    mark, kept = _mark(folder), home / KEPT
    told = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    if told.get("model") != mark:
        told = {"model": mark} | {lang: one.tolist() for lang, one in corrections(network.judge).items()}
        kept.write_text(json.dumps(told), "utf-8")
    return Other(ours, network.judge, {lang: np.array(told[lang], np.float32) for lang in ("en", "ja")})


def corrections(judge: Callable[[Sequence[str]], Vectors]) -> dict[str, Vectors]:
    """By language, what makes a model's chances honest: weights and bias of the log-chances, (3, 4).

    Dirichlet calibration (Kull and others 2019), on our messages: a model without the label learns where neutral is.
    """
    from sklearn.linear_model import LogisticRegression

    rows = [json.loads(line) for line in WRITTEN.read_text("utf-8").splitlines()]
    found = {}
    for lang in ("en", "ja"):
        some = [row for row in rows if row["lang"] == lang]
        features = _features(judge([row["text"] for row in some]))
        model = LogisticRegression(fit_intercept=False, max_iter=1000)
        model.fit(features, [LABELS.index(row["mood"]) for row in some])
        found[lang] = model.coef_.astype(np.float32)
    return found


def places(names: Sequence[str]) -> tuple[int, ...]:
    """The mood of each of a model's labels, as its place in LABELS. Raises OperatorError for other labels."""
    known = _NAMES | (_PAIR if len(names) == 2 else {})
    read = [known.get(name.casefold().replace("_", " ").replace("label ", "label_")) for name in names]
    if None in read or not {"negative", "positive"} <= set(read):
        raise OperatorError(
            f"KIZUNA_MOOD names a model with the labels {', '.join(names)}. It needs negative, positive and, if there "
            "is one, neutral; LABEL_0 to LABEL_2 in this order; or 1 star to 5 stars."
        )
    return tuple(LABELS.index(one) for one in read if one)


@dataclass(frozen=True)
class _Network:
    network: Any
    tokenizer: Any
    places: tuple[int, ...]
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, folder: Path) -> "_Network":
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        if not (folder / "config.json").is_file():
            raise OperatorError(f"KIZUNA_MOOD: {folder} holds no model of transformers: it has no config.json.")
        try:
            network = AutoModelForSequenceClassification.from_pretrained(str(folder), local_files_only=True).eval()
            tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise OperatorError(f"KIZUNA_MOOD: the model in {folder} does not open: {error}") from error
        names = network.config.id2label
        return cls(network, tokenizer, places([names[place] for place in sorted(names)]))

    def judge(self, texts: Sequence[str]) -> Vectors:
        """How likely each of our labels is, (texts, 3); a label that the model lacks is 0."""
        import torch

        found = np.zeros((len(texts), len(LABELS)), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # like lengths, less padding
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            read = self.tokenizer([texts[i] for i in some], padding=True, truncation=True, return_tensors="pt")
            with self.lock, torch.inference_mode():
                chances = self.network(**read).logits.float().softmax(-1).numpy()
            for column, place in enumerate(self.places):
                found[some, place] += chances[:, column]
        return found


def _features(chances: Vectors) -> Vectors:
    """The logarithms of chances (n, 3), and a one: (n, 4)."""
    logs = np.log(np.clip(chances, 1e-4, 1.0))
    return np.concatenate([logs, np.ones((len(logs), 1))], axis=1).astype(np.float32)


def _mark(folder: Path) -> str:
    """Tells one model, and the messages that correct it, from others."""
    files = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]
    return hashlib.sha256(repr(files).encode() + WRITTEN.read_bytes()).hexdigest()[:16]
