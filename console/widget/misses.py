"""When the assistant did not help: what it missed so far, and how it speaks after that: careful, and offering a person.

After a miss it says again what it is, quotes instead of claiming, and asks one thing back. After two in a row it asks
whether a person shall take over, and a yes is enough.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from console.widget import view, wording
from console.widget.wording import Wording

ASKS = 2  # misses in a row after which a person is offered by asking
_LINE = re.compile(r"(?P<head>\s*(?:[-*•]|\d{1,2}[.)])?\s*)(?P<said>.*?)(?P<marks>(?:\s*\[\d+\])*\s*)")


@dataclass(frozen=True)
class Care:
    """How the assistant has to speak: after so many misses in a row, and whether it asked to hand over just now."""

    misses: int = 0
    asked: bool = False


def before(turns: Sequence[Row[Any]], seq: int) -> Care:
    """How it stands before the message at place `seq` is answered, since people last had the conversation."""
    told = [turn for turn in turns if turn.seq < seq and turn.direction == "activity"]
    back = max((turn.seq for turn in told if turn.author == view.BACK), default=-1)
    said = [turn for turn in told if turn.seq > back and turn.author == view.ASSISTANT]
    misses = 0
    for turn in reversed(said):
        if not turn.missed:
            break
        misses += 1
    return Care(misses, bool(said) and said[-1].text in (wording.ENGLISH.shall_i, wording.JAPANESE.shall_i))


def last_answer(turns: Sequence[Row[Any]], seq: int) -> int | None:
    """The place of the assistant's answer that the message at `seq` is a reply to, where there is one."""
    said = [
        turn.seq for turn in turns if turn.seq < seq and (turn.direction, turn.author) == ("activity", view.ASSISTANT)
    ]
    return said[-1] if said else None


def opening(words: Wording) -> str:
    """What a careful answer begins with: the person first, then what is speaking."""
    return f"{words.careful}\n\n"


def carefully(reply: str, words: Wording) -> str:
    """An answer after a miss: its statements in quotation marks, and one question at the end."""
    begin, end = words.quotes
    lines = [_quoted(line, begin, end) for line in reply.strip().split("\n")]
    return "\n".join([f"{words.careful}\n", *lines, f"\n{words.fits}"])


def _quoted(line: str, begin: str, end: str) -> str:
    found = _LINE.fullmatch(line)
    if not found or not found["said"]:
        return line
    return f"{found['head']}{begin}{found['said']}{end}{found['marks']}".rstrip()
