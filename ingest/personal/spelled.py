"""Names that somebody spells: O K E R E K E, W-O-J-C-I-K."""

import re
from collections.abc import Iterator
from string import ascii_lowercase

from ingest.personal.names import Names
from ingest.personal.span import LATIN, Finder, Page, Span
from ingest.personal.words import is_plain

_SPELLED = re.compile(r"(?<![\w'.-])[A-Z](?:(?:-|, ?|\. ?| )(?:double )?[A-Z]){2,17}(?![\w'-])")
_SPELLED_LOW = re.compile(r"(?<![\w'.-])[a-z](?:(?:-| )(?:double )?[a-z]){3,17}(?![\w'-])")
_CUES = ("spel", "name", "that's", "that is", ":")
_TOLD = re.compile(r"\b(?:spel(?:l|t|led|ling|ls)|(?:sur|last |first |family |user)?name)\b")
_WORD_BEFORE = re.compile(
    rf"([{LATIN}]{{3,20}})[^{LATIN}\x00]{{1,4}}(?:(?:that's|that is|it's|so|as in|spelled|spelt),? )?\Z"
)


def finder(names: Names) -> Finder:
    """A finder of spelled names, behind the word that they spell or where somebody speaks of a name."""
    listed = names.given | names.surnames

    def find(page: Page) -> Iterator[Span]:
        if not page.has(_CUES):
            return
        told = _TOLD.search(page.low)
        for m in (*_SPELLED.finditer(page.text), *(_SPELLED_LOW.finditer(page.low) if told else ())):
            letters = re.sub("double (.)", r"\1\1", m[0].lower())
            word = "".join(filter(str.isalpha, letters))
            if word in ascii_lowercase:  # the letters A B C D
                continue
            before = _WORD_BEFORE.search(page.before(m.start(), 40))
            again = before is not None and before[1] == word
            if again and before and (word in listed or not is_plain(word)):
                at = m.start() - len(before[0])
                yield Span(at, at + len(before[1]), "PERSON", 0.6)
            if (again or told) and (word in listed or not is_plain(word)):
                yield Span(m.start(), m.end(), "PERSON", 0.7)

    return find
