"""Speakers' turns to messages: which words belong together, whose they are, and turns out of one block of text."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from ingest.readers.calls import speakers
from ingest.readers.loose import clock
from ingest.records import Direction, Message
from ingest.sentences import Span, sentences


@dataclass(frozen=True)
class Turn:
    """What one speaker said; `speaker` is the source's label, `seconds` the offset into the recording.

    `role` is the source's own word for the side where `speaker` does not say it.
    """

    speaker: str
    text: str
    seconds: float | None = None
    at: datetime | None = None
    role: str = ""


@dataclass(frozen=True)
class Talk:
    """A conversation; `guessed` where a side was worked out from the words, because no label says it."""

    messages: tuple[Message, ...]
    guessed: bool


_Head = tuple[str, int, float | None]
_STAGED = "system"  # who speaks before anybody does, and between
_JAPANESE = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
_TIGHT = re.compile(rf"{_JAPANESE}$")
_CLOSING = re.compile(rf"[,.!?;:%)\]、。！？…」』）]|'(?:s|re|ve|ll|d|m|t)\b|{_JAPANESE}", re.I)
_STAMP = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?"
_NAME = r"[^\W\d_][\w .'’()（）/&・-]{0,40}?"
_START = rf"^[\s>]*(?:{_STAMP}[ \t]*[-–]?[ \t]*)?(?:[-•]\s+)?"
_HEADS = tuple(
    re.compile(form)
    for form in (
        rf"{_START}(?P<label>{_NAME})\s{{1,9}}{_STAMP}\s?$",
        rf"{_START}[*_]*(?P<label>{_NAME})\s?[*_]*\s?(?:{_STAMP})?\s?[*_]*[:：](?!//)[*_]*",
        rf"{_START}[*_]*[\[<＜【](?P<label>{_NAME})[\]>＞】][*_]*\s?[:：]?(?=\s?\S)",
        rf"{_START}[*_]*(?P<role>{_NAME})[*_]*(?:\s[-–—]\s|\t+|>\s)",
    )
)
_WITHIN, _AFRESH, _PAUSED = -0.8, 0.0, 0.8  # within a piece, in a new piece, and in one after a pause
_PACE, _PACE_JAPANESE, _SILENCE = 12.0, 5.5, 0.7  # characters a second of slow speech; seconds of silence
_LOOK = 160  # characters of a line in which a label is looked for
_INLINE = re.compile(
    r"(?<=\s)(?=\*\*(?P<bold>[^\W\d_][\w .()-]{0,40}?)(?::\*\*|\*\*:))"
    r"|(?<=[.?!。？！])\s?(?=(?:Agent|Customer|Caller|Operator|Representative|オペレーター?|お客様|担当者?)"
    r"(?:[ ]?\([\w .-]{1,30}\))?[:：])"
)
_NOT_SPEAKER = re.compile(
    r"transcript|interaction|\bcall\b|date|time|duration|\bnotes?\b|words?\b|participants?|scene|\bend\b|length|subject|title"
    r"|\bid\b|日時|日付|件名|備考|電話番号|\bemail\b",
    re.I,
)
_STAMP_LINE = re.compile(rf"\s*{_STAMP}\s*")
_STAGE = re.compile(r"[\[(（【](?![A-Z_ ]+[\])])[^\])）】]{3,200}[\])）】]|#{1,6}\s.{1,200}")
_RULE = re.compile(r"\s*(?:[*_=-]{3,})\s*")
_PARTICIPANT = re.compile(r"([^\W\d_][\w'’.-]{0,30})[ ]?[(（]([\w ]{2,20})[)）]")


def messages(turns: Iterable[Turn]) -> tuple[Message, ...]:
    """The messages of `talk`."""
    return talk(turns).messages


def talk(turns: Iterable[Turn]) -> Talk:
    """Turns as messages: consecutive turns of one speaker joined, each speaker's side settled by label or by words.

    Where no turn names its speaker, or all one number, the words are cut into sentences and each gets its likely side.
    """
    spoken = _carried([turn for turn in turns if turn.text.strip()])
    labels = list(dict.fromkeys(turn.role or turn.speaker for turn in spoken))
    if not labels:
        return Talk((), guessed=False)
    sides, guessed = _sides(spoken)
    people = [label for label in labels if sides.get(label) not in ("activity", "note")]
    if len(people) == 1 and (not people[0] or speakers.is_anonymous(people[0])):
        machine = tuple(_message(turn, sides[_key(turn)]) for turn in spoken if _key(turn) != people[0])
        return Talk((*machine, *_running([turn for turn in spoken if _key(turn) == people[0]])), guessed=True)
    joined = [_joined(list(group)) for _, group in groupby(spoken, key=lambda turn: _key(turn).casefold())]
    return Talk(tuple(_message(turn, sides[_key(turn)]) for turn in joined), guessed)


def _key(turn: Turn) -> str:
    return turn.role or turn.speaker


def _message(turn: Turn, side: Direction) -> Message:
    return Message(side, turn.text.strip(), turn.at, _name(turn.speaker), turn.seconds)


def _carried(turns: Sequence[Turn]) -> list[Turn]:
    """Turns with clean labels; one without goes on with the speaker before it, or opens for the first one."""
    out: list[Turn] = []
    first = next((turn for turn in turns if _key(turn).strip()), None)
    for turn in turns:
        before = turn if _key(turn).strip() else (out[-1] if out else first or turn)
        speaker, role = before.speaker.strip(), before.role.strip()
        same = (speaker, role) == (turn.speaker, turn.role)
        out.append(turn if same else replace(turn, speaker=speaker, role=role))
    return out


def _joined(group: Sequence[Turn]) -> Turn:
    return group[0] if len(group) == 1 else replace(group[0], text=joined(turn.text for turn in group))


def joined(words: Iterable[str]) -> str:
    """Words and pieces as one text: a space between them, but none in Japanese and none before punctuation."""
    out: list[str] = []
    for word in (word.strip() for word in words):
        if word and out and not (_CLOSING.match(word) or _TIGHT.search(out[-1])):
            out.append(" ")
        if word:
            out.append(word)
    return "".join(out)


def _sides(turns: Sequence[Turn]) -> tuple[dict[str, Direction], bool]:
    """Side by label; bare names by elimination, then by what they say. The second value: whether words decided."""
    labels = list(dict.fromkeys(map(_key, turns)))
    sides = speakers.labelled_sides(labels)
    names = {_name(label).casefold(): side for label, side in sides.items() if _name(label)}
    sides |= {label: names[label.casefold()] for label in labels if label not in sides and label.casefold() in names}
    bare = [label for label in labels if label not in sides]
    if not bare:
        return sides, False
    known = {"incoming", "outgoing"} & set(sides.values())
    if len(bare) == 1 and len(known) == 1:
        return sides | {bare[0]: "outgoing" if "incoming" in known else "incoming"}, False
    said = {label: _sentences(turns, label) for label in bare}
    return sides | speakers.sides_of(said, set(sides.values())), True


def _sentences(turns: Sequence[Turn], label: str) -> list[str]:
    texts = (turn.text for turn in turns if _key(turn) == label)
    return [text[start:end] for text in texts for start, end in sentences(text)]


def _name(label: str) -> str:
    """`Ben` from `Agent (Ben)`, `Agent Ben` or `Ben (Agent)`; a bare name as it is, a role or number as nothing."""
    if speakers.is_anonymous(label):
        return ""
    parts = [part for part in re.split(r"[()（）]|\s+", label.strip()) if part and not speakers.labelled_side(part)]
    return " ".join(parts)


def _running(pieces: Sequence[Turn]) -> Iterator[Message]:
    """Running speech as messages: its sentences by their likely side, each with the time of its piece."""
    text, starts = _text_of(pieces)
    spans = speakers.utterances(text, starts)
    sides = speakers.sides_by_sentence([text[start:end] for start, end in spans], _shifts(pieces, starts, spans))
    for side, group in groupby(zip(spans, sides, strict=True), key=lambda both: both[1]):
        those = [span for span, _ in group]
        piece = pieces[bisect_right(starts, those[0][0]) - 1]
        yield Message(side, text[those[0][0] : those[-1][1]], piece.at, "", piece.seconds)


def _text_of(pieces: Sequence[Turn]) -> tuple[str, list[int]]:
    """Pieces of speech as one text, and the offset at which each begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for piece in pieces:
        said = piece.text.strip()
        gap = "" if not parts or _TIGHT.search(parts[-1][-1:]) or _CLOSING.match(said) else " "
        starts.append(length + len(gap))
        parts.append(gap + said)
        length += len(gap) + len(said)
    return "".join(parts), starts


