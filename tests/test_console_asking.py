"""What counts as a question of a conversation: asked, told first, or nothing."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from console.faq import asking
from console.questions import questions, spans


def _read(*texts: str, lang: str = "en") -> list[tuple[int, str]]:
    turns = [
        SimpleNamespace(kind="ticket", ticket="T", seq=2 * n, text=text, lang=lang, at=None)
        for n, text in enumerate(texts)
    ]
    found = asking.read(cast(Any, turns))
    for one in found:
        assert one.text in " ".join(texts[one.seq // 2][one.start : one.end].split())
    return [(one.seq, one.text) for one in found]


def test_a_message_may_hold_several_questions_each_with_its_place() -> None:
    text = "Hello!\nWhere is my lamp order? I wait since May. Can I return the\n  other lamp?"
    assert _read(text) == [(0, "Where is my lamp order?"), (0, "Can I return the other lamp?")]
    assert [text[start:end] for start, end in spans(text)] == questions(text)


def test_a_message_without_a_question_counts_by_its_first_telling_sentence() -> None:
    assert _read("Hi there,\n\nthe lamp stays dark since Monday. I am cross.") == [
        (0, "the lamp stays dark since Monday.")
    ]
    assert _read("お世話になっております。ランプの電源が入りません。", lang="ja") == [(0, "ランプの電源が入りません。")]


def test_later_answers_and_thanks_count_for_nothing_but_later_questions_do() -> None:
    said = ("The lamp stays dark.", "Done, it was the switch in the kitchen.", "Do you also sell kettles?", "Thanks!")
    assert _read(*said) == [(0, said[0]), (2, ""), (4, said[2]), (6, "")]


def test_a_greeting_first_leaves_the_telling_to_the_next_message() -> None:
    assert _read("Hello?", "The lamp stays dark.") == [(0, ""), (2, "The lamp stays dark.")]


def test_a_question_that_leans_on_the_sentence_before_it_takes_it_along() -> None:
    assert _read("The lid of my kettle is cracked. Can I return it?") == [
        (0, "The lid of my kettle is cracked. Can I return it?")
    ]
    assert _read("会社名の入った請求書が必要です。どこで入手できますか？", lang="ja") == [
        (0, "会社名の入った請求書が必要です。どこで入手できますか？")
    ]
    assert _read("Where is my lamp? Will it come today?") == [(0, "Where is my lamp?")]


@pytest.mark.parametrize("leaning", ["Is that so now?", "What would they do with it?", "それはなぜですか？"])
def test_a_question_that_leans_on_another_message_counts_for_nothing(leaning: str) -> None:
    assert _read("The kettle lid is cracked.", leaning) == [(0, "The kettle lid is cracked."), (2, "")]


def test_what_masking_left_is_not_part_of_a_question() -> None:
    assert [one.text for one in asking.read(cast(Any, [_masked()]))] == ["where is order with the kettle?"]


def _masked() -> SimpleNamespace:
    text = "<PERSON_1>, where is order <ORDER_2> with the kettle?"
    return SimpleNamespace(kind="call", ticket="K", seq=0, text=text, lang="en", at=None)
