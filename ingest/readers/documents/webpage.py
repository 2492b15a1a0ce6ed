"""The elements of a web page as Markdown: headings, lists, tables and code; all else is plain text."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from ingest import markup

if TYPE_CHECKING:
    from bs4 import Tag

Event = tuple[Literal["begin", "end", "text"], Any]

_LINES = {"br", "tr", "hr", "dd", "caption", "figcaption"}  # begin a line of their own
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "details", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "header", "main", "p", "section", "table",
}  # fmt: skip
_HEADING = re.compile(r"h[1-6]")
_WIDEST = 30  # columns of a table that is one, and no layout


def markdown(root: "Tag") -> str:
    """The text of an element; '' where it has none."""
    writer = _Writer()
    for kind, node in _events(root):
        if kind == "text":
            writer.words += re.sub(r"\s+", " ", node)
        elif kind == "begin":
            writer.begin(node)
        else:
            writer.end(node)
    writer.flush()
    return markup.text("\n".join(writer.lines))


def _events(root: "Tag") -> Iterator[Event]:
    """Where elements begin and end, and the texts in them; not by recursion, as pages may be nested a thousand deep."""
    from bs4.element import NavigableString, PreformattedString, Tag

    todo: list[Event | object] = list(reversed(root.contents))
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            yield node
        elif isinstance(node, Tag):
            yield "begin", node
            if not _is_whole(node):
                todo.append(("end", node))
                todo.extend(reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            yield "text", str(node)


def _is_whole(tag: "Tag") -> bool:
    """Whether an element is written in one piece."""
    return tag.name == "pre" or (tag.name == "table" and _is_table(tag))


def _is_table(tag: "Tag") -> bool:
    """Whether a table holds data; others are there for the layout of the page."""
    if tag.get("role") == "presentation" or tag.find(["table", "ul", "ol", "h1", "h2", "h3"]) is not None:
        return False
    rows = [len(row.find_all(["td", "th"])) for row in tag.find_all("tr", limit=50)]
    return len(rows) > 1 and 1 < max(rows) <= _WIDEST


class _Writer:
    """Lines of Markdown as they come about."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words = ""  # of the line that is being written
        self._mark = ""  # what stands before them
        self._lists: list[int | None] = []  # the last number of each open list, None where it has bullets
        self._level = 2  # of the last heading

    def begin(self, tag: "Tag") -> None:
        """An element begins."""
        if _HEADING.fullmatch(tag.name):
            self._level = max(2, int(tag.name[1]))
            self.flush(apart=True)
            self._mark = "#" * self._level + " "
        elif tag.name == "summary":
            self.flush(apart=True)
            self._mark = "#" * min(self._level + 1, 6) + " "
        elif tag.name in {"ul", "ol"}:
            self.flush(apart=True)
            self._lists.append(0 if tag.name == "ol" else None)
        elif tag.name == "li":
            self._item()
        elif tag.name == "pre":
            self._piece(["```", *tag.get_text().strip("\n").split("\n"), "```"])
        elif tag.name == "table" and _is_table(tag):
            self._piece(_rows(tag))
        else:
            self._gap(tag)

    def end(self, tag: "Tag") -> None:
        """An element ends."""
        if tag.name in {"ul", "ol"}:
            self.flush()
            self._lists[-1:] = []
            self.flush(apart=True)
        elif tag.name in {"li", "summary"} or _HEADING.fullmatch(tag.name):
            self.flush(apart=tag.name != "li")
            self._mark = ""
        else:
            self._gap(tag)

    def flush(self, *, apart: bool = False) -> None:
        """End the line; `apart` leaves an empty one after it, but for lines of a list."""
        if words := self.words.strip():
            inner = "  " * len(self._lists)
            self.lines.append((self._mark or inner) + words)
            self._mark = ""
        self.words = ""
        if apart and not self._lists and self.lines and self.lines[-1]:
            self.lines.append("")

    def _item(self) -> None:
        self.flush()
        if not self._lists:
            self._lists.append(None)  # an item without a list
        number = self._lists[-1]
        self._lists[-1] = None if number is None else number + 1
        self._mark = "  " * (len(self._lists) - 1) + ("- " if number is None else f"{number + 1}. ")

    def _piece(self, lines: list[str]) -> None:
        self.flush(apart=True)
        self.lines += [*lines, ""]

    def _gap(self, tag: "Tag") -> None:
        if tag.name in _LINES or tag.name in _BLOCKS:
            self.flush(apart=tag.name in _BLOCKS)
        elif tag.name in {"td", "th"}:
            self.words += " "


def _rows(table: "Tag") -> list[str]:
    found = [[_cell(cell) for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")]
    width = max(map(len, found))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in found if any(row)]
    return [lines[0], "|" + " --- |" * width, *lines[1:]] if lines else []


def _cell(cell: "Tag") -> str:
    return re.sub(r"\s+", " ", cell.get_text(" ")).strip().replace("|", "\\|")
