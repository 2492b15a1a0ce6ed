"""A chat that people have: place, expected wait, office hours, why it was handed over, the quiet, the way back."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from at_the_widget import Chat, Drafts
from sqlalchemy import inspect
from starlette.testclient import TestClient

from console import answers, conversations
from console.accounts import Account
from console.answers import Piece
from console.desk import Desk
from console.widget import brief, handoff, hours, sites, turn, view, wording
from ingest import migrations
from ingest.errors import SenderError
from ingest.records import Message, Ticket
from ingest.store import handoffs, mails, notes, tickets
from ingest.store.handoffs import Handoff

NAOKO, EMMA = Account("naoko", "Naoko Hayashi", "supervisor"), Account("emma", "Emma Clarke", "agent")
NOW = datetime.now(UTC).replace(microsecond=0)


def _id(chat: Chat) -> str:
    return str(chat.get("events").json()["waiting"]["ticket"])


def _ticket(desk: Desk, id: str) -> Any:
    with desk.db.read() as db:
        return tickets.row(db, id)


def _lines(desk: Desk, id: str) -> list[tuple[str, str]]:
    with desk.db.read() as db:
        return [(one.direction, one.author) for one in tickets.turns(db, id)]


def _reply(desk: Desk, id: str, text: str = "It is Emma.", *, resolve: bool = False) -> None:
    conversations.reply(desk.shelves, id, text, by="emma", author="Emma Clarke", resolve=resolve)


def _known(desk: Desk, *minutes: float, within: bool = True) -> None:
    """Chats that were handed over lately and answered after so many minutes, the last of these last."""
    for n, waited in enumerate(minutes):
        at = NOW - timedelta(days=60) + timedelta(days=n)
        with desk.db.write() as db:
            tickets.put(db, Ticket(f"T-{at.timestamp()}-{within}", (Message("incoming", "Hello?"),)), origin="test")
            answered = at + timedelta(minutes=waited)
            handoffs.put(db, Handoff(f"T-{at.timestamp()}-{within}", at, "asked", within, answered))


# ---- within hours


def test_visitors_are_told_their_place_and_it_moves_as_others_are_answered(client: TestClient, open_desk: Desk) -> None:
    chats = [Chat(client) for _ in range(3)]
    ids = []
    for one in chats:
        one.say("How do I reset the hub?")
        ids.append(one.post("person").json()["waiting"]["ticket"])
    assert [one.get("events").json()["waiting"]["place"] for one in chats] == [1, 2, 3]
    _reply(open_desk, ids[0])
    assert [one.get("events").json()["waiting"]["place"] for one in chats] == [0, 1, 2]
    _reply(open_desk, ids[1], resolve=True)
    assert chats[1].get("events").json()["waiting"] is None
    assert chats[2].get("events").json()["waiting"]["place"] == 1
    chats[0].post("person")  # asking again changes no place
    assert chats[0].get("events").json()["waiting"]["place"] == 0


def test_a_conversation_that_is_reopened_waits_behind_those_who_waited(client: TestClient, open_desk: Desk) -> None:
    first, second = Chat(client), Chat(client)
    first.post("person")
    id = _id(first)
    with open_desk.db.write() as db:  # resolved without a word
        tickets.change(db, id, status="resolved")
    second.post("person")
    first.say("I am back")
    assert second.get("events").json()["waiting"]["place"] == 1
    assert first.get("events").json()["waiting"]["place"] == 2


@pytest.mark.parametrize(
    ("waited", "told"),
    [
        ((1, 2, 3, 4), None), ((1, 2, 3, 4, 5), 3), ((7,) * 5, 10), ((0.1,) * 5, 1), ((59,) * 9, 60), ((61,) * 9, 120),
        ((999,) * 9, None), ((500,) * 30 + (4,) * 20, 5), ((4,) * 30 + (500,) * 20, None), ((10,) * 6, 10),
    ],
)  # fmt: skip
def test_the_expected_wait_is_the_median_of_the_last_ones_and_never_invented(
    open_desk: Desk, waited: tuple[float, ...], told: int | None
) -> None:
    _known(open_desk, *waited)
    _known(open_desk, *(1.0,) * 40, within=False)  # who came outside hours waited for the morning: they do not count
    with open_desk.db.read() as db:
        assert handoff.expected(db) == told


def test_the_expected_wait_is_told_while_they_wait_and_no_longer(chat: Chat, open_desk: Desk) -> None:
    _known(open_desk, 8, 8, 8, 8, 8)
    assert chat.post("person").json()["waiting"]["minutes"] == 10
    assert chat.opened["waiting"] is None
    _reply(open_desk, _id(chat))
    assert chat.get("events").json()["waiting"] | {"ticket": ""} == {
        "ticket": "", "there": True, "opens": "", "place": 0, "minutes": None, "address": False, "mail": False,
    }  # fmt: skip
    with open_desk.db.read() as db:
        last = handoffs.last(db, _id(chat))
    assert last is not None
    assert last.answered is not None


# ---- outside hours


def _closed(desk: Desk, client: TestClient) -> Chat:
    """A chat at a site that opens tomorrow."""
    site = sites.create(desk.db, "Mori", NAOKO).after
    tomorrow = (NOW + timedelta(days=1)).weekday()
    week = ["10:00-11:00" if day == tomorrow else "" for day in range(7)]
    sites.staff(desk.db, site.id, hours.checked("UTC", week, ""), False, NAOKO)
    client.headers["X-Kizuna-Site"] = site.key
    return Chat(client)


def test_outside_hours_they_are_told_when_somebody_is_back_and_their_number(
    client: TestClient, open_desk: Desk
) -> None:
    _known(open_desk, 8, 8, 8, 8, 8)
    chat = _closed(open_desk, client)
    told = chat.post("person").json()["waiting"]
    opens = datetime.fromisoformat(told["opens"])
    assert (opens.date(), opens.hour) == ((NOW + timedelta(days=1)).date(), 10)
    assert (told["there"], told["minutes"], told["address"]) == (False, None, False)
    assert told["ticket"].startswith("W-")
    assert chat.post("person", email="Ann@Home.example").json()["waiting"]["address"]
    with open_desk.db.read() as db:
        kept = handoffs.last(db, told["ticket"])
    assert kept is not None
    assert not kept.within
    assert _ticket(open_desk, told["ticket"]).reply_to == "ann@home.example"


def test_mails_are_only_promised_where_they_are_set_up(chat: Chat, open_desk: Desk) -> None:
    assert not chat.post("person").json()["waiting"]["mail"]
    from pydantic import SecretStr

    ready = {"smtp_url": SecretStr("smtp://mail.example"), "mail_from": "help@shop.example"}
    open_desk.settings = open_desk.settings.model_copy(update=ready)
    assert chat.post("person").json()["waiting"]["mail"]


@pytest.mark.parametrize(
    "email",
    ["a@b.example\r\nBcc: x@y.example", "a@b.example,c@d.example", "foo:a@b.example;", "a b@c.example", "<a@b.example>",
     "a@b", "a@b.ex\x00", "\u202ea@b.example", f"{'a' * 70}@b.example", f"a@{'b' * 250}.example", "a(c)@b.example",
     "\u00fc@b.example"],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(chat: Chat, email: str) -> None:
    answer = chat.post("person", email=email)
    assert answer.status_code == 400, email
    assert not handoff.is_address(email)


# ---- why


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ((), "asked"), (("How do I reset the hub?",), "asked"), (("unknown thing",), "unknown"),
        (("How do I reset the hub?", "That did not help"), "no_help"), (("I am furious about the hub",), "unhappy"),
        (("unknown thing", "Can I talk to a person?"), "unknown"), (("fail please",), "unknown"),
        (("unknown thing", "unknown too"), "unknown"), (("Reset?", "did not help", "did not help"), "no_help"),
        (("unknown thing", "How do I reset the hub?"), "asked"), (("Talk to a person please",), "asked"),
    ],
)  # fmt: skip
def test_the_reason_is_kept_with_the_handover(chat: Chat, open_desk: Desk, said: tuple[str, ...], reason: str) -> None:
    for text in said:
        chat.say(text)
    id = chat.post("person").json()["waiting"]["ticket"]
    with open_desk.db.read() as db:
        kept, lines = handoffs.last(db, id), [one for one in notes.about(db, id) if one.action == "handed over"]
    assert kept is not None
    assert kept.reason == reason
    assert [one.detail for one in lines] == [{"reason": reason, "within": True}]


def test_a_message_to_a_resolved_conversation_goes_to_a_person_again(chat: Chat, open_desk: Desk) -> None:
    chat.post("person")
    id = _id(chat)
    _reply(open_desk, id, resolve=True)
    chat.say("Still blinking")
    with open_desk.db.read() as db:
        last = handoffs.last(db, id)
    assert last is not None
    assert (last.reason, last.answered) == ("returned", None)


# ---- quiet


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, drafts: Drafts) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Drafts that say their first piece, tell so, and wait to be let on."""
    said, go = threading.Event(), threading.Event()

    def draft(*args: Any) -> Iterator[Any]:
        for one in drafts(*args):
            yield one
            if isinstance(one, Piece):
                said.set()
                go.wait(10)

    monkeypatch.setattr(answers, "draft", draft)
    yield said, go
    go.set()


