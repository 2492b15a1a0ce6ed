"""Which side of a call is speaking: by the source's label for the speaker, else by what is said."""

import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from ingest.readers import fields
from ingest.readers.calls import cues
from ingest.records import Direction
from ingest.sentences import Span, sentences, trimmed

# Labels that only transcripts of calls use; `fields.direction` knows the whole words.
_SHORT: dict[str, Direction] = {
    **dict.fromkeys(
        [
            "agt",
            "op",
            "cs",
            "ag",
            "supervisor",
            "manager",
            "technical support",
            "上司",
            "責任者",
            "オペ",
            "テレオペ",
            "応対者",
            "コミュニケーター",
        ],
        "outgoing",
    ),
    **dict.fromkeys(["cus", "cust", "cx", "cu", "cl", "お客", "相手", "架電者", "入電者"], "incoming"),
    **dict.fromkeys(["agentassist", "agent assist", "agent-assist", "whisper"], "note"),
    **dict.fromkeys(["音声ガイダンス", "ガイダンス", "自動音声", "recording", "auto attendant"], "activity"),
}
_PAIRS: tuple[dict[str, Direction], ...] = (
    {"a": "outgoing", "c": "incoming"}, {"o": "outgoing", "c": "incoming"}, {"op": "outgoing", "cs": "incoming"},
)  # fmt: skip
_ANONYMOUS = re.compile(
    r"(?:speaker|spk|spkr|channel|ch|participant|person|voice|話者|発言者|スピーカー|チャンネル)?"
    r"[ _-]?(?:\d{1,3}|[a-z])"
    r"|unknown(?: speaker)?|left|right|不明",
    re.I,
)

_JAPANESE = re.compile(r"[\u3041-\u30fe\u4e00-\u9fff]")
_BRIEF, _LENGTHY = 0.0, -0.9  # turns in Japanese are of fewer sentences, so that each likelier begins one
_LOOK = 1000  # characters of a sentence that are looked at


def labelled_side(label: str) -> Direction | None:
    """The side that the source's label names, such as `Agent (Ben)`, `AGT` or `お客様`; None for a bare name."""
    plain = unicodedata.normalize("NFKC", label).strip().casefold()
    return _SHORT.get(plain) or fields.direction(label)


def labelled_sides(labels: Iterable[str]) -> dict[str, Direction]:
    """The sides that several labels name together: `A` and `C` are agent and customer, `A` alone or with `B` is not."""
    many = list(dict.fromkeys(labels))
    sides = {label: side for label in many if (side := labelled_side(label))}
    plain = {unicodedata.normalize("NFKC", label).strip().casefold(): label for label in many}
    for pair in _PAIRS:
        if len(plain) == 2 and pair.keys() == plain.keys():
            sides |= {plain[short]: side for short, side in pair.items()}
    return sides


def is_anonymous(label: str) -> bool:
    """Whether a label only numbers the speaker: `Speaker 1`, `spk_0`, `B`, `話者２`."""
    return _ANONYMOUS.fullmatch(unicodedata.normalize("NFKC", label).strip()) is not None


def is_machine(text: str) -> bool:
    """Whether a recorded announcement says this, such as `press 1 for billing`."""
    return cues.MACHINE.search(text) is not None


def score(sentence: str) -> float:
    """Above 0 where the words sound more like an agent's than like a customer's, in logarithms of the odds."""
    start = _straight(sentence[:_LOOK])
    known = cues.ENGLISH if start.isascii() or not _JAPANESE.search(start) else cues.JAPANESE
    total = sum(weight * min(2, len(pattern.findall(start))) for weight, pattern in known)
    return max(-4.0, min(4.0, total))


def _straight(text: str) -> str:
    return text.replace("\u2019", "'")


def sides_of(said: Mapping[str, Sequence[str]], known: Collection[Direction] = ()) -> dict[str, Direction]:
    """The side of each bare speaker by the sentences that each says, in order of first appearance.

    One of them is the agent unless `known` already has one, and one the customer; recordings are `activity`.
    """
    machines = {label for label, spoken in said.items() if _is_announcement(spoken, others=len(said) - 1)}
    people = [label for label in said if label not in machines]
    sums = {label: sum(map(score, said[label])) for label in people}
    sums |= {label: sums[label] + 0.5 for label in people[:1]}  # who speaks first has picked up the phone
    sides: dict[str, Direction] = dict.fromkeys(machines, "activity")
    sides |= {label: "outgoing" if sums[label] > 0 else "incoming" for label in people}
    if len(people) > 1:
        if "outgoing" not in known:
            sides[max(people, key=lambda label: sums[label])] = "outgoing"
        if "incoming" not in known:
            sides[min(people, key=lambda label: sums[label])] = "incoming"
    return sides


def _is_announcement(spoken: Sequence[str], others: int) -> bool:
    """All of it, or half where two more people talk: an agent too may say that the call is recorded."""
    heard = sum(map(is_machine, spoken))
    return bool(heard) and (heard == len(spoken) or (others > 1 and heard * 2 >= len(spoken)))


def utterances(text: str, breaks: Sequence[int] = ()) -> list[Span]:
    """Offsets of the sentences of speech, as `sentences` has them, and cut on where Japanese has no punctuation.

    There polite endings such as `です` end one, and so do words that may be the last at one of the `breaks`:
    offsets, in order, where the source began a new piece.
    """
    spans: list[Span] = []
    for start, end in sentences(text):
        cuts = {match.end() for match in cues.ENDS.finditer(text, start, end)}
        within = breaks[bisect_right(breaks, start) : bisect_left(breaks, end)]
        cuts |= {at for at in within if cues.OVER.search(text, max(start, at - 5), at)}
        spans.extend(trimmed(text, *edges) for edges in pairwise([start, *sorted(cuts), end]))
    return [(start, end) for start, end in spans if start < end]


def sides_by_sentence(said: Sequence[str], shifts: Sequence[float] = ()) -> list[Direction]:
    """The side of each sentence of running speech: the likeliest course of the whole talk.

    Weighs what each sentence says against when people take turns: after a question, and with words such as `Yes,`;
    `shifts` say what else makes a turn at each sentence likelier (in logarithms of the odds), such as a pause.
    Several sentences of one side only are the customer's, so that the problem is found, or an announcement.
    """
    said = [_straight(sentence) for sentence in said]
    shifts = shifts or [0.0] * len(said)
    scores = [score(sentence) for sentence in said]
    if said and cues.PICKS_UP.match(said[0]):
        scores[0] += 3.0
    if not any(value >= 1 for value in scores):  # nothing sounds like an agent
        return ["activity" if is_machine(sentence) else "incoming" for sentence in said]
    sides = _likeliest(said, scores, shifts)
    owners = _names(said, sides)
    if owners:
        named = [value + _by_name(sentence, owners) for sentence, value in zip(said, scores, strict=True)]
        sides = _likeliest(said, named, shifts)
    opening = next((at for at, sentence in enumerate(said) if not is_machine(sentence)), len(said))
    if len(said) > 1 and set(sides) == {"outgoing"}:
        return ["activity" if any(map(is_machine, said)) else "incoming"] * len(said)
    sides[:opening] = ["activity"] * opening
    return sides


def _likeliest(said: Sequence[str], scores: Sequence[float], shifts: Sequence[float]) -> list[Direction]:
    """The best path through two states by dynamic programming (Viterbi); linear in time."""
    both: tuple[Direction, Direction] = ("outgoing", "incoming")
    totals = {"outgoing": 1.5, "incoming": 0.0}  # who speaks first has most often picked up the phone
    steps: list[dict[str, Direction]] = []
    for at, sentence in enumerate(said):
        switch = _switch(said[at - 1], sentence) + shifts[at] if at else -math.inf
        came: dict[str, Direction] = {}
        now: dict[str, float] = {}
        for side, sign in zip(both, (0.5, -0.5), strict=True):
            other = both[side == "outgoing"]
            turned = totals[other] + switch + (0.6 if side == "outgoing" else -0.6)  # agents say more in a row
            came[side] = other if turned > totals[side] else side
            now[side] = max(turned, totals[side]) + sign * scores[at]  # half for one side, half against the other
        steps.append(came)
        totals = now
    path: list[Direction] = []
    side = max(both, key=lambda one: totals[one])
    for came in reversed(steps):
        path.append(side)
        side = came[side]
    return path[::-1]


def _switch(before: str, sentence: str) -> float:
    """How much likelier it is that somebody else speaks now than the same person, in logarithms of the odds."""
    likely = _BRIEF if _JAPANESE.search(sentence) else _LENGTHY
    if cues.ASKS.search(before):
        likely = 3.0
    elif cues.ASKS_FOR.search(before):
        likely += 1.5
    if cues.OPENS.match(sentence):
        return likely + 2.0
    if cues.CLOSES.match(sentence):
        return likely + 0.8
    return likely - 1.5 if cues.CONTINUES.match(sentence) else likely


def _names(said: Sequence[str], sides: Sequence[Direction]) -> dict[str, Direction]:
    """Whose the names are that are heard: who says `my name is Ben` is Ben, who says `Hi Ben` is not."""
    introduced = {name for sentence in said for name in cues.INTRODUCES.findall(sentence)}
    votes: Counter[str] = Counter()
    for sentence, side in zip(said, sides, strict=True):
        vote = 1 if side == "outgoing" else -1
        for name in cues.INTRODUCES.findall(sentence):
            votes[name] += 2 * vote
        for name in _addressed(sentence):
            if name in introduced or name in votes or side == "outgoing":
                votes[name] -= vote
    return {name: "outgoing" if vote > 0 else "incoming" for name, vote in votes.items() if abs(vote) > 1}


def names_heard(text: str) -> set[str]:
    """The names by which people in a talk introduce themselves or address each other."""
    return {*cues.INTRODUCES.findall(text), *_addressed(text)}


def _addressed(sentence: str) -> list[str]:
    return ["".join(groups) for groups in cues.ADDRESSES.findall(sentence)]


def _by_name(sentence: str, owners: Mapping[str, Direction]) -> float:
    """What the names in a sentence add to its score."""
    introduced = cues.INTRODUCES.findall(sentence)
    own = [1 if owners[name] == "outgoing" else -1 for name in introduced if name in owners]
    called = [
        -1 if owners[name] == "outgoing" else 1
        for name in _addressed(sentence)
        if name in owners and name not in introduced
    ]
    return 3.0 * max(-1, min(1, sum(own) + sum(called)))
