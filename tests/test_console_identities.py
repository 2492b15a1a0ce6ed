"""Customers who are one person: what is proposed and why, and that a merge can be taken back to the letter."""

import json
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console import identities, likeness
from console.accounts import Account
from ingest import pipeline, withdrawal
from ingest.arriving import Batch, Job
from ingest.errors import SenderError
from ingest.records import Customer, Ticket, Tombstone
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import arrivals, customers, imports, matches, notes, tickets
from ingest.store.matches import Match, Person

BOSS = Account("naoko", "Naoko", "supervisor")
AGENT = Account("emma", "Emma", "agent")
ANN = {"kind": "customer", "id": "C-1", "name": "Ann Field", "email": "ann@mail.example", "phone": "090-1234-5678"}
ANNE = {
    "kind": "customer", "id": "M-9", "name": "Field, Ann", "email": "a.field@work.example", "phone": "+81 90 1234 5678",
    "company": "Mori Lamps",
}  # fmt: skip
Bring = Callable[..., None]


def _said(id: str, customer: str, text: str = "My kettle leaks.") -> dict[str, Any]:
    return {"kind": "ticket", "id": id, "customer": customer, "turns": [{"role": "customer", "text": f"{text} {id}"}]}


@pytest.fixture
def bring(shelves: Shelves, tmp_path: Path) -> Bring:
    """Brings lines in as a source."""

    def run(source: str, *lines: dict[str, Any]) -> None:
        path = tmp_path / f"{source}.jsonl"
        path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        pipeline.run([path], shelves, source=source)

    return run


def _state(folder: Path) -> dict[str, list[str]]:
    """All that is on the shelves, without numbers and times of the runs."""
    names = ("tickets", "messages", "customers", "aliases", "passages", "cases", "arrivals", "placeholders")
    with sqlite3.connect(folder / "kizuna.db") as db:
        db.row_factory = sqlite3.Row
        rows = {name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")] for name in names}
    db.close()
    return {
        name: sorted(str({key: row[key] for key in row if key not in ("num", "indexed")}) for row in held)
        for name, held in rows.items()
    }


def _person(id: str, num: int = 1, **known: str) -> Person:
    empty = dict.fromkeys(("name", "email", "phone", "company", "country"), "")
    return Person(id, num, **empty | known, ids=(id,))


def _signals(one: dict[str, str], other: dict[str, str]) -> dict[str, float]:
    """What speaks for two customers being one, and the score under an empty name."""
    found = likeness.find([_person("A", 1, **one), _person("B", 2, **other)])
    return {signal: pair.score for pair in found for signal in pair.evidence}


def _only(shelves: Shelves) -> Match:
    (found,) = identities.propose(shelves.db)
    return found


def _owners(shelves: Shelves) -> dict[str, str]:
    with shelves.db.read() as db:
        return {row.id: row.customer for row in db.exec_driver_sql("SELECT id, customer FROM tickets ORDER BY id")}


def _known(shelves: Shelves, reference: str) -> Customer:
    with shelves.db.read() as db:
        found = customers.find(db, reference)
    assert found
    return found


# --- what is proposed


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("090-1234-5678", "+81 90-1234-5678", True),
        ("０９０−１２３４−５６７８", "+81 (0)90 1234 5678", True),
        ("0081 90 1234 5678", "09012345678", True),
        ("03-1234-5678", "+81 3 1234 5678", True),
        ("(415) 555-0100", "+1 415 555 0100", True),
        ("1-415-555-0100 ext. 12", "415.555.0100", True),
        ("020 7946 0958", "+44 20 7946 0958", True),
        ("+1 415 555 0100", "+81 415 555 0100", False),
        ("090-1234-5678", "090-1234-5679", False),
    ],
)
def test_a_telephone_number_is_known_in_every_writing(one: str, other: str, same: bool) -> None:
    assert ("phone" in _signals({"phone": one}, {"phone": other})) is same


@pytest.mark.parametrize("phone", ["000-0000-0000", "1234", "ask at reception"])
def test_a_number_that_says_nothing_is_no_evidence(phone: str) -> None:
    assert not _signals({"phone": phone}, {"phone": phone})


@pytest.mark.parametrize(
    ("one", "other", "signal"),
    [
        ("Ann.Field+shop@Gmail.com", "annfield@googlemail.com", "mailbox"),
        ("ann+kizuna@mail.example", "ann@mail.example", "mailbox"),
        ("ann@mail.example", "ann@mail.example", "email"),
    ],
)
def test_a_mailbox_is_known_in_every_writing(one: str, other: str, signal: str) -> None:
    assert set(_signals({"email": one}, {"email": other})) == {signal}


