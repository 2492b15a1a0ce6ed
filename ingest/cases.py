"""A conversation as a case: what was wrong, what helped and how it ended, by the words that cases.toml listens for."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ingest import canon
from ingest.canon import Turn
from ingest.records import Case, Outcome, Ticket
from ingest.sentences import Span, sentences

MOST = {"problem": 700, "resolution": 2400}  # characters
CLEAR = 30  # letters that tell a problem; where fewer are clear, what stands beside them is quoted too
TELLING = 60  # letters from which an agent's remark is more than talk
OPENING = 4  # customer turns in which the problem is told
LONG_CALL = 30  # turns, from which a call without a clear end is not read surely

_KANA_KANJI = re.compile(r"[぀-ヿ㐀-鿿]")
_ASKED = re.compile(r"[?？]\s*$|か。?$")
_HEAD = re.compile(r"(?:(?:re|fwd?|aw|call)\s*[:：]\s*)+", re.IGNORECASE)
_GREETED = re.compile(r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|bonjour)\b[^,.!?:]{0,30}[,.!] +(?=\S)")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class _Ear:
    """What is listened for in one language: its part of cases.toml, compiled."""

    courtesy: re.Pattern[str]
    closing: re.Pattern[str]
    asks: re.Pattern[str]
    tells: re.Pattern[str]
    instructs: re.Pattern[str]
    helps: re.Pattern[str]
    cannot: re.Pattern[str]
    instead: re.Pattern[str]
    refunds: re.Pattern[str]
    refused: re.Pattern[str]
    paid: re.Pattern[str]
    hands: re.Pattern[str]
    handed_not: re.Pattern[str]
    wants: re.Pattern[str]
    supposed: re.Pattern[str]
    works: re.Pattern[str]
    pleased: re.Pattern[str]
    stuck: re.Pattern[str]


class _Line(NamedTuple):
    """One sentence: its place in the canonical text, its words in small letters, and what an agent's is worth."""

    start: int
    end: int
    turn: int
    words: str
    ear: _Ear
    worth: int


@dataclass(frozen=True)
class _Talk:
    """A conversation by its sentences, each list in order; `advice` are the agent's that are worth most."""

    agent: list[_Line]
    customer: list[_Line]
    advice: list[_Line]
    turns: int

    @property
    def begun(self) -> int:
        """The agent's first turn."""
        return self.agent[0].turn


def read(ticket: Ticket) -> Case:
    """Problem, resolution and outcome of a conversation, as spans of `canon.text_of(ticket)`. Pure and fast."""
    talk = _listen(canon.text_of(ticket), canon.turns(ticket))
    subject = _subject(ticket.subject)
    problem, clear = _problem(talk)
    resolution = _resolution(talk)
    outcome, sure = _outcome(ticket, talk)
    complete = (clear or bool(subject)) and bool(resolution or not talk.agent)
    return Case((*subject, *_joined(problem)), tuple(_joined(resolution)), outcome, sure and complete)


def spoken_for(ticket: Ticket) -> frozenset[Outcome]:
    """The outcomes that may be: resolved and unresolved always, the others where any words speak of them."""
    talk = _listen(canon.text_of(ticket), canon.turns(ticket))
    found: set[Outcome] = {"resolved", "unresolved"}
    if any(_says(line, "refunds") for line in talk.agent) or any(_says(line, "paid") for line in talk.customer):
        found.add("refunded")
    if any(_says(line, "hands") for line in talk.agent):
        found.add("escalated")
    return frozenset(found)


def hollow(text: str) -> bool:
    """Whether an agent's words hold nothing but greetings, checks of who is there, and good-byes."""
    low = _lower(text)
    return not any(_worth(low[start:end], _ear(low[start:end])) for start, end in sentences(text))


def _listen(text: str, turns: Iterable[Turn]) -> _Talk:
    low, heard = _lower(text), list(turns)
    sides: dict[str, list[_Line]] = {"incoming": [], "outgoing": []}
    for place, turn in enumerate(heard):
        for start, end in sentences(text, turn.start, turn.end):
            words = low[start:end]
            ear = _ear(words)
            worth = _worth(words, ear) if turn.side == "outgoing" else 0
            sides[turn.side].append(_Line(start, end, place, words, ear, worth))
    agent = sides["outgoing"]
    return _Talk(agent, sides["incoming"], [line for line in agent if line.worth > 1], len(heard))


