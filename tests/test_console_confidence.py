"""The threshold keeps its bound, is learnt from the desk's own history, and says so when it cannot."""

import json
import random
from pathlib import Path

import pytest

from console import confidence, intervals
from console.confidence import ALPHA, DELTA, ENOUGH, SHIPPED, START, Trust
from console.evidence import Fact
from ingest.store.drafts import Judged


def _case(sure: float, outcome: str = "sent", *, abstained: bool = False, **values: object) -> Judged:
    return Judged("D", "T", sure, abstained, outcome, **values)  # type: ignore[arg-type]


def _drawn(count: int, seed: int, *, least: float = 0.0) -> list[Judged]:
    """Cases that are right as likely as their confidence says."""
    drawn = random.Random(seed)
    sure = [least + (1 - least) * drawn.random() for _ in range(count)]
    return [_case(one, "sent" if drawn.random() < one else "rejected") for one in sure]


# --- intervals


def test_intervals_are_those_of_the_tables() -> None:
    share = intervals.share(8, 10)
    assert (round(share.low, 3), round(share.high, 3)) == (0.490, 0.943)  # Wilson
    assert round(intervals.at_most(10, 0, 0.05), 3) == 0.259  # 1 - .05 ** (1 / 10)
    assert round(intervals.chance(20, 3, 0.15), 4) == 0.6477
    assert (intervals.chance(5, 5, 0.2), intervals.chance(5, 0, 1.0), intervals.chance(5, 0, 0.0)) == (1.0, 0.0, 1.0)
    assert not intervals.share(0, 0).known


def test_a_mean_has_an_interval_that_narrows() -> None:
    few, many = (intervals.mean([0.0, 1.0] * n) for n in (5, 200))
    assert few.value == many.value == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high
    assert intervals.mean([0.0, 1.0]) == intervals.mean([0.0, 1.0])
    assert intervals.mean([0.3]) == intervals.Figure(0.3, 0.3, 0.3, 1)
    assert not intervals.mean([]).known


# --- the threshold


def test_without_cases_the_default_stands_and_says_so() -> None:
    assert confidence.learn([]) == SHIPPED
    found = confidence.learn([_case(0.9)] * (START - 1))
    assert (found.least, found.why, found.holds, found.curve) == (SHIPPED.least, "few", False, ())


def test_good_drafts_lower_the_threshold_no_further_than_was_looked() -> None:
    history = [_case(0.5 + n / 200) for n in range(100)]
    found = confidence.learn(history)
    assert (found.least, found.why, found.holds) == (0.5, "own", True)
    assert (found.cases, found.wrong) == (100, 0)
    assert found.bound == pytest.approx(1 - DELTA ** (1 / 100), abs=1e-6)


def test_the_threshold_lies_above_what_is_wrong() -> None:
    history = [_case(0.8 + n / 1000) for n in range(100)] + [_case(0.6 + n / 1000, "rejected") for n in range(100)]
    found = confidence.learn(history)
    assert 0.6 < found.least <= 0.8
    assert found.holds
    assert found.bound is not None
    assert found.bound <= ALPHA


def test_where_no_threshold_keeps_the_bound_the_strictest_stands() -> None:
    history = [_case(0.5 + n / 200, "rejected" if n % 2 else "sent") for n in range(100)]
    found = confidence.learn(history)
    assert (found.why, found.holds) == ("strict", False)
    assert found.least >= sorted((one.confidence for one in history), reverse=True)[START]
    assert found.bound is not None
    assert found.bound > ALPHA
    assert confidence.learn([_case(0.7, "rejected")] * 50).least >= 0.5


def test_abstentions_teach_what_lies_below_today_s_threshold() -> None:
    offered = [_case(0.7 + n / 1000) for n in range(100)]
    missed = [_case(0.4 + n / 1000, "missed", abstained=True) for n in range(60)]
    written = [_case(0.4 + n / 1000, "written", abstained=True) for n in range(60)]
    assert confidence.learn(offered + missed).least <= 0.4
    assert 0.44 < confidence.learn(offered + written).least < 0.7
    held = [_case(0.4, outcome, abstained=True) for outcome in ("held", "", "rejected")]
    unused = [_case(0.9, "unused")] * 5
    assert confidence.learn(offered + held + unused) == confidence.learn(offered)


