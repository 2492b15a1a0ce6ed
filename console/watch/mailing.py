"""A mail by SMTP: encrypted by TLS from the start or by STARTTLS; a password is never sent in the clear."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from ingest.errors import OperatorError, TemporaryError

WITHIN = 10.0  # seconds for each step
_PORTS = {"smtp": 587, "smtps": 465}
_HERE = ("localhost", "127.0.0.1", "::1")


def send(server: str, *, sender: str, to: str, subject: str, text: str) -> None:
    """Send a plain mail through `server`, like smtp://user:password@host:587 or smtps://host:465.

    Raises OperatorError where the settings are wrong, TemporaryError where the server does not take it now.
    """
    where = place(server)
    letter = EmailMessage()
    try:
        letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    except ValueError as error:
        raise OperatorError(f"This mail cannot be addressed ({error}). Check KIZUNA_ALERTS_FROM and _TO.") from None
    letter["Date"], letter["Message-ID"] = (
        formatdate(),
        make_msgid(domain=sender.rpartition("@")[2].strip("> ") or None),
    )
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    try:
        with _open(where) as session:
            session.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryError(f"The mail server {where.hostname} did not take it: {_why(error)}.") from None


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
