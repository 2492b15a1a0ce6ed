"""Which English words are plain words, places or brands: what else stands with a capital may be a name."""

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from ingest.personal import names as names

_COMMON = 1_000_000  # times printed; rarer words are as likely somebody's name
_PREFIXES = frozenset(("anti", "co", "de", "ex", "multi", "non", "pre", "re", "self", "semi", "sub", "un"))
_ENDINGS = ("ed", "er", "ing")
_ABSTRACT = ("tion", "sion", "ment", "ness", "ible", "able", "ous", "ity", "less", "ful", "ship", "ism", "ized", "ised")


@cache
def load() -> frozenset[str]:
    """Words, lower case: the common ones of English, by how often they are printed, and our own places and brands.

    The counts come with the symspellpy package (MIT): words of SCOWL with their frequency in Google Books. Names of
    people stand among them, and are taken out by our own lists.
    """
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    ours = frozenset(word for line in lines if not line.startswith(("#", "[")) for word in line.split())
    people = names.load()
    return ours | (frozenset(_common()) - (people.given | people.surnames) | names.AMBIGUOUS)


def _common() -> Iterator[str]:
    found = find_spec("symspellpy")  # only its list is read, nothing of it is run
    folder = Path(found.origin or "").parent if found else Path()
    with (folder / "frequency_dictionary_en_82_765.txt").open(encoding="utf-8-sig") as lines:
        for line in lines:
            word, count = line.split()
            if int(count) >= _COMMON:
                yield word


@lru_cache(16_384)
def is_plain(word: str) -> bool:
    """Say whether `word` (lower case) is a plain English word, a place or a brand, in any of its forms."""
    known = load()
    if word in known or (len(word) > 6 and word.removesuffix("s").endswith(_ABSTRACT)):
        return True
    if "-" in word or "'" in word:
        parts = word.replace("'", "-").split("-")
        return all(len(part) < 2 or part in _PREFIXES or is_plain(part) for part in parts)
    return any(base in known or (len(base) > 3 and is_plain(base)) for base in _bases(word))


@lru_cache(4096)
def is_compound(word: str) -> bool:
    """Say whether `word` (lower case) is two words of the list in one, as timeframe is, and the surname Blackwood."""
    known = load()
    return any(word[:cut] in known and word[cut:] in known for cut in range(4, len(word) - 3))


def _bases(word: str) -> Iterator[str]:
    """What `word` may be a form of: stopped from stop, parties from party."""
    for start in ("un", "re", "pre", "non", "auto"):
        if word.startswith(start) and len(word) > len(start) + 4:
            yield word.removeprefix(start)
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith(("ies", "ied")):
        yield word[:-3] + "y"
    if word.endswith("ly"):
        yield from (word[:-2], word[:-3] + "y", word[:-2] + "le", word[:-1] + "e")
    for ending in _ENDINGS:
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) > 2:
            yield from (stem, stem + "e")
            if stem[-1] == stem[-2]:
                yield stem[:-1]
