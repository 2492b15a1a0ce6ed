"""The risk of losing a customer: a sum of signals that a person can check, each with the customer's own words."""

from console.risk.ear import Ear as Ear
from console.risk.history import Conversation as Conversation
from console.risk.history import History as History
from console.risk.history import Profile as Profile
from console.risk.history import Said as Said
from console.risk.model import Model as Model
from console.risk.model import recalibrate as recalibrate
from console.risk.reason import FLAGGED as FLAGGED
from console.risk.reason import Reason as Reason
from console.risk.reason import Risk as Risk
from console.risk.reason import flag as flag
from console.risk.reason import told as told
from console.risk.signals import Evidence, evidence
from console.risk.spoken import QUOTE as QUOTE
from console.risk.volume import LEAST as LEAST
from console.risk.volume import threshold as threshold

_SHOWN = 0.25  # log-odds: smaller contributions are not worth a reader's time


def weigh(history: History, ear: Ear, model: Model) -> Risk:
    """The risk that this customer leaves or complains, over all conversations."""
    found = [_reason(one, model) for one in evidence(history, ear)]
    points = model.bias + sum(one.points for one in found)
    ranked = sorted(found, key=lambda one: -abs(one.points))
    reasons = tuple(one for one in ranked if one.points >= _SHOWN)
    reliefs = tuple(one for one in ranked if one.points <= -_SHOWN)
    return Risk(model.chance(points), reasons, reliefs, points)


def _reason(one: Evidence, model: Model) -> Reason:
    return Reason(one.signal, one.quote, model.weights.get(one.signal, 0.0) * one.amount, one.ticket, one.at)
