"""A customer's turn as it was heard: how content, how dissatisfied, and what its sentences tell."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from console import mood
from console.risk.ear import Ear, Sentence
from console.risk.history import History, Said
from console.risk.words import words

QUOTE = 160  # characters, at most
_WORDED = 4  # letters that a sentence needs to be worth quoting, beside placeholders and signs
_FILLING = re.compile(r"<[A-Z]+_\d+>|[\W\d_]")
_TROUBLE = ("leaving", "threat", "promise", "repeat", "waiting", "bot", "unhappy")
_FINE = ("staying", "glad", "other")
# Which signals of a mood count beside the sentences'. That of leaving does not: it took precision away.
_OF_MOODS: Mapping[str, mood.Signal] = {
    "threat": "threat", "anger": "anger", "promise": "broken_promise", "repeat": "repeat",
}  # fmt: skip
_ELSEWHERE = 0.6  # of a feeling that does not count, where it is toward a courier or the weather


@dataclass(frozen=True)
class Spoken:
    """A customer's turn as it was heard, in the conversation at `place`."""

    said: Said
    place: int  # of its conversation
    ticket: str
    sentences: tuple[Sentence, ...]

    @property
    def after(self) -> float:
        """How dissatisfied the customer is now; less where it is about somebody else."""
        felt = self.said.mood or mood.CALM
        level = felt.dissatisfied if self.said.after is None else self.said.after
        elsewhere = max(float(words().elsewhere(self.said.text)), felt.elsewhere)
        return level * (1 - _ELSEWHERE * elsewhere)

    @property
    def good(self) -> float:
        """How content they are, from 0 to 1, less what else they say."""
        felt = self.said.mood or mood.CALM
        glad = max(self.most("glad"), felt.score if felt.label == "positive" else 0.0)
        return max(0.0, glad - max(self.most("unhappy"), self.most("threat"), self.most("promise")))

    @property
    def stays(self) -> float:
        """How much they mean to stay, from 0 to 1."""
        return self.most("staying") * (1 - self.most("leaving"))

    @property
    def leans(self) -> list[float]:
        """Of each sentence, the log-odds that it speaks of trouble or of leaving."""
        return [_lean(one.told) for one in self.sentences]

    def most(self, name: str) -> float:
        """The strongest that any of its sentences says `name`, or that the mood of the whole does."""
        signal = _OF_MOODS.get(name)
        felt = self.said.mood.signals.get(signal, 0.0) if self.said.mood and signal else 0.0
        return max([felt, *(one.told.get(name, 0.0) for one in self.sentences)])

    def quote(self, name: str = "") -> str:
        """The sentence that says `name` most, of those that say it alike the most troubled; of a long one a part."""
        if not self.sentences:
            return ""
        worded = [
            one for one in self.sentences if len(_FILLING.sub("", self.said.text[one.start : one.end])) >= _WORDED
        ]
        ranked = reversed(worded or self.sentences)  # of equals the later
        return self.cut(max(ranked, key=lambda one: (round(one.told.get(name, 0.0), 1), _lean(one.told))), name)

    def cut(self, sentence: Sentence, name: str = "") -> str:
        """One of its sentences; of a long one the part around the words that say `name`."""
        start, end = sentence.start, sentence.end
        if end - start > QUOTE:
            at = words().place(self.said.text[start:end], name)
            start += max(0, min(at - QUOTE // 3, end - start - QUOTE))
        return self.said.text[start : min(end, start + QUOTE)].strip()


def spoken_in(history: History, ear: Ear) -> list[Spoken]:
    """The customer's turns of all conversations, in order."""
    said = [
        (turn, place, talk.id)
        for place, talk in enumerate(history.conversations)
        for turn in talk.turns
        if turn.role == "customer" and turn.text.strip()
    ]
    heard = ear.hear([turn.text for turn, _, _ in said])
    return [Spoken(turn, place, id, found) for (turn, place, id), found in zip(said, heard, strict=True)]


def chance(points: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-points))


def _lean(told: Mapping[str, float]) -> float:
    bad = sum(told.get(name, 0.0) for name in _TROUBLE)
    fine = sum(told.get(name, 0.0) for name in _FINE) if "other" in told else max(1 - bad, 0.0)
    return math.log((bad + 0.01) / (fine + 0.01))
