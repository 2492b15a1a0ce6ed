"""Numbered steps from an empty database to today's schema, each run once and in order."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnDefault,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.types import TypeEngine

from ingest import schema

_applied = Table("migrations", MetaData(), Column("number", Integer, primary_key=True))
_EMPTY: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (JSON, "'[]'"), (Boolean, "0"), (Float, "0"), (String, "''"), (Text, "''"),
)  # fmt: skip


def _first(db: Connection) -> None:
    schema.metadata.create_all(db)
    if db.dialect.name == "sqlite":
        db.execute(sql("CREATE VIRTUAL TABLE words USING fts5(terms)"))
        db.execute(sql("CREATE VIRTUAL TABLE word_counts USING fts5vocab(words, row)"))


def _arrivals(db: Connection) -> None:
    """What each source brought is kept in `arrivals`; before, a digest stood beside each record."""
    _complete(db)
    for table in schema.metadata.sorted_tables:
        there = {column["name"] for column in inspect(db).get_columns(table.name)}
        if "digest" in there and "digest" not in table.columns:
            db.execute(sql(f"ALTER TABLE {table.name} DROP COLUMN digest"))


def _judged(db: Connection) -> None:
    """Drafts tell what became of them; of earlier ones only the rough outcome is known."""
    _complete(db)
    for state, outcome in (("accepted", "sent"), ("edited", "touched"), ("rejected", "rejected")):
        old = (schema.drafts.c.state == state) & (schema.drafts.c.outcome == "")
        db.execute(update(schema.drafts).where(old).values(outcome=outcome))


def _complete(db: Connection) -> None:
    """Make the tables and columns of today's schema that are not there."""
    schema.metadata.create_all(db)
    for table in schema.metadata.sorted_tables:
        there = {column["name"] for column in inspect(db).get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                db.execute(sql(_added(db, table, column)))


def _added(db: Connection, table: Table, column: Column[object]) -> str:
    kind = column.type.compile(db.dialect)
    empty = next((word for known, word in _EMPTY if isinstance(column.type, known)), "NULL")
    if isinstance(column.default, ColumnDefault) and column.default.is_callable and column.default.arg(None) == {}:
        empty = "'{}'"
    need = "" if column.nullable else f" NOT NULL DEFAULT {empty}"
    return f'ALTER TABLE {table.name} ADD COLUMN "{column.name}" {kind}{need}'


def _macros(db: Connection) -> None:
    """Saved replies have a table."""
    schema.macros.create(db, checkfirst=True)


def _living(db: Connection) -> None:
    """FAQ entries have faces and conditions, and tables of their versions, flags and readings."""
    _complete(db)


def _ahead(db: Connection) -> None:
    """Topics, their questions and alerts, and known events have tables."""
    _complete(db)


def _measured(db: Connection) -> None:
    """What FAQ entries save has a table."""
    schema.faq_arms.create(db, checkfirst=True)


def _watched(db: Connection) -> None:
    """Messages keep signals and the way the mood goes; customers at risk and the alerts about them have tables."""
    _complete(db)


def _sites(db: Connection) -> None:
    """Sites that embed the chat have a table, and so have the tokens of their customers."""
    for table in (schema.sites, schema.site_identities):
        table.create(db, checkfirst=True)


def _told_apart(db: Connection) -> None:
    """Tickets of the chat know their site, and clicks on sources have a table."""
    _complete(db)


def _before_and_after(db: Connection) -> None:
    """Sites have forms; what visitors tell before a chat, attach to it and say of it afterwards has tables."""
    _complete(db)


def _handed_over(db: Connection) -> None:
    """Sites have office hours; handovers of chats to people and the mails of chats have tables."""
    _complete(db)
    for index in schema.tickets.indexes:
        index.create(db, checkfirst=True)


def _in_context(db: Connection) -> None:
    """Messages keep how dissatisfied they sound behind what had been said before."""
    _complete(db)


STEPS: tuple[Callable[[Connection], None], ...] = (
    _first, _arrivals, _judged, _macros, _living, _ahead, _measured, _watched, _sites,
    _told_apart, _before_and_after, _handed_over, _in_context,
)  # fmt: skip


def migrate(db: Connection) -> int:
    """Apply every step that this database lacks; returns how many ran."""
    _applied.create(db, checkfirst=True)
    done = set(db.scalars(select(_applied.c.number)))
    missing = [(number, step) for number, step in enumerate(STEPS, 1) if number not in done]
    for number, step in missing:
        step(db)
        db.execute(insert(_applied).values(number=number))
    return len(missing)
