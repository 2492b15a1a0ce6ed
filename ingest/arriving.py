"""One transaction of an import: records onto the shelves and off again, merged where several sources mean one thing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection

from ingest import merging
from ingest.records import Article, Customer, Record, Ticket, Tombstone
from ingest.shelving import KINDS, Change, Shelves, Stand, kind_of
from ingest.store import arrivals, articles, customers, fingerprints, passages, placeholders, rows, tickets
from ingest.store.arrivals import Arrival, Key

Outcome = Literal["added", "changed", "unchanged", "removed", "merged"]
_TWINS = 10  # conversations that are looked at, those with the most in common first


@dataclass(frozen=True)
class Job:
    """One import: whose records they are, and what may be done to them on the way (the demo moves its dates)."""

    source: str
    id: str
    adjust: Change | None = None


class Batch:
    """One transaction of an import. Records of several sources that mean one thing stand merged under one id."""

    def __init__(self, db: Connection, shelves: Shelves, job: Job) -> None:
        self._db, self._job = db, job
        self._stand = Stand(db, shelves, job.source)
        self._own: dict[Key, Arrival] = {}  # what this source brought
        self._on: dict[Key, list[Arrival]] = {}  # what stands under a target
        self._waiting: dict[Key, tuple[Record, str]] = {}  # (kind, target) -> what the shelf will hold, and its book
        self._fresh: dict[tuple[str, str, str], Arrival] = {}
        self._marks: dict[int, list[str]] = {}
        self._num = arrivals.newest(db)

    def take(self, found: Sequence[Record | Tombstone]) -> list[tuple[str, Outcome]]:
        """Bring these in; returns what came of each, as (kind, outcome), in order. Customers go first."""
        people = [one for one in found if isinstance(one, Customer)]
        outcomes = {id(one): came for one, came in self._bring(people)}
        run: list[Record] = []
        for one in found:
            if isinstance(one, Tombstone):
                outcomes |= {id(brought): came for brought, came in self._bring(run)}
                outcomes[id(one)], run = self._bury(one), []
            elif not isinstance(one, Customer):
                run.append(one)
        outcomes |= {id(brought): came for brought, came in self._bring(run)}
        return [(_shown(one), outcomes[id(one)]) for one in found]

    def _bring(self, found: Sequence[Record]) -> list[tuple[Record, Outcome]]:
        if not found:
            return []
        keys = [(kind_of(one), one.id) for one in found]
        self._own |= arrivals.of_source(self._db, self._job.source, [key for key in keys if key not in self._own])
        digests = [rows.digest(one) for one in found]
        news = [one for one, key, digest in zip(found, keys, digests, strict=True) if self._is_news(key, digest)]
        adjusted = [self._job.adjust(one) if self._job.adjust else one for one in news]
        ready = {id(one): made for one, made in zip(news, self._stand.prepared(adjusted), strict=True)}
        self._look_around([made for made, _ in ready.values()])
        came: list[tuple[Record, Outcome]] = []
        for one, digest in zip(found, digests, strict=True):
            outcome: Outcome = "unchanged"
            if id(one) in ready and self._is_news((kind_of(one), one.id), digest):
                outcome = self._place(*ready[id(one)], digest)
            came.append((one, outcome))
        self._write()
        return came

    def _is_news(self, key: Key, digest: str) -> bool:
        prior = self._own.get(key)
        return prior is None or prior.gone or prior.digest != digest

    def _look_around(self, found: Sequence[Record]) -> None:
        """What stands where these will stand, and which conversations share messages with them."""
        wanted = {(kind_of(one), one.id) for one in found}
        wanted |= {(kind, prior.target) for (kind, id) in wanted if (prior := self._own.get((kind, id)))}
        self._on |= arrivals.on_targets(self._db, sorted(wanted - self._on.keys()))
        fresh = [one for one in found if isinstance(one, Ticket) and ("ticket", one.id) not in self._own]
        marked = {mark for one in fresh for mark in merging.marks(one)}
        if marked:
            for mark, ids in fingerprints.sharing(self._db, marked).items():
                self._marks.setdefault(mark, []).extend(ids)

    def _place(self, record: Record, book: str, digest: str) -> Outcome:
        kind = kind_of(record)
        prior = self._own.get((kind, record.id))
        target = prior.target if prior else self._target(record)
        others = [
            one for one in self._standing_on(kind, target) if (one.source, one.id) != (self._job.source, record.id)
        ]
        if prior and not prior.gone and merging.grows(record.id):
            record = self._grown(record, target)
        mine = self._arrival(record, prior, target, digest)
        if others:
            others = self._with_copies(others, kind, target)
            mine = replace(mine, copy=rows.dump(record))
            versions = sorted([*others, mine], key=lambda one: one.num)
            record = merging.merged([rows.load(kind, one.copy) for one in versions if one.copy])
        self._waiting[kind, target] = (replace(record, id=target), book)
        self._on[kind, target] = sorted([*others, mine], key=lambda one: one.num)
        for one in (*others, mine):
            self._fresh[one.source, kind, one.id] = one
        self._own[kind, mine.id] = mine
        if isinstance(record, Ticket):
            for mark in merging.marks(record):
                self._marks.setdefault(mark, []).append(target)
        return "merged" if others and not prior else "changed" if prior and not prior.gone else "added"

    def _grown(self, record: Record, target: str) -> Record:
        """A mail thread with what it held before: a later delivery may bring only its newest mails."""
        there = self._stands("ticket", target)
        return replace(merging.merged([there, record]), id=record.id) if there else record

    def _arrival(self, record: Record, prior: Arrival | None, target: str, digest: str) -> Arrival:
        kind = kind_of(record)
        if prior is None:
            self._num += 1
            return Arrival(self._job.source, kind, record.id, self._num, target, digest, self._job.id)
        before = prior.before if prior.job == self._job.id else self._before(prior)
        return replace(prior, digest=digest, job=self._job.id, gone=False, copy=None, before=before)

    def _before(self, prior: Arrival) -> dict[str, Any]:
        """What undoing this import has to bring back."""
        held = prior.copy
        if held is None and not prior.gone:
            record = self._stands(prior.kind, prior.target)
            held = rows.dump(replace(record, id=prior.id)) if record else None
        return {"digest": prior.digest, "job": prior.job, "gone": prior.gone, "record": held}

    def _target(self, record: Record) -> str:
        """Where a record that is new from this source stands: with its likes, or alone under its own or a longer id."""
        kind = kind_of(record)
        if self._standing_on(kind, record.id):
            there = self._stands(kind, record.id)
            return record.id if there and merging.same(record, there) else f"{record.id}@{self._job.source}"
        if isinstance(record, Customer) and record.email:
            known = customers.find(self._db, record.email)
            pending = (
                one.id
                for (k, _), (one, _) in self._waiting.items()
                if k == "customer" and isinstance(one, Customer) and one.email == record.email
            )
            return next(pending, known.id if known else record.id)
        return self._twin(record) if isinstance(record, Ticket) else record.id

    def _twin(self, ticket: Ticket) -> str:
        """The conversation that this one is in another format; its own id where there is none.

        Records of one source are different things, unless only one of them has an id of its own.
        """
        candidates = Counter(id for mark in merging.marks(ticket) for id in self._marks.get(mark, []))
        for id, _ in candidates.most_common(_TWINS):
            own = any(one.source == self._job.source for one in self._standing_on("ticket", id))
            if own and merging.made(id) == merging.made(ticket.id):
                continue
            there = self._stands("ticket", id)
            if isinstance(there, Ticket) and merging.alike(ticket, there):
                return id
        return ticket.id

    def _standing_on(self, kind: str, target: str) -> list[Arrival]:
        if (kind, target) not in self._on:
            self._on[kind, target] = arrivals.on_targets(self._db, [(kind, target)]).get((kind, target), [])
        return self._on[kind, target]

    def _stands(self, kind: str, target: str) -> Record | None:
        """What is on the shelf, as the sources tell it."""
        if (kind, target) in self._waiting:
            return self._waiting[kind, target][0]
        return _on_shelf(self._db, kind, target)

    def _with_copies(self, others: Sequence[Arrival], kind: str, target: str) -> list[Arrival]:
        """Whoever stood alone gets a version of its own, for the shelf will hold a merged one."""
        if all(one.copy for one in others):
            return list(others)
        there = self._stands(kind, target)
        return [one if one.copy or there is None else replace(one, copy=rows.dump(there)) for one in others]

    def _bury(self, stone: Tombstone) -> Outcome:
        """What the source has deleted leaves the shelves, whichever of its files brought it."""
        found = [one for one in arrivals.of_ids(self._db, [(stone.kind, stone.id)]) if not one.gone]
        own = {one.target for one in found if one.source == self._job.source}
        meant = [one for one in found if one.target in own] if own else found
        if not meant or len({one.target for one in meant}) > 1:  # two systems use this id: neither is meant for sure
            return "unchanged"
        gone = [
            replace(one, gone=True, digest="", job=self._job.id, copy=None, before=self._before(one)) for one in meant
        ]
        arrivals.put_many(self._db, gone)
        settle(self._db, self._stand.shelves, stone.kind, meant[0].target)
        self._own |= {one.key: one for one in gone if one.source == self._job.source}
        self._on.pop((stone.kind, meant[0].target), None)
        return "removed"

    def _write(self) -> None:
        arrivals.put_many(self._db, list(self._fresh.values()))
        people = [(key, one) for key, (one, _) in self._waiting.items() if isinstance(one, Customer)]
        for key, one in people:
            customers.put(self._db, one, origin=self._job.source, also=_known_as(self._db, one.id, self._on[key]))
        self._stand.store([made for made in self._waiting.values() if not isinstance(made[0], Customer)])
        self._waiting.clear()
        self._fresh.clear()


def settle(
    db: Connection, shelves: Shelves, kind: str, target: str, *, restored: Mapping[str, Any] | None = None
) -> None:
    """Make the shelf tell what the arrivals of one target say after one of them left or went back.

    `restored` is the version of an arrival that stands alone and has no copy of its own.
    """
    there = arrivals.on_targets(db, [(kind, target)]).get((kind, target), [])
    versions = [rows.load(kind, one.copy) for one in there if one.copy]
    if restored and not versions:
        versions = [rows.load(kind, dict(restored))]
    if not there:
        remove(db, kind, target)
    elif versions:
        if len(there) == 1 and there[0].copy:
            arrivals.put_many(db, [replace(there[0], copy=None)])
        record = replace(merging.merged(versions), id=target)
        if isinstance(record, Customer):
            customers.put(db, record, origin=there[0].source, also=_known_as(db, target, there))
        else:
            book = tickets.book(db, target) if kind == "ticket" else ""
            Stand(db, shelves, there[0].source).store([(record, book)])


def _known_as(db: Connection, target: str, there: Sequence[Arrival]) -> list[str]:
    """Other ids and addresses of a customer, without those under which somebody else stands."""
    addresses = list(dict.fromkeys(filter(None, ((one.copy or {}).get("email", "") for one in there))))
    names = list(dict.fromkeys([*(one.id for one in there), *addresses[1:]]))
    others = arrivals.on_targets(db, [("customer", one) for one in names if one != target])
    return [one for one in names if ("customer", one) not in others]


def remove(db: Connection, kind: str, target: str) -> None:
    """Take something off the shelf, with all that was made of it."""
    if kind == "customer":
        customers.remove(db, target)
        return
    passages.replace_many(db, [(shelf, target) for shelf in KINDS[kind]], [])
    if kind == "ticket":
        tickets.remove(db, target)
        placeholders.forget(db, f"ticket:{target}")
    else:
        articles.remove(db, target)


def _on_shelf(db: Connection, kind: str, target: str) -> Record | None:
    if kind == "ticket":
        return tickets.told(db, target)
    return articles.get(db, target) if kind == "article" else customers.resolve(db, [target]).get(target)


def _shown(item: Record | Tombstone) -> str:
    return item.kind if isinstance(item, Ticket | Article | Tombstone) else "customer"
