"""A backtest knows only what was known then, compares with what people answered, and can be stopped."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from click.testing import Result
from stand_ins import HashedWords, Picking, SharedWords, words_decide
from typer.testing import CliRunner

from console import agreement, backtest, cli, confidence, desk, voice
from console.agreement import Case
from console.answers import Citation, Draft
from console.backtest import Run
from console.desk import Desk
from console.search import Search
from ingest import shelving
from ingest.errors import OperatorError, SenderError, TemporaryError
from ingest.records import Article, Message, Record, Ticket
from ingest.shelving import Shelves
from ingest.store import backtests, tickets
from ingest.store.passages import Filters

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TEXT = "Hold the red button of the lamp for 5 seconds until it blinks.\n\nThe lamp needs a bulb of type E27."
LAMP = Article("A-1", "Lamp", TEXT, "en", updated=NOON - 9 * DAY)
FIRST, SECOND = TEXT.split("\n\n")


def _solved(id: str, asked: str, told: str, at: datetime = NOON, **values: Any) -> Ticket:
    turns = (Message("incoming", asked, at), Message("outgoing", told, at + timedelta(hours=2), "Emma"))
    return Ticket(id, turns, **{"created": at, "subject": "Lamp", "lang": "en"} | values)


def _put(shelves: Shelves, *records: Record) -> None:
    with shelves.db.write() as db:
        for record in records:
            shelving.shelve(db, record, shelves)
    shelves.index.catch_up()


class _Model(Picking):
    busy = False


@pytest.fixture
def made(shelves: Shelves) -> Desk:
    """A desk of stand-ins over a real database and a real index."""
    search = Search(shelves.db, shelves.index, HashedWords())
    settings = SimpleNamespace(voice=voice.PLAIN, brands={}, chat_writes=False)
    opened = SimpleNamespace(
        db=shelves.db, search=search, embedding=search.embedding, verifier=SharedWords(), chat=_Model(),
        chat_trouble="", settings=settings, shelves=shelves,
    )  # fmt: skip
    return cast(Desk, opened)


# --- what was known then


def _found(search: Search, **filters: Any) -> set[str]:
    return {hit.source for hit in search.find("red lamp button", Filters(**filters), limit=50)}


def test_only_what_was_known_then_is_found(shelves: Shelves, made: Desk) -> None:
    long = "The red lamp button is stuck and the lamp stays dark whatever I press on it, please help me with it."
    _put(
        shelves, LAMP,
        replace(LAMP, id="A-later", updated=NOON + DAY), replace(LAMP, id="A-undated", updated=None),
        _solved("T-before", "The red lamp button?", "Hold the lamp button.", NOON - 3 * DAY),
        _solved("T-settled-later", "The red lamp button?", "Hold it.", NOON - timedelta(hours=1)),
        _solved("T-after", "The red lamp button?", "Hold the lamp button.", NOON + DAY),
        _solved("T-twin", long, "Hold the lamp button.", NOON - 2 * DAY),
        _solved("T-itself", long, "Hold the lamp button.", NOON),
    )  # fmt: skip
    with made.db.read() as db:
        hidden = backtests.twins(db, "T-itself")
    assert hidden == {"T-itself", "T-twin"}
    was = backtest.then(made.search, NOON, frozenset(hidden))
    assert _found(was) == {"A-1", "T-before"}
    assert {hit.source for hit in was.passages("red lamp button")} == {"A-1", "T-before"}
    assert _found(was, kinds=("ticket",)) == {"T-before"}
    assert _found(was, until=NOON - 8 * DAY) == {"A-1"}
    assert _found(made.search) >= {"A-later", "A-undated", "T-after", "T-itself"}


def test_a_ticket_is_asked_as_it_was_when_a_person_first_answered() -> None:
    turns = (
        Message("outgoing", "Welcome to Mori Lamps!", NOON - DAY),
        Message("incoming", "My lamp is dark.", NOON),
        Message("note", "VIP", NOON),
        Message("outgoing", "Hello, thank you for your message.", NOON + timedelta(minutes=1)),
        Message("incoming", "And it hums.", NOON + timedelta(minutes=2)),
        Message("outgoing", "Please hold the red button.", NOON + timedelta(hours=1)),
        Message("activity", "merged", NOON + timedelta(hours=1)),
        Message("outgoing", "For five seconds, that is.", NOON + timedelta(hours=2)),
        Message("incoming", "Thanks!", NOON + timedelta(hours=3)),
        Message("outgoing", "Please rate us with five stars.", NOON + timedelta(hours=4)),
    )
    found = backtest.asked(Ticket("T", turns, created=NOON - DAY, tags=("angry",), csat=1))
    assert found is not None
    assert [turn.text for turn in found.ticket.messages] == [turn.text for turn in turns[:5]]
    assert found.at == NOON + timedelta(minutes=2)
    assert found.answer == "Please hold the red button.\n\nFor five seconds, that is."
    assert (found.ticket.status, found.ticket.tags, found.ticket.csat) == ("open", (), None)


@pytest.mark.parametrize(
    "turns",
    [
        (),
        (Message("incoming", "My lamp is dark.", NOON),),
        (Message("incoming", "My lamp is dark.", NOON), Message("outgoing", "Hello, thank you for calling.", NOON)),
        (Message("outgoing", "Please hold the red button.", NOON),),
        (Message("incoming", "My lamp is dark."), Message("outgoing", "Please hold the red button.")),
    ],
)
def test_without_a_question_an_answer_and_a_time_there_is_nothing_to_replay(turns: tuple[Message, ...]) -> None:
    assert backtest.asked(Ticket("T", turns)) is None


def test_resolved_tickets_come_in_the_order_of_time(shelves: Shelves, made: Desk) -> None:
    asked = ("Dark lamp", "Hold the red button.")
    _put(
        shelves, *(_solved(f"T-{n}", *asked, NOON + n * DAY) for n in (3, 1, 2)),
        _solved("T-open", *asked, status="open"), _solved("K-1", *asked, kind="call"),
        Ticket("T-mute", (Message("incoming", "Hello?", NOON),), created=NOON),
        replace(_solved("T-undated", *asked), created=None),
    )  # fmt: skip
    with made.db.read() as db:
        assert backtests.past(db, None, None, 10) == ["T-1", "T-2", "T-3"]
        assert backtests.past(db, None, None, 2) == ["T-2", "T-3"]
        assert backtests.past(db, NOON + 2 * DAY, NOON + 3 * DAY, 10) == ["T-2"]


# --- comparing


def _cited(quote: str = FIRST, **values: Any) -> Citation:
    start = TEXT.index(quote)
    known = {"n": 1, "kind": "article", "source": "A-1", "title": "Lamp", "lang": "en"}
    return Citation(**known | {"quote": quote, "start": start, "end": start + len(quote)} | values)


def _draft(*cited: Citation, **values: Any) -> Draft:
    said = "\n\n".join(["Hello,", *(f"{one.quote} [{one.n}]" for one in cited), "Kind regards,"])
    return Draft(**{"reply": said, "citations": cited, "confidence": 0.9, "abstained": False} | values)


@pytest.mark.parametrize(
    ("statement", "cited", "stands"),
    [
        (FIRST, _cited(), True),
        ("Hold the red lamp button until it blinks, for 5 seconds.", _cited(), True),
        (FIRST.replace("5", "50"), _cited(), False),
        ("Please buy another device instead.", _cited(), False),
        (FIRST, _cited(start=3), False),  # the quote does not stand at its place
        (FIRST, _cited(source="A-9"), False),  # or its source is gone
        ("ランプの赤いボタンを5秒間押し続けてください。", _cited(), True),  # translated: its numbers have to stand
        ("ランプの赤いボタンを8秒間押し続けてください。", _cited(), False),
    ],
)
def test_a_statement_is_grounded_where_its_words_stand_in_the_source(
    shelves: Shelves, made: Desk, statement: str, cited: Citation, stands: bool
) -> None:
    _put(shelves, LAMP)
    with made.db.read() as db:
        assert agreement.grounded(statement, [cited], db) is stands


def _compare(made: Desk, draft: Draft, answer: str, *others: str) -> Case:
    embedding = made.embedding
    told, rest = agreement.told(answer, embedding), [agreement.told(one, embedding) for one in others]
    with made.db.read() as db:
        return agreement.compare("T", draft, told, rest, embedding, db)


def test_a_draft_agrees_with_the_same_answer_and_not_with_another(shelves: Shelves, made: Desk) -> None:
    _put(shelves, LAMP)
    draft = _draft(_cited(), _cited(SECOND, n=2))
    other = "Your parcel leaves our warehouse tomorrow morning."
    same = _compare(made, draft, f"Hello Ann,\n\n{FIRST} {SECOND}\n\nKind regards,\nEmma", other)
    assert (same.statements, same.grounded) == ((1.0, 1.0), 2)
    assert [near for _, near in same.sentences] == [1.0, 1.0]
    assert agreement.agreement(same, agreement.levels([same])["en"]) == pytest.approx(1.0)
    half = _compare(made, draft, FIRST, other)
    none = _compare(made, draft, other, other)
    found = [agreement.agreement(case, agreement.levels([same])["en"]) for case in (same, half, none)]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[1] > 0.5 > found[2] < 0.1
    mixed = _compare(made, draft, FIRST, "お荷物は明日の朝に発送いたします。", other)
    assert mixed.chance == half.chance  # a language is nearer to itself, so only it tells what chance gives


def test_numbers_and_names_count_beside_the_meaning() -> None:
    said = "Open “Home” > Wi-Fi, wait 10 seconds, then 「電源」を５秒。"
    assert agreement.details(said) >= {"home", "wi-fi", "10", "5", "電源"}
    right = Case("T", 0.9, False, (0.9,), ((10.0, 0.9),), 0.8, (2, 2, 2), 1, 20)
    wrong = replace(right, details=(0, 2, 2))
    bare = replace(right, details=(0, 0, 0))
    assert agreement.agreement(bare, 0.8) == pytest.approx(0.5)
    assert agreement.agreement(right, 0.8) == pytest.approx(0.7 * 0.5 + 0.3)
    assert agreement.agreement(wrong, 0.8) == pytest.approx(0.7 * 0.5)


def test_minutes_are_words_not_typed_less_words_read() -> None:
    case = Case("T", 0.9, False, (0.95,), ((40.0, 0.95), (40.0, 0.85)), 0.8, (0, 0, 0), 1, 100.0)
    assert agreement.saved(case, 0.8) == pytest.approx(1.0 - 0.5)
    assert agreement.saved(Case("T", 0.2, True), 0.8) == 0.0
    assert agreement.count("Press the 電池 button") == 4.0


def test_figures_carry_intervals_and_the_worst_are_sure_and_wrong() -> None:
    good = [Case(f"G-{n}", 0.6, False, (0.95,), ((10.0, 0.95),), 0.8, (0, 0, 0), 1, 10) for n in range(8)]
    bad = Case("B", 0.95, False, (0.7,), ((10.0, 0.7),), 0.8, (0, 0, 0), 0, 10)
    meek = replace(bad, ticket="M", confidence=0.5)
    found = agreement.summary([*good, bad, meek, Case("A", 0.1, True), Case("A2", 0.1, True)])
    assert (found.grounded.value, found.grounded.cases) == (0.8, 10)
    assert found.grounded.low < 0.8 < found.grounded.high
    assert found.agreement.value == pytest.approx(0.6)
    assert found.agreement.low < 0.6 < found.agreement.high
    assert (found.abstained.value, found.abstained.cases) == (pytest.approx(2 / 12), 12)
    assert found.saved.value == pytest.approx((8 * (10 / 40 - 10 / 200) - 2 * 10 / 200) / 12)
    assert [case.ticket for case, _ in agreement.worst([*good, meek, bad])[:2]] == ["B", "M"]
    assert not agreement.summary([]).agreement.known


# --- a run


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    words_decide(monkeypatch)


@pytest.fixture
def past(shelves: Shelves, made: Desk) -> Desk:
    """Six solved tickets, each about something else, and articles that were there before them."""
    names = ("lamp", "kettle", "heater", "toaster", "radio", "clock")
    told = [f"Hold the red {name} switch for {n} seconds until its {name} sign blinks." for n, name in enumerate(names)]
    _put(
        shelves, LAMP, *(Article(f"A-{name}", name, told[n], "en", updated=NOON - DAY) for n, name in enumerate(names)),
        *(_solved(f"T-{n}", f"Which switch has the {name}, and is it red?", f"Hello Ann,\n\n{told[n]}", NOON + n * DAY)
          for n, name in enumerate(names)),
    )  # fmt: skip
    return made


def _stored(desk: Desk) -> list[backtests.Backtest]:
    with desk.db.read() as db:
        return backtests.last(db)


def test_a_run_drafts_compares_and_keeps(past: Desk) -> None:
    heard: list[int] = []
    run = backtest.prepare(past, "naoko", limit=4)
    run.progress = heard.append
    run.run()
    assert heard == [1, 2, 3, 4]
    assert [case.ticket for case in run.cases] == ["T-2", "T-3", "T-4", "T-5"]
    assert not any(case.abstained for case in run.cases)
    assert all(case.grounded == len(case.statements) >= 1 for case in run.cases)
    report = backtest.report(run)
    assert report["grounded"]["value"] == 1.0
    assert report["agreement"]["value"] > 0.3
    assert (report["tickets"], report["compared"]) == (4, 4)
    assert "100.0 %" in backtest.told(run)
    (kept,) = _stored(past)
    assert (kept.by, kept.wanted, kept.trouble, kept.finished is not None) == ("naoko", 4, "", True)
    assert backtest.cases(kept) == run.cases
    json.dumps(report, allow_nan=False)


def test_no_words_of_anybody_are_kept(past: Desk) -> None:
    backtest.prepare(past, "", limit=2).run()
    kept = json.dumps(_stored(past)[0].cases)
    assert "switch" not in kept
    assert "Ann" not in kept


def test_the_search_of_each_ticket_is_as_of_its_own_day(past: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, datetime, frozenset[str]]] = []

    def drafted(asked: backtest.Asked, search: Any, desk: Desk, trust: confidence.Trust) -> Draft:
        seen.append((asked.ticket.id, search.until, search.hidden))
        return _draft(_cited())

    monkeypatch.setattr(backtest, "drafted", drafted)
    backtest.prepare(past, "").run()
    assert [(id, at) for id, at, _ in seen] == [(f"T-{n}", NOON + n * DAY) for n in range(6)]
    assert all(id in hidden for id, _, hidden in seen)


def test_stopping_and_failing_leave_what_there_is(past: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run = backtest.prepare(past, "")
    run.progress = lambda done: run.stop() if done == 2 else None
    run.run()
    assert (len(run.cases), run.trouble) == (2, backtest.STOPPED)

    def interrupted(done: int) -> None:
        raise KeyboardInterrupt

    again = backtest.prepare(past, "")
    again.progress = interrupted
    again.run()
    assert (len(again.cases), again.trouble, again.finished) == (1, backtest.STOPPED, True)

    def fails(*_: object) -> Draft:
        raise TemporaryError("The model is too slow.")

    monkeypatch.setattr(backtest, "drafted", fails)
    third = backtest.prepare(past, "")
    third.run()
    assert third.done == backtest.TRIES - 1
    assert (third.cases, third.trouble) == ([], "The model is too slow.")
    assert [one.trouble for one in _stored(past)] == ["The model is too slow.", backtest.STOPPED, backtest.STOPPED]


def test_a_ticket_that_fails_for_the_moment_is_passed_over(past: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def drafted(asked: backtest.Asked, *_: object) -> Draft:
        if asked.ticket.id in ("T-0", "T-1", "T-3", "T-4"):
            raise TemporaryError("The model is too slow.")
        return _draft(_cited())

    monkeypatch.setattr(backtest, "drafted", drafted)
    run = backtest.prepare(past, "")
    run.run()
    assert ([case.ticket for case in run.cases], run.done, run.trouble) == (["T-2", "T-5"], 6, "")


def test_agents_come_first(past: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        cast(Any, past.chat).busy = len(waited) < 3

    monkeypatch.setattr(backtest.time, "sleep", sleep)
    cast(Any, past.chat).busy = True
    run = backtest.prepare(past, "", limit=1)
    run.run()
    assert (len(waited), len(run.cases)) == (3, 1)


def test_one_runs_at_a_time_and_tells_how_long(past: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtest, "drafted", lambda *_: _draft(_cited()))
    monkeypatch.setattr(Run, "start", lambda self: None)
    first = backtest.begin(past, "naoko", 3)
    assert backtest.latest(past) is first
    assert first.left is None
    with pytest.raises(TemporaryError, match="Another backtest"):
        backtest.begin(past, "naoko", 3)
    first.run()
    assert first.left == pytest.approx(0.0)
    assert backtest.begin(past, "naoko", 3) is not first


def test_without_a_model_or_tickets_it_says_what_to_do(made: Desk, shelves: Shelves) -> None:
    with pytest.raises(SenderError, match="Bring solved tickets in"):
        backtest.prepare(made, "")
    cast(Any, made).chat, cast(Any, made).chat_trouble = None, "No chat model is set."
    with pytest.raises(OperatorError, match=r"writes drafts\. No chat model is set"):
        backtest.prepare(made, "")


def test_a_ticket_that_was_removed_meanwhile_is_passed_over(past: Desk) -> None:
    run = backtest.prepare(past, "", limit=2)
    with past.db.write() as db:
        tickets.remove(db, "T-4")
    run.run()
    assert ([case.ticket for case in run.cases], run.done) == (["T-5"], 2)


@pytest.mark.models
def test_a_real_encoding_tells_paraphrase_from_chance(embedding: Any) -> None:
    told = agreement.told("Please press the red button and keep it down for five seconds.", embedding)
    vectors = embedding.passages(["Hold the red button for five seconds.", "Your refund arrives within two weeks."])
    near = np.asarray(vectors @ told.vectors.T).ravel()
    assert agreement.agrees(near[0], near[1]) > 0.4


# --- at a terminal


def _kizuna(past: Desk, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    opened = cast(Any, past)
    opened.open_chat = opened.close = lambda: None
    monkeypatch.setattr(cli, "_settings", lambda home, *, chat=False: None)
    monkeypatch.setattr(desk, "open", lambda settings, doing: past)
    return CliRunner().invoke(cli.app, ["backtest", *arguments])


def test_the_command_reports_for_people_and_for_scripts(past: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = _kizuna(past, monkeypatch, "--limit", "3")
    assert (said.exit_code, "3 of 3 tickets compared" in said.stdout) == (0, True)
    assert "Agreement with the person" in said.stdout
    days = _kizuna(past, monkeypatch, "--json", "--since", "2026-03-15", "--until", "2026-03-16")
    report = json.loads(days.stdout)
    assert (report["tickets"], report["compared"]) == (2, 2)  # both days whole


def test_a_command_that_was_stopped_reports_what_there_is(past: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Draft:
        raise KeyboardInterrupt

    monkeypatch.setattr(backtest, "drafted", interrupted)
    said = _kizuna(past, monkeypatch, "--json")
    assert said.exit_code == 1
    report = json.loads(said.stdout)
    assert (report["compared"], report["agreement"]["value"]) == (0, None)
    assert backtest.STOPPED[:26] in said.stderr
