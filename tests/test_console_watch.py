"""Watching customers: when one is watched, what people decide, what is suggested and written, and what it all says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest

from console import desk, grounding, worker
from console.accounts import Account
from console.desk import Desk
from console.mood import Mood
from console.voice import Voice
from console.watch import deciding, message, playbook, track, volume, watching, weighing
from console.watch.watching import Weighed
from console.widget import view
from ingest.errors import SenderError
from ingest.records import Customer, Message, Ticket
from ingest.store import customers, deliveries, moods, notes, tickets, watches
from ingest.store.watches import Watch

NOW = fake_desk.NOW
NAOKO, KENJI = Account("naoko", "Naoko", "supervisor"), Account("kenji", "Kenji", "supervisor")
EMMA = Account("emma", "Emma", "agent")
LEAVING = "I am cancelling my subscription and going to your competitor."
VOICE = Voice(company="Mori Lamps")


class Moods:
    """Who leaves is unhappy."""

    def of(self, texts: list[str], embedding: object) -> list[Mood]:
        bitter = Mood("negative", 0.9, 0.95, {"leaving": 0.9}, 0.1)
        return [bitter if "cancelling" in text else Mood("neutral", 0.9, 0.1) for text in texts]

    def within(self, texts: list[str], embedding: object) -> list[float]:
        return [one.dissatisfied for one in self.of(texts, embedding)]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.classifier = cast(Any, Moods())
    opened.search.embedding = cast(Any, SimpleNamespace(name="none"))
    yield opened
    desk.use(None)
    opened.close()


def _put(made: Desk, id: str = "1", at_risk: float = 0.7, **values: Any) -> str:
    fake_desk.put(
        made, Customer(f"C-{id}", "Ann"), fake_desk.ticket(f"T-{id}", ("incoming", "Bye"), customer=f"C-{id}")
    )
    with made.db.write() as db:
        return watches.put(db, Watch(f"C-{id}", f"T-{id}", NOW, at_risk, at_risk, points=1.0, **values))


def _held(made: Desk, id: str) -> Watch:
    with made.db.read() as db:
        found = watches.get(db, id)
    assert found is not None
    return found


# ---- who is watched


def _weighed(at_risk: float = 0.7, said: datetime = NOW, **values: Any) -> Weighed:
    return Weighed("C-1", "T-1", at_risk, ({"signal": "leaving", "quote": "Bye"},), said, **values)


def _follow(made: Desk, found: Weighed, least: float = 0.5, now: datetime = NOW) -> Watch | None:
    with made.db.write() as db:
        return watching.follow(db, found, least, now)


def test_who_passes_the_threshold_is_watched_once_and_followed(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Bye"), customer="C-1"))
    assert _follow(made, _weighed(0.49)) is None
    first = _follow(made, _weighed(0.7, points=0.8))
    again = _follow(made, _weighed(0.3))
    assert first is not None
    assert again is not None
    assert again.id == first.id
    assert (again.raised, again.at_risk, again.points) == (0.7, 0.3, 0.8)
    with made.db.read() as db:
        assert [line.action for line in notes.about(db, "T-1")][:1] == ["began watch"]


@pytest.mark.parametrize(("days", "waits", "begun"), [(29, False, True), (31, False, False), (400, True, True)])
def test_history_is_not_watched_but_who_still_waits_is(made: Desk, days: int, waits: bool, begun: bool) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Bye"), customer="C-1"))
    found = _follow(made, _weighed(said=NOW - timedelta(days=days), waits=waits))
    assert (found is not None) is begun


@pytest.mark.parametrize(("outcome", "again"), [("saved", True), ("false", True), ("churned", False)])
def test_what_is_settled_comes_up_again_only_with_new_words(made: Desk, outcome: Any, again: bool) -> None:
    deciding.record(made.db, _put(made), outcome, by=NAOKO)
    assert _follow(made, _weighed(0.9)) is None
    later = datetime.now(UTC) + timedelta(hours=1)
    assert (_follow(made, _weighed(0.9, said=later), now=later) is not None) is again


def test_the_worker_watches_and_alerts(made: Desk) -> None:
    made.settings = made.settings.model_copy(update={"alerts_webhook": ("http://hooks.example",)})
    fake_desk.put(
        made, Customer("C-1", "Ann"),
        fake_desk.ticket("T-1", ("incoming", "Where is it?"), ("outgoing", "On its way."), customer="C-1", hours=50),
        fake_desk.ticket("T-2", ("incoming", LEAVING), customer="C-1"),
        fake_desk.ticket("T-3", ("incoming", LEAVING)),
        fake_desk.ticket("T-4", ("incoming", "Where is it?"), customer="C-4"),
        fake_desk.ticket("T-5", ("incoming", LEAVING), customer="C-5", hours=24 * 90, status="resolved"),
    )  # fmt: skip
    while worker.label(made) is not None:
        pass
    with made.db.read() as db:
        found = {one.customer: one for one in watches.opened(db)}
        told = {one.watch for one in deliveries.page(db)}
    assert set(found) == {"C-1", "ticket:T-3"}
    assert found["C-1"].ticket == "T-2"
    assert found["C-1"].points is not None
    assert all(reason["quote"] in LEAVING for reason in found["C-1"].reasons if reason["signal"] == "leaving")
    assert told == {one.id for one in found.values()}


def test_an_address_and_its_customer_are_one(made: Desk) -> None:
    """A chat that left an address is weighed with the tickets of the customer whom it belongs to."""
    fake_desk.put(
        made, Customer("C-1", "Ann", email="ann@home.example"),
        fake_desk.ticket("T-1", ("incoming", LEAVING), customer="C-1", hours=9),
    )  # fmt: skip
    with made.db.write() as db:
        tickets.put(db, fake_desk.ticket("W-1", ("incoming", "Hello?"), customer="ann@home.example"), origin="live")
    while worker.label(made) is not None:
        pass
    with made.db.read() as db:
        assert [one.customer for one in watches.opened(db)] == ["C-1"]


def test_what_the_assistant_missed_is_part_of_the_history(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "How do I reset it?"), ("activity", "No idea.")))
    with made.db.write() as db:
        tickets.add(db, "T-1", Message("activity", "I do not know.", NOW, view.ASSISTANT))
        moods.miss(db, "T-1", 2)
        tickets.label(db, "T-1", 0, "neutral", 0.9, 0.1)
    with made.db.read() as db:
        case = weighing.read(db, "T-1", made.scales, NOW)
    assert case is not None
    (talk,) = case.history.conversations
    assert [(turn.role, turn.missed) for turn in talk.turns] == [("customer", False), ("bot", True)]


def test_what_a_customer_pays_a_month_is_held_against_the_others(made: Desk) -> None:
    since = NOW - timedelta(days=304.4)
    fake_desk.put(
        made, *(Customer(f"C-{n}", "Ann", value=100.0 * n, since=since) for n in range(1, 4)), Customer("C-9", "Ben"),
        fake_desk.ticket("T-3", ("incoming", "Hello"), customer="C-3"),
    )  # fmt: skip
    with made.db.write() as db:
        tickets.label(db, "T-3", 0, "neutral", 0.9, 0.1)
    with made.db.read() as db:
        case = weighing.read(db, "T-3", made.scales, NOW)
    assert case is not None
    profile = case.history.profile
    assert profile.usual_value == pytest.approx(20.0)
    assert profile.monthly_value == pytest.approx(30.0)
    assert profile.tenure_months == pytest.approx(10.0)


def test_what_is_past_is_weighed_by_itself_and_its_customer_anew_when_there_is_time(made: Desk) -> None:
    """An import of years must not listen to every sentence again, nor watch who left long ago."""
    old = fake_desk.ticket("T-1", ("incoming", LEAVING), customer="C-1", hours=24 * 90, status="resolved")
    fake_desk.put(
        made, Customer("C-1", "Ann"), old, fake_desk.ticket("T-2", ("incoming", "Where is it?"), customer="C-1")
    )
    made.scales.ear.hear = cast(Any, lambda texts: heard.extend(texts) or [()] * len(texts))
    heard: list[str] = []
    with made.db.write() as db:
        for id in ("T-1", "T-2"):
            tickets.label(db, id, 0, "neutral", 0.9, 0.1)
    worker.weigh(made, "T-2", NOW)
    assert worker.reweigh(made, NOW) == 0
    heard.clear()
    worker.weigh(made, "T-1", NOW)
    assert heard == []
    with made.db.read() as db:
        row = tickets.row(db, "T-1")
    assert row is not None
    assert row.at_risk > 0.3
    assert worker.reweigh(made, NOW) == 1


# ---- how many


def test_the_threshold_flags_no_more_than_can_be_looked_after(made: Desk) -> None:
    fake_desk.put(made, *(fake_desk.ticket(f"T-{n}", ("incoming", "Hi"), customer=f"C-{n}") for n in range(40)))
    with made.db.write() as db:
        for n in range(40):
            tickets.change(db, f"T-{n}", at_risk=0.5 + n / 100, mood="neutral")
        found = volume.refresh(db, 5, NOW)
        assert (found.weekly, found.capacity) == (5.0, 5)
        assert 0.69 < found.least <= 0.70
        assert volume.refresh(db, 100, NOW).weekly == 10.0
        for n in range(40):
            tickets.change(db, f"T-{n}", at_risk=0.9)
        assert volume.current(db, 100, NOW + timedelta(minutes=5)).weekly == 10.0  # kept for a while
        assert volume.refresh(db, 5, NOW + timedelta(minutes=15)).weekly == 0.0  # of equal ones all or none


# ---- what people decide


def test_the_due_time_follows_the_risk(made: Desk) -> None:
    assert [deciding.due(level, NOW) - NOW for level in (0.9, 0.7, 0.4)] == [timedelta(days=n) for n in (1, 2, 3)]
    claimed = deciding.claim(made.db, _put(made), "emma", NOW + timedelta(days=9), by=NAOKO).after
    assert (claimed.owner, claimed.due) == ("emma", NOW + timedelta(days=9))


def test_who_may_decide(made: Desk) -> None:
    id = _put(made)
    for forbidden in (
        lambda: deciding.claim(made.db, id, "emma", None, by=EMMA),
        lambda: deciding.take_step(made.db, id, "call", by=EMMA),
        lambda: deciding.record(made.db, id, "saved", by=EMMA),
        lambda: deciding.record_for(made.db, "T-1", "saved", by=EMMA),
    ):
        with pytest.raises(SenderError, match="supervisor"):
            forbidden()
    deciding.claim(made.db, id, "emma", None, by=NAOKO)
    deciding.take_step(made.db, id, "call", by=EMMA)
    assert deciding.record_for(made.db, "T-1", "saved", by=EMMA).after.closed_by == "emma"


def test_what_is_gone_or_closed_or_unknown_is_refused(made: Desk) -> None:
    id = _put(made)
    with pytest.raises(SenderError, match="no account"):
        deciding.claim(made.db, id, "nobody", None, by=NAOKO)
    with pytest.raises(SenderError, match="no step"):
        deciding.take_step(made.db, id, cast(Any, "bribe"), by=NAOKO)
    with pytest.raises(SenderError, match="no outcome"):
        deciding.record(made.db, id, cast(Any, "eaten"), by=NAOKO)
    with pytest.raises(SenderError, match="Shorten it"):
        deciding.record(made.db, id, "saved", "x" * 1001, by=NAOKO)
    deciding.record(made.db, id, "saved", by=NAOKO)
    with pytest.raises(SenderError, match="meanwhile"):
        deciding.record(made.db, id, "saved", by=NAOKO)
    with pytest.raises(SenderError, match="any more"):
        deciding.take_step(made.db, "R-0", "call", by=NAOKO)
    with pytest.raises(SenderError, match="no ticket"):
        deciding.record_for(made.db, "T-0", "saved", by=NAOKO)


def test_a_decision_is_taken_back_unless_somebody_decided_since(made: Desk) -> None:
    id = _put(made)
    before = _held(made, id)
    claimed = deciding.claim(made.db, id, "naoko", None, by=NAOKO)
    step = deciding.take_step(made.db, id, "fix", "A new driver", by=NAOKO)
    with pytest.raises(SenderError, match="meanwhile"):
        deciding.take_back(made.db, claimed, by=NAOKO)
    with made.db.write() as db:
        watches.put(db, replace(_held(made, id), at_risk=0.95))  # the desk weighs on: that is no decision
    deciding.take_back(made.db, step, by=NAOKO)
    deciding.take_back(made.db, claimed, by=NAOKO)
    assert _held(made, id) == replace(before, at_risk=0.95)
    ended = deciding.record(made.db, id, "churned", "Too late", by=NAOKO)
    deciding.take_back(made.db, ended, by=KENJI)
    assert _held(made, id).closed is None


def test_who_left_without_an_alert_is_recorded_and_taken_back(made: Desk) -> None:
    fake_desk.put(made, Customer("C-7", "Ben"), fake_desk.ticket("T-7", ("incoming", "Bye"), customer="C-7"))
    with made.db.write() as db:
        customers.weigh(db, "C-7", 0.4, -0.4, [{"signal": "waiting", "quote": ""}], NOW)
    change = deciding.record_for(made.db, "T-7", "churned", "Heard it from a colleague", by=NAOKO)
    made_up = change.after
    assert (made_up.flagged, made_up.raised, made_up.points, made_up.customer) == (False, 0.4, -0.4, "C-7")
    deciding.take_back(made.db, change, by=NAOKO)
    with made.db.read() as db:
        assert watches.closed(db) == []


# ---- the playbook


@pytest.mark.parametrize(
    ("signals", "phone", "done", "step"),
    [
        (("leaving", "waiting"), True, (), "call"),
        (("leaving", "waiting"), False, (), "message"),
        (("threat", "leaving"), True, (), "escalate"),
        (("promise",), True, (), "fix"),
        (("promise",), True, ("fix",), "message"),
        (("repeat",), False, ("fix",), "message"),
        (("waiting",), False, ("message",), "goodwill"),
        ((), False, (), "message"),
        (("waiting",), False, ("message", "goodwill"), None),
    ],
)
def test_the_strongest_signal_that_has_a_step_left_decides(
    signals: tuple[str, ...], phone: bool, done: tuple[str, ...], step: str | None
) -> None:
    found = playbook.suggest([{"signal": one} for one in signals], phone=phone, done=done)
    assert (found.step if found else None) == step


def test_every_step_of_the_book_exists() -> None:
    assert {step for steps in playbook._answers().values() for step in steps} <= set(playbook.STEPS)


# ---- the message


def _ticket(*said: str, lang: str = "en", subject: str = "Broken lamp") -> Ticket:
    return Ticket("T-1", tuple(Message("incoming", text) for text in said), subject=subject, lang=lang)


def test_a_message_tells_the_trouble_back_and_promises_nothing() -> None:
    quote = "This is the third time that the lamp arrived broken."
    ticket = _ticket(f"{quote} You liars!")
    reasons = [{"signal": "anger", "quote": "You liars!"}, {"signal": "repeat", "quote": quote}]
    text = message.draft(ticket, reasons, "Ann Lee", "Naoko Hayashi", VOICE)
    assert text.startswith("Hello Ann,\n\nMy name is Naoko Hayashi")
    assert "You told us: This is the third time that the lamp arrived broken." in text
    assert "liars" not in text
    assert text.endswith("Naoko Hayashi\nMori Lamps")
    assert not [one for one in grounding.check(text, [quote, "Mori Lamps"], allowed=["Ann Lee", "Naoko Hayashi"])]


def test_a_message_is_in_the_language_that_the_customer_writes() -> None:
    quote = "三度目のご連絡ですが、いまだに直っておりません。"
    text = message.draft(_ticket(quote, lang="en"), [{"signal": "repeat", "quote": quote}], "佐藤 健一", "林", VOICE)
    assert text.startswith("佐藤 健一 様\n\nMori Lampsの林と申します。")
    assert "三度目のご連絡ですが、いまだに直っておりません、とのこと" in text
    assert not grounding.check(text, [quote], allowed=["佐藤 健一", "林", "Mori Lamps"])


@pytest.mark.parametrize(
    "quote",
    ["Pay me back 500 euros at once or else, you know", "Write to <EMAIL_1> or call me under my old number",
     "I wrote on www.evil.example about it and about you", "No.", "x" * 130,
     "返事がまだ来ておりません。お待ちしております。"],
)  # fmt: skip
def test_what_a_letter_cannot_bear_is_not_told_back(quote: str) -> None:
    text = message.draft(
        _ticket("Hello there, it is broken.", quote, "So what now?"),
        [{"signal": "waiting", "quote": quote}],
        "",
        "N",
        VOICE,
    )
    assert quote.rstrip(".。") not in text
    assert "It is about “Broken lamp”." in text
    assert "waited for an answer for too long" in text


@pytest.mark.parametrize("subject", ["", "Refund of 500 euros", "<EMAIL_1>", "http://evil.example"])
def test_a_subject_that_cannot_be_told_back_is_left_out(subject: str) -> None:
    text = message.draft(_ticket("Hello", subject=subject), [], "", "N", VOICE)
    assert "It is about" not in text
    assert text.startswith("Hello,\n\nMy name is N")


# ---- how good it was


def _closed(outcome: Any, flagged: bool = True, month: int = 11, points: float | None = 1.0) -> Watch:
    at = datetime(2026, month, 3, tzinfo=UTC)
    return Watch("C", "T", at, 0.7, 0.7, flagged=flagged, outcome=outcome, closed=at, points=points)


def test_precision_and_recall_count_what_was_missed() -> None:
    found = [
        _closed("churned"), _closed("saved"), _closed("complaint"), _closed("false"), _closed("churned", False),
        _closed("false", False), _closed("churned", month=10),
    ]  # fmt: skip
    whole = track.record(found)
    assert (whole.alerts, whole.right, whole.false, whole.missed, whole.churned, whole.saved) == (5, 4, 1, 1, 3, 1)
    assert whole.precision.value == pytest.approx(0.8)
    assert whole.recall.value == pytest.approx(0.8)
    assert whole.precision.low < 0.8 < whole.precision.high
    assert [month for month, _ in track.by_month(found)] == ["2026-11", "2026-10"]
    assert not track.record([]).precision.known


def test_outcomes_move_the_likelihood_once_there_are_enough(made: Desk) -> None:
    scales = made.scales
    with made.db.read() as db:
        assert scales.model(db) is scales.shipped
    for n in range(track.LEARNS):
        deciding.record(made.db, _put(made, str(n)), "false", by=NAOKO)
        with made.db.read() as db:
            learnt = scales.model(db)
        assert (learnt is scales.shipped) is (n + 1 < track.LEARNS)
    assert learnt.chance(1.0) < scales.shipped.chance(1.0)
    assert scales.shipped.chance(1.0) - learnt.chance(1.0) < 0.5


# ---- what else happens to a customer


def test_who_is_merged_separated_or_taken_out_takes_the_watch_along(made: Desk) -> None:
    from ingest.store import matches

    id = _put(made)
    with made.db.write() as db:
        matches.give(db, ["T-1"], "C-1", "C-2")
        assert watches.open_of(db, "C-2") is not None
        matches.give(db, ["T-1"], "C-2", "C-1")
        assert watches.open_of(db, "C-1") is not None
        customers.remove(db, "C-1")
        assert watches.get(db, id) is None


def test_a_ticket_that_is_withdrawn_takes_its_words_along(made: Desk) -> None:
    reasons = (
        {"signal": "leaving", "quote": "Bye", "ticket": "T-2"},
        {"signal": "waiting", "quote": "", "ticket": "T-1"},
    )
    id = _put(made, reasons=reasons)
    fake_desk.put(made, fake_desk.ticket("T-2", ("incoming", "Bye"), customer="C-1"))
    with made.db.write() as db:
        customers.weigh(db, "C-1", 0.7, 1.0, list(reasons), NOW)
        tickets.remove(db, "T-2")
        kept = customers.risk(db, "C-1")
    assert [one["ticket"] for one in _held(made, id).reasons] == ["T-1"]
    assert kept is not None
    assert [one["ticket"] for one in kept.reasons] == ["T-1"]
    with made.db.write() as db:
        tickets.remove(db, "T-1")
        assert watches.get(db, id) is None


def test_an_address_that_becomes_a_customer_keeps_the_watch(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Bye"), customer="ann@home.example"))
    with made.db.write() as db:
        watches.put(db, Watch("ann@home.example", "T-1", NOW, 0.7, 0.7))
        customers.put(db, Customer("C-1", "Ann", email="ann@home.example"), origin="test")
        assert watches.open_of(db, "C-1") is not None
