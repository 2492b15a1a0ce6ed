"""Put the replies of rewriting_held.jsonl into other words by the local model, for a person to read, with seconds each.

`python benchmarks/score_rewriting.py [rewriting|translating|summaries]` prints each original, what came of it, and if
the checks let it through. `--model` names another model, as in the settings. Summaries are of the demo's tickets.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console import chat_model, rewriting, summaries, translating
from console.chat_model import ChatModel
from ingest import readers
from ingest.records import Ticket

HELD = Path(__file__).parent / "rewriting_held.jsonl"
DEMO = Path(__file__).parent.parent / "ingest" / "demo" / "files"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=["rewriting", "translating", "summaries"])
    parser.add_argument("--file", type=Path, default=HELD)
    parser.add_argument("--model", default="local")
    parser.add_argument("--models", type=Path, default=Path("~/.cache/kizuna/models").expanduser())
    chosen = parser.parse_args()
    replies = [json.loads(line) for line in chosen.file.read_text("utf-8").splitlines()]
    model = chat_model.open(chosen.model, models_dir=chosen.models, timeout=900)
    try:
        if chosen.part in (None, "rewriting"):
            score("rewriting", rewritten(replies, model))
        if chosen.part in (None, "translating"):
            score("translating", translated(replies, model))
        if chosen.part in (None, "summaries"):
            score("summaries", summarised(model))
    finally:
        model.close()


def score(part: str, made: Iterator[tuple[str, str, bool]]) -> None:
    """Print each title, what was made and its seconds; then how many passed their checks and the usual time."""
    took: list[float] = []
    passed = 0
    began = time.perf_counter()
    for title, text, good in made:
        took.append(time.perf_counter() - began)
        passed += good
        print(f"\n=== {title} ({took[-1]:.1f} s, {'passed' if good else 'did not pass'})\n{text}", flush=True)
        began = time.perf_counter()
    print(f"\n{part}: {passed} of {len(took)} passed, {statistics.median(took):.1f} s each, {max(took):.1f} s at most")


def rewritten(replies: list[dict[str, Any]], model: ChatModel) -> Iterator[tuple[str, str, bool]]:
    for reply in replies:
        if reply["how"]:
            *_, made = rewriting.rewrite(reply["text"], reply["how"], model)
            assert isinstance(made, rewriting.Rewritten)
            lost = f"\n--- missing {made.missing}, added {made.added}" if made.missing or made.added else ""
            yield f"{reply['id']} {reply['how']}", f"{reply['text']}\n---\n{made.text}{lost}", made.ok


def translated(replies: list[dict[str, Any]], model: ChatModel) -> Iterator[tuple[str, str, bool]]:
    for reply in replies:
        made = translating.translate(reply["say"], "en" if reply["lang"] == "ja" else "ja", model)
        yield reply["id"], f"{reply['say']}\n{made}", made is not None


def summarised(model: ChatModel) -> Iterator[tuple[str, str, bool]]:
    """Ten English and ten Japanese conversations of the demo."""
    english = [one for one in readers.read(DEMO / "3-zendesk-export.json") if isinstance(one, Ticket)]
    japanese = [one for one in readers.read(DEMO / "5-tickets-ja.jsonl") if isinstance(one, Ticket)]
    for ticket in english[10:20] + japanese[20:30]:
        made = summaries.summarise(ticket, model)
        points = [
            f"{name:>7} {point.turn} {point.text}" for name in summaries.HEADINGS for point in getattr(made, name)
        ]
        yield f"{ticket.id} {ticket.subject} ({ticket.status})", "\n".join(points), bool(points)


if __name__ == "__main__":
    main()
