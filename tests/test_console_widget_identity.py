"""Customers whom a site identifies: which tokens are good, what they open, and whose record their tickets get."""

import base64
import hmac
import json
import secrets
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from at_the_widget import Drafts
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from console.accounts import Account
from console.desk import Desk
from console.widget import identity, sites, visitor
from ingest.records import Customer
from ingest.store import customers, notes, tickets
from ingest.store import sites as shelf
from ingest.store.sites import Site
from ingest.store.tickets import Query

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
MORI, LAMPS = "https://mori.example", "https://lamps.example"


def _site(desk: Desk, origin: str) -> Site:
    made = sites.create(desk.db, origin, NAOKO).after
    sites.save(desk.db, replace(made, origins=(origin,)), NAOKO)
    return sites.new_secret(desk.db, made.id, NAOKO).after


@pytest.fixture
def mori(open_desk: Desk) -> Site:
    return _site(open_desk, MORI)


def _secret(desk: Desk, site: Site, number: int = 0) -> str:
    return identity.secret(visitor.secret(desk.home.path), site, number)


def _claims(site: Site, sub: str = "42", **more: Any) -> dict[str, Any]:
    return {"sub": sub, "aud": site.key, "exp": int(time.time()) + 600, "jti": secrets.token_hex(8)} | more


def _signed(desk: Desk, site: Site, sub: str = "42", **more: Any) -> str:
    key = OctKey.import_key(_secret(desk, site))
    claims = {name: value for name, value in _claims(site, sub, **more).items() if value is not None}
    return jwt.encode({"alg": "HS256"}, claims, key)


class At:
    """A browser at a site: it keeps the token of the browser, as the frame does."""

    def __init__(self, client: TestClient, site: Site, origin: str = MORI) -> None:
        self.client, self.site, self.origin, self.kept, self.token, self.count = client, site, origin, "", "", 0
        self.come()

    def come(self, jwt: str = "") -> Any:
        """Load the page anew; returns what the session says, or why there is none."""
        head = {"X-Kizuna-Site": self.site.key, "Authorization": f"Bearer {self.kept}"}
        answer = self.client.post("/widget/session", json={"origin": self.origin, "jwt": jwt}, headers=head)
        told = answer.json()
        if answer.status_code == 200:
            self.kept, self.token = told.get("browser", self.kept), told["token"]
        return told

    @property
    def head(self) -> dict[str, str]:
        return {"X-Kizuna-Site": self.site.key, "Authorization": f"Bearer {self.token}"}

    def say(self, text: str) -> None:
        self.count += 1
        said = {"id": f"message-{self.count}", "text": text}
        assert self.client.post("/widget/message", json=said, headers=self.head).status_code == 200

    def said(self) -> list[str]:
        answer = self.client.get("/widget/events", headers=self.head)
        assert answer.status_code == 200, answer.text
        return [one["text"] for one in answer.json()["turns"] if one["who"] == "you"]


@pytest.fixture
def at(client: TestClient, mori: Site, drafts: Drafts) -> At:
    return At(client, mori)


# ---- which tokens are good


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": int(time.time()) - 120}, "is over"), ({"exp": int(time.time()) + 25 * 3600}, "24 hours"),
        ({"exp": None}, "exp"), ({"exp": "soon"}, "exp"), ({"exp": float("inf")}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"aud": None}, "aud"), ({"aud": "ks_" + "A" * 24}, "aud"), ({"aud": ["other", "more"]}, "aud"),
        ({"sub": None}, "sub"), ({"sub": ""}, "sub"), ({"sub": 42}, "sub"), ({"sub": "x" * 201}, "sub"),
        ({"sub": {"$ne": 1}}, "sub"), ({"jti": None}, "jti"), ({"jti": "short"}, "jti"), ({"jti": ["a" * 9]}, "jti"),
        ({"nbf": int(time.time()) + 3600}, "not yet valid"), ({"iat": int(time.time()) + 3600}, "future"),
        ({"email": ["a@b.example"]}, "email"), ({"name": "n" * 201}, "name"),
    ],
)  # fmt: skip
def test_a_token_that_does_not_say_what_it_must_is_refused(
    open_desk: Desk, at: At, mori: Site, claims: dict[str, Any], why: str
) -> None:
    told = at.come(_signed(open_desk, mori, **claims))
    assert told["code"] == "identity"
    assert any(one in told["error"] for one in why.split("|")), told


