"""What a customer's sentences tell, by their words and by their meaning: leaving, threats, broken promises, content.

The meaning is a linear head on the vectors that search uses (heard.npz), trained by benchmarks/train_risk.py on
sentences that we wrote; docs/risk.md has its figures.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from console.risk.words import words
from ingest import sentences
from ingest.errors import OperatorError

Vectors = NDArray[np.float32]
Kept = TypeVar("Kept")
HEAD = Path(__file__).with_name("heard.npz")
LONGEST = 4000  # characters of a turn that are read
MOST = 40  # sentences of a turn that are read
DOUBT = 0.3
_TONES = ("unhappy", "glad", "other")
_ANOTHERS = 0.3  # of its strength, where it is somebody else who leaves
_KEPT = 4000  # turns whose reading is remembered: customers who wait are weighed again and again


class Embeds(Protocol):
    """What an ear needs of an embedding."""

    name: str

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, dimensions) of texts."""


@dataclass(frozen=True)
class Sentence:
    """A sentence at [start, end) of its turn, and the strength of what is heard in it, from 0 to 1.

    `meant` is what meaning alone says, a probability for each of the head's names; empty without a head.
    """

    start: int
    end: int
    told: Mapping[str, float]
    meant: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """A softmax over what a sentence may tell: `weights` (dimensions, n) and `bias` (n,), for one `embedding`.

    `tenor` (texts, dimensions) tells how whole texts read (console/risk/tenor.py), `usual` what most come to.
    """

    names: tuple[str, ...]
    weights: Vectors
    bias: Vectors
    embedding: str
    tenor: Vectors
    usual: float = 0.0

    @classmethod
    def open(cls, path: Path = HEAD) -> "Head":
        """Read the head that ships with Kizuna. Raises OperatorError when the file is missing or damaged."""
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                weights, tenor = file["weights"].astype(np.float32), file["tenor"].astype(np.float32)
                names, embedding = tuple(map(str, file["names"])), str(file["embedding"])
                return cls(names, weights, file["bias"], embedding, tenor, float(file["usual"]))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise OperatorError(f"The head {path} does not open ({error}). Install Kizuna again.") from error

    def chances(self, vectors: Vectors) -> Vectors:
        """Probabilities (n, names) of vectors (n, dimensions)."""
        logits = vectors @ self.weights + self.bias
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        found: Vectors = raised / raised.sum(axis=1, keepdims=True)
        return found


@dataclass
class Ear:
    """Hears by words, and by meaning where the embedding is the one that the head was trained for."""

    embedding: Embeds | None = None
    head: Head | None = None
    _heard: dict[str, tuple[Sentence, ...]] = field(default_factory=dict, repr=False)
    _places: dict[str, Vectors] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, embedding: Embeds | None = None) -> "Ear":
        """The ear that ships with Kizuna. With another embedding than the head's, or none, it goes by words alone."""
        head = Head.open()
        return cls(embedding, head) if embedding and embedding.name == head.embedding else cls()

    def hear(self, texts: Sequence[str]) -> list[tuple[Sentence, ...]]:
        """The sentences of each text with what is heard in them."""
        return _remembered(texts, self._heard, self._read)

    def near(self, texts: Sequence[str]) -> Vectors | None:
        """How near in meaning texts are to each other: cosines (n, n); None where no meaning is heard."""
        if self.embedding is None:
            return None
        vectors = self.vectors(texts)
        found: Vectors = vectors @ vectors.T
        return found

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, dimensions) of texts, each embedded once. There must be an embedding."""
        assert self.embedding is not None
        return np.array(_remembered(texts, self._places, self.embedding.queries))

    def _read(self, texts: Sequence[str]) -> list[tuple[Sentence, ...]]:
        spans = [_sentences(text) for text in texts]
        said = [text[start:end] for text, places in zip(texts, spans, strict=True) for start, end in places]
        told = iter(self._told(said))
        return [tuple(Sentence(start, end, *next(told)) for start, end in places) for places in spans]

    def _told(self, said: Sequence[str]) -> list[tuple[Mapping[str, float], Mapping[str, float]]]:
        """What each sentence tells, and what meaning alone says of it."""
        by_words = [words().heard(one) for one in said]
        if self.embedding is None or self.head is None or not said:
            return [(_taken_back(one, text), {}) for one, text in zip(by_words, said, strict=True)]
        names, chances = self.head.names, self.head.chances(self.vectors(said))
        found: list[tuple[Mapping[str, float], Mapping[str, float]]] = []
        for text, plain, row in zip(said, by_words, chances, strict=True):
            meant = dict(zip(names, map(float, row), strict=True))
            told = {name: max(plain.get(name, 0.0), _firm(name, meant)) for name in {*plain, *meant}}
            found.append((_taken_back(told, text), meant))
        return found


def _remembered(
    texts: Sequence[str], kept: dict[str, Kept], read: Callable[[Sequence[str]], Iterable[Kept]]
) -> list[Kept]:
    """What `read` makes of texts, read once; safe between threads, which may read a text twice."""
    known = {text: kept[text] for text in tuple(dict.fromkeys(texts)) if text in kept}
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    if fresh:
        known.update(zip(fresh, read(fresh), strict=True))
        if len(kept) + len(fresh) > _KEPT:
            kept.clear()
        kept.update(known)
    return [known[text] for text in texts]


def _firm(name: str, meant: Mapping[str, float]) -> float:
    """What meaning alone says. Signals that are shown as reasons count from DOUBT on: a doubt is no reason."""
    chance = meant.get(name, 0.0)
    return chance if name in _TONES else max((chance - DOUBT) / (1 - DOUBT), 0.0)


def _sentences(text: str) -> list[tuple[int, int]]:
    return sentences.sentences(text[:LONGEST])[:MOST]


def _taken_back(told: Mapping[str, float], sentence: str) -> Mapping[str, float]:
    """Leaving counts for little where it is somebody else's, or only a part of an order."""
    if "leaving" not in told or not words().others_leave.search(sentence):
        return told
    return {**told, "leaving": _ANOTHERS * told["leaving"]}
