"""Amounts, percentages and numbers with their units, as English and Japanese write them. Units are in numbers.toml."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from console.grounding.claims import Claim, Keys, Kind, take

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12}
_KANJI = {char: n for n, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_KANJI_SCALES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "億": 100_000_000}
_WORD = "|".join([*_ONES, *_TENS, *_SCALES])
_NUMBER = re.compile(
    r"(?P<digits>(?<![A-Za-z0-9.])(?<![0-9],)(?:[0-9]{1,6},[0-9]{2}(?= ?(?:€|eur|ユーロ))"
    r"|(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])|[0-9]{1,18})(?:\.[0-9]{1,6})?))"
    r"(?P<times> ?(?:thousand|million)| ?(?-i:k)(?![A-Za-z])|千万|百万|[百千万億](?:[0-9,]{1,9}千?)?)?"
    r"(?P<th>st|nd|rd|th)?(?![0-9])"
    rf"|(?<![a-z'-])(?P<words>(?:{_WORD})(?:(?:[ -]| and )(?:{_WORD})){{0,6}})(?![a-z'])"
    r"|(?P<kanji>[〇零一二三四五六七八九十百千万億]{1,14})",
    re.IGNORECASE,
)
# Marks of citations and of list items.
_MARK = re.compile(r"\[[0-9]{1,2}\]|^[ \t]{0,8}[0-9]{1,2}[.)](?=[ \t]|[^0-9\s])", re.MULTILINE)
_MONEY = ("usd", "eur", "gbp", "jpy", "cny", "krw")
_STRICT = ("second", "business day", "day", "month", "percent", *_MONEY)  # never the same without their unit
_SIGNS = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy"}
_SIGN = re.compile(r"(?:(?P<other>AU|A|CA|C|NZ|HK|S)\$|(?:US ?)?(?P<sign>[$€£¥])|(?P<code>USD|EUR|GBP|JPY)) ?$")
_RANGE = re.compile(r" ?(?:-|~|to|and|or|から|または|・) ?")
_HALVES: dict[str, tuple[Kind, str, int]] = {
    "price": ("percent", "percent", 50), "hour": ("number", "second", 1800), "year": ("number", "month", 6),
}  # fmt: skip


@dataclass(frozen=True)
class _Unit:
    """A unit that ends at `end`: the canonical one, and how many of it one is."""

    name: str
    factor: Decimal
    end: int


@dataclass(frozen=True)
class _Said:
    """A number on its way to a claim."""

    start: int
    end: int
    value: Decimal
    unit: str = ""
    factor: Decimal = Decimal(1)
    firm: bool = True
    either: bool = False  # days, or the day of a month
    signed: bool = False  # a currency's sign stands before it


@dataclass(frozen=True)
class _Words:
    """What numbers.toml says, ready to look for."""

    unit: re.Pattern[str]
    units: tuple[tuple[str, Decimal], ...]
    counter: re.Pattern[str]
    none: re.Pattern[str]
    weak: re.Pattern[str]
    half: re.Pattern[str]


def read(text: str, into: list[Claim]) -> None:
    """Add the numbers of a folded text; dates, times and codes have to be blanked out before."""
    words = _words()
    text = words.none.sub(_blank, _MARK.sub(_blank, text))
    text = take(words.half, text, _half, into)
    into += map(_claim, _with_ranges(text, list(_numbers(text))))
    into += _weak(text)


def kanji(text: str) -> int:
    """`一万二千五百` or, digit by digit, `二〇二六`; plain digits pass."""
    if text.isascii():
        return int(text)
    if not set(text) & (_KANJI_SCALES.keys() | _MYRIADS.keys()):
        return int("".join(char if char.isascii() else str(_KANJI[char]) for char in text))
    whole, part, digit = 0, 0, 0
    for char in text:
        if char in _MYRIADS:
            whole, part, digit = whole + max(part + digit, 1) * _MYRIADS[char], 0, 0
        elif char in _KANJI_SCALES:
            part, digit = part + max(digit, 1) * _KANJI_SCALES[char], 0
        else:
            digit = 10 * digit + (int(char) if char.isascii() else _KANJI[char])
    return whole + part + digit


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _numbers(text: str) -> Iterator[_Said]:
    for match in _NUMBER.finditer(text):
        value, start, end = _value(match), match.start(), match.end()
        unit = None if match["th"] else _unit(text, end)
        if match["kanji"] and not unit and not _words().counter.match(text, end):
            continue
        sign = _SIGN.search(text, max(0, start - 5), start)
        if sign and not (unit and unit.name in _MONEY):
            money = _SIGNS.get(sign["sign"] or "") or (sign["code"] or f"{sign['other']}$").casefold()
            yield _Said(sign.start(), end, value, money, signed=True)
        elif unit and not (unit.name == "month" and value >= 1900):  # 2026年 is a year
            yield _Said(sign.start() if sign else start, unit.end, value * unit.factor, unit.name, unit.factor)
        else:
            spelled = match["words"] or match["kanji"]
            yield _Said(start, end, value, firm=not (spelled and value <= 1), either=text[end : end + 1] == "日")


def _unit(text: str, at: int) -> _Unit | None:
    match = _words().unit.match(text, at)
    return _Unit(*_words().units[int(match.lastgroup[1:])], match.end()) if match and match.lastgroup else None


def _with_ranges(text: str, said: list[_Said]) -> Iterator[_Said]:
    """`5 to 7 days` and `$5-7`: both ends have the unit."""
    for place, one in enumerate(said):
        after = said[place + 1] if place + 1 < len(said) else None
        before = said[place - 1] if place else None
        if not one.unit and after and after.unit and _joined(text, one, after):
            one = replace(one, value=one.value * after.factor, unit=after.unit)
        elif not one.unit and before and before.signed and _joined(text, before, one):
            one = replace(one, unit=before.unit)
        yield one


def _joined(text: str, one: _Said, other: _Said) -> bool:
    between = text[one.end : other.start]
    return len(between) < 8 and _RANGE.fullmatch(between.casefold()) is not None


def _claim(said: _Said) -> Claim:
    value = said.value.normalize()
    gives: Keys = frozenset({(said.unit or "bare", value), ("count", value), ("day" if said.either else "", value)})
    needs = {(said.unit or "count", value)}
    if said.unit and said.unit not in _STRICT:
        needs.add(("bare", value))
    money = said.unit in _MONEY or said.unit.endswith("$")
    kind: Kind = "percent" if said.unit == "percent" else "amount" if money else "number"
    return Claim(kind, said.start, said.end, frozenset(needs), gives, said.firm)


def _weak(text: str) -> Iterator[Claim]:
    """Words such as "a" and "twice", with the unit that follows."""
    for match in _words().weak.finditer(text):
        value, unit = Decimal((match.lastgroup or "n1")[1:]), _unit(text, match.end())
        keys = {("count", value)} | ({(unit.name, (value * unit.factor).normalize())} if unit else set())
        yield Claim("number", *match.span(), gives=frozenset(keys), firm=False)


def _half(match: re.Match[str]) -> Claim:
    kind, unit, value = _HALVES[match.lastgroup or ""]
    keys: Keys = frozenset({(unit, Decimal(value).normalize())})
    return Claim(kind, *match.span(), keys, keys)


def _value(match: re.Match[str]) -> Decimal:
    if match["words"]:
        return Decimal(_spelled(re.split(r"[ -]", match["words"].casefold())))
    if match["kanji"]:
        return Decimal(kanji(match["kanji"]))
    value = Decimal(re.sub(r",(?=[0-9]{2}$)", ".", match["digits"]).replace(",", ""))  # 3,95 €
    times = (match["times"] or "").strip().casefold().replace(",", "")
    if not times:
        return value
    if times.isascii():
        return value * {"k": 1000, **_SCALES}[times]
    if times in ("千万", "百万"):
        return value * kanji(times)
    rest = times[1:]  # of 1万2千
    return value * kanji(times[0]) + Decimal(rest.rstrip("千") or 0) * (1000 if rest.endswith("千") else 1)


def _spelled(words: list[str]) -> int:
    whole, part = 0, 0
    for word in words:
        if word in ("hundred", "dozen"):
            part = max(part, 1) * _SCALES[word]
        elif word in _SCALES:
            whole, part = whole + max(part, 1) * _SCALES[word], 0
        elif word != "and":
            part += _WORDS[word]
    return whole + part


@cache
def _words() -> _Words:
    told: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    units = "|".join(f"(?P<u{n}>{words})" for n, (_, _, words) in enumerate(told["units"]))
    return _Words(
        unit=_read(rf"[ -]?(?:{units})(?![A-Za-z])"),
        units=tuple((name, Decimal(factor)) for name, factor, _ in told["units"]),
        counter=_read(told["counters"]),
        none=_read("|".join(told["none"])),
        weak=_read("|".join(f"(?P<n{value}>{words})" for value, words in told["weak"].items())),
        half=_read("|".join(f"(?P<{name}>{words})" for name, words in told["half"].items())),
    )


def _read(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
