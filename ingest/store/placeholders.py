"""What masking took out of each customer's conversations: number and keyed hash, and the sealed original if kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select, update

from ingest.schema import placeholders, tickets


@dataclass(frozen=True)
class Line:
    """One placeholder of a book: `<label_number>`."""

    book: str
    label: str
    number: int
    tag: bytes
    sealed: bytes | None


def of(db: Connection, books: Sequence[str]) -> list[Line]:
    """The lines of these books."""
    found = db.execute(select(placeholders).where(placeholders.c.book.in_(books)).order_by(placeholders.c.number))
    return [Line(row.book, row.label, row.number, row.tag, row.sealed) for row in found]


def put_many(db: Connection, lines: Sequence[Line]) -> None:
    """Add lines."""
    if lines:
        db.execute(insert(placeholders), [asdict(line) for line in lines])


def move(db: Connection, old: str, new: str) -> None:
    """Let a book go on under another name, unless that one has begun already: numbers must not change."""
    if db.execute(select(placeholders.c.book).where(placeholders.c.book == new).limit(1)).first() is None:
        for table in (placeholders, tickets):
            db.execute(update(table).where(table.c.book == old).values(book=new))


def forget(db: Connection, book: str) -> None:
    """Take a book out: what its placeholders stood for is gone."""
    db.execute(delete(placeholders).where(placeholders.c.book == book))
