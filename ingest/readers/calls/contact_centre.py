"""Analysed calls and chats of contact centres: Amazon Connect, Transcribe Call Analytics, Post-Call Analytics."""

import json
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ingest.readers import fields
from ingest.readers.calls.calls import Call
from ingest.readers.calls.dialogue import Turn
from ingest.readers.loose import inside, many, seconds, text, thousandth

_EVENTS = re.compile(r"application/vnd\.amazonaws\.connect\.event\.((?:participant|chat|transfer|contact)\.\w+)")
_STARTED = re.compile(r"_(20\d{6})T(\d\d):?(\d\d)_UTC")


def amazon(item: dict[str, Any]) -> Call | None:
    """Contact Lens (calls and chats), Connect's own chat transcripts, and Transcribe Call Analytics."""
    said = many(item.get("Transcript"))
    if not said or not any({"ParticipantId", "ParticipantRole"} & turn.keys() for turn in said):
        return None
    people = many(item.get("Participants"))
    roles = {text(person.get("ParticipantId")): text(person.get("ParticipantRole")) for person in people}
    about = inside(item, "CustomerMetadata")
    chat = text(item.get("Channel")).casefold() == "chat" or any("AbsoluteTime" in turn for turn in said)
    return Call(
        [_amazon_turn(turn, roles) for turn in said],
        id=text(about.get("ContactId")) or text(item.get("ContactId")) or text(item.get("JobName")),
        created=None if chat else _started(text(about.get("InputS3Uri"))),
        lang=text(item.get("LanguageCode")),
        subject=next(filter(None, map(_issue, said)), ""),
        tags=fields.tags(inside(item, "Categories").get("MatchedCategories")),
        channel="chat" if chat else "phone",
    )


def _amazon_turn(turn: dict[str, Any], roles: dict[str, str]) -> Turn:
    participant = text(turn.get("ParticipantId"))
    role = text(turn.get("ParticipantRole")) or roles.get(participant, "") or participant
    said = text(turn.get("Content"))
    if text(turn.get("Type")) == "EVENT":
        event = _EVENTS.fullmatch(text(turn.get("ContentType")))
        role, said = "system", event[1].replace(".", " ") if event else ""
    elif "interactive" in text(turn.get("ContentType")):
        said = _title(said)
    said = said or ", ".join(text(file.get("AttachmentName")) for file in many(turn.get("Attachments")))
    at = fields.time(text(turn.get("AbsoluteTime"))) if turn.get("AbsoluteTime") else None
    name = text(turn.get("DisplayName")) if role != "system" else ""
    return Turn(name, said, thousandth(turn.get("BeginOffsetMillis")), at, role.replace("_", " "))


def _title(said: str) -> str:
    """What a chat's menu asks; its content is JSON."""
    try:
        return text(inside(json.loads(said), "data", "content").get("title"))
    except (ValueError, RecursionError):
        return said


def _issue(turn: dict[str, Any]) -> str:
    """The words of a turn that were marked as the caller's issue."""
    for issue in many(turn.get("IssuesDetected")):
        span = inside(issue, "CharacterOffsets")
        start, end = span.get("BeginOffsetChar"), span.get("EndOffsetChar")
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
            return text(turn.get("Content"))[start:end].strip()
        if text(issue.get("Text")):
            return text(issue.get("Text"))
    return ""


def _started(recording: str) -> str | None:
    match = _STARTED.search(recording)
    return f"{match[1][:4]}-{match[1][4:6]}-{match[1][6:]}T{match[2]}:{match[3]}:00Z" if match else None


def post_call(item: dict[str, Any]) -> Call | None:
    """Amazon's Post-Call Analytics: who the speakers are stands beside their segments."""
    said = many(item.get("SpeechSegments"))
    about = inside(item, "ConversationAnalytics")
    if not said or not about:
        return None
    labels = {text(one.get("Speaker")): text(one.get("DisplayText")) for one in many(about.get("SpeakerLabels"))}
    return Call(
        [_segment(one, labels) for one in said],
        id=text(about.get("GUID")),
        customer=text(about.get("Cust")),
        agent=text(about.get("Agent")),
        created=_local(text(about.get("ConversationTime")), text(about.get("ConversationLocation"))),
        lang=text(about.get("LanguageCode")),
        subject=next((text(one.get("Text")) for one in many(about.get("IssuesDetected"))), ""),
        tags=tuple(text(one.get("Name")) for one in many(about.get("CategoriesDetected")) if one.get("Instances")),
    )


def _segment(one: dict[str, Any], labels: dict[str, str]) -> Turn:
    speaker = text(one.get("SegmentSpeaker"))
    said = text(one.get("DisplayText")) or text(one.get("OriginalText"))
    return Turn(labels.get(speaker) or speaker, said, seconds(one.get("SegmentStartTime")))


def _local(written: str, place: str) -> datetime | str:
    """The moment that clocks at `place` (`America/New_York`) showed; as written where either is unknown."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(place))
    except (ValueError, OSError, KeyError):
        return written


SHAPES = (amazon, post_call)
