"""Tables (CSV, TSV): each row a ticket, a message of a conversation, an article or a customer, by its columns."""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator

from ingest.readers import opening
from ingest.readers.opening import Columns, File, Head
from ingest.readers.tables import rows
from ingest.readers.tables.columns import Mapping
from ingest.readers.tables.rows import Row, Table
from ingest.records import Item, Reject

_CELL = 1_000_000  # characters; a longer cell is an open quote that swallowed the rows after it
_SEPARATORS = ",\t;|"
_SEP = re.compile(r'\A\s*"?sep=(.)"?[ \t]*(?:\n|\Z)', re.I)  # Excel's own first line


def claims(head: Head) -> bool:
    """A table by suffix, or text whose first lines have equally many separators and, with commas, a known header."""
    if head.suffix in {".csv", ".tsv", ".tab", ".psv"}:
        return True
    lines = [line for line in head.text.lstrip("\ufeff").split("\n")[:6] if line.strip()]
    even = [mark for mark in _SEPARATORS if len({line.count(mark) for line in lines}) == 1 and mark in "".join(lines)]
    if len(lines) < 2 or not even or head.is_json or head.suffix in {".md", ".html"}:
        return False
    headed = rows.is_named(lines[0].split(even[0]))
    return headed or (len(lines) > 2 and even[0] != "," and head.suffix != ".txt")


def guess(file: File, named: Columns | None = None) -> Mapping:
    """The table's columns and what they seem to mean; `named` as in `readers.read`."""
    return rows.plan(_table(file), named).mapping


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """A record a row, as it comes; the rows of conversations when the file ends."""
    yield from rows.records(_table(file), named)


def _table(file: File) -> Table:
    return Table(file, file.base, _rows(file))


def layout(head: str) -> tuple[str, int]:
    """The separator that cuts most of the first lines into equally many cells, and how many those are.

    Not csv.Sniffer: it takes minutes on some texts and sees separators in words.
    """
    lines = head.split("\n")[:20]

    def agreement(separator: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        return count, width

    found = {separator: agreement(separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda separator: found[separator])
    return best, found[best][1]


class _Feed:
    """Lines for csv.reader that remembers which ones a row took, so that they can be given back."""

    def __init__(self, file: File) -> None:
        self.source = opening.lines(file)
        self.waiting: deque[tuple[int, str | Reject]] = deque()
        self.taken: list[tuple[int, str | Reject]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        numbered = self.waiting.popleft() if self.waiting else next(self.source)
        self.taken.append(numbered)
        return "" if isinstance(numbered[1], Reject) else numbered[1].lstrip("\ufeff") + "\n"

    def keep_first(self) -> None:
        self.waiting.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _rows(file: File) -> Iterator[Row | Reject]:
    """Rows with their line numbers. A quote left open costs its own line, not the rows after it."""
    csv.field_size_limit(_CELL)
    feed, head = _Feed(file), opening.head(file).lstrip("\ufeff")
    declared = _SEP.match(head)
    separator, width = layout(head[declared.end() :] if declared else head)
    if declared:
        next(feed)
    reader = csv.reader(feed, delimiter=declared[1] if declared else separator)
    while True:
        feed.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        width = width or len(cells)
        if len(feed.taken) > 1 and len(cells) != width:
            feed.keep_first()
            cells = []
        yield from _checked(file, feed.taken, cells)


def _checked(file: File, taken: list[tuple[int, str | Reject]], cells: list[str]) -> Iterator[Row | Reject]:
    yield from (line for _, line in taken if isinstance(line, Reject))
    number, raw = taken[0][0], "\n".join(line for _, line in taken if isinstance(line, str))
    if opening.damaged(raw):
        reason = "Some letters in this row cannot be read. Save the table as UTF-8 and import it again."
        yield opening.reject(file, reason, raw, number)
    elif any(cell.strip() for cell in cells):
        yield Row(number, [cell.replace("\0", "") for cell in cells], raw)
    elif raw.strip(' \t\0,;|"'):
        reason = "A quotation mark in this row is never closed. Close it, or double it inside the text."
        yield opening.reject(file, reason, raw, number)
