"""The mood of a customer's message: how it sounds, how dissatisfied the writer is, and what signals it gives.

A narrow network reads the hidden states of the embedding that search uses, in the same pass; it is trained by
benchmarks/train_mood.py, figures in docs/mood.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol, get_args
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from console.mood.side import Side
from ingest import sentences
from ingest.embedding import Embedding
from ingest.errors import OperatorError

Label = Literal["negative", "neutral", "positive"]
Signal = Literal[
    "anger", "disappointment", "worry", "gratitude", "leaving", "threat", "repeat", "broken_promise", "confusion"
]
Vectors = NDArray[np.float32]
LABELS: tuple[Label, ...] = get_args(Label)
SIGNALS: tuple[Signal, ...] = get_args(Signal)
OUTPUTS = len(LABELS) + len(SIGNALS) + 2  # at last: dissatisfied, and whether the feeling is toward somebody else
HEAD = Path(__file__).with_name("side.npz")
BEHIND = Path(__file__).with_name("context.npz")  # the same for turns behind what was said before them; one output
HEARD = 0.3  # from which probability on a signal counts as heard: the best for F1 on folds of our messages
LONGEST = 4000  # characters of a message that are read
WINDOW = 1600  # bytes of a text that surely fit into one pass


@dataclass(frozen=True)
class Mood:
    """`score` is the probability of `label`, `dissatisfied` that of a customer who is unhappy with us; both 0 to 1.

    `signals` holds the probability of each signal, nothing where they are unknown; `elsewhere` is the probability that
    the feeling is toward somebody other than the company, such as a courier. `within` is `dissatisfied` as it was heard
    behind what had been said before, None where the message was only read by itself.
    """

    label: Label
    score: float
    dissatisfied: float
    signals: Mapping[Signal, float] = field(default_factory=dict)
    elsewhere: float = 0.0
    within: float | None = None


class Hears(Protocol):
    """What tells moods: the classifier that ships with Kizuna, or another model in its place."""

    def of(self, texts: Sequence[str], embedding: Embedding) -> list[Mood]:
        """Moods of texts; an empty one is neutral."""

    def within(self, texts: Sequence[str], embedding: Embedding) -> list[float]:
        """How dissatisfied the customer is by the last turn of each text, as `trajectory` puts turns together."""


# The network learnt from about as many neutral messages as negative ones; at a desk about twice as many are neutral.
_CALMER = 2.0

CALM = Mood("neutral", 1.0, 0.0)


@dataclass(frozen=True)
class Network:
    """An open network for one `embedding`, whose logits are multiplied by `scale` and moved by `shift`, (outputs,)."""

    side: Side
    scale: Vectors
    shift: Vectors
    embedding: str

    @classmethod
    def open(cls, path: Path) -> "Network":
        """Read a network that ships with Kizuna. Raises OperatorError when the file is missing or damaged."""
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                told = {name: file[name] for name in file.files}
            scale, shift = told.pop("scale").astype(np.float32), told.pop("shift").astype(np.float32)
            taps, embedding = tuple(int(tap) for tap in told.pop("taps")), str(told.pop("embedding"))
            return cls(Side.of(told, taps), scale, shift, embedding)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise OperatorError(f"The mood network {path} does not open ({error}). Install Kizuna again.") from error

    def hear(self, texts: Sequence[str], embedding: Embedding) -> tuple[Vectors, Vectors]:
        """The vectors of `embedding.queries`, (n, dimensions), and corrected logits, (n, outputs), from one pass.

        Raises OperatorError for an embedding other than the network's.
        """
        if embedding.name != self.embedding:
            raise OperatorError(
                f"Moods are read from the embedding {self.embedding}, but the settings name {embedding.name}: "
                "use the default, or train a network for yours (docs/mood.md)."
            )
        vectors, logits = embedding.heard(list(texts), self.side.hear, len(self.scale))
        return vectors, logits * self.scale + self.shift


@dataclass(frozen=True)
class Classifier:
    """Two networks beside the embedding: of messages by themselves, and of turns `behind` what was said before them."""

    alone: Network
    behind: Network

    @classmethod
    def open(cls, alone: Path = HEAD, behind: Path = BEHIND) -> "Classifier":
        """Read what ships with Kizuna. Raises OperatorError when a file is missing or damaged."""
        return cls(Network.open(alone), Network.open(behind))

    def of(self, texts: Sequence[str], embedding: Embedding) -> list[Mood]:
        """Moods of texts; an empty one is neutral. Raises OperatorError for an embedding other than the network's."""
        return self.read(texts, embedding)[1]

    def read(self, texts: Sequence[str], embedding: Embedding) -> tuple[Vectors, list[Mood]]:
        """The vectors of `embedding.queries`, (n, dimensions), and the moods of texts, from one pass for both.

        Raises OperatorError for an embedding other than the network's.
        """
        pieces = [windows(text) for text in texts]
        vectors, logits = self.alone.hear([piece for one in pieces for piece in one], embedding)
        rows = iter(label(logits))
        moods = [_told(text, list(islice(rows, len(one)))) for text, one in zip(texts, pieces, strict=True)]
        firsts = np.cumsum([0, *(len(one) for one in pieces)])[:-1]
        return vectors[firsts], moods

    def within(self, texts: Sequence[str], embedding: Embedding) -> list[float]:
        """How dissatisfied the customer is, 0 to 1, by the last turn of each text, as `trajectory` puts turns together.

        Raises OperatorError for an embedding other than the network's.
        """
        if not texts:
            return []
        _, logits = self.behind.hear(texts, embedding)
        return [float(one) for one in 1 / (1 + np.exp(-logits[:, 0]))]


