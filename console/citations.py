"""The numbered marks of a draft, like [1]: for the agent's eyes only."""

import re
from collections.abc import Iterable

_MARK = re.compile(r"[ \t\u3000]*\[(\d{1,2})\]")


def unmarked(text: str, numbers: Iterable[int]) -> str:
    """`text` without the marks of these citations; other brackets, such as [12] in a customer's own list, stay."""
    known = {str(number) for number in numbers}
    return _MARK.sub(lambda mark: "" if mark[1] in known else mark[0], text).strip()
