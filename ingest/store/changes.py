"""What changed on the shelves of late: articles with what they said before, and conversations that were resolved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from ingest.records import Article
from ingest.schema import arrivals, articles, imports, tickets
from ingest.store import rows


@dataclass(frozen=True)
class Changed:
    """One article that changed `at` a time; `before` is what it said, where that is known, `now` None if it is gone."""

    id: str
    at: datetime
    before: Article | None
    now: Article | None


def of_articles(db: Connection, since: datetime) -> list[Changed]:
    """Articles, not FAQ entries, that an import has changed, brought or removed since then, or that say so themselves.

    What one said before is known of the last import that touched it.
    """
    ended = func.coalesce(imports.c.finished, imports.c.started)
    brought = select(arrivals, ended.label("ended")).join(imports, imports.c.id == arrivals.c.job)
    found: dict[str, Changed] = {}
    for row in db.execute(brought.where(arrivals.c.kind == "article", ended > since).order_by(arrivals.c.num)):
        held = (row.before or {}).get("record")
        before = rows.load("article", held) if held else None
        found[row.target] = Changed(row.target, row.ended, before if isinstance(before, Article) else None, None)
    chosen = select(articles).where(articles.c.kind == "article")
    own = (articles.c.updated > since) & ~articles.c.id.in_(
        select(arrivals.c.target).where(arrivals.c.kind == "article")
    )
    for row in db.execute(chosen.where(articles.c.id.in_(list(found)) | own)):
        known = found.get(row.id, Changed(row.id, row.updated, None, None))
        found[row.id] = Changed(row.id, known.at, known.before, rows.article(row))
    return list(found.values())


def resolved(db: Connection, since: datetime, limit: int) -> list[tuple[datetime, str, str]]:
    """Resolved conversations that were last spoken in after a time, the earliest first: (when, kind, id)."""
    chosen = select(tickets.c.updated, tickets.c.kind, tickets.c.id).where(
        tickets.c.status == "resolved", tickets.c.updated > since
    )
    found = db.execute(chosen.order_by(tickets.c.updated, tickets.c.id).limit(limit))
    return [(row.updated, row.kind, row.id) for row in found]


def imported(db: Connection, since: datetime) -> bool:
    """Whether an import ended after a time."""
    return db.scalar(select(imports.c.id).where(imports.c.finished > since).limit(1)) is not None
