"""The worker: every message gets its mood, every ticket its risk, unsure cases a reading, and it stops when told."""

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fake_desk
import pytest
from stand_ins import Picking

from console import answers, chat_model, desk, drafting, rounds, worker
from console.answers import Draft
from console.desk import Desk
from console.mood import Mood
from ingest.errors import OperatorError, TemporaryError
from ingest.records import Case, Customer, Message, Ticket
from ingest.store import cases, customers, drafts, passages, tickets, topics

FURIOUS = "This is outrageous! I am cancelling and going to your competitor."


class Moods:
    """Anger is negative, thanks are positive."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.behind: list[str] = []

    def of(self, texts: Sequence[str], embedding: object) -> list[Mood]:
        self.asked += texts
        angry = Mood("negative", 0.9, 0.95, {"anger": 0.9})
        return [
            angry if "!" in text else Mood("positive" if "thanks" in text else "neutral", 0.8, 0.1) for text in texts
        ]

    def within(self, texts: Sequence[str], embedding: object) -> list[float]:
        self.behind += texts
        return [0.95 if "!" in text else 0.1 for text in texts]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.classifier = Moods()
    opened.search.embedding = SimpleNamespace(name="none")
    yield opened
    desk.use(None)
    opened.close()


def _row(made: Desk, id: str) -> Any:
    with made.db.read() as db:
        return tickets.row(db, id)


def test_messages_are_labelled_and_tickets_weighed(made: Desk) -> None:
    fake_desk.put(
        made,
        fake_desk.ticket("calm", ("incoming", "Where is it?"), ("outgoing", "On its way!"), ("incoming", "thanks")),
        fake_desk.ticket("angry", ("incoming", "Where is it?"), ("incoming", FURIOUS), hours=60),
    )
    assert worker.label(made) is True
    with made.db.read() as db:
        moods = {id: [turn.mood for turn in tickets.turns(db, id)] for id in ("calm", "angry")}
        scores = [turn.score for turn in tickets.turns(db, "angry")]
    assert moods == {"calm": ["neutral", "", "positive"], "angry": ["neutral", "negative"]}
    assert scores == [0.8, 0.9]
    calm, angry = _row(made, "calm"), _row(made, "angry")
    assert (calm.mood, angry.mood) == ("positive", "negative")
    assert (calm.dissatisfied, angry.dissatisfied) == (0.1, 0.95)
    assert calm.at_risk < 0.3 < 0.7 < angry.at_risk
    assert "leaving" in {reason["signal"] for reason in angry.reasons}
    assert all(reason["quote"] in FURIOUS for reason in angry.reasons if reason["signal"] == "leaving")


def test_what_was_said_before_is_heard_too_where_the_conversation_goes_on(made: Desk) -> None:
    said = (("incoming", "Where is it?"), ("outgoing", "Lost!"), ("incoming", "ok"))
    fake_desk.put(made, fake_desk.ticket("open", *said), fake_desk.ticket("old", *said, status="resolved"))
    worker.label(made)
    assert made.classifier.behind == ["Customer: Where is it?\nAgent: Lost!\n>>> ok"]
    with made.db.read() as db:
        levels = {
            id: [(turn.within, turn.after) for turn in tickets.turns(db, id) if turn.direction == "incoming"]
            for id in ("open", "old")
        }
    assert [within for within, _ in levels["open"]] == [None, 0.95]
    assert [within for within, _ in levels["old"]] == [None, None]
    assert levels["open"][1][1] > levels["old"][1][1] + 0.2


def test_nothing_is_labelled_twice(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Where is it?")))
    assert (worker.label(made), worker.label(made)) == (True, None)


def test_batches_come_to_an_end(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BATCH", 4)
    fake_desk.put(made, *(fake_desk.ticket(f"T-{n}", *[("incoming", "one")] * 3) for n in range(3)))
    moods = []
    for _ in range(3):
        assert worker.label(made) is True
        moods.append([_row(made, f"T-{n}").mood for n in range(3)])
    assert worker.label(made) is None
    assert moods == [["neutral", "", ""], ["neutral", "neutral", ""], ["neutral"] * 3]
    assert len(made.classifier.asked) == 9


def test_open_tickets_come_first(made: Desk) -> None:
    fake_desk.put(
        made,
        fake_desk.ticket("A", ("incoming", "old"), status="resolved"),
        fake_desk.ticket("B", ("incoming", "new")),
    )
    assert worker.label(made) is True
    assert made.classifier.asked == ["new", "old"]


def test_old_messages_are_no_hurry(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("A", ("incoming", "old"), status="resolved"))
    assert worker.label(made) is False
    assert worker.label(made) is None


def test_a_ticket_without_a_customers_word_is_not_judged(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("outgoing", "Hello!")))
    assert worker.label(made) is None
    with made.db.write() as db:
        assert tickets.unlabelled(db, 9) == []
    worker.weigh(made, "T-1")
    worker.weigh(made, "gone")
    assert (_row(made, "T-1").mood, _row(made, "T-1").at_risk) == ("", 0.0)


def test_notes_are_not_the_customers(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Where is it?"), ("note", FURIOUS), ("activity", FURIOUS)))
    worker.label(made)
    assert _row(made, "T-1").at_risk < 0.3


def test_risk_grows_while_a_customer_waits(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "It is broken! I need it for work!")))
    worker.label(made)
    before = _row(made, "T-1").at_risk
    assert worker.reweigh(made) == 0
    later = datetime.now(UTC) + timedelta(days=10)
    assert worker.reweigh(made, later) == 1
    assert _row(made, "T-1").at_risk > before
    assert worker.reweigh(made, later) == 0


def test_a_customer_is_weighed_over_all_conversations(made: Desk) -> None:
    """The ticket at hand is calm, the one before it was not: the customer's risk tells of both."""
    fake_desk.put(
        made, Customer("C-1", "Ann"),
        fake_desk.ticket("old", ("incoming", FURIOUS), customer="C-1", hours=48),
        fake_desk.ticket("new", ("incoming", "Where is it?"), customer="C-1"),
    )  # fmt: skip
    worker.label(made)
    with made.db.read() as db:
        kept = customers.risk(db, "C-1")
    assert kept is not None
    assert _row(made, "new").at_risk < kept.at_risk
    assert {"leaving"} <= {reason["signal"] for reason in kept.reasons}
    assert {reason["ticket"] for reason in kept.reasons if reason["signal"] == "leaving"} == {"old"}


