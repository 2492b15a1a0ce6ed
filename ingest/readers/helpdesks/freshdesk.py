"""Freshdesk's JSON, of both its APIs: tickets joined with their notes and replies, contacts and solution articles."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from ingest.readers import fields, loose, opening
from ingest.readers.gathering import Pile
from ingest.readers.helpdesks import freshdesk_kinds, freshdesk_records
from ingest.readers.helpdesks.freshdesk_records import moment, text
from ingest.readers.opening import Columns, File
from ingest.records import Item

claims = freshdesk_kinds.claims

_UNFIT = "Of Freshdesk, tickets, replies, contacts and articles can come in, not {}. Leave this file out."
_UNKNOWN = "This is no ticket, reply, contact or article of Freshdesk that the desk knows. Leave it out."
_ALONE = (
    "By themselves, {} of Freshdesk say nothing. Bring them in together with the tickets, in one folder or ZIP file."
)
_ORPHANS = (
    "These words belong to the ticket {}, which is not among these files. "
    "Bring in the tickets together with their conversations, in one folder or ZIP file."
)
_PLURALS = {
    "agent": "agents",
    "company": "companies",
    "time entry": "time entries",
    "group or role": "groups and roles",
    "solution category": "solution categories",
}


@dataclass(frozen=True)
class _Delivery:
    """What the files of one delivery hold, on the disk where it may be much."""

    files: Sequence[File]
    people: Pile
    tickets: Pile
    agents: dict[str, str] = field(default_factory=dict)  # id -> name
    companies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Thing:
    """One object of a file, and where it stands."""

    kind: str
    it: dict[str, Any]
    file: int
    where: int | str


def gather(files: Sequence[File], named: Columns | None) -> Iterator[Item]:
    """Articles as they come, then contacts, then tickets with the replies that any of the files holds for them.

    A ticket that comes more than once is read as it was last. Agents and companies lend their names only.
    """
    with Pile() as people, Pile() as tickets:
        delivery = _Delivery(files, people, tickets)
        met: dict[str, int] = {}  # kind -> the file where it was first met
        for index in range(len(files)):
            yield from _sorted(delivery, index, met)
        if met.keys() <= {"agent", "company"}:
            yield from (opening.reject(files[at], _ALONE.format(_PLURALS[kind])) for kind, at in met.items())
        for _, things in people:
            yield _tried(delivery, _customer, [_Thing(**thing) for thing in things])
        for _, things in tickets:
            yield _tried(delivery, _joined, [_Thing(**thing) for thing in things])


def _sorted(delivery: _Delivery, index: int, met: dict[str, int]) -> Iterator[Item]:
    """One file's objects put where they belong. Articles come at once; of what is not kept the first as a Reject."""
    file = delivery.files[index]
    strange: set[str] = set()
    for name, number, item in opening.members(file, freshdesk_kinds.LISTS):
        if not isinstance(item, dict):
            yield item
            continue
        kind, one = freshdesk_kinds.known(item, file.name)
        thing = _Thing(kind, one, index, opening.spot(name, number))
        if kind == "frame" or kind in strange:
            continue
        met.setdefault(kind, index)
        if kind == "article":
            yield _tried(delivery, _article, [thing])
        elif kind in _PUT:
            _PUT[kind](delivery, thing)
        else:
            strange.add(kind)
            reason = _UNFIT.format(_PLURALS.get(kind, f"{kind}s")) if kind else _UNKNOWN
            yield opening.reject(file, reason, opening.shown(one), thing.where)


def _tried(delivery: _Delivery, make: Callable[[_Delivery, list[_Thing]], Item], things: list[_Thing]) -> Item:
    """What `make` makes of things that belong together, or why it cannot."""
    last = things[-1]
    try:
        return make(delivery, things)
    except ValidationError as error:
        reason = fields.explain(error)
    except ValueError as error:
        reason = str(error)
    return opening.reject(delivery.files[last.file], reason, opening.shown(last.it), last.where)


def _put_ticket(delivery: _Delivery, thing: _Thing) -> None:
    """A ticket, the notes inside it and the requester beside it."""
    id = text(thing.it, "display_id", "id")
    for key in ("conversations", "notes", "helpdesk_notes"):
        for note in loose.many(thing.it.pop(key, None)):
            inside = note[next(iter(note))] if len(note) == 1 else note
            _put_note(delivery, replace(thing, kind="note", it=loose.inside(inside) | {"ticket_id": id}))
    requester = loose.inside(thing.it.get("requester"))
    if requester.get("id"):
        delivery.people.add(text(requester, "id"), 0, asdict(replace(thing, kind="contact", it=requester)))
    delivery.tickets.add(id, 0, asdict(thing))


def _put_note(delivery: _Delivery, thing: _Thing) -> None:
    delivery.tickets.add(text(thing.it, "ticket_id"), moment(thing.it.get("created_at")), asdict(thing))


def _put_contact(delivery: _Delivery, thing: _Thing) -> None:
    delivery.people.add(text(thing.it, "id"), 1, asdict(thing))


def _put_agent(delivery: _Delivery, thing: _Thing) -> None:
    person = {**thing.it, **loose.inside(thing.it.get("contact")), **loose.inside(thing.it.get("user"))}
    delivery.agents[text(thing.it, "user_id", "id")] = text(person, "name")


def _put_company(delivery: _Delivery, thing: _Thing) -> None:
    delivery.companies[text(thing.it, "id")] = text(thing.it, "name")


_PUT: dict[str, Callable[[_Delivery, _Thing], None]] = {
    "ticket": _put_ticket,
    "note": _put_note,
    "rating": _put_note,
    "contact": _put_contact,
    "agent": _put_agent,
    "company": _put_company,
}


def _customer(delivery: _Delivery, things: list[_Thing]) -> Item:
    """The contact as it was told last; one that only stood beside a ticket knows less and gives way."""
    return freshdesk_records.customer(things[-1].it, delivery.companies)


def _article(delivery: _Delivery, things: list[_Thing]) -> Item:
    return freshdesk_records.article(things[0].it, delivery.files[things[0].file].stem)


def _joined(delivery: _Delivery, things: list[_Thing]) -> Item:
    told = {kind: [one.it for one in things if one.kind == kind] for kind in ("ticket", "note", "rating")}
    if not told["ticket"]:
        raise ValueError(_ORPHANS.format(text(things[0].it, "ticket_id") or "without a number"))
    versions = sorted(told["ticket"], key=lambda one: moment(one.get("updated_at")))
    return freshdesk_records.ticket(versions, told["note"], told["rating"], delivery.agents)
