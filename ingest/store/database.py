"""One database, opened once: SQLite in WAL mode by default. Readers never wait; writers queue."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from ingest.errors import OperatorError
from ingest.migrations import migrate

_MAPPED = 256 * 2**20  # bytes of the file that are read without being copied


@dataclass(frozen=True)
class Database:
    """Connections to the truth. `read()` sees one snapshot; `write()` commits all or nothing."""

    engine: Engine

    @classmethod
    def open(cls, path: Path) -> "Database":
        """Open or create the SQLite file at `path` and bring its schema up to date.

        Raises OperatorError when it cannot be written or is no database.
        """
        try:
            return cls._open(path)
        except (OSError, DatabaseError) as error:
            cause = error.orig if isinstance(error, DatabaseError) else error.strerror
            raise OperatorError(f"The database {path} cannot be used: {cause}. Choose another with --home.") from None

    @classmethod
    def _open(cls, path: Path) -> "Database":
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(URL.create("sqlite", database=str(path)), pool_size=8, max_overflow=24)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        database = cls(engine)
        with database.write() as connection:
            migrate(connection)
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that takes the write lock at once, so that it never fails half-way for being late."""
        with self.engine.connect().execution_options(write=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN below decides, not the driver
    for pragma in (
        "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000", f"mmap_size={_MAPPED}",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
