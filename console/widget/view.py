"""What a visitor may see of the own conversation: both sides' words, never notes and never anybody else's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row

from ingest.store import notes, tickets

ASSISTANT, VISITOR, BACK = "assistant", "visitor", "back"  # authors of activity lines
Who = Literal["you", "assistant", "agent", "handoff", "back"]
_SIGNS = ("handoff", "back")  # told in the words of the frame
SHOWN = 200  # lines at once: the newest
_LINES = 2_000  # of the journal: more than the fullest conversation has


@dataclass(frozen=True)
class Turn:
    """One line for the visitor. `id` is the browser's own name of a message; `name` an agent's first name."""

    seq: int
    who: Who
    text: str
    at: str
    name: str = ""
    id: str = ""
    answered: bool = True
    sources: list[dict[str, Any]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # names of what came with it


@dataclass(frozen=True)
class View:
    """The conversation after some place: its status (empty before the first message) and what is new."""

    status: str
    turns: list[Turn]
    last: int
    earlier: bool = False  # whether there is more before the first of them


@dataclass(frozen=True)
class Past:
    """An earlier conversation: when it began, its status, and what both sides said."""

    at: str
    status: str
    turns: list[Turn]


def of(db: Connection, visitor: str, after: int = -1) -> View:
    """The visitor's own conversation, its lines after place `after`; only the newest where there are very many."""
    row = tickets.of_visitor(db, visitor)
    if row is None:
        return View("", [], -1)
    rows = tickets.turns_after(db, row.id, after)
    kept = _kept(db, row.id) if rows else {}
    shown = [_turn(one, who, kept) for one in rows if (who := _who(one))]
    return View(row.status, shown[-SHOWN:], rows[-1].seq if rows else after, len(shown) > SHOWN)


def past(db: Connection, visitor: str) -> list[Past]:
    """The visitor's own conversations before the present one, the newest first, of not many more lines than SHOWN."""
    found: list[Past] = []
    for row in tickets.every_of_visitor(db, visitor)[1:]:
        if sum(len(one.turns) for one in found) >= SHOWN:
            break
        rows = tickets.turns_after(db, row.id, -1)
        kept = _kept(db, row.id)
        shown = [_turn(one, who, kept) for one in rows if (who := _who(one)) and who not in _SIGNS]
        found.append(Past(row.created.isoformat() if row.created else "", row.status, shown[-SHOWN:]))
    return found


def answered(db: Connection, ticket: str, seq: int) -> Turn | None:
    """The assistant's answer to the message at `seq`, if it has given one."""
    kept = _kept(db, ticket)
    place = next((at for at, detail in kept.items() if detail.get("to") == seq), None)
    if place is None:
        return None
    return next((_turn(one, "assistant", kept) for one in tickets.turns(db, ticket) if one.seq == place), None)


def said(db: Connection, ticket: str, seq: int) -> Turn | None:
    """The assistant's answer at this place, or None."""
    found = next((one for one in tickets.turns_after(db, ticket, seq - 1) if one.seq == seq), None)
    return _turn(found, "assistant", _kept(db, ticket)) if found is not None and _who(found) == "assistant" else None


def place_of(db: Connection, ticket: str, id: str) -> int | None:
    """The place of the message that the browser named `id`, if it came before."""
    return next((seq for seq, detail in _kept(db, ticket).items() if detail.get("id") == id), None)


def _kept(db: Connection, ticket: str) -> dict[int, dict[str, Any]]:
    """What the journal says about each place: the browser's name of a message, the sources of an answer."""
    lines: Sequence[Row[Any]] = notes.about(db, ticket, limit=_LINES)
    return {line.detail["seq"]: dict(line.detail) for line in lines if line.action in ("wrote", "answered")}


def _who(row: Row[Any]) -> Who | None:
    if row.direction == "activity":
        return {ASSISTANT: "assistant", VISITOR: "handoff", BACK: "back"}.get(row.author)  # type: ignore[return-value]
    return {"incoming": "you", "outgoing": "agent"}.get(row.direction)  # type: ignore[return-value]


def _turn(row: Row[Any], who: Who, kept: dict[int, dict[str, Any]]) -> Turn:
    detail = kept.get(row.seq, {})
    name = row.author.split()[0] if who == "agent" and row.author.strip() else ""
    at = row.at.isoformat() if row.at else ""
    text = "" if who in _SIGNS else row.text
    return Turn(
        row.seq, who, text, at, name, detail.get("id", ""), detail.get("answered", True), detail.get("sources", []),
        list(row.attachments) if who == "you" else [],
    )  # fmt: skip
