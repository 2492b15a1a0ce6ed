"""Numbers that Word writes by itself before headings and list items: `3.2`, `第3条`, `（一）`, `②`."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.documents.office import W

_KANJI = "〇一二三四五六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LEVELS = 9


@dataclass(frozen=True)
class Level:
    """How the numbers of one depth look: `text` such as `第%1条` or `%1.%2`."""

    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass
class Numbering:
    """Counts as Word does: one counter for each depth of a list, begun anew where a list says so."""

    lists: dict[str, str] = field(default_factory=dict)  # number id -> list
    levels: dict[tuple[str, int], Level] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)  # number id -> depth -> first number
    _counts: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def label(self, number: str, depth: int) -> str:
        """What stands before the next paragraph of this list: `-` for a bullet, '' for none. It is counted."""
        owner = self.lists.get(number)
        level = self.levels.get((owner, depth)) if owner is not None else None
        if owner is None or level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return "-"
        counts = self._counts[owner]
        for at, first in self.restarts.pop(number, {}).items():
            counts[at] = first - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in range(depth + 1, _LEVELS):
            counts.pop(deeper, None)
        return re.sub(r"%([1-9])", lambda mark: self._count(owner, int(mark[1]) - 1), level.text).strip()

    def _count(self, owner: str, depth: int) -> str:
        level = self.levels.get((owner, depth), Level())
        return written(self._counts[owner].get(depth, level.start), level.form)


def written(number: int, form: str) -> str:
    """A number in one of Word's forms; plain digits for a form that is not known."""
    if not 0 < number < 1000:
        return str(number)
    if form in {"lowerLetter", "upperLetter"}:
        letter = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"}:
        return _roman(number).upper() if form == "upperRoman" else _roman(number)
    if form in {"japaneseCounting", "japaneseLegal", "chineseCounting", "ideographTraditional"}:
        return _counted(number)
    if form in {"ideographDigital", "japaneseDigitalTenThousand"}:
        return "".join(_KANJI[int(digit)] for digit in str(number))
    if form == "decimalEnclosedCircle" and number <= 20:
        return chr(0x2460 + number - 1)
    if form in {"aiueo", "aiueoFullWidth"}:
        return _AIUEO[(number - 1) % len(_AIUEO)]
    if form in {"iroha", "irohaFullWidth"}:
        return _IROHA[(number - 1) % len(_IROHA)]
    if form in {"decimalFullWidth", "decimalFullWidth2"}:
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _roman(number: int) -> str:
    out = ""
    for value, letters in _ROMAN:
        out, number = out + letters * (number // value), number % value
    return out


def _counted(number: int) -> str:
    """`二十三`; 1 to 999."""
    out = ""
    for value, sign in ((100, "百"), (10, "十")):
        count, number = divmod(number, value)
        out += ("" if count == 1 else _KANJI[count]) + sign if count else ""
    return out + (_KANJI[number] if number else "")


def of(part: Any) -> Numbering:
    """The lists of `numbering.xml` (an lxml element), or none where the document has no such part."""
    found = Numbering()
    for abstract in () if part is None else part.findall(f"{W}abstractNum"):
        owner = abstract.get(f"{W}abstractNumId", "")
        for level in abstract.findall(f"{W}lvl"):
            found.levels[owner, whole(level.get(f"{W}ilvl"))] = _level(level)
    for num in () if part is None else part.findall(f"{W}num"):
        number = num.get(f"{W}numId", "")
        found.lists[number] = value(num, "abstractNumId")
        for override in num.findall(f"{W}lvlOverride"):
            if override.find(f"{W}startOverride") is not None:
                first = whole(value(override, "startOverride"), 1)
                found.restarts.setdefault(number, {})[whole(override.get(f"{W}ilvl"))] = first
    return found


def _level(level: Any) -> Level:
    return Level(value(level, "numFmt") or "decimal", value(level, "lvlText"), whole(value(level, "start"), 1))


def value(element: Any, name: str) -> str:
    """The `w:val` of a child element, '' where there is none."""
    child = None if element is None else element.find(W + name)
    return "" if child is None else str(child.get(f"{W}val", ""))


def whole(text: str | None, default: int = 0) -> int:
    """A number of one to nine digits, or `default`."""
    return int(text) if text is not None and re.fullmatch("[0-9]{1,9}", text) else default
