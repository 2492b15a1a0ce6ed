"""Following a conversation: what came before counts, moods and turns pair, a survey is foretold within its bounds."""

from dataclasses import dataclass, replace

import pytest

from console import trajectory
from console.mood import Mood

ANGRY = Mood("negative", 0.95, 0.95, {"anger": 0.9})
CALM = Mood("neutral", 0.9, 0.05)
GLAD = Mood("positive", 0.95, 0.02, {"gratitude": 0.95})


@dataclass(frozen=True)
class Turn:
    role: str
    text: str


def after(*moods: Mood, last: str = "And now? It has been the same since last week.") -> list[float]:
    """Dissatisfaction after turns of these moods, each answered by an agent."""
    said = ["Something that is long enough to say something by itself."] * (len(moods) - 1) + [last]
    turns = [turn for text in said for turn in (Turn("agent", "Let me look."), Turn("customer", text))]
    return trajectory.follow(moods, turns)


def test_there_is_one_for_each_turn_of_the_customer() -> None:
    found = after(ANGRY, CALM, GLAD)
    assert len(found) == 3
    assert all(0 < one < 1 for one in found)


def test_an_angry_turn_is_worse_than_a_calm_one_and_that_worse_than_a_glad_one() -> None:
    angry, calm, glad = (after(mood)[0] for mood in (ANGRY, CALM, GLAD))
    assert angry > 0.5 > calm > glad


def test_the_same_calm_turn_is_worse_after_anger_than_after_thanks() -> None:
    assert after(ANGRY, ANGRY, CALM)[-1] > after(GLAD, GLAD, CALM)[-1] + 0.2


def test_a_short_ok_says_less_than_what_came_before() -> None:
    assert after(ANGRY, CALM, last="ok")[-1] > after(CALM, CALM, last="ok")[-1] + 0.2


def test_what_comes_later_changes_nothing_earlier() -> None:
    assert after(ANGRY, CALM, GLAD)[:2] == pytest.approx(after(ANGRY, CALM, ANGRY)[:2])


def test_thanks_at_the_end_foretell_more_stars_than_anger() -> None:
    turns = [Turn("customer", "It broke on the second day, as I said.")] * 2
    worst, best = trajectory.csat([ANGRY, ANGRY], turns), trajectory.csat([CALM, GLAD], turns)
    assert 1 <= worst < 2.5 < best <= 5


def test_bad_news_before_a_short_word_counts() -> None:
    heard = replace(CALM, within=0.9)
    assert after(CALM, heard, last="ok")[-1] > after(CALM, CALM, last="ok")[-1] + 0.1


def test_turns_are_read_behind_those_before_them() -> None:
    turns = [Turn("customer", "Hi."), Turn("agent", "Hello!"), Turn("bot", "A" * 400), Turn("customer", "Well?")]
    first, last = trajectory.contexts(turns)
    assert first == ""
    assert last == f"Customer: Hi.\nAgent: Hello!\nAgent: {'A' * 300}\n>>> Well?"
    long = [Turn("agent", "返" * 299)] * 4 + [Turn("customer", "はい"), Turn("customer", "は" * 300)]
    read, too_long = trajectory.contexts(long)
    assert too_long == ""
    assert len(read.encode()) < 1600
    assert read.endswith("返\n>>> はい")


def test_moods_are_heard_behind_what_was_said_before() -> None:
    class Hears:
        def of(self, texts: list[str], _: object) -> list[Mood]:
            return [CALM] * len(texts)

        def within(self, texts: list[str], _: object) -> list[float]:
            return [0.7] * len(texts)

    turns = [Turn("customer", "Hi."), Turn("agent", "Hello!"), Turn("customer", "Well?")]
    assert trajectory.moods(Hears(), turns, None) == [CALM, replace(CALM, within=0.7)]  # type: ignore[arg-type]


def test_nobody_said_anything() -> None:
    assert trajectory.follow([], [Turn("agent", "Hello?")]) == []
    assert trajectory.csat([], []) == 3.0


def test_moods_that_do_not_pair_with_turns_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        trajectory.follow([CALM], [])


def test_certainty_is_bounded() -> None:
    sure = Mood("negative", 1.0, 1.0)
    assert all(0 < one < 1 for one in after(sure, sure, sure))
