"""Files to text: encoding, bounded lines, JSON objects one by one. What cannot be read becomes a Reject."""

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, TextIO

from ingest.errors import SenderError
from ingest.readers.window import Damaged, TooLong, Window
from ingest.readers.window import damaged as damaged  # part of what opening offers
from ingest.records import Reject

Columns = Callable[[Sequence[str]], dict[str, str]]  # a table's header -> what a person said its columns mean

LINE_LIMIT = 20_000_000  # characters
FILE_LIMIT = 200_000_000  # bytes, for formats that are read in one piece
RAW_LIMIT = 20_000
_HEAD = 65_536
_NO_OBJECT = 'A record has to be a JSON object in braces, such as {"kind": "article", ...}.'


@dataclass
class Gauge:
    """How many bytes have been read so far, of all files that share it."""

    read: int = 0


@dataclass(frozen=True)
class File:
    """One file to be read: where its bytes are, and what people call it (`export.zip/tickets.json`)."""

    path: Path
    name: str
    gauge: Gauge = field(default_factory=Gauge, compare=False)

    @classmethod
    def of(cls, path: Path) -> "File":
        """A file under its own name."""
        return cls(path, path.name)

    @property
    def base(self) -> str:
        """Its name without the archive or folder that it came in."""
        return PurePosixPath(self.name).name

    @property
    def stem(self) -> str:
        """The same without suffix."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """`.json`, in lower case."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Head:
    """The beginning of a file, for readers to look at: bytes, and the same as text."""

    data: bytes
    text: str
    name: str
    suffix: str

    @property
    def is_json(self) -> bool:
        """Whether it opens a JSON object or array; `[00:05] Agent:` does not."""
        return is_json(self.text, self.suffix)

    @property
    def keys(self) -> set[str]:
        """The names of JSON members in it."""
        return set(re.findall(r'"(\w+)"\s*:', self.text))


class _Gauged(io.FileIO):
    """Counts what is read."""

    def __init__(self, file: File) -> None:
        super().__init__(file.path)
        self._gauge = file.gauge

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer) or 0
        self._gauge.read += count
        return count


def reject(file: File, reason: str, raw: str = "", where: int | str | None = None) -> Reject:
    """A Reject at `where` in the file (`tickets.jsonl:17`); `raw` is kept up to 20,000 characters."""
    place = file.name if where is None else f"{file.name}:{where}"
    return Reject(place, reason, re.sub("[\ud800-\udfff]", "\ufffd", raw[:RAW_LIMIT]))


def encoding(file: File) -> str:
    """The encoding by byte-order mark, then UTF-8 where most non-ASCII lines agree, then by statistics."""
    with file.path.open("rb") as opened:
        return encoding_of(opened.read(_HEAD))


def encoding_of(sample: bytes) -> str:
    """The same for the first bytes of a text."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    high, low = sample[::2].count(0), sample[1::2].count(0)
    # in Japanese only digits, separators and line ends have a zero
    if max(high, low) > 8 * min(high, low) + 3 and max(high, low) * 40 > len(sample):
        return "utf-16-le" if low > high else "utf-16-be"
    if b"\x1b$B" in sample or b"\x1b$@" in sample:
        return "iso2022_jp_ext"
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
    """Japanese office files are cp932 far more often than statistics on a short sample say; some are EUC-JP."""
    from charset_normalizer import from_bytes

    foreign = sum(byte > 127 for byte in sample)
    texts = {name: sample.decode(name, "replace") for name in ("cp932", "euc_jp")}
    kana = {name: sum("\u3041" <= char <= "\u30fe" for char in text) for name, text in texts.items()}
    best = max(kana, key=lambda name: kana[name] - 2 * texts[name].count("\ufffd"))
    if kana[best] * 10 > foreign > 20 * texts[best].count("\ufffd"):
        return best
    found = from_bytes(sample).best()
    return found.encoding.replace("_", "-") if found is not None else "cp1252"


def binary(file: File) -> BinaryIO:
    """The file as bytes."""
    return io.BufferedReader(_Gauged(file), 1 << 16)


def opened(file: File) -> TextIO:
    """The file as text; bytes that do not fit become lone surrogates, see `damaged` (in UTF-16: `\ufffd`)."""
    name = encoding(file)
    errors = "replace" if name.startswith(("utf-16", "iso2022")) else "surrogateescape"
    return io.TextIOWrapper(binary(file), encoding=name, errors=errors)


def is_json(start: str, suffix: str = "") -> bool:
    """Whether a file's first characters open a JSON object or array; `[00:05] Agent:` does not."""
    return suffix in {".json", ".jsonl", ".ndjson"} or re.match(r"[\s\ufeff\0]*(?:\{|\[\s*[\[{\]])", start) is not None


def look(file: File) -> Head:
    """The first 65,536 bytes, for looking at."""
    with file.path.open("rb") as opened:
        data = opened.read(_HEAD)
    name = encoding_of(data)
    text = data.decode(name, "replace" if name.startswith(("utf-16", "iso2022")) else "surrogateescape")
    return Head(data, text.replace("\r\n", "\n").replace("\r", "\n"), file.name, file.suffix)


def head(file: File) -> str:
    """The first characters, for looking at."""
    return look(file).text


