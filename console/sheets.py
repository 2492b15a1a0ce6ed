"""Tables that people open in a spreadsheet: CSV with a byte-order mark, and no cell that is run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run


def written(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV in UTF-8. Cells that would be formulas begin with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def meant(cell: str) -> str:
    """A cell of such a table without the apostrophe that `written` put before it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell
