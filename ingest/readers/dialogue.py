"""Speakers' turns to messages: who is the agent, which words belong together, and turns out of one block of text."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from ingest.readers import fields
from ingest.records import Direction, Message


@dataclass(frozen=True)
class Turn:
    """What one speaker said; `speaker` is the source's label, `seconds` the offset into the recording."""

    speaker: str
    text: str
    seconds: float | None = None
    at: datetime | None = None


_STAMP = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?"
_LABEL = re.compile(
    rf"^[ \t>]*(?:{_STAMP}[ \t]*[-–]?[ \t]*)?(?:[-•][ \t]+)?[*_]*"
    rf"(?P<line>[^\W\d_][\w .'’()（）/&・-]{{0,40}}?)[ \t]*[*_]*[ \t]*(?:{_STAMP})?[ \t]*[*_]*[:：](?!//)[*_]*"
    r"|(?<=\s)\*\*(?P<bold>[^\W\d_][\w .()-]{0,40}?)(?:\*\*:|:\*\*)"
    r"|(?<=[.?!。？！\s])(?P<known>(?:Agent|Customer|Caller|Operator|Representative|オペレーター|お客様)"
    r"(?:[ ]?\([\w .-]{1,30}\))?)[:：]",
    re.M,
)
_STAMP_LINE = re.compile(rf"^\s*({_STAMP})\s*$", re.M)
_NOT_SPEAKER = re.compile(
    r"transcript|interaction|\bcall\b|date|time|duration|\bnotes?\b|words?\b|participants?|scene|\bend\b|length|subject|title"
    r"|\bid\b|日時|日付|件名|備考",
    re.I,
)
_AGENT_SAYS = re.compile(
    r"thank(?:s| you) for (?:calling|contacting|reaching|choosing|verifying|providing|confirming|holding)"
    r"|you(?:'re| are) (?:very |most )?welcome|my pleasure|glad i could|we offer|i recommend"
    r"|how (?:may|can) i (?:help|assist)"
    r"|\bi(?:'d| would|'ll| will|'m| am) (?:also )?(?:be )?(?:more than )?(?:very )?(?:happy|glad|sorry|here) to"
    r"|may i have"
    r"|(?:could|can|would) you (?:please )?(?:provide|confirm|tell me|verify|describe|give me|share|specify)"
    r"|anything else|\blet me (?:check|pull|look|see|verify|go ahead)"
    r"|\bi(?:'ve| have) (?:located|updated|scheduled|processed|found your|pulled|noted)"
    r"|\bi(?:'ll| will) (?:need|check|send|go ahead|update|process)"
    r"|\byour (?:account|number|request|appointment|order|new|details|patience)\b"
    r"|(?:have|had) a (?:great|wonderful|nice|good|fantastic) (?:day|rest)|お電話ありがとうございます"
    r"|かしこまりました|承りました|承知(?:いた)?しました|いかが(?:なさい|いたし)|お調べ(?:いた)?し"
    r"|恐れ入りますが|お願い(?:いた)?します。?$|お待たせ|担当いたします",
    re.I,
)
_CUSTOMER_SAYS = re.compile(
    r"\bi (?:need|want|lost|can't|cannot|tried|noticed|received|recently|don't know|was wondering|was charged)"
    r"|\bi(?:'d| would) like|\bi(?:'ve| have) (?:been|recently|got|tried|noticed|lost|already|just)"
    r"|\bmy (?:account|phone|bill|number|name is|order|internet|plan|sim|zip|address|device|card|service|email)\b"
    r"|\bi(?:'m| am) (?:calling|having|looking|experiencing|trying|interested|still|concerned|not (?:sure|happy))"
    r"|(?:can|could) you (?:please )?(?:help|assist|send|explain)"
    r"|thank(?:s| you) (?:so much|very much|for your (?:help|assistance))"
    r"|that(?:'s| is| sounds) (?:great|good|perfect|all|helpful)|したいのですが|困って"
    r"|届き?(?:ま|いてい)せん|届かない|できません|できないの|教えてください|解約したい|返品したい",
    re.I,
)
_GREETS_AGENT = re.compile(r"my name is|\bthis is\b|\bi'm\b", re.I)
_HELP = re.compile(r"assist|help you|happy to|here to help|representative", re.I)


def messages(turns: Iterable[Turn]) -> tuple[Message, ...]:
    """Turns as messages: consecutive turns of one speaker joined, each speaker's side settled by label or by words."""
    spoken = [turn for turn in turns if turn.text.strip()]
    joined = [_joined(list(group)) for _, group in groupby(spoken, key=lambda turn: turn.speaker.strip().casefold())]
    sides = _sides(joined)
    return tuple(Message(sides[turn.speaker], turn.text, turn.at, _name(turn.speaker), turn.seconds) for turn in joined)


def _joined(group: Sequence[Turn]) -> Turn:
    gap = "" if re.search(r"[\u3040-\u30ff\u4e00-\u9fff。、？！]\s*$", group[0].text) else " "
    return replace(group[0], text=gap.join(turn.text.strip() for turn in group))


