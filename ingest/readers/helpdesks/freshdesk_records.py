"""What Freshdesk tells of a ticket, a contact or an article, as one record of the desk."""

import re
from collections.abc import Iterator, Mapping, Sequence
from email.utils import parseaddr
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from ingest.readers import fields, loose
from ingest.records import Article, Channel, Customer, Direction, Message, Priority, Status, Ticket, Tombstone

_STATUS: dict[str, Status] = {
    **dict.fromkeys(["3", "6", "7"], "pending"),
    **dict.fromkeys(["4", "5"], "resolved"),
    "2": "open",
}
_PRIORITY: dict[str, Priority] = {"1": "low", "2": "medium", "3": "high", "4": "urgent"}
_CHANNEL: dict[str, Channel] = {
    **dict.fromkeys(["1", "10"], "email"),
    **dict.fromkeys(["2", "4", "8", "9", "11"], "web"),
    **dict.fromkeys(["5", "6", "13"], "social"),
    **dict.fromkeys(["7", "12"], "chat"),
    "3": "phone",
}
_OUTBOUND = "10"  # the source of a ticket that an agent opened by writing to the customer
_HAPPENED = ("3", "4")  # the sources of notes that only say what happened to the ticket
_RATINGS = {103: 5, 102: 5, 101: 4, 100: 3, -101: 2, -102: 1, -103: 1}
_LANGUAGE = re.compile(r"[_.-](ja|en|fr|de|es|it|pt|nl|ko|zh|ru|pl|sv|da|fi|nb|tr|th|vi|id)(?:[-_][A-Za-z]{2,4})?$")
_DRAFT = "1"


_Mapped = Annotated[dict[str, Any], BeforeValidator(loose.inside)]
_Listed = Annotated[list[dict[str, Any]], BeforeValidator(loose.many)]
_Flag = Annotated[bool, BeforeValidator(lambda value: value is True)]


class _Ticket(BaseModel):
    id: fields.Needed = Field(validation_alias=AliasChoices("display_id", "id"))
    subject: fields.Words = ""
    description_text: fields.Words = ""
    description: fields.Words = ""
    description_html: fields.Words = ""
    status: fields.Words = ""
    status_name: fields.Words = ""
    priority: fields.Words = ""
    source: fields.Words = ""
    requester_id: fields.Words = ""
    requester: _Mapped = {}
    requester_name: fields.Words = ""
    responder_id: fields.Words = ""
    responder_name: fields.Words = ""
    email: fields.Words = ""
    custom_fields: _Mapped = Field({}, validation_alias=AliasChoices("custom_fields", "custom_field"))
    created_at: fields.Time = None
    tags: fields.Tags = ()
    attachments: _Listed = []
    deleted: _Flag = False
    spam: _Flag = False


class _Note(BaseModel):
    id: fields.Words = ""
    body_text: fields.Words = ""
    body: fields.Words = ""
    body_html: fields.Words = ""
    incoming: _Flag = False
    private: _Flag = False
    deleted: _Flag = False
    source: fields.Words = ""
    user_id: fields.Words = ""
    from_email: fields.Words = ""
    created_at: fields.Time = None
    attachments: _Listed = []


class _Contact(BaseModel):
    id: fields.Needed
    name: fields.Words = ""
    email: fields.Words = ""
    phone: fields.Words = ""
    mobile: fields.Words = ""
    language: Annotated[str, BeforeValidator(fields.lang)] = ""
    company_id: fields.Words = ""
    customer_id: fields.Words = ""  # the company, in the older API
    company_name: fields.Words = ""
    created_at: fields.Time = None
    deleted: _Flag = False


class _Article(BaseModel):
    id: fields.Needed
    title: fields.Needed
    description: fields.Words = ""
    description_text: fields.Words = ""
    desc_un_html: fields.Words = ""
    status: fields.Words = ""
    updated_at: fields.Time = None


def text(one: dict[str, Any], *names: str) -> str:
    """The first of these members that holds a number or a text, as text."""
    held = (one.get(name) for name in names)
    return next((fields.words(value) for value in held if isinstance(value, int | str) and value != ""), "")


def moment(value: object) -> float:
    """Seconds since 1970 for sorting; an unreadable time comes first."""
    try:
        at = fields.time(value)
    except ValueError:
        return 0.0
    return at.timestamp() if at else 0.0


