"""Numbered steps from an empty database to today's schema, each run once and in order."""

from collections.abc import Callable

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select, text

from ingest import schema

_applied = Table("migrations", MetaData(), Column("number", Integer, primary_key=True))


def _first(db: Connection) -> None:
    schema.metadata.create_all(db)
    if db.dialect.name == "sqlite":
        db.execute(text("CREATE VIRTUAL TABLE words USING fts5(terms)"))
        db.execute(text("CREATE VIRTUAL TABLE word_counts USING fts5vocab(words, row)"))


STEPS: tuple[Callable[[Connection], None], ...] = (_first,)


def migrate(db: Connection) -> int:
    """Apply every step that this database lacks; returns how many ran."""
    _applied.create(db, checkfirst=True)
    done = set(db.scalars(select(_applied.c.number)))
    missing = [(number, step) for number, step in enumerate(STEPS, 1) if number not in done]
    for number, step in missing:
        step(db)
        db.execute(insert(_applied).values(number=number))
    return len(missing)
