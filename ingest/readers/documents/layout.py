"""Lines of printed pages to Markdown: running heads and tables of contents out, headings found, paragraphs joined."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.documents import headings, printed
from ingest.readers.documents.printed import Cell, Line, Mark

_PARAGRAPH = 10_000  # letters: no paragraph is longer, and joining line by line takes the square of its length
_BULLET = re.compile(r"[•‣◦▪▫●○►➢✓✔\uf0b7\uf0a7・][\s　]*|[–—-][\s　]+(?=\S)")
_ITEM = re.compile(
    r"(?:\d{1,3}[.)．）]|[（(]\d{1,3}[）)]|[a-z][.)]|[①-⑳]|[ア-ン][.)．）]|[（(][一-十ア-ン][）)])[\s　]*(?=\S)"
)
_ENDS = re.compile(r"[.!?。！？：:；;」』）)]$")
_CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_HYPHEN = re.compile(r"(?<=[a-zà-ÿ])[-\u2010\ufffe\x02\xad]$")


@dataclass(frozen=True)
class Written:
    """What was printed, as Markdown; before the first block of each page stands `<!-- page 41 -->`."""

    title: str
    text: str


@dataclass
class _Block:
    """Lines that belong together: a heading (`depth` 1 and more), or a paragraph or list item (0)."""

    page: int
    depth: int
    text: str
    last: Line


def markdown(lines: Sequence[Line], marks: Sequence[Mark] = ()) -> Written:
    """The text of a document with its headings, by bookmarks where it has them, else by numbers and letters."""
    body = _body(lines)
    kept = printed.without_contents(printed.without_running(lines, body))
    title, kept = _titled(kept, body)
    depths = _depths(kept, marks, body)
    blocks = _Paragraphs(kept, _spacing(kept, body)).blocks(depths)
    return Written(title or next((block.text for block in blocks if block.depth), ""), _joined(blocks))


def _body(lines: Sequence[Line]) -> float:
    """The size that most letters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _spacing(lines: Sequence[Line], body: float) -> dict[bool, float]:
    """Points from one line of a paragraph to the next, the most common ones, for Japanese (True) and for others."""
    gaps: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for above, below in pairwise(lines):
        if above.size == below.size == body and 0 < above.low - below.low < 4 * body:
            gaps[_is_cjk(above.text)][round(above.low - below.low)] += 1
    return {cjk: float(found.most_common(1)[0][0]) if found else body * 1.6 for cjk, found in gaps.items()}


def _is_cjk(text: str) -> bool:
    return len(_CJK.findall(text)) * 3 > len(text)


def _titled(lines: list[Line], body: float) -> tuple[str, list[Line]]:
    """The title, which stands on the first page in letters that are used nowhere else, and the lines without it."""
    most = max((line.size for line in lines), default=0.0)
    largest = [index for index, line in enumerate(lines) if line.size == most]
    one_place = bool(largest) and len(largest) <= 3 and largest[-1] - largest[0] == len(largest) - 1
    if not one_place or most <= body * 1.3 or lines[largest[-1]].page != lines[0].page:
        return "", lines
    title = re.sub(r"\s+", " ", " ".join(lines[index].text for index in largest))
    return title, lines[: largest[0]] + lines[largest[-1] + 1 :]


def _depths(lines: list[Line], marks: Sequence[Mark], body: float) -> list[int]:
    """For each line how deep a heading it is (1 and more), 0 for text."""
    depths = _marked(lines, marks)
    known = {index for index, depth in enumerate(depths) if depth}
    look = [_looks(line, body) for line in lines]
    if not known:
        rules = [headings.japanese(line.text) for line in lines]
        under = max((rule.depth for rule in rules if rule), default=0)  # 1.1 in chapter 1 lies deeper than it
        for index, line in enumerate(lines):
            rule, above = rules[index], lines[index - 1] if index else None
            found = rule.depth if rule else _numbered(line, look[index], above, body)
            depths[index] = found + (under if found and not rule else 0)
    ranks = _ranks(lines, look, depths, body)
    for index, line in enumerate(lines):
        if not depths[index] and look[index]:
            depths[index] = ranks[line.size, line.bold]
    return depths


