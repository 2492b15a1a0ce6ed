"""What agents make of drafts is measured, kept with the draft and in the journal, and moves sources up or down."""

import sqlite3
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import conversations, learning
from ingest.records import Article, Message, Ticket
from ingest.shelving import Shelves
from ingest.store import Database, articles, drafts, notes, tickets
from ingest.store.drafts import Stored

NOW = datetime.now(UTC)
QUOTE = "Hold the red button for five seconds until the lamp blinks."
OTHER = "The warranty covers the lamp for 24 months."
CITED = [
    {"n": 1, "kind": "article", "source": "A-1", "title": "Lamp", "quote": QUOTE, "start": 0, "end": 9},
    {"n": 2, "kind": "faq", "source": "F-1", "title": "Warranty", "quote": OTHER, "start": 0, "end": 9},
]
REPLY = f"Hello,\n\n{QUOTE} [1]\n\n{OTHER} [2]\n\nKind regards,\nMori support"


def _draft(id: str = "D-1", ticket: str = "T-1", **values: Any) -> Stored:
    known: dict[str, Any] = {"reply": REPLY, "citations": CITED, "confidence": 0.8, "abstained": False}
    return Stored(id, ticket, **known | values)


# --- distance


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("", "", 0.0),
        ("Press the button.", "press the BUTTON!", 0.0),
        ("one two three four", "one two five six", 0.5),
        ("one two", "", 1.0),
        ("返金します", "返金します。", 0.0),
        ("返金します", "交換します", 0.4),
        ("ＡＢＣ１２", "abc12", 0.0),
    ],
)
def test_distance_is_the_share_of_words_that_are_not_common(one: str, other: str, apart: float) -> None:
    assert learning.distance(one, other) == pytest.approx(apart)
    assert learning.distance(other, one) == pytest.approx(apart)


def _slow(one: list[str], other: list[str]) -> int:
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            rows[i][j] = rows[i - 1][j - 1] + 1 if a == b else max(rows[i - 1][j], rows[i][j - 1])
    return rows[-1][-1]


WORDS = st.lists(st.sampled_from(["red", "lamp", "off", "hold", "電", "池"]), max_size=30)


@given(WORDS, WORDS)
def test_distance_is_that_of_the_textbook(one: list[str], other: list[str]) -> None:
    whole = len(one) + len(other)
    expected = 1 - 2 * _slow(one, other) / whole if whole else 0.0
    assert learning.distance(" ".join(one), " ".join(other)) == pytest.approx(expected)


def test_the_longest_messages_are_compared_at_once() -> None:
    long = " ".join(f"word{n % 700}" for n in range(4000))
    began = datetime.now(UTC)
    assert learning.distance(long, long[9:]) < 0.01
    assert datetime.now(UTC) - began < timedelta(seconds=5)
    assert SequenceMatcher(None, "ab", "ab").ratio() == 1 - learning.distance("a b", "a b")


# --- what still stands


@pytest.mark.parametrize(
    ("statement", "text", "there"),
    [
        (QUOTE, f"Dear Ann,\n{QUOTE}", True),
        (QUOTE, "Please hold the red button for five seconds, then the lamp blinks.", True),
        (QUOTE, "Please send us a photograph of the device.", False),
        (OTHER, "The warranty covers the lamp for 36 months.", False),  # a number was mended
        ("1. Open the lid carefully.\n2. Remove the battery.", "Open the lid carefully, remove the battery.", True),
        ("返金は到着から30日以内に承ります。", "返金は到着から３０日以内に承ります。", True),
        ("返金は到着から30日以内に承ります。", "返金は到着から14日以内に承ります。", False),
        ("電池カバーを外してください。", "お手数ですが、電池カバーをお外しください。", True),
        ("It is so.", "It is so.", False),  # nothing in it could be told from other words
    ],
)
def test_a_statement_stands_by_its_telling_words_and_its_numbers(statement: str, text: str, there: bool) -> None:
    assert learning.stands(statement, text) is there


# --- the verdict


