"""How a conversation goes for the customer: dissatisfaction after each of their turns, given what came before.

Small regressions on the moods of the turns so far, trained by benchmarks/train_trajectory.py: "ok" after three broken
promises is not the "ok" of somebody content.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from console.mood import Hears, Mood
from ingest.embedding import Embedding

WEIGHTS = Path(__file__).with_suffix(".json")
_SHORT = 36  # bytes: what says little by itself
_FEATURES = 12
_LINES, _LINE = 4, 300  # turns before one that are read with it, and characters of each
_BEFORE, _BEHIND = 900, 690  # bytes of them, and of the turn itself: together they surely fit into one pass
_NOW = ">>>"  # before the turn itself
_SURE = 5.0  # log-odds beyond which a mood is not more telling
Floats = NDArray[np.float64]


class Said(Protocol):
    """A turn of a conversation; `role` is `customer` for the customer's."""

    @property
    def role(self) -> str: ...
    @property
    def text(self) -> str: ...


def follow(moods: Sequence[Mood], turns: Sequence[Said]) -> list[float]:
    """Dissatisfaction after each turn of the customer, 0 to 1. `moods` are those of the customer's `turns`, in order.

    Raises ValueError where moods and turns do not pair.
    """
    found = []
    for mood, row in zip(moods, features(moods, turns), strict=True):
        *weights, bias = _weights()["alone" if mood.within is None else "behind"]
        found.append(1 / (1 + math.exp(-bias - float(row[: len(weights)] @ weights))))
    return found


def csat(moods: Sequence[Mood], turns: Sequence[Said]) -> float:
    """The satisfaction that a survey would be expected to show, 1 to 5; the middle where the customer says nothing.

    Raises ValueError where moods and turns do not pair.
    """
    after = follow(moods, turns)
    if not after:
        return 3.0
    *weights, bias = _weights()["csat"]
    return min(5.0, max(1.0, bias + float(summary(after) @ weights)))


def moods(classifier: Hears, turns: Sequence[Said], embedding: Embedding) -> list[Mood]:
    """The moods of the customer's turns, each also heard behind what was said before it. Raises as the classifier."""
    found = classifier.of([turn.text for turn in turns if turn.role == "customer"], embedding)
    told = contexts(turns)
    heard = iter(classifier.within([text for text in told if text], embedding))
    return [replace(mood, within=next(heard)) if text else mood for mood, text in zip(found, told, strict=True)]


def contexts(turns: Sequence[Said]) -> list[str]:
    """Each turn of the customer behind the turns before it, as the mood network reads them together.

    Empty for one that nothing was said before, or that is so long that it tells more by itself.
    """
    lines = [f"{'Customer' if turn.role == 'customer' else 'Agent'}: {turn.text[:_LINE]}" for turn in turns]
    found = []
    for place, turn in enumerate(turns):
        if turn.role == "customer":
            before = "\n".join(lines[max(0, place - _LINES) : place]).encode()[-_BEFORE:].decode(errors="ignore")
            alone = not before or len(turn.text.encode()) > _BEHIND
            found.append("" if alone else f"{before}\n{_NOW} {turn.text}")
    return found


def features(moods: Sequence[Mood], turns: Sequence[Said]) -> Floats:
    """What tells of dissatisfaction after each turn of the customer: (turns of the customer, features).

    The last is how it was heard behind what was said before, 0 where it was not.
    """
    said = [turn.text for turn in turns if turn.role == "customer"]
    rows: list[list[float]] = []
    before: list[float] = []
    glad = 0.0
    for mood, text in zip(moods, said, strict=True):
        unhappy, happy = _log_odds(mood.dissatisfied), mood.score if mood.label == "positive" else 0.0
        short = float(len(text.encode()) < _SHORT)
        own = [unhappy, happy, mood.signals.get("gratitude", 0.0), mood.signals.get("repeat", 0.0), short]
        last, worst, mean = (before[-1], max(before), sum(before) / len(before)) if before else (0.0, 0.0, 0.0)
        within = 0.0 if mood.within is None else _log_odds(mood.within)
        rows.append([*own, last, worst, mean, last * short, glad, float(not before), within])
        before.append(unhappy)
        glad = happy
    return np.array(rows, float).reshape(len(rows), _FEATURES)


def summary(after: "Sequence[float] | Floats") -> Floats:
    """What tells of the survey: dissatisfaction at the end, the highest, the mean and at first."""
    return np.array([after[-1], max(after), sum(after) / len(after), after[0]], float)


def _log_odds(chance: float) -> float:
    kept = min(1 - 1e-6, max(1e-6, chance))
    return min(_SURE, max(-_SURE, math.log(kept / (1 - kept))))


@cache
def _weights() -> dict[str, list[float]]:
    read: dict[str, list[float]] = json.loads(WEIGHTS.read_text("utf-8"))
    return read
