"""What a finder of personal data reads, a page, and what it returns, spans; the characters that both speak of."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

HAN = "\u3400-\u9fff々"
KATA = "\u30a1-\u30faー"
HIRA = "\u3041-\u3096ー"
LATIN = "A-Za-z\u00c0-\u024f"

_UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_WORDS = re.compile("[a-z]+")
_JAPANESE = re.compile("[\u3012\u3040-\u30ff\u3400-\u9fff]")  # with the postal mark


@dataclass(frozen=True, slots=True)
class Span:
    """Personal data at `[start, end)`; the higher `score` wins where two are equally long."""

    start: int
    end: int
    label: str
    score: float
    key: str = ""  # what the book files it under, when that is not the text itself


class Page:
    """One text, with what several finders ask of it. NUL stands where something is masked; no finder looks past it.

    `low` is `text` in lower case with the same offsets.
    """

    __slots__ = ("_words", "digits", "japanese", "low", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        low = text.lower()
        self.low = low if len(low) == len(text) else text.translate(_UPPER)  # a few letters grow when lowered
        self.japanese = not text.isascii() and _JAPANESE.search(text) is not None
        self._words: frozenset[str] | None = None
        self.digits = not _DIGIT.isdisjoint(text)

    @property
    def words(self) -> frozenset[str]:
        """The words of ASCII letters on the page, lowered."""
        if self._words is None:
            self._words = frozenset(_WORDS.findall(self.low))
        return self._words

    def before(self, at: int, size: int) -> str:
        """Up to `size` lowered characters that end at `at`, none of them masked; a new line stands before the text."""
        said = self.low[at - size : at] if at > size else "\n" + self.low[:at]
        return said.rpartition("\x00")[2]

    def has(self, words: Iterable[str]) -> bool:
        """Say whether any of `words` (lower case) stands anywhere on the page."""
        low = self.low
        for word in words:  # noqa: SIM110  # twice as fast as any()
            if word in low:
                return True
        return False


_DIGIT = frozenset("0123456789")

Finder = Callable[[Page], Iterable[Span]]


def words(*lines: str) -> frozenset[str]:
    """The words of `lines`, which stand between blanks."""
    return frozenset(word for line in lines for word in line.split())


def phrases(*lines: str) -> tuple[str, ...]:
    """The phrases of `lines`, which stand between bars."""
    return tuple(phrase for line in lines for phrase in line.split("|"))
