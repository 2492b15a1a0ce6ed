"""Who a visitor is: a random id inside a signed token that ends. No cookie, nothing to replay for ever."""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from ingest.errors import OperatorError

LASTS = 24 * 3600  # seconds that a token is good for
LONGEST = 30 * 24 * 3600  # seconds after which a token is not renewed any more
_SIZE = 32  # bytes of the secret


@dataclass(frozen=True)
class Visitor:
    """A browser that chats: a random id, and when it was given (seconds since 1970)."""

    id: str
    since: int


class Tokens:
    """Makes and reads the signed tokens of visitors."""

    def __init__(self, secret: bytes) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="widget visitor")

    def new(self) -> Visitor:
        """A visitor whom nobody has seen."""
        return Visitor(secrets.token_urlsafe(18), int(time.time()))

    def sign(self, visitor: Visitor) -> str:
        """A token for this visitor, good for `LASTS` seconds from now."""
        return str(self._signer.dumps([visitor.id, visitor.since]))

    def read(self, token: str) -> Visitor | None:
        """Whose token this is; None when it is forged, damaged, too old, or renewed for too long."""
        try:
            id, since = self._signer.loads(token, max_age=LASTS)
        except (BadSignature, ValueError, TypeError):
            return None
        return Visitor(id, since) if time.time() - since < LONGEST else None


def open(home: Path) -> Tokens:
    """The tokens of this home; its secret is made on first use and readable by its owner only.

    Raises OperatorError when the secret cannot be read or is damaged.
    """
    path = home / "secret"
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"The secret {path} cannot be used: {error.strerror}. Mend its permissions.") from None
    if len(secret) != _SIZE:
        raise OperatorError(f"The secret {path} is damaged. Remove the file: open chats in browsers start anew.")
    return Tokens(secret)


def _make(path: Path) -> None:
    """Written beside its place and moved there, so that a crash leaves no half secret."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
    fresh.replace(path)
