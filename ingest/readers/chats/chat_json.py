"""Chats as JSON: live-chat services, messengers, roles of an assistant's talk, or a plain list of messages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.readers import fields, opening
from ingest.readers.chats import chat, chat_lines
from ingest.readers.chats.chat import Line
from ingest.readers.chats.chat_lines import first, lowered
from ingest.readers.gathering import Pile
from ingest.readers.loose import inside, many, text
from ingest.readers.opening import Columns, File, Head
from ingest.records import Customer, Item, Ticket

_LISTS = frozenset(["chats", "value", "results"])  # around whole chats, or around single messages
_TALKS = ("messages", "history", "events", "traj", "original", "conversation", "conversations", "chat", "log", "dialog")
_IDS = ("id", "chat_id", "chatid", "conversation_id", "conversationid", "convo_id", "session_id", "thread_id", "uuid")
_GROUPS = ("conversation_id", "conversationid", "chat_id", "chatid", "thread_id", "session_id", "room_id", "room")
_CUSTOMERS = ("visitor", "customer", "contact", "user", "client", "meta", "requester")
_AGENTS = ("agents", "operators", "agent_names", "agent", "assignee")
_TIMES = (
    "started_timestamp",
    "timestamp",
    "created_at",
    "createdat",
    "started_at",
    "started",
    "created",
    "date",
    "time",
)
_NESTS = ("chats", "conversations", "threads", "thread", "sessions", "items", "data", "results")
_FRAME = {"@odata.context", "@odata.count", "@odata.nextLink", "total", "ok", "count", "next_url", "has_more"}
_BARE = "\0"  # before the key of a run of messages that name no conversation
_ROLES = re.compile(r'"role"\s*:\s*"(?:user|assistant|system|developer|tool|human|ai)"')
# Members that only chats have together.
_SHAPES = tuple(
    frozenset(shape.split())
    for shape in (
        "messages_display", "history msg", "author_name user_type", "author_id events text", "author_type messages",
        "createdDateTime from body", "session_id from content", "convo_id original", "conversations from value",
        "chats messages", "sender_type messages", "chats history",
    )
)  # fmt: skip
_WHO = {"from", "sender", "author", "user", "username", "sender_name", "author_name", "user_name", "nickname", "name"}
_WORDS = {"text", "body", "message", "content", "msg"}
_WHEN = {"timestamp", "date", "created_at", "sent_at", "time", "ts", "createdAt", "sentAt", "datetime"}
_NOT = {
    "kind", "turns", "title", "subject", "requester_id", "utterances", "segments", "words", "confidence", "offset",
    "start", "start_time", "startTime", "duration", "begin", "participantId", "transcript",
}  # fmt: skip
_DISPLAY = re.compile(r"(?m)^(user|assistant|tool|system|human|ai|agent|customer|bot)[ \t]*:[ \t]*")


def claims(head: Head) -> bool:
    """JSON with roles of an assistant's talk, the words of a chat service, or messages with writer, words and time."""
    if not head.is_json:
        return False
    keys = head.keys
    if any(shape <= keys for shape in _SHAPES) or (_ROLES.search(head.text) and "content" in keys):
        return True
    return bool(_WHO & keys and _WORDS & keys and _WHEN & keys) and not _NOT & keys


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """A ticket for each chat that has an id or roles; a bare run of messages is cut at pauses of six hours."""
    with Pile() as pile:
        run = _Run(pile)
        for name, number, item in opening.members(file, _LISTS):
            if not isinstance(item, dict):
                yield item
            elif chats := list(_chats(item)):
                for one, talk in chats:
                    yield from _read(file, one, talk)
            elif line := chat_lines.line(item, {}):
                run.add(line, item, number)
            elif not name and item.keys() - _FRAME:
                reason = "No messages were found here. A chat needs a list of messages with a writer and words."
                yield opening.reject(file, reason, opening.shown(item), number)
        sides = chat.Sides()
        for key, told in pile:
            lines = [line for one in told if (line := chat_lines.line(one, {}))]
            yield _ticket({} if key.startswith(_BARE) else {"id": key}, file, lines, sides)


