"""Cases: the words quoted are the right ones, the outcome is the true one, and no text is too odd or too long."""

import itertools
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest import canon, cases
from ingest.records import Case, Message, Ticket
from ingest.store import Database, tickets
from ingest.store import cases as shelf

HELD = Path(__file__).parents[1] / "benchmarks" / "cases_held.jsonl"
SIDES: dict[str, Any] = {"C": "incoming", "A": "outgoing", "N": "note", "customer": "incoming", "agent": "outgoing"}


def talk(*said: str, **values: Any) -> Ticket:
    """A conversation from lines like "C: It leaks."; resolved unless told otherwise."""
    return Ticket("T-1", tuple(Message(SIDES[line[0]], line[3:]) for line in said), **values)


def quotes(record: Ticket, spans: tuple[tuple[int, int], ...]) -> list[str]:
    text = canon.text_of(record)
    return [text[start:end] for start, end in spans]


KETTLE = (
    "C: Hi there. My kettle trips the fuse whenever I switch it on. Thanks, Ann",
    "A: Hello Ann, thank you for writing. The base is wet. Please dry it for a day. Kind regards, Tom",
)
CALL_JA = (
    "A: お電話ありがとうございます。みなと家電の林でございます。",
    "C: もしもし。炊飯器のふたが閉まらないんです。",
    "A: 恐れ入りますが、お名前をお願いできますか。",
    "C: 大野です。",
    "A: 大野様ですね。内ぶたを外して、ゴムの向きを直してください。",
)


@pytest.mark.parametrize(
    ("record", "problem", "resolution"),
    [
        (
            talk(*KETTLE, subject="Re: Kettle and fuse"),
            ["Kettle and fuse", "My kettle trips the fuse whenever I switch it on."],
            ["The base is wet. Please dry it for a day."],
        ),
        (talk("C: Locked out!", "A: Use the key."), ["Locked out!"], ["Use the key."]),
        (
            talk(*CALL_JA, kind="call"),
            ["炊飯器のふたが閉まらないんです。"],
            ["内ぶたを外して、ゴムの向きを直してください。"],
        ),
        (
            talk(
                "A: Brightwell Energy, this is Carla, how can I help?", "C: Hello.",
                "A: May I take your name and postcode?", "C: It's Dee Shaw, LS6.",
                "C: My meter display has gone blank.", "A: Let me check. One moment, please.",
                "A: Hold the blue button for ten seconds.", "C: Oh, it works.", "A: Anything else? Have a nice day!",
                kind="call",
            ),
            ["My meter display has gone blank."],
            ["Hold the blue button for ten seconds."],
        ),
        (
            talk(
                "C: The lamp flickers all evening.", "A: Please try another socket in the house first.",
                "C: Still flickering, it did not help.", "A: Then the bulb is faulty. I've sent you a new one.",
                "C: New bulb arrived, steady light.",
            ),
            ["The lamp flickers all evening."],
            ["Then the bulb is faulty. I've sent you a new one."],
        ),
    ],
    ids=["ticket", "few words", "japanese call", "call", "what did not help is left out"],
)  # fmt: skip
def test_problem_and_resolution_are_quoted(record: Ticket, problem: list[str], resolution: list[str]) -> None:
    case = cases.read(record)
    assert quotes(record, case.problem) == problem
    assert quotes(record, case.resolution) == resolution
    assert (case.outcome, case.by) == ("resolved", "rules")


