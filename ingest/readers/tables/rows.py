"""Rows of a table to records, wherever the rows come from: the header, what columns mean, what a row becomes."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

from ingest.errors import SenderError
from ingest.readers import fields, opening
from ingest.readers.gathering import Pile
from ingest.readers.opening import Columns, File
from ingest.readers.tables import columns
from ingest.readers.tables.columns import Mapping
from ingest.records import Article, Customer, Direction, Item, Message, Reject, Ticket

_COLUMNS = 500
_SAMPLE = 50  # rows that are looked at before the first is read
_TITLES = 20  # rows among which the header is looked for
_NO_COLUMN = "No column was recognised as the customer's words. Name it (text = column) and import the table again."
_NAMES = {name for names in columns.NAMES.values() for name in names.split()}
_VALUE = re.compile(  # a number, a date, an address: what stands in rows, not in headers
    r"[-+]?[¥￥$€£]?\d[\d,. ]*%?|\d{4}[-/年.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|\S+@\S+\.\S+|https?://.*"
    r"|.{120,}",
    re.S,
)


@dataclass(frozen=True)
class Row:
    """One row: the number that people find it by, its cells, and the line as it stands in a text file."""

    number: int
    cells: list[str]
    line: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of one table. `origin` keeps made-up ids apart; in a `loose` one short and long rows are no mistake."""

    file: File
    origin: str
    rows: Iterator[Row | Reject]
    loose: bool = False


@dataclass(frozen=True)
class Plan:
    """A table understood: its mapping, its header as a line, the place of each field in a row, and the rows below."""

    mapping: Mapping
    heading: str
    places: tuple[tuple[str, int], ...]
    rows: Iterator[Row | Reject]


def plan(table: Table, named: Columns | None) -> Plan:
    """What the table's columns seem to mean; `named` as in `readers.read`. SenderError where it has too many."""
    sample = list(islice(table.rows, _SAMPLE))
    rows = [row for row in sample if isinstance(row, Row)]
    _bounded(rows)
    top = _top(rows)
    headed = bool(rows) and _is_header(rows[top].cells) and _speakers(rows[top:]) is None
    body = rows[top + headed :]
    header = _header(rows[top].cells if headed else [], body, loose=table.loose or not headed)
    given = named(header) if named else {}
    mapping = columns.guess(header, [row.cells for row in body], given)
    mapping = mapping if {"role", "text"} & given.keys() else _spoken(mapping, body)
    mapping = replace(mapping, shape="conversation") if _goes_on(mapping, body) else mapping
    at = {column: index for index, column in enumerate(mapping.columns)}
    places = tuple((name, at[column]) for name, column in mapping.fields.items())
    heading = _line(rows[top]) if headed else ""
    return Plan(mapping, heading, places, chain(_after(sample, top + headed), table.rows))


def _bounded(rows: list[Row]) -> None:
    width = max((_width(row.cells) for row in rows), default=0)
    if width > _COLUMNS:
        raise SenderError(f"The table has {width} columns. Export it with {_COLUMNS} columns at most.")


def _top(rows: list[Row]) -> int:
    """Where the table begins: below lines such as `Tickets of March` that fill few of its columns."""
    filled = [sum(bool(cell.strip()) for cell in row.cells) for row in rows]
    most = max(filled, default=0)
    for index, count in enumerate(filled[:_TITLES]):
        if count * 2 > most or (count > 1 and _known(rows[index].cells)):
            return index
    return 0


def is_named(cells: list[str]) -> bool:
    """Whether cells are the names of columns: two at least are known."""
    return _known([cell.strip(' "') for cell in cells]) > 1


def _known(cells: list[str]) -> int:
    return sum(columns.key(cell) in _NAMES for cell in cells)


def _is_header(cells: list[str]) -> bool:
    """Whether a first row names columns; else it is data already."""
    values = sum(_VALUE.fullmatch(cell.strip()) is not None for cell in cells)
    return not values or _known(cells) > values


