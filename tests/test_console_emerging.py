"""Bursts of topics: what is flagged, what is not, and how sure it is."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from console import emerging

BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
HOURS = 21 * 24
Arrived = dict[str, list[tuple[datetime, str]]]


def _steady(topics: int = 12, a_day: float = 6.0, seed: int = 3, hours: int = HOURS) -> NDArray[np.float64]:
    """Counts (topics, hours) with a daily rhythm and nothing else."""
    hour = np.arange(hours) % 24
    rhythm = np.where((hour > 7) & (hour < 19), 1.8, 0.2)
    return np.random.default_rng(seed).poisson(a_day / 24 * rhythm, (topics, hours)).astype(float)


def _names(counts: NDArray[np.float64]) -> list[str]:
    return [f"topic {row}" for row in range(len(counts))]


def _arrived(counts: NDArray[np.float64]) -> Arrived:
    return {
        name: [(BEGAN + timedelta(hours=hour), f"T-{name}-{hour}-{n}") for hour in range(counts.shape[1])
               for n in range(int(counts[row, hour]))]
        for row, name in enumerate(_names(counts))
    }  # fmt: skip


def test_steady_traffic_raises_no_alert() -> None:
    counts = _steady()
    for end in range(emerging.LEARNT + 24, HOURS + 1, 7):
        assert emerging.watch(counts[:, :end], _names(counts), BEGAN) == []


def test_thirty_conversations_about_a_new_fault_are_flagged_in_the_same_hour_with_examples() -> None:
    arrived = _arrived(_steady())
    now = BEGAN + timedelta(hours=HOURS, minutes=6)
    arrived["lock stays shut"] = [(now - timedelta(seconds=10 * n), f"N-{n}") for n in range(30)]
    (alert,) = emerging.find(arrived, now, BEGAN)
    assert (alert.topic, alert.count, alert.hours, alert.new) == ("lock stays shut", 30, 1, True)
    assert alert.examples == ("N-0", "N-1", "N-2", "N-3", "N-4")
    assert alert.probability < 1e-9
    assert alert.rate == 30 > 10 * alert.usual


def test_an_old_topic_is_held_against_its_own_rate() -> None:
    counts = _steady()
    counts[0] *= 40  # it always brings that many
    counts[1, -1] = 25
    (alert,) = emerging.watch(counts, _names(counts), BEGAN)
    assert (alert.topic, alert.new) == ("topic 1", False)
    assert alert.since == BEGAN + timedelta(hours=HOURS - alert.hours)


def test_a_slow_burst_shows_over_the_day() -> None:
    counts = _steady(a_day=1.0)
    counts[2, -20::2] += 3
    (alert,) = emerging.watch(counts, _names(counts), BEGAN)
    assert (alert.topic, alert.hours) == ("topic 2", 24)


def test_what_is_usual_at_noon_is_a_burst_at_night() -> None:
    counts = _steady(a_day=60.0)
    night, noon = HOURS - 24 + 3, HOURS - 24 + 12
    counts[:, night] = counts[:, noon] = np.random.default_rng(1).poisson(0.5, len(counts))
    counts[0, night] = counts[0, noon] = 9
    assert [one.topic for one in emerging.watch(counts[:, : night + 1], _names(counts), BEGAN)] == ["topic 0"]
    assert emerging.watch(counts[:, : noon + 1], _names(counts), BEGAN) == []


def test_a_busy_day_for_all_topics_is_no_burst_of_each() -> None:
    counts = _steady(topics=40, a_day=24.0)
    counts[:, -30:] *= 3
    assert len(emerging.watch(counts, _names(counts), BEGAN)) == 0


@pytest.mark.parametrize("hours", [0, 1, emerging.LEARNT])
def test_nothing_is_said_before_a_week_is_known(hours: int) -> None:
    counts = np.full((3, hours), 50.0)
    assert emerging.watch(counts, ["a", "b", "c"], BEGAN) == []
    assert emerging.find({}, BEGAN, BEGAN) == []


def test_a_few_conversations_are_never_a_burst() -> None:
    counts = np.concatenate([_steady(), np.zeros((1, HOURS))])
    counts[-1, -1] = emerging.LEAST - 1
    assert emerging.watch(counts, _names(counts), BEGAN) == []


def test_the_tail_is_that_of_the_negative_binomial() -> None:
    mean, shape = 2.0, 3.0
    p = shape / (shape + mean)
    below = sum(
        math.gamma(k + shape) / (math.gamma(shape) * math.factorial(k)) * p**shape * (1 - p) ** k for k in range(5)
    )
    (found,) = emerging._tail(np.array([5.0]), np.array([mean]), np.array([shape]))
    assert found == pytest.approx(1 - below)
    assert list(emerging._tail(np.array([0.0]), np.array([mean]), np.array([shape]))) == [1.0]
