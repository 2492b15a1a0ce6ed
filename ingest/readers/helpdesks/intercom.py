"""Intercom's JSON, as its API and its exports give it: conversations, tickets, contacts and articles."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, ValidationError

from ingest.readers import fields, loose, opening
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Channel, Customer, Direction, Item, Message, Priority, Status, Ticket, Tombstone

_KIND = re.compile(
    r'"(?:type|object)"\s*:\s*"(?:conversation|ticket|contact|user|lead|visitor|article|external_page|company|admin)"'
)
_LIST = re.compile(r'\A[\s\ufeff]*\[?\s*\{(?:[^{}]*,)?\s*"type"\s*:\s*"(?:[a-z_]+\.)?list"|"type"\s*:\s*"pages"')
_PARTS = re.compile(r'"type"\s*:\s*"(?:conversation_part|ticket_part|notification_event|error\.list)"')
_WORDS = frozenset(
    [
        "conversation_parts",
        "conversation_message",
        "admin_assignee_id",
        "delivered_as",
        "ticket_parts",
        "ticket_attributes",
        "workspace_id",
        "app_id",
        "deleted",
        "archived",
        "author_id",
        "fin_availability",
        "has_inbox_seat",
    ]
)

_SIDES: dict[str, Direction] = {
    **dict.fromkeys(["user", "lead", "contact", "visitor"], "incoming"),
    **dict.fromkeys(["admin", "team", "teammate"], "outgoing"),
}
_STATES: dict[str, Status] = {
    **dict.fromkeys(["submitted", "in_progress"], "open"),
    "waiting_on_customer": "pending",
}
_CHANNELS: dict[str, Channel] = {
    **dict.fromkeys(["facebook", "instagram", "twitter", "whatsapp", "sms"], "social"),
    **dict.fromkeys(["phone_call", "phone_switch"], "phone"),
    "email": "email",
}
_LISTS = frozenset(["conversations", "tickets", "contacts", "users", "articles", "data"])
_PEOPLE = ("contact", "user", "lead", "visitor")


def _listed(value: object) -> list[Any]:
    """Intercom wraps its lists: `{"type": "tag.list", "tags": [...]}`, `{"type": "list", "data": {"tags": [...]}}`."""
    if isinstance(value, dict):
        inside = value["data"] if isinstance(value.get("data"), dict) else value
        value = next((held for held in inside.values() if isinstance(held, list)), [])
    return loose.many(value)


_Listed = BeforeValidator(_listed)
_Mapped = Annotated[dict[str, Any], BeforeValidator(loose.inside)]


class _Author(BaseModel):
    type: fields.Words = ""
    id: fields.Words = ""
    name: fields.Words = ""
    email: fields.Words = ""


class _File(BaseModel):
    name: fields.Words = ""


class _Named(BaseModel):
    id: fields.Words = ""
    name: fields.Words = ""


class _Part(BaseModel):
    part_type: fields.Words = ""
    type: fields.Words = ""
    subject: fields.Words = ""
    body: fields.Words = ""
    created_at: fields.Time = None
    redacted: bool = False
    author: Annotated[_Author, BeforeValidator(loose.inside)] = _Author()
    attachments: Annotated[list[_File], _Listed] = []


class _Conversation(BaseModel):
    """A conversation or a ticket: Intercom keeps both under the same ids."""

    type: fields.Words = ""
    id: fields.Needed
    title: fields.Words = ""
    created_at: fields.Time = None
    state: fields.Words = ""
    open: bool | None = None
    priority: fields.Words = ""
    source: Annotated[_Part, BeforeValidator(loose.inside)] = Field(
        _Part(), validation_alias=AliasChoices("source", "conversation_message")
    )
    contacts: Annotated[list[_Named], _Listed] = []
    tags: Annotated[list[_Named], _Listed] = []
    conversation_rating: _Mapped = {}
    custom_attributes: _Mapped = {}
    parts: Annotated[list[_Part], _Listed] = Field(
        [], validation_alias=AliasChoices("conversation_parts", "ticket_parts")
    )
    category: fields.Words = ""
    ticket_state: dict[str, Any] | str | None = None
    ticket_attributes: _Mapped = {}


class _Contact(BaseModel):
    id: fields.Needed
    name: fields.Words = ""
    pseudonym: fields.Words = ""
    email: fields.Words = ""
    phone: fields.Words = ""
    language_override: Annotated[str, BeforeValidator(fields.lang)] = ""
    browser_language: Annotated[str, BeforeValidator(fields.lang)] = ""
    location: _Mapped = Field({}, validation_alias=AliasChoices("location", "location_data"))
    companies: Annotated[list[_Named], _Listed] = []
    custom_attributes: _Mapped = {}
    signed_up_at: fields.Time = None
    created_at: fields.Time = None


class _Page(BaseModel):
    """An article, its translation, or a web page that was brought into Intercom."""

    id: fields.Words = ""  # a translation has none
    title: fields.Words = ""
    body: fields.Words = Field("", validation_alias=AliasChoices("body", "html"))
    state: fields.Words = ""
    updated_at: fields.Time = None
    default_locale: Annotated[str, BeforeValidator(fields.lang)] = Field(
        "", validation_alias=AliasChoices("default_locale", "locale")
    )
    translated_content: _Mapped = {}


def claims(head: Head) -> bool:
    """JSON whose objects say in Intercom's words what they are."""
    if not head.is_json:
        return False
    if {"title", "body", "owner_id", "author_id", "locale"} <= head.keys:
        return True  # articles for colleagues do not say what they are
    known = _KIND.search(head.text) is not None and bool(_WORDS & head.keys)
    return known or _LIST.search(head.text) is not None or _PARTS.search(head.text) is not None


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """Conversations and tickets as Tickets, contacts as Customers, articles with their translations as Articles.

    What Intercom says it deleted comes as Tombstones; of each other kind of object the first comes as a Reject.
    """
    strange: set[str] = set()
    for name, number, item in opening.members(file, _LISTS):
        if not isinstance(item, dict):
            yield item
            continue
        for where, one in _unwrapped(item, opening.spot(name, number)):
            kind = _kind(one)
            if kind in strange:
                continue
            try:
                yield from _records(one, kind)
            except ValidationError as error:
                yield opening.reject(file, fields.explain(error), opening.shown(one), where)
            except ValueError as error:
                yield opening.reject(file, str(error), opening.shown(one), where)
                if kind not in _KINDS:
                    strange.add(kind)


