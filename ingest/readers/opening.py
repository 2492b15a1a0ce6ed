"""Files to text: encoding, bounded lines, JSON objects one by one. What cannot be read becomes a Reject."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from ingest.errors import SenderError
from ingest.records import Reject

LINE_LIMIT = 20_000_000  # characters
FILE_LIMIT = 200_000_000  # bytes, for formats that are read in one piece
RAW_LIMIT = 20_000
_HEAD = 65_536
_DECODER = json.JSONDecoder()


def reject(path: Path, reason: str, raw: str = "", where: int | str | None = None) -> Reject:
    """A Reject at `where` in the file (`tickets.jsonl:17`); `raw` is kept up to 20,000 characters."""
    place = path.name if where is None else f"{path.name}:{where}"
    return Reject(place, reason, re.sub("[\ud800-\udfff]", "\ufffd", raw[:RAW_LIMIT]))


def encoding(path: Path) -> str:
    """The encoding by byte-order mark, then UTF-8 where most non-ASCII lines agree, then by statistics."""
    with path.open("rb") as file:
        sample = file.read(_HEAD)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if sample[1:200:2].count(0) > 60 or sample[:200:2].count(0) > 60:
        return "utf-16-le" if sample[1:200:2].count(0) > 60 else "utf-16-be"
    foreign = [line for line in sample.split(b"\n")[: -1 if len(sample) == _HEAD else None] if not line.isascii()]
    if not foreign and not sample.isascii():  # one long line, cut by the sample
        foreign = [sample[: sample.rfind(b" ") if b" " in sample else -4]]
    good = sum(_is_utf8(line) for line in foreign)
    return "utf-8" if good * 2 >= len(foreign) else _likely(b"\n".join(foreign))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _likely(sample: bytes) -> str:
    """Japanese office files are cp932 far more often than statistics on a short sample say."""
    from charset_normalizer import from_bytes

    try:
        text = sample.decode("cp932")
    except UnicodeDecodeError:
        text = ""
    kana = sum("\u3041" <= char <= "\u30fe" for char in text)
    if kana * 5 > sum(not char.isascii() for char in text) > 0:
        return "cp932"
    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"


def opened(path: Path) -> TextIO:
    """The file as text; bytes that do not fit become lone surrogates, see `damaged` (in UTF-16: `\ufffd`)."""
    name = encoding(path)
    return path.open(encoding=name, errors="replace" if name.startswith("utf-16") else "surrogateescape")


def damaged(text: str) -> bool:
    """Whether `text` holds bytes that were not in the file's encoding."""
    return re.search("[\udc80-\udcff]", text) is not None


def is_json(start: str, suffix: str = "") -> bool:
    """Whether a file's first characters open a JSON object or array; `[00:05] Agent:` does not."""
    return suffix in {".json", ".jsonl", ".ndjson"} or re.match(r"[\s\ufeff\0]*(?:\{|\[\s*[\[{\]])", start) is not None


def head(path: Path) -> str:
    """The first 65,536 characters, for looking at."""
    with opened(path) as file:
        return file.read(_HEAD)


def lines(path: Path) -> Iterator[tuple[int, str | Reject]]:
    """Numbered lines without their newline; a line over 20 MB is passed over as a Reject."""
    with opened(path) as file:
        number = 0
        while line := file.readline(LINE_LIMIT + 1):
            number += 1
            if len(line) <= LINE_LIMIT or line.endswith("\n"):
                yield number, line.rstrip("\n")
                continue
            start = line[:RAW_LIMIT]
            while line and not line.endswith("\n"):
                line = file.readline(LINE_LIMIT)
            reason = "This line is longer than 20 MB. Put each record on a line of its own and import it again."
            yield number, reject(path, reason, start, number)


def whole(path: Path, limit: int = FILE_LIMIT) -> str:
    """The whole text; SenderError where the file is over `limit` bytes or its bytes are no text."""
    if path.stat().st_size > limit:
        raise SenderError(f"The file is larger than {limit // 1_000_000} MB. Split it into smaller files.")
    with opened(path) as file:
        text = file.read()
    if damaged(text):
        raise SenderError("Some letters in this file cannot be read. Save it again as UTF-8 and import it again.")
    return text


def objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
    """The JSON objects of a file with their line or record number: JSON lines, an array, or objects in a row."""
    found = _from_lines(path) if _in_lines(path) else _from_document(path)
    for number, item in found:
        if isinstance(item, dict | Reject):
            yield number, item
        else:
            reason = 'A record has to be a JSON object in braces, such as {"kind": "article", ...}.'
            yield number, reject(path, reason, shown(item), number)


def _in_lines(path: Path) -> bool:
    start = head(path).lstrip("\ufeff \t\r\n\0")
    if start.startswith("["):
        return False
    try:
        return isinstance(json.loads(start.split("\n", 1)[0]), dict)
    except (ValueError, RecursionError):
        return path.suffix.lower() in {".jsonl", ".ndjson"}


def _from_lines(path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in lines(path):
        if isinstance(line, Reject):
            yield number, line
        elif line.strip("\ufeff \t\r\0"):
            yield number, _parsed(path, number, line)


def _parsed(path: Path, number: int, line: str) -> Any:
    if damaged(line):
        return reject(path, "This line is not UTF-8 text. Save the file as UTF-8 and import it again.", line, number)
    try:
        return json.loads(line.strip("\ufeff \t\r\0"))
    except RecursionError:
        reason = "This record is nested too deeply to be read. Export it again without nesting."
    except ValueError as error:
        at = f" near character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        reason = f"This line is not complete JSON{at}. Each line has to hold one JSON object; export or mend the line."
    return reject(path, reason, line, number)


def _from_document(path: Path) -> Iterator[tuple[int, Any]]:
    text = whole(path).strip("\ufeff \t\r\n\0")
    in_array, at, number = text.startswith("["), 0, 0
    at = 1 if in_array else 0
    while at < len(text):
        at = _skip(text, at, ", \t\r\n")
        if at >= len(text) or (in_array and text[at] == "]"):
            break
        number += 1
        try:
            item, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield number, _broken(path, text[at:], number, deep=isinstance(error, RecursionError))
            return
        yield number, item
    if in_array and not text.endswith("]"):
        reason = "The file stops before its end, so records after this one are missing. Export it again."
        yield number + 1, reject(path, reason, text[-200:], number + 1)


def _skip(text: str, at: int, chars: str) -> int:
    while at < len(text) and text[at] in chars:
        at += 1
    return at


def _broken(path: Path, rest: str, number: int, *, deep: bool) -> Reject:
    why = "is nested too deeply to be read" if deep else "is not complete JSON; the file may have been cut off"
    before = f" The {number - 1} before it came in." if number > 1 else ""
    return reject(path, f"Record {number} {why}. Export the file again.{before}", rest, number)


def shown(item: object) -> str:
    """A JSON value as text, for a Reject's `raw`."""
    return json.dumps(item, ensure_ascii=False)[:RAW_LIMIT]
