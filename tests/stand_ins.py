"""Small stand-ins for the heavy tools: an embedding of hashed words, a splitter that counts letters, a chat model."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from console import answers, evidence
from ingest import passages, terms
from ingest.records import Article, Case, Passage, Ticket
from ingest.vault import Vault

VAULT = Vault(bytes(range(64)))


class HashedWords:
    """Texts that share words are near each other. 384 dimensions, each vector of length 1, the same in every run."""

    dimensions = 384

    def __init__(self, name: str = "hashed-words") -> None:
        self.name = name
        self.embedded: list[str] = []

    def passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> NDArray[np.float32]:
        self.embedded += texts
        return self.queries(texts)

    def statements(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.passages(texts)

    def heard(self, texts: Sequence[str], listen: Any, columns: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Nothing is heard: what a mood network says of hashed words would mean nothing."""
        return self.queries(texts), np.zeros((len(texts), columns), np.float32)

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> NDArray[np.float32]:
        vectors = np.full((len(texts), self.dimensions), 0.01, np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in terms.split(text):
                vector[zlib.crc32(word.encode()) % self.dimensions] += 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Quarters:
    """A splitter to which four letters are a token."""

    def tokens(self, text: str) -> int:
        return len(text) // 4 + 1

    def split(self, record: Ticket | Article, *, case: Case | None = None) -> list[Passage]:
        return passages.split(record, self.tokens, case=case)


class SharedWords:
    """A verifier to which a fact answers as far as it shares the question's words."""

    def judge(self, questions: Sequence[str], facts: Sequence[str]) -> NDArray[np.float32]:
        asked = [set(terms.split(question)) for question in questions]
        shared = [[len(one & set(terms.split(fact))) / max(len(one), 1) for one in asked] for fact in facts]
        return np.array(shared, np.float32).reshape(len(facts), len(questions))


def words_decide(monkeypatch: Any) -> None:
    """Hashed words know no nearness worth a weight: what the verifier says counts alone, the model's choice decides."""
    for name, weight in (("VERIFIED", 1.0), ("NEAR", 0.0), ("FOREIGN", 0.0), ("BASE", 0.0)):
        monkeypatch.setattr(evidence, name, weight)
    for name, share in (("SURE", 2.0), ("DOUBTFUL", -1.0), ("BEHIND", -1.0)):
        monkeypatch.setattr(answers, name, share)


class Picking:
    """A chat model that says what it is told, in pieces of `size` characters, and keeps what it was asked."""

    name = "picking"

    def __init__(self, said: str = '{"facts": [1]}', *, size: int = 3, fails: Exception | None = None) -> None:
        self.said, self.size, self.fails = said, size, fails
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def stream(
        self, system: str, user: str, *, schema: dict[str, Any], max_tokens: int, temperature: float
    ) -> Iterator[str]:
        self.asked.append((system, user, schema))
        for start in range(0, len(self.said), self.size):
            yield self.said[start : start + self.size]
        if self.fails:
            raise self.fails

    def close(self) -> None:
        self.closed = True
