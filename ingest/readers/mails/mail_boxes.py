"""Files of mail programs to single mails: mbox, one mail a file, Apple's emlx. Big attachments are left out early."""

import re
from collections.abc import Iterator

from ingest.readers import opening
from ingest.readers.opening import File

_CHUNK = 65_536
_HEAD_LIMIT = 1_000_000  # bytes of a mail's headers that are kept
_RUN_LIMIT = 3_000_000  # bytes of unbroken base64: beyond it is an attachment, of which only the name counts
_MAIL_LIMIT = 8_000_000  # bytes of a mail that are kept
START = re.compile(rb"From (?:- |[^\n]*\d\d:\d\d[^\n]*\b(?:19|20)\d\d\b)")
_MIME = re.compile(rb"^(?:content-type|mime-version|message-id|received|return-path):", re.I | re.M)
_HEADER = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
# The first lines of a mail that was saved as text, by Outlook or by hand.
NAMES = {
    "差出人": "From", "送信者": "From", "送信元": "From", "宛先": "To", "件名": "Subject", "題名": "Subject",
    "送信日時": "Date", "受信日時": "Date", "日時": "Date", "日付": "Date", "sent": "Date", "cc": "Cc",
}  # fmt: skip
_NAMED = re.compile(rf"({'|'.join(NAMES)}|From|To|Subject|Date|Reply-To)[ \t]*[:：][ \t]*(.*)", re.I)


class _Mail:
    """One mail as it is read, line by line, bounded."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size = self._run = 0
        self._in_head = self._whole = True

    def add(self, line: bytes) -> None:
        begins, self._whole = self._whole, line.endswith(b"\n")
        if self._in_head:
            if begins and not line.strip(b"\r\n"):
                self._in_head = False
            elif self._size > _HEAD_LIMIT or not begins:
                return
            elif not self._whole:
                line += b"\n"
        elif self._is_attachment(line) or self._size > _MAIL_LIMIT:
            return
        self._size += len(line)
        self._lines.append(line)

    def _is_attachment(self, line: bytes) -> bool:
        ends = b" " in line or line.startswith(b"--") or not line.strip()
        self._run = 0 if ends else self._run + len(line)
        return self._run > _RUN_LIMIT

    @property
    def data(self) -> bytes:
        return b"".join(self._lines).replace(b"\0", b"")


def mails(file: File) -> Iterator[tuple[int | None, bytes]]:
    """The mails of a file with their number in it (None where a file is one mail); no more than one is held."""
    with file.path.open("rb") as opened:
        start = opened.read(_CHUNK)
    if START.match(start):
        yield from _many(file)
        return
    if not _MIME.search(start.split(b"\n\n")[0].split(b"\r\n\r\n")[0]):
        yield None, _named(file)
        return
    mail = _Mail()
    for index, line in enumerate(_lines(file)):
        if index or not re.fullmatch(rb"\s*\d+\s*", line):  # emlx: the length of the mail, then the mail
            mail.add(line)
    yield None, mail.data


def _lines(file: File) -> Iterator[bytes]:
    with opening.binary(file) as opened:
        while line := opened.readline(_CHUNK):
            yield line


def _many(file: File) -> Iterator[tuple[int, bytes]]:
    """A mail begins at a `From ` line after an empty one, with a header below it; others belong to somebody's text."""
    mail, number, held, empty = _Mail(), 0, b"", True
    for line in _lines(file):
        if held and _HEADER.match(line):
            if number:
                yield number, mail.data
            mail, number = _Mail(), number + 1
        elif held:
            mail.add(held)
        held = line if empty and START.match(line) else b""
        empty = not line.strip(b"\r\n")
        if not held:
            mail.add(line[1:] if re.match(rb">+From ", line) else line)
    if number:
        yield number, mail.data


def _named(file: File) -> bytes:
    """A mail that was saved as text in any encoding, with English header names, in UTF-8."""
    with opening.opened(file) as opened:
        lines = opened.read(_MAIL_LIMIT).replace("\0", "").strip("\ufeff\n").split("\n")
    for index, line in enumerate(lines):
        found = _NAMED.match(line)
        if not found:
            break
        lines[index] = f"{NAMES.get(found[1].casefold(), found[1])}: {found[2]}"
    return "\n".join(lines).encode("utf-8", "surrogateescape")