def test_signals_the_way_it_goes_and_the_expected_rating_are_kept(made: Desk) -> None:
    fake_desk.put(
        made,
        fake_desk.ticket("calm", ("incoming", "Where is it?"), ("incoming", "Ah, thanks")),
        fake_desk.ticket("angry", ("incoming", "Where is it?"), ("incoming", FURIOUS)),
        fake_desk.ticket("rated", ("incoming", "Where is it?"), csat=4),
    )
    worker.label(made)
    with made.db.read() as db:
        levels = {id: [turn.after for turn in tickets.turns(db, id)] for id in ("calm", "angry")}
        signals = [turn.signals for turn in tickets.turns(db, "angry")]
    assert levels["angry"][1] > levels["angry"][0]
    assert levels["angry"][1] > levels["calm"][1]
    assert signals == [{}, {"anger": 0.9}]
    calm, angry, rated = (_row(made, id).expected_csat for id in ("calm", "angry", "rated"))
    assert 1 <= angry < calm <= 5
    assert rated is None


def test_the_thread_works_until_it_is_stopped(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "EVERY", 0.01)
    running = worker.Worker(made)
    running.start()
    for n in range(3):
        fake_desk.put(made, fake_desk.ticket(f"T-{n}", ("incoming", "Where is it?")))
        deadline = time.monotonic() + 10
        while _row(made, f"T-{n}").mood == "" and time.monotonic() < deadline:
            time.sleep(0.01)
        assert _row(made, f"T-{n}").mood == "neutral"
    running.stop()
    fake_desk.put(made, fake_desk.ticket("T-9", ("incoming", "Where is it?")))
    time.sleep(0.05)
    assert _row(made, "T-9").mood == ""


# --- cases

UNCLEAR = (
    ("incoming", "It leaks."), ("outgoing", "Turn it over."),
    ("incoming", "That did not help."), ("outgoing", "Press the lid until it clicks."),
)  # fmt: skip


class Chat(Picking):
    """A chat model that tells whether somebody uses it, and names what it was asked about."""

    busy = False


def _chat(outcome: str = "unresolved", **values: Any) -> Chat:
    return Chat(json.dumps({"problem": [2], "resolution": [3], "outcome": outcome}), **values)


def _case(made: Desk, id: str) -> Case | None:
    with made.db.read() as db:
        return cases.get(db, id)


