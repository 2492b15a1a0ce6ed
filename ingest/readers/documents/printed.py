"""Lines of printed pages, and what among them is no text: running heads, page numbers, tables of contents."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LARGE = 1.15  # times the size of the text: from here on letters are a heading's
_LEADER = re.compile(r"(?:[.．・_‥…]\s?){4,}\s*[\divxIVX]+$|[…‥]{2,}\s*\d+$")
_ENTRY = re.compile(r"\S.*\s[\divx]{1,4}$")
_CONTENTS = re.compile(r"(?:table of )?contents|目\s*次|index|索引", re.I)
_PRINTED = re.compile(r"\d{1,4}[/.]\d{1,2}[/.]\d{2,4},?\s+\d{1,2}:\d{2}.*")  # what a browser puts above a page
_PAGE_OF = re.compile(r"(?:.*\s|\D{0,8})?(\d+)\s*(?:/|／|of|von|de)\s*(\d+)\D{0,4}", re.I)
_MARGIN = 0.12  # of a page's height, above and below


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a line, and where it begins; the first one's place is the line's own."""

    text: str
    left: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its page (from 1), its place in points from the left and bottom, its size in points.

    `height` is where it stands on the page, from 0 at the bottom to 1 at the top; `cells` are its parts, where they
    stand as wide apart as those of a table.
    """

    text: str
    page: int
    left: float
    right: float
    low: float
    size: float
    bold: bool
    height: float
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A bookmark: how deep it lies (from 1), its title, and the page (from 1) that it leads to."""

    depth: int
    title: str
    page: int


def without_running(lines: Sequence[Line], body: float) -> list[Line]:
    """Without heads, feet and page numbers: what comes again at the same place, or counts the pages there."""
    pages = max((line.page for line in lines), default=0)
    same: defaultdict[tuple[int, str], list[Line]] = defaultdict(list)
    by_page: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        same[round(line.low / 3), re.sub(r"\d+|\b[ivxlc]+$", "#", line.text)].append(line)
        by_page[line.page].append(line)
    again = {id(line) for group in same.values() if _comes_again(group, pages, body) for line in group}
    gone = {id(line) for line in lines if _counts(line, pages) or (line.size > 1.5 * body and id(line) in again)}
    for page in by_page.values():
        down = sorted(page, key=lambda line: -line.low)
        gone |= _outermost(down, again, body) | _outermost(down[::-1], again, body)
        if all(id(line) in again and not _MARGIN < line.height < 1 - _MARGIN for line in page):
            gone |= {id(line) for line in page}  # an empty page with its number
    return [line for line in lines if id(line) not in gone]


def _comes_again(group: list[Line], pages: int, body: float) -> bool:
    """Whether lines of the same place are a running head, or a stamp across most pages."""
    on = len({line.page for line in group})
    if on < 3 or (group[0].size > body * LARGE and on * 2 < pages):
        return False
    if len({line.text for line in group}) == 1:
        return True
    offsets = Counter(int(number) - line.page for line in group for number in re.findall(r"\d{1,5}", line.text))
    numbered = bool(offsets) and offsets.most_common(1)[0][1] * 5 >= on * 4
    return numbered or re.fullmatch(r"\W*[ivxlc]+\W*", group[0].text) is not None


def _outermost(inwards: list[Line], again: set[int], body: float) -> set[int]:
    """The lines at one edge of a page that come again, up to the last that stands apart from the text."""
    found: list[int] = []
    apart = 0
    for line, inner in pairwise(inwards):
        if id(line) not in again or _MARGIN < line.height < 1 - _MARGIN:
            break
        found.append(id(line))
        if abs(line.low - inner.low) > body * 1.7:
            apart = len(found)
    return set(found[:apart])


def _counts(line: Line, pages: int) -> bool:
    """`3/17` at the edge of page 3 of 17, or the time at which a browser printed the page."""
    if _MARGIN < line.height < 1 - _MARGIN:
        return False
    match = _PAGE_OF.fullmatch(line.text)
    return bool(_PRINTED.fullmatch(line.text)) or bool(match and match.groups() == (str(line.page), str(pages)))


def without_contents(lines: list[Line]) -> list[Line]:
    """Without tables of contents: three or more lines of a page that lead to a page, and the title above them."""
    by_page: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    return [line for page in by_page.values() for line in _read_on(page)]


def _read_on(page: list[Line]) -> list[Line]:
    titled = [index for index, line in enumerate(page[:5]) if _CONTENTS.fullmatch(line.text.strip())]
    entries = [_LEADER.search(line.text) is not None for line in page]
    if titled and sum(_ENTRY.fullmatch(line.text) is not None for line in page) * 2 > len(page):
        entries = [entry or _ENTRY.fullmatch(line.text) is not None for entry, line in zip(entries, page, strict=True)]
    if sum(entries) < 3 and not (titled and sum(entries)):
        return page
    return [line for index, line in enumerate(page) if not entries[index] and index not in titled]