def _kind(one: dict[str, Any]) -> str:
    kind = one.get("type") or one.get("object")
    return kind if isinstance(kind, str) else ""


def _unwrapped(item: dict[str, Any], spot: int | str) -> Iterator[tuple[int | str, dict[str, Any]]]:
    """The objects of a list or of a webhook's notice, with their place; any other object as it is."""
    kind = _kind(item)
    if kind == "notification_event":
        notice = loose.inside(item.get("data"))
        yield spot, loose.inside(notice.get("item")) or item
    elif kind == "list" or (kind.endswith(".list") and kind != "error.list"):
        for index, one in enumerate(_listed(item), 1):
            yield f"{_kind(one) or 'record'} {index}", one
    else:
        yield spot, item


def _records(one: dict[str, Any], kind: str) -> Iterator[Item]:
    """The records of one object. ValueError says why there are none."""
    if one.get("deleted") is True and kind in _KINDS:
        yield Tombstone(_KINDS[kind], _Contact.model_validate({"id": one.get("id")}).id)
    elif kind in ("conversation", "ticket"):
        yield _ticket(_Conversation.model_validate(one))
    elif kind in _PEOPLE:
        yield _customer(_Contact.model_validate(one), one)
    elif kind in ("article", "external_page"):
        if not one.get("id"):
            raise ValueError("The field 'id' is missing. Add it and import the record again.")
        yield from _articles(_Page.model_validate(one))
    else:
        raise ValueError(_unwanted(one, kind))


_KINDS: dict[str, Any] = {
    "conversation": "ticket",
    "ticket": "ticket",
    "article": "article",
    "external_page": "article",
    **dict.fromkeys(_PEOPLE, "customer"),
}


def _unwanted(one: dict[str, Any], kind: str) -> str:
    if kind == "error.list":
        return "Intercom answered with an error instead of data. Export it again, with a token that may read it."
    if kind.endswith("_part"):
        return "This is one part of a conversation without the conversation. Export whole conversations."
    if kind == "internal_article" or {"title", "body", "owner_id"} <= one.keys():
        return "This article is for colleagues only, so customers must not be answered with it. Leave it out."
    what = f"objects of the kind '{kind[:40]}'" if kind else "objects that do not say what they are"
    return f"Of Intercom, conversations, tickets, contacts and articles can come in, not {what}. Leave them out."