@pytest.mark.parametrize(
    ("sent", "state", "outcome", "kept"),
    [
        (learning.citations.unmarked(REPLY, [1, 2]), "accepted", "sent", [True, True]),
        (f"Hi Ann,\n\n{QUOTE}\n\n{OTHER}\n\nBest, Emma", "edited", "touched", [True, True]),
        (f"Hello,\n\n{QUOTE}\n\nKind regards,\nMori support", "edited", "touched", [True, False]),
        ("Hello,\n\nWe will call you.\n\nKind regards,\nMori support", "edited", "rewritten", [False, False]),
    ],
)
def test_a_draft_is_judged_by_what_was_sent(sent: str, state: str, outcome: str, kept: list[bool]) -> None:
    found = learning.judge(_draft(), sent, used=True)
    assert (found.state, found.outcome, [one["kept"] for one in found.citations]) == (state, outcome, kept)
    assert (found.distance == 0) == (outcome == "sent")


def test_a_draft_that_was_not_taken_over_says_nothing_of_its_sources() -> None:
    found = learning.judge(_draft(), "I rang you, all is well.", used=False)
    assert (found.state, found.outcome, found.citations) == ("unused", "unused", [])


@pytest.mark.parametrize(
    ("sent", "reason", "outcome"),
    [
        ("Please send us a photograph of the device.", "No source answers this question.", "written"),
        (f"Hello, {QUOTE}", "No source answers this question.", "missed"),
        ("Thank you, we are asking a colleague!", "No source answers this question.", "held"),
        ("Please send a photograph.", "The chat model is not available; see the suggestions.", ""),
    ],
)
def test_an_abstention_is_judged_by_what_the_agent_then_wrote(sent: str, reason: str, outcome: str) -> None:
    abstained = _draft(
        reply="Thank you, we are asking a colleague.", citations=[], abstained=True, reason=reason,
        trail={"offered": [{"text": OTHER}, {"text": QUOTE}]},
    )  # fmt: skip
    found = learning.judge(abstained, sent, used=False)
    assert (found.state, found.outcome) == ("answered", outcome)


# --- in the conversation


def _begin(shelves: Shelves, id: str = "T-1") -> None:
    conversations.begin(shelves, Ticket(id, (Message("incoming", "My lamp is dark."),), status="open", product="lamp"))


def _put(shelves: Shelves, *some: Stored) -> None:
    with shelves.db.write() as db:
        for draft in some:
            drafts.put(db, draft)


def _latest(shelves: Shelves, id: str = "T-1") -> Stored:
    with shelves.db.read() as db:
        found = drafts.latest(db, id)
    assert found
    return found


def test_what_became_of_a_draft_stands_in_it_and_in_the_journal(shelves: Shelves) -> None:
    _begin(shelves)
    _put(shelves, _draft())
    sent = f"Hello,\n\n{QUOTE}\n\nKind regards,\nMori support"
    conversations.reply(shelves, "T-1", sent, by="emma", author="Emma", draft="D-1")
    kept = _latest(shelves)
    assert (kept.state, kept.outcome, kept.final) == ("edited", "touched", sent)
    assert kept.distance == pytest.approx(
        learning.distance(REPLY.replace(" [1]", "").replace(" [2]", ""), sent), abs=1e-4
    )
    assert [one["kept"] for one in kept.citations] == [True, False]
    with shelves.db.read() as db:
        (line, *_) = notes.about(db, "T-1")
    assert (line.action, line.detail["outcome"], line.detail["distance"]) == ("replied", "touched", kept.distance)


def test_an_abstention_is_judged_though_nothing_of_it_was_used(shelves: Shelves) -> None:
    _begin(shelves)
    _put(
        shelves, _draft(abstained=True, citations=[], reply="We are asking.", reason="No source answers this question.")
    )
    conversations.reply(shelves, "T-1", "Turn the knob to the left.", by="emma", author="Emma")
    assert (_latest(shelves).state, _latest(shelves).outcome) == ("answered", "written")


def test_a_draft_for_an_earlier_question_is_left_alone(shelves: Shelves) -> None:
    _begin(shelves)
    _put(shelves, _draft(created=NOW - timedelta(days=1)))
    conversations.add(shelves, "T-1", "And where is my parcel?", direction="incoming")
    conversations.reply(shelves, "T-1", "It is on its way.", by="emma", author="Emma")
    assert (_latest(shelves).state, _latest(shelves).outcome) == ("proposed", "")


def test_a_second_reply_does_not_change_the_verdict(shelves: Shelves) -> None:
    _begin(shelves)
    _put(shelves, _draft())
    sent = learning.citations.unmarked(REPLY, [1, 2])
    conversations.reply(shelves, "T-1", sent, by="emma", author="Emma", draft="D-1", resolve=False)
    conversations.reply(shelves, "T-1", "One more thing: the lamp is hot.", by="emma", author="Emma")
    assert (_latest(shelves).state, _latest(shelves).final) == ("accepted", sent)


