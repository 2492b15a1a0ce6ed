"""Articles and approved FAQ entries, as the knowledge base holds them."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, delete, func, select

from ingest.records import Article
from ingest.schema import articles
from ingest.store import rows


def put(db: Connection, article: Article, *, origin: str) -> None:
    """Insert or overwrite one article."""
    put_many(db, [article], origin=origin)


def put_many(db: Connection, found: Iterable[Article], *, origin: str) -> None:
    """Insert or overwrite articles."""
    rows.upsert(db, articles, [asdict(article) | {"origin": origin} for article in found])


def get(db: Connection, id: str) -> Article | None:
    """One article, or None."""
    row = db.execute(select(articles).where(articles.c.id == id)).first()
    return rows.article(row) if row else None


def remove(db: Connection, id: str) -> None:
    """Take one article out."""
    db.execute(delete(articles).where(articles.c.id == id))


def page(db: Connection, *, limit: int = 50, offset: int = 0) -> list[Article]:
    """Articles, most recently updated first."""
    chosen = select(articles).order_by(articles.c.updated.desc(), articles.c.id).limit(limit).offset(offset)
    return [rows.article(row) for row in db.execute(chosen)]


def titles(db: Connection, limit: int = 5_000) -> tuple[str, ...]:
    """The titles of articles, newest first; not of FAQ entries, whose titles are questions."""
    chosen = select(articles.c.title).where(articles.c.kind == "article")
    return tuple(db.scalars(chosen.order_by(articles.c.updated.desc(), articles.c.id).limit(limit)))


def count(db: Connection) -> int:
    """How many articles and FAQ entries there are."""
    return db.scalar(select(func.count()).select_from(articles)) or 0