def _lower(text: str) -> str:
    """The text in small letters with straight apostrophes, every letter in its place."""
    low = text.lower()
    return (low if len(low) == len(text) else text).replace("’", "'")


def _worth(words: str, ear: _Ear) -> int:
    """Of an agent's sentence: 2 for advice, a deed or a refusal, 1 for another statement, 0 for courtesy and checks."""
    greeting = _GREETED.match(words)
    words = words[greeting.end() :] if greeting else words
    if ear.closing.search(words):
        return 0
    if ear.instructs.match(words):
        return 2
    asked = _ASKED.search(words) is not None
    if ear.courtesy.match(words) and (len(words) < 60 or not ear.helps.search(words)):
        return 2 if not asked and len(words) >= 20 and ear.cannot.search(words) else 0
    if (asked and ear.asks.search(words)) or ear.tells.match(words):
        return 0
    if ear.helps.search(words) or ear.cannot.search(words):
        return 2
    return 0 if asked or _brief(words) else 1


def _brief(words: str) -> bool:
    """Too short to tell anything: under eight Japanese letters, or under three words."""
    return len(words) < 8 if _KANA_KANJI.search(words) else len(_WORD.findall(words[:60])) < 3


def _subject(subject: str) -> tuple[Span, ...]:
    """The subject without `Re:`, where it says something."""
    head = _HEAD.match(subject)
    start, end = head.end() if head else 0, len(subject.rstrip())
    return ((start, end),) if end - start >= (4 if _KANA_KANJI.search(subject) else 6) else ()


def _problem(talk: _Talk) -> tuple[list[_Line], bool]:
    """The opening sentences that say what is wrong or wanted, and whether any clearly does."""
    said: Counter[int] = Counter()
    for line in talk.agent:
        said[line.turn] += line.worth
    helped = next((turn for turn, worth in said.items() if worth > 1), talk.turns)
    opening = _opening([line for line in talk.customer if line.turn < helped]) or _opening(talk.customer)
    wanted = {line.start for line in opening if line.ear.wants.search(line.words)}
    telling = [line for line in opening if line.start in wanted or _asked(line) or not _brief(line.words)]
    telling = [line for line in telling if not _courteous(line)] or telling
    clear = [line for line in telling if line.start in wanted]
    told = (
        clear
        if sum(_width(line) for line in clear) >= CLEAR
        else [line for place, line in enumerate(telling) if line in clear or place < 3]
    )
    return _within(told, MOST["problem"]), bool(clear)


def _width(line: _Line) -> int:
    """Letters, of which a Japanese one counts twice: it says as much."""
    return (line.end - line.start) * (2 if _KANA_KANJI.search(line.words) else 1)


def _opening(lines: list[_Line]) -> list[_Line]:
    turns = sorted({line.turn for line in lines})[:OPENING]
    return [line for line in lines if line.turn in turns]


def _asked(line: _Line) -> bool:
    return _ASKED.search(line.words) is not None


def _courteous(line: _Line) -> bool:
    """Whether a customer only greets or thanks; "Hi, my lamp is dead" does more."""
    match = line.ear.courtesy.match(line.words)
    return match is not None and not line.ear.wants.search(line.words, match.end())


def _resolution(talk: _Talk) -> list[_Line]:
    """The agent's helpful sentences, without what the customer then said did not help."""
    answers = {line.turn for line in talk.advice}
    lines = [
        line for line in talk.agent
        if line.worth and (line.turn in answers or not answers or _width(line) >= TELLING)
    ]  # fmt: skip
    lines = lines or [line for line in talk.agent if line.worth]  # short, but the only answer there is
    failed = _last(talk.customer, "stuck")
    if any(line.start > failed for line in talk.advice):
        lines = [line for line in lines if line.start > failed]
    best = sorted(lines, key=lambda line: (-line.worth, -line.start))
    return sorted(_within(best, MOST["resolution"]), key=lambda line: line.start)


def _within(lines: Sequence[_Line], most: int) -> list[_Line]:
    """The first lines that together have at most `most` characters; one at least."""
    total, kept = 0, list[_Line]()
    for line in lines:
        total += line.end - line.start
        if kept and total > most:
            break
        kept.append(line)
    return kept


