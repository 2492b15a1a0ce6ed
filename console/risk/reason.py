"""Why a customer may leave, and how likely it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from console.risk.evidence import Signal

FLAGGED = 0.5


@dataclass(frozen=True)
class Reason:
    """A signal, what it adds in log-odds, and the words that show it, with where and when they were said.

    The words are an exact part of a customer's turn, of up to 160 characters, or "" for what no words show.
    """

    signal: Signal
    quote: str
    points: float = 0.0
    ticket: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Risk:
    """`at_risk` from 0 to 1; `points` is the same in log-odds, before a desk's own calibration.

    `reasons` raise it and `reliefs` lower it, the weightiest first.
    """

    at_risk: float
    reasons: tuple[Reason, ...] = ()
    reliefs: tuple[Reason, ...] = ()
    points: float = 0.0


def flag(risk: Risk, cut: float = FLAGGED) -> bool:
    """Whether someone should look after this customer now."""
    return risk.at_risk >= cut


def told(reason: Reason) -> Mapping[str, str | float]:
    """A reason as plain JSON."""
    at = reason.at.isoformat() if reason.at else ""
    points = round(reason.points, 2)
    return {"signal": reason.signal, "quote": reason.quote, "points": points, "ticket": reason.ticket, "at": at}
