"""Tables (CSV, TSV): each row a ticket, a message of a conversation, an article or a customer, by its columns."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from ingest.errors import SenderError
from ingest.readers import columns, fields, opening
from ingest.readers.columns import Mapping
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Customer, Item, Message, Reject, Ticket

_CELL = 1_000_000  # characters; a longer cell is an open quote that swallowed the rows after it
_COLUMNS = 500
_NO_COLUMN = "No column was recognised as the customer's words. Name it (text = column) and import the table again."


@dataclass(frozen=True)
class _Row:
    number: int  # the first line of the row in the file
    cells: list[str]
    raw: str


def claims(head: Head) -> bool:
    """A table by suffix, or text whose first lines have the same number of separators."""
    if head.suffix in {".csv", ".tsv", ".tab", ".psv"}:
        return True
    rows = [row for row in head.text.split("\n")[:6] if row.strip()]
    counts = {(sep, row.count(sep)) for sep in "\t;|" for row in rows if sep in row}
    return head.suffix not in {".md", ".txt", ".html"} and len(rows) > 2 and len(counts) == 1


def delimiter(head: str) -> str:
    """The separator that cuts the most of the first lines into as many cells as the header.

    Not csv.Sniffer: it takes minutes on some texts and sees separators in words.
    """
    lines = head.split("\n")[:20]

    def agreement(separator: str) -> tuple[int, int]:
        rows = list(csv.reader(lines, delimiter=separator))
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows) if width > 1 else 0, width)

    return max(",\t;|", key=agreement)


def guess(file: File, named: Columns | None = None) -> Mapping:
    """The table's columns and what they seem to mean; `named` as in `readers.read`."""
    csv.field_size_limit(_CELL)
    rows = (row for row in _rows(file) if isinstance(row, _Row))
    header = _header(next(rows, None))
    return columns.guess(header, [row.cells for row in islice(rows, 50)], named(header) if named else None)


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """A record a row, as it comes; the rows of conversations are held until the end of the file."""
    plan = guess(file, named)
    if not plan.shape:
        yield opening.reject(file, _NO_COLUMN, ", ".join(plan.columns))
        return
    talks: dict[str, list[_Row]] = {}
    rows = _rows(file)
    for row in _after_header(rows):
        if isinstance(row, Reject):
            yield row
        elif len(row.cells) < len(plan.columns) or any(row.cells[len(plan.columns) :]):
            counts = f"{len(row.cells)} cells where the header has {len(plan.columns)}"
            yield _refused(file, row, f"This row has {counts}. Check its quotes and separators.")
        elif plan.shape == "conversation":
            talks.setdefault(_cells(plan, row).get("id", f"row {row.number}"), []).append(row)
        else:
            yield _record(file, plan, row)
    for talk in talks.values():
        yield from _conversation(file, plan, talk)


def _after_header(rows: Iterator[_Row | Reject]) -> Iterator[_Row | Reject]:
    seen = False
    for row in rows:
        if seen or isinstance(row, Reject):
            yield row
        seen = seen or isinstance(row, _Row)


def _header(row: _Row | None) -> list[str]:
    """Column names; empty and repeated ones get a number, so that each can be named."""
    cells = row.cells if row else []
    if len(cells) > _COLUMNS:
        raise SenderError(f"The table has {len(cells)} columns. Export it with {_COLUMNS} columns at most.")
    names: list[str] = []
    for index, cell in enumerate(cells):
        name = fields.words(cell)[:200] or f"column {index + 1}"
        names.append(name if name not in names else f"{name} ({index + 1})")
    return names


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


def _rows(file: File) -> Iterator[_Row | Reject]:
    """Rows with their line numbers. A quote left open costs its own line, not the rows after it."""
    feed = _Feed(file)
    reader = csv.reader(feed, delimiter=delimiter(opening.head(file).lstrip("\ufeff")))
    width = 0
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


def _checked(file: File, taken: list[tuple[int, str | Reject]], cells: list[str]) -> Iterator[_Row | Reject]:
    yield from (line for _, line in taken if isinstance(line, Reject))
    number, raw = taken[0][0], "\n".join(line for _, line in taken if isinstance(line, str))
    if opening.damaged(raw):
        reason = "Some letters in this row cannot be read. Save the table as UTF-8 and import it again."
        yield opening.reject(file, reason, raw, number)
    elif any(cell.strip() for cell in cells):
        yield _Row(number, [cell.replace("\0", "") for cell in cells], raw)
    elif raw.strip(' \t\0,;|"'):
        reason = "A quotation mark in this row is never closed. Close it, or double it inside the text."
        yield opening.reject(file, reason, raw, number)


