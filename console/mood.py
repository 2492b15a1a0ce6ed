"""The mood of a customer's message: negative, neutral or positive, and how dissatisfied it sounds.

A linear head on the embedding that search uses, trained by benchmarks/train_mood.py; figures in docs/mood.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ingest import sentences
from ingest.embedding import Embedding
from ingest.errors import OperatorError

Label = Literal["negative", "neutral", "positive"]
Vectors = NDArray[np.float32]
LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
HEAD = Path(__file__).with_name("mood_head.npz")
LONGEST = 4000  # characters of a message that are read
MOST = 40  # sentences of a message that are read one by one
_SHORTEST = 6
# The head learnt from as many neutral messages as negative ones; at a desk about twice as many are neutral.
_NEUTRAL = 2.0


@dataclass(frozen=True)
class Mood:
    """`score` is the probability of `label`, `dissatisfied` that of an unhappy writer; both from 0 to 1."""

    label: Label
    score: float
    dissatisfied: float


_CALM = Mood("neutral", 1.0, 0.0)


@dataclass(frozen=True)
class Classifier:
    """An open head: `weights` (dimensions, 3) and `bias` (3,), in the order of LABELS, for one `embedding`."""

    weights: Vectors
    bias: Vectors
    embedding: str

    @classmethod
    def open(cls, path: Path = HEAD) -> "Classifier":
        """Read the head that ships with Kizuna. Raises OperatorError when the file is missing or damaged."""
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                return cls(file["weights"], file["bias"], str(file["embedding"]))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise OperatorError(f"The mood head {path} does not open ({error}). Install Kizuna again.") from error

    def label(self, vectors: Vectors) -> list[Mood]:
        """Moods of query vectors (n, dimensions) of the head's embedding."""
        return [_mood(row) for row in softmax(vectors @ self.weights + self.bias)]

    def of(self, texts: Sequence[str], embedding: Embedding) -> list[Mood]:
        """Moods of texts; an empty one is neutral. Raises OperatorError for an embedding other than the head's."""
        if embedding.name != self.embedding:
            raise OperatorError(
                f"Moods are read from the embedding {self.embedding}, but the settings name {embedding.name}: "
                "use the default, or train a head for yours (docs/mood.md)."
            )
        parts = [_parts(text) for text in texts]
        moods = iter(self.label(embedding.queries([part for one in parts for part in one])) if any(parts) else [])
        return [_told(list(islice(moods, len(one)))) if one else _CALM for one in parts]


def open() -> Classifier:
    """The classifier that ships with Kizuna."""
    return Classifier.open()


def softmax(logits: Vectors) -> Vectors:
    """Rows of logits to rows of probabilities."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Vectors = raised / raised.sum(axis=1, keepdims=True)
    return found


def _mood(chances: Vectors) -> Mood:
    negative, neutral, positive = (float(chance) for chance in chances)
    best = int(chances.argmax())
    return Mood(LABELS[best], float(chances[best]), negative / (negative + _NEUTRAL * neutral + positive))


def _parts(text: str) -> list[str]:
    """The whole text, and its sentences where it has several: in a long letter the anger is one sentence of ten."""
    if not any(sign.isprintable() and not sign.isspace() for sign in text):
        return []
    said = [text[start:end] for start, end in sentences.sentences(text[:LONGEST]) if end - start >= _SHORTEST]
    return [text[:LONGEST], *said[:MOST]] if len(said) > 1 else [text[:LONGEST]]


def _told(moods: Sequence[Mood]) -> Mood:
    """The mood of a text from those of the whole and of its sentences.

    Two bitter sentences outweigh a calm whole, unless most of the others are glad: thanks alone are courtesy.
    """
    whole, *parts = moods
    if not parts:
        return whole
    bitter = [mood.dissatisfied for mood in parts]
    glad = [mood.score if mood.label == "positive" else 0.0 for mood in parts]
    sour = sum(sorted(bitter)[-2:]) / 2
    if sum(glad) > 2 * sum(bitter) and sum(glad) > len(parts) / 4:
        return whole if whole.label == "positive" else Mood("positive", max(glad), whole.dissatisfied)
    if sour >= 0.5 and whole.label != "negative":
        return Mood("negative", sour, sour)
    return Mood(whole.label, whole.score, max(whole.dissatisfied, sour))
