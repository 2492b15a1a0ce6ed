"""Words with capitals that stand together, as the parts of a name do."""

import re
from collections.abc import Iterator, Sequence

from ingest.personal.span import LATIN as _EUROPE
from ingest.personal.span import Page
from ingest.personal.things import NOT_NAMES

LATIN = _EUROPE + "\u1e00-\u1eff"
BIG = "A-Z" + "".join(c for c in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]) if c.isupper())
_WORD = re.compile(
    rf"[{BIG}][{LATIN}]*(?:['-][{BIG}][{LATIN}]+|(?<=[{LATIN}]{{2}})-(?!(?:san|sama|kun|chan"
    rf"|sensei)\b)[{LATIN}]{{2,}})*"
)
_BETWEEN = re.compile(
    r" (?:(?:[A-Z]\.?|van|von|de|der|den|da|la|del|bin|al|di|du|le|ap|ab|ibn|bint|el|ter|ten|dos|das|do|zu|zur|af"
    r"|av|y) ){0,2}"
)
_GLUED = frozenset("0123456789_@#/&\\<>=%$-'") | frozenset("abcdefghijklmnopqrstuvwxyz")

Word = tuple[int, int, str]  # start, end, lowered


def sequences(page: Page) -> Iterator[list[Word]]:
    """Runs of capitalized words with single blanks, initials or particles between them."""
    run: list[Word] = []
    for m in _WORD.finditer(page.text):
        if len(m[0]) < 2 and not run and page.text[m.end() : m.end() + 2] != ". ":
            continue
        if m.start() and page.text[m.start() - 1] in _GLUED:
            continue
        if page.text[m.end() : m.end() + 1] in ("@", "_") or page.text[m.end() : m.end() + 1].isdigit():
            continue
        word = (m.start(), m.end(), page.low[m.start() : m.end()])
        if (
            run
            and not _BETWEEN.fullmatch(page.text, run[-1][1], m.start())
            and page.text[run[-1][1] : m.start()] != ". "
        ):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def length(words: Sequence[Word], at: int) -> int:
    """How many words from `at` on may be one name: up to four that no list calls something else."""
    size = 1
    for before, word in zip(words[at : at + 3], words[at + 1 : at + 4], strict=False):
        between = word[0] - before[1]
        if (word[2] in NOT_NAMES and word[2] != "mac") or between > 12 or (between == 2 and before[1] - before[0] > 1):
            break
        size += 1
    return size


def is_camel(word: str) -> bool:
    """Say whether a capital stands inside `word`, as in AirFryer; not McDonald, DeLuca or O'Hara."""
    inside = re.search(rf"(?<=[a-z])[{BIG}]", word)
    return inside is not None and not word.startswith(("Mc", "Mac", "De", "Di", "Da", "La", "Le", "Van", "Fitz", "O'"))