def _shifts(pieces: Sequence[Turn], starts: Sequence[int], spans: Sequence[Span]) -> list[float]:
    """What the cut into pieces says about a change of speaker at each sentence, in logarithms of the odds."""
    if len(pieces) < 2:
        return [0.0] * len(spans)
    begun = dict(zip(starts, [False, *map(_is_pause, pieces, pieces[1:])], strict=True))
    return [_WITHIN if start not in begun else _PAUSED if begun[start] else _AFRESH for start, _ in spans]


def _is_pause(piece: Turn, after: Turn) -> bool:
    """Whether more time passes until the next piece than its words take."""
    if piece.seconds is None or after.seconds is None:
        return False
    said = piece.text.strip()
    pace = _PACE_JAPANESE if _TIGHT.search(said) else _PACE
    return after.seconds - piece.seconds - len(said) / pace > _SILENCE


def labelled(text: str) -> list[Turn]:
    """Turns of a text with `Agent: ...` lines (bold, brackets, time stamps, names); empty where no two speakers show.

    Words before the first label, and lines such as `[Looks up the order]`, come as turns of `system`.
    """
    lines = _INLINE.sub(_broken, text).split("\n")
    heads = [_head(line) for line in lines]
    named = {line[head[1] :][:_LOOK].strip(" \t*_") for line, head in zip(lines, heads, strict=True) if head}
    known = _speakers([label for label, _, _ in filter(None, heads)], named | speakers.names_heard(text))
    if len(known) < 2:
        return []
    turns = _settled([turn for turn in _turns(lines, heads, known) if turn.text])
    return turns if len({turn.speaker for turn in turns if turn.speaker != _STAGED}) > 1 else []