def _joined(lines: Sequence[_Line]) -> list[Span]:
    """Spans of the lines, one for those that follow each other in a turn."""
    spans: list[Span] = []
    turn = -1
    for line in lines:
        if spans and line.turn == turn and line.start - spans[-1][1] <= 2:
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
        turn = line.turn
    return spans


def _outcome(ticket: Ticket, talk: _Talk) -> tuple[Outcome, bool]:
    """How it ended, and whether the signs agree."""
    done, rated = ticket.status == "resolved", ticket.csat or 3
    if not talk.agent or not (done or _answered(talk)):
        return "unresolved", True
    works, pleased, stuck = _last_words(talk)
    if _refunded(talk):
        return "refunded", not stuck
    if _handed(talk, spoken=ticket.kind == "call") and not works:
        return "escalated", True
    if stuck:
        return "unresolved", not pleased and rated < 4
    if not done or not any(line.worth for line in talk.agent):
        return "unresolved", not done
    if _gave_up(talk) and not (works or pleased):
        return "unresolved", False
    thin = ticket.guessed or rated == 1 or (ticket.kind == "call" and talk.turns > LONG_CALL)
    return "resolved", works or ((pleased or not thin) and not _failed(talk))


def _answered(talk: _Talk) -> bool:
    """Whether the agent spoke last."""
    return not talk.customer or talk.customer[-1].turn < talk.agent[-1].turn


def _last_words(talk: _Talk) -> tuple[bool, bool, bool]:
    """Whether the customer's last words say that it works, that all is well, or, since the last help, that it does not.

    Of words that say that it works and that it does not, the later count, and within one sentence the latter.
    """
    helped = talk.advice[-1].turn if talk.advice else talk.begun
    answers = [line for line in talk.customer if line.turn > talk.begun]
    since = [line for line in answers if line.turn > helped]
    last = since or [line for line in answers if line.turn == answers[-1].turn]
    works, pleased, stuck = _last(last, "works"), _last(last, "pleased"), _last(since, "stuck")
    return works > max(stuck, _last(last, "stuck")), pleased >= 0, stuck >= max(works, 0)


def _last(lines: Sequence[_Line], name: str) -> int:
    """Where such words are last said of what is, not of what may be; -1 where they are not."""
    return next((line.start for line in reversed(lines) if _says(line, name, "supposed")), -1)


def _says(line: _Line, name: str, unless: str = "") -> bool:
    found: re.Pattern[str] = getattr(line.ear, name)
    return found.search(line.words) is not None and not (unless and getattr(line.ear, unless).search(line.words))


def _refunded(talk: _Talk) -> bool:
    """Whether money was given back: the agent did or will, with no if, or the customer has it."""
    granted = any(_says(line, "refunds", "refused") for line in talk.agent)
    return granted or any(_says(line, "paid") for line in talk.customer if line.turn > talk.begun)


def _handed(talk: _Talk, *, spoken: bool) -> bool:
    """Whether someone else takes it from here: nothing worked before, and nobody wrote an answer later."""
    line = next((line for line in reversed(talk.agent) if _says(line, "hands", "handed_not")), None)
    if line is None or (not spoken and any(one.turn > line.turn for one in talk.advice)):
        return False
    before = [one for one in talk.customer if talk.begun < one.turn < line.turn]
    return _last(before, "works") <= _last(before, "stuck")


def _failed(talk: _Talk) -> bool:
    """Whether something did not help, and the customer never said that something else did."""
    heard = [line for line in talk.customer if line.turn > talk.begun]
    stuck = _last(heard, "stuck")
    return stuck >= max(_last(heard, "works"), 0)


def _gave_up(talk: _Talk) -> bool:
    """Whether all that the agent's last advice says is what cannot be done."""
    last = [line for line in talk.advice if line.turn == talk.advice[-1].turn]
    return bool(last) and all(_says(line, "cannot", "instead") for line in last)


def _ear(words: str) -> _Ear:
    ears = _ears()
    return ears["ja"] if _KANA_KANJI.search(words) else ears["en"]


@cache
def _ears() -> dict[str, _Ear]:
    told: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    names = [field.name for field in fields(_Ear)]
    return {lang: _Ear(*(re.compile("|".join(part[name])) for name in names)) for lang, part in told.items()}