def _raw(header: dict[str, Any], claims: dict[str, Any], key: bytes = b"", digest: str = "sha256") -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in (header, claims)
    ]  # fmt: skip
    told = ".".join(parts)
    sign = base64.urlsafe_b64encode(hmac.new(key, told.encode(), digest).digest()).rstrip(b"=").decode() if key else ""
    return f"{told}.{sign}"


def test_a_token_that_is_not_signed_as_it_must_be_is_refused(open_desk: Desk, at: At, mori: Site) -> None:
    claims, secret = _claims(mori), _secret(open_desk, mori).encode()
    good = _signed(open_desk, mori)
    rsa = RSAKey.generate_key(2048)
    wrong = {
        "none": _raw({"alg": "none"}, claims), "NoNe": _raw({"alg": "NoNe"}, claims, secret),
        "no alg": _raw({"typ": "JWT"}, claims, secret), "HS512": _raw({"alg": "HS512"}, claims, secret, "sha512"),
        "HS256 as HS512": _raw({"alg": "HS256"}, claims, secret, "sha512"),
        "RS256": jwt.encode({"alg": "RS256"}, claims, rsa, algorithms=["RS256"]),
        "embedded key": _raw({"alg": "HS256", "jwk": {"kty": "oct", "k": "eA"}}, claims, b"x"),
        "kid": _raw({"alg": "HS256", "kid": "../../dev/null"}, claims, b"x"),
        "other secret": _raw({"alg": "HS256"}, claims, b"guess"), "empty secret": _raw({"alg": "HS256"}, claims, b" "),
        "crit": _raw({"alg": "HS256", "crit": ["exp"]}, claims, secret), "no signature": good.rpartition(".")[0] + ".",
        "altered": good[:-8] + "AAAAAAAA", "garbage": "a.b.c", "two parts": "a.b", "five parts": "a.b.c.d.e",
        "list": _raw({"alg": "HS256"}, [1], secret), "letters": "é.é.é",  # type: ignore[arg-type]
    }  # fmt: skip
    for name, token in wrong.items():
        told = at.come(token)
        assert told.get("code") == "identity", (name, told)
    assert at.come("x" * 4_097)["code"] == "bad"
    assert at.come(good)["who"].startswith("c-")


def test_only_the_sites_own_secret_counts(open_desk: Desk, client: TestClient, at: At, mori: Site) -> None:
    lamps = _site(open_desk, LAMPS)
    assert _secret(open_desk, lamps) != _secret(open_desk, mori)
    assert "not signed" in at.come(_signed(open_desk, lamps, aud=mori.key))["error"]
    assert "aud" in at.come(_signed(open_desk, mori, aud=lamps.key))["error"]
    plain = sites.create(open_desk.db, "No secret", NAOKO).after
    sites.save(open_desk.db, replace(plain, origins=(MORI,)), NAOKO)
    assert "no identity secret" in At(client, plain).come(_signed(open_desk, mori, aud=plain.key))["error"]
    without = client.post("/widget/session", json={"origin": "http://testserver", "jwt": _signed(open_desk, mori)})
    assert without.json()["code"] == "identity"  # pages without a key identify nobody


def test_a_token_works_in_one_browser_only(open_desk: Desk, client: TestClient, at: At, mori: Site) -> None:
    token = _signed(open_desk, mori)
    assert at.come(token)["who"]
    assert at.come(token)["who"]  # the same page, loaded again
    thief = At(client, mori)
    told = thief.come(token)
    assert (told["code"], "Another browser" in told["error"]) == ("identity", True)
    assert thief.said() == []
    assert thief.come(_signed(open_desk, mori))["who"]
    with open_desk.db.read() as db:
        kept = list(db.exec_driver_sql("SELECT jti FROM site_identities"))
    assert len(kept) == 2


