"""Clicks of the chat's visitors on the sources of answers: how many, by site and day, never whose."""

from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import Connection, func, select

from ingest.schema import site_clicks
from ingest.store import rows

What = Literal["opened", "page"]  # beside the chat; its page in the help centre


def count(db: Connection, site: str, source: str, what: What, day: date | None = None) -> None:
    """Note one click; `day` is today (UTC) where it is not given."""
    when = (day or datetime.now(UTC).date()).isoformat()
    rows.increase(db, site_clicks, {"site": site, "day": when, "source": source, "what": what}, "n")


def totals(db: Connection, since: date, site: str | None = None) -> dict[tuple[str, What], int]:
    """Clicks by source and what, from that day on, of one site or (None) of all."""
    held, total = site_clicks.c, func.sum(site_clicks.c.n).label("total")
    chosen = select(held.source, held.what, total).where(held.day >= since.isoformat())
    if site is not None:
        chosen = chosen.where(held.site == site)
    return {(row.source, row.what): row.total for row in db.execute(chosen.group_by(held.source, held.what))}
