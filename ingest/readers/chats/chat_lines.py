"""One message of a chat in foreign JSON as a line: who wrote it, for which side, what and when."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from ingest import markup
from ingest.readers import fields
from ingest.readers.chats.chat import Line
from ingest.readers.loose import inside, many, text
from ingest.records import Direction

_NAMES = (
    "author_name", "sender_name", "from_name", "display_name", "displayname", "nickname", "username", "user_name",
    "name", "sender", "from", "author", "user", "operator", "nick", "speaker", "author_id", "from_id", "user_id",
)  # fmt: skip
_ROLES = (
    "role", "user_type", "author_type", "sender_type", "from_type", "author_role", "sender_role", "participant_type",
    "type", "direction", "nick", "from", "sender", "author", "user", "speaker",
)  # fmt: skip
_TEXTS = ("text", "msg", "content", "body", "message", "value", "utterance", "plain_text", "html")
_TIMES = (
    "timestamp", "created_at", "createdat", "createddatetime", "sent_at", "sentat", "time_sent", "datetime",
    "date", "time", "ts", "at",
)  # fmt: skip
_FILES = ("attachments", "files", "media")
_SIDES: dict[str, Direction] = {
    **dict.fromkeys(["human", "inbound", "in", "incoming", "received"], "incoming"),
    **dict.fromkeys(["ai", "gpt", "model", "supervisor", "outbound", "out", "outgoing", "sent"], "outgoing"),
    **dict.fromkeys(["function", "developer", "action", "trigger", "application", "system_message"], "activity"),
}

_ROLE = {
    word: fields.direction(word)
    for words in (
        "agent assistant operator support admin staff teammate representative",
        "user customer visitor contact client lead guest end-user enduser end_user",
        "bot system tool chatbot note private",
    )
    for word in words.split()
}


def line(one: object, people: Mapping[str, Line]) -> Line | None:
    """A message, `{"from": "Yui", "text": "Hi", "date": ...}` or `["agent", "Hi"]`; None for what says nothing.

    `people` are those that the chat lists by their ids: lines without words that tell name and side.
    """
    if isinstance(one, list):
        one = {"role": one[0], "text": one[1]} if len(one) == 2 and all(isinstance(part, str) for part in one) else {}
    if not isinstance(one, dict):
        return None
    low = lowered(one)
    words = _words(first(low, _TEXTS))
    files = tuple(name for key in _FILES for part in many(low.get(key)) if (name := text(part.get("name"))))
    if not words and not files:
        return None
    person = people.get(text(low.get("author_id")) or text(low.get("user_id")))
    side = _side(low) or (person.side if person else None)
    name = person.speaker if person and person.speaker else _name(low)
    if not side and not name:
        return None
    return Line(name, words, moment(low, _TIMES), side, files)


def lowered(item: Mapping[str, Any]) -> dict[str, Any]:
    """The members under names in lower case."""
    return {key.casefold(): value for key, value in item.items()}


def first(item: Mapping[str, Any], names: Iterable[str]) -> Any:
    """The first member that holds anything."""
    return next((item[name] for name in names if item.get(name) not in (None, "", [], {})), None)


def _words(value: object, depth: int = 0) -> str:
    """Words of a text, of a list of parts, or of an object around them; `None` as some logs write it is nothing."""
    if isinstance(value, list):
        return "".join(_words(part, depth + 1) for part in value if depth < 3)
    if isinstance(value, dict):
        if text(value.get("type")) not in ("", "text", "html", "output_text", "input_text", "link", "bold", "mention"):
            return ""
        said = _words(first(lowered(value), _TEXTS), depth + 1) if depth < 3 else ""
        return markup.html(said) if text(value.get("contentType")).casefold() == "html" else said
    return text(value)


def _side(low: Mapping[str, Any]) -> Direction | None:
    """The side that a role says, be it the message's own or its writer's."""
    for name in _ROLES:
        value = low.get(name)
        if isinstance(value, dict):
            if value.get("application") or value.get("bot"):
                return "activity"
            value = first(value, ("type", "role", "user_type"))
        if side := role(text(value)):
            return side
    return "outgoing" if low.get("from_me") is True or low.get("is_agent") is True else None


def role(said: str) -> Direction | None:
    """The side of a role such as `assistant`, `agent:42` or `inbound`; None for a name and for anything else."""
    short = said.casefold()
    before, _, after = short.partition(":")
    return _SIDES.get(after) or _SIDES.get(before) or (_ROLE.get(before) if " " not in short else None)


def _name(low: Mapping[str, Any]) -> str:
    for key in _NAMES:
        value = low.get(key)
        if isinstance(value, dict):
            value = inside(value, "user") or inside(value, "application") or value
            value = first(
                lowered(value), ("name", "displayname", "display_name", "nickname", "real_name", "email", "id")
            )
        if (said := text(value)) and not role(said):
            return said
    return ""


def moment(low: Mapping[str, Any], names: Iterable[str]) -> datetime | None:
    """The first of these times that can be read; the words count without one too."""
    for name in names:
        with suppress(ValueError):
            if isinstance(low.get(name), str | int | float) and (at := fields.time(low[name])):
                return at
    return None