@dataclass
class _Run:
    """Single messages on their conversations' piles: by the id that they name, else by the pauses between them."""

    pile: Pile
    key: str = ""
    length: int = 0
    last: datetime | None = None

    def add(self, line: Line, item: dict[str, Any], number: int) -> None:
        group = text(first(lowered(item), _GROUPS))
        if not group:
            if not self.key or chat.apart(self.last, line.at) or self.length == chat.LONGEST:
                self.key, self.length = f"{_BARE}{number}", 0
            self.last, self.length = line.at or self.last, self.length + 1
        self.pile.add(group or self.key, line.at.timestamp() if line.at else float(number), item)


def _chats(item: dict[str, Any], depth: int = 0) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Each chat inside an object, with its messages."""
    if talk := _talk(item):
        yield item, talk
    elif depth < 4:
        for key in _NESTS:
            for one in many(item.get(key)) or filter(None, [inside(item, key)]):
                for found, talk in _chats(one, depth + 1):
                    yield {**_facts(item), **found}, talk


def _talk(item: dict[str, Any]) -> list[Any]:
    """The messages of a chat; none where the object is no chat."""
    if shown := text(item.get("messages_display")):
        parts = _DISPLAY.split(shown)[1:]
        return [{"role": role, "content": said.strip()} for role, said in zip(parts[::2], parts[1::2], strict=True)]
    people = _people(item)
    for held in (item.get(key) for key in _TALKS):
        if isinstance(held, list) and any(chat_lines.line(one, people) for one in held[:50]):
            return held
    return []


def _facts(item: dict[str, Any]) -> dict[str, Any]:
    """What is said of a chat around its messages: ids, names, people, but not its lists of chats."""
    return {key: value for key, value in item.items() if key not in _NESTS}


def _people(item: dict[str, Any]) -> dict[str, Line]:
    """Those whom the chat lists by their ids, as lines without words."""
    users = [(text(one.get("id")), one) for one in many(item.get("users")) + many(item.get("participants"))]
    return {id: Line(text(one.get("name")), "", side=chat_lines.role(text(one.get("type")))) for id, one in users if id}


def _read(file: File, item: dict[str, Any], talk: list[Any]) -> Iterator[Item]:
    people = _people(item)
    lines = [line for one in talk if (line := chat_lines.line(one, people))]
    low = lowered(item)
    sides = chat.Sides(chat.named(_names(low, _AGENTS)), chat.named(_names(low, (*_CUSTOMERS, "visitor_name"))))
    person = next((one for key in _CUSTOMERS if (one := inside(low, key)) and (one.get("id") or one.get("email"))), {})
    if person:
        yield _customer(person)
    whole = text(first(low, _IDS)) or all(line.side for line in lines)
    for part in [lines] if whole else chat.conversations(lines):
        yield _ticket(low, file, part, sides)


def _names(low: dict[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        held = low.get(key)
        for one in held if isinstance(held, list) else [held]:
            found = first(one, ("name", "display_name", "nickname")) if isinstance(one, dict) else one
            if isinstance(found, str):
                yield found


def _customer(person: dict[str, Any]) -> Customer:
    email = text(person.get("email"))
    return Customer(
        text(person.get("id")) or email,
        name=text(person.get("name")) or text(person.get("nickname")),
        email=email,
        phone=text(person.get("phone")),
    )


def _ticket(low: dict[str, Any], file: File, lines: list[Line], sides: chat.Sides) -> Ticket:
    messages, guessed = sides.messages(lines)
    person = next((one for key in _CUSTOMERS if (one := inside(low, key)) and (one.get("id") or one.get("email"))), {})
    rating = text(low.get("rating")) or text(low.get("rate"))
    return Ticket(
        id=text(first(low, _IDS)) or chat.made_id(file.base, lines),
        messages=messages,
        subject=text(low.get("subject")) or text(low.get("title")),
        customer=text(person.get("id")) or text(person.get("email")),
        created=lines[0].at or chat_lines.moment(low, _TIMES),
        status=fields.status(text(low.get("status"))),
        channel="chat",
        lang=fields.lang(text(low.get("language"))),
        tags=fields.tags(low.get("tags")),
        csat=fields.csat(rating.removeprefix("rated_")),
        guessed=guessed,
    )
