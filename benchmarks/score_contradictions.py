"""Score what finds contradictions, on contradictions.jsonl: answers of a FAQ and newer replies, all written for this.

`python benchmarks/score_contradictions.py` prints for each part how many planted contradictions are found, and how
many replies that agree or speak of something near are flagged. The rules were written with `tune` in sight; `held` was
scored before its misses were looked at and mended, `blind` was written after that and scored once. `--misses` lists
what went wrong, for `tune` only.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from console.faq import contradictions
from console.settings import load
from ingest import clean
from ingest.embedding import Embedding
from ingest.records import Passage

PAIRS = Path(__file__).parent / "contradictions.jsonl"
PARTS = ("tune", "held", "blind")
Line = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--part", choices=PARTS, action="append")
    chosen = parser.parse_args()
    settings = load()
    embedding = Embedding.open(settings.models, settings.embedding)
    pairs: list[Line] = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    see = contradictions.seeing(embedding, [pair[name] for pair in pairs for name in ("answer", "asked", "reply")])
    for part in chosen.part or PARTS:
        some = [pair for pair in pairs if pair["part"] == part]
        found = [_found(pair, see) for pair in some]
        _show(part, some, found, misses=chosen.misses and part == "tune")


def _found(pair: Line, see: contradictions.See) -> list[contradictions.Contradiction]:
    own = clean.language(pair["answer"])
    ours = contradictions.sentences(pair["id"], pair["question"], pair["answer"], own)
    reply, lang = pair["reply"], clean.language(pair["reply"])
    passage = Passage(pair["id"], "ticket", 0, reply, 0, len(reply), "resolution", lang=lang)
    return contradictions.find(ours, contradictions.statements([passage]), see, asked={pair["id"]: pair["asked"]})


def _show(part: str, pairs: list[Line], found: list[list[contradictions.Contradiction]], *, misses: bool) -> None:
    counts: Counter[tuple[str, str, bool]] = Counter()
    for pair, marks in zip(pairs, found, strict=True):
        lang = "ja" if re.search("[ぁ-ん]", pair["reply"]) else "en"
        hit = any(_within(mark, pair) for mark in marks) if pair["planted"] else bool(marks)
        counts["planted" if pair["planted"] else "agreeing", lang, hit] += 1
        if misses and hit != bool(pair["planted"]):
            print(pair["id"], pair["kind"], pair["answer"], "|", pair["reply"], [(m.why, m.theirs.text) for m in marks])
    for kind in ("planted", "agreeing"):
        of = {
            lang: (counts[kind, lang, True], counts[kind, lang, True] + counts[kind, lang, False])
            for lang in ("en", "ja")
        }
        told = ", ".join(f"{lang} {hits} of {all}" for lang, (hits, all) in of.items())
        print(
            f"{part:5} {kind:9} flagged {sum(a for a, _ in of.values())} of {sum(b for _, b in of.values())} ({told})"
        )


def _within(mark: contradictions.Contradiction, pair: Line) -> bool:
    start = pair["reply"].index(pair["planted"])
    return mark.theirs.start < start + len(pair["planted"]) and start < mark.theirs.end


if __name__ == "__main__":
    main()
