"""What the FAQ saves, against a hold-out: who is held out, what is counted of both arms, and how sure the figure is."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from at_the_widget import Chat

from console import answers, intervals
from console.answers import Letter
from console.desk import Desk
from console.faq import deflection, holdout
from console.ranking import Asked, Candidate
from console.search import Hit, Search
from console.widget import handoff
from ingest.records import Passage, Ticket
from ingest.store import Database, arms, faqs, notes, tickets
from ingest.store.arms import ANY, Arm, Counted
from ingest.store.faqs import Entry
from ingest.store.tickets import Query

NOW = datetime.now(UTC)
TODAY = NOW.date()
LONG_AGO = (NOW - timedelta(days=900)).date()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "kizuna.db")
    yield opened
    opened.close()


def _totals(db: Database) -> dict[str, dict[Arm, Counted]]:
    with db.read() as connection:
        return arms.totals(connection, LONG_AGO)


# --- who is held out


def test_an_arm_is_drawn_for_good_and_by_a_key_of_this_home(db: Database, tmp_path: Path) -> None:
    visitors = [f"visitor-{n}" for n in range(1000)]
    drawn = {one: holdout.arm(db, one, 0.2) for one in visitors}
    assert drawn == {one: holdout.arm(db, one, 0.2) for one in visitors}
    held = {one for one, arm in drawn.items() if arm == "held"}
    assert 150 < len(held) < 250  # 200, and four standard deviations
    assert {one for one in visitors if holdout.arm(db, one, 0.1) == "held"} < held
    assert {holdout.arm(db, one, 0.0) for one in visitors} == {"offered"}
    (tmp_path / "other").mkdir()
    other = Database.open(tmp_path / "other" / "kizuna.db")
    assert {one for one in visitors if holdout.arm(other, one, 0.2) == "held"} != held
    other.close()


# --- what is counted


def test_a_visitor_counts_once_for_an_entry_and_once_for_all_together(db: Database) -> None:
    with db.write() as connection:
        for ticket, entry, arm in (("W-1", "F-1", "offered"), ("W-1", "F-1", "offered"), ("W-1", "F-2", "offered")):
            holdout.met(connection, ticket, entry, cast(Arm, arm))
        holdout.met(connection, "W-2", "F-1", "held")
        holdout.asked(connection, "W-1")
        holdout.asked(connection, "W-1")
        holdout.asked(connection, "W-3")  # nothing was at hand
    assert _totals(db) == {
        ANY: {"offered": Counted(1, 1), "held": Counted(1, 0)},
        "F-1": {"offered": Counted(1, 1), "held": Counted(1, 0)},
        "F-2": {"offered": Counted(1, 1)},
    }
    with db.read() as connection:
        assert arms.totals(connection, TODAY + timedelta(days=2)) == {}


def test_a_person_asked_for_later_than_a_week_has_another_reason(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(days: float) -> None:
        moment = NOW + timedelta(days=days)
        monkeypatch.setattr(notes, "datetime", SimpleNamespace(now=lambda _: moment))
        monkeypatch.setattr(holdout, "datetime", SimpleNamespace(now=lambda _: moment))

    with db.write() as connection:
        for days, entry in ((0.0, "F-1"), (3.0, "F-2")):
            at(days)
            holdout.met(connection, "W-1", entry, "held")
        at(8.0)
        holdout.asked(connection, "W-1")
    counted = _totals(db)
    assert counted["F-1"] == {"held": Counted(1, 0)}
    assert counted["F-2"] == {"held": Counted(1, 1)}
    with db.read() as connection:  # on the day of the meeting, so that a day never has more contacts than visitors
        assert arms.totals(connection, (NOW + timedelta(days=4)).date()) == {}


# --- what is at hand, and what is found without it


def _passage(kind: str, source: str) -> Passage:
    return Passage(source, cast(Any, kind), 0, "Within 5 days.", 0, 14)


def _published(db: Database) -> None:
    with db.write() as connection:
        for id, state in (("F-1", "approved"), ("F-2", "proposed")):
            faqs.put(connection, Entry(id, "When?", "Within 5 days.", "en", state=state))


def test_an_answer_is_at_hand_where_a_published_entry_fits_best(db: Database) -> None:
    _published(db)
    cases = [(("F-1.ja", 0.5), "F-1"), (("F-1", holdout.FITS - 0.01), ""), (("imported-faq", 0.9), ""), (None, "")]
    for hit, expected in cases:
        hits = [Hit(hit[0], "faq", "When?", _passage("faq", hit[0]), hit[1], 0.9)] if hit else []
        search = SimpleNamespace(db=db, find=lambda *_, found=hits, **__: found)
        assert holdout.best(cast(Search, search), "When?") == expected, hit


def test_who_is_held_out_gets_everything_but_published_entries(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _published(db)
    kept = [("article", "F-1"), ("faq", "imported-faq"), ("ticket", "T-1")]
    found = [Candidate(_passage(kind, id), [], 0.5) for kind, id in (*kept, ("faq", "F-1"), ("faq", "F-1.ja"))]
    monkeypatch.setattr(Search, "pools", lambda *_: [[(Asked((), {}, {}), found)]])
    search = Search(db, cast(Any, None), cast(Any, None), cast(Any, "the ranker"))
    unaided = holdout.Unaided.of(search)
    (((_, left),),) = unaided.pools(["When?"], cast(Any, None))
    assert [(one.passage.kind, one.passage.source) for one in left] == kept
    assert unaided.ranker == cast(Any, "the ranker")


# --- the widget


@pytest.fixture
def searched(open_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The desk with a published entry that every question asks, half its visitors held out; whether each was."""
    seen: list[bool] = []
    plain = cast(Any, answers.draft)

    def draft(ticket: Ticket, search: object, verifier: object, model: object, letter: Letter, trust: object) -> Any:
        seen.append(isinstance(search, holdout.Unaided))
        return plain(ticket, search, verifier, model, letter, trust)

    monkeypatch.setattr(answers, "draft", draft)
    open_desk.settings = open_desk.settings.model_copy(update={"faq_holdout": 0.5, "widget_rate": 1000})
    _published(open_desk.db)
    hit = Hit("F-1", "faq", "When?", _passage("faq", "F-1"), 0.9, 0.9)
    found = {"db": open_desk.db, "index": None, "embedding": None, "ranker": None}
    open_desk.search = cast(Any, SimpleNamespace(**found, find=lambda *_, **__: [hit]))
    return seen


