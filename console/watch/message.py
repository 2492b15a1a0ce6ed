"""A personal message to a customer who may leave, to be edited by whoever sends it. Set phrases, no promises, no sums.

The phrases stand in message.toml; of the customer's own words one sentence is told back.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from console import grounding, phrases
from console.conversations import PLACEHOLDER
from console.voice import Voice
from ingest import clean
from ingest.records import Ticket

TOLD_BACK = (
    "promise",
    "repeat",
    "waiting",
    "disappointment",
    "bot",
    "mood",
    "trajectory",
)  # never insults, never threats
_SHORTEST = {"en": 24, "ja": 10}  # characters of a quote that tells something
_LONGEST = 120  # and of one that a letter can bear
_UNBEARABLE = {"amount", "percent", "promise"}  # what sounds like an offer of ours
_LANGS = ("en", "ja")


def draft(ticket: Ticket, reasons: Sequence[dict[str, Any]], name: str, agent: str, voice: Voice) -> str:
    """A letter in the customer's language about what troubles them most.

    `reasons` are {"signal", "quote"}, the strongest first; `name` may be empty. Nothing in it is said that neither the
    ticket nor the set phrases hold; where the check doubts it all the same, the part is left out.
    """
    lang, words = language(ticket), _words()
    problem = _problem(ticket, reasons, lang)
    filled = {"agent": agent, "company": voice.company}
    signal = next((one["signal"] for one in reasons if one.get("signal") in words["regret"]), "any")
    parts = [
        phrases.greet(lang, name, voice.tone), words["opening"][lang].format(**filled),
        *([problem] if _holds(problem, ticket, name, voice) else []),
        words["regret"][signal][lang], words["question"][lang], f"{agent}\n{voice.company}",
    ]  # fmt: skip
    return "\n\n".join(filter(None, parts))


def language(ticket: Ticket) -> str:
    """The language that the customer wrote in last, as far as we write it."""
    said = [turn.text for turn in ticket.messages if turn.direction == "incoming"]
    found = (clean.language(said[-1]) if said else "") or ticket.lang
    return found if found in _LANGS else "en"


def _problem(ticket: Ticket, reasons: Sequence[dict[str, Any]], lang: str) -> str:
    """What troubles the customer, told back: one of their sentences, else what the ticket is about."""
    words, kept = _words(), (one.get("quote", "") for one in reasons if one.get("signal") in TOLD_BACK)
    fit = (told for told in map(_tidy, kept) if len(told) >= _SHORTEST[lang] and _spoken(told) == lang)
    quote = next(filter(_bearable, fit), "")
    if quote:
        return str(words["told_back"][lang]).format(quote=quote)
    subject = _tidy(ticket.subject)
    return str(words["about"][lang]).format(subject=subject) if _bearable(subject) else ""


def _spoken(text: str) -> str:
    return clean.language(text) or "en"


def _tidy(text: str) -> str:
    """Without the stop at its end, and without quotation marks around it or in it."""
    return re.sub(r'[“”"「」『』]', "", " ".join(text.split())).strip().rstrip(".。!！?？…")


def _bearable(text: str) -> bool:
    """Whether it can be told back: not too long, nothing masked in it, no sum and no link."""
    held = {one.kind for one in grounding.check(text, [])}
    return 0 < len(text) <= _LONGEST and not (held & _UNBEARABLE or PLACEHOLDER.search(text) or grounding.risky(text))


def _holds(part: str, ticket: Ticket, name: str, voice: Voice) -> bool:
    """Whether all that can be checked in it stands in what was said."""
    said = [ticket.subject, *(turn.text for turn in ticket.messages)]
    return not [one for one in grounding.check(part, said, allowed=[name, voice.company]) if one.kind != "name"]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
