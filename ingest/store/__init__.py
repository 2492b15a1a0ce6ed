"""The database: how it is opened, and one module of statements for each noun."""

from ingest.store.database import Database

__all__ = ["Database"]
