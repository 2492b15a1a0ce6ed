"""What a text says that can be checked against other texts: its place, what bears it out, what it bears out."""

import re
import unicodedata
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "number", "amount", "percent", "date", "time", "link", "email", "name", "promise", "html", "placeholder"
]  # fmt: skip
Keys = frozenset[Hashable]


@dataclass(frozen=True)
class Claim:
    """A claim at `[start:end)`. Any of the keys it `needs` in what sources give bears it out; no key: nothing does.

    Not `firm` are the words "a", "once" or "first": sources may say a number by them, a reply claims none.
    """

    kind: Kind
    start: int
    end: int
    needs: Keys = frozenset()
    gives: Keys = frozenset()
    firm: bool = True


class _Folding(dict[int, str]):
    """Full-width letters and signs, other alphabets' digits and odd dashes to ASCII, each by exactly one character."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isdecimal():
            plain = str(unicodedata.decimal(char))
        elif 0xFF01 <= code <= 0xFF9F:
            plain = unicodedata.normalize("NFKC", char)
        else:
            plain = char
        self[code] = plain if len(plain) == 1 else char
        return self[code]


_SAME = (("‐‑‒–—−", "-"), ("〜～", "~"), ("\u3000\xa0", " "), ("’‘", "'"), ("￥", "¥"))
_FOLDING = _Folding({ord(char): plain for chars, plain in _SAME for char in chars})


def folded(text: str) -> str:
    """`text` with every character in its plain form, and every character in its place."""
    return text.translate(_FOLDING)


def take(pattern: re.Pattern[str], text: str, claim: Callable[[re.Match[str]], Claim | None], into: list[Claim]) -> str:
    """`text` with what `claim` made something of blanked out, so that no later pattern reads it again."""

    def blank(match: re.Match[str]) -> str:
        made = claim(match)
        if made is None:
            return match[0]
        into.append(made)
        return "\0" * len(match[0])

    return pattern.sub(blank, text)
