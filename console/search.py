"""Find sources for a question by meaning and by words, ranked together, in its own and the other language."""

import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate, chain, zip_longest

from console import ranking
from console.questions import questions
from console.ranking import Asked, Candidate, Ranker, Words
from ingest import clean
from ingest.embedding import Embedding
from ingest.index import Index
from ingest.records import Passage
from ingest.store import Database, passages
from ingest.store.passages import Filters, key

DEPTH = 60  # passages asked of each index
LONGEST = 4000  # characters of a message that are read
MESSAGE = 0.4  # what a whole message counts beside one of its questions: it names what the question is about


@dataclass(frozen=True)
class Hit:
    """A source that fits, with its best passage. `score` (0 to 1) says how well, `similarity` is the cosine."""

    source: str
    kind: str
    title: str
    passage: Passage
    score: float
    similarity: float

    @property
    def created(self) -> datetime | None:
        """When the source was written."""
        return self.passage.created


@dataclass(frozen=True)
class Search:
    """Both indexes behind one verb."""

    db: Database
    index: Index
    embedding: Embedding
    ranker: Ranker = field(default_factory=Ranker.open)

    def find(self, query: str, filters: Filters | None = None, *, limit: int = 10) -> list[Hit]:
        """The best sources for a message, each once with its best passage, best first.

        A message with several questions is searched for as a whole and for each of them, and the best sources of all
        take turns, so that each question has its own near the top.
        """
        return self.each(query, [filters or Filters()], limit=limit)[0]

    def each(self, query: str, filters: Sequence[Filters], *, limit: int = 10) -> list[list[Hit]]:
        """The same for each of several filters: what they have in common is done once."""
        several = questions(query[:LONGEST])
        asked = [query, *(several if len(several) > 1 else ())]
        return [_in_turns(map(_once, rankings), limit) for rankings in self._rank(asked, filters)]

    def passages(self, query: str, filters: Filters | None = None, *, limit: int = 2 * DEPTH) -> list[Hit]:
        """The best passages for `query`, best first; a source may have several."""
        return self._rank([query], [filters or Filters()])[0][0][:limit]

    def _rank(self, asked: Sequence[str], filters: Sequence[Filters]) -> list[list[list[Hit]]]:
        """For each of the filters what both indexes find for any of the texts, once in the order of each.

        The first text is the message.
        """
        lang = clean.language(asked[0])
        return [self._ordered(pools, lang) for pools in self.pools(asked, filters)]

    def _ordered(self, pools: Sequence[tuple[Asked, list[Candidate]]], lang: str) -> list[list[Hit]]:
        sums = [self.ranker.sums(read, found, lang) for read, found in pools]
        return [
            sorted(map(_hit, pools[0][1], map(_mixed, sums[0], own)), key=lambda hit: (-hit.score, key(hit.passage)))
            for own in sums
        ]

    def pools(self, asked: Sequence[str], filters: Sequence[Filters]) -> list[list[tuple[Asked, list[Candidate]]]]:
        """For each of the filters each text as ranking reads it, with the passages that the indexes find for any of
        them, in one order.
        """
        texts = [" ".join(one.split())[:LONGEST] for one in asked]
        if not texts[0]:
            return [[(Asked((), {}, {}), []) for _ in texts] for _ in filters]
        read, rare = self._read(texts)
        with ThreadPoolExecutor(1) as beside:  # the database looks for words while the network reads
            words = beside.submit(self._worded, rare, filters)
            vectors = self.embedding.queries(texts)
        worded = words.result()
        near = self.index.near(vectors, filters, DEPTH, worded)
        found = []
        with self.db.read() as db:
            for names, nearness in zip(worded, map(_each_by_key, near), strict=True):
                held = passages.worded(db, dict.fromkeys(chain(names, *nearness)))
                found.append([(one, _candidates(held, own)) for one, own in zip(read, nearness, strict=True)])
        return found

    def _worded(self, rare: Sequence[str], filters: Sequence[Filters]) -> list[list[str]]:
        """For each of the filters the passages that hold the words of any text, once each."""
        return [
            list(dict.fromkeys(name for words in rare for name, _ in self.index.words(words, one, DEPTH)))
            for one in filters
        ]

    def _read(self, texts: Sequence[str]) -> tuple[list[Asked], list[str]]:
        """Each text as ranking reads it, and its telling words."""
        said = [Words.of(one) for one in texts]
        with self.db.read() as db:
            counts = passages.frequencies(db, set().union(*(one.forms for one in said)))
            total = passages.total(db)
        read = [ranking.read(one, counts, total) for one in said]
        return read, [" ".join(passages.telling({form: counts[form] for form in one.says})) for one in read]


def _each_by_key(near: Iterable[Iterable[tuple[str, float]]]) -> list[dict[str, float]]:
    return [dict(one) for one in near]


def _candidates(held: Mapping[str, tuple[Passage, list[str]]], near: Mapping[str, float]) -> list[Candidate]:
    least = min(near.values(), default=0.0)  # what was not looked for is at most as near as the last found
    return [Candidate(passage, words, near.get(name, least)) for name, (passage, words) in held.items()]


def _mixed(message: float, own: float) -> float:
    """How well a passage fits one question of a message."""
    return MESSAGE * message + (1 - MESSAGE) * own


def _in_turns(rankings: Iterable[Sequence[Hit]], limit: int) -> list[Hit]:
    turns = _once(hit for turn in zip_longest(*rankings) for hit in turn if hit)
    return list(accumulate(turns[:limit], lambda one, two: replace(two, score=min(one.score, two.score))))


def _once(hits: Iterable[Hit]) -> list[Hit]:
    """Each source with its best passage."""
    best: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        best.setdefault((hit.kind, hit.source), hit)
    return list(best.values())


def _hit(found: Candidate, fits: float) -> Hit:
    passage, chance = found.passage, 1 / (1 + math.exp(-max(fits, -700.0)))
    return Hit(passage.source, passage.kind, passage.title, passage, chance, found.near)
