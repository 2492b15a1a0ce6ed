"""What one statement asserts, in English or Japanese, laid out so that two can be held against each other."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from console.grounding import moments, numbers, references
from console.grounding.claims import Claim, folded
from ingest.sentences import sentences

_SHORT = 8  # characters: a shorter clause leans on its neighbour
_DAYS = {"second": (1 / 86400, 1 / 86400), "day": (1.0, 1.0), "month": (28.0, 31.0), "business day": (1.0, 1.6)}
_MONEY = ("usd", "eur", "gbp", "jpy", "cny", "krw")
_BIGGER = {"gb": ("mb", 1000.0)}
_JOINED = re.compile(r"\s*(?:-|~|to|and|から|または|・|or)\s*", re.IGNORECASE)
_LABEL = r"(?:「[^」]{1,30}」|\"[^\"]{1,30}\"|[A-Z][\w'&]*(?: [a-z]\w*){0,2}?|[ァ-ヴー一-龯]{2,15})"
_PATH = re.compile(rf"{_LABEL}(?:\s*(?:>|›|→|»)\s*{_LABEL})+")
_NAMED = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w-]* $|[A-Za-zァ-ヴー]$")  # Hub 2, ハブ2
_COUNTED = re.compile(r"\s*(?:[a-z]+-)?([a-z]{3,})|\s*([個本台枚件人名回点口冊組つ階倍種通着泊桁文番])")
_QUOTED = re.compile(r"「([^」]{1,30})」")
_WORD = re.compile(r"[a-z][a-z'-]+|[ァ-ヴー]{2,}|[一-龯々]{2,}|[一-龯](?=[ぁ-ん])")


@dataclass(frozen=True)
class Value:
    """A figure: `low` to `high` of `unit`, which may be the noun that a bare number counts."""

    unit: str
    low: float
    high: float

    @property
    def money(self) -> bool:
        """Whether it is an amount."""
        return self.unit in _MONEY or self.unit.endswith("$")

    def fits(self, other: "Value") -> bool | None:
        """Whether both may be true of one thing; None where they cannot be held against each other."""
        if self.unit != other.unit:
            if self.unit not in _DAYS or other.unit not in _DAYS:
                return None
            return _overlap(self._days(), other._days())
        return _overlap((self.low, self.high), (other.low, other.high))

    def _days(self) -> tuple[float, float]:
        least, most = _DAYS[self.unit]
        return self.low * least, self.high * most + (self.unit == "business day")


@dataclass(frozen=True)
class Assertion:
    """One statement taken apart. `core` is its text without what may differ between statements of one thing.

    `aspects` say yes (1) or no (-1) of it, `sorts` which sort of thing it holds for, by group; `around` those that only
    what it is said about names.
    """

    text: str
    core: str
    words: frozenset[str]
    values: tuple[Value, ...]
    moments: tuple[Claim, ...]
    loose: frozenset[object]
    addresses: dict[str, frozenset[str]]
    path: tuple[str, ...]
    places: frozenset[str]
    aspects: dict[str, int]
    denies: bool
    sorts: dict[str, frozenset[str]]
    around: dict[str, frozenset[str]]
    costs: bool


@dataclass(frozen=True)
class _Words:
    aspects: dict[str, tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]]
    sorts: dict[str, tuple[tuple[str, re.Pattern[str]], ...]]
    usual: dict[str, str]
    plain: frozenset[str]
    said: dict[str, re.Pattern[str]]


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the statements of a text: sentences, parted where one turns to something else, without greetings."""
    said = _words().said
    for start, end in sentences(text):
        begun = start
        for match in [*said["clause"].finditer(text, start, end), None]:
            stop = match.start() if match else end
            if match and stop - begun < _SHORT:
                continue
            head = said["greeting"].match(text[begun:stop])
            first = begun + (head.end() if head else 0)
            if stop - first >= _SHORT // 2:
                yield first, stop
            begun = match.end() if match else end


def general(text: str) -> bool:
    """Whether a statement holds beyond the one case it may have been written for, and is no question."""
    return not (
        _words().said["case"].search(folded(text)) or re.search(r"[?？]\s*$|(?:でしょうか|ですか|ますか)。?$", text)
    )


