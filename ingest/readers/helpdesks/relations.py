"""What a helpdesk exports in pieces, joined by ids: tickets with their comments, people with their companies."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import lru_cache
from types import TracebackType
from typing import Any, Literal, Self

from pydantic import ValidationError

from ingest.readers import fields, opening
from ingest.readers.gathering import Pile
from ingest.readers.helpdesks.relations_shapes import Comment, Heading, Person
from ingest.readers.opening import File
from ingest.records import Customer, Direction, Item, Message, Reject, Ticket, Tombstone

_SYSTEM = "-1"  # Zendesk's own id for triggers and automations
_SIDES: dict[str, Direction] = {
    **dict.fromkeys(["end-user", "user", "lead", "contact", "visitor", "customer"], "incoming"),
    **dict.fromkeys(["agent", "admin", "light_agent", "contributor", "team"], "outgoing"),
    **dict.fromkeys(["bot", "system"], "activity"),
}
_MERGED = re.compile(
    r"(?:This request was|Request #\d+ .{0,300}? was) closed and merged into"
    r"|リクエスト ?#\d+.{0,300}?(?:統合|マージ)され",
    re.S,
)
_CHAT_LINE = re.compile(
    r"^\((\d{1,2}:\d{2}:\d{2}(?: ?[AP]M)?)\) (?:\*\*\* (?P<event>.+)|(?P<who>[^:\n]{1,80}): ?)", re.M
)

Spot = tuple[int, int | str]  # which file, and where in it
Fact = Literal["tag", "tag_id", "asker", "rating", "channel"]


class Relations:
    """The pieces of one delivery, on the disk until all are there. To be used as a context manager."""

    def __init__(self, files: Sequence[File]) -> None:
        self._files = files
        self._piles = ExitStack()
        self._tickets, self._people, self._companies = (self._piles.enter_context(Pile()) for _ in range(3))
        self._who = lru_cache(maxsize=20_000)(self._look_up)
        self.product_fields = {"product"}  # ids of the custom fields that hold the product
        self._tag_names: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._piles.close()

    def ticket(self, spot: Spot, item: dict[str, Any]) -> Iterator[Reject]:
        """One version of a ticket; of several the newest counts. Its `comments` are kept apart."""
        comments = item.get("comments")
        key = self._key(item)
        if not key:
            yield self._refused(spot, item, "The field 'id' is missing. Add it and import the record again.")
            return
        for comment in comments if isinstance(comments, list) else []:
            self.comment(key, spot, comment)
        self._tickets.add(key, _version(item), ["ticket", *spot, _only(item, Heading.known)])

    def comment(self, ticket: str, spot: Spot, item: Any) -> None:
        """Something said in `ticket`."""
        order = f"~{item.get('updated_at', '')}" if isinstance(item, dict) else "~"
        self._tickets.add(ticket, order, ["comment", *spot, _only(item, Comment.known)])

    def about(self, ticket: str, fact: Fact, value: str) -> None:
        """What other tables know of `ticket`; of `asker`, `rating` and `channel` the last one counts."""
        self._tickets.add(ticket, "~", [fact, 0, "", value])

    def tag_name(self, tag: str, name: str) -> None:
        """What the tag with this id is called; a `tag_id` without a name is left out."""
        self._tag_names[tag] = name

    def person(self, spot: Spot, item: dict[str, Any]) -> Iterator[Reject]:
        """A customer or somebody at the desk."""
        if key := self._key(item):
            self._people.add(key, _version(item), ["person", *spot, _only(item, Person.known)])
        else:
            yield self._refused(spot, item, "The field 'id' is missing. Add it and import the record again.")

    def member(self, person: str, company: str) -> None:
        """That somebody belongs to a company."""
        self._people.add(person, "~", ["company", 0, "", company])

    def company(self, item: dict[str, Any]) -> None:
        """A company, for its name."""
        if (key := self._key(item)) and isinstance(item.get("name"), str):
            self._companies.add(key, _version(item), item["name"])

    def items(self) -> Iterator[Item]:
        """Customers, then tickets. Call it when everything is in."""
        for _, found in self._people:
            yield from self._customer(found)
        for key, found in self._tickets:
            yield from self._conversation(key, found)

    @staticmethod
    def _key(item: dict[str, Any]) -> str:
        try:
            return fields.words(item.get("id"))
        except ValueError:
            return ""

    def _refused(self, spot: Spot, item: object, reason: str) -> Reject:
        return opening.reject(self._files[spot[0]], reason, opening.shown(item), spot[1])

    def _customer(self, found: list[Any]) -> Iterator[Item]:
        versions = [value for value in found if value[0] == "person"]
        if not versions:
            return
        _, *spot, item = versions[-1]
        try:
            person = Person.model_validate(item)
        except ValidationError as error:
            yield self._refused((spot[0], spot[1]), item, fields.explain(error))
            return
        if person.gone:
            yield Tombstone("customer", person.id)
        elif _SIDES.get(person.role) == "incoming":
            of = person.organization_id or next((value[3] for value in found if value[0] == "company"), "")
            names = self._companies.under(of) if of else []
            yield Customer(
                person.id,
                person.name,
                person.email,
                person.phone,
                person.locale,
                country=person.country,
                company=names[-1] if names else "",
                since=person.created_at,
            )

    def _look_up(self, person: str) -> tuple[str, str]:
        """Name and role of somebody."""
        items = [value[3] for value in self._people.under(person) if value[0] == "person"] if person else []
        name, role = (items[-1].get("name"), items[-1].get("role") or "end-user") if items else ("", "")
        return (name if isinstance(name, str) else "", role if isinstance(role, str) else "")

    def _conversation(self, key: str, found: list[Any]) -> Iterator[Item]:
        """One ticket out of its pieces; comments alone make one, too."""
        said = [value for value in found if value[0] == "comment"]
        held = [value for value in found if value[0] == "ticket"] or [["", *one[1:3], {"id": key}] for one in said]
        if not held:
            return
        _, *at, item = held[-1]
        spot: Spot = (at[0], at[1])
        try:
            ticket = Heading.model_validate(item)
        except ValidationError as error:
            yield self._refused(spot, item, fields.explain(error))
            return
        if ticket.gone:
            yield Tombstone("ticket", ticket.id)
        elif ticket.status in ("spam", "suspended"):
            reason = f"This ticket was marked as {ticket.status}, so it stays out. Restore it there if you need it."
            yield self._refused(spot, item, reason)
        else:
            _complete(ticket, [(value[0], value[3]) for value in found], self._tag_names)
            comments, wrong = self._comments(said)
            yield from wrong
            yield self._told(ticket, comments) or self._refused(spot, item, _WORDLESS)

    def _comments(self, said: list[Any]) -> tuple[list[Comment], list[Reject]]:
        """Comments in order, and what is none."""
        comments: list[Comment] = []
        wrong: list[Reject] = []
        for _, index, where, item in said:
            try:
                comments.append(Comment.model_validate(item))
            except ValidationError as error:
                wrong.append(self._refused((index, where), item, fields.explain(error)))
        return _in_order(comments), wrong

    def _told(self, ticket: Heading, comments: list[Comment]) -> Ticket | None:
        asker, guessed = (ticket.requester_id, False) if ticket.requester_id else self._likely_asker(comments)
        messages = [message for comment in comments for message in self._messages(ticket, comment, asker)]
        if ticket.description and not _told_already(ticket.description, messages, comments):
            messages.insert(0, Message("incoming", ticket.description, ticket.created_at, self._who(asker)[0]))
        if not messages:
            return None
        return Ticket(
            id=ticket.id,
            messages=tuple(messages),
            kind="call" if ticket.channel == "phone" else "ticket",
            subject=ticket.subject,
            customer=asker,
            created=ticket.created_at or messages[0].at,
            status=fields.status(ticket.status),
            priority=fields.priority(ticket.priority),
            channel=ticket.channel,
            product=ticket.product_of(self.product_fields),
            tags=tuple(dict.fromkeys(ticket.tags)),
            csat=ticket.csat,
            guessed=guessed,
        )

    def _likely_asker(self, comments: list[Comment]) -> tuple[str, bool]:
        """Where no record says who asks: the first known customer, else a guess: the first of unknown side."""
        sides = [(comment.author_id, self._side(comment)) for comment in comments if comment.author_id]
        known = next((author for author, side in sides if side == "incoming"), "")
        guess = next((author for author, side in sides if side is None), "")
        return (known, False) if known else (guess, bool(guess))

    def _side(self, comment: Comment) -> Direction | None:
        """Whose side the author is on, as far as the source says."""
        if comment.author_id == _SYSTEM or comment.merges or _MERGED.match(comment.text):
            return "activity"
        return _SIDES.get(comment.author_role) or _SIDES.get(self._who(comment.author_id)[1])

    def _messages(self, ticket: Heading, comment: Comment, asker: str) -> Iterator[Message]:
        """What a comment says: one message, or the lines of a chat."""
        side = self._side(comment)
        if comment.author_id == asker != "" and side != "activity" and comment.author_role not in _SIDES:
            side = "incoming"
        if not comment.public and side != "activity":
            side = "note"
        if ticket.channel == "chat" and comment.public and len(lines := _chat(comment.text)) > 1:
            customer = self._who(asker)[0]
            for who, text in lines:
                spoken: Direction = "activity" if not who else "incoming" if who == customer else "outgoing"
                yield Message(spoken, text, comment.created_at, who)
        elif comment.text:
            name = comment.author_name or self._who(comment.author_id)[0]
            yield Message(side or "outgoing", comment.text, comment.created_at, name, attachments=comment.files)


_WORDLESS = "This ticket holds no words: no comments and no description. Export it with its comments."


def _only(item: Any, known: frozenset[str]) -> Any:
    """What is needed of a record, so that the piles stay low."""
    return {name: value for name, value in item.items() if name in known} if isinstance(item, dict) else item


def _version(item: dict[str, Any]) -> str:
    """What the versions of a record are put in order by."""
    seconds = str(item.get("generated_timestamp") or "")
    return f"{item.get('updated_at') or item.get('deleted_at') or ''} {seconds:0>12}"


def _complete(ticket: Heading, found: list[tuple[str, Any]], tag_names: dict[str, str]) -> None:
    """Put what other tables know of a ticket into its heading."""
    facts = dict(found)
    ticket.requester_id = ticket.requester_id or facts.get("asker", "")
    if "rating" in facts:
        ticket.satisfaction_rating = {"score": facts["rating"]}
    if "channel" in facts and not ticket.via:
        ticket.via = {"channel": facts["channel"]}
    named = (tag_names.get(value, "") for fact, value in found if fact == "tag_id")
    ticket.tags = (*ticket.tags, *(value for fact, value in found if fact == "tag"), *filter(None, named))


def _in_order(comments: list[Comment]) -> list[Comment]:
    """Each comment once, by time; one without a time stays behind the one before it."""
    once: dict[tuple[str, ...], Comment] = {}
    for comment in comments:
        once[(comment.id,) if comment.id else (comment.author_id, str(comment.created_at), comment.text)] = comment
    moments: list[float] = []
    for comment in once.values():
        moments.append(comment.created_at.timestamp() if comment.created_at else moments[-1] if moments else 0.0)
    order = sorted(range(len(moments)), key=moments.__getitem__)
    told = list(once.values())
    return [told[index] for index in order]


def _told_already(description: str, messages: list[Message], comments: list[Comment]) -> bool:
    """Whether the customer is heard without the description, or it is one of the comments."""
    if any(message.direction == "incoming" for message in messages):
        return True
    return _plain(description) in {_plain(text) for comment in comments for text in comment.wordings}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _chat(text: str) -> list[tuple[str, str]]:
    """Who said what in a chat kept as one text of `(09:30:21) Name: words` lines; events have no name."""
    starts = list(_CHAT_LINE.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)] * bool(starts)
    return [
        (match["who"] or "", (match["event"] or text[match.end() : end]).strip())
        for match, end in zip(starts, ends, strict=True)
    ]
