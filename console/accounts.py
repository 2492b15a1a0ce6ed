"""Who may sign in, and as what. Passwords by argon2; a session is a random token of which only the hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ingest.errors import SenderError
from ingest.store import Database
from ingest.store import accounts as rows

Role = Literal["agent", "supervisor"]
LASTS = timedelta(days=7)
SHORTEST = 10
DEMO = (
    ("emma", "Emma Clarke", "agent", "en"),
    ("misaki", "佐藤 美咲", "agent", "ja"),
    ("naoko", "Naoko Hayashi", "supervisor", "en"),
)
DEMO_PASSWORD = "kizuna-demo"


@dataclass(frozen=True)
class Account:
    """A person at the desk."""

    name: str
    display: str
    role: Role
    lang: str = "en"

    @property
    def supervises(self) -> bool:
        """Whether this person may decide what is published."""
        return self.role == "supervisor"


def create(db: Database, name: str, display: str, role: Role, password: str, lang: str = "en") -> Account:
    """Add an account, or replace it and end its sessions. SenderError for a bad name, role or short password."""
    if not name.isidentifier() or role not in ("agent", "supervisor"):
        raise SenderError("An account needs a name of letters and digits and the role agent or supervisor.")
    if len(password) < SHORTEST:
        raise SenderError(f"The password needs at least {SHORTEST} characters.")
    hashed = PasswordHasher().hash(password)
    with db.write() as connection:
        rows.put(
            connection, name=name, display=display, role=role, password=hashed, lang=lang, created=datetime.now(UTC)
        )
        rows.close_sessions(connection, name)
    return Account(name, display, role, lang)


def add_demo(db: Database) -> None:
    """The three people of the demo company, all with the same well-known password: never outside demo mode."""
    for name, display, role, lang in DEMO:
        create(db, name, display, cast(Role, role), DEMO_PASSWORD, lang)


def named(db: Database, name: str) -> Account:
    """The account of this name. Raises SenderError where there is none."""
    with db.read() as connection:
        row = rows.get(connection, name)
    if row is None:
        raise SenderError(f"There is no account {name!r}. Add it with: kizuna account {name}")
    return Account(row.name, row.display, row.role, row.lang)


def sign_in(db: Database, name: str, password: str) -> str:
    """A new session's token for the right name and password.

    Raises SenderError otherwise, saying the same whichever of the two was wrong and taking as long.
    """
    with db.read() as connection:
        row = rows.get(connection, name)
    try:
        PasswordHasher().verify(row.password if row else _nobody(), password)
    except (VerificationError, InvalidHashError):
        row = None
    if row is None:
        raise SenderError("The name or the password is wrong.")
    token = secrets.token_urlsafe(32)
    with db.write() as connection:
        rows.open_session(connection, token=_hash(token), account=row.name, expires=datetime.now(UTC) + LASTS)
    return token


@cache
def _nobody() -> str:
    """What a password is compared with when the name is unknown, so that this takes as long."""
    return PasswordHasher().hash(secrets.token_hex())


def of_session(db: Database, token: str) -> Account | None:
    """Whose session this is; None when it is unknown or has expired."""
    if not token:
        return None
    with db.read() as connection:
        row = rows.by_session(connection, _hash(token), datetime.now(UTC))
    return Account(row.name, row.display, row.role, row.lang) if row else None


def sign_out(db: Database, token: str) -> None:
    """End a session."""
    with db.write() as connection:
        rows.close_session(connection, _hash(token))


def speak(db: Database, account: Account, lang: str) -> None:
    """Set the language of this person's console."""
    with db.write() as connection:
        rows.change(connection, account.name, lang=lang)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