def test_after_the_handoff_a_burst_of_messages_gets_no_answer(chat: Chat, open_desk: Desk, drafts: Drafts) -> None:
    chat.say("How do I reset the hub?")
    chat.post("person")
    for n in range(20):
        assert [name for name, _ in chat.say(f"How do I reset hub {n}?")] == ["taken", "quiet"]
    authors = [author for direction, author in _lines(open_desk, _id(chat)) if direction == "activity"]
    assert authors == [view.ASSISTANT, view.VISITOR]
    assert len(drafts.asked) == 1


def test_a_burst_sent_at_once_while_the_handoff_arrives_gets_none_after_it(open_desk: Desk) -> None:
    turns, start = turn.Turns(open_desk), threading.Barrier(21)
    first = turns.take("visitor-1", "message-0", "How do I reset the hub?", "en")
    list(turns.answer("visitor-1", first, "en"))

    def say(n: int) -> None:
        start.wait()
        taken = turns.take("visitor-1", f"message-{n + 1}", f"How do I reset hub {n}?", "en")
        list(turns.answer("visitor-1", taken, "en"))

    def ask() -> None:
        start.wait()
        turns.person("visitor-1", "en")

    with ThreadPoolExecutor(21) as pool:
        for done in [*[pool.submit(say, n) for n in range(20)], pool.submit(ask)]:
            done.result(30)
    lines = _lines(open_desk, first.ticket)
    assert lines.count(("incoming", "")) == 21
    assert ("activity", view.ASSISTANT) not in lines[lines.index(("activity", view.VISITOR)) :]


