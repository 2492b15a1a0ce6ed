"""What supervisors decide about topics: names, what belongs together or apart, and when an alert is settled."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection

from console.accounts import Account
from console.faq.regrouping import NAME, shortened
from ingest.errors import SenderError
from ingest.store import Database, alerts, notes, topics
from ingest.store.topics import Asked, Key, Topic

HOW = 400  # characters that tell how an alert was settled


def rename(db: Database, id: str, name: str, *, by: Account) -> None:
    """Give a topic a name that stays. Raises SenderError for an empty or a long one, and one that another topic has."""
    said = " ".join(name.split())
    with db.write() as held:
        was = _held(held, id, by)
        _fits(held, said, besides=was.id)
        topics.name(held, was.id, said, by.name)
        notes.write(held, by=by.name, action="renamed topic", subject=was.id, was=was.name, now=said)


def merge(db: Database, ids: Sequence[str], *, by: Account) -> None:
    """Make several topics one for good: the first, under its name. Raises SenderError for fewer than two."""
    with db.write() as held:
        first, *rest = dict.fromkeys(_held(held, id, by).id for id in ids or [""])
        if not rest:
            raise SenderError("Choose at least two different topics.")
        for id in rest:
            topics.merge(held, id, first)
            alerts.move(held, id, first)
        notes.write(held, by=by.name, action="merged topics", subject=first, others=rest)


def split(db: Database, id: str, questions: Sequence[Key], *, by: Account, name: str = "") -> str:
    """Make a topic of its own of some of a topic's questions, which stay there for good; returns its id.

    Without a name it has the words of the newest one. Raises SenderError unless the questions are some, but not all,
    of the topic's, and for a name as `rename` does.
    """
    with db.write() as held:
        was = _held(held, id, by)
        found = topics.questions(held, list(dict.fromkeys(questions)))
        if not found or len(found) >= was.size or not _within(held, was, found):
            raise SenderError("Choose some of this topic's questions, but not all of them.")
        said = " ".join(name.split())
        if said:
            _fits(held, said)
        fresh = Topic(f"T-{uuid.uuid4().hex[:12]}", said or shortened(found[0].text), by.name if said else "")
        topics.put(held, [fresh])
        topics.keep(held, [one.key for one in found], fresh.id, by.name)
        topics.place(held, dict.fromkeys([fresh.id, *(one.topic for one in found)]))  # the next round finds them anew
        topics.count(held)
        notes.write(held, by=by.name, action="split topic", subject=was.id, into=fresh.id, questions=len(found))
        return fresh.id


def close_alert(db: Database, id: str, *, by: Account, how: str = "") -> None:
    """Take an alert down and say how it was settled. Raises SenderError for one that is closed or gone."""
    with db.write() as held:
        _allowed(by)
        alert = alerts.get(held, id)
        if alert is None or not alerts.close(held, id, by.name, " ".join(how.split())[:HOW]):
            raise SenderError("This alert is closed already. Load the page again.")
        notes.write(held, by=by.name, action="closed alert", subject=alert.topic, alert=id, how=how)


def _held(db: Connection, id: str, by: Account) -> Topic:
    """The topic that this supervisor decides about, or the one that it is part of."""
    _allowed(by)
    found = topics.get(db, id)
    if found is None:
        raise SenderError("This topic is no longer there. Load the page again.")
    return found


def _allowed(by: Account) -> None:
    if not by.supervises:
        raise SenderError("Only a supervisor decides about topics. Ask yours to look at this one.")


def _within(db: Connection, topic: Topic, asked: Sequence[Asked]) -> bool:
    """Whether all these questions are the topic's."""
    parts = {one.topic: topics.get(db, one.topic) for one in asked}
    return all(part is not None and part.id == topic.id for part in parts.values())


def _fits(db: Connection, name: str, besides: str = "") -> None:
    if not name:
        raise SenderError("The name is empty. Write one before you go on.")
    if len(name) > NAME:
        raise SenderError(f"The name has {len(name)} characters; {NAME} are the most. Shorten it.")
    same = (one for one in topics.page(db) if one.name.casefold() == name.casefold())
    if any(one.id != besides for one in same):
        raise SenderError("Another topic has this name. Choose another one, or merge the two.")
