"""The demo company: whole, bilingual, dated today, and no two tickets from one template."""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from stand_ins import VAULT

from ingest import clean, demo, index, passages, pipeline, readers, weights
from ingest.embedding import Embedding
from ingest.pipeline import Report
from ingest.records import Article, Customer, Message, Record, Reject, Ticket
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import Database, articles, customers, imports, notes, tickets
from ingest.store import passages as shelf


@cache
def _read() -> tuple[Record | Reject, ...]:
    return tuple(readers.read(demo.FILES))


def _tickets() -> list[Ticket]:
    return [one for one in _read() if isinstance(one, Ticket)]


def _lang(ticket: Ticket) -> str:
    return ticket.lang or clean.language(
        " ".join(turn.text for turn in ticket.messages if turn.direction == "incoming")
    )


# --- the files


def test_the_files_hold_no_reject_and_no_id_twice() -> None:
    assert [one for one in _read() if isinstance(one, Reject)] == []
    for kind in (Ticket, Article):
        ids = Counter(one.id for one in _read() if isinstance(one, kind))
        assert [id for id, count in ids.items() if count > 1] == []


def test_there_is_enough_of_everything() -> None:
    written = [one for one in _tickets() if one.kind == "ticket"]
    solved = [one for one in _tickets() if one.status == "resolved"]
    resolved = [one for one in written if one.status == "resolved"]
    pages = Counter(one.lang or clean.language(one.text) for one in _read() if isinstance(one, Article))
    assert len(solved) >= 300
    assert len(resolved) >= 280
    assert sum(_lang(one) == "ja" for one in resolved) >= len(resolved) / 3
    assert sum(one.kind == "call" for one in _tickets()) >= 40
    assert sum(one.status in ("open", "pending") for one in written) >= 40
    assert sum(pages.values()) >= 50
    assert min(pages["en"], pages["ja"]) >= 15
    assert len({one.email for one in _read() if isinstance(one, Customer) and one.email}) >= 80


def test_nothing_was_written_after_the_moment_of_the_files() -> None:
    moments = [turn.at for ticket in _tickets() for turn in ticket.messages if turn.at]
    assert max(moments) <= demo.WRITTEN
    assert [one.id for one in _tickets() if one.created is None] == []
    for ticket in _tickets():
        times = [turn.at for turn in ticket.messages if turn.at]
        assert times == sorted(times), ticket.id


def _shingles(text: str) -> frozenset[str]:
    plain = re.sub(r"\W+", " ", text.casefold()).strip()
    if clean.language(plain) == "ja":
        plain = plain.replace(" ", "")
        return frozenset(plain[n : n + 5] for n in range(len(plain) - 4))
    words = plain.split()
    return frozenset(" ".join(words[n : n + 5]) for n in range(len(words) - 4))


def test_no_two_tickets_are_nearly_the_same() -> None:
    """Jaccard similarity of 5-grams, of words in English and of characters in Japanese, of what customers wrote."""
    said = {
        one.id: _shingles(" ".join(t.text for t in one.messages if t.direction == "incoming")) for one in _tickets()
    }
    holders: dict[str, list[str]] = defaultdict(list)
    for id, shingles in said.items():
        for shingle in shingles:
            holders[shingle].append(id)
    shared = Counter(pair for ids in holders.values() for pair in combinations(sorted(ids), 2))
    alike = [pair for pair, both in shared.items() if both / (len(said[pair[0]] | said[pair[1]])) >= 0.5]
    assert alike == []


# --- dates


def test_every_date_of_a_record_slides() -> None:
    at, by = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=40, hours=3)
    ticket = Ticket("T", (Message("incoming", "a", at), Message("incoming", "b")), created=at)
    moved = demo.slide(ticket, by)
    assert isinstance(moved, Ticket)
    assert (moved.created, moved.messages[0].at, moved.messages[1].at) == (at + by, at + by, None)
    page, person = demo.slide(Article("A", "t", "x", updated=at), by), demo.slide(Customer("C", since=at), by)
    assert isinstance(page, Article)
    assert isinstance(person, Customer)
    assert (page.updated, person.since) == (at + by, at + by)
    assert demo.slide(Customer("C"), by) == Customer("C")


# --- loaded


@pytest.fixture(scope="module")
def loaded(
    tmp_path_factory: pytest.TempPathFactory, embedding: Embedding, models: Path, redactor: Redactor
) -> Iterator[tuple[Shelves, Report, Path]]:
    folder = tmp_path_factory.mktemp("demo")
    db = Database.open(folder / "kizuna.db")
    found = index.open(folder / "chroma", db, embedding)
    shelves = Shelves(db, found, redactor, passages.open(weights.locate("cl100k_base", models)), VAULT)
    assert not demo.loaded(shelves)
    report = demo.load(shelves)
    yield shelves, report, folder
    found.close()
    db.close()


@pytest.mark.models
@pytest.mark.timeout(600)
def test_the_demo_loads_whole(loaded: tuple[Shelves, Report, Path]) -> None:
    shelves, report, _ = loaded
    assert (report.rejected, report.reasons) == (0, {})
    with shelves.db.read() as db:
        states = tickets.by_status(db)
        assert states["resolved"] >= 300
        assert states["open"] + states.get("pending", 0) >= 40
        assert customers.count(db) == 80
        assert articles.count(db) >= 50
        assert imports.rejected_count(db) == 0
        assert sum(shelf.count(db).values()) == shelves.index.count() == report.passages
    assert demo.loaded(shelves)


@pytest.mark.models
def test_its_dates_end_now(loaded: tuple[Shelves, Report, Path]) -> None:
    shelves, _, _ = loaded
    with shelves.db.read() as db:
        newest = db.exec_driver_sql("SELECT max(at) FROM messages").scalar()
        moved = timedelta(seconds=float(notes.get(db, "demo_moved") or 0))
    age = datetime.now(UTC) - datetime.fromisoformat(str(newest)).replace(tzinfo=UTC)
    assert timedelta(0) <= age < timedelta(days=3)
    assert abs(demo.WRITTEN + moved - datetime.now(UTC)) < timedelta(minutes=20)


@pytest.mark.models
def test_every_ticket_has_its_customer(loaded: tuple[Shelves, Report, Path]) -> None:
    _, _, folder = loaded
    with sqlite3.connect(folder / "kizuna.db") as db:
        lost = db.execute(
            "SELECT id, customer FROM tickets WHERE customer != '' AND customer NOT IN (SELECT id FROM customers)"
        ).fetchall()
    db.close()
    assert lost == []


@pytest.mark.models
def test_a_second_load_changes_nothing(loaded: tuple[Shelves, Report, Path]) -> None:
    shelves, first, folder = loaded

    def dump() -> list[str]:
        with sqlite3.connect(folder / "kizuna.db") as db:
            lines = [line for line in db.iterdump() if '"imports"' not in line]
        db.close()
        return lines

    before = dump()
    again = demo.load(shelves)
    assert (again.added, again.changed, again.passages, again.rejected) == ({}, {}, 0, 0)
    assert again.unchanged == dict(Counter(first.added) + Counter(first.merged))
    assert dump() == before
    assert sum(first.added.values()) > pipeline.BATCH