def test_dots_tell_mailboxes_apart_elsewhere() -> None:
    assert not _signals({"email": "ann.field@mail.example"}, {"email": "annfield@mail.example"})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ann Field", "Field, Ann", True),
        ("Ms. Ann Field", "ANN  FIELD", True),
        ("José Núñez", "Jose Nunez", True),
        ("佐藤 美咲", "美咲　佐藤", True),
        ("佐藤美咲様", "佐藤 美咲", True),
        ("ｻﾄｳ ﾐｻｷ", "さとう みさき", True),
        ("Ann Field", "Anna Field", False),
        ("Ann", "Ann", False),  # a first name alone
        ("美咲", "美咲", False),
    ],
)
def test_a_name_counts_with_a_company_in_either_order(one: str, other: str, same: bool) -> None:
    found = _signals({"name": one, "company": "Mori Lamps"}, {"name": other, "company": "MORI LAMPS"})
    assert set(found) == ({"name", "company"} if same else set())


def test_a_name_alone_is_not_enough() -> None:
    ann = {"name": "Ann Field"}
    assert not _signals(ann, ann)
    assert set(_signals(ann | {"country": "GB"}, ann | {"country": "gb"})) == {"name", "country"}
    masked = _signals(ann | {"phone": "***-5678"}, ann | {"phone": "090-1234-5678"})
    assert set(masked) == {"name", "phone_end"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ZD-4711-88", "crm:ZD-4711-88", True),
        ("48213377", "shop_48213377", True),
        ("ZD-471188", "zd-4711-88", True),
        ("8800", "shop-8800", False),  # every system counts to 8800
        ("8800@shop", "crm-8800@shop", False),
    ],
)
def test_an_id_within_another_is_evidence_when_it_is_long(one: str, other: str, same: bool) -> None:
    found = likeness.find([_person(one, 1), _person(other, 2)])
    assert [set(pair.evidence) for pair in found] == ([{"id"}] if same else [])


def test_what_speaks_against_it_lowers_the_score() -> None:
    phone = {"phone": "090-1234-5678"}
    same = _signals(phone | {"name": "Ann Field"}, phone | {"name": "Field Ann"})["phone"]
    unsaid = _signals(phone, phone)["phone"]
    other = _signals(phone | {"name": "Ann Field"}, phone | {"name": "Bob Meadow"})["phone"]
    scripts = _signals(phone | {"name": "佐藤 美咲"}, phone | {"name": "Misaki Sato"})["phone"]
    abroad = _signals(phone | {"country": "GB"}, phone | {"country": "FR"})["phone"]
    assert 1 > same > unsaid == scripts > abroad > other >= likeness.LEAST


def test_an_office_telephone_is_no_evidence_but_one_person_with_many_accounts_is() -> None:
    names = ("Ann Field", "Bob Meadow", "Cy Brook", "Di Hill", "Ed Stone")
    office = [_person(f"P-{n}", n, name=name, phone="03-1234-5678") for n, name in enumerate(names)]
    assert likeness.find(office) == []
    again = [_person(f"P-{n}", n, name="Ann Field", phone="03-1234-5678") for n in range(6)]
    assert {(pair.one.id, pair.other.id) for pair in likeness.find(again)} == {("P-0", f"P-{n}") for n in range(1, 6)}


def test_the_evidence_is_told_as_each_source_writes_it(shelves: Shelves, bring: Bring) -> None:
    bring("desk", ANN)
    bring("mail", ANNE)
    found = _only(shelves)
    assert (found.one, found.other, found.score) == ("C-1", "M-9", pytest.approx(0.85))
    assert found.evidence == [
        {"signal": "phone", "one": "090-1234-5678", "other": "+81 90 1234 5678"},
        {"signal": "name", "one": "Ann Field", "other": "Field, Ann"},
    ]
    with shelves.db.read() as db:
        assert matches.page(db, "proposed") == [found]


def test_a_proposal_goes_when_its_evidence_goes(shelves: Shelves, bring: Bring) -> None:
    bring("desk", ANN)
    bring("mail", ANNE)
    _only(shelves)
    bring("mail", ANNE | {"phone": "", "name": ""})
    assert identities.propose(shelves.db) == []
    with shelves.db.read() as db:
        assert matches.all_of(db) == []


