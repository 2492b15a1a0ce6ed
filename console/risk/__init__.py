"""The risk of losing a customer: a sum of signals that a person can check, each with the customer's own words."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from console.risk.ear import Ear as Ear
from console.risk.evidence import Evidence, Signal
from console.risk.history import Conversation as Conversation
from console.risk.history import History as History
from console.risk.history import Profile as Profile
from console.risk.history import Said as Said
from console.risk.model import Model as Model
from console.risk.model import Scale
from console.risk.model import recalibrate as recalibrate
from console.risk.reason import FLAGGED as FLAGGED
from console.risk.reason import Reason as Reason
from console.risk.reason import Risk as Risk
from console.risk.reason import flag as flag
from console.risk.reason import told as told
from console.risk.signals import evidence
from console.risk.spoken import QUOTE as QUOTE
from console.risk.volume import LEAST as LEAST
from console.risk.volume import threshold as threshold

_SHOWN = 0.25  # log-odds: smaller contributions are not worth a reader's time


def weigh(history: History, ear: Ear, model: Model) -> Risk:
    """The risk that this customer leaves or complains, over all conversations."""
    scale = model.worded if ear.head is None else model.meant
    parts = [_reason(one, scale) for one in evidence(history, ear)]
    points = scale.bias + sum(one.points for one in parts)
    ranked = sorted(_by_signal(parts), key=lambda one: -abs(one.points))
    reasons = tuple(one for one in ranked if one.points >= _SHOWN)
    reliefs = tuple(one for one in ranked if one.points <= -_SHOWN)
    return Risk(model.chance(points), reasons, reliefs, points)


def _reason(one: Evidence, scale: Scale) -> Reason:
    weight = scale.weights.get(one.part or one.signal, 0.0)
    return Reason(one.signal, one.quote, weight * one.amount, one.ticket, one.at)


def _by_signal(parts: Iterable[Reason]) -> Iterator[Reason]:
    """The parts of each signal as one reason, in the words of the part that tells most of it."""
    signals: dict[Signal, list[Reason]] = {}
    for one in parts:
        signals.setdefault(one.signal, []).append(one)
    for own in signals.values():
        points = sum(one.points for one in own)
        yield replace(max(own, key=lambda one: one.points * (1 if points > 0 else -1)), points=points)
