"""Drafts and suggestions against what they are made of, in one run: ratios to the bare embedding and to bare llama.cpp.

    python benchmarks/bench_answers.py [passages]     50,000 unless told otherwise

The shelf holds the demo company and synthetic tickets of its own sentences; their vectors are random, which costs the
index the same. Two equal llama.cpp servers are asked the same prompts in the same order, one directly, one as we ask.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
from bench_ingest import _Noise, _write

from console import answers, chat_model, desk, settings, suggestions
from console.answers import Letter, Piece
from console.chat_model import ChatModel
from console.desk import Desk
from ingest import demo, index, pipeline
from ingest.records import Ticket
from ingest.shelving import Shelves
from ingest.store import tickets
from ingest.store.tickets import Query

PASSAGES = 50_000
A_TICKET = 3.3  # passages
ROUNDS = 5
DRAFTED = 12  # tickets
PER_TOKEN: dict[str, Any] = {"stream": True, "temperature": 0.0, "max_tokens": 60}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PASSAGES
    with tempfile.TemporaryDirectory() as folder:
        opened = desk.open(settings.load(Path(folder)), "benchmark")
        demo.load(opened.shelves)
        waiting = _waiting(opened)
        _search(opened, waiting, "demo")
        _fill(opened, Path(folder), count)
        _search(opened, waiting, f"{opened.index.count():,} passages")
        _drafts(opened, waiting[:DRAFTED])
        opened.close()


def _waiting(opened: Desk) -> list[Ticket]:
    with opened.db.read() as db:
        lines = tickets.page(db, Query(), limit=40)
        return list(tickets.many(db, [line.id for line in lines]).values())


class _Fast(_Noise):
    """Random vectors under the real embedding's name, so that its index takes them."""

    def __init__(self, name: str) -> None:
        self.name = name


def _fill(opened: Desk, folder: Path, count: int) -> None:
    """Synthetic tickets onto the shelves until there are about `count` passages."""
    more = int((count - opened.index.count()) / A_TICKET)
    if more <= 0:
        return
    noise: Any = _Fast(opened.embedding.name)
    found = index.Index(opened.db, opened.index._client, opened.index._collection, noise)
    shelves = Shelves(opened.db, found, opened.shelves.redactor, opened.shelves.splitter, opened.shelves.vault)
    pipeline.run([_write(folder / "synthetic.jsonl", more)], shelves)


def _search(opened: Desk, waiting: Sequence[Ticket], where: str) -> None:
    texts = [f"{ticket.subject} {ticket.messages[-1].text}"[:400] for ticket in waiting]
    bare = _times(lambda i: opened.embedding.queries([texts[i]]), opened, len(texts))
    _tell(f"query embedding, {where}", bare, bare)
    _tell(f"search, {where}", _times(lambda i: opened.search.find(texts[i]), opened, len(texts)), bare)
    found = _times(lambda i: suggestions.find(waiting[i], opened.search), opened, len(texts))
    _tell(f"suggestions, {where}", found, bare)


def _times(work: Callable[[int], object], opened: Desk, count: int) -> list[float]:
    for i in range(min(5, count)):
        work(i)
    found = []
    for i in list(range(count)) * ROUNDS:
        opened.embedding._asked.clear()  # every question is a new one
        began = time.perf_counter()
        work(i)
        found.append(1000 * (time.perf_counter() - began))
    return found


def _tell(name: str, found: list[float], bare: list[float]) -> None:
    p95, p95_bare = (statistics.quantiles(times, n=20)[-1] for times in (found, bare))
    ratio = f"{p95 / p95_bare:.1f} x the embedding's p95"
    print(f"{name:36} p50 {statistics.median(found):6.1f} ms   p95 {p95:6.1f} ms   {ratio}")


def _drafts(opened: Desk, waiting: Sequence[Ticket]) -> None:
    models = opened.settings.models
    ours, theirs = (chat_model.open("local", models_dir=models) for _ in range(2))
    heard = _Overheard(ours)
    first, again, bare, whole = [], [], [], []
    try:
        for ticket in waiting:
            if not _drafted(opened, heard, ticket):
                continue
            first.append(heard.first)
            whole.append(heard.whole)
            bare.append(_bare(theirs, heard.asked, heard.options))
            _drafted(opened, heard, ticket)
            again.append(heard.first)
    finally:
        ours.close()
        theirs.close()
    ratios = [one / other for one, other in zip(first, bare, strict=True)]
    seconds = [one / other for one, other in zip(again, first, strict=True)]
    print(
        f"first token, {len(first)} drafts: ours {statistics.median(first):.2f} s, bare {statistics.median(bare):.2f} s"
    )
    print(f"  ours / bare, median {statistics.median(ratios):.2f}, of the sums {sum(first) / sum(bare):.2f}")
    print(f"second draft / first, median {statistics.median(seconds):.2f}, of the sums {sum(again) / sum(first):.2f}")
    print(f"first sentence after the click, median {statistics.median(whole):.2f} s (search and verifier included)")


class _Overheard:
    """A chat model that tells what it was asked and how long its first words took."""

    def __init__(self, model: ChatModel) -> None:
        self._model, self.name = model, f"{model.name}, as a larger one"  # the small one would not be asked
        self.asked: tuple[str, str] = ("", "")
        self.options: dict[str, Any] = {}
        self.first = self.whole = 0.0

    def stream(self, system: str, user: str, **options: Any) -> Iterator[str]:
        began, self.first = time.perf_counter(), 0.0
        self.asked, self.options = (system, user), options
        for piece in self._model.stream(system, user, **options):
            self.first = self.first or time.perf_counter() - began
            yield piece


def _drafted(opened: Desk, model: Any, ticket: Ticket) -> bool:
    """Whether a draft came, with the time to its first sentence in `model.whole`."""
    began, model.first, model.whole = time.perf_counter(), 0.0, 0.0
    for one in answers.draft(ticket, opened.search, opened.verifier, model, Letter(answers.language(ticket))):
        if isinstance(one, Piece) and not model.whole:
            model.whole = time.perf_counter() - began
    return bool(model.first and model.whole)


def _bare(model: ChatModel, asked: tuple[str, str], options: dict[str, Any]) -> float:
    """Seconds to the first token of the same prompt, by a plain request to a server of its own."""
    server: Any = model._server
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": options["schema"], "strict": True}}
    body = PER_TOKEN | {"response_format": form, "messages": [
        {"role": "system", "content": asked[0]}, {"role": "user", "content": asked[1]},
    ]}  # fmt: skip
    headers, began = {"Authorization": f"Bearer {server.key}"}, time.perf_counter()
    address = f"{server.address}/chat/completions"
    with httpx.stream("POST", address, json=body, headers=headers, timeout=180, trust_env=False) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content"):
                return time.perf_counter() - began
    raise SystemExit("llama.cpp said nothing")


if __name__ == "__main__":
    main()
