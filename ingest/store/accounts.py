"""Accounts of the people at the desk, and their signed-in sessions. Passwords and tokens are kept as hashes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ingest.schema import accounts, sessions
from ingest.store import rows


def put(db: Connection, *, name: str, display: str, role: str, password: str, lang: str, created: datetime) -> None:
    """Insert or overwrite an account; `password` is already hashed."""
    known = {"name": name, "display": display, "role": role, "password": password, "lang": lang, "created": created}
    rows.upsert(db, accounts, [known])


def get(db: Connection, name: str) -> Row[Any] | None:
    """One account's row, or None."""
    return db.execute(select(accounts).where(accounts.c.name == name)).first()


def page(db: Connection) -> list[Row[Any]]:
    """Everybody at the desk, supervisors first, by name."""
    return list(db.execute(select(accounts).order_by(accounts.c.role.desc(), accounts.c.display)))


def displayed(db: Connection, name: str) -> str:
    """How a person is called at the desk: the account's name itself where there is no such account any more."""
    row = get(db, name)
    return row.display if row else name


def change(db: Connection, name: str, **values: str) -> None:
    """Set columns of one account, e.g. `lang="ja"`."""
    db.execute(update(accounts).where(accounts.c.name == name).values(values))


def count(db: Connection) -> int:
    """How many accounts there are."""
    return db.scalar(select(func.count()).select_from(accounts)) or 0


def open_session(db: Connection, *, token: str, account: str, expires: datetime) -> None:
    """Keep a session; `token` is already hashed."""
    db.execute(insert(sessions).values(token=token, account=account, expires=expires))


def by_session(db: Connection, token: str, now: datetime) -> Row[Any] | None:
    """The account whose session this is, unless it has expired."""
    same = (sessions.c.token == token) & (sessions.c.expires > now)
    return db.execute(select(accounts).join(sessions, sessions.c.account == accounts.c.name).where(same)).first()


def close_session(db: Connection, token: str) -> None:
    """End a session."""
    db.execute(delete(sessions).where(sessions.c.token == token))


def close_sessions(db: Connection, account: str) -> None:
    """End every session of one account."""
    db.execute(delete(sessions).where(sessions.c.account == account))
