"""From signals to a likelihood: weights that a person can read, and a calibration that a desk's outcomes move."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import OperatorError

Floats = NDArray[np.float64]
WEIGHTS = Path(__file__).with_name("weights.json")
# How sure we are of the shipped calibration before a desk has outcomes of its own: standard deviations of Platt's
# slope and offset around 1 and 0. With these, ten outcomes move a likelihood by some points and three hundred decide.
_SLOPE, _OFFSET = 0.25, 0.5
_STEPS, _NEAR = 50, 1e-9


@dataclass(frozen=True)
class Scale:
    """Log-odds of each signal, or part of one, at an amount of 1, and `bias` without any."""

    weights: Mapping[str, float]
    bias: float


@dataclass(frozen=True)
class Model:
    """What signals weigh where meaning is heard (`meant`) and by words alone; the desk's `slope` and `offset`."""

    meant: Scale
    worded: Scale
    slope: float = 1.0
    offset: float = 0.0

    @classmethod
    def open(cls, path: Path = WEIGHTS) -> "Model":
        """The model that ships with Kizuna. Raises OperatorError when its file is missing or damaged."""
        try:
            told = json.loads(path.read_text("utf-8"))
            return cls(_scale(told["meant"]), _scale(told["worded"]))
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise OperatorError(f"The risk model {path} does not open ({error!r}). Install Kizuna again.") from error

    def chance(self, points: float) -> float:
        """The likelihood of points, as this desk's outcomes bear it out."""
        return _logistic(self.slope * points + self.offset)


def _scale(told: Mapping[str, Any]) -> Scale:
    return Scale({name: float(weight) for name, weight in told["weights"].items()}, float(told["bias"]))


def recalibrate(outcomes: Sequence[tuple[float, bool]], model: Model) -> Model:
    """`model` as far as a desk's own outcomes speak for another calibration.

    `outcomes` are pairs of a risk's `points` when it was raised (not its likelihood, which an earlier calibration has
    moved) and whether the customer left or complained. Platt scaling (Platt 1999) with a Gaussian prior around the
    shipped calibration, its most probable slope and offset found by Newton's method with halved steps.
    """
    if not outcomes:
        return replace(model, slope=1.0, offset=0.0)
    points = np.array([[one, 1.0] for one, _ in outcomes])
    left = np.array([float(one) for _, one in outcomes])
    first, sure = np.array([1.0, 0.0]), np.diag([_SLOPE**-2, _OFFSET**-2])

    def loss(at: Floats) -> float:
        odds, away = points @ at, at - first
        return float((np.logaddexp(0, odds) - left * odds).sum() + away @ sure @ away / 2)

    found = first
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(points @ found, -30, 30)))
        slope = points.T @ (chances - left) + sure @ (found - first)
        bend = (points * (chances * (1 - chances))[:, None]).T @ points + sure
        step = np.linalg.solve(bend, slope)
        while loss(found - step) > loss(found) and np.abs(step).max() > _NEAR:
            step = step / 2
        found = found - step
        if np.abs(step).max() <= _NEAR:
            break
    return replace(model, slope=max(float(found[0]), 0.0), offset=float(found[1]))


def _logistic(points: float) -> float:
    return 1 / (1 + math.exp(-max(min(points, 30.0), -30.0)))