@lru_cache(maxsize=20_000)
def read(text: str, about: str = "") -> Assertion:
    """Take one statement apart; `about` is what it is said about: a question, a title, what was said before."""
    plain = folded(text)
    found: list[Claim] = []
    unled, path = _path(plain)
    rest, ages = _ages(unled)
    rest = references.codes(moments.read(references.addresses(rest, found), found), found)
    timed = [one for one in found if one.kind in ("date", "time") and one.firm]
    counted: list[Claim] = []
    numbers.read(rest, counted)
    core = _without(rest, counted)
    return Assertion(
        text=text,
        core=core,
        words=frozenset(words(core)),
        values=(*_values(counted, plain), *ages),
        moments=tuple(one for one in timed if not any(key[0] == "soon" for key in one.needs if isinstance(key, tuple))),
        loose=frozenset(key for one in (*found, *counted) for key in one.gives),
        addresses=_addresses(found),
        path=path,
        places=frozenset(_places(plain)),
        aspects=_aspects(plain),
        denies=_words().said["negation"].search(_main(plain)) is not None,
        sorts=_sorts(unled, [*found, *counted]),
        around=_sorts(folded(about), ()),
        costs=_words().said["cost"].search(plain) is not None,
    )


def words(text: str) -> list[str]:
    """What a text speaks of: its longer words by their beginnings, runs of kanji and katakana."""
    found, plain = _WORD.findall(text.casefold()), _words().plain
    return [_stem(word) for word in found if word not in plain and (len(word) > 2 or not word.isascii())]


def _stem(word: str) -> str:
    if not word.isascii():
        return word.removeprefix("ご").removeprefix("お")
    for end in ("ings", "ing", "ied", "ies", "ed", "es", "s", "ly"):
        if word.endswith(end) and len(word) - len(end) > 2:
            return word.removesuffix(end)[:6].rstrip("ey")
    return word[:6].rstrip("ey") if len(word) > 3 else word


def _path(text: str) -> tuple[str, tuple[str, ...]]:
    match = _PATH.search(text)
    if match:
        labels = [_label(one) for one in re.split(r"\s*[>›→»]\s*", match[0])]
        return text[: match.start()] + " " * len(match[0]) + text[match.end() :], tuple(labels)
    quoted = _QUOTED.findall(text)
    return (
        (_QUOTED.sub(lambda one: " " * len(one[0]), text), tuple(map(_label, quoted)))
        if len(quoted) > 1
        else (text, ())
    )


def _label(text: str) -> str:
    return text.strip('「」" ').casefold()


def _ages(text: str) -> tuple[str, list[Value]]:
    found: list[Value] = []

    def take(match: re.Match[str]) -> str:
        years = float(next(one for one in match.groups() if one))
        found.append(Value("age", years, years))
        return " " * len(match[0])

    return _words().said["age"].sub(take, text), found


def _values(counted: Sequence[Claim], text: str) -> Iterator[Value]:
    """Figures with their units; two of one unit that only a "to" stands between are one figure."""
    before: tuple[Value, int] | None = None
    for claim in sorted((one for one in counted if one.firm), key=lambda one: one.start):
        value = _value(claim, text)
        if value is None:
            continue
        if before and before[0].unit == value.unit and _JOINED.fullmatch(text[before[1] : claim.start]):
            before = Value(value.unit, min(before[0].low, value.low), max(before[0].high, value.high)), claim.end
            continue
        if before:
            yield before[0]
        before = value, claim.end
    if before:
        yield before[0]


def _value(claim: Claim, text: str) -> Value | None:
    keys = {str(key[0]): key[1] for key in claim.needs if isinstance(key, tuple) and isinstance(key[1], Decimal)}
    for unit, number in keys.items():
        if unit in _BIGGER:
            unit, factor = _BIGGER[unit]
            return Value(unit, float(number) * factor, float(number) * factor)
        if unit not in ("count", "bare"):
            return Value(unit, float(number), float(number))
    if "count" not in keys:
        return None
    return Value(f"count {_noun(text, claim)}", float(keys["count"]), float(keys["count"]))