def label(logits: Vectors) -> list[Mood]:
    """Moods of what a network says once it is corrected, (n, OUTPUTS)."""
    return [_mood(row) for row in logits]


def open(model: Path | None = None, home: Path | None = None) -> Hears:
    """The classifier that ships with Kizuna, or a transformers `model`'s folder; its corrections are kept in `home`.

    Raises OperatorError where either does not open.
    """
    if model is None or home is None:
        return Classifier.open()
    from console.mood import other

    return other.open(model, home, Classifier.open())


def softmax(logits: Vectors) -> Vectors:
    """Rows of logits to rows of probabilities."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Vectors = raised / raised.sum(axis=-1, keepdims=True)
    return found


def windows(text: str) -> list[str]:
    """The whole text, of which one pass reads the first 512 tokens, and what may stand beyond, cut at sentences."""
    text = text[:LONGEST]
    pieces, begun, ended = list[str](), 0, 0
    for _, end in sentences.sentences(text):
        if len(text[begun:end].encode()) > WINDOW and ended > begun:
            pieces.append(text[begun:ended])
            begun = ended
        ended = end
    return [text, *pieces[1:], *([text[begun:]] if pieces else [])]


def _mood(logits: Vectors) -> Mood:
    chances = softmax(logits[: len(LABELS)])
    *signals, dissatisfied, elsewhere = (float(one) for one in 1 / (1 + np.exp(-logits[len(LABELS) :])))
    dissatisfied = dissatisfied / (dissatisfied + _CALMER * (1 - dissatisfied))
    best = int(chances.argmax())
    heard = dict(zip(SIGNALS, signals, strict=True))
    return Mood(LABELS[best], float(chances[best]), dissatisfied, heard, elsewhere)


def _told(text: str, moods: Sequence[Mood]) -> Mood:
    """The mood of a text from those of its windows: one that is unhappy counts, however calm the others are."""
    if not any(sign.isprintable() and not sign.isspace() for sign in text):
        return CALM
    worst = max(moods, key=lambda mood: mood.dissatisfied)
    chosen = worst if worst.dissatisfied >= 0.5 else moods[0]
    return replace(chosen, signals={signal: max(mood.signals[signal] for mood in moods) for signal in SIGNALS})
