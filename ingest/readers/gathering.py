"""What lies scattered over files and belongs together, put in piles on the disk: memory stays small."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from types import TracebackType
from typing import Any, Self

from ingest.errors import SenderError
from ingest.readers import opening
from ingest.readers.opening import File
from ingest.records import Item

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -16000;
CREATE TABLE piles (place INTEGER PRIMARY KEY, key TEXT UNIQUE);
CREATE TABLE things (place INTEGER, rank, value TEXT);
BEGIN;
"""
_IN_ORDER = "CREATE INDEX IF NOT EXISTS in_order ON things (place, rank)"


class Pile:
    """JSON values under keys, in a temporary file that no one else sees and that goes with the `with` block.

    Iteration gives `(key, [values])`: keys as they first appeared, values by their order, then as they were added.
    """

    def __init__(self) -> None:
        # "" is SQLite's name for a file that is unlinked as soon as it is opened. Not bound to one thread, because
        # a half-read generator may be closed by another one.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, key: str, order: str | float, value: Any) -> None:
        """Put a JSON value under `key`. Numbers come before texts in order. Not while the pile is iterated."""
        name = json.dumps(key)
        rank = order.encode("utf-8", "replace") if isinstance(order, str) else order
        self._file.execute("INSERT OR IGNORE INTO piles (key) VALUES (?)", [name])
        self._file.execute(
            "INSERT INTO things SELECT place, ?, ? FROM piles WHERE key = ?", [rank, json.dumps(value), name]
        )

    def under(self, key: str) -> list[Any]:
        """The values of one key, in order; none for an unknown key."""
        self._file.execute(_IN_ORDER)
        rows = self._file.execute(
            "SELECT value FROM things JOIN piles USING (place) WHERE key = ? ORDER BY rank, things.rowid",
            [json.dumps(key)],
        )
        return [json.loads(value) for (value,) in rows]

    def __iter__(self) -> Iterator[tuple[str, list[Any]]]:
        self._file.execute(_IN_ORDER)
        rows = self._file.execute(
            "SELECT key, value FROM things JOIN piles USING (place) ORDER BY place, rank, things.rowid"
        )
        for name, values in groupby(rows, key=itemgetter(0)):
            yield json.loads(name), [json.loads(value) for _, value in values]


def each(files: Sequence[File], read: Callable[[File], Iterable[Item]]) -> Iterator[Item]:
    """What `read` yields for each file; an error of one file ends that file alone, as a Reject."""
    for file in files:
        try:
            yield from read(file)
        except SenderError as error:
            yield opening.reject(file, str(error))
        except (OSError, UnicodeError) as error:
            said = getattr(error, "strerror", None) or type(error).__name__
            yield opening.reject(
                file, f"The file cannot be read ({said}). Check that it may be opened; import it again."
            )
        except RecursionError:
            yield opening.reject(file, "The file is nested too deeply to be read. Export it again without nesting.")
