"""A person takes a chat over: why, which place it has, how long that takes, when somebody is back; and the way back."""

import logging
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row

from console import postbox
from console.accounts import Account
from console.desk import Desk
from console.faq import holdout
from console.settings import Settings
from console.widget import view, wording
from console.widget.hours import Hours
from ingest.errors import KizunaError, SenderError
from ingest.records import Message
from ingest.store import Database, handoffs, mails, notes, sites, tickets
from ingest.store.handoffs import Handoff, Reason

KNOWN, LEAST = 20, 5  # first answers that the expected wait is made of; with fewer than the least nothing is said
STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 120, 180, 240, 360, 480)  # minutes that a wait is told in
_WAITING = ("open", "snoozed")
_ADDRESS = re.compile(r"[^@\s<>()\[\]\\\"',;:]{1,64}@[^@\s<>()\[\]\\\"',;:]+\.[^@\s<>()\[\]\\\"',;:.]{2,}")

log = logging.getLogger("kizuna.widget")


@dataclass(frozen=True)
class Wait:
    """What a visitor whose chat people have is told.

    `there`: somebody is; else from `opens` (ISO, empty where nobody knows). `place` from 1 among those who wait, 0 once
    a person has answered. `minutes`: how long it took lately, None where too little is known. `address`: one is left;
    `mail`: replies go there.
    """

    ticket: str
    there: bool
    opens: str
    place: int
    minutes: int | None
    address: bool
    mail: bool


def wait(db: Connection, row: Row[Any], settings: Settings, now: datetime) -> Wait | None:
    """How the conversation of this row waits; None where people do not have it, or are done with it."""
    if row.status not in _WAITING:
        return None
    hours = hours_of(db, row.site)
    there = hours.open(now)
    opens = None if there else hours.opens(now)
    place = handoffs.place(db, row.id)
    minutes = expected(db) if there and place else None
    left, mail = bool(row.reply_to), postbox.open_for(settings)
    return Wait(row.id, there, opens.isoformat() if opens else "", place, minutes, left, mail)


def expected(db: Connection) -> int | None:
    """Minutes within which about half of those were answered who came lately, rounded up to one of `STEPS`.

    None where fewer than `LEAST` are known, or it took longer than the last step.
    """
    known = handoffs.waits(db, KNOWN)
    if len(known) < LEAST:
        return None
    place = bisect_left(STEPS, median(one.total_seconds() for one in known) / 60)
    return STEPS[place] if place < len(STEPS) else None


def hours_of(db: Connection, site: str) -> Hours:
    """When people are there for a site; always for the desk's own, and for one that is gone."""
    return Hours.of(sites.hours(db, site)) if site else Hours()


def take_over(desk: Desk, row: Row[Any]) -> None:
    """Give the conversation of this row to a person, all at once: no line of the assistant can come after it.

    An unhappy visitor's ticket gets high priority.
    """
    now, unhappy = datetime.now(UTC), _unhappy(desk, row)
    priority = "high" if row.priority in ("low", "medium") and unhappy else row.priority
    with desk.db.write() as db:
        reason = why(tickets.turns(db, row.id))
        tickets.change(db, row.id, status="open", priority=priority, waiting_since=now)
        tickets.add(db, row.id, Message("activity", wording.of(row.lang).asked, now, view.VISITOR))
        begin(db, row, "unhappy" if unhappy and reason == "asked" else reason, now)
        holdout.asked(db, row.id)


def know(desk: Desk, row: Row[Any], email: str) -> None:
    """Keep the address that a visitor leaves: replies go there. A customer whom an agent has named stays."""
    email = email.casefold()
    if row.reply_to == email:
        return
    now, named = datetime.now(UTC), bool(row.customer and "@" not in row.customer)
    with desk.db.write() as db:
        tickets.change(db, row.id, reply_to=email, customer=row.customer if named else email)
        mails.drop(db, row.id)
        tickets.add(db, row.id, Message("activity", wording.of(row.lang).gave_email, now, "desk"))
        notes.write(db, by=row.visitor, action="left an address", subject=row.id)


def is_address(text: str) -> bool:
    """Whether this is an e-mail address that a mail can be sent to, without anything else in it."""
    return len(text) <= 254 and text.isascii() and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def saw(db: Database, visitor: str, seq: int) -> None:
    """Note how far a visitor has had the own conversation before them, while people have it or had it last."""
    with db.read() as connection:
        row = tickets.of_visitor(connection, visitor)
        if row is None or row.status == "pending" or seq <= (-1 if row.read_to is None else row.read_to):
            return
        last = tickets.turns_after(connection, row.id, seq - 1)
    if last:
        with db.write() as connection:
            tickets.change(connection, row.id, read_to=seq)


def _unhappy(desk: Desk, row: Row[Any]) -> bool:
    if row.mood:
        return bool(row.mood == "negative")
    with desk.db.read() as db:
        said = [turn.text for turn in tickets.turns(db, row.id) if turn.direction == "incoming"]
    try:
        felt = desk.classifier.of(said[-3:], desk.embedding) if said else []
    except KizunaError as error:
        log.warning("No mood for %s: %s", row.id, error)
        return False
    return any(mood.label == "negative" for mood in felt)


def begin(db: Connection, row: Row[Any], reason: Reason, now: datetime) -> None:
    """Note that a person has the conversation of this row from now on."""
    within = hours_of(db, row.site).open(now)
    handoffs.put(db, Handoff(row.id, now, reason, within))
    notes.write(db, by=row.visitor, action="handed over", subject=row.id, reason=reason, within=within)


def why(turns: Sequence[Row[Any]]) -> Reason:
    """Why the visitor wants a person, by what the assistant said last: it did not know, or did not help."""
    offers = {one.offer for one in (wording.ENGLISH, wording.JAPANESE)}
    said = [turn for turn in turns if (turn.direction, turn.author) == ("activity", view.ASSISTANT)]
    last = next((turn for turn in reversed(said) if turn.text not in offers), None)
    if last is None or not last.missed:
        return "asked"
    unknown = {text for one in (wording.ENGLISH, wording.JAPANESE) for text in (one.unknown, one.unavailable)}
    shall_i = {one.shall_i for one in (wording.ENGLISH, wording.JAPANESE)}
    before = [turn.text for turn in turns if turn.direction == "incoming" and turn.seq < last.seq]
    if last.text in unknown or (last.text in shall_i and before and not wording.no_help(before[-1])):
        return "unknown"
    return "no_help"


def give_back(db: Database, id: str, by: Account) -> None:
    """Give a chat that people have back to the assistant; its visitor is told.

    Raises SenderError where it is no chat, or people do not have it.
    """
    now = datetime.now(UTC)
    with db.write() as connection:
        row = tickets.row(connection, id)
        if row is None or not row.visitor or row.status not in _WAITING:
            raise SenderError("Only a chat that people have can be given back to the assistant.")
        tickets.add(connection, id, Message("activity", wording.of(row.lang).back, now, view.BACK))
        tickets.change(connection, id, status="pending", waiting_since=None)
        handoffs.ended(connection, id, now)
        notes.write(connection, by=by.name, action="gave back to the assistant", subject=id)
