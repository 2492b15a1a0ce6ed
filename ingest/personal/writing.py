"""A way that something personal is written: its label, the words that tell that it may be there, and its patterns.

Digits, dashes and quotes come folded to ASCII. Where a pattern has groups, the one that matched is the personal part.
No pattern may match NUL, which stands where something is masked already.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.personal.span import Page, Span

# Between a question and its answer: "?", who answers, and what people say first. Another blank follows.
ANSWERED = (
    r"\?(?:\s(?:[a-z]{2,10}:))?(?:\s(?:yes|yeah|sure|ok|okay|of course|certainly|uh|um|well|so|right)[,.!]?){0,2}"
    r"(?:\s(?:it's|its|it is|that's|that is|this is|here it is|here you go|here|mine is|that would be)[,:]?)?"
)
_LENGTH = re.compile(r" ?(?:文字|桁|characters?\b|chars?\b|digits?\b)")


@dataclass(frozen=True)
class Writing:
    """A label, the lower-case words one of which must be there, and the patterns; `digits`: and a digit."""

    label: str
    words: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    digits: bool = True


def patterns(*written: str) -> tuple[re.Pattern[str], ...]:
    """Compile patterns whose classes are those of ASCII."""
    return tuple(re.compile(pattern, re.ASCII) for pattern in written)


def find(page: Page, writings: Iterable[Writing]) -> Iterator[Span]:
    """Yield what `writings` tell of `page`."""
    for writing in writings:
        if (page.digits or not writing.digits) and page.has(writing.words):
            for pattern in writing.patterns:
                for m in pattern.finditer(page.text):
                    if writing.label == "SECRET" and is_length(page.text, *m.span(m.lastindex or 0)):
                        continue
                    yield Span(*m.span(m.lastindex or 0), writing.label, 0.9)


def is_length(text: str, start: int, end: int) -> bool:
    """Say whether `[start, end)` is how long a secret must be, such as the 8-16 of 8-16文字."""
    return _LENGTH.match(text, end) is not None and not text[start:end].strip("0123456789-~")