def test_the_bound_is_kept_in_as_many_worlds_as_it_says() -> None:
    """Learnt from 150 cases, the true error of what is then offered exceeds ALPHA in at most DELTA of the worlds."""
    broken = 0
    for seed in range(200):
        found = confidence.learn(_drawn(150, seed))
        if found.holds:  # right with probability c: above a threshold t the error is (1 - t) / 2
            broken += (1 - found.least) / 2 > ALPHA
    assert broken <= 200 * DELTA


def test_shipped_points_help_until_the_desk_has_its_own() -> None:
    known = [(0.35 + n / 1000, True) for n in range(600)]
    alone = confidence.learn([], known)
    assert (alone.why, alone.holds, alone.cases, alone.bound) == ("shipped", False, 0, None)
    assert alone.least < 0.4
    own = [_case(0.5 + n / 1000, "rejected") for n in range(ENOUGH)]
    assert confidence.learn(own[:20], known).least < confidence.learn(own[:150], known).least
    assert confidence.learn(own, known) == confidence.learn(own)
    assert confidence.learn(own, known).why == "strict"


def test_own_cases_show_that_a_shipped_threshold_holds_here() -> None:
    known = [(0.3 + n / 1000, n > 100) for n in range(700)]
    few, some = (confidence.learn([_case(0.9 - n / 1000) for n in range(count)], known) for count in (10, 120))
    assert (few.why, few.holds) == ("shipped", False)
    assert some.why == "shipped"
    assert some.cases == 120


def test_the_file_of_shipped_points_is_read_where_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / "confidence.json"
    assert confidence.shipped(path) == []
    path.write_text(json.dumps([[0.93, 1], [0.2, 0]]))
    assert confidence.shipped(path) == [(0.93, True), (0.2, False)]


# --- the curve


@pytest.mark.parametrize("count", [120, 2000])
def test_confidence_becomes_a_probability(count: int) -> None:
    squared = [_case(one.confidence**0.5, one.outcome) for one in _drawn(count, 7)]  # sure of itself by too much
    found = confidence.learn(squared)
    assert all(a[1] <= b[1] for a, b in zip(found.curve, found.curve[1:], strict=False))
    for sure in (0.5, 0.7, 0.9):
        assert found.likely(sure) == pytest.approx(sure**2, abs=0.15)
    assert Trust().likely(0.37) == 0.37


def test_where_sure_drafts_were_no_better_only_their_average_is_known() -> None:
    history = [_case(n / 100, "rejected" if n > 50 else "sent") for n in range(100)]
    assert confidence.learn(history).likely(0.9) == pytest.approx(0.51)


def test_the_confidence_is_that_of_the_best_fact_for_the_question() -> None:
    facts = [
        Fact("a", "A", "article", "", "en", 0, 1, scores=(0.2, 0.9)),
        Fact("b", "A", "article", "", "en", 1, 2, scores=(0.4, 0.1)),
    ]
    assert (confidence.of(facts, 0), confidence.of(facts, 1), confidence.of([], 0)) == (0.4, 0.9, 0.0)


# --- by topic


def test_rates_tell_accepted_and_missed_by_topic() -> None:
    history = [
        _case(0.9, "sent", product="lamp"), _case(0.9, "touched", product="lamp"),
        _case(0.9, "rejected", product="lamp"), _case(0.2, "missed", abstained=True, product="lamp"),
        _case(0.2, "written", abstained=True, tags=("vip", "refund")),
        _case(0.2, "held", abstained=True, tags=("refund",)),
        _case(0.9, "unused", channel="chat"), _case(0.9, "", channel="phone"),
        _case(0.2, "rejected", abstained=True, channel="phone"),
    ]  # fmt: skip
    lamp, refund, chat = confidence.rates(history)
    assert (lamp.topic, lamp.offered, lamp.accepted, lamp.rejected) == ("lamp", 3, 2, 1)
    assert (lamp.abstained, lamp.right, lamp.missed) == (1, 0, 1)
    assert (refund.topic, refund.abstained, refund.right, refund.missed) == ("refund", 2, 1, 0)
    assert (chat.topic, chat.offered, chat.accepted) == ("chat", 1, 0)
