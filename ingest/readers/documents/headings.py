"""Which plain lines of a document are headings: numbered ones, and parts, chapters and articles of Japanese rules."""

import re
from dataclasses import dataclass

_NUMBER = r"[0-9０-９一二三四五六七八九十百千]+"
_DEPTH = {"編": 1, "部": 1, "章": 2, "節": 3, "款": 4, "条": 5}
_JAPANESE = re.compile(
    rf"第\s?{_NUMBER}\s?(?P<kind>[編部章節款条])(?:の{_NUMBER})?"
    r"(?:[\s　]*(?P<name>[（(【［\[][^）)】］\]]{1,40}[）)】］\]]))?"
)
_APPENDIX = re.compile(rf"(?:附[\s　]*則|別[\s　]*[表紙](?:第?{_NUMBER})?|様式第?{_NUMBER})(?:[\s　（(].{{0,40}})?")
_NAME = re.compile(r"[（(【［][^）)】］]{1,40}[）)】］]")
_ENGLISH = re.compile(
    r"(?:Chapter|Part|Section|Article|Appendix)\s+(?:\d{1,3}|[IVXL]{1,6}|[A-Z])(?:[\s.:—–-].{0,100})?"
)
_NUMBERED = re.compile(r"(?P<number>\d{1,3}(?:[.．-]\d{1,3}){0,5})[.．]?[\s　]+\S.*")
_SENTENCE = re.compile(r"[。．.!?！？:：;；,、]$")
_LONG = 100  # characters


@dataclass(frozen=True)
class Heading:
    """A line taken apart: how deep it lies (1 is the outermost), its words, and the text that followed on the line."""

    depth: int
    title: str
    rest: str = ""


def japanese(line: str) -> Heading | None:
    """`第3条（返品） 本文` and `第1章 総則`; a sentence that merely begins with `第3条の規定により` is none."""
    if _APPENDIX.fullmatch(line) and not _SENTENCE.search(line):
        return Heading(_DEPTH["章"], line)
    match = _JAPANESE.match(line)
    if match is None:
        return None
    after = line[match.end() :]
    apart = not after or after[0] in " 　\t" or match["name"] is not None
    if not apart or _goes_on(after):
        return None
    depth, rest = _DEPTH[match["kind"]], after.strip(" 　\t")
    if match["name"] is None and rest and len(rest) <= 40 and not _SENTENCE.search(rest):
        return Heading(depth, f"{match[0]} {rest}")
    return Heading(depth, re.sub(r"[\s　]+(?=[（(])", "", match[0]), rest)


def _goes_on(after: str) -> bool:
    """`第3条（返品）の規定` and `第1章 から` are parts of a sentence."""
    return (
        re.match(
            r"[\s　]*(?:から|まで|及び|並びに|または|又は|に(?:より|定め|従)|の(?:規定|定め|とおり)|を|は、)", after
        )
        is not None
    )


def is_name(line: str) -> bool:
    """`（目的）` alone on a line stands above the article that it names."""
    return _NAME.fullmatch(line.strip()) is not None


def depth(line: str) -> int | None:
    """How deep a short numbered line lies: `3 Returns` is 1, `3.2 Refunds` is 2; None for others and for sentences."""
    if len(line) > _LONG or _SENTENCE.search(line):
        return None
    if _ENGLISH.fullmatch(line):
        return 1
    match = _NUMBERED.fullmatch(line)
    return len(re.split(r"[.．-]", match["number"])) if match else None


def is_short(line: str) -> bool:
    """Whether a line may be a heading by its look: not long, no sentence, and with letters."""
    return len(line) <= _LONG and not _SENTENCE.search(line) and re.search(r"[^\W\d_]", line) is not None
