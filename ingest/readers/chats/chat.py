"""Lines of a chat to tickets: where one conversation ends and the next begins, and who in it is the agent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingest.readers import fields
from ingest.readers.calls import speakers
from ingest.records import Direction, Message

GAP = timedelta(hours=6)
LONGEST = 5_000  # lines of one conversation
_HEARD = 200  # messages of one speaker that are looked at for working out the side


@dataclass(frozen=True)
class Line:
    """What somebody wrote; `side` is None where the source does not say whose it is."""

    speaker: str
    text: str
    at: datetime | None = None
    side: Direction | None = None
    files: tuple[str, ...] = ()


def conversations(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """A chat cut where nobody wrote for six hours, and after 5,000 lines."""
    held: list[Line] = []
    for line in lines:
        if held and (apart(held[-1].at, line.at) or len(held) == LONGEST):
            yield held
            held = []
        held.append(line)
    if held:
        yield held


def apart(one: datetime | None, other: datetime | None) -> bool:
    """Whether two lines in a row belong to different conversations; the newer one may come first."""
    return one is not None and other is not None and abs(other - one) >= GAP


@dataclass
class Sides:
    """Which side each speaker of one chat is on: as told, else worked out once and then kept.

    `agents` and `customers` are names that the source gives; `settled` what was worked out so far.
    """

    agents: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    settled: dict[str, Direction] = field(default_factory=dict)
    _labels: dict[str, Direction | None] = field(default_factory=dict, repr=False)

    def messages(self, lines: Sequence[Line]) -> tuple[tuple[Message, ...], bool]:
        """The lines as messages, and whether a side among them had to be worked out from the words."""
        guessed = self.settle(lines)
        said = (line for line in lines if line.text or line.files)
        return tuple(
            Message(self._side(one), one.text, one.at, one.speaker, attachments=one.files) for one in said
        ), guessed

    def settle(self, lines: Sequence[Line]) -> bool:
        """Work out the side of those who are new; whether any side of these lines is a guess."""
        told = {side for line in lines if (side := self._told(line))}
        bare: dict[str, list[str]] = {}
        for line in lines:
            if not self._told(line):
                bare.setdefault(_folded(line.speaker), []).append(line.text)
        new = {name: texts[:_HEARD] for name, texts in bare.items() if name not in self.settled}
        known = told | {self.settled[name] for name in bare if name in self.settled}
        sides = {"incoming", "outgoing"} & known
        if len(new) == 1 and len(sides) == 1:
            self.settled[next(iter(new))] = "outgoing" if "incoming" in sides else "incoming"
        else:
            self.settled |= speakers.sides_of(new, known)
        return len(bare) > 1 or (len(bare) == 1 and len({"incoming", "outgoing"} & told) != 1)

    def _told(self, line: Line) -> Direction | None:
        if not line.side and line.speaker not in self._labels:
            self._labels[line.speaker] = self._labelled(line.speaker)
        return line.side or self._labels[line.speaker]

    def _labelled(self, speaker: str) -> Direction | None:
        if _folded(speaker) in self.agents:
            return "outgoing"
        return "incoming" if _folded(speaker) in self.customers else fields.direction(speaker)

    def _side(self, line: Line) -> Direction:
        return self._told(line) or self.settled[_folded(line.speaker)]


def _folded(name: str) -> str:
    return name.strip().casefold()


def named(names: Iterable[str]) -> set[str]:
    """Names as `Sides` compares them."""
    return {_folded(name) for name in names if name.strip()}


def made_id(base: str, lines: Sequence[Line]) -> str:
    """An id that stays when the chat is exported again and goes on; `base` is the file's name."""
    start = lines[0]
    words = [start.text] if start.at else [line.text for line in lines]
    return fields.made_id("chat", base, str(start.at), start.speaker, *words)
