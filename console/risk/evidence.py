"""What speaks for or against a customer leaving: a signal, how strong it is, and the customer's words that show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Signal = Literal[
    "leaving", "threat", "anger", "mood", "trajectory", "promise", "repeat", "waiting", "silent", "bot", "csat",
    "tenure", "value", "staying", "well", "whole",
]  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """A signal, its amount, and the words that show it: an exact part of a customer's turn, "" where none do.

    `part` names what is weighed by itself though people know it as the same signal.
    """

    signal: Signal
    amount: float
    quote: str = ""
    ticket: str = ""
    at: datetime | None = None
    part: str = ""
