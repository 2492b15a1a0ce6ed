"""Questions: found in both languages, joined ones taken apart, each behind what the message told before it."""

import pytest

from console import questions


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How long is the lamp's guarantee?", []),
        ("Hello. Nothing to ask.", []),
        ("", []),
        (
            "We rent two hubs. What does a third cost, and how long does it take to arrive?",
            ["We rent two hubs. What does a third cost?", "We rent two hubs. how long does it take to arrive?"],
        ),
        (
            "Is the lamp dimmable? My hall is dark. Which bulb fits it?",
            ["Is the lamp dimmable?", "My hall is dark. Which bulb fits it?"],
        ),
        (
            "May I return a hub that I opened? And who pays the parcel?",
            ["May I return a hub that I opened?", "May I return a hub that I opened? And who pays the parcel?"],
        ),
        ("Why, and how?", []),
        ("Do you sell lamps and how-to books?", []),
        (
            "照明を二台使っています。三台目はいくらですか。また、いつ届きますか？",
            ["照明を二台使っています。 三台目はいくらですか。", "照明を二台使っています。 また、いつ届きますか？"],
        ),
    ],
)
def test_questions_apart(text: str, parts: list[str]) -> None:
    assert questions.apart(text) == parts


def test_of_a_long_story_the_nearest_sentences_stay() -> None:
    story = " ".join(f"This is what happened on day {day} of the year." for day in range(60))
    first, second = questions.apart(f"{story} Can I send the lamp back? Where do I send it?")
    assert first.endswith("day 59 of the year. Can I send the lamp back?")
    assert "day 20 of" not in first
    assert len(first) < 320
    assert second.endswith("day 59 of the year. Where do I send it?")


def test_many_questions_are_bounded() -> None:
    assert len(questions.apart("Which lamp number fits my hall now? " * 5000)) == questions.MOST
