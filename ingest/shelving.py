"""Records onto the shelves: cleaned, masked, merged with what other sources know of the same thing, cut, indexed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from ingest import cases, clean, merging
from ingest.index import Index
from ingest.passages import Splitter
from ingest.records import Article, Customer, Message, Record, Ticket, Tombstone
from ingest.redact import Placeholders, Redactor
from ingest.store import Database, arrivals, articles, customers, fingerprints, passages, tickets
from ingest.store import cases as readings
from ingest.vault import Book, Vault

Change = Callable[[Record], Record]
KINDS = {"ticket": ("ticket", "call"), "article": ("article", "faq")}


@dataclass(frozen=True)
class Shelves:
    """Where things are put, and the tools that prepare them."""

    db: Database
    index: Index
    redactor: Redactor
    splitter: Splitter
    vault: Vault


def kind_of(item: Record | Tombstone) -> str:
    """The kind that an item arrives as: ticket, article or customer."""
    if isinstance(item, Tombstone):
        return item.kind
    return "customer" if isinstance(item, Customer) else "article" if isinstance(item, Article) else "ticket"


def shelve(db: Connection, record: Record, shelves: Shelves, *, origin: str = "") -> Record:
    """Clean, mask and store one record that no import brings; returns it as stored. The index catches up later."""
    if isinstance(record, Customer):
        record = _person(record)
        customers.put(db, record, origin=origin)
        return record
    stand = Stand(db, shelves, origin)
    prepared, book = stand.prepared([record])[0]
    (stored,) = stand.store([(prepared, book)])
    return stored


def reshelve(db: Connection, id: str, shelves: Shelves) -> None:
    """Read and cut a stored ticket again after its conversation went on."""
    ticket = tickets.get(db, id)
    if ticket:
        Stand(db, shelves, "").index([ticket])


def masked(db: Connection, ticket: Ticket, text: str, shelves: Shelves) -> str:
    """What a customer says in a ticket without personal data; placeholders go on where those of before stopped."""
    book = book_of(db, ticket)
    books = shelves.vault.books(db, [book])
    told = shelves.redactor.mask(text, names=customers.names(db, ticket.customer), book=books[book])
    shelves.vault.save(db, books.values())
    return told.text


def book_of(db: Connection, ticket: Ticket) -> str:
    """Whose placeholders stand in a ticket."""
    return tickets.book(db, ticket.id) or ticket.customer or f"ticket:{ticket.id}"


def mask(ticket: Ticket, redactor: Redactor, names: tuple[str, ...] = (), book: Any = None) -> Ticket:
    """The ticket cleaned, without personal data, and with its language; placeholders agree over all its messages."""
    book = Placeholders() if book is None else book
    turns = tuple(_message(turn, redactor, names, book) for turn in ticket.messages)
    subject = redactor.mask(clean.message(ticket.subject), names=names, book=book).text if ticket.subject else ""
    said = " ".join(turn.text for turn in turns if turn.direction == "incoming") or " ".join(
        turn.text for turn in turns
    )
    lang, customer = ticket.lang or clean.language(said), _reference(ticket.customer)
    return replace(ticket, messages=turns, subject=subject, lang=lang, customer=customer)


def _message(turn: Message, redactor: Redactor, names: tuple[str, ...], book: Any) -> Message:
    text = redactor.mask(clean.message(turn.text), names=names, book=book).text
    files = tuple(redactor.mask(name, names=names, book=book).text for name in turn.attachments)
    return replace(turn, text=text, attachments=files, author="" if turn.direction == "incoming" else turn.author)


def _reference(customer: str) -> str:
    """An id as it is; an email address as customers have theirs."""
    return customer.strip().casefold() if "@" in customer else customer.strip()


def _person(customer: Customer) -> Customer:
    return replace(customer, email=customer.email.strip().casefold())


def _article(article: Article) -> Article:
    """Articles are the company's own words: its phone number and addresses are meant to be read."""
    text = clean.article(article.text)
    return replace(article, text=text, lang=article.lang or clean.language(text))


@dataclass
class Stand:
    """Prepares records and puts them on the shelf, many at a time."""

    db: Connection
    shelves: Shelves
    source: str
    books: dict[str, Book] = field(default_factory=dict)

    def prepared(self, found: Sequence[Record]) -> list[tuple[Record, str]]:
        """Each record cleaned and masked, with the name of the book that its placeholders stand in."""
        people = self._people([one.customer for one in found if isinstance(one, Ticket)])
        scopes = {
            (one.id, one.customer): self._scope(one, people.get(one.customer))
            for one in found
            if isinstance(one, Ticket)
        }
        missing = set(scopes.values()) - self.books.keys()
        self.books |= self.shelves.vault.books(self.db, sorted(missing))
        made: list[tuple[Record, str]] = []
        for one in found:
            if isinstance(one, Ticket):
                scope = scopes[one.id, one.customer]
                made.append((self._masked(one, people.get(one.customer), scope), scope))
            else:
                made.append((_article(one) if isinstance(one, Article) else _person(one), ""))
        self.shelves.vault.save(self.db, self.books.values())
        return made

    def _people(self, references: Iterable[str]) -> dict[str, Customer]:
        """Whom this source means by its customer ids; what it says itself goes before what others say."""
        wanted = [one for one in dict.fromkeys(references) if one]
        own = arrivals.of_source(self.db, self.source, [("customer", one) for one in wanted])
        meant = {one: own["customer", one].target if ("customer", one) in own else one for one in wanted}
        known = customers.resolve(self.db, [*meant.values()])
        return {one: known[target] for one, target in meant.items() if target in known}

    def _scope(self, ticket: Ticket, known: Customer | None) -> str:
        return known.id if known else _reference(ticket.customer) or f"ticket:{ticket.id}"

    def _masked(self, ticket: Ticket, known: Customer | None, scope: str) -> Ticket:
        names = (known.name,) if known and known.name else ()
        masked = mask(ticket, self.shelves.redactor, names, self.books[scope])
        return replace(masked, customer=known.id) if known else masked

    def store(self, found: Sequence[tuple[Record, str]]) -> list[Record]:
        """Put prepared tickets and articles on the shelf with their passages; returns them as stored."""
        said = tickets.put_many(
            self.db, [(one, book) for one, book in found if isinstance(one, Ticket)], origin=self.source
        )
        pages = [one for one, _ in found if isinstance(one, Article)]
        articles.put_many(self.db, pages, origin=self.source)
        self.index([*said, *pages])
        return [*said, *pages]

    def index(self, stored: Sequence[Ticket | Article]) -> None:
        """Read cases and cut passages of what is on the shelf."""
        read = {one.id: cases.read(one) for one in stored if isinstance(one, Ticket)}
        sources = [(shelf, one.id) for one in stored for shelf in KINDS[kind_of(one)]]
        split = self.shelves.splitter.split
        cut = [split(one, case=read[one.id]) if isinstance(one, Ticket) else split(one) for one in stored]
        readings.put_many(self.db, read)
        marked = {one.id: merging.marks(one) for one in stored if isinstance(one, Ticket)}
        fingerprints.put_many(self.db, marked)
        passages.replace_many(self.db, sources, [passage for some in cut for passage in some])
