"""Customers who may be one person, as the database keeps them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from ingest.arriving import Batch, Job
from ingest.records import Customer, Ticket
from ingest.shelving import Shelves
from ingest.store import arrivals, customers, imports, matches, tickets
from ingest.store.matches import Match

ANN = Customer("C-1", "Ann Field", "ann@mail.example", "090-1234-5678", company="Mori", country="GB")
ANNE = Customer("M-9", "Field, Ann", "a.field@work.example", "+81 90-1234-5678")


def _bring(shelves: Shelves, source: str, *records: Customer | Ticket) -> None:
    with shelves.db.write() as db:
        job = Job(source, imports.start(db, source))
        Batch(db, shelves, job).take(list(records))
        imports.finish(db, job.id, {})


def _match(one: str, other: str, score: float = 0.8, **values: object) -> Match:
    return Match(matches.id_of(one, other), one, other, [], score, **values)  # type: ignore[arg-type]


@pytest.fixture
def both(shelves: Shelves) -> Shelves:
    _bring(shelves, "desk", ANN, Ticket("T-1", (), customer="C-1"))
    _bring(shelves, "mail", ANNE, Ticket("T-2", (), customer="M-9"), Ticket("T-3", (), customer="M-9"))
    return shelves


def test_people_come_with_all_that_matching_looks_at(both: Shelves) -> None:
    _bring(both, "shop", Customer("S-5", email="ann@mail.example"))
    with both.db.read() as db:
        ann, anne = sorted(matches.people(db), key=lambda one: one.num)
    assert (ann.name, ann.phone, ann.company, ann.country) == ("Ann Field", "090-1234-5678", "Mori", "GB")
    assert (ann.ids, anne.ids) == (("C-1", "S-5"), ("M-9",))
    assert ann.num < anne.num


def test_pages_show_the_likeliest_first_and_only_who_is_there(both: Shelves) -> None:
    found = [_match("C-1", "M-9"), _match("C-1", "gone", 0.9)]
    with both.db.write() as db:
        matches.put_many(db, found)
        assert matches.page(db, "proposed") == matches.of_customer(db, "M-9") == found[:1]
        assert matches.by_state(db) == {"proposed": 1, "merged": 0, "rejected": 0}
        early, late = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2))
        matches.put_many(db, [_match("C-1", "gone", 0.9, state="rejected", decided=early)])
        matches.put_many(db, [_match("C-1", "M-9", state="rejected", decided=late, by="naoko")])
        assert [one.other for one in matches.page(db, "rejected")] == ["M-9", "gone"]
        assert matches.get(db, found[0].id) == _match("C-1", "M-9", state="rejected", decided=late, by="naoko")
        matches.remove(db, [found[0].id])
        assert matches.get(db, found[0].id) is None
        assert [one.other for one in matches.all_of(db)] == ["gone"]


def test_two_customers_are_one_match_at_most(both: Shelves) -> None:
    with pytest.raises(IntegrityError), both.db.write() as db:
        matches.put_many(db, [_match("C-1", "M-9"), Match("another", "C-1", "M-9", [], 0.5)])


def test_conversations_are_given_and_their_book_stays(both: Shelves) -> None:
    with both.db.write() as db:
        assert matches.conversations(db, ["C-1", "M-9", "x"]) == {"C-1": 1, "M-9": 2}
        moved = matches.tickets_of(db, "M-9")
        matches.give(db, [*moved, "T-1"], "M-9", "C-1")
        assert (moved, tickets.book(db, "T-2")) == (["T-2", "T-3"], "M-9")
        assert matches.conversations(db, ["C-1", "M-9"]) == {"C-1": 3}


def test_arrivals_are_led_and_counted(both: Shelves) -> None:
    with both.db.write() as db:
        came = matches.arrived(db, "M-9")
        assert came == [("mail", "M-9")]
        assert matches.remaining(db, came) == (1, 0)
        assert matches.lead(db, [*came, ("desk", "C-1")], "M-9", "C-1") == 1
        matches.clear(db, "M-9")
        assert [one.id for one in arrivals.on_targets(db, [("customer", "C-1")])["customer", "C-1"]] == ["C-1", "M-9"]
        assert customers.count(db) == 1
        assert matches.remaining(db, [("mail", "nobody")]) == (0, 0)


def test_conversations_since_a_merge_are_told_by_source(both: Shelves) -> None:
    with both.db.read() as db:
        now = arrivals.newest(db)
        assert matches.newer(db, "M-9", now) == {}
    _bring(both, "mail", Ticket("T-4", (), customer="M-9"))
    with both.db.read() as db:
        assert matches.newer(db, "M-9", now) == {"T-4": {"mail"}}


def test_the_fingerprint_changes_with_an_import(both: Shelves) -> None:
    with both.db.read() as db:
        before = matches.fingerprint(db)
        assert matches.fingerprint(db) == before
    _bring(both, "desk", ANN)
    with both.db.read() as db:
        assert matches.fingerprint(db) != before


def test_only_a_source_that_stands_behind_a_customer_is_the_origin(both: Shelves) -> None:
    with both.db.write() as db:
        matches.set_origin(db, "C-1", "mail")
        assert matches.origin(db, "C-1") == "desk"
        assert matches.are_aliases(db, ["C-1"], "C-1")
        assert not matches.are_aliases(db, ["S-5"], "C-1")
