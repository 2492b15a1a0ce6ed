"""A live ticket: what is said is kept, masked where it must be, and what was learnt is found the next time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stand_ins import HashedWords

from console import conversations
from console.search import Search
from ingest import shelving
from ingest.errors import SenderError
from ingest.records import Customer, Message, Ticket
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import drafts, notes, tickets
from ingest.store.drafts import Stored

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ASKED = Ticket("T-1", (Message("incoming", "My kettle whistles."),), subject="Kettle", status="open", customer="C-1")


def _begun(shelves: Shelves, ticket: Ticket = ASKED, **values: Any) -> Ticket:
    with shelves.db.write() as db:
        shelving.shelve(db, Customer("C-1", "Maria Lopez", "maria@mail.example"), shelves)
    return conversations.begin(shelves, ticket, **values)


def _row(shelves: Shelves, id: str = "T-1") -> Any:
    with shelves.db.read() as db:
        return tickets.row(db, id)


def _said(shelves: Shelves, id: str = "T-1") -> list[tuple[str, str]]:
    with shelves.db.read() as db:
        return [(turn.direction, turn.text) for turn in tickets.turns(db, id)]


def _journal(shelves: Shelves, id: str = "T-1") -> list[str]:
    with shelves.db.read() as db:
        return [row.action for row in notes.about(db, id)][::-1]


def test_a_ticket_that_begins_is_masked_and_findable(open_shelves: Callable[..., Shelves], redactor: Redactor) -> None:
    shelves = open_shelves(redactor=redactor)
    told = "I am Maria Lopez, call 090-1234-5678 about the kettle.\n\n--\nMaria\nTel 090-1234-5678"
    made = _begun(shelves, Ticket("T-1", (Message("incoming", told),), status="open", customer="C-1"), visitor="v-1")
    assert made.messages[0].text == "I am <PERSON_1>, call <PHONE_1> about the kettle."
    assert made.lang == "en"
    assert _row(shelves).visitor == "v-1"
    assert _journal(shelves) == ["opened"]
    (hit,) = Search(shelves.db, shelves.index, HashedWords()).find("kettle")
    assert hit.source == "T-1"


def test_a_reply_resolves_and_teaches(shelves: Shelves) -> None:
    _begun(shelves)
    search = Search(shelves.db, shelves.index, HashedWords())
    assert search.find("unscrew the grommet")[0].passage.part == "problem"
    conversations.reply(shelves, "T-1", "Unscrew the grommet.", by="emma", author="Emma Clarke")
    row = _row(shelves)
    assert (row.status, row.assignee, row.waiting_since) == ("resolved", "emma", None)
    assert _said(shelves)[-1] == ("outgoing", "Unscrew the grommet.")
    assert _journal(shelves) == ["opened", "replied"]
    best = search.find("unscrew the grommet")[0]
    assert (best.source, best.passage.part, best.passage.text) == ("T-1", "resolution", "Unscrew the grommet.")


def test_a_reply_may_leave_the_ticket_open(shelves: Shelves) -> None:
    _begun(shelves)
    conversations.reply(shelves, "T-1", "Which colour?", by="emma", author="Emma", resolve=False)
    row = _row(shelves)
    assert (row.status, row.assignee, row.waiting_since) == ("open", "", None)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Maria,\n\nOn Monday Ann wrote:\n> this is quoted on purpose\n\n--\nEmma Clarke\nTel 03-1234-5678",
        "List:\n\n- one\n- two\n\n[1] is a mark of mine",
        "<b>not bold</b> &amp; 返金　します",
    ],
)
def test_an_agents_words_are_kept_as_they_are(
    open_shelves: Callable[..., Shelves], redactor: Redactor, text: str
) -> None:
    shelves = open_shelves(redactor=redactor)
    _begun(shelves)
    conversations.reply(shelves, "T-1", f"\n {text} \n", by="emma", author="Emma")
    assert _said(shelves)[-1] == ("outgoing", text)


def test_incoming_words_are_masked_and_kept_whole(open_shelves: Callable[..., Shelves], redactor: Redactor) -> None:
    shelves = open_shelves(redactor=redactor)
    _begun(shelves)
    said = conversations.add(
        shelves,
        "T-1",
        "Lopez here: card 4242 4242 4242 4242, order AZ-1234567.\n\n> my own quote",
        direction="incoming",
    )
    assert said.text == "<PERSON_1> here: card <CARD_1>, order AZ-1234567.\n\n> my own quote"
    assert _said(shelves)[-1][1] == said.text


@pytest.mark.parametrize(
    ("status", "after"), [("resolved", "open"), ("snoozed", "open"), ("open", "open"), ("pending", "pending")]
)
def test_a_customer_who_writes_again_is_heard(shelves: Shelves, status: str, after: str) -> None:
    _begun(shelves)
    with shelves.db.write() as db:
        tickets.change(db, "T-1", status=status)
    conversations.add(shelves, "T-1", "It whistles again.", direction="incoming")
    assert _row(shelves).status == after
    assert _row(shelves).waiting_since is not None


def test_a_note_changes_nothing_but_the_conversation(shelves: Shelves) -> None:
    _begun(shelves)
    conversations.reply(shelves, "T-1", "Unscrew it.", by="emma", author="Emma")
    conversations.add(shelves, "T-1", "She called, all is well.", direction="note", author="Emma")
    assert (_row(shelves).status, _row(shelves).waiting_since) == ("resolved", None)


def test_reopening_and_resolving_again(shelves: Shelves) -> None:
    _begun(shelves)
    conversations.reply(shelves, "T-1", "Unscrew it.", by="emma", author="Emma")
    conversations.reopen(shelves, "T-1", by="emma")
    assert _row(shelves).status == "open"
    conversations.reply(shelves, "T-1", "Then screw it in again.", by="emma", author="Emma")
    assert _row(shelves).status == "resolved"
    assert _journal(shelves) == ["opened", "replied", "reopened", "replied"]
    (found,) = [hit for hit in Search(shelves.db, shelves.index, HashedWords()).find("screw") if hit.source == "T-1"]
    assert "screw" in found.passage.text.lower()


def test_assigning_is_journaled(shelves: Shelves) -> None:
    _begun(shelves)
    conversations.assign(shelves, "T-1", "misaki", by="emma")
    assert _row(shelves).assignee == "misaki"
    conversations.assign(shelves, "T-1", "", by="emma")
    assert _row(shelves).assignee == ""
    with shelves.db.read() as db:
        assert [(row.action, row.by, row.detail["to"]) for row in notes.about(db, "T-1", 2)] == [
            ("assigned", "emma", ""),
            ("assigned", "emma", "misaki"),
        ]


@pytest.mark.parametrize(
    ("text", "told"), [("", "empty"), (" \n\t　", "empty"), ("x" * 20_001, "20,001 characters; 20,000")]
)
def test_empty_and_overlong_messages_are_refused_and_change_nothing(shelves: Shelves, text: str, told: str) -> None:
    _begun(shelves)
    with pytest.raises(SenderError, match=told):
        conversations.add(shelves, "T-1", text, direction="incoming")
    with pytest.raises(SenderError, match=told):
        conversations.reply(shelves, "T-1", text, by="emma", author="Emma")
    assert len(_said(shelves)) == 1
    assert (_row(shelves).status, _journal(shelves)) == ("open", ["opened"])


def test_the_longest_message_is_taken(shelves: Shelves) -> None:
    _begun(shelves)
    conversations.add(shelves, "T-1", "あ" * conversations.LONGEST, direction="incoming")
    assert len(_said(shelves)[-1][1]) == conversations.LONGEST


def test_a_ticket_that_is_gone_is_told(shelves: Shelves) -> None:
    for act in (
        lambda: conversations.add(shelves, "T-0", "Hello?", direction="incoming"),
        lambda: conversations.reply(shelves, "T-0", "Hello.", by="emma", author="Emma"),
    ):
        with pytest.raises(SenderError, match="no ticket T-0"):
            act()


def test_a_reply_that_fails_midway_leaves_nothing(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    _begun(shelves)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(shelving, "reshelve", fail)
    with pytest.raises(ZeroDivisionError):
        conversations.reply(shelves, "T-1", "Unscrew it.", by="emma", author="Emma")
    assert len(_said(shelves)) == 1
    assert _row(shelves).status == "open"


# --- drafts


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        ("Hello,\n\nUnscrew it.", "accepted"),
        ("Hello,\nUnscrew  it.", "accepted"),
        ("Hello,\n\nPlease unscrew it.", "edited"),
        ("Hello,\n\nUnscrew it. [7]", "edited"),
    ],
)
def test_the_draft_is_judged_by_what_was_sent(shelves: Shelves, sent: str, state: str) -> None:
    _begun(shelves)
    with shelves.db.write() as db:
        drafts.put(db, Stored("D-1", "T-1", "Hello,\n\nUnscrew it. [1]", [{"n": 1}], 0.8, False))
    conversations.reply(shelves, "T-1", sent, by="emma", author="Emma", draft="D-1")
    with shelves.db.read() as db:
        kept = drafts.latest(db, "T-1")
    assert kept is not None
    assert (kept.state, kept.by, kept.final) == (state, "emma", sent)


def test_a_rejected_draft_keeps_its_reason(shelves: Shelves) -> None:
    _begun(shelves)
    with shelves.db.write() as db:
        drafts.put(db, Stored("D-1", "T-1", "Hello", [], 0.8, False))
    conversations.reject(shelves, "T-1", "D-1", by="emma", reason="wrong product")
    with shelves.db.read() as db:
        kept = drafts.latest(db, "T-1")
    assert kept is not None
    assert (kept.state, kept.reason) == ("rejected", "wrong product")
    assert _journal(shelves)[-1] == "rejected draft"


# --- what waits for an answer


def _ticket(*said: str, subject: str = "") -> Ticket:
    kinds = {"i": "incoming", "o": "outgoing", "n": "note"}
    turns = [Message(kinds[one[0]], one[2:], NOON + timedelta(hours=n)) for n, one in enumerate(said)]
    return Ticket("T", tuple(turns), subject=subject)


LONG = "a question with enough words to be understood without the one that came before"


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        (_ticket(f"i:{LONG}"), LONG),
        (_ticket(f"i:{LONG}", subject="Kettle"), f"Kettle\n{LONG}"),
        (_ticket(f"i:{LONG}", subject="enough words"), LONG),
        (_ticket("i:old", "o:reply", f"i:{LONG}", "n:secret", "i:and more"), f"{LONG}\nand more"),
        (_ticket(f"i:{LONG}", "o:reply", "i:still nothing"), f"{LONG}\nstill nothing"),
        (_ticket(f"i:{LONG}", "o:reply"), LONG),
        (_ticket("o:reply", subject="Kettle"), "Kettle"),
        (_ticket(), ""),
    ],
)
def test_what_waits_is_what_was_said_since_our_last_reply(ticket: Ticket, expected: str) -> None:
    assert conversations.latest(ticket) == expected
