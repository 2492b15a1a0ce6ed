"""Find sources for a question: by meaning and by words, fused. Questions find sources of the other language too."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ingest import clean
from ingest.embedding import Embedding
from ingest.index import Index
from ingest.records import Passage
from ingest.store import Database, passages
from ingest.store.passages import Filters

DEPTH = 60  # passages asked of each index
APPROVED = 1.05  # what a supervisor's approval is worth: about three places in both rankings
_RRF_K = 60


@dataclass(frozen=True)
class Hit:
    """A source that fits, with its best passage. `score` is the fused rank (0 to 1), `similarity` the cosine."""

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

    def find(self, query: str, filters: Filters | None = None, *, limit: int = 10) -> list[Hit]:
        """The best sources for `query`, each once with its best passage, best first."""
        best: dict[tuple[str, str], Hit] = {}
        for hit in self.passages(query, filters):
            best.setdefault((hit.kind, hit.source), hit)
        return list(best.values())[:limit]

    def passages(self, query: str, filters: Filters | None = None, *, limit: int = 2 * DEPTH) -> list[Hit]:
        """The best passages for `query`, best first; a source may have several.

        Ranks of both indexes are fused by reciprocal rank (Cormack, Clarke and Buettcher 2009, k = 60).
        Words count only among sources in the query's own language: across languages they are noise.
        """
        query = " ".join(query.split())[:4000]
        if not query:
            return []
        filters = filters or Filters()
        near = dict(self.index.near(self.embedding.queries([query])[0], filters, DEPTH))
        words = self.index.words(query, _same_language(filters, clean.language(query)), DEPTH)
        fused = dict(_approved_first(fuse([list(near), [key for key, _ in words]]))[:limit])
        with self.db.read() as db:
            found = passages.get(db, fused)
        least = min(near.values(), default=0.0)  # a passage found by its words alone is at most as near as the last
        return [_hit(found[key], score, near.get(key, least)) for key, score in fused.items() if key in found]


def fuse(rankings: Sequence[Sequence[str]]) -> dict[str, float]:
    """Keys of all rankings with their fused score, best first; 1.0 is first place in every ranking."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, key in enumerate(ranking):
            scores[key] = scores.get(key, 0.0) + (_RRF_K + 1) / (_RRF_K + 1 + place) / len(rankings)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def _approved_first(fused: dict[str, float]) -> list[tuple[str, float]]:
    """What a supervisor approved goes before sources that fit about as well."""
    raised = [(key, min(score * APPROVED, 1.0) if key.startswith("faq:") else score) for key, score in fused.items()]
    return sorted(raised, key=lambda item: (-item[1], not item[0].startswith("faq:"), item[0]))


def _same_language(filters: Filters, lang: str) -> Filters:
    return replace(filters, langs=(lang,)) if lang and not filters.langs else filters


def _hit(passage: Passage, score: float, similarity: float) -> Hit:
    return Hit(passage.source, passage.kind, passage.title, passage, score, similarity)
