"""A conversation in a few lines: what was asked, tried and agreed, and what is open, each in words that were said.

Rules choose the sentences, a larger model chooses better ones from the same numbered list; neither writes any.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import prompts
from console import letters, translating
from console.chat_model import ChatModel
from console.translating import Lang
from ingest import canon, cases, clean
from ingest.records import Ticket
from ingest.sentences import sentences

MOST = 4  # points under a heading
SHORT = {"en": 140, "ja": 75}  # letters of a point
SHOWN = 2200  # tokens of the conversation that a model is shown, reckoned: one a Japanese letter, one for four others
_SIDES = {"incoming": "Customer", "outgoing": "Agent"}
_FILLER = re.compile(
    r"(?:[-*•・]|\d{1,2}[.)．）](?!\d)|[①-⑳])\s*|(?:(?:hi|hello|hey|so|well|and|but|ok(?:ay)?|also|anyway|honestly|oh)\b[,!]?\s+(?:there[,!]?\s+)?)+(?=\w)"
    r"|(?:なお|また|それから|あと|それで|ちなみに)、",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Point:
    """Something that was said, shortened, and the message (its place in `ticket.messages`) in which it stands."""

    text: str
    turn: int


@dataclass(frozen=True)
class Summary:
    """Points under four headings, in the order in which they were said; any may be empty."""

    asked: tuple[Point, ...] = ()
    tried: tuple[Point, ...] = ()
    agreed: tuple[Point, ...] = ()
    open: tuple[Point, ...] = ()


HEADINGS = tuple(field.name for field in fields(Summary))


@dataclass(frozen=True)
class _Line:
    """One sentence: the message it stands in, who said it, its place in the canonical text and its words."""

    turn: int
    side: str
    start: int
    text: str

    def says(self, name: str) -> bool:
        ear = _ears()["ja" if clean.language(self.text) == "ja" else "en"]
        return ear[name].search(self.text.lower().replace("’", "'")) is not None

    @property
    def asks(self) -> bool:
        return self.says("asks") and not self.says("small")


class _Chosen(BaseModel):
    """What the model may say: numbers of lines under each heading."""

    model_config = ConfigDict(extra="forbid")

    asked: Annotated[list[int], Field(max_length=MOST)]
    tried: Annotated[list[int], Field(max_length=MOST)]
    agreed: Annotated[list[int], Field(max_length=MOST)]
    open: Annotated[list[int], Field(max_length=MOST)]


def summarise(ticket: Ticket, model: ChatModel | None = None, lang: Lang | None = None) -> Summary:
    """The conversation's points, by rules where there is no model or only a small one; pure without a model.

    In the ticket's language, or in `lang`: what the model does not manage to translate stays as it was said. Raises
    what the model raises.
    """
    lines = list(_lines(ticket))
    chosen = _by_rules(ticket, lines)
    if model and not translating.small(model) and lines:
        chosen = _by_model(lines, chosen, model)
    return Summary(**{name: tuple(_point(line, model, lang) for line in chosen[name]) for name in HEADINGS})


def _lines(ticket: Ticket) -> Iterator[_Line]:
    """The sentences of both sides, without set phrases."""
    text = canon.text_of(ticket)
    heard = [place for place, one in enumerate(ticket.messages) if one.text and one.direction in _SIDES]
    for place, turn in zip(heard, canon.turns(ticket), strict=True):
        for start, end in sentences(text, turn.start, turn.end):
            words = " ".join(text[start:end].split())
            if letters.role(words) == "body" and not (turn.side == "outgoing" and cases.hollow(words)):
                yield _Line(place, turn.side, start, words)


def _by_rules(ticket: Ticket, lines: list[_Line]) -> dict[str, list[_Line]]:
    case = cases.read(ticket)
    still = _open(ticket, lines)
    customer = [line for line in lines if line.side == "incoming"]
    agent = [line for line in lines if line.side == "outgoing"]
    problem = [line for line in customer if _within(line, case.problem)]
    first = next((line for line in customer if not line.says("hollow")), None)
    questions = [line for line in customer if line.asks]
    did = [line for line in customer if line.says("did") and not line.asks]
    agreed = [line for line in agent if line.says("promises") and not line.asks]
    agreed += [line for line in customer if line.says("accepts")]
    advice = [line for line in agent if _within(line, case.resolution) and line not in agreed and not line.asks]
    wanted = [line for line in [first, *problem, *questions] if line]
    asked = _few(line for line in wanted if line not in [*did, *still]) or _few(problem)
    return {
        "asked": asked,
        "tried": _few([*[line for line in did if line not in asked][-2:], *advice[:1], *advice[-2:]]),
        "agreed": _few(agreed[-MOST:]),
        "open": _few(still),
    }


def _open(ticket: Ticket, lines: list[_Line]) -> list[_Line]:
    """What the side that spoke last still waits for."""
    if not lines:
        return []
    side = lines[-1].side
    others = [line.turn for line in lines if line.side != side]
    last = [line for line in lines if line.turn > max(others, default=-1)]
    asked = [line for line in last if line.asks]
    if asked or side == "outgoing" or ticket.status == "resolved":
        return asked
    return [line for line in last if line.says("sad")] or [line for line in last if len(line.text) > 12][-1:]


def _within(line: _Line, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= line.start < end for start, end in spans)


def _few(lines: Iterable[_Line]) -> list[_Line]:
    """The first of them, each once, as they were said."""
    return sorted(list(dict.fromkeys(lines))[:MOST], key=lambda line: line.start)


def _by_model(lines: list[_Line], rules: dict[str, list[_Line]], model: ChatModel) -> dict[str, list[_Line]]:
    """The model's choice; the rules' where its reply does not hold together."""
    shown = _shown(lines)
    asked = prompts.render("summary", lines=[{"side": _SIDES[line.side], "text": line.text} for line in shown])
    said = model.stream(asked.system, asked.user, schema=_schema(shown), max_tokens=120, temperature=0.0)
    try:
        found = _Chosen.model_validate_json("".join(said))
    except ValidationError:
        return rules
    numbers = {name: getattr(found, name) for name in HEADINGS}
    if any(not 1 <= number <= len(shown) for one in numbers.values() for number in one):
        return rules
    return {name: _few(shown[number - 1] for number in one) for name, one in numbers.items()}


def _shown(lines: list[_Line]) -> list[_Line]:
    """As many as a small context holds: a third of them from the beginning, the rest from the end."""
    first = _upto(lines, SHOWN // 3)
    rest = _upto(lines[len(first) :][::-1], SHOWN - sum(map(_tokens, first)))
    return first + rest[::-1]


def _upto(lines: list[_Line], tokens: int) -> list[_Line]:
    taken: list[_Line] = []
    for line in lines:
        tokens -= _tokens(line)
        if tokens < 0:
            break
        taken.append(line)
    return taken


def _tokens(line: _Line) -> int:
    text = line.text[:220]
    return 6 + sum(4 if letter > "\u2e7f" else 1 for letter in text) // 4


def _schema(lines: list[_Line]) -> dict[str, Any]:
    """Each heading may only name lines of the sides that it is about."""

    def numbers(*sides: str) -> dict[str, Any]:
        own = [number for number, line in enumerate(lines, 1) if line.side in sides]
        return {"type": "array", "items": {"type": "integer", "enum": own or [0]}, "maxItems": MOST if own else 0}

    both = numbers("incoming", "outgoing")
    told = {"asked": numbers("incoming"), "tried": both, "agreed": both, "open": both}
    return {"type": "object", "properties": told, "required": list(told), "additionalProperties": False}


def _point(line: _Line, model: ChatModel | None, lang: Lang | None) -> Point:
    text = _FILLER.sub("", line.text, count=1) if _FILLER.match(line.text) else line.text
    text = text[:1].upper() + text[1:]
    if model and lang and clean.language(text) not in (lang, ""):
        text = translating.translate(text, lang, model) or text
    return Point(short(text), line.turn)


def short(text: str) -> str:
    """The beginning of a long sentence, up to the end of a clause or word."""
    most = SHORT["ja" if clean.language(text) == "ja" else "en"]
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    clause = max(cut.rfind(stop) for stop in ("、", "; ", ", ", " - "))
    word = cut.rfind(" ")
    return cut[: clause if clause > most // 2 else word if word > most // 2 else None].rstrip(" ,、;-") + "…"


@cache
def _ears() -> dict[str, dict[str, re.Pattern[str]]]:
    told: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {lang: {name: re.compile("|".join(one)) for name, one in part.items()} for lang, part in told.items()}
