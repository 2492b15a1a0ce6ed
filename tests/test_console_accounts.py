"""Accounts: hashes only, one sentence for every failure, sessions that end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher

from console import accounts
from console.accounts import Account
from ingest.errors import SenderError
from ingest.store import Database
from ingest.store import accounts as rows

PASSWORD = "correct horse"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "kizuna.db")
    yield opened
    opened.close()


@pytest.fixture
def emma(db: Database) -> Account:
    return accounts.create(db, "emma", "Emma Clarke", "agent", PASSWORD)


def test_only_hashes_are_stored(db: Database, emma: Account, tmp_path: Path) -> None:
    token = accounts.sign_in(db, "emma", PASSWORD)
    with db.read() as connection:
        row = rows.get(connection, "emma")
    assert row is not None
    assert row.password.startswith("$argon2id$")
    assert PasswordHasher().verify(row.password, PASSWORD)
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSWORD.encode() not in held
    assert token.encode() not in held
    assert len(token) >= 43


def test_a_session_knows_its_account(db: Database, emma: Account) -> None:
    assert accounts.of_session(db, accounts.sign_in(db, "emma", PASSWORD)) == emma
    assert accounts.sign_in(db, "emma", PASSWORD) != accounts.sign_in(db, "emma", PASSWORD)
    assert accounts.of_session(db, "made up") is None
    assert accounts.of_session(db, "") is None


def test_a_wrong_name_and_a_wrong_password_are_told_alike(db: Database, emma: Account) -> None:
    told = []
    for name, password in (("emma", "wrong"), ("nobody", PASSWORD), ("", ""), ("emma", ""), ("EMMA", PASSWORD)):
        with pytest.raises(SenderError) as error:
            accounts.sign_in(db, name, password)
        told.append(str(error.value))
    assert set(told) == {"The name or the password is wrong."}


def test_an_unknown_name_costs_one_comparison_too(db: Database, emma: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[str] = []
    real = PasswordHasher()

    def verify(hash: str, password: str) -> bool:
        work.append("verify")
        return real.verify(hash, password)

    accounts._nobody()
    hasher = SimpleNamespace(verify=verify, hash=lambda _: work.append("hash"))
    monkeypatch.setattr(accounts, "PasswordHasher", lambda: hasher)
    for name in ("emma", "nobody"):
        work.clear()
        with pytest.raises(SenderError):
            accounts.sign_in(db, name, "wrong")
        assert work == ["verify"]


def test_a_session_ends_after_a_week(db: Database, emma: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    token = accounts.sign_in(db, "emma", PASSWORD)

    def at(later: timedelta) -> Account | None:
        moment = datetime.now(UTC) + later
        monkeypatch.setattr(accounts, "datetime", SimpleNamespace(now=lambda _: moment))
        return accounts.of_session(db, token)

    assert at(timedelta(days=6, hours=23)) == emma
    assert at(timedelta(days=7, seconds=1)) is None


def test_signing_out_ends_this_session_only(db: Database, emma: Account) -> None:
    one, other = accounts.sign_in(db, "emma", PASSWORD), accounts.sign_in(db, "emma", PASSWORD)
    accounts.sign_out(db, one)
    accounts.sign_out(db, "made up")
    assert accounts.of_session(db, one) is None
    assert accounts.of_session(db, other) == emma


def test_a_new_password_ends_every_session(db: Database, emma: Account) -> None:
    token = accounts.sign_in(db, "emma", PASSWORD)
    accounts.create(db, "emma", "Emma Clarke", "supervisor", "another one")
    assert accounts.of_session(db, token) is None
    with pytest.raises(SenderError):
        accounts.sign_in(db, "emma", PASSWORD)
    changed = accounts.of_session(db, accounts.sign_in(db, "emma", "another one"))
    assert changed is not None
    assert changed.supervises


def test_only_supervisors_supervise(emma: Account) -> None:
    assert not emma.supervises
    assert Account("n", "N", "supervisor").supervises


@pytest.mark.parametrize(
    ("name", "role", "password", "told"),
    [
        ("emma clarke", "agent", PASSWORD, "letters and digits"),
        ("", "agent", PASSWORD, "letters and digits"),
        ("emma", "admin", PASSWORD, "agent or supervisor"),
        ("emma", "agent", "short", "10 characters"),
    ],
)
def test_bad_accounts_are_refused(db: Database, name: str, role: str, password: str, told: str) -> None:
    with pytest.raises(SenderError, match=told):
        accounts.create(db, name, "Name", role, password)
    with db.read() as connection:
        assert rows.count(connection) == 0


def test_names_may_be_japanese_and_passwords_long(db: Database) -> None:
    accounts.create(db, "美咲", "佐藤 美咲", "agent", "合言葉" * 100, "ja")
    found = accounts.of_session(db, accounts.sign_in(db, "美咲", "合言葉" * 100))
    assert found == Account("美咲", "佐藤 美咲", "agent", "ja")


def test_the_language_is_kept(db: Database, emma: Account) -> None:
    accounts.speak(db, emma, "ja")
    found = accounts.of_session(db, accounts.sign_in(db, "emma", PASSWORD))
    assert found is not None
    assert found.lang == "ja"


def test_the_demo_has_its_three_people(db: Database) -> None:
    accounts.add_demo(db)
    people = [accounts.of_session(db, accounts.sign_in(db, one[0], accounts.DEMO_PASSWORD)) for one in accounts.DEMO]
    assert [one.display for one in people if one] == ["Emma Clarke", "佐藤 美咲", "Naoko Hayashi"]
    assert [one.supervises for one in people if one] == [False, False, True]
