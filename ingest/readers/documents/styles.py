"""What the styles of a Word document say of its paragraphs: headings, titles, lists, with what they inherit."""

import re
from dataclasses import dataclass, replace
from typing import Any

from ingest.readers.documents.numbering import value, whole
from ingest.readers.documents.office import W

_HEADING = re.compile(r"(?:heading|見出し|überschrift|titre|título|标题|標題|제목)\s*(\d)", re.I)
_TITLE = re.compile(r"title|表題|タイトル", re.I)
_CONTENTS = re.compile(r"(?:toc|目次|table of (?:contents|figures)|図表目次)(?:\s.*|\d|見出し)?", re.I)
_INHERITED = 30  # styles upon styles
_BODY = 9  # the outline level of text


@dataclass(frozen=True)
class Style:
    """A paragraph's look: `depth` 0 for the title, 1 and more for headings, None for text; `number` is its list."""

    depth: int | None = None
    bold: bool = False
    hidden: bool = False
    contents: bool = False
    number: str = ""
    level: int = 0


def of(part: Any) -> dict[str, Style]:
    """The styles of `styles.xml` (an lxml element) by their ids; none where the document has no such part."""
    raw = {} if part is None else {one.get(f"{W}styleId", ""): one for one in part.findall(f"{W}style")}
    return {id: _resolved(id, raw) for id in raw}


def _resolved(id: str, raw: dict[str, Any]) -> Style:
    chain: list[Any] = []
    while id in raw and len(chain) < _INHERITED:
        chain.append(raw[id])
        id = value(raw[id], "basedOn")
    style = Style()
    for one in reversed(chain):
        style = _named(one, paragraph(one.find(f"{W}pPr"), run(one.find(f"{W}rPr"), style)))
    return style


def _named(element: Any, style: Style) -> Style:
    name = value(element, "name")
    if _CONTENTS.fullmatch(name):
        return replace(style, contents=True)
    if match := _HEADING.match(name):
        return replace(style, depth=int(match[1]) or 1)
    return replace(style, depth=0) if _TITLE.fullmatch(name) else style


def paragraph(properties: Any, style: Style) -> Style:
    """`style` with what a paragraph's own properties (`w:pPr`) change."""
    if properties is None:
        return style
    if outline := value(properties, "outlineLvl"):
        deep = whole(outline, _BODY)
        style = replace(style, depth=deep + 1 if deep < _BODY else None)
    numbers = properties.find(f"{W}numPr")
    if numbers is None:
        return style
    number, level = value(numbers, "numId") or style.number, value(numbers, "ilvl")
    return replace(style, number="" if number == "0" else number, level=min(whole(level, style.level), 8))


def run(properties: Any, style: Style) -> Style:
    """`style` with what a run's own properties (`w:rPr`) change."""
    if properties is None:
        return style
    bold, hidden = _switch(properties, "b"), _switch(properties, "vanish")
    return replace(
        style, bold=style.bold if bold is None else bold, hidden=style.hidden if hidden is None else hidden
    )  # fmt: skip


def _switch(properties: Any, name: str) -> bool | None:
    child = properties.find(W + name)
    return None if child is None else child.get(f"{W}val", "1") not in {"0", "false", "off"}
