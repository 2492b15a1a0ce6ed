"""Search and suggestions against the bare query embedding, in one run over the demo company: p50, p95, ratios."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from console import answers, desk, settings
from ingest import demo
from ingest.store import tickets
from ingest.store.tickets import Query

ROUNDS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        opened = desk.open(settings.load(Path(folder)), "benchmark")
        demo.load(opened.shelves)
        with opened.db.read() as db:
            lines = tickets.page(db, Query(), limit=40)
            waiting = list(tickets.many(db, [line.id for line in lines]).values())
        texts = [f"{ticket.subject} {ticket.messages[-1].text}"[:400] for ticket in waiting]
        bare = _times(lambda i: opened.embedding.queries([texts[i]]), len(texts))
        for name, work in {
            "search": lambda i: opened.search.find(texts[i]),
            "suggest": lambda i: answers.suggest(waiting[i], opened.search),
        }.items():
            _tell(name, _times(work, len(texts)), bare)
        _tell("query embedding", bare, bare)
        opened.close()


def _times(work: Callable[[int], object], count: int) -> list[float]:
    for i in range(min(5, count)):
        work(i)
    found = []
    for i in list(range(count)) * ROUNDS:
        began = time.perf_counter()
        work(i)
        found.append(1000 * (time.perf_counter() - began))
    return found


def _tell(name: str, found: list[float], bare: list[float]) -> None:
    p95, p95_bare = (statistics.quantiles(times, n=20)[-1] for times in (found, bare))
    ratio = f"{p95 / p95_bare:.1f} x the embedding's p95"
    sys.stdout.write(f"{name:16} p50 {statistics.median(found):6.1f} ms   p95 {p95:6.1f} ms   {ratio}\n")


if __name__ == "__main__":
    main()
