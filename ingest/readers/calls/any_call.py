"""A call in JSON of a shape that we do not know: whatever looks like turns, speakers, times and ids."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ingest.readers import fields
from ingest.readers.calls import dialogue
from ingest.readers.calls.calls import Call
from ingest.readers.calls.dialogue import Turn
from ingest.readers.loose import clock, number, text

# Where turns hide, best first: a file with both `utterances` and `words` is read by its utterances.
_LISTS = (
    "turns", "utterances", "conversation", "transcript", "speechsegments", "messages", "monologues", "dialogue",
    "dialog", "entries", "transcription", "segments", "sentences", "items", "data", "results", "words",
)  # fmt: skip
_TEXTS = (
    "human_transcript", "displaytext", "text", "content", "transcript", "utterance", "message", "body",
    "punctuated_word", "word", "value", "sentence", "messages_display",
)  # fmt: skip
_LONG = 200  # characters of a text that is taken for speech whatever its name
_ROLES = ("speaker_role", "speakerrole", "participantrole", "role")
_SPEAKERS = (
    "segmentspeaker", "speaker_name", "speakername", "participant", "participantid", "speaker", "speaker_label",
    "speakerlabel", "speaker_id", "speakerid",
)  # fmt: skip
_SENDERS = ("author", "from", "sender", "channel")
_STARTS = (
    "start", "start_time", "starttime", "segmentstarttime", "begin", "offset", "begin_time", "ts",
    "start_seconds", "beginoffsetmillis", "offset_ms", "start_ms", "startms", "offsetmillis",
)  # fmt: skip
_MOMENTS = ("timestamp", "time", "at", "created_at", "createdat", "sent_at", "start_time", "starttime", "absolutetime")
CALL_IDS = ("conversationid", "conversation_id", "callid", "call_id", "contactid", "contact_id")
_IDS = (*CALL_IDS, "id", "sessionid", "session_id", "guid")
_CUSTOMERS = ("customerid", "customer_id", "customer", "clientid", "client_id", "caller_id")
_AGENTS = ("agentname", "agent_name", "agent", "operator")
_BEGINNINGS = (
    "starttime", "start_time", "started", "started_at", "startedat", "call_start", "callstart", "conversationtime",
    "initiationtimestamp",
)  # fmt: skip
_TIMES = (*_BEGINNINGS, "created", "created_at", "createdat", "date", "timestamp")
_PARTIAL = ("is_partial", "ispartial", "partial", "interim")
_FINAL = ("is_final", "isfinal", "final")


def call(item: dict[str, Any]) -> Call:
    """The call that an object holds; without turns where nothing in it looks like speech."""
    low = _lower(item)
    return Call(
        turns(item),
        id=text(_first(low, _IDS)),
        customer=text(_first(low, _CUSTOMERS)),
        agent=text(_first(low, _AGENTS)),
        created=text(_first(low, _TIMES)),
        begun=_first(low, _BEGINNINGS) is not None,
        subject=text(_first(low, ["subject", "title", "topic"])),
        lang=text(_first(low, ["lang", "language", "languagecode", "language_code"])),
        product=text(low.get("product")),
    )


def turns(item: dict[str, Any]) -> list[Turn]:
    """The turns of one JSON transcript, from its best list of turns or else from its longest text."""
    lists, texts = _inside(item)
    ranked = sorted(lists, key=lambda found: (_LISTS.index(found[0]), -len(found[1])))
    for name, listed in ranked:
        spoken = [turn(one) for one in _finished(listed)]
        if name != "words" or any(one.speaker or one.role for one in spoken):
            return spoken
    longest = max(texts, key=len, default="")
    return dialogue.labelled(longest) or [Turn("", longest)]


def is_turn(item: dict[str, Any]) -> bool:
    """Whether an object holds words that somebody says."""
    return _words(_lower(item)) is not None


def is_spoken_line(item: dict[str, Any]) -> bool:
    """Whether an object is one turn that says who speaks, and no whole call."""
    low = _lower(item)
    holds = any(isinstance(low.get(name), list) for name in _LISTS if name not in ("words", "items"))
    return _words(low) is not None and _first(low, (*_ROLES, *_SPEAKERS)) is not None and not holds


def call_id(item: dict[str, Any]) -> str:
    """The id of the call that a turn belongs to."""
    return text(_first(_lower(item), CALL_IDS))


def turn(item: dict[str, Any]) -> Turn:
    """One object as a turn. Where a person has corrected what the machine heard, the correction counts."""
    low = _lower(item)
    role, speaker = _label(low, _ROLES), _label(low, _SPEAKERS)
    label = speaker or ("" if role else _label(low, _SENDERS))
    return Turn(label, _words(low) or "", _start(low), _moment(low), role)


def _label(low: dict[str, Any], names: Sequence[str]) -> str:
    found = _first(low, names)
    if isinstance(found, dict):
        found = _first(_lower(found), ["role", "name", "label", "id"])
    label = text(found)
    return f"Speaker {label}" if label.isdecimal() else label


def _finished(listed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the first hearings that a service wrote while somebody was still speaking."""
    lows = [_lower(one) for one in listed]
    early = [
        any(low.get(name) is True for name in _PARTIAL) or any(low.get(name) is False for name in _FINAL)
        for low in lows
    ]
    return list(listed) if all(early) else [one for one, first in zip(listed, early, strict=True) if not first]