def _noun(text: str, claim: Claim) -> str:
    """What a bare number counts: the word after it, or the Japanese counter; nothing where it is part of a name."""
    if _NAMED.search(text[max(0, claim.start - 20) : claim.start]):
        return ""
    match = _COUNTED.match(text[claim.end : claim.end + 30].casefold())
    return (_stem(match[1]) if match[1] else match[2]) if match else ""


def _without(text: str, claims: Sequence[Claim]) -> str:
    for one in claims:
        if one.firm:
            text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return " ".join(text.replace("\0", " ").split())


def _addresses(found: Sequence[Claim]) -> dict[str, frozenset[str]]:
    """Links, mail addresses and telephone numbers by kind."""
    made: dict[str, set[str]] = {}
    for claim in found:
        for key in claim.needs:
            if isinstance(key, tuple) and isinstance(key[1], str):
                kind = "phone" if key[1].startswith("phone") else str(key[0])
                if kind in ("phone", "link", "email"):
                    made.setdefault(kind, set()).add(key[1])
    return {kind: frozenset(some) for kind, some in made.items()}


def _places(text: str) -> Iterator[str]:
    said = _words().said
    if said["sited"].search(text):
        for match in said["place"].finditer(text):
            yield next(one for one in match.groups() if one).casefold()


def _main(text: str) -> str:
    """The statement without the conditions that it holds under, where something remains."""
    rest = _words().said["condition"].sub(" ", text)
    return rest if len(rest.strip(" ,、。.")) >= _SHORT else text


def _aspects(text: str) -> dict[str, int]:
    """Yes or no for each aspect that the statement speaks of; nothing where it says both."""
    main, said = _main(text), _words()
    found: dict[str, int] = {}
    for name, (yes, no, never) in said.aspects.items():
        rest = never.sub(" ", main)
        signs = {1} if rest != main else set[int]()
        signs |= {-1} if no.search(rest) else set()
        rest = no.sub(" ", rest)
        if yes.search(rest):
            denied = name not in ("free", "possible") and said.said["negation"].search(rest) is not None
            signs |= {-1 if denied or _not_free(name, rest) else 1}
        if len(signs) == 1:
            found[name] = signs.pop()
    return found


def _not_free(name: str, text: str) -> bool:
    return (
        name == "free"
        and re.search(r"\b(?:not|n't) (?:\w+ )?free\b|無料では(?:ありません|ございません)", text) is not None
    )


def _sorts(text: str, claims: Sequence[Claim]) -> dict[str, frozenset[str]]:
    """Which sorts of thing the statement names, by group; plans by their names, things by their codes."""
    said = _words()
    found = {
        group: frozenset(name for name, pattern in members if pattern.search(text))
        for group, members in said.sorts.items()
    }
    plans = {next(one for one in match.groups() if one).casefold() for match in said.said["plan"].finditer(text)}
    codes = {str(key[1]) for one in claims if one.kind == "name" for key in one.needs if isinstance(key, tuple)}
    found |= {"plan": frozenset(plans), "code": frozenset(codes)}
    return {group: members for group, members in found.items() if members}


def usual(group: str) -> str:
    """The sort that is meant where a text of this group names none; empty where there is none."""
    return _words().usual.get(group, "")


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether a point lies in a range, or two ranges share half of the wider one."""
    low, high = max(one[0], other[0]), min(one[1], other[1])
    if high < low - 1e-9 * max(1.0, abs(low)):
        return False
    narrow, wide = sorted((one[1] - one[0], other[1] - other[0]))
    return narrow == 0 or high - low >= wide / 2


@cache
def _words() -> _Words:
    told: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    aspects = {name: (_re(one["yes"]), _re(one["no"]), _re(one["never"])) for name, one in told["aspects"].items()}
    sorts = {
        group: tuple((str(place), _re(words)) for place, words in enumerate(members) if words)
        for group, members in told["sorts"].items()
    }
    usual = {group: "0" for group, members in told["sorts"].items() if members[0]}
    plain = frozenset(told["plain"].split())
    return _Words(aspects, sorts, usual, plain, {name: _re(words) for name, words in told["words"].items()})


def _re(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE | re.MULTILINE)
