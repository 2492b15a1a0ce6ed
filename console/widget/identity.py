"""Who a site says its customer is: a token (JWT) that the site's own server signs, good once, for a day at most.

Only such customers see their conversations on other devices, and only theirs are tied to a customer's record.
"""

import base64
import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Connection

from console.widget.visitor import Visitor
from ingest.errors import SenderError
from ingest.records import Customer
from ingest.store import Database, customers, leads, notes, sites, tickets, uploads
from ingest.store.sites import Site

LONGEST = 24 * 3600  # seconds from now that a token may be good for
LEEWAY = 60  # seconds that the clocks of two servers may differ
MOST = 4096  # characters of a token
_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]{2,}")


class IdentityError(SenderError):
    """The token does not say who the customer is. The sentence is for whoever builds the site."""


class _Claims(BaseModel):
    sub: str = Field(min_length=1, max_length=200)
    jti: str = Field(min_length=8, max_length=200)
    exp: float = Field(allow_inf_nan=False)
    email: str = Field("", max_length=254)
    email_verified: bool = True
    name: str = Field("", max_length=200)


@dataclass(frozen=True)
class Identity:
    """What a good token says. `sub` is the site's own id of its customer; `secret` the number of what signed it."""

    sub: str
    jti: str
    ends: datetime
    secret: int
    email: str = ""
    name: str = ""


def secret(home: bytes, site: Site, number: int = 0) -> str:
    """A site's identity secret with this number, or the one in use: made from the home's own, so it is kept nowhere."""
    told = f"site identity\n{site.id}\n{number or site.secret}".encode()
    return "kss_" + base64.urlsafe_b64encode(hmac.new(home, told, "sha256").digest()).decode().rstrip("=")


def serves(site: Site, number: int, now: datetime) -> bool:
    """Whether a secret of the site is in use, or still good beside the one that is."""
    former = site.former_secret_ends is not None and now < site.former_secret_ends and number == site.secret - 1
    return number > 0 and (number == site.secret or former)


def read(token: str, site: Site, home: bytes) -> Identity:
    """What the token says: HS256 by the site's secret, for its key, and neither over nor good for too long.

    Raises IdentityError saying what is wrong with it.
    """
    if not site.secret:
        raise IdentityError("This site has no identity secret. Make one on the page of the widget.")
    said, number = _signed(token, site, home)
    audience = [site.key, *([site.former_key] if _still(site.former_key_ends) else [])]
    rules = jwt.JWTClaimsRegistry(
        now=lambda: int(time.time()), leeway=LEEWAY, aud={"essential": True, "values": audience},
        exp={"essential": True}, sub={"essential": True}, jti={"essential": True},
    )  # fmt: skip
    try:
        rules.validate(said)
        claims = _Claims.model_validate(said)
    except ExpiredTokenError:
        raise IdentityError("The token is over (exp). Sign a new one for each page.") from None
    except JoseError as error:
        raise IdentityError(f"The token is not right: {error.description or error.error}.") from None
    except ValidationError as error:
        wrong = ", ".join(str(one["loc"][0]) for one in error.errors())
        raise IdentityError(f"The token is not right: {wrong}.") from None
    if claims.exp > time.time() + LONGEST + LEEWAY:
        raise IdentityError("The token is good for too long: exp may be 24 hours from now at most.")
    email = claims.email.strip().casefold() if claims.email_verified else ""
    ends = datetime.fromtimestamp(claims.exp + LEEWAY, UTC)
    return Identity(
        claims.sub, claims.jti, ends, number, email if _EMAIL.fullmatch(email) else "", " ".join(claims.name.split())
    )


def _signed(token: str, site: Site, home: bytes) -> tuple[dict[str, object], int]:
    """The claims, and the number of the secret that signed them. The algorithm is ours to name, never the token's."""
    if len(token) > MOST or token.count(".") != 2:
        raise IdentityError("This is no token (JWT).")
    for number in (site.secret, site.secret - 1):
        if serves(site, number, datetime.now(UTC)):
            key = OctKey.import_key(secret(home, site, number))
            try:
                return jwt.decode(token, key, algorithms=["HS256"]).claims, number
            except BadSignatureError:
                continue
            except (JoseError, ValueError):
                raise IdentityError("The token has to be a JWT signed with HS256.") from None
    raise IdentityError("The token is not signed with this site's identity secret.")


def _still(ends: datetime | None) -> bool:
    return ends is not None and datetime.now(UTC) < ends


def take(db: Database, site: Site, said: Identity, who: Visitor) -> Visitor:
    """The customer as a visitor of the site: the same in every browser. What this browser has said becomes theirs.

    Raises IdentityError where another browser has shown the same token before.
    """
    browser = who.browser or who.id
    id = f"c-{hashlib.sha256(_link(site.id, said.sub).encode()).hexdigest()[:32]}"
    with db.write() as connection:
        if not sites.show(connection, site.id, said.jti, browser, said.ends, datetime.now(UTC)):
            raise IdentityError("Another browser has shown this token. Sign a new one, with a jti of its own.")
        known = _known(connection, site, said)
        mine = sites.claim(connection, browser, id)
        uploads.claim(connection, browser, id)
        leads.claim(connection, browser, id)
        if mine:
            notes.write(connection, by=id, action="turned out to be", subject=known, site=site.id, conversations=mine)
        rows = tickets.every_of_visitor(connection, id) if mine else []
    made = Visitor(id, int(time.time()), site.id, said.sub, browser, said.secret)
    for row in rows:
        tie(db, made, row.id)
    return made


def tie(db: Database, who: Visitor, ticket: str) -> None:
    """Put an identified customer's record to their ticket, but never in place of one whom an agent has named."""
    if not who.sub:
        return
    with db.read() as connection:
        row, known = tickets.row(connection, ticket), customers.find(connection, _link(who.site, who.sub))
    if row is None or known is None or row.customer == known.id or (row.customer and "@" not in row.customer):
        return
    with db.write() as connection:
        tickets.change(connection, ticket, customer=known.id)
        notes.write(connection, by=who.id, action="was identified", subject=ticket, customer=known.id)


def _known(db: Connection, site: Site, said: Identity) -> str:
    """The id of the customer's record: by the site's own id, by the address that the site vouches for, or new."""
    link = _link(site.id, said.sub)
    found = customers.find(db, link) or _by_source(db, said) or (customers.find(db, said.email) if said.email else None)
    if found is None:
        found = Customer(link, said.name, said.email)
        customers.put(db, found, origin="widget")
    elif found.id != link:
        customers.also(db, found.id, link)
    return found.id


def _by_source(db: Connection, said: Identity) -> Customer | None:
    """A customer with this id at their source, unless the addresses tell two people apart."""
    found = customers.find(db, said.sub) if "@" not in said.sub else None
    return found if found and (not said.email or found.email in ("", said.email)) else None


def _link(site: str, sub: str) -> str:
    """The id under which a record is known as a site's customer; one with an @ would be taken for an address.

    A hash begins with a character that no plain id has: nobody can choose an id that is another's hash.
    """
    plain = sub if re.fullmatch(r"[\w.-]{1,64}", sub) else f"#{hashlib.sha256(sub.encode()).hexdigest()[:24]}"
    return f"{site}:{plain}"
