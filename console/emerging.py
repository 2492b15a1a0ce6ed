"""Which topics come in faster than they should, by their own baseline, and how sure that is: a new fault, an outage.

What is counted is conversations by topic and hour; which of them belong to a topic is for others to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.float64]

WINDOWS = (1, 3, 24)  # hours that are looked at together, each ending with the present one
FALSE_ALARMS = 0.1  # at most so many are expected in a year, over all topics, hours and windows
LEARNT = 7 * 24  # hours of history, without which nothing is said: a week has all its hours once
LEAST = 4  # conversations; fewer are no burst whatever was expected
EXAMPLES = 5
_YEAR = 365.25 * 24
_WEEK = 168
_SHAPE = 0.5  # of the Gamma distribution that the rates of topics are drawn from
_SMOOTH = 12.0  # conversations that each hour of the day, and of the week, is known by beforehand
_MEMORY = 28 * 24  # hours after which a count says half as much of today's rate
_DAY = 24


@dataclass(frozen=True)
class Alert:
    """A topic in a burst: `count` conversations in the last `hours`, where `expected` were to come.

    `probability` is that of so many or more at the expected rate; `rate` and `usual` are conversations an hour.
    """

    topic: str
    count: int
    expected: float
    hours: int
    probability: float
    since: datetime
    new: bool
    examples: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Conversations an hour now."""
        return self.count / self.hours

    @property
    def usual(self) -> float:
        """Conversations an hour at other times like this."""
        return self.expected / self.hours