def test_history_tells_what_each_draft_was_about(shelves: Shelves) -> None:
    _begin(shelves)
    _put(shelves, _draft("D-0", created=NOW - timedelta(hours=2)), _draft())  # the first is replaced by the second
    conversations.reject(shelves, "T-1", "D-1", by="emma", reason="Out of date: prices rose")
    with shelves.db.read() as db:
        (found,) = drafts.history(db)
        assert drafts.history(db, since=NOW + timedelta(days=1)) == []
    assert (found.id, found.outcome, found.reason) == ("D-1", "rejected", "Out of date: prices rose")
    assert (found.product, found.channel, found.lang) == ("lamp", "email", "en")


# --- sources


def _decided(shelves: Shelves, count: int, *, kept: tuple[bool, bool], state: str = "edited", reason: str = "") -> None:
    cited = [one | {"kept": told} for one, told in zip(CITED, kept, strict=True)]
    _put(shelves, *(
        _draft(f"D-{state}{n}", f"T-{n}", state=state, reason=reason, decided=NOW, outcome="touched",
               citations=CITED if state == "rejected" else cited)
        for n in range(count)
    ))  # fmt: skip


def _weights(shelves: Shelves) -> dict[tuple[str, str], float]:
    with shelves.db.read() as db:
        return learning.weights(db)


def test_sources_rise_and_fall_with_their_statements_and_little_at_first(shelves: Shelves) -> None:
    assert _weights(shelves) == {}
    for n in range(40):
        _begin(shelves, f"T-{n}")
    _decided(shelves, 1, kept=(True, False))
    once = _weights(shelves)
    _decided(shelves, 40, kept=(True, False))
    often = _weights(shelves)
    good, bad = ("article", "A-1"), ("faq", "F-1")
    assert 0 < once[good] < often[good] < learning.MOST
    assert 0 > once[bad] > often[bad] > -learning.MOST
    assert max(map(abs, once.values())) < learning.MOST / 4
    assert often[good] > learning.MOST / 2


@pytest.mark.parametrize(
    ("reason", "falls"),
    [
        ("Out of date: the price rose", True),
        ("Wrong answer", True),
        ("Wrong tone", False),
        ("Misses the question", False),
    ],
)
def test_only_some_reasons_of_rejection_speak_against_the_sources(shelves: Shelves, reason: str, falls: bool) -> None:
    _begin(shelves, "T-0")
    _decided(shelves, 1, kept=(True, True), state="rejected", reason=reason)
    assert all(weight < 0 for weight in _weights(shelves).values())
    assert bool(_weights(shelves)) is falls


def test_an_article_that_was_mended_starts_anew(shelves: Shelves) -> None:
    _begin(shelves, "T-0")
    _decided(shelves, 1, kept=(True, True), state="rejected", reason="Out of date")
    for updated, falls in ((NOW - timedelta(days=1), True), (NOW + timedelta(minutes=1), False)):
        with shelves.db.write() as db:
            articles.put(db, Article("A-1", "Lamp", QUOTE, updated=updated), origin="test")
        assert (("article", "A-1") in _weights(shelves)) is falls


def test_drafts_of_before_tell_what_is_known_of_them(tmp_path: Path) -> None:
    path = tmp_path / "kizuna.db"
    opened = Database.open(path)
    with opened.write() as db:
        tickets.put(db, Ticket("T-1", (Message("incoming", "Dark."),)), origin="test")
        for id, state in (("D-1", "accepted"), ("D-2", "edited"), ("D-3", "rejected"), ("D-4", "proposed")):
            drafts.put(db, _draft(id, state=state))
    opened.close()
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE backtests")
        for column in ("outcome", "distance"):
            raw.execute(f"ALTER TABLE drafts DROP COLUMN {column}")
        raw.execute("DELETE FROM migrations WHERE number > 2")
    raw.close()
    again = Database.open(path)
    with again.read() as db:
        assert {one.id: one.outcome for one in drafts.history(db)} == {
            "D-1": "sent", "D-2": "touched", "D-3": "rejected", "D-4": "",
        }  # fmt: skip
    again.close()
