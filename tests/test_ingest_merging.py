"""What is one thing, and what becomes of two versions of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingest import merging
from ingest.records import Article, Customer, Message, Ticket

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ASKED = Message("incoming", "The hub shows a red light after the update to version 4.2, what shall I do?", NOON)
TOLD = Message("outgoing", "Hold the button for ten seconds until the light turns white, then pair it again.", NOON)
ONE = Ticket("7", (ASKED, TOLD), subject="Red light", customer="C-1", created=NOON)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (ONE, True),
        (replace(ONE, customer="", created=None), True),
        (replace(ONE, messages=(replace(ASKED, text=ASKED.text.upper() + "  "), TOLD)), True),
        (replace(ONE, messages=(ASKED, TOLD, Message("incoming", "Thanks!"))), True),
        (replace(ONE, customer="C-2"), False),
        (replace(ONE, created=NOON + timedelta(days=9)), False),
        (replace(ONE, messages=(Message("incoming", "Thanks!"),)), False),
        (replace(ONE, messages=(TOLD, *(replace(ASKED, text=f"{ASKED.text} {n} {n * 7}") for n in range(6)))), False),
    ],
)
def test_conversations_are_known_again(other: Ticket, alike: bool) -> None:
    assert merging.alike(ONE, other) is alike
    assert merging.alike(other, ONE) is alike


def test_japanese_conversations_are_known_again() -> None:
    words = "ハブを更新したあと、赤いランプが点いたままになります。どうすればよいですか。"
    one = Ticket("1", (Message("incoming", words, NOON),), customer="C-1")
    assert merging.alike(one, replace(one, id="2", messages=(Message("incoming", words.replace("。", "。\n"), NOON),)))


def test_masked_words_are_not_what_makes_two_alike() -> None:
    one = replace(ONE, messages=(replace(ASKED, text="<EMAIL_1> <PERSON_1> <PHONE_1> <ADDRESS_1> hello"),))
    assert merging.marks(one) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ONE, replace(ONE, messages=(replace(TOLD, text="Another"),)), True),
        (ONE, Ticket("7", (replace(TOLD, text="Another thing"),), subject="Lamp"), False),
        (replace(ONE, id="mail-0123456789ab"), Ticket("mail-0123456789ab", (TOLD,)), True),
        (Article("1", "Return policy", "a"), Article("1", "Returns policy", "b"), True),
        (Article("1", "Return policy", "a"), Article("1", "Opening hours", "b"), False),
        (Customer("1", "Ann", "ann@mail.example"), Customer("1", "Ann", "bob@mail.example"), False),
        (Customer("1", "Ann"), Customer("1", "Ann", "bob@mail.example"), True),
        (ONE, Article("7", "Red light", "a"), False),
    ],
)
def test_a_short_number_alone_does_not_make_two_one(one: object, other: object, same: bool) -> None:
    assert merging.same(one, other) is same  # type: ignore[arg-type]


def test_the_fullest_version_of_a_conversation_is_kept_and_filled_in() -> None:
    bare = replace(ONE, id="x", subject="", customer="", created=None, csat=4, guessed=True)
    bare = replace(bare, messages=(replace(ASKED, at=None), replace(TOLD, at=None)))
    made = merging.merged([bare, ONE])
    assert isinstance(made, Ticket)
    assert (made.messages, made.subject, made.csat, made.guessed) == (ONE.messages, "Red light", 4, False)
    longer = replace(ONE, messages=(ASKED, TOLD, Message("incoming", "It works.", NOON)))
    for order in ([ONE, longer], [longer, ONE]):
        merged = merging.merged(order)
        assert isinstance(merged, Ticket)
        assert len(merged.messages) == 3


def test_of_articles_the_newest_counts_and_customers_are_filled_in() -> None:
    old, new = Article("1", "A", "old", updated=NOON), Article("1", "A", "new", updated=NOON + timedelta(days=1))
    assert merging.merged([new, old]) == merging.merged([old, new]) == new
    ann = merging.merged(
        [Customer("1", "Ann", plan="Plus"), Customer("2", "A. Field", "ann@mail.example", plan="Free")]
    )
    assert ann == Customer("1", "Ann", "ann@mail.example", plan="Plus")


def test_made_ids_are_told_from_the_sources_own() -> None:
    assert merging.made("call-0123456789ab")
    assert not merging.made("4711")
    assert not merging.made("T-0123456789ab")
