"""Sites that embed the chat, and which tokens of their customers were shown, so that none works twice."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from ingest.schema import site_identities, sites, tickets
from ingest.store import rows


@dataclass(frozen=True)
class Site:
    """One site. `id` stays; `key` is public, and may change: `former_key` is good until `former_key_ends`.

    `texts` are by language ("en", "ja"): {"title", "greeting", "launcher"}. `logo` is a PNG. Identity secrets are not
    kept: `secret` counts them, 0 is none yet; the one before is good until `former_secret_ends`. `forms` are those
    before and after a chat, as `console.widget.forms` reads them; `hours` are when people are there, as
    `console.widget.hours` reads them. `transcript`: visitors may have the conversation by e-mail.
    """

    id: str
    key: str
    name: str
    origins: tuple[str, ...] = ()
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    accent: str = ""
    accent_dark: str = ""
    logo: bytes | None = None
    side: str = "right"
    offset: int = 20  # pixels from the edges
    full: bool = True  # fills a phone's screen
    on: bool = True
    former_key: str = ""
    former_key_ends: datetime | None = None
    secret: int = 0
    former_secret_ends: datetime | None = None
    forms: dict[str, Any] = field(default_factory=dict)
    hours: dict[str, Any] = field(default_factory=dict)
    transcript: bool = False
    created: datetime | None = None
    changed: datetime | None = None
    by: str = ""


def put(db: Connection, site: Site) -> None:
    """Insert or overwrite one."""
    rows.upsert(db, sites, [asdict(site) | {"origins": list(site.origins)}])


def get(db: Connection, id: str) -> Site | None:
    """One site by its id, or None."""
    row = db.execute(select(sites).where(sites.c.id == id)).first()
    return _site(row) if row else None


def hours(db: Connection, id: str) -> dict[str, Any]:
    """When people are there for a site, as it keeps that; empty for one that is not there."""
    return dict(db.scalar(select(sites.c.hours).where(sites.c.id == id)) or {})


def by_key(db: Connection, key: str, now: datetime) -> Site | None:
    """The site whose key this is, or was until some time after `now`; None for any other."""
    former = (sites.c.former_key == key) & (sites.c.former_key_ends > now)
    row = db.execute(select(sites).where(or_(sites.c.key == key, former))).first() if key else None
    return _site(row) if row else None


def every(db: Connection, limit: int = 200) -> list[Site]:
    """All sites, by name."""
    return [_site(row) for row in db.execute(select(sites).order_by(sites.c.name, sites.c.id).limit(limit))]


def remove(db: Connection, id: str) -> None:
    """Take a site out. Conversations of its visitors stay."""
    db.execute(delete(sites).where(sites.c.id == id))


def show(db: Connection, site: str, jti: str, browser: str, ends: datetime, now: datetime) -> bool:
    """Note that a browser showed this customer's token; False where another browser showed it before.

    What ended before `now` is forgotten. To be called in a writing transaction, so that two cannot be first.
    """
    db.execute(delete(site_identities).where(site_identities.c.ends <= now))
    same = (site_identities.c.site == site) & (site_identities.c.jti == jti)
    first = db.scalar(select(site_identities.c.browser).where(same))
    if first is None:
        rows.insert_many(db, site_identities, [{"site": site, "jti": jti, "browser": browser, "ends": ends}])
    return first in (None, browser)


def claim(db: Connection, visitor: str, identified: str) -> int:
    """Make a browser's conversations those of the customer who turned out to sit there; returns how many."""
    mine = (tickets.c.visitor == visitor) & (tickets.c.visitor != "")
    return db.execute(update(tickets).where(mine).values(visitor=identified)).rowcount


def _site(row: Row[Any]) -> Site:
    return Site(**{f.name: getattr(row, f.name) for f in fields(Site)} | {"origins": tuple(row.origins)})