def find(arrived: Mapping[str, Sequence[tuple[datetime, str]]], now: datetime, began: datetime) -> list[Alert]:
    """The topics that are in a burst `now`, the surest first, each with the ids of its newest conversations.

    `arrived` gives for each topic when its conversations began, with their ids, in any order; `began` is from when on
    all are known. Topics that have come up only now count as new. Times have a zone. See `watch` for how sure it is.
    """
    began, hour = _hour(began), _hour(now)
    hours = int((hour - began).total_seconds() // 3600) + 1
    topics = sorted(arrived)
    counts = np.zeros((len(topics), max(hours, 0)))
    for row, topic in enumerate(topics):
        for at, _ in arrived[topic]:
            place = int((_hour(at) - began).total_seconds() // 3600)
            if 0 <= place < hours:
                counts[row, place] += 1
    alerts = watch(counts, topics, began)
    return [_with_examples(alert, arrived[alert.topic]) for alert in alerts]


def watch(counts: "Counts", topics: Sequence[str], began: datetime) -> list[Alert]:
    """The topics in a burst in the last hour of `counts` (topics, hours), whose first hour began at `began` (UTC).

    A topic's counts are Poisson with a rate of its own, which follows the rhythm of all topics over the hours of the
    week and grows with them all when the last day was busier than it should have been; what is not known of the rate is
    a Gamma distribution, so that what is to come is negative binomial and its tail a p-value (Heard, Weston, Platanioti
    and Hand 2010, Bayesian anomaly detection methods for social networks). A topic less than a day old has the rate at
    which all such young topics together come in. Rates are more uncertain by what past days varied (as in Noufaily et
    al. 2013, An improved algorithm for outbreak detection).

    The last hour is held against all that was to come in it, even while it goes on: its count only grows, so looking
    often costs nothing. One p-value a topic, window and hour is left, and each may be as small as FALSE_ALARMS by their
    number in a year (Bonferroni 1936, which holds however they depend on each other). So false alarms stay below
    FALSE_ALARMS a year as far as the model holds.
    """
    if not counts.size or counts.shape[1] < LEARNT + max(WINDOWS):
        return []
    expected, shape, new = _expected(counts, began)
    limit = FALSE_ALARMS / (_YEAR * len(WINDOWS) * max(len(topics), 1))
    best: dict[int, Alert] = {}
    for place, hours in enumerate(WINDOWS):
        recent = counts[:, -hours:].sum(axis=1)
        chance = _tail(recent, expected[place], shape)
        for row in np.flatnonzero((chance <= limit) & (recent >= LEAST)).tolist():
            if row not in best or chance[row] < best[row].probability:
                since = began + timedelta(hours=counts.shape[1] - hours)
                best[row] = Alert(
                    topics[row], int(recent[row]), float(expected[place][row]), hours, float(chance[row]), since,
                    bool(new[row]),
                )  # fmt: skip
    return sorted(best.values(), key=lambda alert: (alert.probability, alert.topic))


def _expected(counts: "Counts", began: datetime) -> tuple[list["Counts"], "Counts", "NDArray[np.bool_]"]:
    """How many conversations were to come in each window, the shape of how unsure that is, and which topics are new."""
    total = counts.shape[1]
    past = counts[:, : total - max(WINDOWS)]
    first = _first_week_hour(began)
    rhythm = _rhythm(past.sum(axis=0), first)
    weight = 0.5 ** (np.arange(past.shape[1])[::-1] / _MEMORY)
    exposure = float((rhythm[(first + np.arange(past.shape[1])) % _WEEK] * weight).sum())
    seen = past @ weight
    new = past.sum(axis=1) == 0
    young, young_hours = _young(counts)
    prior = _SHAPE / max(float(seen.sum()) / max(exposure, 1.0) / max(len(counts), 1), 1e-3)  # hours
    rates = (_SHAPE + seen) / (prior + exposure)
    rates = np.where(new, np.maximum((_SHAPE + young) / (prior + young_hours), rates), rates)
    shapes = np.where(new, _SHAPE + young, _SHAPE + seen)
    shapes = 1 / (1 / shapes + _spread(past, rhythm, first, rates))
    busy = _busy(counts, rhythm, first, rates)
    spans = [rhythm[(first + np.arange(total - hours, total)) % _WEEK].sum() for hours in WINDOWS]
    return [rates * float(span) * busy for span in spans], shapes, new


def _rhythm(whole: "Counts", first: int) -> "Counts":
    """How many conversations each hour of the week has, relative to the mean: (168,), never 0.

    The hour of the day is known by few conversations; how a day of the week differs needs more.
    """
    places = (first + np.arange(len(whole))) % _WEEK
    mean = max(float(whole.mean()), 1e-9)
    by_hour = _share(whole, places % 24, 24, np.ones(24), mean)
    weekend = _share(whole, (places // 24 >= 5).astype(int) * 24 + places % 24, 48, np.tile(by_hour, 2), mean)
    days = np.concatenate([np.tile(weekend[:24], 5), np.tile(weekend[24:], 2)])
    made = _share(whole, places, _WEEK, days, mean)
    return np.maximum(made, 0.02)


def _share(whole: "Counts", places: "NDArray[np.int_]", size: int, before: "Counts", mean: float) -> "Counts":
    """Means of the hours at each place relative to `mean`, drawn towards what was known `before`."""
    came = np.bincount(places, whole, size)
    expected = np.bincount(places, minlength=size) * mean
    found: Counts = (came + _SMOOTH * before) / (expected + _SMOOTH)
    return found


def _young(counts: "Counts") -> tuple[float, float]:
    """How many conversations fell to topics in their first day, and in how many hours that can be said of."""
    total = counts.shape[1]
    watched = total - 2 * _DAY  # whatever comes in the first day looks young, and the last is what is judged
    came = 0.0
    for row in counts:
        begun = np.flatnonzero(row)
        if begun.size and _DAY <= begun[0] < total - _DAY:
            came += float(row[begun[0] : begun[0] + _DAY].sum())
    return came, float(watched)


def _spread(past: "Counts", rhythm: "Counts", first: int, rates: "Counts") -> float:
    """How much the days of one topic vary beyond Poisson, as the square of a share: between .01 and .25."""
    days = past.shape[1] // _DAY
    used = past[:, -days * _DAY :]
    start = first + past.shape[1] - days * _DAY
    span = rhythm[(start + np.arange(days * _DAY)) % _WEEK].reshape(days, _DAY).sum(axis=1)
    came, due = used.reshape(len(past), days, _DAY).sum(axis=2), rates[:, None] * span
    extra = np.minimum((came - due) ** 2, 9 * (due + 0.25 * due**2)) - due  # a burst of the past is no usual day
    return float(np.clip(extra.sum() / max(float((due**2).sum()), 1e-9), 0.01, 0.25))


def _busy(counts: "Counts", rhythm: "Counts", first: int, rates: "Counts") -> "Counts":
    """How much busier the last whole day was than it should have been with all other topics: 1 or more, (topics,)."""
    total = counts.shape[1]
    places = np.arange(total - 1 - _DAY, total - 1)
    came = counts[:, places].sum(axis=1)
    due = rates * float(rhythm[(first + places) % _WEEK].sum())
    others_came, others_due = came.sum() - came, due.sum() - due
    found: Counts = np.clip((others_came + _SMOOTH) / (others_due + _SMOOTH), 1.0, 5.0)
    return found


def _tail(count: "Counts", mean: "Counts", shape: "Counts") -> "Counts":
    """The probability of `count` or more when the mean is Gamma distributed with this mean and shape."""
    from scipy.special import betainc

    mean = np.maximum(mean, 1e-12)
    found: Counts = np.where(count > 0, betainc(np.maximum(count, 1), shape, mean / (mean + shape)), 1.0)
    return found


def _first_week_hour(began: datetime) -> int:
    return began.weekday() * 24 + began.hour


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _with_examples(alert: Alert, arrived: Sequence[tuple[datetime, str]]) -> Alert:
    newest = [id for at, id in sorted(arrived, reverse=True) if at.astimezone(UTC) >= alert.since][:EXAMPLES]
    return replace(alert, examples=tuple(newest))
