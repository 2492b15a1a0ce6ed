"""How likely a draft is right, and from which likelihood on it is offered: learnt from what agents did with drafts."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Literal

import numpy as np
from sqlalchemy import Connection

from console import intervals
from console.evidence import Fact
from ingest.store import drafts
from ingest.store.drafts import Judged

Why = Literal["few", "shipped", "own", "strict"]

ALPHA = 0.15  # of the drafts offered, as many may be wrong
DELTA = 0.1  # the risk that more are
START = 30  # cases that the strictest threshold to be tested needs
STEPS = 40  # thresholds tested at most
ENOUGH = 200  # own cases from which on the shipped ones do not count any more
WORTH = 100.0  # own cases that all shipped ones count as in the beginning
ISOTONIC = 300.0  # cases from which on the curve may have any rising shape
POINTS = Path(__file__).with_name("confidence.json")
WRONG, RIGHT = ("rejected", "rewritten"), ("sent", "touched")  # outcomes of drafts that were offered
_Case = tuple[float, bool, float]  # confidence, whether it was wrong, weight


@dataclass(frozen=True)
class Trust:
    """A draft is offered from the confidence `least` on.

    Of the desk's own `cases` from there on, `wrong` were; with probability 1 - DELTA at most the share `bound` is.
    `holds` where the own cases alone show that at most ALPHA are wrong. `why` tells where `least` comes from: `few`
    cases, so that it is the default; `shipped` cases helped; the desk's `own` alone; or the `strict`est, as none keeps
    the bound.
    """

    least: float = 0.5
    bound: float | None = None
    cases: int = 0
    wrong: int = 0
    holds: bool = False
    why: Why = "few"
    curve: tuple[tuple[float, float], ...] = ()

    def likely(self, confidence: float) -> float:
        """The probability that a draft of this confidence is right; the confidence itself where nothing was learnt."""
        if not self.curve:
            return confidence
        return float(np.interp(confidence, [raw for raw, _ in self.curve], [found for _, found in self.curve]))


SHIPPED = Trust()


@dataclass(frozen=True)
class TopicRates:
    """What became of drafts about one topic: offered ones, and abstentions where the agent then answered.

    `right` abstentions: the agent wrote an answer of their own. `missed`: it stood in a source that was at hand.
    """

    topic: str
    offered: int
    accepted: int
    rejected: int
    abstained: int
    right: int
    missed: int


def of(offered: Sequence[Fact], question: int) -> float:
    """How likely one of the facts answers this question (its place among those asked), 0 to 1."""
    return max((fact.scores[question] for fact in offered), default=0.0)


def current(db: Connection) -> Trust:
    """What this desk's history teaches today."""
    return learn(drafts.history(db), shipped())


def shipped(path: Path = POINTS) -> list[tuple[float, bool]]:
    """The points that Kizuna ships, (confidence, whether it was right), from `[[0.93, 1], ...]`; none without them."""
    if not path.is_file():
        return []
    return [(float(confidence), bool(right)) for confidence, right in json.loads(path.read_text("utf-8"))]


def learn(history: Sequence[Judged], known: Sequence[tuple[float, bool]] = (), *, curve: bool = True) -> Trust:
    """The lowest threshold from which at most ALPHA of the drafts are wrong, with probability 1 - DELTA.

    Wrong is a draft that was rejected or more than half rewritten, and an abstention after which the agent wrote what
    no source at hand says; so what lies under today's threshold is learnt from as well. Thresholds are tested from the
    strictest down and the first that fails ends it (Learn then Test, fixed sequence: Angelopoulos et al. 2021), by the
    exact binomial p-value of the cases from the threshold on. The order is fixed by the confidences alone, never by
    what was wrong. The bound is for cases like those of the past, and for one look at them.

    Shipped points count as WORTH own cases in the beginning and less with each own case, until there are ENOUGH; then
    they are left out. They may set the threshold, but `holds` speaks of own cases alone. Without `curve` none is
    fitted, which is faster.
    """
    own: list[_Case] = [(one.confidence, wrong, 1.0) for one in history if (wrong := _wrong(one)) is not None]
    weight = max(1 - len(own) / ENOUGH, 0.0) * min(WORTH / max(len(known), 1), 1.0)
    mixed = own + [(confidence, not right, weight) for confidence, right in known if weight > 0]
    found = _trust(own, mixed)
    return replace(found, curve=_curve(mixed)) if curve else found


