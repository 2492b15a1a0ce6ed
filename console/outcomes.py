"""How a conversation ended, read by the chat model where the rules saw too little.

The model picks numbered sentences and one outcome; what it picks is checked, and a reply that does not hold together
leaves the rules' case as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import prompts
from console.chat_model import ChatModel, shipped
from ingest import canon, cases
from ingest.records import Case, Outcome, Ticket
from ingest.sentences import Span, sentences

SHOWN = 36  # sentences shown to the model, about 1,200 tokens
FIRST = 14  # of them from the beginning, the rest from the end
_SIDES = {"incoming": "Customer", "outgoing": "Agent"}


@dataclass(frozen=True)
class Line:
    """One sentence as the model sees it, and its place in the canonical text."""

    side: str
    text: str
    span: Span


class _Reply(BaseModel):
    """What the model may say: numbers of lines, and one outcome."""

    model_config = ConfigDict(extra="forbid")

    problem: Annotated[list[int], Field(max_length=4)]
    resolution: Annotated[list[int], Field(max_length=6)]
    outcome: Outcome


def worthwhile(model: ChatModel) -> bool:
    """Whether this model may read better than the rules.

    The small ones that come with the desk do not: of 20 cases that the rules were not sure of, the rules had 15
    outcomes right and the larger of the two 14, at some seconds of the processor each.
    """
    return not shipped(model)


def read(ticket: Ticket, model: ChatModel) -> Case:
    """The case as the model reads it, `by` its name.

    Where its reply cannot be right, the rules' case stays, not sure and under the model's name too: asked once is
    enough. A model that fails raises its KizunaError.
    """
    rules = cases.read(ticket)
    lines = list(_shown(ticket))
    asked = prompts.render("case", lines=lines)
    said = model.stream(asked.system, asked.user, schema=_schema(lines), max_tokens=90, temperature=0.0)
    found = _checked("".join(said), lines, rules, cases.spoken_for(ticket))
    return replace(found or replace(rules, sure=False), by=model.name)


def _shown(ticket: Ticket) -> Iterator[Line]:
    """Subject and sentences, without an agent's courtesies; of a long conversation its beginning and its end."""
    text = canon.text_of(ticket)
    subject = [Line("Customer", ticket.subject, (0, len(ticket.subject)))] if ticket.subject else []
    said = [
        Line(_SIDES[turn.side], text[start:end], (start, end))
        for turn in canon.turns(ticket)
        for start, end in sentences(text, turn.start, turn.end)
        if turn.side == "incoming" or not cases.hollow(text[start:end])
    ]
    lines = subject + said
    yield from lines if len(lines) <= SHOWN else lines[:FIRST] + lines[FIRST - SHOWN :]


def _schema(lines: list[Line]) -> dict[str, Any]:
    """Each part may only name lines of its side: a small model mixes them up."""

    def numbers(side: str, most: int) -> dict[str, Any]:
        own = [number for number, line in enumerate(lines, 1) if line.side == side]
        return {"type": "array", "items": {"type": "integer", "enum": own or [0]}, "maxItems": most if own else 0}

    outcome = {"type": "string", "enum": list(get_args(Outcome))}
    told = {"problem": numbers("Customer", 4), "resolution": numbers("Agent", 6), "outcome": outcome}
    return {"type": "object", "properties": told, "required": list(told), "additionalProperties": False}


def _checked(said: str, lines: list[Line], rules: Case, likely: frozenset[Outcome]) -> Case | None:
    """The model's case, or None where it cannot be right.

    That is: lines that are not there or of the wrong side, an end that nobody speaks of, help without any sentence.
    """
    try:
        reply = _Reply.model_validate_json(said)
    except ValidationError:
        return None
    problem, resolution = _spans(reply.problem, lines, "Customer"), _spans(reply.resolution, lines, "Agent")
    if problem is None or resolution is None:
        return None
    if reply.outcome not in likely or (reply.outcome != "unresolved" and not (resolution or rules.resolution)):
        return None
    return Case(problem or rules.problem, resolution or rules.resolution, reply.outcome)


def _spans(numbers: list[int], lines: list[Line], side: str) -> tuple[Span, ...] | None:
    chosen = sorted(set(numbers))
    if any(not 1 <= number <= len(lines) or lines[number - 1].side != side for number in chosen):
        return None
    return tuple(lines[number - 1].span for number in chosen)
