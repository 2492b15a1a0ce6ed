"""The same thing from two sources: how it is known again, and how what both know becomes one record."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeVar

from ingest.records import Article, Customer, Message, Record, Ticket

MARKED = 8  # messages of a conversation that are looked at
_LETTERS = 24  # fewer letters than that say too little: "Thank you very much!"
_TELLING = 80  # so many letters alike are no chance
_SHARE = 0.6  # of the shorter conversation's messages
_DAYS = timedelta(days=3)
_MADE = re.compile(r"[a-z]+-[0-9a-f]{12}")
_PLACEHOLDER = re.compile(r"<[A-Z]+_\d+>")
_Kind = TypeVar("_Kind", Customer, Ticket)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=512)
def marks(ticket: Ticket) -> dict[int, int]:
    """Hashes (63 bits) of the first long messages, by letters and digits alone, with the number of their letters."""
    found: dict[int, int] = {}
    for turn in ticket.messages:
        plain = _letters(turn.text)
        if len(plain) >= _LETTERS:
            found[int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=8).digest()) >> 1] = len(plain)
            if len(found) == MARKED:
                break
    return found


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _PLACEHOLDER.sub("", text)).casefold()
    return re.sub(r"[\W_]+", "", plain).encode("utf-8", "ignore").decode()


def alike(one: Ticket, other: Ticket) -> bool:
    """Whether both are one conversation: most of their messages are the same, and nothing speaks against it."""
    mine, theirs = marks(one), marks(other)
    shared = mine.keys() & theirs.keys()
    if not shared or len(shared) < _SHARE * min(len(mine), len(theirs)) or _differ(one, other):
        return False
    told = sum(mine[mark] for mark in shared)
    known = bool(one.customer and one.customer == other.customer) or _close(one, other, timedelta(hours=1))
    return len(shared) > 1 or told >= _TELLING or known


def _differ(one: Ticket, other: Ticket) -> bool:
    """Other customers, or days apart."""
    people = {one.customer, other.customer} - {""}
    return len(people) > 1 or bool(one.created and other.created and not _close(one, other, _DAYS))


def _close(one: Ticket, other: Ticket, within: timedelta) -> bool:
    return bool(one.created and other.created and abs(one.created - other.created) <= within)


def made(id: str) -> bool:
    """Whether an id was made by a reader because the source had none."""
    return _MADE.fullmatch(id) is not None


def grows(id: str) -> bool:
    """Whether an id is a mail thread's: its mails come one after another and are never taken back."""
    return made(id) and id.startswith("mail-")


def same(one: Record, other: Record) -> bool:
    """Whether two records of different sources under one id are one thing: short numbers are used by every system."""
    if len(one.id) >= 6 and not one.id.isdecimal():
        return True
    if isinstance(one, Ticket) and isinstance(other, Ticket):
        told = bool(one.subject) and one.subject == other.subject
        return told or alike(one, other) or (one.created is not None and one.created == other.created)
    if isinstance(one, Article) and isinstance(other, Article):
        return SequenceMatcher(None, one.title, other.title).ratio() > 0.6
    if isinstance(one, Customer) and isinstance(other, Customer):
        return one.email == other.email if one.email and other.email else one.name == other.name
    return False


def merged(versions: Sequence[Record]) -> Record:
    """One record out of those that several sources have of one thing, in order of arrival.

    A customer's empty fields are filled in by later ones; of articles the newest counts; a conversation keeps its
    fullest version, or all messages where each source has a part.
    """
    first, *rest = versions
    for other in rest:
        if isinstance(first, Ticket) and isinstance(other, Ticket):
            first = _conversation(first, other)
        elif isinstance(first, Article) and isinstance(other, Article):
            first = other if (other.updated or _LONG_AGO) >= (first.updated or _LONG_AGO) else first
        elif isinstance(first, Customer) and isinstance(other, Customer):
            first = _filled(first, other)
    return first


def _filled(known: _Kind, other: _Kind) -> _Kind:
    empty = {f.name: getattr(other, f.name) for f in fields(known) if getattr(known, f.name) in ("", None, ())}
    return replace(known, **empty)


def _conversation(one: Ticket, other: Ticket) -> Ticket:
    mine, theirs = marks(one), marks(other)
    shared = len(mine.keys() & theirs.keys())
    whole = shared >= _SHARE * min(len(mine), len(theirs)) if mine and theirs else _overlap(one, other)
    if not whole:
        return replace(_filled(one, other), messages=_together(one, other))
    full, thin = (one, other) if _fullness(one) > _fullness(other) else (other, one)
    return replace(_filled(full, thin), kind=one.kind, lang=one.lang or other.lang)


def _overlap(one: Ticket, other: Ticket) -> bool:
    """Whether the same moments or nearly the same words stand in both."""
    times = [{turn.at for turn in ticket.messages if turn.at} for ticket in (one, other)]
    if times[0] & times[1]:
        return True
    mine, theirs = (_letters(" ".join(turn.text for turn in ticket.messages))[:2000] for ticket in (one, other))
    return bool(SequenceMatcher(None, mine, theirs).quick_ratio() > 0.8)


def _fullness(ticket: Ticket) -> tuple[int, bool, int]:
    """More messages are better, then known speakers, then known times."""
    return len(ticket.messages), not ticket.guessed, sum(turn.at is not None for turn in ticket.messages)


def _together(one: Ticket, other: Ticket) -> tuple[Message, ...]:
    """The messages of both, each once, by time where all have one."""
    seen: set[tuple[str, str]] = set()
    found: list[Message] = []
    for turn in (*one.messages, *other.messages):
        key = (turn.direction, _letters(turn.text))
        if key not in seen:
            seen.add(key)
            found.append(turn)
    timed = all(turn.at for turn in found)
    return tuple(sorted(found, key=lambda turn: turn.at or _LONG_AGO)) if timed else tuple(found)