def _cells(plan: Mapping, row: _Row) -> dict[str, str]:
    """Field to text, for the fields that this row fills."""
    by_column = dict(zip(plan.columns, row.cells, strict=False))
    return {name: cell for name, column in plan.fields.items() if (cell := by_column[column].strip())}


def _refused(file: File, row: _Row, reason: str) -> Reject:
    return opening.reject(file, reason, row.raw, row.number)


def _record(file: File, plan: Mapping, row: _Row) -> Item:
    cells = _cells(plan, row)
    try:
        if plan.shape == "customer":
            return _customer(cells)
        return _article(file, cells) if plan.shape == "article" else _ticket(file, cells, row)
    except ValueError as error:
        return _refused(file, row, f"This row cannot be read: {error}. Correct it, or name another column.")


def _ticket(file: File, cells: dict[str, str], row: _Row) -> Ticket:
    created = fields.time(cells.get("created"))
    said = [Message("incoming", cells["text"], created, cells.get("name", ""))] if "text" in cells else []
    said += [Message("outgoing", cells["reply"])] if "reply" in cells else []
    if not said and "subject" in cells:
        said = [Message("incoming", cells["subject"], created, cells.get("name", ""))]
    if not said:
        raise ValueError("the customer's words are missing")
    return _conversed(file, cells, tuple(said), row)


def _conversed(file: File, cells: dict[str, str], said: tuple[Message, ...], row: _Row) -> Ticket:
    words = "\n".join(message.text for message in said)
    channel = fields.channel(cells.get("channel"))
    return Ticket(
        id=cells.get("id") or fields.made_id("ticket", file.base, words, str(row.number)),
        messages=said,
        kind="call" if channel == "phone" else "ticket",
        subject=cells.get("subject", ""),
        customer=cells.get("customer") or cells.get("email", ""),
        created=said[0].at or fields.time(cells.get("created")),
        status=fields.status(cells.get("status")),
        priority=fields.priority(cells.get("priority")),
        channel=channel,
        lang=fields.lang(cells.get("lang")),
        product=cells.get("product", ""),
        tags=fields.tags(cells.get("tags")),
        csat=fields.csat(cells.get("csat")),
    )


def _article(file: File, cells: dict[str, str]) -> Article:
    title, text = cells.get("subject") or cells.get("text", ""), cells.get("reply") or cells.get("text", "")
    if not title or not text:
        raise ValueError("its title or its text is missing")
    return Article(
        id=cells.get("id") or fields.made_id("article", file.base, title),
        title=title,
        text=text,
        lang=fields.lang(cells.get("lang")),
        product=cells.get("product", ""),
        updated=fields.time(cells.get("updated") or cells.get("created")),
    )


def _customer(cells: dict[str, str]) -> Customer:
    name = cells.get("customer") or cells.get("id") or cells.get("email")
    if not name:
        raise ValueError("it has neither an id nor an email address")
    value = cells.get("value", "").lstrip("$€£¥￥").replace(",", "")
    return Customer(
        id=name,
        name=cells.get("name", ""),
        email=cells.get("email", ""),
        phone=cells.get("phone", ""),
        lang=fields.lang(cells.get("lang")),
        plan=cells.get("plan", ""),
        country=cells.get("country", ""),
        company=cells.get("company", ""),
        since=fields.time(cells.get("since") or cells.get("created")),
        products=fields.tags(cells.get("products") or cells.get("product", "")),
        value=float(value) if value else None,
    )


def _conversation(file: File, plan: Mapping, talk: list[_Row]) -> Iterator[Item]:
    """The rows of one conversation in order of time; authors without a known role: the first one is the customer."""
    said: list[Message] = []
    first: dict[str, str] = {}
    asker = ""
    for row in talk:
        cells = _cells(plan, row)
        role, text = cells.get("role", ""), cells.get("text") or cells.get("reply", "")
        if not text:
            yield _refused(file, row, "This message is empty. Write its text or leave the row out.")
            continue
        asker = asker or role
        side = fields.direction(role) or ("incoming" if role == asker else "outgoing")
        try:
            said.append(Message(side, text, fields.time(cells.get("created")), cells.get("name", "")))
        except ValueError as error:
            yield _refused(file, row, f"This row cannot be read: {error}. Correct it, or name another column.")
            continue
        first = cells | first
    if said:
        said.sort(key=lambda message: message.at or datetime.min.replace(tzinfo=UTC))
        yield _conversed(file, first, tuple(said), talk[0])
