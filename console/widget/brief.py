"""What the agent needs of a chat that was handed over, so that the customer never repeats: asked, tried, open.

What the assistant answered counts as tried, with its sources; all in words that were said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from console import summaries, translating
from console.chat_model import ChatModel
from console.summaries import Point, Summary
from console.translating import Lang
from console.widget import wording
from ingest import clean
from ingest.records import Ticket
from ingest.sentences import sentences
from ingest.store import notes, tickets

_MARKS = re.compile(r"\s*\[\d{1,2}\]")
_LINES = 2_000  # of the journal


@dataclass(frozen=True)
class Told:
    """An answer of the assistant: the titles of its sources."""

    titles: tuple[str, ...]


def told(db: Connection, ticket: str) -> dict[int, Told]:
    """The answers that the assistant gave in a ticket, by their place in it; not what it did not know."""
    places = {turn.seq: place for place, turn in enumerate(tickets.turns(db, ticket))}
    lines = [line.detail for line in notes.about(db, ticket, limit=_LINES) if line.action == "answered"]
    return {
        places[one["seq"]]: Told(tuple(dict.fromkeys(source["title"] for source in one["sources"])))
        for one in lines
        if one["answered"] and one["sources"] and one["seq"] in places
    }


def summarise(ticket: Ticket, answers: Mapping[int, Told], model: ChatModel | None, lang: Lang | None) -> Summary:
    """As `summaries.summarise`, with the assistant's answers among what was tried.

    What was asked last stays open, also where the assistant has answered it: the customer wants a person all the same.
    """
    last = max((place for place, turn in enumerate(ticket.messages) if turn.direction == "incoming"), default=-1)
    heard = tuple(
        replace(turn, direction="outgoing") if place in answers and place < last else turn
        for place, turn in enumerate(ticket.messages)
    )
    found = summaries.summarise(replace(ticket, messages=heard), model, lang)
    own = [point for point in found.tried if point.turn not in answers]
    given = [_point(ticket, place, one, model, lang) for place, one in sorted(answers.items())][-summaries.MOST :]
    tried = tuple(sorted([*own, *given], key=lambda point: point.turn))
    agreed = tuple(point for point in found.agreed if point.turn not in answers)
    return replace(found, tried=tried, agreed=agreed)


def _point(ticket: Ticket, place: int, one: Told, model: ChatModel | None, lang: Lang | None) -> Point:
    text = _MARKS.sub("", ticket.messages[place].text)
    for words in (wording.ENGLISH, wording.JAPANESE):
        text = text.replace(words.careful, "").replace(words.fits, "")
    text = text.strip()
    first = next((text[start:end] for start, end in sentences(text, 0, len(text))), text)
    if model and lang and clean.language(first) not in (lang, ""):
        first = translating.translate(first, lang, model) or first
    titles = ", ".join(one.titles)
    return Point(f"{summaries.short(' '.join(first.split()))} ({titles})" if titles else first, place)
