"""Slack's export: a folder for each channel with a file for each day, and the list of people. A thread is a ticket."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from ingest.readers import opening
from ingest.readers.chats import chat
from ingest.readers.chats.chat import Line
from ingest.readers.gathering import Pile
from ingest.readers.loose import inside, many, text
from ingest.readers.opening import Columns, File, Head
from ingest.records import Customer, Direction, Item, Ticket

_STAMP = re.compile(r'"ts"\s*:\s*"\d{9,11}\.\d{6}"')
_HAPPENED = re.compile(
    r"(?:channel|group|mpim|im)_(?:join|leave|topic|purpose|name|archive|unarchive|convert)|tombstone"
)
_AROUND = ({"creator", "members", "purpose"}, {"change_type", "user_name", "date"})  # what Slack's other files hold


@dataclass(frozen=True)
class _Person:
    name: str
    email: str
    team: str
    bot: bool
    guest: bool


@dataclass
class _Export:
    """What the files hold: people at hand, messages in piles of a conversation each, on the disk."""

    pile: Pile
    people: dict[str, _Person] = field(default_factory=dict)
    last: dict[str, tuple[float, str, int]] = field(default_factory=dict)  # channel -> last message, pile, its height


def claims(head: Head) -> bool:
    """JSON with Slack's stamps of messages, its people, or its lists of channels."""
    if not head.is_json:
        return False
    keys = head.keys
    people = {"team_id", "profile"} <= keys and bool({"real_name", "is_bot"} & keys)
    messages = _STAMP.search(head.text) is not None and {"type", "text"} <= keys
    return messages or people or any(shape <= keys for shape in _AROUND) or _is_list_of_talks(head)


def _is_list_of_talks(head: Head) -> bool:
    return (
        PurePosixPath(head.name).name in {"dms.json", "groups.json", "mpims.json"}
        and {"id", "created", "members"} <= head.keys
    )


def gather(files: Sequence[File], named: Columns | None) -> Iterator[Item]:
    """Guests as customers, then a ticket for each thread and each stretch of a channel without a pause of six hours.

    Guests and people of other workspaces are customers; where there are none, the words tell who is.
    """
    with Pile() as pile:
        export = _Export(pile)
        for file in files:
            for number, item in opening.objects(file):
                if not isinstance(item, dict):
                    yield item
                elif "profile" in item and "ts" not in item:
                    _meet(export, item)
                else:
                    yield from _put(export, file, item, number)
        home = Counter(person.team for person in export.people.values() if not person.guest).most_common(1)
        guests = {id for id, one in export.people.items() if _is_guest(one, home[0][0] if home else "")}
        for id in sorted(guests):
            yield Customer(id, export.people[id].name, export.people[id].email)
        sides: dict[str, chat.Sides] = {}
        for key, told in pile:
            ticket = _ticket(export, key, told, guests, sides.setdefault(key.rpartition("/")[0], chat.Sides()))
            if ticket:
                yield ticket


def _meet(export: _Export, item: dict[str, Any]) -> None:
    profile = inside(item, "profile")
    names = (profile.get("display_name"), profile.get("real_name"), item.get("real_name"), item.get("name"))
    guest = any(item.get(mark) is True for mark in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    export.people[text(item.get("id"))] = _Person(
        next((name for one in names if (name := text(one))), ""),
        text(profile.get("email")),
        text(item.get("team_id")),
        item.get("is_bot") is True,
        guest,
    )


def _is_guest(person: _Person, home: str) -> bool:
    return not person.bot and (person.guest or (bool(person.team) and person.team != home))


def _put(export: _Export, file: File, item: dict[str, Any], number: int) -> Iterator[Item]:
    """One message, or all that an answer of Slack's API holds, onto its conversation's pile."""
    parent = PurePosixPath(file.name).parent.name
    channel = parent if parent and re.fullmatch(r"\d{4}-\d{2}-\d{2}", file.stem) else file.stem
    messages = many(item.get("messages")) or [item]
    for one in sorted(messages, key=lambda one: _seconds(one.get("ts"))):
        if "ts" not in one or _HAPPENED.match(text(one.get("subtype"))):
            continue
        seconds = _seconds(one["ts"])
        thread = text(one.get("thread_ts"))
        if not seconds:
            reason = "This message has no time that can be read. Export the channel again."
            yield opening.reject(file, reason, opening.shown(one), number)
            continue
        if not thread:
            before, thread, height = export.last.get(channel, (0.0, "", 0))
            if abs(seconds - before) >= chat.GAP.total_seconds() or height == chat.LONGEST:
                thread, height = text(one["ts"]), 0
            export.last[channel] = seconds, thread, height + 1
        export.pile.add(f"{channel}/{thread}", seconds, one)


def _seconds(stamp: object) -> float:
    return float(stamp) if isinstance(stamp, str) and re.fullmatch(r"\d{9,11}(?:\.\d{1,6})?", stamp) else 0.0


def _ticket(
    export: _Export, key: str, told: list[dict[str, Any]], guests: set[str], sides: chat.Sides
) -> Ticket | None:
    """The ticket of one pile; None where it holds neither words nor files. With a guest, all others are agents."""
    lines = [_line(export, one, guests) for one in told]
    if any(line.side == "incoming" for line in lines):
        lines = [replace(line, side=line.side or "outgoing") for line in lines]
    messages, guessed = sides.messages(lines)
    asks = next((text(one.get("user")) for one in told if text(one.get("user")) in guests), "")
    id = key.replace("/", "-")
    return (
        Ticket(id, messages, customer=asks, created=lines[0].at, channel="chat", guessed=guessed) if messages else None
    )


def _line(export: _Export, one: dict[str, Any], guests: set[str]) -> Line:
    id = text(one.get("user")) or text(one.get("bot_id"))
    person, profile = export.people.get(id), inside(one, "user_profile")
    name = person.name if person else text(profile.get("real_name")) or text(one.get("username")) or id
    is_bot = (person is not None and person.bot) or one.get("subtype") == "bot_message"
    side: Direction | None = "activity" if is_bot else "incoming" if id in guests else None
    words = text(one.get("text")) or "\n".join(text(part.get("fallback")) for part in many(one.get("attachments")))
    files = tuple(
        name for part in many(one.get("files")) if (name := text(part.get("name")) or text(part.get("title")))
    )
    return Line(name, _plain(export, words), datetime.fromtimestamp(_seconds(one["ts"]), UTC), side, files)


def _plain(export: _Export, words: str) -> str:
    """Slack's marks as people read them: `<@U1>` is a name, `<https://...|here>` a link, `&amp;` a letter."""

    def readable(match: re.Match[str]) -> str:
        target, _, label = match[1].partition("|")
        if target.startswith("@"):
            person = export.people.get(target[1:])
            return "@" + (person.name if person else label or target[1:])
        if target.startswith(("#", "!")):
            return ("#" if target.startswith("#") else "@") + (label or target[1:])
        return f"{label} ({target})" if label and label not in target else target.removeprefix("mailto:")

    return html.unescape(re.sub(r"<([@#!]?[^<>\s][^<>\n]*)>", readable, words))
