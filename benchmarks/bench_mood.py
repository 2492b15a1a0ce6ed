"""What a mood costs beside the embedding: `python benchmarks/bench_mood.py`, a minute on a CPU.

Bare vectors of messages and vectors with moods take turns, so that a busy machine slows both; the ratio is that of the
sums of their processor times. Beside it: the same ratio by the clock, the seconds to open, and the file's size.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from mood_texts import own

from console import mood, settings
from console.mood import HEAD
from ingest.embedding import BATCH, Embedding


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=12)
    options.add_argument("--messages", type=int, default=4 * BATCH)
    chosen = options.parse_args()
    embedding = Embedding.open(settings.load().models)
    embedding.queries(["warm"])
    began = time.perf_counter()
    classifier = mood.Classifier.open()
    classifier.of(["warm"], embedding)
    opened = time.perf_counter() - began
    written = own("mood_written.jsonl")
    texts = [case.text for case in written[:: max(1, len(written) // chosen.messages)]][: chosen.messages]
    moods = partial(classifier.read, texts, embedding)
    bare: list[tuple[float, float]] = []
    both: list[tuple[float, float]] = []
    for turn in range(chosen.rounds):
        for kept in (bare, both) if turn % 2 else (both, bare):
            kept.append(timed(partial(embedding.queries, texts) if kept is bare else moods))
    for name, place in (("processor time", 0), ("clock", 1)):
        alone, together = ([one[place] for one in kept] for kept in (bare, both))
        each = median(one / other for one, other in zip(alone, together, strict=True))
        rates = (
            f"{len(texts) / median(alone):.0f} messages a second bare, {len(texts) / median(together):.0f} with moods"
        )
        print(f"{name}: {rates}: {sum(alone) / sum(together):.3f} of the bare rate, {each:.3f} in the median pair")
    print(f"opening, with the first message: {opened:.3f} s; file: {HEAD.stat().st_size / 1e6:.2f} MB")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the processor and by the clock."""
    began, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - began, time.perf_counter() - clock


if __name__ == "__main__":
    main()
