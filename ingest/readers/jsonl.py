"""Kizuna's own JSON: one article, ticket, call or customer a line (or a file holding an array of them)."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, ValidationError

from ingest.readers import fields, opening, transcript
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Customer, Direction, Item, Message, Record, Reject, Ticket

_KIND = re.compile(r'"kind"\s*:\s*"(?:article|faq|ticket|call|customer)"')


class _Turn(BaseModel):
    role: fields.Needed
    text: fields.Words
    at: fields.Time = None
    name: fields.Words = ""
    seconds: float | None = None


class _Ticket(BaseModel):
    id: fields.Needed
    turns: list[_Turn] = Field(min_length=1)
    customer: fields.Words = ""
    created: fields.Time = None
    status: fields.Words = ""
    subject: fields.Words = ""
    priority: fields.Words = ""
    channel: fields.Words = ""
    product: fields.Words = ""
    tags: fields.Tags = ()
    csat: Annotated[int | None, BeforeValidator(fields.csat)] = None
    lang: Annotated[str, BeforeValidator(fields.lang)] = ""


class _Article(BaseModel):
    id: fields.Needed
    title: fields.Needed
    text: fields.Needed = Field(validation_alias=AliasChoices("text", "content", "body"))
    lang: Annotated[str, BeforeValidator(fields.lang)] = ""
    product: fields.Words = ""
    updated: fields.Time = None


class _Customer(BaseModel):
    id: fields.Needed
    name: fields.Words = ""
    email: fields.Words = ""
    phone: fields.Words = ""
    lang: Annotated[str, BeforeValidator(fields.lang)] = ""
    plan: fields.Words = ""
    country: fields.Words = ""
    company: fields.Words = ""
    since: fields.Time = None
    products: fields.Tags = ()
    value: float | None = None


def claims(head: Head) -> bool:
    """JSON with our `kind` or the fields of our records, and any other JSON that does not look like a transcript."""
    if not head.is_json:
        return False
    keys = head.keys
    turns = {"id", "turns", "role", "text"} <= keys
    article = {"id", "title"} <= keys and bool({"text", "content", "body"} & keys)
    return turns or article or bool(_KIND.search(head.text)) or not transcript.claims(head)


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """The records of `file`; a line that breaks the contract comes as a Reject with its number."""
    for number, item in opening.objects(file):
        if isinstance(item, Reject):
            yield item
            continue
        try:
            yield record(item)
        except ValidationError as error:
            yield opening.reject(file, fields.explain(error), opening.shown(item), number)
        except ValueError as error:
            yield opening.reject(file, str(error), opening.shown(item), number)


def record(item: dict[str, Any]) -> Record:
    """One object of the contract as a record. ValueError (Pydantic's included) says what is wrong with it."""
    kind = item.get("kind") or _guessed(item)
    if kind in ("article", "faq"):
        article = _Article.model_validate(item)
        return Article(**dict(article), kind="faq" if kind == "faq" else "article")
    if kind == "customer":
        return Customer(**dict(_Customer.model_validate(item)))
    if kind in ("ticket", "call"):
        return _ticket(_Ticket.model_validate(item), call=kind == "call")
    said = f"The kind {str(kind)[:40]!r} is unknown" if kind else "The field 'kind' is missing"
    raise ValueError(f"{said}. Write 'article', 'ticket', 'call' or 'customer' and import the record again.")


def _guessed(item: dict[str, Any]) -> str:
    if "turns" in item:
        return "ticket"
    if "title" in item or "text" in item:
        return "article"
    return "customer" if {"id", "email"} <= item.keys() else ""


def _ticket(line: _Ticket, *, call: bool) -> Ticket:
    turns = tuple(
        Message(_side(turn.role), turn.text, turn.at, turn.name, turn.seconds) for turn in line.turns if turn.text
    )
    if not turns:
        raise ValueError("All turns are empty. Add the words that were said and import the record again.")
    return Ticket(
        id=line.id,
        messages=turns,
        kind="call" if call else "ticket",
        subject=line.subject,
        customer=line.customer,
        created=line.created or turns[0].at,
        status=fields.status(line.status),
        priority=fields.priority(line.priority),
        channel=fields.channel(line.channel, "phone" if call else "email"),
        lang=line.lang,
        product=line.product,
        tags=line.tags,
        csat=line.csat,
    )


def _side(role: str) -> Direction:
    side = fields.direction(role)
    if side is None:
        raise ValueError(f"The role {role[:40]!r} is unknown. Write 'customer', 'agent', 'bot', 'system' or 'note'.")
    return side