BROKEN = "C: The zip of my jacket is broken."
KAPUTT = "C: ジャケットのファスナーが壊れました。"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ([BROKEN, "A: I've refunded the 65 euros to your card."], "refunded"),
        ([BROKEN, "A: The refund of 65 euros has been processed.", "C: thanks"], "refunded"),
        ([BROKEN, "A: Send it back, we pay the label.", "C: I got my money back, thanks."], "refunded"),
        ([BROKEN, "A: I'm afraid we can't refund worn jackets."], "unresolved"),
        ([BROKEN, "A: If it breaks again, we would refund it. Rub the zip with wax for now.", "C: ok"], "resolved"),
        ([BROKEN, "A: I've passed this to our repair team, who will contact you."], "escalated"),
        ([BROKEN, "A: Let me put you through to my manager.", "C: Thank you."], "escalated"),
        ([BROKEN, "A: I've passed it to our team.", "A: Tom here: rub it with wax.", "C: Works now!"], "resolved"),
        ([BROKEN, "A: Rub it with wax. I've passed your feedback to the team.", "C: great"], "resolved"),
        ([BROKEN, "A: Rub it with wax.", "C: It still doesn't close."], "unresolved"),
        ([BROKEN, "A: Rub it with wax.", "C: This is ridiculous. Never again!"], "unresolved"),
        ([BROKEN, "A: Rub it with wax.", "C: Still stuck.", "C: Oh wait, it works now."], "resolved"),
        ([BROKEN], "unresolved"),
        ([BROKEN, "A: Hello, thank you for your message."], "unresolved"),
        ([BROKEN, "N: refunded him"], "unresolved"),
        ([KAPUTT, "A: 本日、代金を返金いたしました。"], "refunded"),
        ([KAPUTT, "A: 着用後の返金はいたしかねます。"], "unresolved"),
        ([KAPUTT, "A: 修理の担当へ引き継ぎ、明日お電話いたします。"], "escalated"),
        ([KAPUTT, "A: ろうを塗ってお試しください。", "C: 閉まりました、助かりました。"], "resolved"),
        ([KAPUTT, "A: ろうを塗ってお試しください。", "C: それでも閉まりません。もう結構です。"], "unresolved"),
        ([KAPUTT, "A: お問い合わせありがとうございます。"], "unresolved"),
    ],
)
def test_outcomes(said: list[str], outcome: str) -> None:
    assert cases.read(talk(*said)).outcome == outcome


def test_an_open_ticket_is_unresolved_until_money_or_another_team_is_named() -> None:
    answer = "A: Rub the zip with wax."
    assert cases.read(talk(BROKEN, answer, status="open")) == cases.read(talk(BROKEN, answer, status="pending"))
    assert cases.read(talk(BROKEN, answer, status="open")).outcome == "unresolved"
    assert cases.read(talk(BROKEN, "A: I've refunded you the 65 euros.", status="open")).outcome == "refunded"
    assert cases.read(talk(BROKEN, "A: I've refunded 65.", "C: Where is it?", status="open")).outcome == "unresolved"


def test_what_is_not_clear_is_not_sure() -> None:
    assert cases.read(talk(BROKEN, "A: Rub it with wax.", "C: It works now, thanks.")).sure
    assert cases.read(talk(BROKEN)).sure  # nobody answered: there is nothing to read
    unclear = (
        talk(BROKEN, "A: Hello, thank you for your message."),  # no resolution
        talk(BROKEN, "A: I've refunded you.", "C: Refunded? Ridiculous, there is nothing on my card."),
        talk(BROKEN, "A: Try wax.", "C: Still stuck.", "A: Try soap.", "C: Hm."),
        talk(BROKEN, "A: Rub it with wax.", "C: Hm.", csat=1),
        talk(*(["C: Hm, hm.", "A: Turn the dial by one."] * 16), kind="call"),  # long, and no word of success
    )
    assert [cases.read(record).sure for record in unclear] == [False] * len(unclear)


@pytest.mark.parametrize(
    ("text", "hollow"),
    [
        ("Hello Ann, thank you for calling Brightwell. How can I help you today?", True),
        ("I'm so sorry to hear that. May I have your order number?", True),
        ("You're welcome, Ann! Have a wonderful day. Goodbye!", True),
        ("お電話ありがとうございます。林でございます。お名前をお願いできますか。", True),
        ("", True),
        ("You're welcome. Please keep the old one unplugged.", False),
        ("The filter costs 14 euros and lasts three months.", False),
        ("ありがとうございます。電池を入れ直してください。", False),
    ],
)
def test_replies_of_mere_courtesy_are_hollow(text: str, hollow: bool) -> None:
    assert cases.hollow(text) is hollow


