"""The database: every noun in and out, the word index, times with zones, and who waits for whom."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ingest import migrations
from ingest.errors import OperatorError
from ingest.records import Article, Customer, Message, Passage, Reject, Ticket
from ingest.store import (
    Database,
    accounts,
    articles,
    customers,
    drafts,
    imports,
    notes,
    passages,
    rows,
    tickets,
    watches,
)
from ingest.store.drafts import Stored
from ingest.store.passages import Filters
from ingest.store.tickets import Query
from ingest.store.watches import Watch

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
TICKET = Ticket(
    id="T-1",
    messages=(
        Message("incoming", "It is broken.", NOON),
        Message("outgoing", "Press the button.", NOON + timedelta(hours=1), "Emma"),
        Message("incoming", "Still broken.", NOON + timedelta(hours=2)),
    ),
    subject="ドアが開かない",
    customer="C-1",
    created=NOON,
    status="open",
    priority="high",
    channel="chat",
    lang="en",
    product="LOCK2",
    tags=("lock", "電池"),
    csat=4,
)
MARIA = Customer("C-1", "Maria Lopez", "maria@mail.example", plan="plus", products=("LOCK2", "CAM3"), value=12.5)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "kizuna.db")
    yield opened
    opened.close()


def _put(db: Database, *things: Ticket | Customer) -> None:
    with db.write() as connection:
        for one in things:
            store = tickets if isinstance(one, Ticket) else customers
            store.put(connection, one, origin="test")


def _passage(text: str, seq: int = 0, source: str = "A-1", **values: object) -> Passage:
    return replace(Passage(source, "article", seq, text, 0, len(text), lang="en", created=NOON), **values)


def _shelve(db: Database, *found: Passage) -> None:
    with db.write() as connection:
        passages.replace(connection, found[0].kind, found[0].source, found)


# --- the database itself


def test_the_schema_is_made_once(tmp_path: Path) -> None:
    for _ in range(2):
        opened = Database.open(tmp_path / "new" / "kizuna.db")
        with opened.write() as connection:
            assert migrations.migrate(connection) == 0
        opened.close()


def test_any_folder_name_will_do(tmp_path: Path) -> None:
    path = tmp_path / "絆 what? #1 %20" / "kizuna.db"
    Database.open(path).close()
    assert path.is_file()
    assert [one.name for one in tmp_path.iterdir()] == [path.parent.name]


@pytest.mark.parametrize("content", [b"not a database, not at all" * 200, b"SQLite format 3\0" + b"\xff" * 4000])
def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kizuna.db"
    path.write_bytes(content)
    with pytest.raises(OperatorError, match="cannot be used"):
        Database.open(path)
    assert path.read_bytes() == content


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OperatorError, match="Choose another with --home"):
        Database.open(tmp_path / "file" / "kizuna.db")


def test_a_write_that_fails_leaves_nothing(db: Database) -> None:
    def fail() -> None:
        with db.write() as connection:
            notes.put(connection, "key", "value")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with db.read() as connection:
        assert notes.get(connection, "key") is None


def test_a_reader_sees_one_moment(db: Database) -> None:
    with db.read() as reader:
        assert notes.get(reader, "key") is None
        with db.write() as writer:
            notes.put(writer, "key", "new")
        assert notes.get(reader, "key") is None
    with db.read() as reader:
        assert notes.get(reader, "key") == "new"


def test_writers_queue_and_none_is_lost(db: Database) -> None:
    def write(name: int) -> None:
        for n in range(20):
            with db.write() as connection:
                notes.write(connection, by=str(name), action="wrote", subject="all", n=n)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as connection:
        assert len(notes.about(connection, "all", limit=1000)) == 120


# --- tickets


def test_a_database_without_watches_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "kizuna.db"
    opened = Database.open(path)
    _put(opened, TICKET, Customer("C-1", "Ann"))
    opened.close()
    with sqlite3.connect(path) as raw:  # as it was before moods had signals
        for name in ("deliveries", "watches"):
            raw.execute(f"DROP TABLE {name}")
        gone = {
            "messages": ("signals", "elsewhere", "after", "missed"), "tickets": ("expected_csat", "weighed"),
            "customers": ("at_risk", "points", "reasons", "weighed"),
        }  # fmt: skip
        for table, columns in gone.items():
            for column in columns:
                raw.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        raw.execute("DELETE FROM migrations WHERE number > 7")
    raw.close()
    again = Database.open(path)
    with again.write() as connection:
        (first, *_) = tickets.turns(connection, "T-1")
        assert (first.signals, first.after, first.missed) == ({}, None, False)
        assert customers.risk(connection, "C-1") is None
        customers.weigh(connection, "C-1", 0.7, 0.8, [], NOON)
        made = Watch("C-1", "T-1", NOON, 0.7, 0.7)
        assert watches.get(connection, watches.put(connection, made)) is not None
    again.close()


def test_a_database_of_before_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "kizuna.db"
    opened = Database.open(path)
    _put(opened, TICKET)
    opened.close()
    with sqlite3.connect(path) as raw:  # as the first step alone had made it
        for name in ("arrivals", "placeholders", "fingerprints", "cases", "folders"):
            raw.execute(f"DROP TABLE {name}")
        raw.execute("DROP INDEX ix_tickets_book")
        gone = ("tickets", "guessed"), ("tickets", "book"), ("messages", "attachments"), ("rejects", "sealed")
        for table, column in gone:
            raw.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        raw.execute("ALTER TABLE tickets ADD COLUMN digest VARCHAR NOT NULL DEFAULT 'x'")
        raw.execute("DELETE FROM migrations WHERE number > 1")
    raw.close()
    again = Database.open(path)
    _put(again, replace(TICKET, id="T-2"))
    with again.read() as connection:
        assert tickets.get(connection, "T-1") == TICKET
        assert tickets.get(connection, "T-2") == replace(TICKET, id="T-2")
    again.close()


def test_a_ticket_comes_out_as_it_went_in(db: Database) -> None:
    _put(db, TICKET)
    with db.read() as connection:
        assert tickets.get(connection, "T-1") == TICKET
        assert tickets.many(connection, ["T-1", "none"]) == {"T-1": TICKET}
        assert tickets.get(connection, "none") is None
        assert tickets.told(connection, "T-1") == TICKET


def test_a_time_of_another_zone_is_the_same_moment(db: Database) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    _put(db, replace(TICKET, created=tokyo), replace(TICKET, id="T-2", created=NOON.replace(tzinfo=None)))
    with db.read() as connection:
        for id in ("T-1", "T-2"):
            found = tickets.get(connection, id)
            assert found is not None
            assert found.created == NOON
            assert found.created.tzinfo is UTC


def test_a_ticket_that_comes_again_replaces_its_messages_and_keeps_its_drafts(db: Database) -> None:
    _put(db, TICKET)
    with db.write() as connection:
        tickets.change(connection, "T-1", assignee="emma")
        drafts.put(connection, Stored("D-1", "T-1", "Hello", [], 0.5, False))
    _put(db, replace(TICKET, messages=TICKET.messages[:1]))
    with db.read() as connection:
        assert len(tickets.turns(connection, "T-1")) == 1
        row = tickets.row(connection, "T-1")
        assert row is not None
        assert row.assignee == "emma"
        assert drafts.latest(connection, "T-1") is not None


@pytest.mark.parametrize(
    ("said", "status", "since"),
    [
        ("i", "open", 0),
        ("ii", "open", 0),
        ("io", "open", None),
        ("ioi", "open", 2),
        ("ionii", "pending", 3),
        ("ioi", "resolved", None),
        ("o", "open", None),
        ("", "open", None),
    ],
)
def test_waiting_begins_with_the_first_words_after_our_last_answer(
    db: Database, said: str, status: str, since: int | None
) -> None:
    kinds = {"i": "incoming", "o": "outgoing", "n": "note"}
    turns = [Message(kinds[one], "words", NOON + timedelta(hours=n)) for n, one in enumerate(said)]
    _put(db, replace(TICKET, messages=tuple(turns), status=status))
    with db.read() as connection:
        row = tickets.row(connection, "T-1")
    assert row is not None
    assert row.waiting_since == (None if since is None else NOON + timedelta(hours=since))


def test_messages_added_live_move_the_waiting_time(db: Database) -> None:
    def waiting() -> datetime | None:
        with db.read() as connection:
            row = tickets.row(connection, "T-1")
            return row.waiting_since if row else None

    _put(db, replace(TICKET, messages=TICKET.messages[:2]))
    later = [NOON + timedelta(days=n) for n in range(4)]
    assert waiting() is None
    for direction, at, expected in (
        ("incoming", later[0], later[0]),
        ("incoming", later[1], later[0]),
        ("note", later[2], later[0]),
        ("outgoing", later[3], None),
    ):
        with db.write() as connection:
            tickets.add(connection, "T-1", Message(direction, "more", at))
        assert waiting() == expected
    with db.write() as connection:
        assert [row.seq for row in tickets.turns(connection, "T-1")] == list(range(6))
        assert [row.text for row in tickets.turns_after(connection, "T-1", 1)] == ["more"] * 4
        tickets.add(connection, "T-1", Message("incoming", "again", NOON))
        tickets.change(connection, "T-1", status="resolved")
    assert waiting() is None


def test_the_inbox_shows_what_hurts_most_first(db: Database) -> None:
    now = datetime.now(UTC)
    fresh = (Message("incoming", "  What\n now? " + "x" * 300, now),)
    for id, priority, at_risk, mood, since in (
        ("calm", "low", 0.0, "neutral", now),
        ("long", "low", 0.0, "neutral", now - timedelta(days=9)),
        ("sour", "medium", 0.0, "negative", now),
        ("risk", "medium", 0.9, "negative", now),
        ("fire", "urgent", 0.0, "neutral", now),
    ):
        _put(db, replace(TICKET, id=id, priority=priority, messages=fresh))
        with db.write() as connection:
            tickets.change(connection, id, at_risk=at_risk, mood=mood, waiting_since=since)
    _put(db, MARIA)
    with db.read() as connection:
        lines = tickets.page(connection, Query())
        assert [line.id for line in lines] == ["risk", "fire", "sour", "long", "calm"]
        assert (lines[0].name, lines[0].plan) == ("Maria Lopez", "plus")
        assert lines[0].first_words.startswith("What now? xxx")
        assert len(lines[0].first_words) == 160
        assert [line.id for line in tickets.page(connection, Query(), limit=2, offset=1)] == ["fire", "sour"]
        assert tickets.count(connection, Query()) == 5


def test_the_inbox_can_be_narrowed(db: Database) -> None:
    _put(db, MARIA, TICKET, replace(TICKET, id="T-2", status="resolved", channel="email", lang="ja", customer=""))
    _put(db, replace(TICKET, id="T-100%", subject="100% battery", customer="someone@mail.example"))
    with db.write() as connection:
        tickets.change(connection, "T-2", assignee="emma", mood="negative")

    def found(**values: object) -> list[str]:
        query = replace(Query(statuses=()), **values)
        with db.read() as connection:
            lines = sorted(line.id for line in tickets.page(connection, query))
            assert tickets.count(connection, query) == len(lines)
        return lines

    assert found() == ["T-1", "T-100%", "T-2"]
    assert found(statuses=("open",)) == ["T-1", "T-100%"]
    assert found(channels=("email",)) == found(langs=("ja",)) == found(assignee="emma") == ["T-2"]
    assert found(moods=("negative",)) == found(statuses=("resolved",)) == ["T-2"]
    assert found(priorities=("low",)) == []
    assert found(customer="C-1") == ["T-1"]
    assert found(text="開かない") == ["T-1", "T-2"]
    assert found(text="maria STILL") == ["T-1"]
    assert found(text="100%") == ["T-100%"]
    assert found(text="_") == []


def test_two_customers_with_one_address_make_one_line(db: Database) -> None:
    _put(db, MARIA, replace(MARIA, id="C-9", name="M. Lopez"), replace(TICKET, customer=MARIA.email))
    with db.read() as connection:
        assert [line.name for line in tickets.page(connection, Query())] == ["Maria Lopez"]
        assert tickets.count(connection, Query()) == 1


def test_moods_are_asked_for_open_tickets_first(db: Database) -> None:
    _put(db, replace(TICKET, id="A", status="resolved"), replace(TICKET, id="B"))
    with db.write() as connection:
        waiting = tickets.unlabelled(connection, 10)
        assert [(row.ticket, row.seq) for row in waiting] == [("B", 0), ("B", 2), ("A", 0), ("A", 2)]
        tickets.label(connection, "B", 2, "negative", 0.8)
        assert len(tickets.unlabelled(connection, 10)) == 3
        last = tickets.last_said(connection, ["A", "B", "none"])
        assert {id: (row.text, row.mood) for id, row in last.items()} == {
            "A": ("Still broken.", ""),
            "B": ("Still broken.", "negative"),
        }
        assert tickets.by_status(connection) == {"open": 1, "resolved": 1}
        assert [row.id for row in tickets.resolved_of(connection, "C-1", besides="B")] == ["A"]
        assert tickets.resolved_of(connection, "", besides="B") == []


def test_a_removed_ticket_takes_its_messages_and_drafts_along(db: Database) -> None:
    _put(db, TICKET)
    with db.write() as connection:
        drafts.put(connection, Stored("D-1", "T-1", "Hello", [], 0.5, False))
        tickets.remove(connection, "T-1")
        assert tickets.turns(connection, "T-1") == []
        assert drafts.latest(connection, "T-1") is None


def test_a_visitor_has_the_newest_ticket(db: Database) -> None:
    _put(db, TICKET, replace(TICKET, id="T-2", created=NOON + timedelta(days=1)))
    with db.write() as connection:
        tickets.change(connection, "T-1", visitor="v")
        tickets.change(connection, "T-2", visitor="v")
        found = tickets.of_visitor(connection, "v")
        assert found is not None
        assert found.id == "T-2"
        assert tickets.of_visitor(connection, "") is None


# --- customers and articles


def test_a_customer_is_found_by_id_and_by_address(db: Database) -> None:
    _put(db, MARIA)
    with db.read() as connection:
        assert customers.find(connection, "C-1") == MARIA
        assert customers.find(connection, "Maria@Mail.Example") == MARIA
        assert customers.find(connection, "") is None
        assert customers.find(connection, "nobody") is None
        assert customers.names(connection, "C-1") == ("Maria Lopez",)
        assert customers.names(connection, "nobody") == ()


def test_the_same_address_in_two_systems_is_one_person(db: Database) -> None:
    with db.write() as connection:
        customers.put(connection, MARIA, origin="test", also=["C-1", "zd-77"])
        assert customers.find(connection, "zd-77") == customers.find(connection, "C-1") == MARIA
        customers.put(connection, MARIA, origin="test")
        assert customers.find(connection, "zd-77") == MARIA
        known = customers.resolve(connection, ["zd-77", MARIA.email.upper(), "nobody", ""])
        assert known == {"zd-77": MARIA, MARIA.email.upper(): MARIA}
        customers.put(connection, MARIA, origin="test", also=[])
        assert customers.find(connection, "zd-77") is None


def test_a_record_survives_the_way_through_json() -> None:
    page = Article("A-1", "T", "text", "en", updated=NOON)
    files = replace(TICKET, messages=(replace(TICKET.messages[0], attachments=("a.png",), at=NOON),))
    for kind, one in (
        ("ticket", files),
        ("article", page),
        ("customer", replace(MARIA, since=NOON, products=("CAM3",))),
    ):
        assert rows.load(kind, json.loads(json.dumps(rows.dump(one)))) == one


def test_people_without_an_address_stay_apart(db: Database) -> None:
    _put(db, Customer("a", "Kim"), Customer("b", "Kim"))
    with db.read() as connection:
        assert customers.count(connection) == 2


def test_tickets_that_came_before_their_customer_are_claimed(db: Database) -> None:
    _put(db, replace(TICKET, customer="zd-77"), replace(TICKET, id="T-2", customer=MARIA.email))
    _put(db, replace(TICKET, id="T-3", customer="someone"))
    with db.write() as connection:
        customers.put(connection, MARIA, origin="test", also=["zd-77"])
    with db.read() as connection:
        owners = [line.customer for line in tickets.page(connection, Query(text="T-"))]
    assert sorted(owners) == ["C-1", "C-1", "someone"]


def test_articles_are_listed_newest_first(db: Database) -> None:
    old, new = Article("A-1", "Old", "text", "en", updated=NOON), Article("A-2", "New", "本文", "ja", "CAM3")
    new = replace(new, updated=NOON + timedelta(days=1), kind="faq")
    with db.write() as connection:
        for one in (old, new, old):
            articles.put(connection, one, origin="test")
        assert articles.page(connection) == [new, old]
        assert articles.get(connection, "A-2") == new
        articles.remove(connection, "A-2")
        assert articles.get(connection, "A-2") is None
        assert articles.count(connection) == 1


def test_a_digest_tells_records_apart() -> None:
    alike = [Article("A", "t", "x"), Article("A", "t", "y"), Article("A", "tx", ""), Ticket("A", ()), Customer("A")]
    assert len({rows.digest(one) for one in alike}) == len(alike)
    assert rows.digest(TICKET) == rows.digest(replace(TICKET))


# --- passages and words


def test_passages_replace_those_that_were_there(db: Database) -> None:
    _shelve(db, _passage("red kettle"), _passage("blue teapot", 1))
    with db.write() as connection:
        passages.mark_all(connection, indexed=True)
    _shelve(db, _passage("green kettle"))
    with db.read() as connection:
        assert [one.text for one in passages.of_source(connection, "article", "A-1")] == ["green kettle"]
        assert passages.gone(connection, 10) == ["article:A-1#1"]
        assert [key for key, _ in passages.pending(connection, 10)] == ["article:A-1#0"]
        assert passages.match(connection, ["teapot", "red"], Filters(), 5) == []
        assert [key for key, _ in passages.match(connection, ["kettle"], Filters(), 5)] == ["article:A-1#0"]
        assert passages.count(connection) == {"article": 1}


def test_forgotten_passages_wait_to_leave_the_index(db: Database) -> None:
    _shelve(db, _passage("red kettle"))
    with db.write() as connection:
        passages.forget(connection, "article", "A-1")
        passages.forget(connection, "article", "never there")
        assert passages.gone(connection, 10) == ["article:A-1#0"]
        passages.buried(connection, ["article:A-1#0"])
        assert passages.gone(connection, 10) == []
        assert passages.get(connection, ["article:A-1#0"]) == {}


def test_the_best_match_comes_first_and_filters_hold(db: Database) -> None:
    _shelve(db, _passage("the kettle leaks, the kettle drips", source="A-1", product="K1"))
    _shelve(db, _passage("a kettle and a pan and a very long list of other things in the shop", source="A-2"))
    _shelve(db, _passage("やかんから水が漏れる", source="A-3", lang="ja", kind="faq", created=None))
    with db.read() as connection:

        def found(words: list[str], **values: object) -> list[str]:
            return [key for key, _ in passages.match(connection, words, replace(Filters(), **values), 5)]

        assert found(["kettle"]) == ["article:A-1#0", "article:A-2#0"]
        assert found(["kettle"], products=("K1",)) == ["article:A-1#0"]
        assert found(["kettle"], langs=("ja",)) == found(["kettle"], kinds=("faq",)) == found([]) == []
        assert found(["漏れ"]) == found(["漏れ"], langs=("ja",)) == ["faq:A-3#0"]
        assert found(["漏れ"], until=NOON) == found(["漏れ"], since=NOON) == []
        assert found(["kettle"], since=NOON, until=NOON) == found(["kettle"])
        assert found(["kettle"], since=NOON + timedelta(seconds=1)) == []
        assert found(["kettle"], parts=("resolution",)) == []
        scores = [score for _, score in passages.match(connection, ["kettle"], Filters(), 5)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("word", ['"', "AND", "NOT", "*", "(", "col:", "-", "・・", "'; DROP TABLE words; --"])
def test_no_word_is_an_operator(db: Database, word: str) -> None:
    _shelve(db, _passage("kettle"))
    with db.read() as connection:
        words = [one for one in [word.replace('"', ""), "kettle"] if one]
        assert passages.match(connection, words, Filters(), 5)


def test_rare_words_weigh_more(db: Database) -> None:
    for n in range(9):
        _shelve(db, _passage("kettle" if n else "kettle teapot", source=f"A-{n}"))
    with db.read() as connection:
        weight = passages.rarity(connection, ["kettle", "teapot", "unseen"])
        assert passages.rarity(connection, []) == {}
    assert 0.0 <= weight["kettle"] < weight["teapot"] < weight["unseen"]


def test_openings_are_the_first_words_of_resolved_cases(db: Database) -> None:
    for n, status in enumerate(("resolved", "open", "resolved")):
        _put(db, replace(TICKET, id=f"T-{n}", status=status, created=NOON + timedelta(days=n)))
        parts = (("problem", "first"), ("resolution", "reply"), ("problem", "then"))
        _shelve(
            db,
            *(_passage(text, seq, f"T-{n}", kind="ticket", part=part) for seq, (part, text) in enumerate(parts)),
        )
    with db.read() as connection:
        assert [(one.source, one.text) for one in passages.openings(connection, 9)] == [
            ("T-0", "first"),
            ("T-2", "first"),
        ]
        assert [one.source for one in passages.openings(connection, 1)] == ["T-2"]
        assert [one.source for one in passages.newest(connection, Filters(kinds=("ticket",)), 2)] == ["T-0", "T-1"]
        assert passages.sources(connection) == {"ticket": 3}
        assert passages.languages(connection) == ["en"]
        assert passages.products(connection) == []


# --- drafts, imports, accounts, notes


def test_a_new_draft_replaces_the_one_before_unless_that_was_decided(db: Database) -> None:
    _put(db, TICKET)
    first = Stored("D-1", "T-1", "One", [{"n": 1}], 0.5, False, trail={"ms": 3}, created=NOON)
    with db.write() as connection:
        drafts.put(connection, first)
        assert drafts.latest(connection, "T-1") == first
        assert drafts.ready(connection, ["T-1"]) == {"T-1"}
        drafts.put(connection, replace(first, id="D-2", created=NOON + timedelta(hours=1)))
        latest = drafts.latest(connection, "T-1")
        assert latest is not None
        assert latest.id == "D-2"
        drafts.decide(connection, "D-2", "edited", by="emma", final="Two")
        decided = drafts.latest(connection, "T-1")
        assert decided is not None
        assert (decided.state, decided.by, decided.final) == ("edited", "emma", "Two")
        assert drafts.ready(connection, ["T-1"]) == set()
        drafts.put(connection, replace(first, id="D-3", abstained=True, created=NOON + timedelta(hours=2)))
        assert drafts.ready(connection, ["T-1"]) == set()


def test_the_same_reject_is_kept_once_and_forgiven_with_its_origin(db: Database) -> None:
    with db.write() as connection:
        id = imports.start(connection, "a.csv", "emma")
        assert imports.start(connection, "a.csv", "emma") == id
        for origin in ("a.csv", "a.csv", "b.csv"):
            imports.reject(connection, Reject(f"{origin}, row 3", "no text", "raw"), origin)
        assert imports.rejected_count(connection) == 2
        assert [row.origin for row in imports.rejected(connection, "a.csv")] == ["a.csv"]
        imports.forgive(connection, "a.csv")
        assert [row.origin for row in imports.rejected(connection)] == ["b.csv"]
        imports.finish(connection, id, {"added": 1})
        (row,) = imports.history(connection)
        assert (row.counts, row.by) == ({"added": 1}, "emma")
        assert row.finished >= row.started


def test_a_session_ends_by_itself_by_hand_and_with_its_account(db: Database) -> None:
    with db.write() as connection:
        accounts.put(connection, name="emma", display="Emma", role="agent", password="hash", lang="en", created=NOON)
        for token in ("one", "two", "three"):
            accounts.open_session(connection, token=token, account="emma", expires=NOON)
        assert accounts.by_session(connection, "one", NOON - timedelta(seconds=1)) is not None
        assert accounts.by_session(connection, "one", NOON) is None
        accounts.close_session(connection, "one")
        assert accounts.by_session(connection, "one", NOON - timedelta(days=1)) is None
        accounts.close_sessions(connection, "emma")
        assert accounts.by_session(connection, "two", NOON - timedelta(days=1)) is None
        assert accounts.count(connection) == 1


def test_the_journal_is_read_from_the_end(db: Database) -> None:
    with db.write() as connection:
        for n in range(3):
            notes.write(connection, by="emma", action="did", subject="T-1", n=n)
        assert [row.detail["n"] for row in notes.about(connection, "T-1", limit=2)] == [2, 1]
        notes.put(connection, "key", "1")
        notes.put(connection, "key", "2")
        assert notes.get(connection, "key") == "2"
