"""Masking of personal data, on texts written apart from its patterns: `python benchmarks/score_redaction.py FILE`.

Without FILE it takes personal_data_held.jsonl, 300 sentences that the finders were improved against.

Each masked text is laid over the original, which tells for every letter and digit whether it is hidden. A text that had
to disappear was found when, in every place where it stood:

- PERSON: no two letters in a row remain, so neither a first name nor a last name does;
- ADDRESS: at most a quarter of its letters and digits remain, as a region or a town without its street may;
- all other types: no four letters or digits in a row remain (of those under eight: half of it), whatever spaces
  or signs stand between them, so that a number masked by half is missed.

The type of the placeholder does not matter. A false alarm is a look-alike text, which holds nothing personal, in which
anything was masked. Over-masking is a letter or digit masked outside the texts that had to disappear, in the others.
`--show` lists misses and false alarms: whoever has seen them can no longer tune on this set.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import redact

HELD = Path(__file__).parent / "personal_data_held.jsonl"
STRUCTURED = ("EMAIL", "PHONE", "CARD", "IBAN", "ID", "ACCOUNT", "SECRET", "IP")
FREE = ("PERSON", "ADDRESS")
GROUPS: dict[str, tuple[str, ...]] = {
    **{type: (type,) for type in STRUCTURED + FREE},
    "structured together": STRUCTURED,
    "PERSON + ADDRESS": FREE,
    "all": STRUCTURED + FREE,
}
_PLACEHOLDER = re.compile(r"<[A-Z_]+_\d+>")


@dataclass(frozen=True)
class Span:
    """One text that had to disappear. `found` says whether it did."""

    type: str
    lang: str
    text: str
    found: bool


@dataclass(frozen=True)
class Case:
    """One text, masked. `excess` counts the letters and digits hidden outside its spans."""

    id: str
    masked: str
    look_alike: bool
    spans: tuple[Span, ...]
    changed: bool
    excess: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true", help="list misses and false alarms, once tuning is over")
    parser.add_argument("file", nargs="?", type=Path, default=HELD, help="texts to score, a JSON object a line")
    options = parser.parse_args()
    redactor = redact.open()
    rows = map(json.loads, options.file.read_text("utf-8").splitlines())
    cases = [judge(row, redactor.mask(row["text"]).text) for row in rows]
    sys.stdout.write("\n".join(table(cases) + (misses(cases) if options.show else [])) + "\n")


def judge(row: dict[str, Any], masked: str) -> Case:
    """A line of the set and what became of its text. Raises ValueError where masking rewrote what it did not hide."""
    text, covered = row["text"], hidden(row["text"], masked)
    spans, outside = [], set(covered)
    for type, part in ((span["type"], span["text"]) for span in row["spans"]):
        places = [range(*found.span()) for found in re.finditer(re.escape(part), text)]
        found = all(_gone(type, [i not in covered for i in place if text[i].isalnum()]) for place in places)
        spans.append(Span(type, row["lang"], part, found))
        outside -= {i for place in places for i in place}
    excess = sum(text[i].isalnum() for i in outside)
    return Case(row["id"], masked, row["look_alike"], tuple(spans), masked != text, excess)


def hidden(text: str, masked: str) -> set[int]:
    """The offsets in `text` that placeholders of `masked` stand for."""
    literals = [re.escape(piece) for piece in _PLACEHOLDER.split(masked)]
    laid = re.fullmatch("(.+?)".join(literals), text, re.DOTALL)
    if laid is None:
        raise ValueError(f"Masking changed more than it hid: {text!r} became {masked!r}")
    return {i for group in range(1, len(literals)) for i in range(*laid.span(group))}


def table(cases: Sequence[Case]) -> list[str]:
    """The figures as lines of Markdown."""
    lines = ["| type | cases | found | recall | English | Japanese |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, types in GROUPS.items():
        some = [span for case in cases for span in case.spans if span.type in types]
        cells = [name, str(len(some)), str(sum(span.found for span in some)), _recall(some)]
        cells += [_recall([span for span in some if span.lang == lang]) for lang in ("en", "ja")]
        lines.append(f"| {' | '.join(cells)} |")
    likes, others = ([case for case in cases if case.look_alike is kind] for kind in (True, False))
    over = [case for case in others if case.excess]
    return [
        *lines,
        "",
        f"False alarms: {_share([case for case in likes if case.changed], likes)} of the look-alike texts.",
        f"Over-masking: {_share(over, others)} of the other texts, {sum(case.excess for case in over)} characters.",
    ]


def misses(cases: Iterable[Case]) -> list[str]:
    """Every span that stayed and every text in which too much was hidden, with the masked text."""
    lines = [""]
    for case in cases:
        end = f"{case.id}: {case.masked!r}"
        lines += [f"missed {span.type} {span.text!r} in {end}" for span in case.spans if not span.found]
        if case.excess or (case.look_alike and case.changed):
            lines.append(f"{'false alarm' if case.look_alike else f'{case.excess} too many'} in {end}")
    return lines


def _gone(type: str, kept: Sequence[bool]) -> bool:
    if type == "ADDRESS":
        return sum(kept) <= len(kept) / 4
    size = min(2, len(kept)) if type == "PERSON" else min(4, (len(kept) + 1) // 2)
    return not any(all(kept[i : i + size]) for i in range(len(kept) - size + 1))


def _recall(spans: Sequence[Span]) -> str:
    return f"{sum(span.found for span in spans) / len(spans):.3f}" if spans else "-"


def _share(some: Sequence[Case], of: Sequence[Case]) -> str:
    return f"{len(some)} of {len(of)} ({len(some) / len(of):.1%})"


if __name__ == "__main__":
    main()
