"""Time and memory of grouping 100,000 questions, and of 1,000 that join 10,000 and 100,000.

    OMP_WAIT_POLICY=passive python benchmarks/bench_topics.py [questions]     100,000 unless told otherwise

Their vectors are drawn around 400 middles and cost the grouping what real ones would; embedding is measured on 2,000
questions of ours and stated for all. Joining is measured without embedding, which costs the same either way.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from console import settings
from console.topics import Reads, Space, Topics
from ingest.embedding import Embedding, Vectors

TOPICS = 400
READ = 2_000  # real questions embedded
JOINING = 1_000
ROUNDS = 5


class Drawn:
    """Stands for the shipped embedding: the text `7` has the vector of place 7, near one of 400 middles."""

    def __init__(self, count: int, like: Embedding) -> None:
        dice = np.random.default_rng(7)
        self.name, self.dimensions = "drawn", like.dimensions
        middles = dice.normal(size=(TOPICS, self.dimensions)).astype(np.float32)
        self._vectors = dice.normal(size=(count, self.dimensions)).astype(np.float32)
        self._vectors += 1.2 * middles[dice.zipf(1.3, count) % TOPICS]
        self._vectors /= np.linalg.norm(self._vectors, axis=1, keepdims=True)

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        return self._vectors[[int(text) if text.isdigit() else 0 for text in texts]]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    real = Embedding.open(settings.load().models)
    each = _embedding(Space.of(real))
    print(f"embedding: {1 / each:.0f} questions/s, so {count * each:.0f} s for {count:,}", flush=True)
    drawn: Any = Drawn(count + 2 * JOINING, real)
    del real
    few = Topics.of([str(i) for i in range(count // 10)], cast(Embedding, drawn))[0]
    began = time.perf_counter()
    many = Topics.of([str(i) for i in range(count)], cast(Embedding, drawn))[0]
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"grouping {count:,}: {took:.0f} s, {len(many.names)} topics; with embedding {took + count * each:.0f} s")
    print(f"peak memory of it all, models included: {peak:.2f} GB", flush=True)
    fresh = [str(count + i) for i in range(JOINING)]
    small, large = _joining(few, fresh), _joining(many, fresh)
    print(f"{JOINING:,} join {count // 10:,}: {1000 * small:.0f} ms; join {count:,}: {1000 * large:.0f} ms", end="")
    print(f"; {large / small:.2f} times, and {(large + JOINING * each) / (small + JOINING * each):.2f} with embedding")


def _embedding(real: Reads) -> float:
    """Seconds a question."""
    rows = Path(__file__).with_name("topic_questions.jsonl").read_text("utf-8").splitlines()
    texts = [text for row in map(json.loads, rows) for text in (*row["en"], *row["ja"])]
    texts = (texts * (1 + READ // len(texts)))[:READ]
    real.queries(texts[:64])
    began = time.perf_counter()
    real.queries(texts)
    return (time.perf_counter() - began) / len(texts)


def _joining(topics: Topics, fresh: list[str]) -> float:
    """Seconds, the quickest of five rounds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        topics.join(fresh)
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