def _wrong(one: Judged) -> bool | None:
    """Whether a draft was wrong, or would have been; None where nobody said."""
    known = (
        {"written": True, "missed": False}
        if one.abstained
        else dict.fromkeys(WRONG, True) | dict.fromkeys(RIGHT, False)
    )
    return known.get(one.outcome)


def _trust(own: list[_Case], mixed: list[_Case]) -> Trust:
    least, why = _least(own, mixed)
    there = [case for case in own if case[0] >= least]
    wrong, proven = sum(case[1] for case in there), _lowest(own)
    bound = intervals.at_most(len(there), wrong, DELTA) if there else None
    holds = why != "strict" and proven is not None and proven <= least
    return Trust(least, bound, len(there), wrong, holds, why)


def _least(own: list[_Case], mixed: list[_Case]) -> tuple[float, Why]:
    if _sum(mixed) < START:
        return SHIPPED.least, "few"
    least = _lowest(mixed)
    if least is None:
        return max(next(_sequence(mixed)), SHIPPED.least), "strict"
    return least, "shipped" if len(mixed) > len(own) else "own"


def _lowest(cases: list[_Case]) -> float | None:
    """The last threshold of the sequence before the first that fails; None where even the strictest does."""
    found = None
    for least in _sequence(cases):
        there = [case for case in cases if case[0] >= least]
        count, wrong = math.floor(_sum(there)), math.ceil(_sum([case for case in there if case[1]]))
        if intervals.chance(count, wrong, ALPHA) > DELTA:
            break
        found = least
    return found


def _sequence(cases: list[_Case]) -> Iterator[float]:
    """Thresholds from the strictest that has START cases down to where no case is left below.

    A threshold lies midway between two confidences that were seen; the last is not above the default, as what is
    offered from there on is what was seen.
    """
    seen = sorted({case[0] for case in cases}, reverse=True)
    counted = defaultdict[float, float](float)
    for confidence, _, weight in cases:
        counted[confidence] += weight
    whole, told, said = _sum(cases), 0.0, 0.0
    for confidence, below in zip_longest(seen, seen[1:]):
        told = round(told + counted[confidence], 6)
        if told >= START and (below is None or said == 0.0 or told - said >= (whole - START) / STEPS):
            said = told
            yield (confidence + below) / 2 if below is not None else min(confidence, SHIPPED.least)


def _sum(cases: list[_Case]) -> float:
    return round(sum(case[2] for case in cases), 6)


def _curve(cases: list[_Case]) -> tuple[tuple[float, float], ...]:
    """Confidence to the probability of being right: Platt's logistic curve, an isotonic one where there are many cases.

    (Platt 1999, Zadrozny and Elkan 2002.) Empty where there is too little to learn from.
    """
    if _sum(cases) < START or len({wrong for _, wrong, _ in cases}) < 2:
        return ()
    raw, weight = np.array([case[0] for case in cases]), np.array([case[2] for case in cases])
    right = np.array([0.0 if case[1] else 1.0 for case in cases])
    grid = np.linspace(0.0, 1.0, 21)
    if weight.sum() >= ISOTONIC:
        from sklearn.isotonic import IsotonicRegression

        fitted = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip").fit(raw, right, weight).predict(grid)
    else:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=10.0).fit(raw[:, None], right, weight)
        if model.coef_[0, 0] <= 0:  # the sure ones were no better: only their average is known
            return ((0.0, round(float(right @ weight / weight.sum()), 4)),)
        fitted = model.predict_proba(grid[:, None])[:, 1]
    return tuple((round(float(x), 2), round(float(y), 4)) for x, y in zip(grid, fitted, strict=True))


def rates(history: Sequence[Judged]) -> list[TopicRates]:
    """What became of drafts by topic: a ticket's product, else its tag that most tickets bear, else its channel."""
    tags = Counter(tag for one in history for tag in one.tags)
    groups: dict[str, Counter[str]] = {}
    for one in (one for one in history if not (one.abstained and one.outcome in WRONG)):
        topic = one.product or max(one.tags, key=lambda tag: (tags[tag], tag), default="") or one.channel
        groups.setdefault(topic, Counter())[one.outcome] += 1
    found = [
        TopicRates(
            topic,
            sum(told[name] for name in ("sent", "touched", "rewritten", "rejected", "unused")),
            told["sent"] + told["touched"],
            told["rewritten"] + told["rejected"],
            told["written"] + told["missed"] + told["held"],
            told["written"],
            told["missed"],
        )
        for topic, told in groups.items()
    ]
    return sorted((one for one in found if one.offered + one.abstained), key=lambda one: -(one.offered + one.abstained))