def test_the_background_looks_only_when_customers_changed_and_not_too_often(shelves: Shelves, bring: Bring) -> None:
    now = datetime.now(UTC)
    bring("desk", ANN)
    assert identities.catch_up(shelves.db, now)
    bring("mail", ANNE)
    assert not identities.catch_up(shelves.db, now + timedelta(minutes=1))
    assert identities.catch_up(shelves.db, now + timedelta(minutes=4))
    assert not identities.catch_up(shelves.db, now + timedelta(minutes=8))
    with shelves.db.read() as db:
        assert matches.by_state(db)["proposed"] == 1


def test_fifty_thousand_customers_take_seconds() -> None:
    people = [
        _person(
            f"C-{n:06}", n, name=f"Given{n % 700} Family{n % 997}", email=f"person{n}@mail.example",
            phone=f"+81 90-{n // 10000:04}-{n % 10000:04}", company=f"Company {n % 4000}", country="JP",
        )
        for n in range(50_000)
    ]  # fmt: skip
    twins = [_person(f"X{n}", 60_000 + n, phone=f"090-0001-{n:04}") for n in range(100)]
    began = time.monotonic()
    found = likeness.find([*people, *twins])
    assert time.monotonic() - began < 30  # about 3 s on a quiet machine
    assert len([pair for pair in found if pair.other.id.startswith("X")]) == 100


# --- merged, and separated again


def _both(shelves: Shelves, bring: Bring) -> Match:
    bring("desk", ANN, _said("T-1", "C-1"))
    bring("mail", ANNE, _said("T-2", "M-9"), _said("T-3", "M-9"))
    return _only(shelves)


def test_a_merge_makes_one_customer_with_everything_of_both(shelves: Shelves, bring: Bring) -> None:
    match = _both(shelves, bring)
    identities.merge(shelves, match, by=BOSS)
    assert _owners(shelves) == {"T-1": "C-1", "T-2": "C-1", "T-3": "C-1"}
    for reference in ("C-1", "M-9", "ann@mail.example", "a.field@work.example"):
        found = _known(shelves, reference)
        assert (found.id, found.name, found.company) == ("C-1", "Ann Field", "Mori Lamps")
    with shelves.db.read() as db:
        assert customers.count(db) == 1
        assert tickets.book(db, "T-2") == "M-9"
        kept = matches.get(db, match.id)
        line = notes.about(db, "C-1")[0]
    assert kept
    assert (kept.state, kept.by, (kept.undo or {})["tickets"]) == ("merged", "naoko", ["T-2", "T-3"])
    assert (line.action, line.by, line.detail) == ("merged customers", "naoko", {"other": "M-9", "tickets": 2})
    assert identities.propose(shelves.db) == []


def test_separating_brings_everything_back_to_the_letter(shelves: Shelves, bring: Bring, tmp_path: Path) -> None:
    bring("shop", {"kind": "customer", "id": "S-5", "email": "a.field@work.example", "plan": "Plus"})
    bring("old", ANN | {"id": "O-1"})
    match = _both(shelves, bring)
    assert (match.one, match.other) == ("S-5", "O-1")
    before = _state(tmp_path)
    identities.merge(shelves, match, by=BOSS)
    assert _state(tmp_path) != before
    with shelves.db.read() as db:
        assert customers.count(db) == 1
    identities.separate(shelves, matches_of(shelves, match), by=BOSS)
    assert _state(tmp_path) == before
    assert _only(shelves) == match


def matches_of(shelves: Shelves, match: Match) -> Match:
    """The match as it stands now."""
    with shelves.db.read() as db:
        found = matches.get(db, match.id)
    assert found
    return found


def test_who_has_the_same_number_in_another_system_keeps_the_own_conversations(shelves: Shelves, bring: Bring) -> None:
    bring("desk", {"kind": "customer", "id": "8800", "name": "Bob Meadow"})
    bring("mail", ANNE)
    bring("shop", ANN | {"id": "8800"})
    bring("desk", _said("T-1", "8800"))
    match = _only(shelves)
    assert (match.one, match.other) == ("M-9", "8800@shop")
    identities.merge(shelves, match, by=BOSS)
    assert _owners(shelves) == {"T-1": "8800"}
    assert _known(shelves, "8800").name == "Bob Meadow"


