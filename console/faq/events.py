"""What supervisors decide about known events: announce, change, close. Answers are prepared; none is published here."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from console.accounts import Account
from console.faq import ahead, review
from console.search import Search
from console.verifier import Verifier
from ingest import clean
from ingest.errors import SenderError
from ingest.shelving import Shelves
from ingest.store import Database, faqs, notes, topics
from ingest.store import events as shelf
from ingest.store.events import KINDS, Event
from ingest.store.faqs import STATES, Entry

LONGEST = {"title": 200, "text": 8000, "product": 80}
_ALL = 100_000  # entries that are looked through for those of an event


def announce(db: Database, event: Event, *, by: Account) -> Event:
    """Keep a new event; returns it as kept, with its id. Raises SenderError for anybody but a supervisor, empty words,
    words that are too long, and an end before the beginning.
    """
    _may(by)
    fresh = _tidied(replace(event, id=f"E-{uuid.uuid4().hex[:12]}", by=by.name, at=datetime.now(UTC), closed=None))
    with db.write() as connection:
        shelf.put(connection, fresh)
        notes.write(connection, by=by.name, action="announced event", subject=fresh.id, kind=fresh.kind)
    return fresh


def edit(shelves: Shelves, event: Event, *, by: Account) -> Event:
    """Keep an event's other words. Where its text changes, its published entries are to be looked at again.

    Raises SenderError as `announce` does.
    """
    was = held(shelves.db, event.id, by)
    now = _tidied(replace(event, notice=was.notice, by=was.by, at=was.at, closed=was.closed))
    if now == was:
        return was
    with shelves.db.write() as connection:
        shelf.put(connection, now)
        notes.write(connection, by=by.name, action="edited event", subject=now.id)
    if now.text != was.text:
        _look_again(shelves, now.id, by, ("approved",))
    return now


def prepare(db: Database, id: str, *, by: Account, search: Search, verifier: Verifier) -> list[str]:
    """Propose what customers will ask about an event, answered in its own sentences; returns the proposals' ids.

    Proposals that nobody has touched follow the event's words; what somebody decided about stays as it is.
    """
    event = held(db, id, by)
    made = ahead.of_event(event, search, verifier)
    with db.write() as connection:
        untouched = {one.id: one for one in entries(connection, id, STATES) if one.state == "proposed" and not one.by}
        fresh = [one for one in made if one.id in untouched or faqs.get(connection, one.id) is None]
        for one in fresh:
            faqs.put(connection, replace(one, created=getattr(untouched.get(one.id), "created", None)))
        for old in untouched.keys() - {one.id for one in made}:
            faqs.put(connection, replace(untouched[old], state="rejected", note="the event is of another kind now"))
        notes.write(connection, by=by.name, action="prepared faq", subject=id, entries=[one.id for one in fresh])
    return [one.id for one in fresh]


def answer(db: Database, topic: str, *, by: Account, search: Search, verifier: Verifier) -> str:
    """Propose an entry for what a topic's customers ask; returns its id, or that of the one it has already."""
    _may(by)
    with db.read() as connection:
        known, asked = topics.get(connection, topic), topics.asked(connection, topic)
        explained = shelf.of_topics(connection, [topic]).get(topic)
        kept = faqs.page(connection, ("proposed", "approved"), limit=_ALL)
    own = next((one for one in kept if one.topic == topic and not _foreseen(one)), None)
    if own:
        return own.id
    if known is None or not asked:
        raise SenderError("This topic has no questions any more. Load the page again.")
    made = ahead.of_topic(known, asked, search, verifier, explained)
    with db.write() as connection:
        faqs.put(connection, made)
        notes.write(connection, by=by.name, action="prepared faq", subject=made.id, topic=topic)
    return made.id


def close(shelves: Shelves, id: str, *, by: Account) -> int:
    """End an event: it is over. Its entries are to be looked at now; returns how many."""
    event = held(shelves.db, id, by)
    if event.closed:
        raise SenderError("Somebody else has closed this event. Load the page again.")
    with shelves.db.write() as connection:
        shelf.put(connection, replace(event, closed=datetime.now(UTC)))
        notes.write(connection, by=by.name, action="closed event", subject=id)
    return _look_again(shelves, id, by, ("approved", "proposed"))


def reopen(db: Database, id: str, *, by: Account) -> None:
    """Take back that an event was closed. The review dates of its entries stay."""
    event = held(db, id, by)
    with db.write() as connection:
        shelf.put(connection, replace(event, closed=None))
        notes.write(connection, by=by.name, action="reopened event", subject=id)


def held(db: Database, id: str, by: Account) -> Event:
    """The event that this supervisor decides about. Raises SenderError for anybody else, and where it is gone."""
    _may(by)
    with db.read() as connection:
        event = shelf.get(connection, id)
    if event is None:
        raise SenderError("This event is no longer there. Load the page again.")
    return event


def entries(db: Connection, id: str, states: tuple[str, ...]) -> list[Entry]:
    """The FAQ entries in these states that were prepared from an event, in the order of their questions."""
    kept = faqs.page(db, states, limit=_ALL)
    return sorted((one for one in kept if id in _foreseen(one)), key=lambda one: (str(one.created), one.id))


def _foreseen(entry: Entry) -> set[str]:
    """The events that an entry was prepared from."""
    return {str(one["source"]) for one in entry.evidence if one.get("about") == "event"}


def _look_again(shelves: Shelves, id: str, by: Account, states: Sequence[str]) -> int:
    with shelves.db.read() as connection:
        found = entries(connection, id, tuple(states))
    for one in found:
        review.review_by(shelves, one.id, by=by, day=datetime.now(UTC))
    return len(found)


def _may(by: Account) -> None:
    if not by.supervises:
        raise SenderError("Only a supervisor announces events and prepares answers. Ask yours.")


def _tidied(event: Event) -> Event:
    title, product = " ".join(event.title.split()), " ".join(event.product.split())
    text = event.text.strip()
    for name, said in {"title": title, "text": text, "product": product}.items():
        if not said and name != "product":
            raise SenderError(f"The {name} is empty. Write it before you go on.")
        if len(said) > LONGEST[name]:
            raise SenderError(f"The {name} has {len(said):,} characters; {LONGEST[name]:,} are the most. Shorten it.")
    if event.kind not in KINDS:
        raise SenderError("An event is a price change, an outage, a release, a change of policy, or something else.")
    if event.ends and event.ends < event.begins:
        raise SenderError("The event ends before it begins. Correct one of the days.")
    first = text.split("\n")[0]  # a text in both languages begins in its own
    return replace(event, title=title, text=text, product=product, lang=clean.language(first) or event.lang)
