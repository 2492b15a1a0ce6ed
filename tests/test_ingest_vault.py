"""The vault: the same placeholder for the same original, sealed outside the database's reach, or never kept."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import pipeline, vault
from ingest.errors import OperatorError
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import Database, customers, tickets
from ingest.vault import Vault

ANN = {"kind": "customer", "id": "C-1", "name": "Ann Field", "email": "ann@mail.example"}


def _ticket(id: str, text: str, customer: str = "C-1") -> dict[str, object]:
    return {"kind": "ticket", "id": id, "customer": customer, "turns": [{"role": "customer", "text": text}]}


def _bring(shelves: Shelves, path: Path, *lines: dict[str, object]) -> None:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    pipeline.run([path], shelves)


def _said(shelves: Shelves, id: str) -> str:
    with shelves.db.read() as db:
        found = tickets.get(db, id)
    assert found
    return found.messages[0].text


@pytest.fixture
def masking(open_shelves: Callable[..., Shelves], redactor: Redactor) -> Shelves:
    return open_shelves(redactor=redactor)


def test_placeholders_are_stable_within_a_customer(masking: Shelves, tmp_path: Path) -> None:
    _bring(masking, tmp_path / "a.jsonl", ANN, _ticket("1", "Write to ann@mail.example, not to office@mail.example."))
    _bring(masking, tmp_path / "b.jsonl", _ticket("2", "It was office@mail.example and ann2@mail.example."))
    _bring(masking, tmp_path / "c.jsonl", _ticket("3", "Mine is office@mail.example.", "C-2"))
    assert _said(masking, "1") == "Write to <EMAIL_1>, not to <EMAIL_2>."
    assert _said(masking, "2") == "It was <EMAIL_2> and <EMAIL_3>."
    assert _said(masking, "3") == "Mine is <EMAIL_1>."


def test_originals_come_back_with_the_key_and_only_with_it(masking: Shelves, tmp_path: Path) -> None:
    _bring(masking, tmp_path / "a.jsonl", _ticket("1", "Write to ann@mail.example or 090-1234-5678."))
    with masking.db.read() as db:
        book = tickets.book(db, "1")
        told = masking.vault.reveal(db, book)
        assert told == {"<EMAIL_1>": "ann@mail.example", "<PHONE_1>": "090-1234-5678"}
        assert Vault(bytes(64)).reveal(db, book) == {}
    assert b"ann@mail" not in b"".join(path.read_bytes() for path in tmp_path.glob("kizuna.db*"))


def test_a_vault_that_is_off_keeps_no_original_but_the_numbers(
    open_shelves: Callable[..., Shelves], redactor: Redactor, tmp_path: Path
) -> None:
    shelves = open_shelves(redactor=redactor, vault=Vault(bytes(range(64)), keep=False))
    _bring(
        shelves, tmp_path / "a.jsonl", _ticket("1", "I am ann@mail.example."), _ticket("2", "Still ann@mail.example")
    )
    assert _said(shelves, "2") == "Still <EMAIL_1>"
    with shelves.db.read() as db:
        assert shelves.vault.reveal(db, tickets.book(db, "1")) == {}
    assert shelves.vault.seal("ann@mail.example") is None


def test_conversations_that_came_before_their_customer_share_the_book(masking: Shelves, tmp_path: Path) -> None:
    _bring(masking, tmp_path / "a.jsonl", _ticket("1", "From office@mail.example", "ann@mail.example"))
    _bring(masking, tmp_path / "b.jsonl", ANN)
    _bring(masking, tmp_path / "c.jsonl", _ticket("2", "Again home@mail.example and office@mail.example"))
    assert _said(masking, "2") == "Again <EMAIL_2> and <EMAIL_1>"
    with masking.db.read() as db:
        assert {tickets.book(db, id) for id in ("1", "2")} == {"C-1"}
        assert masking.vault.reveal(db, "C-1")["<EMAIL_1>"] == "office@mail.example"


def test_a_customer_who_leaves_takes_the_originals_along(masking: Shelves, tmp_path: Path) -> None:
    _bring(masking, tmp_path / "a.jsonl", ANN, _ticket("1", "From office@mail.example"))
    with masking.db.write() as db:
        customers.remove(db, "C-1")
        assert masking.vault.reveal(db, "C-1") == {}


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vault.key"
    sealed = vault.open(path).seal("ann@mail.example")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert vault.open(path).open(sealed) == "ann@mail.example"
    path.write_text("abc")
    with pytest.raises(OperatorError, match="is not a key"):
        vault.open(path)


def test_another_key_is_refused_before_it_does_harm(tmp_path: Path) -> None:
    db = Database.open(tmp_path / "kizuna.db")
    with db.write() as connection:
        Vault(bytes(64)).prove(connection)
        Vault(bytes(64)).prove(connection)
        with pytest.raises(OperatorError, match="KIZUNA_VAULT_KEY"):
            Vault(bytes(range(64))).prove(connection)
    db.close()
