"""The risk of losing a customer: a sum of signals that a person can check, each with the customer's own words.

The words that we listen for are in risk.toml.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from console.mood import Mood
from ingest import passages

Signal = Literal["anger", "leaving", "threat", "repeat", "promise", "waiting", "mood"]
QUOTE = 160  # characters, at most
FLAGGED = 0.5

# In units of log-odds, set by hand: a calm question lies near .05, an unhappy tone alone below .5, a plain "I am
# leaving" above it, and a strong word together with an unhappy tone above .7.
_CALM = -3.0
_LATEST, _WORST, _WORSENING = 1.8, 1.0, 0.8
_PRIORITY = {"urgent": 0.4, "high": 0.2}
_HOURS, _WAITED = 48.0, 0.8  # so many points after so many hours without an answer
_EARLIER, _MOST_EARLIER = 0.1, 5
_ELSEWHERE = 0.4  # of the points, where a courier or the weather is to blame
_SHOWN = 0.4  # smaller contributions are not worth a reader's time


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation."""

    role: Literal["customer", "agent"]
    text: str


@dataclass(frozen=True)
class Reason:
    """Why a customer may leave: a signal and the customer's words, an exact part of a turn of up to 160 characters."""

    signal: Signal
    quote: str


@dataclass(frozen=True)
class Risk:
    """`at_risk` from 0 to 1, and the reasons, the weightiest first."""

    at_risk: float
    reasons: tuple[Reason, ...] = ()


def flag(risk: Risk) -> bool:
    """Whether someone should look after this customer now."""
    return risk.at_risk >= FLAGGED


def assess(
    turns: Sequence[Turn],
    moods: Sequence[Mood],
    *,
    priority: str = "",
    waiting_hours: float = 0.0,
    previous: int = 0,
) -> Risk:
    """The risk that this customer leaves. Only the customer's own words count.

    `moods` are those of the customer's turns, in order; `waiting_hours` is how long the last one has been without an
    answer, `previous` how many conversations there were before. Raises ValueError where moods and turns do not pair.
    """
    said = list(zip((turn.text for turn in turns if turn.role == "customer"), moods, strict=True))
    if not said:
        return Risk(0.0)
    found = _strongest(said)
    last = said[-1][0]
    # Words that say it themselves tell more than a sentence picked from an unhappy turn.
    found.append((_tone(said), Reason("mood", "" if found else _sharpest(said))))
    if waiting_hours >= 1:
        points = _WAITED * min(waiting_hours / _HOURS, 1.0)
        found.append((points, Reason("waiting", _quote(last, *_sentences(last)[-1]))))
    points = sum(weight for weight, _ in found) + _PRIORITY.get(priority, 0.0)
    points += _EARLIER * min(max(previous, 0), _MOST_EARLIER)
    shown = sorted((one for one in found if one[0] >= _SHOWN), key=lambda one: -one[0])
    reasons = dict.fromkeys(reason for _, reason in shown if reason.quote)
    return Risk(1 / (1 + math.exp(-_CALM - points)), tuple(reasons))


def _tone(said: Sequence[tuple[str, Mood]]) -> float:
    """Points for how dissatisfied the latest and the worst turn are, and for a conversation that grows worse."""
    levels = [mood.dissatisfied * (_ELSEWHERE if _third_party(text) else 1.0) for text, mood in said]
    return _LATEST * levels[-1] + _WORST * max(levels) + _WORSENING * max(0.0, levels[-1] - levels[0])


def _sharpest(said: Sequence[tuple[str, Mood]]) -> str:
    """Words of the worst turn, of two equal ones the later: its longest sentence; nothing where no turn is unhappy."""
    text, mood = max(reversed(said), key=lambda one: one[1].dissatisfied)
    if mood.dissatisfied < FLAGGED:
        return ""
    return _quote(text, *max(_sentences(text), key=lambda span: span[1] - span[0]))


def _strongest(said: Sequence[tuple[str, Mood]]) -> list[tuple[float, Reason]]:
    """The weightiest evidence of each signal, with its points."""
    best: dict[Signal, tuple[float, Reason]] = {}
    for place, (text, mood) in enumerate(said):
        fade = 1.0 if place == len(said) - 1 else _fade(said[-1][1])
        for points, reason in _evidence(text, mood):
            if points * fade > best.get(reason.signal, (0.0,))[0]:
                best[reason.signal] = (points * fade, reason)
    return list(best.values())


def _fade(last: Mood) -> float:
    """How much of what was said earlier still counts, by the mood of the latest turn."""
    return 0.3 if last.label == "positive" else 0.7 if last.dissatisfied < 0.3 else 1.0


def _evidence(text: str, mood: Mood) -> Iterator[tuple[float, Reason]]:
    for start, end in _sentences(text):
        sentence = text[start:end]
        for sign in _ear().signs:
            match = sign.words.search(sentence)
            if not match or (sign.unless and sign.unless.search(sentence)):
                continue
            points = sign.points * _discount(sign.signal, sentence, mood)
            yield points, Reason(sign.signal, _quote(text, start, end, start + match.start()))


def _discount(signal: Signal, sentence: str, mood: Mood) -> float:
    """Questions of procedure are no intent, a late courier is not us, and happy people say "again" too."""
    if signal in ("leaving", "threat"):
        return 0.25 if _ear().asks.search(sentence) else 1.0
    if mood.label == "positive":
        return 0.2
    return _ELSEWHERE if signal == "anger" and _third_party(sentence) else 1.0


def _third_party(text: str) -> bool:
    """Whether the talk is of couriers or the weather, and not of the company."""
    return bool(_ear().others.search(text)) and not _ear().us.search(text)


def _sentences(text: str) -> list[tuple[int, int]]:
    return passages.sentences(text) or [(0, 0)]


def _quote(text: str, start: int, end: int, at: int = 0) -> str:
    """A sentence, or of a long one the part around `at`."""
    if end - start > QUOTE:
        start = max(start, min(at - QUOTE // 3, end - QUOTE))
    return text[start : min(end, start + QUOTE)].strip()


@dataclass(frozen=True)
class _Sign:
    """Words that give a signal away, unless others stand in the same sentence."""

    signal: Signal
    points: float
    words: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True)
class _Ear:
    """What is listened for: risk.toml, compiled."""

    asks: re.Pattern[str]
    others: re.Pattern[str]
    us: re.Pattern[str]
    signs: tuple[_Sign, ...]


@cache
def _ear() -> _Ear:
    told: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    signs = tuple(
        _Sign(sign["signal"], sign["points"], _any(sign["words"]), _any(sign["unless"]) if "unless" in sign else None)
        for sign in told["signs"]
    )
    return _Ear(_any(told["asks"]), _any(told["others"]), _any(told["us"]), signs)


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)
