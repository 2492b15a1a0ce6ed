"""The XML of a Word document as blocks: paragraphs with their rank, list items and tables, in reading order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.readers import fields
from ingest.readers.documents import numbering, styles
from ingest.readers.documents.numbering import Numbering, value
from ingest.readers.documents.office import W
from ingest.readers.documents.styles import Style

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_WITHIN = {W + name for name in ("ins", "moveTo", "customXml", "smartTag", "sdt", "sdtContent")}
_GONE = {
    *(W + name for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText", "rt", "fldChar")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_SIGNS = {
    f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A heading (`depth` 1 and more, 0 for the title), or else a paragraph, list item or table (None)."""

    text: str
    depth: int | None = None
    bold: bool = False
    item: bool = False
    table: bool = False


@dataclass
class _Words:
    """The words of one paragraph, whether all of them are bold, its footnotes, and the text boxes that hang on it."""

    text: list[str] = field(default_factory=list)
    bold: bool = True
    notes: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


class Document:
    """One document, from the parts of its package. ValueError or KeyError where they are no Word document."""

    def __init__(self, package: Any) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE as KIND

        main = package.main_document_part
        self._body = _xml(main).find(f"{W}body")
        if self._body is None:
            raise ValueError("no body")
        self._styles = styles.of(_part(main, KIND.STYLES))
        self._numbers: Numbering = numbering.of(_part(main, KIND.NUMBERING))
        self._notes: dict[str, str] = {}
        self._notes = self._footnotes(_part(main, KIND.FOOTNOTES))
        core = _part(package, KIND.CORE_PROPERTIES)
        self.title = "" if core is None else fields.words(core.findtext(f"{_DC}title") or "")
        self.modified = None if core is None else _moment(core.findtext(f"{_TERMS}modified"))

    def blocks(self) -> Iterator[Block]:
        """The document from its first block to its last; empty ones are left out."""
        return self._inside(self._body)

    def _footnotes(self, part: Any) -> dict[str, str]:
        found = {} if part is None else {one.get(f"{W}id", ""): one for one in part.findall(f"{W}footnote")}
        return {id: " ".join(block.text for block in self._inside(one)) for id, one in found.items()}

    def _inside(self, owner: Any) -> Iterator[Block]:
        for child in owner:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag in _WITHIN and not _is_contents(child):
                yield from self._inside(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        properties = element.find(f"{W}pPr")
        style = styles.paragraph(properties, self._styles.get(value(properties, "pStyle"), Style()))
        if style.contents:
            return
        words = _Words()
        self._gather(element, style, words)
        text = re.sub(r" *\n\s*", "\n", re.sub(r"[ \t\xa0]+", " ", "".join(words.text))).strip(" \n　")
        if text:
            yield self._block(text, style, words.bold)
        for note in words.notes:
            yield Block(note)
        for box in words.boxes:
            yield from self._inside(box)

    def _block(self, text: str, style: Style, bold: bool) -> Block:
        label = self._numbers.label(style.number, style.level) if style.number else ""
        if style.depth is not None:
            line = text.replace("\n", " ")
            return Block(f"{label} {line}" if label not in {"", "-"} else line, style.depth)
        if not label:
            return Block(text, bold=bold)
        dotted = f"{label}." if label.isdecimal() else label
        return Block("  " * style.level + f"{dotted} {text}", bold=bold, item=True)

    def _gather(self, element: Any, style: Style, words: _Words) -> None:
        for child in element:
            if child.tag in _GONE or not isinstance(child.tag, str):
                continue
            if child.tag == f"{W}t":
                self._say(child.text or "", style, words)
            elif child.tag in _SIGNS:
                words.text.append("" if child.get(f"{W}type") == "page" else _SIGNS[child.tag])
            elif child.tag == f"{W}footnoteReference":
                words.notes += [note for note in [self._notes.get(child.get(f"{W}id", ""), "")] if note]
            elif child.tag == f"{W}txbxContent":
                words.boxes.append(child)
            elif child.tag == f"{W}r":
                self._gather(child, styles.run(child.find(f"{W}rPr"), style), words)
            else:
                self._gather(child, style, words)

    def _say(self, text: str, style: Style, words: _Words) -> None:
        if style.hidden:
            return
        words.text.append(text)
        words.bold = words.bold and (style.bold or not text.strip())

    def _table(self, table: Any) -> Iterator[Block]:
        rows = [row for row in table.iterchildren(f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]
        cells = [list(row.iterchildren(f"{W}tc")) for row in rows]
        if all(len(row) < 2 for row in cells):  # a frame around text
            for row in cells:
                for cell in row:
                    yield from self._inside(cell)
            return
        grid: list[list[str]] = []
        for row in cells:
            grid.append(self._row(row, grid[-1] if grid else []))
        width = max(map(len, grid))
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in grid if any(row)]
        if lines:
            yield Block("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]), table=True)

    def _row(self, cells: list[Any], above: list[str]) -> list[str]:
        """The texts of a row; a cell that is merged with the one above it says the same."""
        found: list[str] = []
        for cell in cells:
            properties = cell.find(f"{W}tcPr")
            merged = None if properties is None else properties.find(f"{W}vMerge")
            text = " ".join(block.text for block in self._inside(cell)).replace("\n", " ").replace("|", "\\|")
            if merged is not None and merged.get(f"{W}val", "continue") == "continue" and len(found) < len(above):
                text = above[len(found)]
            span = min(numbering.whole(value(properties, "gridSpan"), 1), 100)
            found += [text.strip(), *[""] * (span - 1)]
        return found


def _is_contents(element: Any) -> bool:
    """Whether a block is the table of contents that Word made."""
    return "table of contents" in value(element.find(f"{W}sdtPr/{W}docPartObj"), "docPartGallery").casefold()


def _part(owner: Any, relation: str) -> Any:
    try:
        return _xml(owner.part_related_by(relation))
    except KeyError:
        return None


def _xml(part: Any) -> Any:
    from docx.oxml import parse_xml

    return part.element if hasattr(part, "element") else parse_xml(part.blob)


def _moment(text: str | None) -> datetime | None:
    try:
        return fields.time(text or "")
    except ValueError:
        return None  # the text is what counts
