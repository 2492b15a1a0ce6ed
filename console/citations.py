"""The numbered marks of a draft, like [1]: for the agent's eyes only."""

import re
from collections.abc import Collection, Iterable

_MARK = re.compile(r"[ \t\u3000]*\[(\d{1,2})\]")
_BEFORE = 12  # characters by which the place of a mark is known again


def unmarked(text: str, numbers: Iterable[int]) -> str:
    """`text` without the marks of these citations; other brackets, such as [12] in a customer's own list, stay."""
    known = {str(number) for number in numbers}
    return _MARK.sub(lambda mark: "" if mark[1] in known else mark[0], text).strip()


def kept(text: str, reply: str, numbers: Collection[int]) -> set[int]:
    """Those of a reply's citations whose marks stand in `text` behind the same words as in `reply`."""
    marks = ((int(mark[1]), reply[max(0, mark.start() - _BEFORE) : mark.end()]) for mark in _MARK.finditer(reply))
    return {number for number, words in marks if number in numbers and words in text}
