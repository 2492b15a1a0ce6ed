"""What a reply says that the company will do, has done or gives away; a customer may hold us to each of it.

The words that we listen for are in promises.toml.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from console.grounding.claims import Claim, Keys

_BEGINS = r"(?:(?<![A-Za-z])(?=[A-Za-z])|(?=[^\x00-\x7f]))"  # no word begins elsewhere: said first, it saves time
_CLAUSE = re.compile(r"[^.;!?\n。]{0,90}")


@dataclass(frozen=True)
class _Words:
    """What promises.toml says, ready to look for."""

    deed: re.Pattern[str]  # the last group that matched is the deed's name
    free: re.Pattern[str]
    ours: re.Pattern[str]
    never: re.Pattern[str]
    verb: re.Pattern[str]
    given: frozenset[str]
    theirs: re.Pattern[str]
    told_free: re.Pattern[str]
    denied_before: re.Pattern[str]
    denied_after: re.Pattern[str]
    bare: frozenset[str]
    by_us: re.Pattern[str]
    please: re.Pattern[str]


def made(text: str) -> Iterator[Claim]:
    """The promises of a folded text, in English and Japanese."""
    words = _words()
    for marked in words.ours.finditer(text):
        clause = _CLAUSE.match(text, marked.end())
        if clause is None or words.never.match(clause[0]):
            continue
        deed = words.deed.search(text, marked.start(), clause.end())
        if deed:
            yield _claim(deed, marked.start(), max(deed.end(), marked.end()), done=marked["done"] is not None)
    for deed in words.deed.finditer(text):
        told = words.verb.match(text, deed.end()) if not deed[0].isascii() else None
        if told and not _aside(text, deed, told):
            yield _claim(deed, deed.start(), told.end(), done=told["done"] is not None)
    for free in words.free.finditer(text):
        if not _denied(text, free):
            yield _claim(free, *free.span(), done=False)


def borne_out(texts: Iterable[str]) -> Iterator[Keys]:
    """What folded sources speak of and do not deny; that something has been done needs one that says just so."""
    words = _words()
    for text in texts:
        spoken = (deed for deed in words.deed.finditer(text) if not _denied(text, deed) and not _theirs(text, deed))
        yield frozenset(("deed", deed.lastgroup) for deed in spoken)
        yield frozenset(key for claim in made(text) for key in claim.gives)
        yield frozenset(("deed", "free") for said in words.told_free.finditer(text) if not _denied(text, said))


def _claim(deed: re.Match[str], start: int, end: int, *, done: bool) -> Claim:
    spoken: Keys = frozenset({("deed", deed.lastgroup)})
    needs: Keys = frozenset({("done", deed.lastgroup)}) if done else spoken
    return Claim("promise", start, end, needs, needs | spoken)


def _aside(text: str, deed: re.Match[str], told: re.Match[str]) -> bool:
    """Whether the verb belongs to something else: to the customer, or to a later deed, which has a match of its own."""
    words, between = _words(), (deed.end(), told.start("verb"))
    if told["can"] and deed.lastgroup not in words.given:
        return True
    if words.theirs.search(text, *between):
        return True
    return deed.lastgroup != "exception" and words.deed.search(text, *between) is not None


def _denied(text: str, deed: re.Match[str]) -> bool:
    words, start, end = _words(), *deed.span()
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    return words.denied_before.search(before) is not None or words.denied_after.match(after) is not None


def _theirs(text: str, deed: re.Match[str]) -> bool:
    """Whether a source tells the customer to do it: "send it back", `お送りください`."""
    words = _words()
    if deed[0].casefold() in words.bare:
        return not words.by_us.search(text[max(0, deed.start() - 40) : deed.start()])
    return words.please.match(text, deed.end()) is not None


@cache
def _words() -> _Words:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    deeds, ours, japanese, said = told["deeds"], told["ours"], told["japanese"], told["told"]
    every = "|".join(f"(?P<{name}>{'|'.join(words)})" for name, words in deeds.items())
    done, will = ("|".join(ours[name]) for name in ("has_done", "will_do"))
    verbs = "|".join(f"(?P<{name}>{japanese[name]})" for name in ("done", "will", "can"))
    return _Words(
        deed=_read(f"{_BEGINS}(?:{every})"),
        free=_read(f"(?P<free>{'|'.join(deeds['free'])})"),
        ours=_read(re.sub(r"%(\w+)%", lambda match: ours[match[1]], f"{_BEGINS}(?:(?P<done>{done})|(?P<will>{will}))")),
        never=_read(ours["never"]),
        verb=_read(rf"[^。！？!?\n\0]{{0,12}}?(?P<verb>{verbs})"),
        given=frozenset(japanese["given"]),
        theirs=_read(japanese["theirs"]),
        told_free=_read(said["free"]),
        denied_before=_read(said["denied_before"]),
        denied_after=_read(said["denied_after"]),
        bare=frozenset(said["bare"]),
        by_us=_read(said["by_us"]),
        please=_read(said["please"]),
    )


def _read(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
