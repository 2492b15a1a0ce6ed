"""From a record to its row and back, and the digest that tells whether it changed."""

import hashlib
import json
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from ingest.records import Article, Customer, Message, Record, Ticket


def digest(record: Record) -> str:
    """SHA-256 of everything the source said about this record."""
    return hashlib.sha256(repr(record).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def upsert(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or overwrite the columns given where the primary key is there already."""
    if not rows:
        return
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if changed:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    db.execute(statement, rows)


def increase(db: Connection, table: Table, keys: dict[str, Any], column: str) -> None:
    """Add 1 to a row's `column`, or insert the row with 1 in it."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(keys | {column: 1})
    db.execute(statement.on_conflict_do_update(index_elements=list(keys), set_={column: table.c[column] + 1}))


def insert_many(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, as many as there are."""
    if rows:
        db.execute(insert(table), rows)


def dump(record: Record) -> dict[str, Any]:
    """A record as plain JSON."""
    said: dict[str, Any] = json.loads(json.dumps(asdict(record), ensure_ascii=False, default=_plain))
    return said


def load(kind: str, said: dict[str, Any]) -> Record:
    """What `dump` made of a record of this kind of arrival: ticket, article or customer."""
    if kind == "ticket":
        turns = tuple(
            Message(**_timed(turn, "at") | {"attachments": tuple(turn["attachments"])}) for turn in said["messages"]
        )
        return Ticket(**_timed(said, "created") | {"messages": turns, "tags": tuple(said["tags"])})
    if kind == "article":
        return Article(**_timed(said, "updated"))
    return Customer(**_timed(said, "since") | {"products": tuple(said["products"])})


def _timed(said: dict[str, Any], name: str) -> dict[str, Any]:
    return said | {name: said[name] and datetime.fromisoformat(said[name])}


def message(row: Row[Any]) -> Message:
    """A row of `messages` as the record it came from."""
    return Message(row.direction, row.text, row.at, row.author, row.seconds, tuple(row.attachments))


def ticket(row: Row[Any], turns: list[Row[Any]]) -> Ticket:
    """A row of `tickets` with its messages in order."""
    known = {f.name: getattr(row, f.name) for f in fields(Ticket) if f.name not in ("messages", "tags")}
    return Ticket(**known, messages=tuple(message(turn) for turn in turns), tags=tuple(row.tags))


def article(row: Row[Any]) -> Article:
    """A row of `articles`."""
    return Article(**{f.name: getattr(row, f.name) for f in fields(Article)})


def customer(row: Row[Any]) -> Customer:
    """A row of `customers`."""
    known = {f.name: getattr(row, f.name) for f in fields(Customer) if f.name != "products"}
    return Customer(**known, products=tuple(row.products))
