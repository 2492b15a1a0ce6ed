"""Readings of published FAQ entries: how often each was shown, opened, rated, or not enough, by day and language."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import Connection, func, select

from ingest.schema import faq_readings
from ingest.store import rows

What = Literal["shown", "opened", "helpful", "unhelpful", "contacted"]


def count(db: Connection, entry: str, lang: str, what: What, day: date | None = None) -> None:
    """Note one reading; `day` is today (UTC) where it is not given."""
    when = (day or datetime.now(UTC).date()).isoformat()
    rows.increase(db, faq_readings, {"entry": entry, "lang": lang, "day": when, "what": what}, "n")


def totals(db: Connection, since: date) -> dict[str, Counter[str]]:
    """Readings by entry and what, from that day on, over all languages."""
    held, total = faq_readings.c, func.sum(faq_readings.c.n).label("total")
    chosen = select(held.entry, held.what, total).where(held.day >= since.isoformat())
    found: dict[str, Counter[str]] = {}
    for row in db.execute(chosen.group_by(held.entry, held.what)):
        found.setdefault(row.entry, Counter())[row.what] = row.total
    return found


def daily(db: Connection, entry: str, since: date) -> dict[str, Counter[str]]:
    """Readings of one entry by day (YYYY-MM-DD, in order) and what, from that day on, over all languages."""
    held, total = faq_readings.c, func.sum(faq_readings.c.n).label("total")
    chosen = select(held.day, held.what, total).where(held.entry == entry, held.day >= since.isoformat())
    found: dict[str, Counter[str]] = {}
    for row in db.execute(chosen.group_by(held.day, held.what).order_by(held.day)):
        found.setdefault(row.day, Counter())[row.what] = row.total
    return found
