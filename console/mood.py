"""The mood of a customer's message: negative, neutral or positive, and how dissatisfied it sounds.

A linear head on the embedding that search uses. Trained by benchmarks/train_mood.py; figures and limits in docs/mood.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Embedding
from ingest.errors import OperatorError

Label = Literal["negative", "neutral", "positive"]
Vectors = NDArray[np.float32]
LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
HEAD = Path(__file__).with_name("mood_head.npz")
# The head learnt from as many neutral messages as negative ones; at a desk about twice as many are neutral.
_NEUTRAL = 2.0


@dataclass(frozen=True)
class Mood:
    """`score` is the probability of `label`, `dissatisfied` that the writer is unhappy with the company; both 0 to 1."""

    label: Label
    score: float
    dissatisfied: float


@dataclass(frozen=True)
class Classifier:
    """An open head: `weights` (dimensions, 3) and `bias` (3,), in the order of LABELS."""

    weights: Vectors
    bias: Vectors

    @classmethod
    def open(cls, path: Path = HEAD) -> "Classifier":
        """Read the head that ships with Kizuna. Raises OperatorError when the file is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls(file["weights"], file["bias"])
        except (OSError, ValueError, KeyError) as error:
            raise OperatorError(f"The mood head {path} does not open ({error}). Install Kizuna again.") from error

    def label(self, vectors: Vectors) -> list[Mood]:
        """Moods of query vectors (n, dimensions). Raises OperatorError when another embedding made them."""
        if vectors.shape[1] != len(self.weights):
            raise OperatorError(
                f"Moods need vectors of {len(self.weights)} numbers, the embedding gives {vectors.shape[1]}: "
                "use the default embedding, or train a head for yours (docs/mood.md)."
            )
        return [_mood(row) for row in softmax(vectors @ self.weights + self.bias)]

    def of(self, texts: Sequence[str], embedding: Embedding) -> list[Mood]:
        """Moods of texts. A text without letters, digits or signs is neutral."""
        moods = self.label(embedding.queries(texts))
        return [mood if text.strip() else Mood("neutral", 1.0, 0.0) for text, mood in zip(texts, moods, strict=True)]


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
