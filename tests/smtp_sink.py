"""A real mail server on this machine, for tests: what it is sent is kept. TLS and sign-in as at a provider's."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "desk", "s3cret/p@ss"


@dataclass
class Sink:
    """The mails that came in, as they were sent; `trouble` is what it says instead of taking the next ones."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    trouble: str = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail."""
        if self.trouble:
            return self.trouble
        told = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(told, EmailMessage)
        self.mails.append(told)
        return "250 OK"

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        """Let in who knows the password."""
        assert isinstance(given, LoginPassword)
        well = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        self.signed_in += [given.login.decode()] if well else []
        return AuthResult(success=well, handled=well)


class _Server(Controller):
    """Takes a free port, and greets itself there."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(tls: ssl.SSLContext | None = None, *, sign_in: bool = False) -> Iterator[Sink]:
    """A server on a free port of this machine, with STARTTLS and sign-in where they are asked for."""
    sink = Sink()
    asked: dict[str, Any] = {"authenticator": sink.login, "auth_required": True} if sign_in else {}
    if tls:
        asked |= {"tls_context": tls, "require_starttls": True}
    served = _Server(sink, hostname="127.0.0.1", port=0, **asked)
    served.start()
    sink.port = served.port
    try:
        yield sink
    finally:
        served.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for 127.0.0.1 and localhost, and the file that a client has to trust."""
    import ipaddress

    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1)).add_extension(hosts, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    whole, trusted = folder / "server.pem", folder / "trusted.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    whole.write_bytes(private + trusted.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return context, trusted