def _ticket(line: _Conversation) -> Ticket:
    said = tuple(_said(line))
    if not said:
        raise ValueError("This conversation holds no words. Export it with all its parts and import it again.")
    about = {key.casefold(): loose.text(value) for key, value in line.custom_attributes.items()}
    rating = line.conversation_rating.get("rating")
    channel: Channel = _CHANNELS.get(line.source.type, "web" if line.type == "ticket" else "chat")
    priority: Priority = "high" if line.priority == "priority" else "medium"
    return Ticket(
        id=line.id,
        messages=said,
        kind="call" if channel == "phone" else "ticket",
        subject=line.title or line.source.subject or loose.text(line.ticket_attributes.get("_default_title_")),
        customer=_who(line),
        created=line.created_at or said[0].at,
        status=_status(line),
        priority=priority,
        channel=channel,
        lang=fields.lang(about.get("language")),
        product=about.get("product", ""),
        tags=tuple(tag.name for tag in line.tags if tag.name),
        csat=fields.csat(rating) if isinstance(rating, int | str) else None,
    )


def _said(line: _Conversation) -> Iterator[Message]:
    """The opening message, then the parts that hold words or files; what only happened holds none."""
    if told := loose.text(line.ticket_attributes.get("_default_description_")):
        yield Message("note" if line.category in ("Back-office", "Tracker") else "incoming", told, line.created_at)
    if _speaks(line.source):
        yield _message(line.source.model_copy(update={"created_at": line.source.created_at or line.created_at}))
    yield from (_message(part) for part in line.parts if _speaks(part))


def _speaks(part: _Part) -> bool:
    return bool(part.body or part.attachments) and not part.redacted


def _message(part: _Part) -> Message:
    side = "note" if part.part_type.startswith("note") else _SIDES.get(part.author.type, "activity")
    files = tuple(one.name for one in part.attachments if one.name)
    return Message(side, part.body, part.created_at, part.author.name or part.author.email, attachments=files)


def _who(line: _Conversation) -> str:
    """The contact's id, else the id or address of the customer who wrote first."""
    if line.contacts and line.contacts[0].id:
        return line.contacts[0].id
    writers = (part.author for part in (line.source, *line.parts) if _SIDES.get(part.author.type) == "incoming")
    return next((one.id or one.email for one in writers if one.id or one.email), "")


def _status(line: _Conversation) -> Status:
    state = line.ticket_state.get("category") if isinstance(line.ticket_state, dict) else line.ticket_state
    if isinstance(state, str) and state:
        return "resolved" if line.open is False else _STATES.get(state, "resolved")
    return fields.status(line.state or ("open" if line.open else "closed"))


def _customer(line: _Contact, one: dict[str, Any]) -> Customer:
    if one.get("archived") is True:
        raise ValueError("This contact is archived in Intercom, so it stays out. Unarchive it there if you need it.")
    place = line.location
    return Customer(
        id=line.id,
        name=line.name or line.pseudonym,
        email=line.email,
        phone=line.phone,
        lang=line.language_override or line.browser_language,
        plan=loose.text(line.custom_attributes.get("plan")),
        country=loose.text(place.get("country") or place.get("country_name")),
        company=line.companies[0].name if line.companies else "",
        since=line.signed_up_at or line.created_at,
    )


def _articles(page: _Page) -> Iterator[Article]:
    """The article under its own id, and each further translation under the id with its language: `42-ja`."""
    pages = [(page.default_locale, page)]
    for lang, one in page.translated_content.items():
        other = _Page.model_validate(loose.inside(one))
        if fields.lang(lang) != page.default_locale and (other.title, other.body) != (page.title, page.body):
            pages.append((fields.lang(lang), other))
    fit = [(lang, one) for lang, one in pages if one.title and one.body and one.state != "draft"]
    if not fit:
        why = "is a draft" if page.state == "draft" else "has no title or no text"
        raise ValueError(f"This article {why} in Intercom. Finish and publish it there, then export it again.")
    for lang, one in fit:
        id = page.id if one is page else f"{page.id}-{lang}"
        yield Article(id, one.title, one.body, lang, updated=one.updated_at or page.updated_at)