def _unclear(made: Desk, *ids: str) -> None:
    fake_desk.put(made, *(fake_desk.ticket(id, *UNCLEAR, hours=n, status="resolved") for n, id in enumerate(ids, 1)))
    assert [case.sure for id in ids if (case := _case(made, id))] == [False] * len(ids)


def test_the_newest_unsure_case_is_read_one_at_a_time(made: Desk) -> None:
    _unclear(made, "new", "old")
    made.chat = _chat()
    assert worker.study(made) > 0
    read, waits = _case(made, "new"), _case(made, "old")
    assert read is not None
    assert waits is not None
    assert (read.outcome, read.sure, read.by) == ("unresolved", True, "picking")
    assert waits.by == "rules"
    with made.db.read() as db:
        parts = [one.part for one in passages.of_source(db, "ticket", "new") if one.part != "problem"]
    assert parts == ["body", "body"]  # the rules had called one of them the resolution
    worker.study(made)
    assert (worker.study(made), len(made.chat.asked)) == (0.0, 2)


def test_a_useless_reply_is_not_asked_for_again(made: Desk) -> None:
    _unclear(made, "T-1")
    made.chat = Chat("?")
    worker.study(made)
    case = _case(made, "T-1")
    assert case is not None
    assert (case.outcome, case.sure, case.by) == ("resolved", False, "picking")
    assert worker.study(made) == 0.0


def test_a_model_that_somebody_needs_or_that_reads_no_better_is_left_alone(made: Desk) -> None:
    _unclear(made, "T-1")
    busy, small = _chat(), _chat()
    busy.busy, small.name = True, chat_model.LOCAL["local"]
    for chat in (None, busy, small):
        made.chat = chat
        assert worker.study(made) == 0.0
        assert chat is None or chat.asked == []


def test_a_model_that_fails_is_left_alone_for_long(made: Desk) -> None:
    _unclear(made, "T-1")
    made.chat = _chat(fails=TemporaryError("It is busy. Try again."))
    assert worker.study(made) == worker.TROUBLE
    case = _case(made, "T-1")
    assert case is not None
    assert case.by == "rules"


def test_a_conversation_that_went_on_meanwhile_keeps_its_case(made: Desk) -> None:
    _unclear(made, "T-1")

    class Slow(Chat):
        def stream(self, *asked: Any, **values: Any) -> Iterator[str]:
            with made.db.write() as db:
                tickets.add(db, "T-1", Message("incoming", "One more thing."))
            yield from super().stream(*asked, **values)

    made.chat = Slow(_chat().said)
    worker.study(made)
    case = _case(made, "T-1")
    assert case is not None
    assert case.by == "rules"


def test_the_thread_reads_cases_only_when_nothing_waits_for_a_mood(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "EVERY", 0.01)
    monkeypatch.setattr(worker, "CASES", 0.0)
    _unclear(made, "T-1", "T-2")

    class Watching(Chat):
        def stream(self, *asked: Any, **values: Any) -> Iterator[str]:
            with made.db.read() as db:
                left.append(len(tickets.unlabelled(db, 9)))
            yield from super().stream(*asked, **values)

    left: list[int] = []
    made.chat = Watching(_chat().said)
    running = worker.Worker(made)
    running.start()
    deadline = time.monotonic() + 10
    while len(left) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    running.stop()
    assert left == [0, 0]


def test_the_thread_rests_between_cases(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "EVERY", 0.01)
    asked: list[float] = []
    monkeypatch.setattr(worker, "study", lambda desk: asked.append(time.perf_counter()) or 0.3)
    running = worker.Worker(made)
    for kept in (running._gathering, running._upkeep):
        monkeypatch.setattr(kept, "due", lambda: False)
    running.start()
    time.sleep(0.8)
    running.stop()
    assert 2 <= len(asked) <= 3
    assert all(after - before >= 0.3 for before, after in itertools.pairwise(asked))


