"""Which products a text speaks of, by the names that stand at the head of the desk's own titles.

Articles on sibling products differ in little but the name, and neither meaning nor shared words tell them apart.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

Name = tuple[str, ...]  # the words that make it, casefolded, without those that say what kind of thing it is

_WORD = re.compile(r"[a-z0-9]+(?:['’-][a-z0-9]+)*|[ァ-ヶー]{2,}\d*")
_HEAD = re.compile(r"([^:：|–—]{2,60}?)\s*(?:[:：|–—]|\s-\s)")
_RUN = re.compile(r"[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|\d+)){1,4}(?=,? [a-z])|[ァ-ヶー]{2,}\d*")
_PROPER = re.compile(r"(?:(?:[A-Z][\w'’-]*|\d+|\([a-z]+\))(?: |$))+|[ァ-ヶー]{2,}\d*$")
_NO_NAME = frozenset(
    ("faq", "internal", "troubleshooting", "security", "guide", "help", "notice", "important", "update")
)
_LONGEST = 400  # words of a text that are looked at
_SPAN = 6  # words within which a name stands
_GAP = 24  # characters between two names of one enumeration
_ENDS = re.compile(r"[.?!。？！]")
_COMPARED = 4  # products in one question
_KINDS = 3  # names that end in a word make it the word for a kind of thing: account, card


@dataclass(frozen=True)
class Products:
    """The names that a desk uses."""

    names: tuple[Name, ...]

    def spoken(self, text: str) -> frozenset[Name]:
        """The names in `text`, each where most of its words stand together; none that is only part of a longer one."""
        return frozenset(name for names, _ in self._found(_words(text)) for name in names)

    def singly(self, text: str) -> list[str]:
        """A text that speaks of several products, once for each of them, without the names of the others.

        Empty where it speaks of one product only, of none, or of more than anybody compares.
        """
        told = _folded(text)
        marks = list(_WORD.finditer(told))[:_LONGEST]
        found = list(self._found([mark[0] for mark in marks]))
        if not 1 < len(found) <= _COMPARED or len(told) != len(text):  # places hold only where folding keeps them
            return []
        spans = [(marks[min(places)].start(), marks[max(places)].end()) for _, places in found]
        return list(dict.fromkeys(_only(text, own, spans) for own in sorted(spans)))

    def _found(self, words: list[str]) -> Iterator[tuple[set[Name], set[int]]]:
        """Names that stand at one place (several where they fit as well), with the places of their words."""
        while best := max(self._fits(words), default=None):
            (matched, share, *_), at = best
            chosen = {name for key, place, name in self._all(words) if (key[:2], place) == ((matched, share), at)}
            parts = set().union(*chosen)
            places = {words.index(word, at) for word in parts if word in words[at : at + _SPAN]}
            yield chosen, places
            for place in places:
                words[place] = ""

    def _fits(self, words: Sequence[str]) -> Iterator[tuple[tuple[int, float, int, int], int]]:
        return ((key, place) for key, place, _ in self._all(words))

    def _all(self, words: Sequence[str]) -> Iterator[tuple[tuple[int, float, int, int], int, Name]]:
        for place, word in enumerate(words):
            for name in self._starting(word):
                near = set(words[place : place + len(name) + 1])
                matched = sum(part in near for part in name)
                if matched > len(name) / 2:
                    tight = sum(part in words[place : place + len(name)] for part in name)
                    yield (matched, matched / len(name), tight, -place), place, name

    def _starting(self, word: str) -> Iterator[Name]:
        return (name for name in self.names if word and name[0] == word)


NONE = Products(())


def strange(of: frozenset[Name], asked: frozenset[Name]) -> bool:
    """Whether what speaks `of` these products is about others than those `asked` about, named in the same script."""
    if not of or not asked or of & asked:
        return False
    return any(one[0].isascii() == other[0].isascii() for one in of for other in asked)


@lru_cache(maxsize=4)
def known(titles: tuple[str, ...]) -> Products:
    """The names at the head of at least two titles: before a colon or dash, or in capitals before plain words."""
    heads = Counter(head for title in titles for head in set(_heads(unicodedata.normalize("NFKC", title))))
    full = {tuple(_words(head)) for head, count in heads.items() if count > 1 and _PROPER.fullmatch(head)}
    full = {name for name in full if name and name[0] not in _NO_NAME and not name[0].endswith("ing")}
    last = Counter(name[-1] for name in full if len(name) > 1)
    inside = Counter(word for name in full for word in name[:-1])
    kinds = {word for word, count in last.items() if count >= _KINDS and 2 * inside[word] < count}
    return Products(tuple(sorted({_core(name, kinds) for name in full})))


def _heads(title: str) -> Iterable[str]:
    if head := _HEAD.match(title):
        yield head[1].strip()
    if run := _RUN.match(title):
        yield run[0].strip()


def _core(name: Name, kinds: set[str]) -> Name:
    return tuple(word for word in name if word not in kinds) or name


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(text))[:_LONGEST]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("(", " ").replace(")", " ")


def _only(text: str, own: tuple[int, int], spans: Iterable[tuple[int, int]]) -> str:
    """The text with one name in the place of every enumeration that holds it, and without the others."""
    for start, end in reversed(_enumerated(text, spans)):
        kept = text[slice(*own)] if start <= own[0] and own[1] <= end else ""
        text = text[:start] + kept + text[end:]
    return " ".join(text.split())


def _enumerated(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of names, those that stand in one enumeration as one."""
    runs: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if runs and start - runs[-1][1] <= _GAP and not _ENDS.search(text[runs[-1][1] : start]):
            runs[-1] = runs[-1][0], max(end, runs[-1][1])
        else:
            runs.append((start, end))
    return runs
