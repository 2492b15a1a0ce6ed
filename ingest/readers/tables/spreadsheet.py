"""Spreadsheets (XLSX): every sheet a table of its own, hidden ones as well, read row by row."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from ingest.errors import SenderError
from ingest.readers import opening
from ingest.readers.documents import office
from ingest.readers.opening import Columns, File, Head
from ingest.readers.tables import rows
from ingest.readers.tables.columns import Mapping
from ingest.readers.tables.rows import Row, Table
from ingest.records import Item, Reject

if TYPE_CHECKING:
    from openpyxl import Workbook

_MOST = 1_000_000_000  # bytes unpacked
_LARGEST = 400_000_000  # bytes of one part; the texts that sheets share are held in memory
_LAST = 1_048_576  # rows of a sheet
_WIDE = 600  # cells of a row that are looked at: more than a table may have columns
_DAMAGED = "The file is damaged or was cut off. Open it, save it again as .xlsx and import that."
_BROKEN = "The sheet is damaged from here on, so its other rows are missing. Save it again as .xlsx and import that."
_EMPTY = "No sheet of this file holds a row. Save it again with its rows, or export the table as CSV."


def claims(head: Head) -> bool:
    """Excel's files; old and encrypted ones and those of other suites too, which are rejected with what to do."""
    return office.claims(head, "Excel")


def guess(file: File, named: Columns | None = None) -> Mapping:
    """The columns of the first sheet that can be read, and what they seem to mean; `named` as in `readers.read`."""
    with _opened(file) as book:
        plans = [rows.plan(_table(file, sheet), using).mapping for sheet, using in _sheets(file, book, named)]
    filled = [mapping for mapping in plans if mapping.columns]
    if not filled:
        raise SenderError(_EMPTY)
    return next((mapping for mapping in filled if mapping.shape), filled[0])


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """A record a row, sheet after sheet; `book.xlsx/Sheet1:12` is the place of what cannot come in."""
    empty = True
    with _opened(file) as book:
        for sheet, using in _sheets(file, book, named):
            for item in _records(_table(file, sheet), using):
                empty = False
                yield item
    if empty:
        yield opening.reject(file, _EMPTY)


def _records(table: Table, named: Columns | None) -> Iterator[Item]:
    try:
        yield from rows.records(table, named)
    except SenderError as error:
        yield opening.reject(table.file, str(error))


@contextmanager
def _opened(file: File) -> Iterator["Workbook"]:
    from openpyxl import load_workbook

    office.check(file, "Excel", _MOST, _LARGEST)
    warnings.filterwarnings("ignore", module="openpyxl")  # it tells of styles and extensions that it does not know
    with opening.binary(file) as source:
        try:
            book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # of many kinds: openpyxl trusts what it reads
            raise SenderError(_DAMAGED) from error
        try:
            yield book
        finally:
            book.close()


def _sheets(file: File, book: "Workbook", named: Columns | None) -> list[tuple[Any, Columns | None]]:
    """The sheets, each with `named` where it fits its columns. SenderError where it fits no sheet."""
    if named is None:
        return [(sheet, None) for sheet in book.worksheets]
    found: list[tuple[Any, Columns | None]] = []
    wrong: SenderError | None = None
    for sheet in book.worksheets:
        try:
            rows.plan(_table(file, sheet), named)
            found.append((sheet, named))
        except SenderError as error:
            wrong = wrong or error
            found.append((sheet, None))
    if wrong and not any(using for _, using in found):
        raise wrong
    return found


def _table(file: File, sheet: Any) -> Table:
    place = File(file.path, f"{file.name}/{sheet.title}", file.gauge)
    return Table(place, f"{file.base}/{sheet.title}", _rows(place, sheet), loose=True)


def _rows(place: File, sheet: Any) -> Iterator[Row | Reject]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong, or absurd
    found, number = sheet.iter_rows(), 0
    while number < _LAST:
        number += 1
        try:
            cells = [_text(cell) for cell in next(found)[:_WIDE]]
        except StopIteration:
            return
        except Exception:  # see `_opened`
            yield opening.reject(place, _BROKEN, where=number)
            return
        if any(cells):
            yield Row(number, cells)


def _text(cell: Any) -> str:
    """A cell as people see it: dates as dates, whole numbers without `.0`, errors such as #N/A as nothing."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "").strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else _number(value, cell.number_format)


def _number(value: Any, form: str) -> str:
    text = format(value, ".15g") if isinstance(value, float) else str(value)
    return text.zfill(len(form)) if re.fullmatch("0{2,}", form) else text  # 00042 is shown so, and kept as 42
