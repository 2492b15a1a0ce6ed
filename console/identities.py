"""Customers who are one person: proposed with what speaks for it, decided by a supervisor, and taken back exactly."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from console import likeness
from console.accounts import Account
from ingest import arriving, merging
from ingest.errors import SenderError
from ingest.records import Customer
from ingest.shelving import Shelves
from ingest.store import Database, arrivals, customers, matches, notes, placeholders, rows
from ingest.store.arrivals import Arrival
from ingest.store.matches import Match

KEPT = 1000  # likeliest proposals: more than anybody decides before the next look
EVERY = timedelta(minutes=3)  # how often the background looks at most
_LOOKED = "matches_looked"


@dataclass(frozen=True)
class Side:
    """One of the two as people compare them: what the sources tell, which sources, and how many conversations."""

    customer: Customer
    sources: tuple[str, ...]
    conversations: int


def sides(db: Connection, match: Match) -> tuple[Side | None, Side | None]:
    """Both customers of a match, also of a merged one; None for who is no longer there."""
    if match.state != "merged":
        counts = matches.conversations(db, (match.one, match.other))
        one, other = (_side(id, _standing(db, id), counts.get(id, 0)) for id in (match.one, match.other))
        return one, other
    head, came = _head(match.one, matches.all_of(db)), _came(match)
    here = [one for one in _standing(db, head) if (one.source, one.id) not in came]
    there = [one for one in _standing(db, head) if (one.source, one.id) in came]
    moved = len((match.undo or {})["tickets"])
    all_told = matches.conversations(db, [head]).get(head, 0)
    return _side(match.one, here, max(all_told - moved, 0)), _side(match.other, there, moved)


def _side(id: str, standing: Sequence[Arrival], count: int) -> Side | None:
    sources = tuple(dict.fromkeys(one.source for one in standing))
    return Side(replace(_told(standing), id=id), sources, count) if standing else None


def _told(standing: Sequence[Arrival]) -> Customer:
    """What the sources tell together; later versions fill in what earlier ones lack."""
    record = merging.merged([rows.load("customer", one.copy) for one in standing if one.copy])
    assert isinstance(record, Customer)
    return record


def catch_up(db: Database, now: datetime | None = None) -> bool:
    """Propose anew if customers changed since, and not more often than `EVERY`; returns whether it did."""
    now = now or datetime.now(UTC)
    with db.read() as connection:
        looked = json.loads(notes.get(connection, _LOOKED) or "{}")
        if looked and now < datetime.fromisoformat(looked["at"]) + EVERY:
            return False
        seen = matches.fingerprint(connection)
    if looked.get("seen") == seen:
        return False
    propose(db)
    with db.write() as connection:
        notes.put(connection, _LOOKED, json.dumps({"at": now.isoformat(), "seen": seen}))
    return True


def propose(db: Database) -> list[Match]:
    """Who may be one person, likeliest first; kept, so that people can decide. What was decided is not asked again."""
    with db.read() as connection:
        people = matches.people(connection)
    pairs = likeness.find(people)
    with db.write() as connection:
        known = matches.all_of(connection)
        _tidy(connection, [one for one in known if one.state == "merged"])
        turned_down = {_heads(one, known) for one in known if one.state == "rejected"}
        decided = {one.id for one in known if one.state != "proposed"}
        found = [
            made
            for made in map(_match, pairs)
            if made.id not in decided and frozenset((made.one, made.other)) not in turned_down
        ][:KEPT]
        kept = {one.id for one in found} | decided
        matches.remove(connection, [one.id for one in known if one.id not in kept])
        matches.put_many(connection, found)
    return found


def _match(pair: likeness.Pair) -> Match:
    evidence = [{"signal": signal, "one": one, "other": other} for signal, (one, other) in pair.evidence.items()]
    evidence.sort(key=lambda told: -likeness.WEIGHTS[told["signal"]])
    one, other = pair.one.id, pair.other.id
    return Match(matches.id_of(one, other), one, other, evidence, pair.score)


def _head(id: str, known: Sequence[Match]) -> str:
    """Under whose id this customer stands now, after all merges."""
    into = {one.other: one.one for one in known if one.state == "merged"}
    while id in into:
        id = into.pop(id)
    return id


def _heads(match: Match, known: Sequence[Match]) -> frozenset[str]:
    return frozenset((_head(match.one, known), _head(match.other, known)))


def _tidy(db: Connection, merged: Sequence[Match]) -> None:
    """After imports and withdrawals: who left is forgotten, and who stayed is found by every former address."""
    for match in merged:
        there, gone = matches.remaining(db, _came(match))
        if not there:
            if not _standing(db, match.other):
                placeholders.forget(db, match.other)
            if not gone:
                matches.remove(db, [match.id])
            continue
        head = _head(match.one, merged)
        names = _known_as(db, head, _standing(db, head))
        if not matches.are_aliases(db, names, head):
            _put(db, head, matches.origin(db, head))


def merge(shelves: Shelves, match: Match, *, by: Account) -> None:
    """Make two customers one: the older is kept, with everything of both; `separate` takes it back.

    Raises SenderError unless a supervisor asks and both customers are still there, undecided.
    """
    _may(by)
    with shelves.db.write() as db:
        kept = _still(db, match, "proposed")
        undo = _join(db, kept.one, kept.other)
        _decide(db, kept, "merged", by, undo)
        notes.write(
            db, by=by.name, action="merged customers", subject=kept.one, other=kept.other, tickets=len(undo["tickets"])
        )


def _join(db: Connection, one: str, other: str) -> dict[str, Any]:
    """Put `other`'s arrivals and conversations under `one`; returns what taking it back needs."""
    here, there = _standing(db, one), _standing(db, other)
    if not here or not there:
        raise SenderError("One of the two customers is no longer there. The proposal goes away by itself.")
    came, moved = matches.arrived(db, other), matches.tickets_of(db, other)
    origins = {id: matches.origin(db, id) for id in (one, other)}
    undo = {"arrivals": came, "tickets": moved, "num": arrivals.newest(db), "origins": origins}
    arrivals.put_many(db, [*here, *there])
    matches.lead(db, came, other, one)
    matches.give(db, moved, other, one)
    matches.clear(db, other)
    _put(db, one, origins[one])
    return undo


