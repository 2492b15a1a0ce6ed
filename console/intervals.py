"""How sure a figure is: intervals for shares and means, and what a count of failures says of their true rate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_Z = 1.959964  # of 95 %
_DRAWS = 2000


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval, from `cases` cases; NaN everywhere where there are none."""

    value: float
    low: float
    high: float
    cases: int

    @property
    def known(self) -> bool:
        """Whether there was anything to measure."""
        return self.cases > 0


NOTHING = Figure(math.nan, math.nan, math.nan, 0)


def share(hits: int, of: int) -> Figure:
    """A share with its Wilson interval (Wilson 1927)."""
    if not of:
        return NOTHING
    p, z2 = hits / of, _Z * _Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    return Figure(p, max(middle - half, 0.0), min(middle + half, 1.0), of)


def difference(one: tuple[int, int], other: tuple[int, int]) -> Figure:
    """How much larger the first share is than the second, each (hits, of); from -1 to 1.

    The interval is built from both shares' Wilson intervals (Newcombe 1998, method 10 for independent proportions).
    """
    a, b = share(*one), share(*other)
    if not (a.known and b.known):
        return NOTHING
    value = a.value - b.value
    below = math.hypot(a.value - a.low, b.high - b.value)
    above = math.hypot(a.high - a.value, b.value - b.low)
    return Figure(value, value - below, value + above, a.cases + b.cases)


def mean(numbers: Sequence[float]) -> Figure:
    """A mean with its bootstrap interval: 2.5 % to 97.5 % of the means of 2,000 drawings (Efron 1979).

    The same numbers give the same interval; that of one number is the number.
    """
    if not numbers:
        return NOTHING
    known = np.asarray(numbers, np.float64)
    drawn = np.random.default_rng(0).integers(0, len(known), (_DRAWS, len(known)))
    low, high = np.percentile(known[drawn].mean(axis=1), (2.5, 97.5))
    return Figure(float(known.mean()), float(low), float(high), len(known))


def chance(of: int, failed: int, rate: float) -> float:
    """The probability of at most `failed` failures among `of` cases when the true rate is `rate`: exact binomial."""
    if failed >= of:
        return 1.0
    logs = (math.log(rate), math.log1p(-rate)) if 0.0 < rate < 1.0 else None
    if logs is None:
        return 1.0 if rate <= 0.0 else 0.0
    whole = math.lgamma(of + 1)
    terms = (
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * logs[0] + (of - k) * logs[1])
        for k in range(failed + 1)
    )
    return min(sum(terms), 1.0)


def at_most(of: int, failed: int, delta: float) -> float:
    """The rate that the true one does not exceed with probability 1 - `delta` (Clopper and Pearson 1934)."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(of, failed, middle) > delta else (low, middle)
    return high