def _sides(turns: Sequence[Turn]) -> dict[str, Direction]:
    """Side by label; bare names by elimination, then by who talks like an agent, then by who picked up the phone."""
    labels = list(dict.fromkeys(turn.speaker for turn in turns))
    sides: dict[str, Direction] = {label: side for label in labels if (side := fields.direction(label))}
    names = {_name(label).casefold(): side for label, side in sides.items() if _name(label)}
    for label in labels:
        if label not in sides and (side := names.get(label.strip().casefold())):
            sides[label] = side
    bare = [label for label in labels if label not in sides]
    if not bare:
        return sides
    known = {"incoming", "outgoing"} & set(sides.values())
    if len(bare) == 1 and len(known) == 1:
        return sides | {bare[0]: "outgoing" if "incoming" in known else "incoming"}
    return sides | _by_words(turns, bare, known)


def _by_words(turns: Sequence[Turn], bare: list[str], known: AbstractSet[str]) -> dict[str, Direction]:
    """The side of each bare name by what it says; of two or more, one is the agent unless a label already is."""
    scores = {label: _score(" ".join(turn.text for turn in turns if turn.speaker == label)) for label in bare}
    sides: dict[str, Direction] = {label: "outgoing" if score > 0 else "incoming" for label, score in scores.items()}
    if len(bare) > 1:
        if "outgoing" not in {*known, *sides.values()}:
            sides[max(bare, key=lambda label: scores[label])] = "outgoing"
        if "incoming" not in {*known, *sides.values()}:
            sides[min(bare, key=lambda label: scores[label])] = "incoming"
    return sides


def _score(text: str) -> int:
    """Above 0 where the words sound more like an agent's than like a customer's."""
    return len(_AGENT_SAYS.findall(text)) - len(_CUSTOMER_SAYS.findall(text))


def _name(label: str) -> str:
    """`Ben` from `Agent (Ben)`, `Agent Ben` or `Ben (Agent)`; a bare label as it is, a bare role as nothing."""
    parts = [part for part in re.split(r"[()（）]|\s+", label.strip()) if part and not fields.direction(part)]
    return " ".join(parts)


def labelled(text: str) -> list[Turn]:
    """Turns of a text with `Agent: ...` lines (bold, time stamps, names); empty where fewer than two speakers show.

    Words before the first label come first as a turn of `system`.
    """
    found = list(_LABEL.finditer(text))
    known = _speakers([_label(match) for match in found])
    starts = [match for match in found if _label(match) in known]
    if len(known) < 2 or len(starts) < 2:
        return []
    preamble = _plain(text[: starts[0].start()])
    turns = [Turn("system", preamble)] if preamble else []
    for match, after in zip(starts, [*starts[1:], None], strict=True):
        said = text[match.end() : after.start() if after else len(text)]
        turns.append(Turn(_label(match), _plain(said), _seconds(text, match)))
    return [turn for turn in turns if turn.text]


def _label(match: re.Match[str]) -> str:
    return (match["line"] or match["bold"] or match["known"]).strip()


def _speakers(labels: list[str]) -> set[str]:
    """Labels that name a role, and names that speak twice; `Duration:` and `Note:` are no speakers."""
    people = [label for label in labels if not _NOT_SPEAKER.search(label) and len(label.split()) <= 4]
    return {label for label in people if fields.direction(label) or people.count(label) > 1}


def _plain(said: str) -> str:
    lines = (line.strip(" \t*_") for line in _STAMP_LINE.sub("", said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _seconds(text: str, match: re.Match[str]) -> float | None:
    """The offset from a time stamp in the label, or alone on the line above it."""
    above = text[max(0, match.start() - 20) : match.start()]
    stamp = re.search(_STAMP, match[0]) or re.search(rf"\n\s*({_STAMP})\s*$", "\n" + above)
    return clock(stamp[0].strip("[]() \n")) if stamp else None


def clock(stamp: str) -> float:
    """Seconds of `01:02:03.5`, `02:03` or `02:03,5`. ValueError for anything else."""
    parts = [float(part) for part in stamp.strip().replace(",", ".").split(":")]
    if not 2 <= len(parts) <= 3 or any(part < 0 for part in parts):
        raise ValueError(stamp)
    return sum(part * 60.0**power for power, part in enumerate(reversed(parts)))


def unlabelled(text: str) -> list[Turn]:
    """Turns guessed from running speech: each sentence goes to whom it sounds like, else to the one speaking.

    A guess from stock phrases, good enough to tell the problem from the answer; one turn where nothing gives a hint.
    """
    sentences = [part for part in re.split(r"(?<=[.?!])\s+|(?<=[。？！])|\n+", text.strip()) if part and part.strip()]
    speaker = "agent" if sentences and _score(sentences[0]) > 0 else "customer"
    turns: list[Turn] = []
    before = ""
    for sentence in sentences:
        speaker = _speaking(sentence, before, speaker)
        turns.append(Turn(speaker, sentence.strip()))
        before = sentence
    return turns


def _speaking(sentence: str, before: str, speaker: str) -> str:
    score = _score(sentence)
    if score == 0 and _GREETS_AGENT.search(sentence) and _HELP.search(sentence):
        score = 1
    if score:
        return "agent" if score > 0 else "customer"
    answers = re.match(
        r"(?:yes|no|sure|of course|absolutely|okay|ok|certainly|alright|はい|いいえ|ええ)\b", sentence, re.I
    )
    greets_back = re.match(r"(?:hi|hello|good \w+)[,. ]", sentence, re.I) and before
    if (answers and before.rstrip().endswith(("?", "？"))) or greets_back:
        return "customer" if speaker == "agent" else "agent"
    return speaker