def _header(cells: list[str], body: list[Row], *, loose: bool) -> list[str]:
    """Column names; empty and repeated ones get a number, so that each can be named. No column that nothing fills."""
    widest = max((_width(row.cells) for row in body), default=0)
    width = max(_width(cells), widest if loose else min(len(cells), widest))
    names: list[str] = []
    for index in range(width):
        name = fields.words(cells[index] if index < len(cells) else "")[:200] or f"column {index + 1}"
        names.append(name if name not in names else f"{name} ({index + 1})")
    return names


def _width(cells: list[str]) -> int:
    """How many cells there are up to the last that is not empty."""
    return next((index + 1 for index in reversed(range(len(cells))) if cells[index].strip()), 0)


def _spoken(mapping: Mapping, body: list[Row]) -> Mapping:
    """The same, as a conversation, where a column says of every row which side spoke, whatever it is called."""
    at = _speakers(body)
    if at is None or "role" in mapping.fields or at >= len(mapping.columns):
        return mapping
    role = mapping.columns[at]
    found = {name: column for name, column in mapping.fields.items() if column != role}
    lengths = {column: sum(len(row.cells[index]) for row in body if index < len(row.cells))
               for index, column in enumerate(mapping.columns) if index != at}  # fmt: skip
    if "text" not in found and lengths:
        found["text"] = max(lengths, key=lambda column: lengths[column])
    return replace(mapping, shape="conversation", fields=found | {"role": role})


def _goes_on(mapping: Mapping, body: list[Row]) -> bool:
    """Whether tickets go on over several rows: many rows have the id of another one."""
    if mapping.shape != "ticket" or "id" not in mapping.fields or "reply" in mapping.fields:
        return False
    at = mapping.columns.index(mapping.fields["id"])
    ids = [row.cells[at] for row in body if at < len(row.cells) and row.cells[at]]
    return len(set(ids)) * 5 < len(ids) * 4


def _speakers(sample: list[Row]) -> int | None:
    """The place of a column that holds nothing but `customer`, `operator_1` and the like, of both sides."""
    for index in range(max((len(row.cells) for row in sample), default=0)):
        sides = {_side(row.cells[index]) for row in sample if index < len(row.cells)}
        if len(sample) > 1 and None not in sides and {"incoming", "outgoing"} <= sides:
            return index
    return None


def _side(role: str) -> Direction | None:
    return fields.direction(re.sub(r"[\W_\d]+$", "", role)) if len(role) <= 40 else None


def _after(sample: list[Row | Reject], passed: int) -> Iterator[Row | Reject]:
    """The items after the first `passed` rows, and every Reject."""
    for item in sample:
        if isinstance(item, Row) and passed:
            passed -= 1
        else:
            yield item


def records(table: Table, named: Columns | None) -> Iterator[Item]:
    """A record a row, as it comes; the rows of conversations lie on the disk until the table ends."""
    told = plan(table, named)
    if not told.mapping.shape:
        if told.mapping.columns:
            yield opening.reject(table.file, _NO_COLUMN, ", ".join(told.mapping.columns))
        return
    if told.mapping.shape == "conversation":
        yield from _conversations(table, told)
        return
    for row in told.rows:
        yield _headed(told, row) if isinstance(row, Reject) else _record(table, told, row)


def _headed(told: Plan, reject: Reject) -> Reject:
    """A row that stays out, with the header that it needs to be read by itself."""
    return replace(reject, context=told.heading)


def _line(row: Row) -> str:
    """A row as it stands in a text file, or as it would."""
    if row.line:
        return row.line
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row.cells)
    return out.getvalue()


def _cells(table: Table, told: Plan, row: Row) -> dict[str, str]:
    """Field to text, for the fields that this row fills. ValueError where it has not the header's cells."""
    width = len(told.mapping.columns)
    if not table.loose and (len(row.cells) < width or any(row.cells[width:])):
        raise _Refused(
            f"This row has {len(row.cells)} cells where the header has {width}. Check its quotes and separators."
        )
    cells = row.cells if len(row.cells) >= width else row.cells + [""] * (width - len(row.cells))
    return {name: cell for name, at in told.places if (cell := cells[at].strip())}


class _Refused(Exception):
    """A row that cannot come in, with the whole reason."""


def _refusal(table: Table, told: Plan, row: Row, error: Exception) -> Reject:
    reason = f"This row cannot be read: {error}. Correct it, or name another column."
    why = str(error) if isinstance(error, _Refused) else reason
    return _headed(told, opening.reject(table.file, why, _line(row), row.number))


