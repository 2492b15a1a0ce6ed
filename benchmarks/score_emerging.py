"""Score what finds bursts of topics, on simulated desks: 100 topics from rare to common over the hours of the week.

`python benchmarks/score_emerging.py` prints false alarms in 20 runs of 30 days without any burst, on traffic that is
Poisson and on traffic whose days vary more, then how many bursts are found, how soon, by their size and by whether the
topic is old or new. `--runs` and `--days` change the numbers.
"""

import argparse
from collections import Counter
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from console import emerging

TOPICS, BEFORE = 100, 28  # days of history before the first day that is watched
BEGAN = datetime(2026, 6, 1, tzinfo=UTC)  # a Monday
Counts = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--days", type=int, default=30)
    chosen = parser.parse_args()
    for name, varied, fresh in (("poisson", 0.0, 0.0), ("days vary", 0.2, 0.0), ("days vary, new topics", 0.2, 0.5)):
        alarms = [_alarms(run, chosen.days, varied, fresh) for run in range(chosen.runs)]
        print(f"{name}: {sum(map(len, alarms))} false alarms in {chosen.runs} runs of {chosen.days} days", end="")
        print(f" ({sum(n.hours == 1 for run in alarms for n in run)} by the hour)")
    for size, minutes in ((30, 10), (30, 180), (15, 60), (8, 60), (5, 60)):
        for kind in ("new", "rare", "middling", "common"):
            print(f"burst of {size:2} in {minutes:3} minutes, {kind:8}: " + _bursts(size, minutes, kind))


def traffic(seed: int, days: int, varied: float, fresh: float) -> Counts:
    """Counts (topics, hours): 600 conversations a weekday, few at night and at weekends; rates as Zipf has them.

    `varied` is how much days vary, all topics together and each, as a share; `fresh` how many new topics begin a day,
    each with few conversations.
    """
    rng = np.random.default_rng(seed)
    hours = np.arange(days * 24)
    day = 0.08 + np.exp(-(((hours % 24) - 10.5) ** 2) / 8) + 0.8 * np.exp(-(((hours % 24) - 15.5) ** 2) / 10)
    rhythm = day * np.where(hours // 24 % 7 < 5, 1.0, 0.35)
    share = 1 / np.arange(1, TOPICS + 1) ** 1.1
    rates = 600 * 5 / 7 * share[:, None] / share.sum() * rhythm / rhythm.mean() / 24
    if varied:
        every = rng.gamma(1 / varied**2, varied**2, days).repeat(24)
        each = rng.gamma(1 / varied**2, varied**2, (TOPICS, days)).repeat(24, axis=1)
        rates = rates * every * each
    counts = rng.poisson(rates).astype(float)
    return np.concatenate([counts, _fresh(rng, days, fresh, rhythm / rhythm.mean())])


def _fresh(rng: np.random.Generator, days: int, fresh: float, rhythm: Counts) -> Counts:
    """Topics that begin one after another, with half a conversation to two a day each."""
    made = []
    for day in np.flatnonzero(rng.random(days) < fresh):
        rate = rng.uniform(0.5, 2.0) / 24
        row = rng.poisson(rate * rhythm).astype(float)
        row[: day * 24] = 0
        made.append(row)
    return np.array(made).reshape(len(made), days * 24)


def _alarms(seed: int, days: int, varied: float, fresh: float) -> list[emerging.Alert]:
    """Alerts of one run, each topic's once a day."""
    counts = traffic(seed, BEFORE + days, varied, fresh)
    names = [str(row) for row in range(len(counts))]
    found: dict[tuple[str, int], emerging.Alert] = {}
    for end in range(BEFORE * 24 + 1, counts.shape[1] + 1):
        there = counts[:, :end].any(axis=1)
        known = [name for name, is_there in zip(names, there, strict=True) if is_there]
        for alert in emerging.watch(counts[there, :end], known, BEGAN):
            found.setdefault((alert.topic, end // 24), alert)
    return list(found.values())


def _bursts(size: int, minutes: int, kind: str, runs: int = 40) -> str:
    """How many of `runs` bursts are found, and after how many of their conversations; looked at every five minutes."""
    after: list[int] = []
    for run in range(runs):
        rng = np.random.default_rng(1000 + run)
        counts = traffic(500 + run, BEFORE + 2, 0.2, 0.2)
        start = (BEFORE * 24 + int(rng.integers(0, 24))) * 60 + int(rng.integers(0, 60))
        row = {"common": 2, "middling": 20, "rare": 90, "new": len(counts)}[kind]
        counts = np.concatenate([counts, np.zeros((1, counts.shape[1]))])
        came = np.sort(start + rng.uniform(0, minutes, size)).astype(int)
        for look in range(start + 5, start + minutes + 10, 5):
            seen = _until(counts, came, row, look, rng)
            names = [str(n) for n in range(len(seen))]
            if any(alert.topic == str(row) for alert in emerging.watch(seen, names, BEGAN)):
                after.append(int((came <= look).sum()))
                break
    sizes = Counter(after)
    middle = sorted(sizes.elements())[len(after) // 2] if after else 0
    return f"found {len(after):2} of {runs}" + (f", after {middle} conversations (median)" if after else "")


def _until(counts: Counts, burst: NDArray[np.int_], row: int, minute: int, rng: np.random.Generator) -> Counts:
    """What had come in by a minute: whole hours, and of the present one a part."""
    hour = minute // 60
    seen = counts[:, : hour + 1].copy()
    seen[:, -1] = rng.binomial(seen[:, -1].astype(int), minute % 60 / 60)
    for at in burst[burst <= minute]:
        seen[row, at // 60] += 1
    return seen


if __name__ == "__main__":
    main()
