"""What the words of a question are called in the other language, so that words find sources across languages too."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ingest import terms

_FILE = Path(__file__).with_name("dictionary.toml")


def meanings(text: str, lang: str) -> list[tuple[str, ...]]:
    """For each word of `text` that is known, the index terms of the other language that say the same.

    `lang` is the language of `text`: `ja` gives English terms, `en` Japanese ones; any other gives none.
    """
    if lang == "ja":
        return list(_english(text))
    return (
        [_japanese()[word] for word in dict.fromkeys(terms.split(text)) if word in _japanese()] if lang == "en" else []
    )


def _english(text: str) -> Iterator[tuple[str, ...]]:
    for word, english in _words():
        if word in text:
            text = text.replace(word, " ")
            yield english


@cache
def _words() -> list[tuple[str, tuple[str, ...]]]:
    """Japanese words with their English terms, longest first."""
    read: dict[str, str] = tomllib.loads(_FILE.read_text("utf-8"))
    return sorted(((word, tuple(terms.split(english))) for word, english in read.items()), key=lambda one: -len(one[0]))


@cache
def _japanese() -> dict[str, tuple[str, ...]]:
    """English terms with the Japanese words that are one term of the index: two characters."""
    found: dict[str, list[str]] = {}
    for word, english in _words():
        if len(word) == 2 and len(terms.split(word)) == 1:
            for term in english:
                found.setdefault(term, []).append(word)
    return {term: tuple(words) for term, words in found.items()}