def test_conversations_since_go_to_whom_their_source_named(shelves: Shelves, bring: Bring) -> None:
    match = _both(shelves, bring)
    identities.merge(shelves, match, by=BOSS)
    bring("mail", ANNE, _said("T-4", "M-9"))
    bring("desk", ANN, _said("T-5", "C-1"))
    bring("letters", {"kind": "customer", "id": "L-1", "email": "a.field@work.example"}, _said("T-6", "L-1"))
    assert set(_owners(shelves).values()) == {"C-1"}
    identities.separate(shelves, match, by=BOSS)
    assert _owners(shelves) == {"T-1": "C-1", "T-2": "M-9", "T-3": "M-9", "T-4": "M-9", "T-5": "C-1", "T-6": "M-9"}
    assert _known(shelves, "L-1").id == "M-9"


def test_both_sources_may_be_brought_in_again(shelves: Shelves, bring: Bring) -> None:
    identities.merge(shelves, _both(shelves, bring), by=BOSS)
    bring("mail", ANNE | {"plan": "Plus", "phone": ""}, _said("T-2", "M-9", "Now the lamp flickers."))
    bring("desk", ANN | {"country": "GB"}, _said("T-1", "C-1", "Changed."))
    found = _known(shelves, "M-9")
    assert (found.id, found.plan, found.country, found.phone) == ("C-1", "Plus", "GB", "090-1234-5678")
    assert set(_owners(shelves).values()) == {"C-1"}
    with shelves.db.read() as db:
        assert customers.count(db) == 1
    identities.propose(shelves.db)  # as the background does after an import
    bring("letters", _said("T-9", "a.field@work.example"))
    assert _owners(shelves)["T-9"] == "C-1"


def test_after_changed_imports_separating_shows_todays_versions(shelves: Shelves, bring: Bring) -> None:
    match = _both(shelves, bring)
    identities.merge(shelves, match, by=BOSS)
    bring("mail", ANNE | {"plan": "Plus"})
    identities.separate(shelves, match, by=BOSS)
    assert (_known(shelves, "M-9").plan, _known(shelves, "C-1").plan) == ("Plus", "")


def test_an_import_is_undone_after_a_merge(shelves: Shelves, bring: Bring, tmp_path: Path) -> None:
    bring("desk", ANN, _said("T-1", "C-1"))
    before = _state(tmp_path)
    bring("mail", ANNE, _said("T-2", "M-9"))
    identities.merge(shelves, _only(shelves), by=BOSS)
    with shelves.db.read() as db:
        job = imports.history(db)[0].id
    withdrawal.job(shelves, job)
    assert identities.propose(shelves.db) == []
    assert _state(tmp_path) == before
    with shelves.db.read() as db:
        assert matches.all_of(db) == []


def test_a_change_is_undone_after_a_merge(shelves: Shelves, bring: Bring) -> None:
    _both(shelves, bring)
    bring("mail", ANNE | {"plan": "Plus"})
    match = _only(shelves)
    identities.merge(shelves, match, by=BOSS)
    assert _known(shelves, "M-9").plan == "Plus"
    with shelves.db.read() as db:
        job = imports.history(db)[0].id
    withdrawal.job(shelves, job)
    assert (_known(shelves, "M-9").id, _known(shelves, "M-9").plan) == ("C-1", "")
    identities.separate(shelves, match, by=BOSS)
    assert (_known(shelves, "M-9").id, _known(shelves, "M-9").plan) == ("M-9", "")


@pytest.mark.parametrize(("gone", "left"), [("mail", {"T-1": "C-1"}), ("desk", {"T-2": "C-1", "T-3": "C-1"})])
def test_a_source_is_withdrawn_after_a_merge(shelves: Shelves, bring: Bring, gone: str, left: dict[str, str]) -> None:
    match = _both(shelves, bring)
    identities.merge(shelves, match, by=BOSS)
    withdrawal.source(shelves, gone)
    assert _owners(shelves) == left
    found = _known(shelves, "C-1")
    assert (found.id, found.company) == (("C-1", "") if gone == "mail" else ("C-1", "Mori Lamps"))
    if gone == "mail":
        with pytest.raises(SenderError, match="Nothing of the second customer is left"):
            identities.separate(shelves, match, by=BOSS)
        return
    identities.separate(shelves, match, by=BOSS)
    assert _known(shelves, "M-9").id == "M-9"
    assert _owners(shelves) == {"T-2": "M-9", "T-3": "M-9"}
    with shelves.db.read() as db:
        assert customers.count(db) == 1