def _looks(line: Line, body: float) -> bool:
    """Whether a line looks like a heading: larger than the text, or bold, and no sentence."""
    if _BULLET.match(line.text) or (len(line.cells) > 1 and headings.depth(line.text) is None):
        return False
    large = line.size > body * printed.LARGE and len(line.text) <= 200 and re.search(r"[^\W\d_]", line.text) is not None
    return large or (line.bold and line.size >= body and headings.is_short(line.text))


def _numbered(line: Line, looks: bool, above: Line | None, body: float) -> int:
    """The depth of a numbered heading. In the letters of the text it needs two numbers and room above it."""
    depth = headings.depth(line.text) or 0
    if looks or depth < 2:
        return depth if looks else 0
    apart = above is None or above.page != line.page or not 0 < above.low - line.low < body * 1.6
    return depth if apart and len(line.text) <= 80 else 0


def _marked(lines: list[Line], marks: Sequence[Mark]) -> list[int]:
    """The depth of each line that a bookmark names, on its page."""
    depths = [0] * len(lines)
    at: defaultdict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        at[line.page].append(index)
    for mark in marks:
        title = _key(mark.title)
        for index in at[mark.page]:
            text = _key(lines[index].text)
            if depths[index] or not text:
                continue
            if text == title or text.endswith(title) or (len(text) > 5 and title.startswith(text)):
                depths[index] = mark.depth
                break
    return depths


