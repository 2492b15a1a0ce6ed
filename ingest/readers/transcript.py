"""Transcripts of calls as speech-to-text services and contact centres write them: JSON in many shapes, or text."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.readers import dialogue, fields, opening
from ingest.readers.dialogue import Turn
from ingest.readers.opening import Columns, File, Head
from ingest.records import Item, Message, Reject, Ticket

# Where turns hide, best first: a file with both `utterances` and `words` is read by its utterances.
_LISTS = (
    "turns", "utterances", "conversation", "transcript", "speechsegments", "messages", "monologues", "dialogue",
    "dialog", "entries", "transcription", "segments", "sentences", "items", "data", "results", "words",
)  # fmt: skip
_TEXTS = (
    "human_transcript", "displaytext", "text", "content", "transcript", "utterance", "message", "body",
    "punctuated_word", "word", "value", "sentence",
)  # fmt: skip
_SPEAKERS = (
    "speaker_role", "speakerrole", "participantrole", "role", "segmentspeaker", "participant", "participantid",
    "speaker", "speaker_label", "speakerlabel", "speaker_name", "speaker_id", "author", "from", "channel",
)  # fmt: skip
_STARTS = (
    "start", "start_time", "starttime", "segmentstarttime", "begin", "offset", "begin_time", "ts",
    "start_seconds", "beginoffsetmillis", "offset_ms", "start_ms", "startms", "offsetmillis",
)  # fmt: skip
_CALL_IDS = ("conversationid", "conversation_id", "callid", "call_id", "contactid", "contact_id")
_IDS = (*_CALL_IDS, "id", "sessionid", "session_id", "guid")
_CUSTOMERS = (
    "customerid", "customer_id", "customer", "clientid", "client_id", "caller_id",
)  # fmt: skip
_TIMES = (
    "starttime", "start_time", "started", "started_at", "startedat", "created", "created_at", "createdat",
    "conversationtime", "initiationtimestamp", "date", "timestamp",
)  # fmt: skip
_MARKS = re.compile(
    r'"(?:speaker|speaker_role|speaker_label|participant|participantid|utterances|segments|monologues|speechsegments'
    r'|conversationid|transcript|turns|conversation|messages|messages_display|dialogue)"\s*:',
    re.I,
)


def claims(head: Head) -> bool:
    """JSON with the words of a transcript, or a text file with speaker labels."""
    if head.is_json:
        return _MARKS.search(head.text) is not None
    return head.suffix in {".txt", ".text", ".log", ""} and len(dialogue.labelled(head.text)) >= 2


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One call a text file or JSON object; a bare JSON list of turns is one call too."""
    start = opening.head(file).lstrip("\ufeff \t\r\n\0")
    if not opening.is_json(start, file.suffix):
        yield _call(file, {}, dialogue.labelled(opening.whole(file)), 1)
        return
    loose: list[Turn] = []
    for number, item in opening.objects(file):
        if isinstance(item, Reject):
            yield item
        elif start.startswith("[") and _is_turn(item) and not _first(_lower(item), _CALL_IDS):
            loose.append(_turn(item))
        else:
            yield _call(file, item, turns(item), number)
    if loose:
        yield _call(file, {}, loose, 1)


def turns(item: dict[str, Any]) -> list[Turn]:
    """The turns of one JSON transcript, from its best list of turns or else from its longest text."""
    lists, texts = _inside(item)
    ranked = sorted(lists, key=lambda found: (_LISTS.index(found[0]), -len(found[1])))
    for name, listed in ranked:
        spoken = [_turn(one) for one in listed]
        if name != "words" or any(turn.speaker for turn in spoken):
            return spoken if any(turn.speaker for turn in spoken) else _guessed(" ".join(t.text for t in spoken))
    return _guessed(max(texts, key=len, default=""))


def _guessed(text: str) -> list[Turn]:
    return dialogue.labelled(text) or dialogue.unlabelled(text)


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
            if name in _LISTS and dicts and sum(_is_turn(one) for one in dicts) * 2 > len(value):
                lists.append((name, [one for one in dicts if _is_turn(one)]))
            todo.extend((key, one, depth + 1) for one in value[:50] if isinstance(one, dict | list))
        elif isinstance(value, str) and (name in _TEXTS or " " in value.strip()) and not value.startswith("http"):
            texts.append(value)
    return lists, texts


def _lower(item: dict[str, Any]) -> dict[str, Any]:
    return {key.casefold(): value for key, value in item.items()}


def _first(item: dict[str, Any], names: Sequence[str]) -> Any:
    return next((item[name] for name in names if item.get(name) not in (None, "")), None)


def _is_turn(item: dict[str, Any]) -> bool:
    return isinstance(_first(_lower(item), _TEXTS), str)


def _turn(item: dict[str, Any]) -> Turn:
    low = _lower(item)
    speaker = _first(low, _SPEAKERS)
    if isinstance(speaker, dict):
        speaker = _first(_lower(speaker), ["role", "name", "label", "id"])
    label = fields.words(speaker) if isinstance(speaker, str | int) and not isinstance(speaker, bool) else ""
    return Turn(f"Speaker {label}" if label.isdecimal() else label, str(_first(low, _TEXTS)), _start(low))


def _start(item: dict[str, Any]) -> float | None:
    """Seconds; names that end in `ms` or `millis` say milliseconds, and so do starts of more than a day."""
    for name in _STARTS:
        value = item.get(name)
        if isinstance(value, str) and re.fullmatch(r"[\d:.,]+", value):
            try:
                value = dialogue.clock(value) if ":" in value else float(value)
            except ValueError:
                continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value / 1000 if name.endswith(("ms", "millis")) or value > 86_400 else float(value)
    return None


def _call(file: File, item: dict[str, Any], spoken: list[Turn], number: int) -> Ticket | Reject:
    low = _lower(item)
    said = dialogue.messages(spoken)
    if not said:
        reason = "No spoken words were found here. A transcript needs a list of turns with a speaker and a text."
        return opening.reject(file, reason, opening.shown(item), number)
    try:
        return _ticket(file, low, said)
    except (ValueError, TypeError, OverflowError) as error:
        reason = f"A field of this call cannot be read: {error}. Correct it and import the call again."
        return opening.reject(file, reason, opening.shown(item), number)


def _ticket(file: File, low: dict[str, Any], said: tuple[Message, ...]) -> Ticket:
    words = "\n".join(message.text for message in said)
    return Ticket(
        id=_plain(_first(low, _IDS)) or fields.made_id("call", file.base, words),
        messages=said,
        kind="call",
        subject=_plain(_first(low, ["subject", "title", "topic"])),
        customer=_plain(_first(low, _CUSTOMERS)),
        created=fields.time(_plain(_first(low, _TIMES))),
        channel="phone",
        lang=fields.lang(_plain(_first(low, ["lang", "language", "languagecode", "language_code"]))),
        product=_plain(low.get("product")),
    )


def _plain(value: object) -> str:
    return fields.words(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
