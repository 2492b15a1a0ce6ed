"""Kizuna's own JSON: one article, ticket, call or customer a line (or a file holding an array of them)."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, ValidationError

from ingest.readers import fields, opening
from ingest.readers.calls import transcript
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


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Entry(BaseModel):
    """A question with its answer, as QnABot and QnA Maker export them."""

    id: fields.Needed = Field(validation_alias=AliasChoices("qid", "id"))
    questions: Annotated[fields.Tags, BeforeValidator(_listed)] = Field(validation_alias=AliasChoices("q", "questions"))
    answer: fields.Needed = Field(validation_alias=AliasChoices("a", "answer"))


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
    questions = {"qid", "q", "a"} <= keys or {"questions", "answer"} <= keys
    return turns or article or questions or bool(_KIND.search(head.text)) or not transcript.claims(head)


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """The records of `file`; a line that breaks the contract comes as a Reject with its number."""
    for number, item in opening.objects(file):
        if isinstance(item, Reject):
            yield item
            continue
        for one in _unwrapped(item):
            try:
                yield record(one)
            except ValidationError as error:
                yield opening.reject(file, fields.explain(error), opening.shown(one), number)
            except ValueError as error:
                yield opening.reject(file, str(error), opening.shown(one), number)


def _unwrapped(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a document that holds nothing but a list of questions and answers; else the object itself."""
    found = item.get("qna") or item.get("qnaList") or item.get("qnaDocuments")
    listed = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return listed or [item]


def record(item: dict[str, Any]) -> Record:
    """One object of the contract as a record. ValueError (Pydantic's included) says what is wrong with it."""
    if "kind" not in item and ("qid" in item or {"questions", "answer"} <= item.keys()):
        return _entry(item)
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


def _entry(item: dict[str, Any]) -> Article:
    """A question and its answer as an article under the first way to ask it.

    ValueError for what is no answer: slots of a dialogue, answers that a program gives or fills in.
    """
    if item.get("type") not in (None, "qna"):
        raise ValueError(f"This entry of type {str(item['type'])[:40]!r} is no question with an answer. Leave it out.")
    entry = _Entry.model_validate(item)
    if not entry.questions:
        raise ValueError("This entry has no question. Write one under 'q' and import it again.")
    if item.get("l"):
        raise ValueError("A program gives this answer when it is asked, so no text stands here. Leave it out.")
    if "{{" in entry.answer:
        raise ValueError("This answer has gaps in {{ }} that a program fills. Write it out and import it again.")
    return Article(entry.id, title=entry.questions[0], text=entry.answer)


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
