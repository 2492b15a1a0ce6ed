"""Resolved conversations as the FAQ reads them, and what entries are drafted with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.search import Search
from console.topics import Middle
from ingest.records import Passage
from ingest.store import articles

if TYPE_CHECKING:
    from console.topics import Vectors

READ = 12  # conversations of a group whose words are weighed: the newest
_REPLACED = 0.60  # articles so alike, title and opening, are versions of one
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_PLACEHOLDER = re.compile(r"<[A-Z]+_\d+>|AZ-\d{7}")
LABEL = re.compile(r"^(?:Agent|Customer|Subject): ", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One resolved conversation: how it began, and what people answered."""

    problem: Passage
    replies: tuple[Passage, ...]

    @property
    def id(self) -> str:
        """The ticket's or call's id."""
        return self.problem.source

    @property
    def asked(self) -> str:
        """Subject and opening words without labels and placeholders, at most 240 characters."""
        return bare(self.problem.text)[:240]

    @property
    def answered(self) -> str:
        """The first words of the replies, likewise."""
        return bare(" ".join(reply.text for reply in self.replies))[:300]

    @property
    def age(self) -> float:
        """Sorts conversations, the newest first."""
        return -(self.problem.created or _LONG_AGO).timestamp()


@dataclass(frozen=True)
class Basis:
    """What entries are drafted with: search, the middle of its vectors, and the articles that no longer hold."""

    search: Search
    middle: Middle
    outdated: frozenset[str]
    _read: "dict[str, Vectors]" = field(default_factory=dict)  # what was embedded: entries share their articles

    @classmethod
    def of(cls, search: Search, middle: Middle) -> "Basis":
        """Outdated is an article that a newer one replaces: title and opening words nearly the same."""
        with search.db.read() as db:
            found = sorted(articles.page(db, limit=2000), key=lambda one: -(one.updated or _LONG_AGO).timestamp())
        texts = [f"{one.title} {bare(one.text)[:240]}" for one in found]
        seen = middle.see(texts, search.embedding.queries(texts))
        old = {
            one.id for i, one in enumerate(found)
            if one.kind == "article" and any(
                held.lang == one.lang and held.updated != one.updated and seen[j] @ seen[i] >= _REPLACED
                for j, held in enumerate(found[:i])
            )
        }  # fmt: skip
        return cls(search, middle, frozenset(old))

    def see(self, texts: Sequence[str]) -> "Vectors":
        """Vectors (n, dimensions) of these texts from the middle of their language."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        if new:
            self._read.update(zip(new, self.search.embedding.queries(new), strict=True))
        vectors = [self._read[text] for text in texts]
        return self.middle.see(texts, np.stack(vectors) if vectors else self.search.embedding.queries([]))


def bare(text: str) -> str:
    """`text` without speakers' labels and without what masking left."""
    return " ".join(_PLACEHOLDER.sub(" ", LABEL.sub("", text)).split())
