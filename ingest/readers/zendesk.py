"""Zendesk's JSON exports: tickets with their comments, and users; one document or one ticket a line."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from ingest.readers import fields, opening
from ingest.readers.opening import Columns, File, Head
from ingest.records import Customer, Direction, Item, Message, Reject, Ticket

_SYSTEM = "-1"  # Zendesk's own id for triggers and automations
_SOCIAL = re.compile(r"twitter|facebook|instagram|whatsapp|line|social|wechat|sms")


class _Comment(BaseModel):
    author_id: fields.Words = ""
    body: str | None = None
    plain_body: str | None = None
    html_body: str | None = None
    public: bool = True
    created_at: fields.Time = None

    @property
    def text(self) -> str:
        return self.plain_body or self.body or self.html_body or ""


class _Ticket(BaseModel):
    id: fields.Needed
    subject: fields.Words = ""
    description: str | None = None
    requester_id: fields.Words = ""
    status: fields.Words = ""
    priority: fields.Words = ""
    created_at: fields.Time = None
    tags: fields.Tags = ()
    via: dict[str, Any] | None = None
    satisfaction_rating: dict[str, Any] | None = None
    custom_fields: list[dict[str, Any]] | None = None
    comments: list[_Comment] | None = None


class _User(BaseModel):
    id: fields.Needed
    name: fields.Words = ""
    email: fields.Words = ""
    phone: fields.Words = ""
    role: fields.Words = "end-user"
    locale: Annotated[str, BeforeValidator(fields.lang)] = Field(default="")
    created_at: fields.Time = None


def claims(head: Head) -> bool:
    """JSON with a requester and Zendesk's other words for a ticket."""
    return (
        head.is_json
        and "requester_id" in head.keys
        and bool({"comments", "description", "subject", "tickets"} & head.keys)
    )


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """End users as customers, then tickets, of each document or line; deleted tickets come as Rejects."""
    people: dict[str, str] = {}  # author id -> name
    for number, item in opening.objects(file):
        if isinstance(item, Reject):
            yield item
            continue
        in_one = "tickets" not in item and "users" not in item
        users, tickets = ([], [item.get("ticket", item)]) if in_one else (item.get("users"), item.get("tickets"))
        if in_one and "role" in item and "requester_id" not in item:
            users, tickets = [item], []
        for index, user in enumerate(users or []):
            yield from _read_user(file, user, people, number if in_one else f"user {index + 1}")
        for index, ticket in enumerate(tickets or []):
            yield _read_ticket(file, ticket, people, number if in_one else f"ticket {index + 1}")


def _read_user(file: File, item: object, people: dict[str, str], where: int | str) -> Iterator[Customer | Reject]:
    try:
        user = _User.model_validate(item)
    except ValidationError as error:
        yield opening.reject(file, fields.explain(error), opening.shown(item), where)
        return
    people[user.id] = user.name
    if user.role == "end-user":
        yield Customer(user.id, user.name, user.email, user.phone, user.locale, since=user.created_at)


def _read_ticket(file: File, item: object, people: dict[str, str], where: int | str) -> Ticket | Reject:
    try:
        line = _Ticket.model_validate(item)
    except ValidationError as error:
        return opening.reject(file, fields.explain(error), opening.shown(item), where)
    if line.status in ("deleted", "spam"):
        reason = (
            f"This ticket was marked as {line.status} in Zendesk, so it stays out. Restore it there if you need it."
        )
        return opening.reject(file, reason, opening.shown(item), where)
    said = tuple(_message(comment, line.requester_id, people) for comment in line.comments or [] if comment.text)
    if line.description and line.description not in [message.text for message in said] and not _heard(said):
        said = (Message("incoming", line.description, line.created_at, people.get(line.requester_id, "")), *said)
    if not said:
        reason = "This ticket holds no words: no comments and no description. Export it with its comments."
        return opening.reject(file, reason, opening.shown(item), where)
    return _ticket(line, said)


def _heard(said: tuple[Message, ...]) -> bool:
    return any(message.direction == "incoming" for message in said)


def _message(comment: _Comment, requester: str, people: dict[str, str]) -> Message:
    side: Direction = "incoming" if comment.author_id == requester else "outgoing"
    if comment.author_id == _SYSTEM:
        side = "activity"
    elif not comment.public:
        side = "note"
    return Message(side, comment.text, comment.created_at, people.get(comment.author_id, ""))


def _ticket(line: _Ticket, said: tuple[Message, ...]) -> Ticket:
    via = fields.words((line.via or {}).get("channel")).casefold()
    channel = "social" if _SOCIAL.search(via.replace("online", "")) else via
    score = (line.satisfaction_rating or {}).get("score")
    return Ticket(
        id=line.id,
        messages=said,
        kind="call" if channel == "voice" else "ticket",
        subject=line.subject,
        customer=line.requester_id,
        created=line.created_at or said[0].at,
        status=fields.status(line.status),
        priority=fields.priority(line.priority),
        channel=fields.channel(channel),
        product=_product(line.custom_fields or []),
        tags=line.tags,
        csat=fields.csat(score) if isinstance(score, str | int) else None,
    )


def _product(custom: list[dict[str, Any]]) -> str:
    """Accounts name their own fields; the usual one for the product is called so by its id, key or title."""
    named = (one.get("value") for one in custom if "product" in (one.get("id"), one.get("key"), one.get("title")))
    return next((value for value in named if isinstance(value, str)), "")