def _record(table: Table, told: Plan, row: Row) -> Item:
    try:
        cells = _cells(table, told, row)
        if told.mapping.shape == "customer":
            return _customer(cells)
        return _article(table, cells) if told.mapping.shape == "article" else _ticket(table, cells, row.number)
    except (ValueError, _Refused) as error:
        return _refusal(table, told, row, error)


def _ticket(table: Table, cells: dict[str, str], number: int) -> Ticket:
    created = fields.time(cells.get("created"))
    said = [Message("incoming", cells["text"], created, cells.get("name", ""))] if "text" in cells else []
    said += [Message("outgoing", cells["reply"])] if "reply" in cells else []
    if not said and "subject" in cells:
        said = [Message("incoming", cells["subject"], created, cells.get("name", ""))]
    if not said:
        raise ValueError("the customer's words are missing")
    return _conversed(table, cells, tuple(said), created, number)


def _conversed(
    table: Table, cells: dict[str, str], said: tuple[Message, ...], created: datetime | None, number: int
) -> Ticket:
    channel = fields.channel(cells.get("channel"))
    return Ticket(
        id=cells.get("id") or _made_id(table, said, number),
        messages=said,
        kind="call" if channel == "phone" else "ticket",
        subject=cells.get("subject", ""),
        customer=cells.get("customer") or cells.get("email", ""),
        created=created,
        status=fields.status(cells.get("status")),
        priority=fields.priority(cells.get("priority")),
        channel=channel,
        lang=fields.lang(cells.get("lang")),
        product=cells.get("product", ""),
        tags=fields.tags(cells.get("tags")),
        csat=fields.csat(cells.get("csat")),
    )


def _made_id(table: Table, said: tuple[Message, ...], number: int) -> str:
    words = "\n".join(message.text for message in said)
    return fields.made_id("ticket", table.origin, words, str(number))


def _article(table: Table, cells: dict[str, str]) -> Article:
    title, text = cells.get("subject") or cells.get("text", ""), cells.get("reply") or cells.get("text", "")
    if not title or not text:
        raise ValueError("its title or its text is missing")
    return Article(
        id=cells.get("id") or fields.made_id("article", table.origin, title),
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


def _conversations(table: Table, told: Plan) -> Iterator[Item]:
    whole = "id" not in told.mapping.fields  # the table is one conversation
    with Pile() as pile:
        for row in told.rows:
            if isinstance(row, Reject):
                yield row
                continue
            try:
                turn = _turn(table, told, row)
            except (ValueError, _Refused) as error:
                yield _refusal(table, told, row, error)
                continue
            pile.add(turn["cells"].get("id") or ("" if whole else f"row {row.number}"), row.number, turn)
        for _, turns in pile:
            yield _conversation(table, turns)


def _turn(table: Table, told: Plan, row: Row) -> dict[str, Any]:
    """One message of a conversation as JSON: the row's cells, its time in seconds and its number."""
    cells = _cells(table, told, row)
    if "text" not in cells and "reply" not in cells:
        raise _Refused("This message is empty. Write its text or leave the row out.")
    at = fields.time(cells.get("created"))
    return {"cells": cells, "at": at.timestamp() if at else None, "row": row.number}


def _conversation(table: Table, turns: list[dict[str, Any]]) -> Ticket:
    """Its rows in order of time, where all have one; authors without a known role: the first one is the customer."""
    if all(turn["at"] is not None for turn in turns):
        turns.sort(key=lambda turn: turn["at"])
    said: list[Message] = []
    first: dict[str, str] = {}
    asker = turns[0]["cells"].get("role", "")
    for turn in turns:
        cells, at = turn["cells"], turn["at"]
        role, text = cells.get("role", ""), cells.get("text") or cells.get("reply", "")
        side = _side(role) or ("incoming" if role == asker else "outgoing")
        said.append(
            Message(side, text, datetime.fromtimestamp(at, UTC) if at is not None else None, cells.get("name", ""))
        )
        first = cells | first
    return _conversed(table, first, tuple(said), said[0].at, turns[0]["row"])