def customer(one: dict[str, Any], companies: Mapping[str, str]) -> Customer | Tombstone:
    """A contact, with the company's name by its id. ValueError where a field is wrong."""
    line = _Contact.model_validate(one)
    if line.deleted:
        return Tombstone("customer", line.id)
    return Customer(
        id=line.id,
        name=line.name,
        email=line.email,
        phone=line.phone or line.mobile,
        lang=line.language,
        company=line.company_name or companies.get(line.company_id or line.customer_id, ""),
        since=line.created_at,
    )


def article(one: dict[str, Any], stem: str) -> Article:
    """A published article. A translation has its original's id: only the file's name says the language.

    ValueError says why it stays out.
    """
    line = _Article.model_validate(one)
    if line.status == _DRAFT:
        raise ValueError("This article is a draft in Freshdesk. Publish it there, then export it again.")
    words = line.description or line.description_text or line.desc_un_html
    if not words:
        raise ValueError("This article has a title but no text. Write the text and import it again.")
    language = _LANGUAGE.search(stem)
    lang = language[1] if language else ""
    return Article(f"{line.id}-{lang}" if lang else line.id, line.title, words, lang, updated=line.updated_at)


def ticket(
    versions: Sequence[dict[str, Any]],
    notes: Sequence[dict[str, Any]],
    ratings: Sequence[dict[str, Any]],
    agents: Mapping[str, str],
) -> Ticket | Tombstone:
    """A ticket out of all that was told about it, the latest word last; `agents` are names by id.

    ValueError says why it stays out.
    """
    latest: dict[str, Any] = {}
    for version in versions:
        latest |= {name: value for name, value in version.items() if value is not None}
    line = _Ticket.model_validate(latest)
    if line.deleted:
        return Tombstone("ticket", line.id)
    if line.spam:
        raise ValueError(
            "This ticket was marked as spam in Freshdesk, so it stays out. Restore it there if you need it."
        )
    replies = {text(note, "id") or str(at): _Note.model_validate(note) for at, note in enumerate(notes)}
    said = tuple(_said(line, list(replies.values()), agents))
    if not said:
        raise ValueError("This ticket holds no words: no description and no replies. Export it with its conversations.")
    rating = loose.inside(ratings[-1].get("ratings")).get("default_question") if ratings else None
    return _ticket(line, said, _RATINGS.get(rating) if isinstance(rating, int) else None)


def _said(line: _Ticket, notes: Sequence[_Note], agents: Mapping[str, str]) -> Iterator[Message]:
    asks = line.requester_name or text(line.requester, "name")
    answers = agents.get(line.responder_id) or line.responder_name
    words, files = line.description_text or line.description or line.description_html, _names(line.attachments)
    if words or files:
        side: Direction = "outgoing" if line.source == _OUTBOUND else "incoming"
        author = answers if side == "outgoing" else asks
        yield Message(side, words, line.created_at, author, attachments=files)
    known = {**agents, line.responder_id: answers, line.requester_id: asks}
    for note in notes:
        words, files = note.body_text or note.body or note.body_html, _names(note.attachments)
        if (words or files) and not note.deleted:
            author = known.get(note.user_id) or parseaddr(note.from_email)[0]
            yield Message(_side(note), words, note.created_at, author, attachments=files)


def _side(note: _Note) -> Direction:
    if note.source in _HAPPENED:
        return "activity"
    if note.private:
        return "note"
    return "incoming" if note.incoming else "outgoing"


def _names(attachments: list[dict[str, Any]]) -> tuple[str, ...]:
    names = (text(loose.inside(one.get("attachment")) or one, "name", "content_file_name") for one in attachments)
    return tuple(name for name in names if name)


def _ticket(line: _Ticket, said: tuple[Message, ...], csat: int | None) -> Ticket:
    return Ticket(
        id=line.id,
        messages=said,
        subject=line.subject,
        customer=line.requester_id or text(line.requester, "id", "email") or line.email,
        created=line.created_at or said[0].at,
        status=_STATUS.get(line.status) or fields.status(line.status_name or line.status, "open"),
        priority=_PRIORITY.get(line.priority) or fields.priority(line.priority),
        channel=_CHANNEL.get(line.source, "email"),
        product=text(line.custom_fields, "cf_product", "product"),
        tags=line.tags,
        csat=csat,
    )