def test_the_widget_counts_both_arms_alike_and_only_one_has_the_faq(
    client: Any,
    open_desk: Desk,
    searched: list[bool],
) -> None:
    shown, contacted = {True: 0, False: 0}, {True: 0, False: 0}
    for n in range(24):
        chat = Chat(client)
        for _ in range(2):
            chat.say("When is my refund paid?")
        held = searched[-1]
        assert searched[-2:] == [held, held]
        shown[held] += 1
        if n % 3 == 0:
            for _ in range(2):
                chat.post("person")
            contacted[held] += 1
    assert min(shown.values()) > 0
    expected = {
        "held": Counted(shown[True], contacted[True]),
        "offered": Counted(shown[False], contacted[False]),
    }
    assert _totals(open_desk.db) == {ANY: expected, "F-1": expected}


def test_who_overtakes_the_answer_by_asking_for_a_person_counts(
    client: Any,
    open_desk: Desk,
    searched: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chat, plain = Chat(client), cast(Any, answers.draft)

    def draft(*args: Any) -> Any:
        with open_desk.db.read() as db:
            row = tickets.row(db, tickets.page(db, Query(statuses=("pending",)))[0].id)
        assert row is not None
        handoff.take_over(open_desk, row)
        return plain(*args)

    monkeypatch.setattr(answers, "draft", draft)
    chat.say("When is my refund paid?")
    assert [[*counted.values()] for counted in _totals(open_desk.db).values()] == [[Counted(1, 1)]] * 2


def test_thanks_and_the_wish_for_a_person_meet_no_entry(
    client: Any,
    open_desk: Desk,
    searched: list[bool],
) -> None:
    chat = Chat(client)
    chat.say("Thank you!")
    chat.say("I want to talk to a person")
    assert (searched, _totals(open_desk.db)) == ([], {})


def test_without_a_hold_out_nothing_is_looked_up_or_counted(
    client: Any,
    open_desk: Desk,
    searched: list[bool],
) -> None:
    open_desk.settings = open_desk.settings.model_copy(update={"faq_holdout": 0.0})
    chat = Chat(client)
    chat.say("When is my refund paid?")
    chat.post("person")
    assert (searched, _totals(open_desk.db)) == ([False], {})


# --- how sure it is


def test_the_interval_of_a_difference_is_the_published_one() -> None:
    found = intervals.difference((56, 70), (48, 80))  # Newcombe 1998, table II, method 10
    assert (round(found.low, 4), round(found.high, 4), found.cases) == (0.0524, 0.3339, 150)
    nothing = intervals.difference((0, 10), (0, 20))
    assert (round(nothing.low, 4), nothing.value, round(nothing.high, 4)) == (-0.1611, 0.0, 0.2775)
    assert not intervals.difference((1, 2), (0, 0)).known


@pytest.mark.parametrize(("held", "offered"), [(0.45, 0.30), (0.2, 0.2), (0.06, 0.02)])
def test_the_interval_covers_a_known_effect_in_95_of_100_runs(held: float, offered: float, db: Database) -> None:
    share, runs, visitors, rates = 0.05, 500, 2000, {"held": held, "offered": offered}
    rng = random.Random(5)
    lots = [holdout.arm(db, f"visitor-{n}", share) for n in range(visitors)]
    covered = 0
    for _ in range(runs):
        shown, contacted = {"held": 0, "offered": 0}, {"held": 0, "offered": 0}
        for arm in rng.choices(lots, k=visitors):
            shown[arm] += 1
            contacted[arm] += rng.random() < rates[arm]
        counted = {cast(Arm, arm): Counted(shown[arm], contacted[arm]) for arm in shown}
        saved = deflection.of(counted).saved
        covered += saved.low <= held - offered <= saved.high
    assert 0.91 <= covered / runs <= 0.985  # 95 %, and three and a half standard deviations: who is held out is random


@pytest.mark.parametrize(
    ("held", "offered", "told"),
    [
        (Counted(30, 15), Counted(2000, 600), False),
        (Counted(60, 30), Counted(2000, 600), True),
        (Counted(60, 18), Counted(2000, 600), True),  # as wide, though it shows no effect: shown all the same
        (Counted(0, 0), Counted(2000, 600), False),
    ],
)
def test_a_figure_is_told_by_the_width_of_its_interval_alone(held: Counted, offered: Counted, told: bool) -> None:
    assert deflection.of({"held": held, "offered": offered}).told is told


def test_the_figures_of_half_a_year_are_read_by_entry(db: Database) -> None:
    with db.write() as connection:
        for n in range(100):
            arms.count(connection, "F-1", "held", "shown", TODAY)
            arms.count(connection, "F-1", "offered", "shown", TODAY - timedelta(days=170))
            arms.count(connection, "F-1", "offered", "shown", TODAY - timedelta(days=190))
            if n < 40:
                arms.count(connection, "F-1", "held", "contacted", TODAY)
            if n < 10:
                arms.count(connection, "F-1", "offered", "contacted", TODAY - timedelta(days=170))
    with db.read() as connection:
        found = deflection.page(connection, NOW)
    assert (found["F-1"].held, found["F-1"].offered) == (Counted(100, 40), Counted(100, 10))
    assert round(found["F-1"].saved.value, 4) == 0.3
