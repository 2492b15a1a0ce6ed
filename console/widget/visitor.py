"""Who a visitor is: a random id inside a signed token that ends. No cookie, nothing to replay for ever.

A customer whom a site has identified (console/widget/identity.py) has the same id in every browser, for a day.
"""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from ingest.errors import OperatorError

LASTS = 24 * 3600  # seconds that a token is good for
LONGEST = 30 * 24 * 3600  # seconds after which a token is not renewed any more
IDENTIFIED = 24 * 3600  # the same of an identified customer: then the site has to say again who it is
_SIZE = 32  # bytes of the secret


@dataclass(frozen=True)
class Visitor:
    """A browser that chats at a site ("" is the settings' own): a random id, and since when (seconds since 1970).

    An identified customer also has the site's own id of them (`sub`), the browser's id before that, and the number of
    the secret that vouched for them.
    """

    id: str
    since: int
    site: str = ""
    sub: str = ""
    browser: str = ""
    secret: int = 0


class Tokens:
    """Makes and reads the signed tokens of visitors."""

    def __init__(self, secret: bytes) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="widget visitor")

    def new(self, site: str = "") -> Visitor:
        """A visitor whom nobody has seen."""
        return Visitor(secrets.token_urlsafe(18), int(time.time()), site)

    def sign(self, who: Visitor) -> str:
        """A token for this visitor, good for `LASTS` seconds from now."""
        return str(self._signer.dumps([who.id, who.since, who.site, who.sub, who.browser, who.secret]))

    def read(self, token: str) -> Visitor | None:
        """Whose token this is; None when it is forged, damaged, too old, or renewed for too long."""
        try:
            who = Visitor(*self._signer.loads(token, max_age=LASTS))
        except (BadSignature, ValueError, TypeError):
            return None
        return who if time.time() - who.since < (IDENTIFIED if who.sub else LONGEST) else None


def open(home: Path) -> Tokens:
    """The tokens of this home. Raises OperatorError as `secret` does."""
    return Tokens(secret(home))


def secret(home: Path) -> bytes:
    """The secret of this home, made on first use and readable by its owner only.

    Raises OperatorError when it cannot be read or is damaged.
    """
    path = home / "secret"
    try:
        if not path.exists():
            _make(path)
        kept = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"The secret {path} cannot be used: {error.strerror}. Mend its permissions.") from None
    if len(kept) != _SIZE:
        raise OperatorError(
            f"The secret {path} is damaged. Remove the file: open chats in browsers start anew, and sites that "
            "identify their customers need new identity secrets."
        )
    return kept


def _make(path: Path) -> None:
    """Written beside its place and moved there, so that a crash leaves no half secret."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
    fresh.replace(path)