def test_who_leaves_after_a_merge_takes_the_originals_along(
    open_shelves: Callable[..., Shelves], redactor: Redactor, tmp_path: Path
) -> None:
    shelves = open_shelves(redactor=redactor)
    _batch(shelves, "desk", Customer("C-1", "Ann Field", phone="090-1234-5678"))
    _batch(shelves, "mail", Customer("M-9", "Ann Field", phone="09012345678"))
    path = tmp_path / "mail.jsonl"
    path.write_text(json.dumps(_said("T-2", "M-9", "Write to office@mail.example.")))
    pipeline.run([path], shelves, source="mail")
    match = _only(shelves)
    identities.merge(shelves, match, by=BOSS)
    with shelves.db.read() as db:
        assert shelves.vault.reveal(db, tickets.book(db, "T-2")) == {"<EMAIL_1>": "office@mail.example"}
    _batch(shelves, "mail", Tombstone("customer", "M-9"))
    identities.propose(shelves.db)
    with shelves.db.read() as db:
        assert shelves.vault.reveal(db, "M-9") == {}
    _batch(shelves, "mail", Customer("M-9", "Ann Field", phone="09012345678"))
    assert _known(shelves, "M-9").id == "C-1"


def _batch(shelves: Shelves, source: str, *records: Customer | Ticket | Tombstone) -> None:
    with shelves.db.write() as db:
        job = Job(source, imports.start(db, source))
        Batch(db, shelves, job).take(list(records))
        imports.finish(db, job.id, {})


def test_a_chain_of_merges_is_taken_back_in_any_order(shelves: Shelves, bring: Bring, tmp_path: Path) -> None:
    bring("desk", ANN, _said("T-1", "C-1"))
    bring("mail", ANNE, _said("T-2", "M-9"))
    bring("shop", ANNE | {"id": "S-5", "email": "ann@shop.example"}, _said("T-3", "S-5"))
    before = _state(tmp_path)
    found = {(one.one, one.other): one for one in identities.propose(shelves.db)}
    assert set(found) == {("C-1", "M-9"), ("C-1", "S-5"), ("M-9", "S-5")}
    inner, outer = found["M-9", "S-5"], found["C-1", "M-9"]
    identities.merge(shelves, inner, by=BOSS)
    identities.merge(shelves, outer, by=BOSS)
    assert set(_owners(shelves).values()) == {"C-1"}
    assert _known(shelves, "ann@shop.example").id == "C-1"
    identities.separate(shelves, inner, by=BOSS)
    assert _owners(shelves) == {"T-1": "C-1", "T-2": "C-1", "T-3": "S-5"}
    identities.separate(shelves, outer, by=BOSS)
    assert _state(tmp_path) == before
    with pytest.raises(SenderError, match="Somebody else decided"):
        identities.separate(shelves, outer, by=BOSS)


def test_a_rejected_pair_is_not_proposed_again_not_even_under_another_head(shelves: Shelves, bring: Bring) -> None:
    match = _both(shelves, bring)
    identities.reject(shelves, match, by=BOSS)
    assert identities.propose(shelves.db) == []
    bring("shop", {"kind": "customer", "id": "S-5", "name": "Ann Field", "company": "Mori Lamps"})
    found = {(one.one, one.other): one for one in identities.propose(shelves.db)}
    assert set(found) == {("M-9", "S-5")}
    identities.merge(shelves, found["M-9", "S-5"], by=BOSS)
    assert identities.propose(shelves.db) == []
    identities.reopen(shelves, match, by=BOSS)
    assert _only(shelves).id == match.id


def test_only_a_supervisor_decides(shelves: Shelves, bring: Bring, tmp_path: Path) -> None:
    match = _both(shelves, bring)
    before = _state(tmp_path)
    for decide in (identities.merge, identities.separate, identities.reject, identities.reopen):
        with pytest.raises(SenderError, match="Only a supervisor"):
            decide(shelves, match, by=AGENT)
    assert _state(tmp_path) == before


def test_a_customer_who_is_gone_cannot_be_merged(shelves: Shelves, bring: Bring) -> None:
    match = _both(shelves, bring)
    withdrawal.source(shelves, "mail")
    with pytest.raises(SenderError, match="no longer there"):
        identities.merge(shelves, match, by=BOSS)
    with shelves.db.read() as db:
        assert arrivals.newest(db) == 2
        assert matches.page(db, "proposed") == []
