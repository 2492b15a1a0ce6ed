"""Sites that embed the chat: made, changed, given new keys and switched off by supervisors. Everything is journaled."""

import re
import secrets
import string
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from console.accounts import Account
from console.widget import colours, forms, logo, origins
from console.widget.forms import Forms
from console.widget.hours import Hours
from ingest.errors import SenderError
from ingest.store import Database, notes, sites
from ingest.store.sites import Site

KEY = re.compile(r"ks_[A-Za-z0-9]{24}")
OVERLAP = timedelta(days=7)  # in which the former key or secret is good beside the new one
LANGS = ("en", "ja")
TEXTS = {"title": 60, "greeting": 400, "launcher": 40}  # characters at most
NAME, ORIGINS, OFFSET = 80, 20, 200  # characters, how many, pixels
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # characters that turn the direction of others round


@dataclass(frozen=True)
class Change:
    """What a change made of a site; `before` is None where it is new."""

    before: Site | None
    after: Site


def create(db: Database, name: str, by: Account) -> Change:
    """A new site, switched on, which no page may embed yet."""
    _allow(by)
    now = datetime.now(UTC)
    made = Site(
        f"S-{secrets.token_hex(6)}", _key(), _line(name, NAME, "name"), created=now, changed=now, by=by.name
    )  # fmt: skip
    with db.write() as connection:
        sites.put(connection, made)
        notes.write(connection, by=by.name, action="made site", subject=made.id, name=made.name)
    return Change(None, made)


def save(db: Database, site: Site, by: Account) -> Change:
    """Keep what was written into a site's form: name, origins, texts, colours and place.

    Raises SenderError for what is not right; nothing is kept then.
    """
    told: dict[str, Any] = {
        "name": _line(site.name, NAME, "name"), "origins": _origins(site.origins), "texts": _texts(site.texts),
        "accent": site.accent and colours.checked(site.accent),
        "accent_dark": site.accent_dark and colours.checked(site.accent_dark),
        "side": _side(site.side), "offset": min(max(int(site.offset), 0), OFFSET), "full": bool(site.full),
    }  # fmt: skip
    return _change(db, site.id, by, "changed site", lambda old: replace(old, **told))


def draw(db: Database, id: str, picture: bytes | None, by: Account) -> Change:
    """Give a site a logo, or none. Raises SenderError for what is no picture."""
    drawn = None if picture is None else logo.checked(picture)
    return _change(db, id, by, "changed logo of site", lambda old: replace(old, logo=drawn))


def ask(db: Database, id: str, told: Forms, by: Account) -> Change:
    """Say what a site asks before and after a chat. Raises SenderError for what is not right."""
    kept = forms.checked(told)
    return _change(db, id, by, "changed forms of site", lambda old: replace(old, forms=kept))


def staff(db: Database, id: str, hours: Hours, transcript: bool, by: Account) -> Change:
    """Say when people are there, and whether visitors may have the conversation by e-mail."""
    told = hours.told
    return _change(db, id, by, "changed hours of site", lambda old: replace(old, hours=told, transcript=transcript))


def switch(db: Database, id: str, on: bool, by: Account) -> Change:
    """Show the chat on a site, or end it there at once."""
    return _change(db, id, by, "switched site on" if on else "switched site off", lambda old: replace(old, on=on))


def new_key(db: Database, id: str, by: Account) -> Change:
    """Another key; the former one is good for `OVERLAP` more, so that pages can be changed without haste."""
    fresh, ends = _key(), datetime.now(UTC) + OVERLAP
    return _change(
        db, id, by, "gave site a new key",
        lambda old: replace(old, key=fresh, former_key=old.key, former_key_ends=ends),
    )  # fmt: skip


def new_secret(db: Database, id: str, by: Account, *, at_once: bool = False) -> Change:
    """Another identity secret, or the first; the former one is good for `OVERLAP` more unless it ends `at_once`.

    A secret that has leaked has to end at once: customers who were identified by it are strangers then.
    """
    ends = None if at_once else datetime.now(UTC) + OVERLAP
    return _change(
        db, id, by, "gave site a new identity secret",
        lambda old: replace(old, secret=old.secret + 1, former_secret_ends=ends if old.secret else None),
    )  # fmt: skip


def undo(db: Database, change: Change, by: Account) -> Site | None:
    """Bring a site back to where it was before a change; None where it was not there.

    Secrets stay as they are: one that was taken out of use must never come back. Raises SenderError where somebody
    has changed the site since.
    """
    _allow(by)
    with db.write() as connection:
        now = _found(connection, change.after.id)
        if now.changed != change.after.changed:
            raise SenderError("Somebody has changed this site since. Look at it again, and change it by hand.")
        notes.write(connection, by=by.name, action="undid change of site", subject=now.id, name=now.name)
        if change.before is None:
            sites.remove(connection, now.id)
            return None
        back = replace(
            change.before, secret=now.secret, former_secret_ends=now.former_secret_ends, changed=datetime.now(UTC),
            by=by.name,
        )  # fmt: skip
        sites.put(connection, back)
        return back


def words(site: Site, lang: str) -> dict[str, str]:
    """What the site says in a language, by the names of `TEXTS`; empty texts are the widget's own."""
    return {name: site.texts.get(lang, {}).get(name, "") for name in TEXTS}


def _change(db: Database, id: str, by: Account, action: str, made: Callable[[Site], Site]) -> Change:
    """Read, change and keep a site in one go, so that two people at once lose nothing of each other."""
    _allow(by)
    with db.write() as connection:
        old = _found(connection, id)
        new = made(old)
        told = [one.name for one in fields(Site) if getattr(old, one.name) != getattr(new, one.name)]
        kept = replace(new, changed=datetime.now(UTC), by=by.name)
        sites.put(connection, kept)
        notes.write(connection, by=by.name, action=action, subject=kept.id, name=kept.name, what=told)
    return Change(old, kept)


def _allow(by: Account) -> None:
    if not by.supervises:
        raise SenderError("Only a supervisor may change sites.")


def _found(connection: Connection, id: str) -> Site:
    site = sites.get(connection, id)
    if site is None:
        raise SenderError("There is no such site any more. Go back to the list.")
    return site


def _key() -> str:
    return "ks_" + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24))


def _side(side: str) -> str:
    if side not in ("left", "right"):
        raise SenderError("The button stands on the left or on the right.")
    return side


def _origins(told: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(origins.checked(one) for one in told if one.strip()))
    if len(found) > ORIGINS:
        raise SenderError(f"A site has {ORIGINS} origins at most. Make another site for the rest.")
    return found


def _texts(told: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {
        lang: {name: _bounded(told.get(lang, {}).get(name, ""), most, name) for name, most in TEXTS.items()}
        for lang in LANGS
    }


def _line(text: str, most: int, name: str) -> str:
    found = _bounded(text, most, name)
    if not found:
        raise SenderError("The site needs a name. Write one first.")
    return found


def _bounded(text: str, most: int, name: str) -> str:
    """The text without characters that nobody sees; on one line, but for the greeting."""
    plain = "".join(one for one in text if one in "\n\t" or unicodedata.category(one) != "Cc")
    plain = plain.translate(dict.fromkeys(map(ord, _TURNS)))
    plain = plain.strip() if name == "greeting" else " ".join(plain.split())
    if len(plain) > most:
        raise SenderError(f"The {name} has {len(plain):,} characters; {most:,} are the most. Shorten it.")
    return plain
