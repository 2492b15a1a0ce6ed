"""The order of what both indexes found: a weighed sum of how near a passage is and how well its words fit.

The weights are trained by benchmarks/train_ranking.py.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from pathlib import Path

from console import dictionary
from ingest import clean, terms
from ingest.errors import OperatorError
from ingest.records import Passage

WEIGHTS = Path(__file__).with_name("ranking.json")
FEATURES = ("near", "bm25", "cover", "phrase", "title", "source")
LONGEST = 64  # words of a question that count
_K1, _B = 1.2, 0.75  # of BM25

Row = tuple[float, ...]


@dataclass(frozen=True)
class Candidate:
    """A passage that an index found: its index terms in order (its title's first), and its cosine to the question."""

    passage: Passage
    words: Sequence[str]
    near: float

    @property
    def source(self) -> tuple[str, str]:
        """Kind and id of its source."""
        return self.passage.kind, self.passage.source


@dataclass(frozen=True)
class Asked:
    """A question as ranking reads it: the words in order, what else says the same, and how much each weighs."""

    words: tuple[str, ...]
    says: Mapping[str, str]  # an index term to the word of the question that it stands for
    weight: Mapping[str, float]  # a word of the question to its rarity

    @cached_property
    def whole(self) -> float:
        """The weight of all words."""
        return sum(self.weight.values()) or 1.0

    def share(self, words: Iterable[str]) -> float:
        """The share (0 to 1) of the question's weight that these different words have."""
        return sum(self.weight[word] for word in words) / self.whole

    @cached_property
    def pairs(self) -> dict[tuple[str, str], float]:
        """Neighbours in the question, with their weight."""
        return {(one, two): self.weight[one] + self.weight[two] for one, two in pairwise(self.words)}

    @cached_property
    def paired(self) -> float:
        """The weight of all pairs."""
        return sum(self.pairs.values())


@dataclass(frozen=True)
class Words:
    """What a question says: its own index terms in order, and for some of them those of the other language."""

    own: tuple[str, ...]
    meant: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str) -> "Words":
        """The words of a text, the first LONGEST of them."""
        meant = dictionary.meanings(text, clean.language(text))
        return cls(tuple(terms.split(text)[:LONGEST]), tuple(meant[:LONGEST]))

    @property
    def forms(self) -> set[str]:
        """All terms that the indexes may hold."""
        return {*self.own, *chain.from_iterable(self.meant)}


def read(said: Words, counts: Mapping[str, int], total: int) -> Asked:
    """The question; `counts` are the passages that hold each term, of `total`. Terms that none holds are left out."""
    own = tuple(term for term in said.own if term in counts)
    says: dict[str, str] = {}
    weight: dict[str, float] = {}
    for forms in (*((term,) for term in own), *said.meant):
        fresh = [form for form in forms if form in counts and form not in says]
        if fresh:
            held = min(sum(counts[form] for form in fresh), total)
            weight[fresh[0]] = max(0.0, math.log((total + 1) / (held + 0.5)))
            says |= dict.fromkeys(fresh, fresh[0])
    return Asked(own, says, weight)


def rows(asked: Asked, found: Sequence[Candidate]) -> list[Row]:
    """The FEATURES of each candidate, in their order; all but the cosine run from 0 to 1."""
    usual = max(1.0, sum(len(one.words) for one in found) / max(len(found), 1))  # length, in terms
    says = asked.says
    places = [[place for place, term in enumerate(one.words) if term in says] for one in found]
    spoken: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one, hits in zip(found, places, strict=True):
        spoken[one.source].update(says[one.words[place]] for place in hits)
    shares = {source: asked.share(words) for source, words in spoken.items()}
    return [(*_row(asked, one, hits, usual), shares[one.source]) for one, hits in zip(found, places, strict=True)]


def _row(asked: Asked, one: Candidate, hits: Sequence[int], usual: float) -> Row:
    counted = Counter(asked.says[one.words[place]] for place in hits)
    slack = _K1 * (1 - _B + _B * len(one.words) / usual)
    bm25 = sum(asked.weight[word] * n * (_K1 + 1) / (n + slack) for word, n in counted.items()) / (_K1 + 1)
    title = _said(one.passage.title)
    return (
        one.near,
        bm25 / asked.whole,
        asked.share(counted),
        _phrases(asked, one, hits),
        sum(term in asked.says for term in title) / len(title) if title else 0.0,
    )


@lru_cache(maxsize=4096)
def _said(title: str) -> frozenset[str]:
    return frozenset(terms.split(title))


def _phrases(asked: Asked, one: Candidate, hits: Sequence[int]) -> float:
    """The share of the question's neighbouring words that are neighbours in the passage."""
    if not asked.paired:
        return 0.0
    said = {(one.words[place], one.words[place + 1]) for place in hits if place + 1 < len(one.words)}
    return sum(asked.pairs[pair] for pair in said & asked.pairs.keys()) / asked.paired


@dataclass(frozen=True)
class Ranker:
    """Trained weights: one for each of FEATURES, what the other language costs, and the sum that is an even chance."""

    weights: Row
    other: float
    even: float
    kinds: Mapping[str, float]

    @classmethod
    def open(cls, path: Path = WEIGHTS) -> "Ranker":
        """Read the weights that ship with Kizuna. Raises OperatorError when the file is missing or damaged."""
        try:
            read = json.loads(path.read_text("utf-8"))
            weights = tuple(float(read["weights"][name]) for name in FEATURES)
            return cls(weights, float(read["other"]), float(read["even"]), dict(read["kinds"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OperatorError(f"The weights {path} do not open ({error}). Install Kizuna again.") from error

    def sums(self, asked: Asked, found: Sequence[Candidate], lang: str) -> list[float]:
        """How well each candidate fits a question in `lang`: any number, larger is better, 0 is an even chance."""
        return [
            sum(weight * value for weight, value in zip(self.weights, row, strict=True))
            + (self.other if one.passage.lang != lang else 0.0)
            + self.kinds.get(one.passage.kind, 0.0)
            - self.even
            for one, row in zip(found, rows(asked, found), strict=True)
        ]