def separate(shelves: Shelves, match: Match, *, by: Account) -> None:
    """Take a merge back: both customers are as their sources tell them, each with the own conversations.

    Conversations that came since go to the second one where only that one's sources brought them. Raises SenderError
    unless a supervisor asks, and where nothing of the second customer is left.
    """
    _may(by)
    with shelves.db.write() as db:
        kept = _still(db, match, "merged")
        head = _head(kept.one, matches.all_of(db))
        _part(db, shelves, kept, head)
        _decide(db, kept, "proposed", by, None)
        notes.write(db, by=by.name, action="separated customers", subject=head, other=kept.other)


def _part(db: Connection, shelves: Shelves, match: Match, head: str) -> None:
    came, undo = _came(match), match.undo or {}
    standing = _standing(db, head)
    came += _followers(standing, came, undo["num"])
    theirs = {one.source for one in standing if (one.source, one.id) in came}
    ours = {one.source for one in standing if (one.source, one.id) not in came}
    if not theirs:
        raise SenderError("Nothing of the second customer is left: its sources have been withdrawn.")
    arrivals.put_many(db, [*standing, *_standing(db, match.other)])
    since = matches.newer(db, head, undo["num"])
    late = [id for id, sources in since.items() if sources <= theirs - ours]
    matches.lead(db, came, head, match.other)
    matches.give(db, [*undo["tickets"], *late], head, match.other)
    for id in (head, match.other):
        arriving.settle(db, shelves, "customer", id)
        matches.set_origin(db, id, undo["origins"].get(id, ""))


def _followers(standing: Sequence[Arrival], came: Sequence[tuple[str, str]], num: int) -> list[tuple[str, str]]:
    """What came since the merge under an address that only the second customer has."""
    own = {_address(one) for one in standing if (one.source, one.id) in came}
    others = {_address(one) for one in standing if (one.source, one.id) not in came and one.num <= num}
    return [(one.source, one.id) for one in standing if one.num > num and _address(one) in own - others - {""}]


def _address(one: Arrival) -> str:
    return str((one.copy or {}).get("email", ""))


def reject(shelves: Shelves, match: Match, *, by: Account) -> None:
    """Remember that these are two people; they are not proposed again. Raises SenderError unless a supervisor asks."""
    _turn(shelves, match, "proposed", "rejected", "told customers apart", by)


def reopen(shelves: Shelves, match: Match, *, by: Account) -> None:
    """Propose a rejected pair again. Raises SenderError unless a supervisor asks."""
    _turn(shelves, match, "rejected", "proposed", "reopened customers", by)


def _turn(shelves: Shelves, match: Match, was: matches.State, state: matches.State, did: str, by: Account) -> None:
    _may(by)
    with shelves.db.write() as db:
        kept = _still(db, match, was)
        _decide(db, kept, state, by, None)
        notes.write(db, by=by.name, action=did, subject=kept.one, other=kept.other)


def _may(by: Account) -> None:
    if not by.supervises:
        raise SenderError("Only a supervisor decides who is the same person.")


def _still(db: Connection, match: Match, state: matches.State) -> Match:
    kept = matches.get(db, match.id)
    if kept is None or kept.state != state:
        raise SenderError("Somebody else decided this meanwhile. Look at it again.")
    return kept


def _decide(db: Connection, match: Match, state: matches.State, by: Account, undo: dict[str, Any] | None) -> None:
    decided = None if state == "proposed" else datetime.now(UTC)
    name = "" if state == "proposed" else by.name
    matches.put_many(db, [replace(match, state=state, by=name, decided=decided, undo=undo)])


def _came(match: Match) -> list[tuple[str, str]]:
    return [(source, id) for source, id in (match.undo or {}).get("arrivals", ())]


def _standing(db: Connection, target: str) -> list[Arrival]:
    """What stands under a customer's id, each with a version of its own."""
    found = arrivals.on_targets(db, [("customer", target)]).get(("customer", target), [])
    shelf = customers.resolve(db, [target]).get(target)
    return [one if one.copy or shelf is None else replace(one, copy=rows.dump(shelf)) for one in found]


def _put(db: Connection, target: str, origin: str) -> None:
    """Shelve a customer as all that stands under the id tells."""
    there = _standing(db, target)
    customers.put(db, replace(_told(there), id=target), origin=origin, also=_known_as(db, target, there))


def _known_as(db: Connection, target: str, there: Sequence[Arrival]) -> list[str]:
    """Every id and every further address of one person, but none under which somebody else stands.

    The first address is the customer's own, and needs no alias.
    """
    addresses = list(dict.fromkeys(filter(None, map(_address, there))))
    names = list(dict.fromkeys([*(one.id for one in there), *addresses[1:]]))
    others = arrivals.on_targets(db, [("customer", one) for one in names if one != target])
    return [one for one in names if ("customer", one) not in others]
