"""A mail by SMTP: encrypted by TLS from the start or by STARTTLS; a password is never sent in the clear."""

import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from ingest.errors import OperatorError, TemporaryError

WITHIN = 10.0  # seconds for each step
PAUSES = tuple(timedelta(minutes=n) for n in (0.5, 2, 10, 60, 360))  # before it is tried again; then it is given up
_PORTS = {"smtp": 587, "smtps": 465}
_HERE = ("localhost", "127.0.0.1", "::1")


def send(
    server: str, *, sender: str, to: str, subject: str, text: str, id: str = "", above: Sequence[str] = (),
    by_hand: bool = False,
) -> None:  # fmt: skip
    """Send a plain mail to one address through `server`, like smtp://user:password@host:587 or smtps://host:465.

    `id` is its Message-ID and `above` those of the mails before it, oldest first, without brackets; `by_hand`: a person
    wrote it. Raises OperatorError where the settings are wrong, TemporaryError where the server does not take it now.
    """
    where = place(server)
    letter = EmailMessage()
    try:
        letter["From"], letter["To"], letter["Subject"] = sender, _receiver(to), subject
    except (ValueError, MessageError) as error:
        raise OperatorError(f"This mail cannot be addressed ({error}). Check the addresses in the settings.") from None
    letter["Date"], letter["Message-ID"] = formatdate(), f"<{id}>" if id else make_msgid(domain=domain(sender) or None)
    if above:
        letter["In-Reply-To"], letter["References"] = f"<{above[-1]}>", " ".join(f"<{one}>" for one in above)
    if not by_hand:
        letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    try:
        with _open(where) as session:
            session.send_message(letter, to_addrs=[parseaddr(to)[1]])
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryError(f"The mail server {where.hostname} did not take it: {_why(error)}.") from None


def again(tries: int, now: datetime) -> datetime | None:
    """When to try once more after so many failed attempts before this one; None: give it up."""
    return now + PAUSES[tries] if tries < len(PAUSES) else None


def domain(sender: str) -> str:
    """The part of an address behind the @."""
    return parseaddr(sender)[1].rpartition("@")[2]


def _receiver(to: str) -> Address:
    """One address and nothing else: what a visitor wrote must not become a list of them."""
    name, address = parseaddr(to)
    if not address:
        raise ValueError("no address")
    return Address(name, addr_spec=address)


def answers(server: str) -> None:
    """Open a session and sign in, without sending anything. Raises as `send` does."""
    where = place(server)
    try:
        with _open(where) as session:
            session.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryError(f"The mail server {where.hostname} does not answer: {_why(error)}.") from None


def place(server: str) -> SplitResult:
    """The parts of the server's address. Raises OperatorError for one that is none."""
    try:
        where = urlsplit(server)
        fits = where.scheme in _PORTS and bool(where.hostname) and where.port != 0
    except ValueError:  # a port that is none
        fits = False
    if fits:
        return where
    raise OperatorError("KIZUNA_SMTP_URL is no mail server's address. Write it as smtp://user:password@host:587.")


def _open(where: SplitResult) -> smtplib.SMTP:
    host, port = where.hostname or "", where.port or _PORTS[where.scheme]
    safe = ssl.create_default_context()
    session: smtplib.SMTP
    if where.scheme == "smtps":
        session = smtplib.SMTP_SSL(host, port, timeout=WITHIN, context=safe)
    else:
        session = smtplib.SMTP(host, port, timeout=WITHIN)
    try:
        _sign_in(session, where, safe)
    except BaseException:
        session.close()
        raise
    return session


def _sign_in(session: smtplib.SMTP, where: SplitResult, safe: ssl.SSLContext) -> None:
    session.ehlo()
    encrypted = where.scheme == "smtps"
    if not encrypted and session.has_extn("starttls"):
        session.starttls(context=safe)
        session.ehlo()
        encrypted = True
    if where.username is None:
        return
    if not encrypted and where.hostname not in _HERE:
        raise OperatorError(
            f"The mail server {where.hostname} offers no encryption, and a password is not sent in the clear. "
            "Use its smtps:// address."
        )
    session.login(unquote(where.username), unquote(where.password or ""))


def _why(error: Exception) -> str:
    """What a server or the network said, in one short line."""
    said = error.smtp_error if isinstance(error, smtplib.SMTPResponseException) else str(error)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200].rstrip(".") or type(error).__name__
