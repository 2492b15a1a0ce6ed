"""From a file to the shelves: read, clean, mask, store, cut into passages, index. Running it twice changes nothing."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import Connection

from ingest import clean, readers
from ingest.errors import SenderError
from ingest.index import Index
from ingest.passages import Splitter
from ingest.records import Article, Customer, Message, Record, Reject, Ticket, Tombstone
from ingest.redact import Placeholders, Redactor
from ingest.store import Database, articles, customers, imports, passages, rows, tickets

BATCH = 100  # records of one transaction: what a kill loses at most

_SHELF: dict[type, tuple[str, ...]] = {Ticket: ("ticket", "call"), Article: ("article", "faq")}

Progress = Callable[[str, int, int], None]
Change = Callable[[Record], Record]


@dataclass(frozen=True)
class Shelves:
    """Where things are put, and the tools that prepare them."""

    db: Database
    index: Index
    redactor: Redactor
    splitter: Splitter


@dataclass
class Report:
    """What an ingest did: records by kind that were added, changed or unchanged, and those rejected."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    passages: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Totals, for the history of imports."""
        sums = {name: sum(getattr(self, name).values()) for name in ("added", "changed", "unchanged")}
        return sums | {"rejected": self.rejected, "passages": self.passages}


def run(
    paths: Sequence[Path],
    shelves: Shelves,
    *,
    mapping: dict[str, str] | None = None,
    adjust: Change | None = None,
    by: str = "",
    progress: Progress | None = None,
) -> Report:
    """Bring every record of these files and folders onto the shelves and make it findable.

    `mapping` names table columns ({field: column}); `adjust` may change a record as it is read (the demo moves
    its dates). Raises SenderError when a path does not exist. What cannot be read is kept as a reject with its reason.
    """
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise SenderError(f"There is no file or folder {', '.join(missing)}. Check the path.")
    origin, name, report = ", ".join(path.resolve().name for path in paths), uuid.uuid4().hex[:12], Report()
    with shelves.db.write() as db:
        imports.start(db, name, origin, by)
        imports.forgive(db, origin)
    total = sum(1 for _ in _read(paths, mapping)) if progress else 0
    done = 0
    for batch in _batches(_read(paths, mapping), BATCH):
        _shelve_batch(batch, shelves, report, origin, adjust)
        report.passages += shelves.index.catch_up()
        done += len(batch)
        if progress:
            progress("records", done, max(total, done))
    report.passages += shelves.index.catch_up()
    with shelves.db.write() as db:
        imports.finish(db, name, report.counts())
    return report


def preview(paths: Sequence[Path], *, mapping: dict[str, str] | None = None) -> Iterator[Record | Reject]:
    """The records that these files hold, read and cleaned of nothing: for a look before the run."""
    return _read(paths, mapping)


def _read(paths: Sequence[Path], mapping: dict[str, str] | None) -> Iterator[Record | Reject]:
    named = (lambda _: mapping) if mapping else None
    found = chain.from_iterable(readers.read(path, named=named) for path in paths)
    return (one for one in found if not isinstance(one, Tombstone))


def _batches(items: Iterable[Record | Reject], size: int) -> Iterator[list[Record | Reject]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _shelve_batch(
    batch: list[Record | Reject], shelves: Shelves, report: Report, origin: str, adjust: Change | None
) -> None:
    with shelves.db.write() as db:
        known = _digests(db, batch)
        for item in batch:
            if isinstance(item, Reject):
                _reject(db, item, shelves.redactor, report, origin)
                continue
            digest, kind = rows.digest(item), _kind(item)
            before = known.get((type(item), item.id))
            outcome = report.added if before is None else report.unchanged if before == digest else report.changed
            outcome[kind] = outcome.get(kind, 0) + 1
            if before != digest:
                shelve(db, adjust(item) if adjust else item, shelves, digest=digest, origin=origin)
                known[type(item), item.id] = digest


def _digests(db: Connection, batch: list[Record | Reject]) -> dict[tuple[type, str], str]:
    ids: dict[type, list[str]] = {Ticket: [], Article: [], Customer: []}
    for item in batch:
        if not isinstance(item, Reject):
            ids[type(item)].append(item.id)
    stores = {Ticket: tickets.digests, Article: articles.digests, Customer: customers.digests}
    return {(kind, id): one for kind, digests in stores.items() for id, one in digests(db, ids[kind]).items()}


def _kind(record: Record) -> str:
    return "customer" if isinstance(record, Customer) else record.kind


def _reject(db: Connection, item: Reject, redactor: Redactor, report: Report, origin: str) -> None:
    imports.reject(db, replace(item, raw=redactor.mask(item.raw).text), origin)
    report.rejected += 1
    report.reasons[item.reason] = report.reasons.get(item.reason, 0) + 1


def shelve(db: Connection, record: Record, shelves: Shelves, *, digest: str = "", origin: str = "") -> Record:
    """Clean, mask and store one record with its passages; returns it as stored. The index catches up later."""
    if isinstance(record, Customer):
        person = replace(record, email=record.email.casefold())
        customers.put(db, person, digest=digest, origin=origin)
        return person
    stored: Ticket | Article
    if isinstance(record, Article):
        stored = _article(record)
        articles.put(db, stored, digest=digest, origin=origin)
    else:
        known = customers.find(db, record.customer)
        stored = mask(record, shelves.redactor, (known.name,) if known and known.name else ())
        stored = replace(stored, customer=known.id) if known else stored
        stored = tickets.put(db, stored, digest=digest, origin=origin)
    for kind in _SHELF[type(stored)]:  # a ticket that comes again as a call leaves nothing behind
        passages.forget(db, kind, stored.id)
    passages.replace(db, stored.kind, stored.id, shelves.splitter.split(stored))
    return stored


def reshelve(db: Connection, id: str, shelves: Shelves) -> None:
    """Cut a stored ticket into passages again after its conversation went on."""
    ticket = tickets.get(db, id)
    if ticket:
        passages.replace(db, ticket.kind, id, shelves.splitter.split(ticket))


def mask(ticket: Ticket, redactor: Redactor, names: tuple[str, ...] = ()) -> Ticket:
    """The ticket cleaned, without personal data, and with its language; placeholders agree over all its messages."""
    book = Placeholders()
    turns = tuple(_message(turn, redactor, names, book) for turn in ticket.messages)
    subject = redactor.mask(clean.message(ticket.subject), names=names, book=book).text
    said = " ".join(turn.text for turn in turns if turn.direction == "incoming") or " ".join(
        turn.text for turn in turns
    )
    return replace(
        ticket,
        messages=turns,
        subject=subject,
        lang=ticket.lang or clean.language(said),
        customer=_reference(ticket.customer),
    )


def _reference(customer: str) -> str:
    """An id as it is; an email address as customers have theirs."""
    return customer.strip().casefold() if "@" in customer else customer.strip()


def _message(turn: Message, redactor: Redactor, names: tuple[str, ...], book: Placeholders) -> Message:
    text = redactor.mask(clean.message(turn.text), names=names, book=book).text
    return replace(turn, text=text, author="" if turn.direction == "incoming" else turn.author)


def _article(article: Article) -> Article:
    """Articles are the company's own words: its phone number and addresses are meant to be read."""
    text = clean.article(article.text)
    return replace(article, text=text, lang=article.lang or clean.language(text))
