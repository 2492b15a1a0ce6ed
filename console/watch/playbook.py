"""What can be done for a customer who may leave, and what fits best: rules that a person can check, no model.

Which steps answer which signal stands in playbook.toml.
"""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Step = Literal["call", "message", "escalate", "goodwill", "fix"]
STEPS: tuple[Step, ...] = get_args(Step)
TITLES: dict[Step, str] = {
    "call": "Call", "message": "Personal message", "escalate": "Escalate", "goodwill": "Goodwill offer",
    "fix": "Fix the cause",
}  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """A step, and why: the signal it answers, and a sentence (the console's words, in English)."""

    step: Step
    signal: str
    why: str


def suggest(reasons: Sequence[dict[str, Any]], *, phone: bool, done: Collection[str] = ()) -> Suggestion | None:
    """The step that answers the strongest signals best and is not done yet; None once nothing is left to suggest.

    `reasons` are {"signal", ...}, the strongest first; calling needs a telephone number.
    """
    known = _answers()
    for signal in [*(one.get("signal", "") for one in reasons), "any"]:
        for step, why in known.get(signal, {}).items():
            if step not in done and (phone or step != "call"):
                return Suggestion(step, signal, why)  # type: ignore[arg-type]
    return None


@cache
def _answers() -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return told
