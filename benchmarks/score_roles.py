"""Score who speaks in calls without labels: sentences and whole turns put on the right side, by language.

`python benchmarks/score_roles.py` scores both files; name one, such as `roles_tuning.jsonl`, to score it alone.
`--misses` lists the sentences on the wrong side: for the tuning file only, so that the held one stays held.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.readers.calls import dialogue
from ingest.readers.calls.dialogue import Turn

HERE = Path(__file__).parent
FILES = ("roles_tuning.jsonl", "roles_held.jsonl")
SIDES = {"customer": "incoming", "agent": "outgoing"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=FILES)
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    for name in chosen.files:
        calls = [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]
        began = time.perf_counter()
        for lang, (sentences, turns) in score(calls, misses=chosen.misses and name == FILES[0]).items():
            print(f"{name:<20}{lang}  sentences {sentences:.3f}  turns {turns:.3f}")
        print(f"{1000 * (time.perf_counter() - began) / len(calls):.1f} ms a call")


def score(calls: list[dict[str, Any]], *, misses: bool = False) -> dict[str, tuple[float, float]]:
    """By language, the share of sentences on their side, and of turns whose sentences all are."""
    counted: Counter[tuple[str, str]] = Counter()
    for call in calls:
        lang, heard = call["lang"], sides(call)
        for turn in call["turns"]:
            right = [next(heard) == SIDES[turn["role"]] for _ in turn["sentences"]]
            counted.update({(lang, "sentences"): len(right), (lang, "right sentences"): sum(right)})
            counted.update({(lang, "turns"): 1, (lang, "right turns"): all(right)})
            for sentence, good in zip(turn["sentences"], right, strict=True):
                if misses and not good:
                    print(call["id"], turn["role"], sentence)
    return {lang: _shares(counted, lang) for lang in sorted({call["lang"] for call in calls})}


def _shares(counted: Counter[tuple[str, str]], lang: str) -> tuple[float, float]:
    sentences, turns = (counted[lang, f"right {what}"] / counted[lang, what] for what in ("sentences", "turns"))
    return sentences, turns


def sides(call: dict[str, Any]) -> Iterator[str]:
    """The side that each sentence was put on: where most of its characters went."""
    gap = " " if call["lang"] == "en" else ""
    said = [sentence for turn in call["turns"] for sentence in turn["sentences"]]
    pieces = [Turn("", one["text"], one["start"]) for one in call.get("segments", ())] or [Turn("", gap.join(said))]
    whose = [message.direction for message in dialogue.messages(pieces) for char in message.text if not char.isspace()]
    at = 0
    for sentence in said:
        length = len("".join(sentence.split()))
        yield Counter(whose[at : at + length]).most_common(1)[0][0]
        at += length


if __name__ == "__main__":
    main()
