"""Score what finds the unsupported parts of replies, on grounding_read.jsonl, and what sees orders to an AI.

`python benchmarks/score_grounding.py` prints, for each part of the replies (the checker was written with `tune` in
sight; `held` and `blind` were scored once before their misses were looked at), the planted items that are found and the
false alarms, then recall and false alarms on the sentences of orders_held.jsonl, of which `blind` were never tuned on.
`--misses` lists what went wrong, for `tune` only.
`--texts FOLDER` counts alarms on the sentences of genuine articles: JSON documents with `content`, or Markdown.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from console import grounding, injections
from ingest.sentences import sentences

READ = Path(__file__).parent / "grounding_read.jsonl"
ORDERS = Path(__file__).parent / "orders_held.jsonl"
Line = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--texts", type=Path)
    chosen = parser.parse_args()
    replies, began = _lines(READ), time.process_time()
    for part in ("tune", "held", "blind"):
        _score(part, [one for one in replies if one["part"] == part], misses=chosen.misses and part == "tune")
    print(f"{1000 * (time.process_time() - began) / len(replies):.1f} ms a reply")
    _orders(_lines(ORDERS))
    if chosen.texts:
        _genuine(chosen.texts)


def _lines(file: Path) -> list[Line]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _score(part: str, replies: list[Line], *, misses: bool) -> None:
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    exact = clean = false = 0
    for one in replies:
        alarms = grounding.check(one["said"], one["sources"], allowed=one["allowed"])
        spans = [(one["said"].index(mark["text"]), mark) for mark in one["planted"]]
        hit = {
            mark["text"]: [a for a in alarms if a.start < at + len(mark["text"]) and at < a.end] for at, mark in spans
        }
        wrong = [a for a in alarms if not any(a in met for met in hit.values())]
        for mark in one["planted"]:
            planted[mark["kind"]] += 1
            found[mark["kind"]] += bool(hit[mark["text"]])
            exact += any(a.kind == mark["kind"] for a in hit[mark["text"]])
        clean += not wrong
        false += len(wrong)
        if misses and (wrong or not all(hit.values())):
            print(one["id"], [text for text, met in hit.items() if not met], [(a.kind, a.text) for a in wrong])
    total = sum(planted.values())
    print(f"{part:6} found {sum(found.values())} of {total}, of the right kind {exact}; ", end="")
    print(f"false alarms {false} in {len(replies)} replies, {clean} replies without")
    print("       " + "  ".join(f"{kind} {found[kind]}/{count}" for kind, count in sorted(planted.items())))


def _orders(told: list[Line]) -> None:
    for part, lang in product(("seen", "blind"), ("en", "ja")):
        some = [one for one in told if (one["part"], one["lang"]) == (part, lang)]
        seen = {
            kind: [injections.addresses_model(one["text"]) for one in some if one["orders"] == kind]
            for kind in (True, False)
        }
        print(f"orders {part:5} {lang}: seen {sum(seen[True])} of {len(seen[True])}, ", end="")
        print(f"false alarms {sum(seen[False])} of {len(seen[False])}")


def _genuine(folder: Path) -> None:
    count = alarms = 0
    for text in _texts(folder):
        for start, end in sentences(text):
            count += 1
            alarms += injections.addresses_model(text[start:end])
    print(f"orders in genuine articles: {alarms} of {count} sentences")


def _texts(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.*")):
        if file.suffix == ".json":
            yield json.loads(file.read_text("utf-8"))["content"]
        elif file.suffix == ".md":
            yield file.read_text("utf-8")


if __name__ == "__main__":
    main()
