"""Captions of recorded calls: WebVTT and SRT, with speakers from `<v Name>` or `Name:`."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape

from ingest.readers import dialogue, fields, opening
from ingest.readers.dialogue import Turn
from ingest.readers.opening import Columns, File, Head
from ingest.records import Item, Reject, Ticket

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_PREFIX = re.compile(
    r"^[-–\s]*([^\W\d_][\w .'’()（）・-]{0,40}?)\s*[:：]\s+(?=\S)|^[-–\s]*([^\W\d_a-zA-Z][\w（）]{0,20})："
)
_META = re.compile(r"(id|customer|created|subject|product|lang|agent)\s*[:=]\s*([^,;\n]+)", re.I)
_TIMING = re.compile(r"\s*(\S+)\s+-->\s+(\S+)")


def claims(head: Head) -> bool:
    """A file that says WEBVTT, or one with timings such as `00:01.000 --> 00:02.000`."""
    start = head.text.lstrip("\ufeff \t\r\n")
    return (
        start.startswith("WEBVTT") or (head.suffix in {".vtt", ".srt"} and "-->" in head.text) or head.suffix == ".vtt"
    )


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One call; cues whose times cannot be read come as Rejects beside it. A NOTE may give id, customer and created."""
    spoken: list[Turn] = []
    about: dict[str, str] = {}
    for number, block in _blocks(file):
        timing = next((index for index, line in enumerate(block) if "-->" in line), None)
        if block[0].startswith(("NOTE", "WEBVTT")):
            about |= {key.casefold(): value.strip() for key, value in _META.findall("\n".join(block))}
        elif timing is not None and timing <= 1:
            turns = _cue(block, timing)
            if turns is None:
                reason = "The times of this caption cannot be read. Write them as 00:01:02.000 --> 00:01:05.000."
                yield opening.reject(file, reason, "\n".join(block), number)
            else:
                spoken.extend(turns)
    yield _call(file, about, spoken)


def _blocks(file: File) -> Iterator[tuple[int, list[str]]]:
    """Groups of lines between empty lines, with the number of the first line."""
    block: list[str] = []
    start = 1
    for number, line in opening.lines(file):
        text = "" if isinstance(line, Reject) or opening.damaged(line) else line.strip("\ufeff\r\0")
        if text.strip():
            start = start if block else number
            block.append(text)
        elif block:
            yield start, block
            block = []
    if block:
        yield start, block


def _cue(block: list[str], timing: int) -> list[Turn] | None:
    """The turns of a cue: one, or one for each `<v>`. None where its times are wrong."""
    match = _TIMING.match(block[timing])
    try:
        seconds = dialogue.clock(match[1]) if match else None
    except ValueError:
        seconds = None
    if seconds is None:
        return None
    words = "\n".join(block[timing + 1 :])
    pieces = _VOICE.split(words)
    if len(pieces) > 1:
        voices = [("", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
        return [Turn(name.strip(), _plain(said), seconds) for name, said in voices if _plain(said)]
    return [_prefixed(_plain(line), seconds) for line in words.split("\n") if _plain(line)]


def _plain(said: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", said))).strip()


def _prefixed(line: str, seconds: float) -> Turn:
    if match := _PREFIX.match(line):
        return Turn((match[1] or match[2]).strip(), line[match.end() :].strip(), seconds)
    return Turn("", line, seconds)


def _call(file: File, about: dict[str, str], spoken: list[Turn]) -> Ticket | Reject:
    named = _carried(spoken)
    if not any(turn.speaker for turn in named):
        named = dialogue.unlabelled(" ".join(turn.text for turn in named))
    said = dialogue.messages(named)
    if not said:
        return opening.reject(file, "No spoken words were found in this caption file. Export the captions again.")
    try:
        created: datetime | None = fields.time(about.get("created"))
    except ValueError as error:
        return opening.reject(file, f"In the NOTE at the top {error}.", str(about))
    words = "\n".join(message.text for message in said)
    return Ticket(
        id=about.get("id") or fields.made_id("call", file.base, words),
        messages=said,
        kind="call",
        subject=about.get("subject", ""),
        customer=about.get("customer", ""),
        created=created,
        channel="phone",
        lang=fields.lang(about.get("lang")),
        product=about.get("product", ""),
    )


def _carried(spoken: list[Turn]) -> list[Turn]:
    """A cue without a name goes on with the speaker before it."""
    out: list[Turn] = []
    for turn in spoken:
        before = out[-1].speaker if out else ""
        out.append(turn if turn.speaker else Turn(before, turn.text, turn.seconds))
    return out