def test_what_ended_is_forgotten(open_desk: Desk, mori: Site) -> None:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    with open_desk.db.write() as db:
        assert shelf.show(db, mori.id, "jti-0001", "one", now + timedelta(minutes=1), now)
        assert not shelf.show(db, mori.id, "jti-0001", "two", now + timedelta(minutes=1), now)
        assert shelf.show(db, mori.id, "jti-0002", "two", now + timedelta(hours=2), now + timedelta(hours=1))
        kept = [row.jti for row in db.exec_driver_sql("SELECT jti FROM site_identities")]
    assert kept == ["jti-0002"]


def test_a_former_secret_ends_after_a_week_or_at_once(open_desk: Desk, at: At, mori: Site) -> None:
    old = _signed(open_desk, mori)
    at.come(_signed(open_desk, mori))
    at.say("How do I reset the hub?")
    now = sites.new_secret(open_desk.db, mori.id, NAOKO).after
    assert at.said() == ["How do I reset the hub?"]
    assert at.come(old)["who"]
    assert at.come(_signed(open_desk, now))["who"]
    at.come(_signed(open_desk, mori))  # by the former one, once more
    late = replace(now, former_secret_ends=now.changed)
    with open_desk.db.write() as db:
        shelf.put(db, late)
    assert at.client.get("/widget/events", headers=at.head).status_code == 401
    assert "not signed" in at.come(_signed(open_desk, mori))["error"]
    at.come(_signed(open_desk, now))
    assert at.said() == ["How do I reset the hub?"]
    sites.new_secret(open_desk.db, mori.id, NAOKO, at_once=True)  # it leaked
    assert at.client.get("/widget/events", headers=at.head).status_code == 401
    assert at.come(_signed(open_desk, now))["code"] == "identity"


def test_secrets_are_kept_nowhere(open_desk: Desk, mori: Site) -> None:
    shown = _secret(open_desk, mori)
    assert len(shown) > 40
    open_desk.db.close()
    for path in open_desk.home.path.rglob("*"):
        if path.is_file():
            assert shown.encode() not in path.read_bytes(), path


# ---- what they open


def test_only_an_identified_customer_sees_what_was_said_elsewhere(
    open_desk: Desk, client: TestClient, mori: Site
) -> None:
    phone, laptop, stranger = At(client, mori), At(client, mori), At(client, mori)
    assert phone.come(_signed(open_desk, mori, "ann"))["past"] == 0
    phone.say("How do I reset the hub?")
    assert laptop.said() == []
    assert laptop.come(_signed(open_desk, mori, "ann"))["status"] == "pending"
    assert laptop.said() == ["How do I reset the hub?"]
    assert stranger.come(_signed(open_desk, mori, "bob"))["turns"] == []
    assert stranger.said() == []
    laptop.come()  # a page that does not say who it is shows nobody's
    assert laptop.said() == []


def test_the_same_id_at_another_site_is_somebody_else(open_desk: Desk, client: TestClient, at: At, mori: Site) -> None:
    lamps = _site(open_desk, LAMPS)
    at.come(_signed(open_desk, mori, "42"))
    at.say("How do I reset the hub?")
    other = At(client, lamps, LAMPS)
    assert other.come(_signed(open_desk, lamps, "42"))["turns"] == []
    head = {"X-Kizuna-Site": lamps.key, "Authorization": f"Bearer {at.token}"}
    assert client.get("/widget/events", headers=head).status_code == 401
    assert client.get("/widget/history", headers=head).status_code == 401


def test_an_id_that_is_anothers_hash_is_somebody_else(open_desk: Desk, client: TestClient, at: At, mori: Site) -> None:
    at.come(_signed(open_desk, mori, "ann@home.example"))
    at.say("How do I reset the hub?")
    link = identity._link(mori.id, "ann@home.example").partition(":")[2]
    for guess in (link, link.lstrip("#")):
        assert At(client, mori).come(_signed(open_desk, mori, guess))["turns"] == []


def test_what_a_stranger_said_goes_with_the_customer_they_turn_out_to_be(
    open_desk: Desk, client: TestClient, at: At, mori: Site
) -> None:
    at.come(_signed(open_desk, mori, "ann"))
    at.say("My first question about the hub?")
    at.come()
    at.say("A question as a stranger?")
    told = at.come(_signed(open_desk, mori, "ann"))
    assert at.said() == ["A question as a stranger?"]
    assert told["past"] == 1
    past = client.get("/widget/history", headers=at.head).json()["conversations"]
    assert [turn["text"] for one in past for turn in one["turns"] if turn["who"] == "you"] == [
        "My first question about the hub?"
    ]
    at.come()
    assert at.said() == []
    assert client.get("/widget/history", headers=at.head).json() == {"conversations": []}


