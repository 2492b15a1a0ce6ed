"""The nouns of the desk: what comes in from a source and what is put on the shelves."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["ticket", "call", "article", "faq"]
Direction = Literal["incoming", "outgoing", "note", "activity"]
Status = Literal["open", "pending", "resolved", "snoozed"]
Priority = Literal["low", "medium", "high", "urgent"]
Channel = Literal["email", "chat", "phone", "web", "social"]
Outcome = Literal["resolved", "unresolved", "refunded", "escalated"]


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; `incoming` comes from the customer."""

    direction: Direction
    text: str
    at: datetime | None = None
    author: str = ""
    seconds: float | None = None  # offset into a recording, for calls
    attachments: tuple[str, ...] = ()  # names of files that came with it


@dataclass(frozen=True)
class Customer:
    """One person, as the source tells it. `id` is the source's own."""

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    lang: str = ""
    plan: str = ""
    country: str = ""
    company: str = ""
    since: datetime | None = None
    products: tuple[str, ...] = ()
    value: float | None = None


@dataclass(frozen=True)
class Ticket:
    """A conversation: a ticket of any written channel, or a call (`kind`)."""

    id: str
    messages: tuple[Message, ...]
    kind: Literal["ticket", "call"] = "ticket"
    subject: str = ""
    customer: str = ""  # Customer.id, or an email address
    created: datetime | None = None
    status: Status = "resolved"
    priority: Priority = "medium"
    channel: Channel = "email"
    lang: str = ""
    product: str = ""
    tags: tuple[str, ...] = ()
    csat: int | None = None
    guessed: bool = False  # who spoke was worked out from the words, the source did not say


@dataclass(frozen=True)
class Article:
    """A page of the knowledge base, as Markdown or plain text."""

    id: str
    title: str
    text: str
    lang: str = ""
    product: str = ""
    updated: datetime | None = None
    kind: Literal["article", "faq"] = "article"


@dataclass(frozen=True)
class Passage:
    """A token-bounded piece `[start:end)` of a source's canonical text; `part` says which side spoke."""

    source: str
    kind: Kind
    seq: int
    text: str
    start: int
    end: int
    part: Literal["problem", "resolution", "body"] = "body"
    title: str = ""
    section: str = ""
    lang: str = ""
    product: str = ""
    created: datetime | None = None


@dataclass(frozen=True)
class Reject:
    """A record that could not come in, and why. `raw` lets a person mend it."""

    place: str  # file name and line, record or row
    reason: str
    raw: str = ""
    context: str = ""  # what has to stand before `raw` when it is read again by itself: a table's header


@dataclass(frozen=True)
class Tombstone:
    """What the source says it has deleted; it leaves the shelves."""

    kind: Literal["ticket", "article", "customer"]
    id: str


@dataclass(frozen=True)
class Reply:
    """A mail that answers one of this desk's own about `ticket`, from the `address` that that one went to."""

    id: str  # its Message-ID
    ticket: str
    address: str
    text: str
    files: tuple[str, ...] = ()
    automatic: bool = False  # somebody is away


Record = Ticket | Article | Customer
Item = Record | Tombstone | Reject | Reply  # what readers yield


@dataclass(frozen=True)
class Case:
    """What a conversation was about and how it ended: quoted `[start, end)` spans of its canonical text.

    `sure` is False where the rules saw too little and a model's reading may be better; `by` says who read it.
    """

    problem: tuple[tuple[int, int], ...]
    resolution: tuple[tuple[int, int], ...]
    outcome: Outcome
    sure: bool = True
    by: str = "rules"


@dataclass(frozen=True)
class Found:
    """One piece of personal data that was masked, e.g. type `EMAIL`, placeholder `<EMAIL_1>`."""

    type: str
    placeholder: str


@dataclass(frozen=True)
class Masked:
    """Text without personal data, and what was taken out of it, in order of appearance."""

    text: str
    found: tuple[Found, ...] = field(default=())
