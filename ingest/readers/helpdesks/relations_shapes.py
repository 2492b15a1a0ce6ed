"""The pieces that `relations` joins, in the names of Zendesk's API, which the other sources are brought to."""

import re
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from ingest import markup
from ingest.readers import fields, opening
from ingest.readers.opening import File
from ingest.records import Article, Channel, Reject, Tombstone

_TRUE = {"true", "t", "yes", "1", "1.0"}
_SOCIAL = re.compile(r"twitter|facebook|instagram|whatsapp|line|social|wechat|sms|telegram|any_channel")
_VIA = {0: "web", 4: "mail", 5: "api", 17: "web", 24: "web", 26: "twitter", 29: "chat", 30: "twitter"} | {
    **{33: "voice", 34: "voice", 35: "voice", 38: "facebook", 41: "facebook", 57: "sms", 72: "web"},
}


def truth(value: object) -> bool:
    """Whether a cell or JSON value says yes."""
    return value is True or str(value).strip().casefold() in _TRUE


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _listing(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


_Mapping = Annotated[dict[str, Any], BeforeValidator(_mapping)]
_Listing = Annotated[list[dict[str, Any]], BeforeValidator(_listing)]
Truth = Annotated[bool, BeforeValidator(truth)]
_Public = Annotated[bool, BeforeValidator(lambda value: value is None or value == "" or truth(value))]


class Heading(BaseModel):
    """A ticket without what was said in it."""

    known: ClassVar[frozenset[str]] = frozenset()

    id: fields.Needed
    subject: fields.Words = ""
    description: str | None = None
    requester_id: fields.Words = ""
    status: fields.Words = ""
    priority: fields.Words = ""
    created_at: fields.Time = None
    tags: fields.Tags = ()
    via: _Mapping = Field(default_factory=dict)
    satisfaction_rating: _Mapping = Field(default_factory=dict)
    custom_fields: _Listing = Field(default_factory=list)
    product: fields.Words = ""
    deleted: Truth = False
    deleted_at: fields.Words = ""

    @property
    def gone(self) -> bool:
        """Whether the source has deleted it."""
        return self.deleted or bool(self.deleted_at) or self.status == "deleted"

    @cached_property
    def channel(self) -> Channel:
        """Where the customer wrote or called."""
        way = self.via.get("channel")
        name = _VIA.get(way, "") if isinstance(way, int) else str(way or "").casefold().replace("online", "")
        if _SOCIAL.search(name):
            return "social"
        if re.search("voice|phone|call", name):
            return "phone"
        begins = next((begin for begin in ("web", "chat", "mobile", "help_center") if name.startswith(begin)), name)
        return fields.channel("web" if begins == "help_center" else begins)

    @property
    def csat(self) -> int | None:
        """1 to 5; `good` and `bad`, with or without a comment, are 5 and 1."""
        score = self.satisfaction_rating.get("score")
        if isinstance(score, str):
            score = re.sub(r"(?i)^(good|bad)\W?_?with.*", r"\1", score)
        return fields.csat(score) if isinstance(score, str | int) and not isinstance(score, bool) else None

    def product_of(self, ids: set[str]) -> str:
        """The product: the value of the custom field whose id, key or title is one of `ids`."""
        if self.product:
            return self.product
        named = (one.get("value") for one in self.custom_fields if ids & {str(one.get(key)) for key in _NAMING})
        return next((value for value in named if isinstance(value, str) and value), "")


_NAMING = ("id", "key", "title")


class Comment(BaseModel):
    """One thing said."""

    known: ClassVar[frozenset[str]] = frozenset()

    id: fields.Words = ""
    author_id: fields.Words = ""
    author_role: fields.Words = ""
    author_name: fields.Words = ""
    body: str | None = None
    plain_body: str | None = None
    html_body: str | None = None
    public: _Public = True
    created_at: fields.Time = None
    attachments: _Listing = Field(default_factory=list)
    via: _Mapping = Field(default_factory=dict)
    data: _Mapping = Field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The words: of a call, what was noted and its transcript."""
        said = self.plain_body or self.body or self.html_body or ""
        heard = self.data.get("transcription_text")
        return f"{said}\n\n{heard}".strip() if isinstance(heard, str) and heard else said if said.strip() else ""

    @property
    def wordings(self) -> list[str]:
        """The same words in each way that they came in."""
        return [text for text in (self.body, self.plain_body) if text]

    @property
    def merges(self) -> bool:
        """Whether the desk itself wrote it when it joined two tickets."""
        source = self.via.get("source")
        return isinstance(source, dict) and source.get("rel") == "merge"

    @property
    def files(self) -> tuple[str, ...]:
        """Names of what was attached."""
        names = (one.get("file_name") or one.get("filename") or one.get("name") for one in self.attachments)
        return tuple(name for name in names if isinstance(name, str))


class Person(BaseModel):
    """A customer or somebody at the desk."""

    known: ClassVar[frozenset[str]] = frozenset()

    id: fields.Needed
    name: fields.Words = ""
    email: fields.Words = ""
    phone: fields.Words = ""
    role: Annotated[str, BeforeValidator(lambda value: fields.words(value) or "end-user")] = "end-user"
    locale: Annotated[str, BeforeValidator(fields.lang)] = ""
    created_at: fields.Time = None
    organization_id: fields.Words = ""
    country: fields.Words = ""
    active: Annotated[bool, BeforeValidator(lambda value: value in (None, "") or truth(value))] = True
    suspended: Truth = False
    permanently_deleted: Truth = False
    deleted: Truth = False

    @property
    def gone(self) -> bool:
        """Whether the source has deleted or shut out this person."""
        return not self.active or self.suspended or self.permanently_deleted or self.deleted


class Page(BaseModel):
    """An article of a help centre."""

    id: fields.Needed
    title: fields.Needed
    body: Annotated[str, BeforeValidator(lambda value: value or "")] = ""
    locale: fields.Words = ""
    source_locale: fields.Words = ""
    draft: Truth = False
    deleted: Truth = False
    updated_at: fields.Time = None


def page_item(file: File, where: int | str, item: dict[str, Any]) -> Article | Tombstone | Reject:
    """A help-centre article as what it becomes. A translation has the article's id with its own locale."""
    try:
        page = Page.model_validate(item)
    except ValidationError as error:
        return opening.reject(file, fields.explain(error), opening.shown(item), where)
    name = f"{page.id}-{page.locale}" if page.locale and page.source_locale not in ("", page.locale) else page.id
    if page.deleted:
        return Tombstone("article", name)
    text = markup.html(page.body)
    if page.draft or not text:
        said = "is a draft" if page.draft else "has no text"
        reason = f"This article {said}. Publish it in the help centre and export it again, or leave it out."
        return opening.reject(file, reason, opening.shown(item), where)
    return Article(name, page.title, text, fields.lang(page.locale), updated=page.updated_at)


Heading.known = frozenset(Heading.model_fields)
Comment.known = frozenset(Comment.model_fields)
Person.known = frozenset(Person.model_fields)
