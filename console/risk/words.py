"""The words that customers use before they leave, and those that take it back: words.toml, compiled."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Signal = Literal["leaving", "threat", "promise", "repeat", "waiting", "bot", "anger", "staying"]
_ELSEWHERE = 0.4  # of its strength, where a courier or the weather is to blame
_ASKED = 0.3  # of its strength, where somebody asks how it is done


@dataclass(frozen=True)
class Sign:
    """Words that give a signal away with a strength from 0 to 1, unless others stand in the same sentence."""

    signal: Signal
    strength: float
    words: re.Pattern[str]
    unless: re.Pattern[str] | None
    asked: bool = False  # counts in a question too


@dataclass(frozen=True)
class Words:
    """What is listened for."""

    asks: re.Pattern[str]
    others: re.Pattern[str]
    us: re.Pattern[str]
    patient: re.Pattern[str]
    others_leave: re.Pattern[str]
    misrated: re.Pattern[str]
    expects: re.Pattern[str]
    signs: tuple[Sign, ...]

    def heard(self, sentence: str) -> Mapping[str, float]:
        """The signals in one sentence, each from above 0 to 1."""
        found: dict[str, float] = {}
        for sign in self.signs:
            if sign.words.search(sentence) and not (sign.unless and sign.unless.search(sentence)):
                found[sign.signal] = max(found.get(sign.signal, 0.0), sign.strength * self._share(sign, sentence))
        return found

    def elsewhere(self, text: str) -> bool:
        """Whether the talk is of couriers or the weather, and not of the company."""
        return bool(self.others.search(text)) and not self.us.search(text)

    def place(self, sentence: str, signal: str) -> int:
        """Where in a sentence the words of a signal stand; 0 where there are none."""
        found = (sign.words.search(sentence) for sign in self.signs if sign.signal == signal)
        return next((match.start() for match in found if match), 0)

    def _share(self, sign: Sign, sentence: str) -> float:
        if sign.signal in ("leaving", "threat"):
            return _ASKED if not sign.asked and self.asks.search(sentence) else 1.0
        return _ELSEWHERE if sign.signal == "anger" and self.elsewhere(sentence) else 1.0


@cache
def words() -> Words:
    """The words that ship with Kizuna."""
    told: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    signs = tuple(
        Sign(
            one["signal"],
            one["strength"],
            _any(one["words"]),
            _any(one["unless"]) if "unless" in one else None,
            one.get("asked", False),
        )
        for one in told["signs"]
    )
    names = ("asks", "others", "us", "patient", "others_leave", "misrated", "expects")
    return Words(**{name: _any(told[name]) for name in names}, signs=signs)


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)
