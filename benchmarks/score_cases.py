"""Score the reading of cases on cases_held.jsonl: outcome accuracy, key sentences found, milliseconds a ticket.

`python benchmarks/score_cases.py` scores the rules; `--misses` lists what they got wrong, which is not for tuning.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest import canon, cases
from ingest.records import Case, Message, Ticket

HELD = Path(__file__).parent / "cases_held.jsonl"
SIDES: dict[str, Any] = {"customer": "incoming", "agent": "outgoing"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    held = [json.loads(line) for line in HELD.read_text("utf-8").splitlines()]
    began = time.perf_counter()
    for told in held:
        cases.read(ticket(told))
    took = (time.perf_counter() - began) / len(held)
    score(held, cases.read, misses=chosen.misses)
    print(f"{1000 * took:.2f} ms a conversation, the first one's compiling included")


def ticket(told: dict[str, Any]) -> Ticket:
    """A held conversation as our readers would bring it in."""
    turns = tuple(Message(SIDES[turn["role"]], turn["text"]) for turn in told["turns"])
    return Ticket(told["id"], turns, told["kind"], told["subject"], status=told["status"], lang=told["lang"])


def score(held: list[dict[str, Any]], read: Callable[[Ticket], Case], *, misses: bool = False) -> None:
    """Print how often outcome, problem and resolution are right, in all and by language and kind."""
    right: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    confused: Counter[tuple[str, str]] = Counter()
    for told in held:
        record = ticket(told)
        case, text = read(record), canon.text_of(record)
        found = {
            "outcome": case.outcome == told["outcome"],
            "problem": holds(text, case.problem, told["problem"]),
            "resolution": holds(text, case.resolution, told["resolution"]),
        }
        if found["outcome"] is False:
            confused[told["outcome"], case.outcome] += 1
        for name, good in found.items():
            if name == "outcome" or told[name]:
                for group in ("all", told["lang"], told["kind"], "sure" if case.sure else "unsure"):
                    asked[name, group] += 1
                    right[name, group] += good
        if misses and not all(good for name, good in found.items() if name == "outcome" or told[name]):
            print(told["id"], told["outcome"], case, found)
    for name, group in sorted(asked):
        print(f"{name:<11}{group:<8}{right[name, group]:>3} of {asked[name, group]}")
    for (was, said), count in confused.items():
        print(f"  {was} read as {said}: {count}")


def holds(text: str, spans: tuple[tuple[int, int], ...], key: str) -> bool:
    """Whether the key words stand in the spans, white space aside."""
    return " ".join(key.split()) in " ".join(" ".join(text[start:end] for start, end in spans).split())


if __name__ == "__main__":
    main()
