"""What an agent does best next with a ticket, and why: rules that a person can check, no model."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from console import confidence, conversations, grounding, summaries
from console.dossier import Opened
from console.questions import questions
from ingest.records import Outcome
from ingest.store.drafts import Stored

Kind = Literal[
    "call", "answer", "wait", "promise", "close", "ask", "check", "send", "rest", "billing", "security", "technical",
    "hold",
]  # fmt: skip
TITLES: dict[Kind, str] = {
    "call": "Call back today",
    "answer": "Answer this one first",
    "wait": "Wait for the customer",
    "promise": "Keep what was promised",
    "close": "Resolve it",
    "ask": "Ask for the order number",
    "check": "Check the marked parts",
    "send": "Send and resolve",
    "rest": "Send, keep open",
    "billing": "Hand to billing",
    "security": "Hand to account security",
    "technical": "Hand to a technician",
    "hold": "Hold the line and ask a colleague",
}
AT_RISK = 0.6  # of 1: from here on a voice is worth more than a letter
QUOTE = 90  # characters
MOST_THANKS = 400  # characters of a message that only thanks
_LEAVES = ("leaving", "threat")
_SETTLED = ("resolved", "refunded")


@dataclass(frozen=True)
class Step:
    """One step. `reason` is an English sentence whose `{names}` stand in `told`; console/pages translates it."""

    kind: Kind
    reason: str
    told: dict[str, str] = field(default_factory=dict)


def suggest(opened: Opened, outcome: Outcome | None, written: str = "") -> Step | None:
    """The next step, from the conversation, its draft, how the case ended so far, and what is `written` in the editor.

    None where nothing is to be done, or a draft has to come first.
    """
    if opened.row.status in ("resolved", "snoozed") or not opened.turns:
        return None
    if not opened.waiting:
        return _ours(opened, outcome)
    draft = opened.proposal
    found = _settled(opened, outcome) or _risky(opened) or _marked(written) or _nameless(opened)
    return found or (_drafted(draft) if draft and not draft.abstained else _unanswered(opened, draft))


def _ours(opened: Opened, outcome: Outcome | None) -> Step | None:
    """We spoke last: either the customer was asked, or something was promised, or it is over."""
    sides = [turn.direction for turn in opened.turns]
    if "outgoing" not in sides:
        return None
    since = max((place for place, side in enumerate(sides) if side == "incoming"), default=-1)
    asked_back = [
        one for turn in opened.turns[since + 1 :] if turn.direction == "outgoing" for one in questions(turn.text)
    ]
    asked_back = [one for one in asked_back if not _heard("courtesy").search(one)]
    if asked_back:
        return Step("wait", "We asked: “{quote}”", {"quote": _short(asked_back[-1])})
    said = [point for point in summaries.summarise(opened.ticket).agreed if point.turn > since]
    if said and outcome not in _SETTLED:
        return Step("promise", "We said: “{quote}”", {"quote": _short(said[-1].text)})
    return Step("close", "We answered, asked nothing back, and nobody waits.")


def _settled(opened: Opened, outcome: Outcome | None) -> Step | None:
    """The customer thanks us and asks nothing."""
    answered = any(turn.direction == "outgoing" for turn in opened.turns)
    if not answered or outcome not in _SETTLED or opened.row.mood != "positive":
        return None
    last = next(turn.text for turn in opened.turns if turn.seq == max(opened.waiting))
    if len(last) > MOST_THANKS or questions(last):
        return None
    return Step("close", "The customer sounds content and asks nothing: “{quote}”", {"quote": _short(last)})


def _risky(opened: Opened) -> Step | None:
    row = opened.row
    leaves = next((told for told in row.reasons if told.get("signal") in _LEAVES), None)
    if row.at_risk < AT_RISK or leaves is None:
        return None
    told = {"chance": str(round(100 * row.at_risk)), "quote": _short(leaves.get("quote", ""))}
    phone = opened.customer is not None and bool(opened.customer.phone)
    return Step("call" if phone else "answer", "At risk, {chance}%: “{quote}”", told)


def _marked(written: str) -> Step | None:
    count = written.count(grounding.OPEN)
    return Step("check", "Parts of the reply that no source holds: {n}", {"n": str(count)}) if count else None


def _nameless(opened: Opened) -> Step | None:
    """Somebody speaks of an order of their own and does not say which."""
    said = "\n".join(turn.text for turn in opened.turns if turn.direction != "note")
    found = _heard("own_order").search(conversations.latest(opened.ticket))
    if not found or _heard("order_number").search(f"{opened.ticket.subject}\n{said}"):
        return None
    return Step("ask", "It speaks of “{quote}” and names no order.", {"quote": found[0]})


def _drafted(draft: Stored) -> Step:
    open_ = [sure for _, sure in asked(draft) if sure < least(draft)]
    if open_:
        told = {"n": str(len(open_)), "all": str(len(asked(draft)))}
        return Step("rest", "{n} of {all} questions have no source yet.", told)
    told = {"n": str(len(draft.citations)), "sure": str(round(100 * draft.confidence))}
    return Step("send", "Statements with their source: {n}. Confidence {sure}%.", told)


def _unanswered(opened: Opened, draft: Stored | None) -> Step | None:
    if draft is None:
        return None
    waiting = conversations.latest(opened.ticket)
    queues: tuple[Kind, ...] = ("security", "billing", "technical")
    heard = {queue: _heard(queue).findall(waiting) for queue in queues}
    best = max(queues, key=lambda queue: len(heard[queue]))
    if not heard[best]:
        return Step("hold", "No source answers this, and its words name no team.")
    return Step(best, "No source answers this, and it speaks of “{quote}”.", {"quote": heard[best][0]})


def asked(draft: Stored) -> list[tuple[str, float]]:
    """The single questions of a draft, each with how sure an answer to it is; the whole message where it is one."""
    trail = draft.trail
    sure, single = trail.get("confidences") or [draft.confidence], trail.get("questions") or []
    pairs = list(zip(single, sure[1:], strict=False)) if single else [(str(trail.get("query", "")), sure[0])]
    return [(question, float(one)) for question, one in pairs]


def least(draft: Stored) -> float:
    """From which confidence on the desk offered drafts when this one was written."""
    return float(draft.trail.get("least", confidence.SHIPPED.least))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTE else f"{line[: QUOTE - 1]}…"


@cache
def _heard(name: str) -> re.Pattern[str]:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    words: Iterable[str] = told[name] if name in told else told["queues"][name]
    return re.compile("|".join(words), re.IGNORECASE)