def _inside(item: dict[str, Any]) -> tuple[list[tuple[str, list[dict[str, Any]]]], list[str]]:
    """Lists of turns with their key, and long texts, down to six levels; without recursion."""
    lists: list[tuple[str, list[dict[str, Any]]]] = []
    texts: list[str] = []
    todo: list[tuple[str, Any, int]] = [("", item, 0)]
    while todo:
        key, value, depth = todo.pop()
        name = key.casefold()
        if isinstance(value, dict) and depth < 6:
            todo.extend((k, v, depth + 1) for k, v in value.items())
        elif isinstance(value, list) and depth < 6 and value:
            dicts = [one for one in value if isinstance(one, dict)]
            if name in _LISTS and dicts and sum(map(is_turn, dicts)) * 2 > len(value):
                lists.append((name, [one for one in dicts if is_turn(one)]))
            todo.extend((key, one, depth + 1) for one in value[:50] if isinstance(one, dict | list))
        elif isinstance(value, str) and (name in _TEXTS or len(value) >= _LONG) and not value.startswith("http"):
            texts.append(value)
    return lists, texts


def _lower(item: dict[str, Any]) -> dict[str, Any]:
    return {key.casefold(): value for key, value in item.items()}


def _first(item: dict[str, Any], names: Sequence[str]) -> Any:
    return next((item[name] for name in names if item.get(name) not in (None, "")), None)


def _words(low: dict[str, Any]) -> str | None:
    corrected = low.get("human_transcript")
    found = corrected if isinstance(corrected, str) else _first(low, _TEXTS)
    return found if isinstance(found, str) else None


def _start(low: dict[str, Any]) -> float | None:
    """Seconds; names that end in `ms` or `millis` say milliseconds, and so do starts of more than a day."""
    for name in _STARTS:
        value = low.get(name)
        found = clock(value) if isinstance(value, str) and ":" in value else number(value)
        if found is not None and found < 1e9:
            return found / 1000 if name.endswith(("ms", "millis")) or found > 86_400 else found
    return None


def _moment(low: dict[str, Any]) -> datetime | None:
    """The time of day of a turn, where one is written with its date."""
    for name in _MOMENTS:
        value = low.get(name)
        if isinstance(value, str | int) and re.match(r"\d{4}[-/年]\d|\d{10}", str(value)):
            try:
                return fields.time(value)
            except (ValueError, OverflowError, OSError):
                continue
    return None
