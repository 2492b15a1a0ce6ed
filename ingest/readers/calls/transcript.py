"""Transcripts of calls as speech-to-text services and contact centres write them: JSON in many shapes, or text."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers import opening
from ingest.readers.calls import any_call, calls, contact_centre, script, speech
from ingest.readers.calls.calls import Call
from ingest.readers.gathering import Pile
from ingest.readers.opening import Columns, File, Head
from ingest.records import Item, Reject

_LIMIT = 50_000_000  # bytes of a text file, which is read in one piece
_MARKS = re.compile(
    r'"(?:speaker|speaker_role|speaker_label|participant|participantid|utterances|segments|monologues|speechsegments'
    r"|conversationid|transcript|turns|conversation|messages|messages_display|dialogue|recognizedphrases|transcripts"
    r'|participants|combinedphrases|transcription|alternatives|speakertag)"\s*:',
    re.I,
)


def claims(head: Head) -> bool:
    """JSON with the words of a transcript, or a text file in which people talk."""
    if head.is_json:
        return _MARKS.search(head.text) is not None
    if head.suffix in {".md", ".markdown"}:
        return not head.text.lstrip("\ufeff \n").startswith("---\n") and script.is_calls(head.text, markdown=True)
    return head.suffix in {".txt", ".text", ".log", ""} and script.is_calls(head.text)


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One call for a JSON object or a heading in a text; JSON turns without a call around them are one call by id."""
    start = opening.head(file).lstrip("\ufeff \t\r\n\0")
    if opening.is_json(start, file.suffix):
        with Pile() as pile:
            yield from _objects(file, pile)
            for _, items in pile:
                call = Call([any_call.turn(item) for item in items], id=any_call.call_id(items[0]))
                yield calls.ticket(file, call, raw=opening.shown(items[0]))
        return
    found = script.calls(opening.whole(file, _LIMIT).replace("\0", ""))
    for number, call in enumerate(found, 1):
        yield calls.ticket(file, call, f"call {number}" if len(found) > 1 else None)


def _objects(file: File, pile: Pile) -> Iterator[Item]:
    """Whole calls; single turns go on the pile under their call's id."""
    for number, item in opening.objects(file):
        if isinstance(item, Reject):
            yield item
        elif any_call.is_spoken_line(item):
            pile.add(any_call.call_id(item), number, item)
        else:
            yield calls.ticket(file, _call(item), number, opening.shown(item))


def _call(item: dict[str, Any]) -> Call:
    """By the service whose shape it has; else whatever looks like turns and ids."""
    known = (shape(item) for shape in (*contact_centre.SHAPES, *speech.SHAPES))
    return next((call for call in known if call and any(turn.text for turn in call.turns)), None) or any_call.call(item)