def lines(file: File) -> Iterator[tuple[int, str | Reject]]:
    """Numbered lines without their newline; a line over 20 MB is passed over as a Reject."""
    with opened(file) as text:
        number = 0
        while line := text.readline(LINE_LIMIT + 1):
            number += 1
            if len(line) <= LINE_LIMIT or line.endswith("\n"):
                yield number, line.rstrip("\n")
                continue
            start = line[:RAW_LIMIT]
            while line and not line.endswith("\n"):
                line = text.readline(LINE_LIMIT)
            reason = "This line is longer than 20 MB. Put each record on a line of its own and import it again."
            yield number, reject(file, reason, start, number)


def whole(file: File, limit: int = FILE_LIMIT) -> str:
    """The whole text; SenderError where the file is over `limit` bytes or its bytes are no text."""
    if file.size > limit:
        raise SenderError(f"The file is larger than {limit // 1_000_000} MB. Split it into smaller files.")
    with opened(file) as letters:
        text = letters.read()
    if damaged(text):
        raise SenderError("Some letters in this file cannot be read. Save it again as UTF-8 and import it again.")
    return text


def objects(file: File) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
    """The JSON objects of a file with their line or record number: JSON lines, an array, or objects in a row."""
    found = _from_lines(file) if _in_lines(file) else _from_document(file)
    for number, item in found:
        if isinstance(item, dict | Reject):
            yield number, item
        else:
            yield number, reject(file, _NO_OBJECT, shown(item), number)


def _in_lines(file: File) -> bool:
    start = head(file).lstrip("\ufeff \t\r\n\0")
    if start.startswith("["):
        return False
    try:
        return isinstance(json.loads(start.split("\n", 1)[0]), dict)
    except (ValueError, RecursionError):
        return file.suffix in {".jsonl", ".ndjson"}


def _from_lines(file: File) -> Iterator[tuple[int, Any]]:
    for number, line in lines(file):
        if isinstance(line, Reject):
            yield number, line
        elif line.strip("\ufeff \t\r\0"):
            yield number, _parsed(file, number, line)


def _parsed(file: File, number: int, line: str) -> Any:
    if damaged(line):
        return reject(file, "This line is not UTF-8 text. Save the file as UTF-8 and import it again.", line, number)
    try:
        return json.loads(line.strip("\ufeff \t\r\0"))
    except RecursionError:
        reason = "This record is nested too deeply to be read. Export it again without nesting."
    except ValueError as error:
        at = f" near character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        reason = f"This line is not complete JSON{at}. Each line has to hold one JSON object; export or mend the line."
    return reject(file, reason, line, number)


def _from_document(file: File) -> Iterator[tuple[int, Any]]:
    return ((number, item) for _, number, item in _values(file, frozenset(), FILE_LIMIT))


def members(file: File, lists: AbstractSet[str]) -> Iterator[tuple[str, int, dict[str, Any] | Reject]]:
    """Objects as `objects` gives them, but what stands in a list called one of `lists` comes singly.

    `{"tickets": [{...}, {...}], "count": 2}` gives `("tickets", 1, {...})`, `("tickets", 2, {...})` and, for what is
    left of the object, `("", 1, {"count": 2})`. A Reject comes under the name of the list that it stood in.
    """
    found = _in_lists(file, lists) if _in_lines(file) else _values(file, lists, LINE_LIMIT)
    for name, number, item in found:
        if isinstance(item, dict | Reject):
            yield name, number, item
        else:
            yield name, number, reject(file, _NO_OBJECT, shown(item), spot(name, number))


def spot(name: str, number: int) -> int | str:
    """Where a member stands, for a Reject's place: `ticket 2` of a list, or the number of the line or record."""
    return f"{name.removesuffix('s')} {number}" if name else number


def _in_lists(file: File, lists: AbstractSet[str]) -> Iterator[tuple[str, int, Any]]:
    for number, item in _from_lines(file):
        inside = [name for name in item if name in lists] if isinstance(item, dict) else []
        for name in inside:
            if isinstance(item[name], list):
                yield from ((name, index, one) for index, one in enumerate(item.pop(name), 1))
        yield "", number, item


def _values(file: File, lists: AbstractSet[str], limit: int) -> Iterator[tuple[str, int, Any]]:
    """What a document holds: the elements of an array, or objects in a row. What is broken ends it."""
    with opened(file) as text:
        window = Window(text, limit)
        try:
            for name, number, item in window.members(lists):
                yield name, number, _unreadable(file, item, name, number) if isinstance(item, Damaged) else item
        except (ValueError, EOFError, RecursionError, TooLong) as error:
            yield window.name, window.number, _broken(file, window, error)


def _unreadable(file: File, raw: str, name: str, number: int) -> Reject:
    reason = "Some letters of this record cannot be read. Save the file again as UTF-8 and import it again."
    return reject(file, reason, raw, spot(name, number))


def _broken(file: File, window: Window, error: Exception) -> Reject:
    number, raw = window.number, window.text[window.at :][:RAW_LIMIT] or window.text[-200:]
    if isinstance(error, EOFError):
        reason = "The file stops before its end, so records after this one are missing. Export it again."
        return reject(file, reason, raw, number)
    why = "is not complete JSON; the file may have been cut off"
    if isinstance(error, RecursionError):
        why = "is nested too deeply to be read"
    if isinstance(error, TooLong):
        why = f"is longer than {window.limit // 1_000_000} MB"
    before = f" The {number - 1} before it came in." if number > 1 else ""
    whose = f" of '{window.name}'" if window.name else ""
    said = f"Record {number}{whose} {why}. Export the file again.{before}"
    return reject(file, said, raw, spot(window.name, number))


def shown(item: object) -> str:
    """A JSON value as text, for a Reject's `raw`."""
    return json.dumps(item, ensure_ascii=False)[:RAW_LIMIT]
