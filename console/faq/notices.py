"""A notice to the customers whom an event touches: who they are, what they would read, and where agents find it.

Nothing here sends anything: a notice is downloaded by a person, or noted in open tickets for the agents.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from console import phrases, sheets
from console.accounts import Account
from console.faq import events
from console.voice import Voice
from ingest import clean, sentences
from ingest.errors import SenderError
from ingest.records import Message
from ingest.shelving import Shelves
from ingest.store import Database, customers, notes, tickets
from ingest.store import events as shelf
from ingest.store.events import Event, Touched

LANGUAGES = ("en", "ja")
LATELY = timedelta(days=30)  # conversations that went on since then count, and open ones
LONGEST = {"subject": 200, "text": 8000}
BLANK = "⟦"  # begins what is still to be written
_WORDS = Path(__file__).with_name("notices.toml")
_COLUMNS = ("id", "name", "language", "address")


@dataclass(frozen=True)
class Recipient:
    """A customer whom a notice is for. `address` is the one that the customer's record on this desk has, or empty."""

    id: str
    name: str
    lang: str
    address: str


def recipients(db: Connection, event: Event, now: datetime | None = None) -> list[Recipient]:
    """The customers of the conversations that an event touches, once each, by id. Who is not known has no record."""
    found = shelf.touched(db, event, (now or datetime.now(UTC)) - LATELY)
    known = customers.resolve(db, [one.customer for one in found])
    made: dict[str, Recipient] = {}
    for one in found:
        person = known.get(one.customer)
        id = person.id if person else one.customer
        if id and id not in made:
            lang = _spoken((person.lang if person else "") or one.lang)
            name, address = (person.name, person.email) if person else ("", "")
            made[id] = Recipient(id, name, lang, address)
    return sorted(made.values(), key=lambda one: one.id)


def waiting(db: Connection, event: Event, now: datetime | None = None) -> list[Touched]:
    """The open conversations that an event touches, newest first."""
    found = shelf.touched(db, event, (now or datetime.now(UTC)) - LATELY)
    return [one for one in found if one.status != "resolved"]


def draft(event: Event, voice: Voice) -> dict[str, dict[str, str]]:
    """What customers would read, by language, as {"subject", "text"}: fixed words around the event's own sentences.

    Where the event says nothing in a language, its place is marked with ⟦ ⟧ and somebody has to write it.
    """
    return {lang: _letter(event, lang, voice) for lang in LANGUAGES}


def _letter(event: Event, lang: str, voice: Voice) -> dict[str, str]:
    words = _words()
    own = words[event.kind]
    what = event.product or words["nothing"][lang]
    titled = (clean.language(event.title) or event.lang) == lang
    title = event.title if titled else words["untitled"][lang].format(what=what)
    filled = {"title": title, "what": what, "day": phrases.date(event.begins, lang)}
    said = _said(event, lang) or words["blank"][lang]
    parts = [
        phrases.greet(lang, "", voice.tone), own["opening"][lang].format(**filled), said, own["closing"][lang],
        phrases.signature(lang, voice),
    ]  # fmt: skip
    return {"subject": own["subject"][lang].format(**filled), "text": "\n\n".join(parts)}


def _said(event: Event, lang: str) -> str:
    """What the event's text says in a language: its paragraphs, without sentences of the other language."""
    kept = []
    for paragraph in event.text.split("\n"):
        spans = sentences.sentences(paragraph)
        own = [paragraph[a:b] for a, b in spans if (clean.language(paragraph[a:b]) or event.lang) == lang]
        kept.append(("" if lang == "ja" else " ").join(own) if len(own) < len(spans) else paragraph.rstrip())
    return "\n".join(kept).strip()


def keep(db: Database, id: str, notice: Mapping[str, Mapping[str, str]], *, by: Account) -> None:
    """Keep the notice of an event as a supervisor left it. Raises SenderError for anybody else and for longer texts."""
    event = events.held(db, id, by)
    made = {lang: {name: one[name].strip() for name in LONGEST} for lang, one in notice.items() if lang in LANGUAGES}
    for one in made.values():
        for name, most in LONGEST.items():
            if len(one[name]) > most:
                raise SenderError(f"The {name} has {len(one[name]):,} characters; {most:,} are the most. Shorten it.")
    with db.write() as connection:
        shelf.put(connection, replace(event, notice=made))
        notes.write(connection, by=by.name, action="wrote notice", subject=id)


def table(db: Database, id: str, *, by: Account) -> bytes:
    """The recipients as CSV (UTF-8 with its mark): id, name, language, address. Journaled: it leaves the desk.

    Placeholders stay placeholders: nothing of the vault is in it. Raises SenderError for anybody but a supervisor.
    """
    event = events.held(db, id, by)
    with db.write() as connection:
        found = recipients(connection, event)
        notes.write(connection, by=by.name, action="downloaded recipients", subject=id, count=len(found))
    return written(found)


def written(found: Sequence[Recipient]) -> bytes:
    """Recipients as a table for a spreadsheet."""
    return sheets.written(_COLUMNS, ((one.id, one.name, one.lang, one.address) for one in found))


def note(shelves: Shelves, id: str, link: str, *, by: Account) -> int:
    """Note the kept notice in each open ticket that the event touches, for agents only; returns in how many.

    A ticket that has this very note is left alone. `link` leads to the event. Raises SenderError for anybody but a
    supervisor, and where the notice of a language that customers speak is not written yet.
    """
    event = events.held(shelves.db, id, by)
    with shelves.db.write() as db:
        found = waiting(db, event)
        known = customers.resolve(db, [one.customer for one in found])
        spoken = {one.ticket: _spoken(known[one.customer].lang or one.lang if one.customer in known else one.lang)
                  for one in found}  # fmt: skip
        texts = {lang: _noted(event, lang, link) for lang in sorted(set(spoken.values()))}
        fresh = [one.ticket for one in found if not _has(db, one.ticket, texts[spoken[one.ticket]])]
        for ticket in fresh:
            tickets.add(db, ticket, Message("note", texts[spoken[ticket]], datetime.now(UTC), by.display))
            notes.write(db, by=by.name, action="noted event", subject=ticket, event=id)
    return len(fresh)


def _noted(event: Event, lang: str, link: str) -> str:
    letter = event.notice.get(lang, {})
    text = letter.get("text", "")
    if not text or BLANK in text:
        name = {"en": "English", "ja": "Japanese"}[lang]
        raise SenderError(f"The notice in {name} is not written yet. Write it, keep it, and try again.")
    head = _words()["note"]["head"][lang].format(title=event.title, link=link)
    return f"{head}\n\n{text}"


def _has(db: Connection, ticket: str, text: str) -> bool:
    return any(turn.direction == "note" and turn.text == text for turn in tickets.turns(db, ticket))


def _spoken(lang: str) -> str:
    return lang if lang in LANGUAGES else LANGUAGES[0]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text("utf-8"))