def test_outcomes_that_some_words_speak_for() -> None:
    both = frozenset({"resolved", "unresolved"})
    assert cases.spoken_for(talk(BROKEN, "A: Rub it with wax.")) == both
    assert cases.spoken_for(talk(BROKEN, "A: If it breaks, I'll refund you.")) == both | {"refunded"}
    assert cases.spoken_for(talk(BROKEN, "A: Our repair team will contact you.")) == both | {"escalated"}


def _checked(record: Ticket) -> Case:
    """The case, whose spans lie in order inside the text, begin and end at words, and never hold a label."""
    case, text = cases.read(record), canon.text_of(record)
    for spans in (case.problem, case.resolution):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
        for start, end in spans:
            assert text[start:end] == text[start:end].strip()
            assert not text[start:end].startswith(("Agent: ", "Customer: "))
    return case


def test_odd_texts() -> None:
    rnd = random.Random(5)
    pieces = [
        "Hi",
        "refund",
        "is",
        "not",
        "still",
        "返金",
        "しました",
        "。",
        ".",
        "?",
        "\n",
        " ",
        "İ",
        "ß",
        "’",
        "1.",
        "😀",
    ]
    for _ in range(300):
        said = [f"{rnd.choice('CAN')}: {''.join(rnd.choices(pieces, k=rnd.randrange(12)))}" for _ in range(4)]
        _checked(talk(*said, subject=rnd.choice(["", "Re:", "İİİİ lamp", "電池", "Lamp is dead"])))
    assert cases.read(Ticket("T", ())) == Case((), (), "unresolved", False)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["a", "1,", "? ", "still ", "how do ", "refund card ", "返金", "様、", "Thank you. "])
def test_long_texts_take_linear_time(piece: str) -> None:
    long = piece * (100_000 // len(piece))
    _checked(talk("C: Hi", f"A: {long}", f"C: {long}"))


def test_most_of_the_held_conversations_are_read_rightly() -> None:
    held = [json.loads(line) for line in HELD.read_text("utf-8").splitlines()]
    right = 0
    for told in held:
        turns = tuple(Message(SIDES[turn["role"]], turn["text"]) for turn in told["turns"])
        record = Ticket(told["id"], turns, told["kind"], told["subject"], status=told["status"])
        right += _checked(record).outcome == told["outcome"]
    assert len(held) == 60
    assert right >= 56


# --- kept


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return Database.open(tmp_path / "kizuna.db")


def _put(db: Database, *found: tuple[str, int, str, Case]) -> None:
    with db.write() as connection:
        for id, day, status, _ in found:
            record = Ticket(id, (Message("incoming", "x"),), created=datetime(2026, 3, day, tzinfo=UTC), status=status)  # type: ignore[arg-type]
            tickets.put(connection, record, origin="test")
        shelf.put_many(connection, {id: case for id, _, _, case in found})


READ = Case(((0, 4), (6, 9)), ((12, 20),), "refunded", False)


def test_a_case_comes_back_as_it_was(db: Database) -> None:
    _put(db, ("T-1", 1, "resolved", READ))
    with db.write() as connection:
        assert shelf.get(connection, "T-1") == READ
        assert shelf.get(connection, "T-2") is None
        better = Case((), (), "resolved", True, "a-model")
        shelf.put(connection, "T-1", better)
        assert shelf.many(connection, ["T-1", "T-2"]) == {"T-1": better}
        tickets.remove(connection, "T-1")
        assert shelf.get(connection, "T-1") is None
    db.close()


def test_unsure_cases_of_the_rules_wait_for_a_model_the_newest_first(db: Database) -> None:
    sure, modelled = Case((), (), "resolved"), Case((), (), "resolved", False, "a-model")
    _put(
        db, ("old", 1, "resolved", READ), ("new", 9, "resolved", READ), ("open", 9, "open", READ),
        ("sure", 9, "resolved", sure), ("read", 9, "resolved", modelled),
    )  # fmt: skip
    with db.read() as connection:
        assert shelf.unsure(connection, 9) == ["new", "old"]
        assert shelf.unsure(connection, 1) == ["new"]
        assert shelf.counts(connection) == {"refunded": 3, "resolved": 2}
    db.close()