def _key(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _ranks(lines: list[Line], look: list[bool], depths: list[int], body: float) -> dict[tuple[float, bool], int]:
    """The depth of headings by their letters: as those of the same letters have it, else larger ones further out."""
    seen: defaultdict[tuple[float, bool], Counter[int]] = defaultdict(Counter)
    for line, looks, depth in zip(lines, look, depths, strict=True):
        if looks or depth:
            seen[line.size, line.bold][depth] += 1
    ranks: dict[tuple[float, bool], int] = {}
    deepest = 0
    for letters in sorted(seen, reverse=True):
        told = Counter({depth: count for depth, count in seen[letters].items() if depth})
        deepest = told.most_common(1)[0][0] if told else deepest + 1
        ranks[letters] = min(deepest, 5)
    return ranks


class _Paragraphs:
    """Joins lines: it knows how far apart lines stand, how wide columns are and which words the document uses."""

    def __init__(self, lines: list[Line], spacing: dict[bool, float]) -> None:
        self._lines, self._spacing = lines, spacing
        self._words = {word for line in lines for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", line.text.lower())}
        self._rows = {id(line) for pair in pairwise(lines) if _aligned(*pair) for line in pair}
        self._edges: defaultdict[tuple[int, int], float] = defaultdict(float)
        for line in lines:
            for near in (-1, 0, 1):
                place = line.page, round(line.left / 20) + near
                self._edges[place] = max(self._edges[place], line.right)

    def blocks(self, depths: list[int]) -> list[_Block]:
        """Headings, paragraphs and list items in order."""
        found: list[_Block] = []
        for line, depth in zip(self._lines, depths, strict=True):
            if found and self._continues(found[-1], line, depth):
                found[-1].text = self._glued(found[-1], line)
                found[-1].last = line
            else:
                found += _begun(found, line, depth)
        return found

    def _continues(self, block: _Block, line: Line, depth: int) -> bool:
        last, gap = block.last, block.last.low - line.low
        if block.depth or depth:
            same = depth == block.depth and (line.size, line.bold, line.page) == (last.size, last.bold, last.page)
            return same and 0 < gap < line.size * 1.9 and not _is_numbered(line.text)
        if len(block.text) > _PARAGRAPH:
            return False
        if block.text == "-":
            return True
        if id(line) in self._rows or id(last) in self._rows:
            return id(line) in self._rows and _aligned(last, line)
        if _BULLET.match(line.text) or _ITEM.match(line.text) or abs(line.size - last.size) > last.size * 0.15:
            return False
        ended = _ENDS.search(last.text) is not None
        if line.page != last.page or gap <= 0:  # the next page or column
            return not ended and not self._is_short(last)
        indented = (
            line.left > last.left + line.size * 0.7 and not block.text.startswith("- ") and not _ITEM.match(block.text)
        )
        spacing = self._spacing[_is_cjk(last.text)]
        return gap <= spacing * 1.25 and not indented and not (ended and self._is_short(last))

    def _is_short(self, line: Line) -> bool:
        edge = self._edges[line.page, round(line.left / 20)]
        return line.right < line.left + (edge - line.left) * 0.75

    def _glued(self, block: _Block, line: Line) -> str:
        """Two lines as one: hyphens go, Japanese needs no space, and what was a line of its own stays one."""
        above, below = block.text, line.text
        if id(line) in self._rows:
            return _table([block.last, line]) if "\n" not in above else f"{above}\n{_row(line.cells)}"
        if _HYPHEN.search(above):
            word = re.split(r"\s", above)[-1][:-1].lower(), re.split(r"[^\w]", below)[0].lower()
            whole = "-".join(word) not in self._words or "".join(word) in self._words
            kept = not (whole and below[:1].islower())
            return above[:-1] + ("-" if kept else "") + below
        if not block.depth and self._is_short(block.last) and not below[:1].islower() and above != "-":
            return f"{above}\n{below}"
        return above + _space(above, below) + below


def _aligned(above: Line, below: Line) -> bool:
    """Whether two lines are rows of one table: in as many parts, which begin below each other."""
    if not above.cells or len(above.cells) != len(below.cells) or above.page != below.page:
        return False
    listed = any(
        _BULLET.match(line.text) or re.fullmatch(r"\W*\w{1,3}[.)]\W*", line.cells[0].text) for line in (above, below)
    )
    apart = (abs(one.left - two.left) for one, two in zip(above.cells, below.cells, strict=True))
    return not listed and 0 < above.low - below.low < below.size * 4 and all(gap < below.size * 2.5 for gap in apart)


def _row(cells: Sequence[Cell]) -> str:
    return "| " + " | ".join(cell.text.replace("|", "\\|") for cell in cells) + " |"


def _table(lines: Sequence[Line]) -> str:
    rows = [_row(line.cells) for line in lines]
    return "\n".join([rows[0], "|" + " --- |" * len(lines[0].cells), *rows[1:]])


def _space(above: str, below: str) -> str:
    sides = above[-1:], below[:1]
    if any(_CJK.match(side) for side in sides):
        return " " if any(side.isascii() and side.isalpha() for side in sides) else ""
    return " "


def _is_numbered(text: str) -> bool:
    return headings.depth(text) is not None or headings.japanese(text) is not None


def _begun(before: list[_Block], line: Line, depth: int) -> list[_Block]:
    """The block or blocks that a line begins; `第3条（返品） 本文` is a heading and its text."""
    if not depth:
        return [_Block(line.page, 0, _plain(line.text), line)]
    rule = headings.japanese(line.text)
    title = rule.title if rule else line.text
    if rule and before and not before[-1].depth and headings.is_name(before[-1].text):
        title += before.pop().text
    rest = [_Block(line.page, 0, rule.rest, line)] if rule and rule.rest else []
    return [_Block(line.page, depth, title, line), *rest]


def _plain(text: str) -> str:
    """A line of text, with its bullet as Markdown has it."""
    bullet = _BULLET.match(text)
    text = f"- {text[bullet.end() :]}".rstrip() if bullet else text
    return f"\\{text}" if re.match(r"#{1,6}\s", text) else text


def _joined(blocks: list[_Block]) -> str:
    levels = {depth: min(rank, 5) for rank, depth in enumerate(sorted({block.depth for block in blocks} - {0}), 1)}
    paged = len({block.page for block in blocks}) > 1
    out: list[str] = []
    page, listed = 0, False
    for block in blocks:
        if paged and block.page != page:
            out.append(f"\n\n<!-- page {block.page} -->")
            listed = False
        item = not block.depth and (block.text.startswith("- ") or _ITEM.match(block.text) is not None)
        head = "#" * (levels[block.depth] + 1) + " " if block.depth else ""
        out.append(("\n" if item and listed else "\n\n") + head + block.text)
        page, listed = block.page, item
    return "".join(out).replace("\ufffe", "-").strip("\n")