def _broken(match: re.Match[str]) -> str:
    """A line break before a label within a line; other bold words, such as `**Size:**`, stay where they are."""
    return "\n" if match["bold"] is None or speakers.labelled_side(match["bold"]) else match[0]


def _turns(lines: Sequence[str], heads: Sequence[_Head | None], known: AbstractSet[str]) -> Iterator[Turn]:
    """The lines as turns; a line without a label goes on with the speaker before it."""
    speaker, seconds, said, above = _STAGED, None, list[str](), None
    for line, head in zip(lines, heads, strict=True):
        start = line[:_LOOK].strip()
        stage = _STAGE.fullmatch(start)
        if head and head[0] in known:
            yield Turn(speaker, _plain(said), seconds)
            speaker, seconds, said = head[0], above if head[2] is None else head[2], [line[head[1] :]]
            above = None
        elif _STAMP_LINE.fullmatch(start):
            above = clock(start.strip("[]()"))
        elif stage and speaker != _STAGED:
            yield Turn(speaker, _plain(said), seconds)
            yield Turn(_STAGED, start.strip(" []()（）【】#*"))
            seconds, said = None, []
        elif not _RULE.fullmatch(start):
            said.append(line)
    yield Turn(speaker, _plain(said), seconds)


def _head(line: str) -> _Head | None:
    """The label that a line begins with, where its words begin, and its time stamp in seconds."""
    start = line[:_LOOK]
    for form in _HEADS:
        if match := form.match(start):
            groups = match.groupdict()
            label = (groups.get("role") or groups["label"]).strip()
            if "role" in groups and not speakers.labelled_side(label):
                continue
            stamp = re.search(_STAMP, match[0])
            return label, match.end(), clock(stamp[0].strip("[]()")) if stamp else None
    return None


def _speakers(labels: Sequence[str], named: AbstractSet[str]) -> set[str]:
    """Labels that name a role, and names that speak twice; `Duration:` and `Q:` are no speakers.

    Where both roles have a label, a further name has to be among the `named` or to speak often: `Size:` does neither.
    """
    times = Counter(labels)
    people = [label for label in times if not _NOT_SPEAKER.search(label) and len(label.split()) <= 4]
    roles = {label for label in people if speakers.labelled_side(label)}
    several = {"outgoing", "incoming"} <= {speakers.labelled_side(label) for label in roles}
    named = {_name(label) for label in roles} | named
    often = max(2, sum(times[label] for label in people) // 4)
    known = roles | {label for label in people if times[label] > (often if several and label not in named else 1)}
    numbered = {label for label in people if not several and speakers.is_anonymous(label)}
    if known or sum(len(label) > 2 for label in numbered) > 1:
        known |= numbered
    return set() if {label.casefold() for label in known} <= {"q", "a", "問", "答"} else known


def _settled(turns: Sequence[Turn]) -> list[Turn]:
    """Turns without the lines that only say who is who, such as `Agent: Ann` or `Ann (Agent), Bo (Customer)`."""
    names = {turn.speaker for turn in turns}
    about = [_first(turn) in names and speakers.labelled_side(turn.speaker) is not None for turn in turns]
    roles = {_first(turn): turn.speaker for turn, tells in zip(turns, about, strict=True) if tells}
    if turns and turns[0].speaker == _STAGED:
        found = _PARTICIPANT.findall(turns[0].text)
        roles |= {name: role for name, role in found if name in names and speakers.labelled_side(role)}
    left = [
        Turn(_STAGED, turn.text.partition("\n")[2].strip()) if tells else turn
        for turn, tells in zip(turns, about, strict=True)
    ]
    return [replace(turn, role=roles.get(turn.speaker, "")) for turn in left if turn.text]


def _first(turn: Turn) -> str:
    return turn.text.split("\n", 1)[0].strip(" *_")


def _plain(said: Sequence[str]) -> str:
    lines = (line.strip(" \t*_") for line in said)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
