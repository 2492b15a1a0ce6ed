"""What all sentences of a history tell together: how strong and how usual each meaning is, and how the whole reads.

Signals listen for the strongest sentence and for what was said after it; here nothing is picked, so that a departure
told in plain facts is heard as well. Both together tell authors' histories apart that neither does (docs/risk.md).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from console.risk.ear import DOUBT, Ear, Sentence
from console.risk.evidence import Evidence, Signal
from console.risk.history import History
from console.risk.spoken import Spoken

Floats = NDArray[np.float64]
SIGNALS: Mapping[str, Signal] = {
    "leaving": "leaving", "threat": "threat", "promise": "promise", "repeat": "repeat", "waiting": "waiting",
    "bot": "bot", "unhappy": "mood", "staying": "staying", "glad": "well",
}  # fmt: skip
SCOPES = ("most", "mean", "late", "late mean", "last")  # in all conversations, the last one, the last turn
PARTS = tuple(f"{name}, {scope}" for name in SIGNALS for scope in SCOPES)
_LAST, _LONGEST = 3, 1500  # turns, and characters of them, that are read as one text
_Placed = tuple[Spoken, Sentence]


def evidence(history: History, spoken: Sequence[Spoken], ear: Ear) -> Iterator[Evidence]:
    """Every meaning in every scope with its loudest sentence, and how the whole reads; nothing where only words are
    heard.
    """
    if ear.head is None:
        return
    scopes = _scopes(spoken)
    for name, signal in SIGNALS.items():
        for scope, (told, pooled) in scopes.items():
            best = max(told, key=lambda one: one[1].meant[name])
            amount = pooled([one.meant[name] for _, one in told])
            firm = best[1].meant[name] >= DOUBT  # a doubt is no reason: it only colours the whole
            yield _quoted(signal if firm else "whole", amount, best, f"{name}, {scope}")
    yield _whole(history, spoken, ear)


def _scopes(spoken: Sequence[Spoken]) -> dict[str, tuple[list[_Placed], Callable[[Sequence[float]], float]]]:
    """Of each of SCOPES the sentences that are read together, and how."""
    every = _sentences(spoken)
    late = _sentences([one for one in spoken if one.place == spoken[-1].place]) or every
    last = _sentences(spoken[-1:]) or late
    pools = ((every, max), (every, _mean), (late, max), (late, _mean), (last, max))
    return dict(zip(SCOPES, pools, strict=True))


def _sentences(spoken: Sequence[Spoken]) -> list[_Placed]:
    return [(turn, one) for turn in spoken for one in turn.sentences]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _quoted(signal: Signal, amount: float, best: _Placed, part: str) -> Evidence:
    turn, sentence = best
    return Evidence(signal, amount, turn.cut(sentence), turn.ticket, turn.said.at, part)


def _whole(history: History, spoken: Sequence[Spoken], ear: Ear) -> Evidence:
    """How the whole reads, in log-odds; its quote is the sentence of the last conversation that reads worst."""
    assert ear.head is not None
    amount = float((texts(history, spoken, ear) * ear.head.tenor).sum()) - ear.head.usual
    late = _sentences([one for one in spoken if one.place == spoken[-1].place]) or _sentences(spoken)
    reads = ear.vectors([turn.said.text[one.start : one.end] for turn, one in late]) @ ear.head.tenor[0]
    return _quoted("whole", amount, late[int(reads.argmax())], "whole")


def texts(history: History, spoken: Sequence[Spoken], ear: Ear) -> Floats:
    """Vectors (4, dimensions): the mean sentence of the last conversation and of the last turn, the last turns as
    one text, and the subjects.
    """
    late = _sentences([one for one in spoken if one.place == spoken[-1].place]) or _sentences(spoken)
    last = _sentences(spoken[-1:]) or late
    turns = " ".join(turn.said.text for turn in spoken[-_LAST:])[:_LONGEST]
    subjects = " / ".join(talk.subject for talk in history.conversations)[:_LONGEST]
    said = [[turn.said.text[one.start : one.end] for turn, one in some] for some in (late, last)]
    means = [ear.vectors(some).mean(axis=0) for some in said]
    return np.array([*means, *ear.vectors([turns, subjects])], dtype=np.float64)