def test_an_identified_session_ends_after_a_day(
    open_desk: Desk, at: At, mori: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.come(_signed(open_desk, mori))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + visitor.IDENTIFIED - 60)
    assert at.client.get("/widget/events", headers=at.head).status_code == 200
    again = at.client.post("/widget/session", json={"origin": MORI}, headers=at.head).json()
    monkeypatch.setattr(time, "time", lambda: now + visitor.IDENTIFIED + 60)
    renewed = at.head | {"Authorization": f"Bearer {again['token']}"}
    assert at.client.get("/widget/events", headers=renewed).status_code == 401
    assert "browser" not in again  # a customer's token never becomes the browser's own


# ---- whose record it is


def _customer(desk: Desk) -> str:
    with desk.db.read() as db:
        return tickets.page(db, Query(statuses=()))[0].customer


def test_a_new_customer_gets_a_record_with_what_the_site_says(open_desk: Desk, at: At, mori: Site) -> None:
    nasty = "<script>alert(1)</script>"
    at.come(_signed(open_desk, mori, "42", name=f" {nasty}\n ", email="Ann@Home.example"))
    at.say("How do I reset the hub?")
    with open_desk.db.read() as db:
        known = customers.find(db, _customer(open_desk))
    assert known == Customer(f"{mori.id}:42", nasty, "ann@home.example")
    at.say("And the lamp?")
    assert _customer(open_desk) == f"{mori.id}:42"


@pytest.mark.parametrize(
    ("claims", "whose"),
    [
        ({"email": "ann@home.example"}, "C-1"), ({"email": "ANN@home.example", "email_verified": True}, "C-1"),
        ({"email": "ann@home.example", "email_verified": False}, ""), ({"email": "not an address"}, ""), ({}, ""),
        ({"sub": "C-1"}, "C-1"), ({"sub": "C-1", "email": "eve@else.example"}, ""), ({"sub": "Z-9"}, "C-1"),
        ({"sub": "ann@home.example"}, ""),
    ],
)  # fmt: skip
def test_the_record_is_found_by_source_id_or_by_an_address_that_the_site_vouches_for(
    open_desk: Desk, at: At, mori: Site, claims: dict[str, Any], whose: str
) -> None:
    with open_desk.db.write() as db:
        customers.put(db, Customer("C-1", "Ann Field", "ann@home.example"), origin="test", also=["Z-9"])
    at.come(_signed(open_desk, mori, **claims))
    at.say("How do I reset the hub?")
    found = _customer(open_desk)
    assert (found == "C-1") is (whose == "C-1")
    with open_desk.db.read() as db:
        kept = customers.find(db, "C-1")
    assert kept == Customer("C-1", "Ann Field", "ann@home.example")  # nothing of it is overwritten


def test_a_stranger_with_the_same_address_is_not_the_customer(open_desk: Desk, at: At, mori: Site) -> None:
    with open_desk.db.write() as db:
        customers.put(db, Customer("C-1", "Ann Field", "ann@home.example"), origin="test")
    at.say("How do I reset the hub?")
    assert _customer(open_desk) == ""


def test_an_agents_word_stays_and_the_journal_tells(open_desk: Desk, at: At, mori: Site) -> None:
    at.say("How do I reset the hub?")
    at.client.post("/widget/person", json={"email": "other@home.example"}, headers=at.head)
    at.come(_signed(open_desk, mori, "42"))  # the address was only what somebody typed
    assert _customer(open_desk) == f"{mori.id}:42"
    with open_desk.db.write() as db:
        id = tickets.page(db, Query(statuses=()))[0].id
        assert "was identified" in [line.action for line in notes.about(db, id)]
        tickets.change(db, id, customer="C-7")
    at.say("And now?")
    at.client.post("/widget/person", json={"email": "ann@home.example"}, headers=at.head)
    assert _customer(open_desk) == "C-7"