def test_an_answer_that_is_being_written_is_not_said_once_people_have_the_word(
    open_desk: Desk, slow: tuple[threading.Event, threading.Event]
) -> None:
    turns, (said, go) = turn.Turns(open_desk), slow
    taken = turns.take("visitor-1", "message-1", "How do I reset the hub?", "en")
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: list(turns.answer("visitor-1", taken, "en")))
        assert said.wait(10)
        turns.person("visitor-1", "en")
        go.set()
        assert writing.result(10)[-1] == turn.Quiet()
    assert ("activity", view.ASSISTANT) not in _lines(open_desk, taken.ticket)


def test_a_message_that_was_taken_before_the_handoff_and_comes_up_after_it_gets_none(open_desk: Desk) -> None:
    turns = turn.Turns(open_desk)
    taken = turns.take("visitor-1", "message-1", "How do I reset the hub?", "en")
    turns.person("visitor-1", "en")
    assert list(turns.answer("visitor-1", taken, "en")) == [turn.Quiet()]


def test_an_agents_reply_takes_the_word_also_where_nobody_had_asked(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    with open_desk.db.read() as db:
        id = db.exec_driver_sql("SELECT id FROM tickets").scalar_one()
    _reply(open_desk, id)
    assert [name for name, _ in chat.say("How do I reset hub 2?")] == ["taken", "quiet"]


# ---- back


def test_only_an_agent_gives_it_back_and_the_visitor_is_told(chat: Chat, open_desk: Desk, drafts: Drafts) -> None:
    chat.say("How do I reset the hub?")
    chat.post("person")
    id = _id(chat)
    handoff.give_back(open_desk.db, id, EMMA)
    told = chat.get("events").json()
    assert (told["status"], told["waiting"]) == ("pending", None)
    assert told["turns"][-1]["who"] == "back"
    assert [name for name, _ in chat.say("How do I reset hub 2?")][-1] == "done"
    assert len(drafts.asked) == 2
    with open_desk.db.read() as db:
        assert "gave back to the assistant" in [one.action for one in notes.about(db, id)]
        assert handoffs.place(db, id) == 0
    with pytest.raises(SenderError, match="given back"):
        handoff.give_back(open_desk.db, id, EMMA)
    chat.post("person")
    assert chat.get("events").json()["waiting"]["place"] == 1


def test_a_yes_from_before_the_people_hands_nobody_over_after_them(chat: Chat, open_desk: Desk) -> None:
    chat.say("unknown thing")
    chat.say("unknown too")
    assert chat.turns()[-1]["text"] == wording.ENGLISH.shall_i
    chat.post("person")
    handoff.give_back(open_desk.db, _id(chat), EMMA)
    assert chat.say("yes please")[-1][0] == "done"


def test_what_is_no_chat_cannot_be_given_to_the_assistant(open_desk: Desk) -> None:
    with open_desk.db.write() as db:
        tickets.put(db, Ticket("T-1", (Message("incoming", "Hello"),), status="open"), origin="test")
    for id in ("T-1", "T-2"):
        with pytest.raises(SenderError, match="Only a chat"):
            handoff.give_back(open_desk.db, id, EMMA)


# ---- seen


def test_how_far_the_visitor_has_read_is_kept_but_never_further_than_there_is(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    chat.get("events?after=1&seen=1")
    chat.post("person")
    id = _id(chat)
    assert _ticket(open_desk, id).read_to is None  # while the assistant has it, nothing is to be mailed
    _reply(open_desk, id)
    last = chat.turns()[-1]["seq"]
    for seen, kept in ((last - 1, last - 1), (last - 2, last - 1), (last + 50, last - 1), (last, last)):
        chat.get(f"events?after={last}&seen={seen}")
        assert _ticket(open_desk, id).read_to == kept
    assert chat.get("events?seen=x").status_code == 200


def test_a_new_address_takes_the_place_of_the_old_and_stops_what_is_not_sent(chat: Chat, open_desk: Desk) -> None:
    chat.post("person", email="ann@home.example")
    id = _id(chat)
    with open_desk.db.write() as db:
        mails.put_many(db, [mails.Mail("kz.1@x", id, "reply", "ann@home.example", NOW, NOW, 1, "Re", "Hello")])
    chat.post("person", email="ann@work.example")
    with open_desk.db.read() as db:
        assert mails.of(db, id) == []
    assert _ticket(open_desk, id).reply_to == "ann@work.example"


# ---- summary


def test_the_agent_reads_what_was_asked_tried_with_sources_and_open(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub? It blinks red since this morning.")
    chat.say("That did not help. I held the button for a minute and it still blinks.")
    chat.say("unknown: which firmware does it need?")
    chat.post("person")
    with open_desk.db.read() as db:
        ticket, told = tickets.get(db, _id(chat)), brief.told(db, _id(chat))
    assert ticket is not None
    found = brief.summarise(ticket, told, None, "en")
    assert any("reset the hub" in point.text for point in found.asked)
    assert any("Hold the button for ten seconds." in point.text and "Hub setup" in point.text for point in found.tried)
    assert not any(wording.ENGLISH.unknown[:20] in point.text for point in found.tried)
    assert any("firmware" in point.text for point in found.open)
    for part in (found.asked, found.tried, found.open):
        assert all(0 <= point.turn < len(ticket.messages) for point in part)


def test_a_question_that_was_answered_is_still_open_for_the_agent(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    chat.post("person")
    with open_desk.db.read() as db:
        ticket, told = tickets.get(db, _id(chat)), brief.told(db, _id(chat))
    assert ticket is not None
    found = brief.summarise(ticket, told, None, "en")
    assert [point.text for point in found.open] == ["How do I reset the hub?"]
    assert len(found.tried) == 1
    assert "[1]" not in found.tried[0].text


def test_a_desk_from_before_gets_the_tables_and_columns(open_desk: Desk) -> None:
    number = migrations.STEPS.index(migrations._handed_over) + 1
    with open_desk.db.write() as db:
        for told in (
            "DROP TABLE handoffs", "DROP TABLE mails", "ALTER TABLE sites DROP COLUMN hours",
            "DROP INDEX ix_tickets_reply_to", "ALTER TABLE tickets DROP COLUMN reply_to",
        ):  # fmt: skip
            db.exec_driver_sql(told)
        db.exec_driver_sql("DELETE FROM migrations WHERE number = ?", (number,))
        assert migrations.migrate(db) == 1
        assert handoffs.waits(db, 5) == []
        assert mails.unsent(db, NOW, NOW) == []
        assert "ix_tickets_reply_to" in [one["name"] for one in inspect(db).get_indexes("tickets")]
    site = sites.create(open_desk.db, "Mori", NAOKO).after
    assert hours.Hours.of(site.hours).open(NOW)