def test_the_thread_looks_after_the_faq_when_that_is_due(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Due:
        def __init__(self, search: Any) -> None:
            self.rounds = 0

        def due(self) -> bool:
            return self.rounds == 0

        def round(self) -> None:
            self.rounds += 1
            done.append("looked")

    done: list[str] = []
    monkeypatch.setattr(worker, "EVERY", 0.01)
    monkeypatch.setattr(worker, "Upkeep", Due)
    monkeypatch.setattr(worker, "study", lambda desk: done.append("studied") or 0.1)
    running = worker.Worker(made)
    running.start()
    deadline = time.monotonic() + 10
    while len(done) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    running.stop()
    assert done[:2] == ["looked", "studied"]


# --- drafts before anybody asks


class Writer(Picking):
    """A chat model that nobody uses."""

    busy = False


def _drafted(ticket: Ticket, *_: Any) -> Iterator[Any]:
    if "broken" in ticket.id:
        raise TemporaryError("The model is busy.")
    yield Draft("Turn it off and on. [1]", (), 0.9, False)


@pytest.fixture
def writing(made: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(answers, "draft", _drafted)
    made.chat = Writer()
    yield made
    fake_desk.forget(drafting._writings)


def test_the_most_urgent_ticket_that_waits_is_drafted_first_and_once(writing: Desk) -> None:
    fake_desk.put(
        writing,
        fake_desk.ticket("calm", ("incoming", "Where is it?")),
        fake_desk.ticket("loud", ("incoming", "It burns."), priority="urgent"),
        fake_desk.ticket("told", ("incoming", "Where?"), ("outgoing", "There."), priority="urgent"),
        fake_desk.ticket("done", ("incoming", "Where?"), priority="urgent", status="resolved"),
    )
    order = []
    while worker.predraft(writing):
        with writing.db.read() as db:
            order.append(drafts.ready(db, ["calm", "loud", "told", "done"]))
    assert order == [{"loud"}, {"loud", "calm"}]


def test_who_writes_again_gets_a_new_draft(writing: Desk) -> None:
    fake_desk.put(writing, fake_desk.ticket("T-1", ("incoming", "Where is it?")))
    assert worker.predraft(writing)
    assert worker.predraft(writing) == 0.0
    with writing.db.write() as db:
        tickets.add(db, "T-1", Message("incoming", "And how long will it take?", datetime.now(UTC)))
    assert worker.predraft(writing)


def test_a_draft_that_failed_is_not_tried_again_and_again(writing: Desk) -> None:
    fake_desk.put(writing, fake_desk.ticket("broken", ("incoming", "Where is it?")))
    assert worker.predraft(writing) == worker.TROUBLE
    assert worker.predraft(writing) == 0.0


def test_agents_come_before_drafts_that_nobody_asked_for(writing: Desk) -> None:
    fake_desk.put(writing, fake_desk.ticket("T-1", ("incoming", "Where is it?")))
    writing.chat.busy = True
    assert worker.predraft(writing) == 0.0
    writing.chat = None
    assert worker.predraft(writing) == 0.0


def test_topics_are_kept_while_old_messages_still_wait_for_their_mood(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Where is my lamp order?")))
    working = worker.Worker(made)
    assert working._next(idle=False) > 0
    with made.db.read() as db:
        assert [one.text for one in topics.loose(db, 9)] == ["Where is my lamp order?"]
    assert working._next(idle=False) == 0.0


def test_topics_and_drafts_take_turns_while_many_wait(writing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst is seen though many of it wait for drafts, and a backlog of topics keeps nobody waiting."""
    fake_desk.put(writing, *(fake_desk.ticket(f"T-{n}", ("incoming", "Where is my lamp order?")) for n in range(3)))
    working, rounds = worker.Worker(writing), []
    monkeypatch.setattr(working._gathering, "due", lambda: True)
    monkeypatch.setattr(working._gathering, "round", lambda: rounds.append(0))
    seen = []
    for _ in range(4):
        working._next(idle=False)
        with writing.db.read() as db:
            seen.append((len(rounds), len(drafts.ready(db, ["T-0", "T-1", "T-2"]))))
    assert seen == [(1, 0), (1, 1), (2, 1), (2, 2)]


def test_what_cannot_be_opened_does_not_end_the_work(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_desk.put(made, fake_desk.ticket("angry", ("incoming", FURIOUS)))
    times, plain = itertools.count(), worker.label

    def label(desk: Desk) -> bool | None:
        if next(times) == 0:
            raise OperatorError("The risk model does not open. Install Kizuna again.")
        return plain(desk)

    monkeypatch.setattr(worker, "label", label)
    monkeypatch.setattr(rounds, "TROUBLE", 0.01)
    running = worker.Worker(made)
    running.start()
    try:
        until = time.monotonic() + 10
        while not _row(made, "angry").mood and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        running.stop()
    assert _row(made, "angry").mood == "negative"
