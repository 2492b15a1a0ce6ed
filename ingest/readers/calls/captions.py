"""Captions of recorded calls: WebVTT, SRT and SBV, with speakers from `<v Name>` or `Name:`."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import pairwise

from ingest.readers import opening
from ingest.readers.calls import calls, speakers
from ingest.readers.calls.calls import Call
from ingest.readers.calls.dialogue import Turn
from ingest.readers.loose import clock
from ingest.readers.opening import Columns, File, Head
from ingest.records import Item, Reject

_SUFFIXES = {".vtt", ".srt", ".sbv"}
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,80})?\s+([^>]{1,200})>")
_PREFIX = re.compile(
    r"(?:[-–>]{1,2}\s?)?(?:"
    r"([^\W\d_][\w .'’()（）・-]{0,40}?)\s?[:：]\s(?=\S)|([^\W\d_a-zA-Z][\w（）]{0,20})[:：](?=\S)"
    r"|[\[(]((?:agent|customer|caller|speaker|operator|オペレーター|お客様)[ \w]{0,20})[\])]\s?:?\s?(?=\S))",
    re.I,
)
_KEY = r"(?<!\w)(id|customer|created|subject|product|lang|language|agent)\s{0,9}[:=]\s{0,9}"
_ABOUT = re.compile(rf"{_KEY}(.{{1,300}}?)(?=[,;]\s{{0,9}}{_KEY}|$)", re.I | re.M)
_TIMING = re.compile(r"\s*([\d:.,]{4,20})(?:\s+-->|,\d)")  # SBV: 0:00:01.000,0:00:02.000
_SBV = re.compile(r"\s*\d{1,2}:\d\d:\S{1,12},\d{1,2}:\d\d:\S{1,12}\s*")
_MILLIS = re.compile(r":(\d{3})$")  # 00:00:11:890, as some tools write it
_DASH = re.compile(r"^[-–—]\s?(?=[^\W\d])")  # how captions begin the words of another speaker
_COUNTER = re.compile(r"\s*\d{1,7}\s*")
_TAG = re.compile(r"<[^<>]{0,300}>|\{\\\w[^{}]{0,40}\}")  # <b>, <c.red>, <00:01.000>, and {\an8} of SRT
_ABOUT_LIMIT = 10_000  # characters of a heading
_REASON = "The times of this caption cannot be read. Write them as 00:01:02.000 --> 00:01:05.000."
_NO_TIMES = "This caption has no times, so it was left out. Write them above it as 00:01:02.000 --> 00:01:05.000."


def claims(head: Head) -> bool:
    """A file that says WEBVTT, or one with timings such as `00:01.000 --> 00:02.000` or `0:00:01.000,0:00:02.000`."""
    start = head.text.lstrip("\ufeff \t\r\n")
    return start.startswith("WEBVTT") or head.suffix in _SUFFIXES or _SBV.fullmatch(start.split("\n", 1)[0]) is not None


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One call; captions whose times cannot be read come as Rejects beside it.

    A NOTE or the lines under WEBVTT may give id, customer, created, subject, product, agent and language.
    """
    cues: list[list[Turn]] = []
    rejects = 0
    about: dict[str, str] = {}
    for number, block in _blocks(file):
        if block[0].startswith(("NOTE", "WEBVTT")):
            found = _ABOUT.finditer("\n".join(block)[:_ABOUT_LIMIT])
            about |= {match[1].casefold(): match[2].strip() for match in found}
        elif not block[0].startswith(("STYLE", "REGION", "##")):
            cue = _cue(block)
            if isinstance(cue, str):
                rejects += 1
                yield opening.reject(file, cue, "\n".join(block), number)
            else:
                cues.append(cue)
    turns = _named(_rolled([cue for cue in cues if cue]))
    if turns:
        yield calls.ticket(file, _call(turns, about), raw=str(about))
    elif not rejects:
        yield opening.reject(file, "No spoken words were found in this caption file. Export the captions again.")


def _call(turns: list[Turn], about: dict[str, str]) -> Call:
    return Call(
        turns,
        id=about.get("id", ""),
        customer=about.get("customer", ""),
        agent=about.get("agent", ""),
        created=about.get("created"),
        lang=about.get("lang", "") or about.get("language", ""),
        subject=about.get("subject", ""),
        product=about.get("product", ""),
    )


def _blocks(file: File) -> Iterator[tuple[int, list[str]]]:
    """Groups of lines between empty lines, cut also where a timing follows words, with their first line's number."""
    block: list[str] = []
    start = 1
    for number, line in opening.lines(file):
        text = "" if isinstance(line, Reject) or opening.damaged(line) else line.strip("\ufeff\r\0")
        blank = not text.strip() and not (text and _is_timing(block[-1] if block else ""))  # " " may stand for a line
        if block and (blank or (_is_timing(text) and len(block) > 1 and not _is_timing(block[-1]))):
            yield start, block
            block = []
        if text.strip():
            start = start if block else number
            block.append(text)
    if block:
        yield start, block


def _is_timing(line: str) -> bool:
    return "-->" in line or _SBV.fullmatch(line[:60]) is not None


def _cue(block: list[str]) -> list[Turn] | str:
    """The turns of a cue, one a line or for each `<v>`; or why it cannot be read."""
    at = next((index for index, line in enumerate(block[:2]) if _is_timing(line)), None)
    if at is None:
        return [] if len(block) == 1 and _COUNTER.fullmatch(block[0]) else _NO_TIMES
    match = _TIMING.match(block[at])
    seconds = clock(_MILLIS.sub(r".\1", match[1])) if match else None
    if seconds is None:
        return _REASON
    words = "\n".join(line for line in block[at + 1 :] if not _is_timing(line))
    parts = _VOICE.split(words)
    if len(parts) > 1:
        voices = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
        return [Turn(name.strip(), _plain(said), seconds) for name, said in voices if _plain(said)]
    return [Turn("", line, seconds) for line in map(_plain, words.split("\n")) if line]


def _plain(said: str) -> str:
    return _DASH.sub("", " ".join(unescape(_TAG.sub("", said)).split()))


def _rolled(cues: list[list[Turn]]) -> list[Turn]:
    """The lines of all cues; where captions roll, each cue says the line before it again, and that is left out."""
    again = sum(before[-1].text in after[0].text for before, after in pairwise(cues))
    rolling = again > 1 and again * 4 >= len(cues)
    out: list[Turn] = []
    for turn in (turn for cue in cues for turn in cue):
        if rolling and out and turn.speaker == out[-1].speaker and turn.text.startswith(out[-1].text):
            out[-1] = replace(turn, seconds=out[-1].seconds)
        else:
            out.append(turn)
    return out


def _named(turns: list[Turn]) -> list[Turn]:
    """Turns with the names that stand before a colon, where those name people: by role, or again and again."""
    found = [None if turn.speaker else _PREFIX.match(turn.text) for turn in turns]
    names = [(match[1] or match[2] or match[3]).strip() if match else "" for match in found]
    times = Counter(filter(None, names))
    often = sum(times.values()) * 2 >= len(turns)
    people = {
        name
        for name in times
        if speakers.labelled_side(name)
        or speakers.is_anonymous(name)
        or ((times[name] > 1 or often) and all(word[0].isupper() or not word.isascii() for word in name.split()))
    }
    return [
        Turn(name, turn.text[match.end() :].strip(), turn.seconds) if match and name in people else turn
        for turn, match, name in zip(turns, found, names, strict=True)
    ]
