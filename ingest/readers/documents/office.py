"""Office documents before they are opened: told apart from what they resemble, and refused where they are a danger."""

import re
import struct
import zipfile
import zlib
from typing import Literal

from ingest.errors import SenderError
from ingest.readers import archives
from ingest.readers.opening import File, Head

Program = Literal["Word", "Excel"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"  # before the names of Word's elements

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of Office before 2007, and of every encrypted document
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PARTS = 10_000
_PROLOGUE = 4096  # bytes of a part in which its document type would be declared
_SUFFIX: dict[Program, str] = {"Word": ".docx", "Excel": ".xlsx"}
_FOLDER: dict[Program, bytes] = {"Word": b"word/", "Excel": b"xl/"}
_STREAM: dict[Program, bytes] = {
    "Word": "WordDocument".encode("utf-16-le"), "Excel": "Workbook".encode("utf-16-le")
}  # fmt: skip
_OTHER: dict[Program, frozenset[str]] = {"Word": frozenset({".odt"}), "Excel": frozenset({".ods", ".xlsb"})}


def claims(head: Head, program: Program) -> bool:
    """A document of `program`, old, encrypted or of another suite; not text that merely has its suffix."""
    if head.data.startswith(_OLD):
        return head.suffix[:4] == _SUFFIX[program][:4] or _STREAM[program] in head.data
    own = head.suffix[:4] == _SUFFIX[program][:4] or head.suffix in _OTHER[program]
    return head.data.startswith(b"PK") and (own or _FOLDER[program] in head.data)


def check(file: File, program: Program, most: int, largest: int) -> None:
    """SenderError where the file is not a sound document of today's `program`, and says what to do.

    At most `most` bytes unpacked, `largest` in one part of XML, 10,000 parts, 200 unpacked bytes for a packed one.
    """
    suffix = _SUFFIX[program]
    with file.path.open("rb") as opened:
        if opened.read(8) == _OLD:
            raise SenderError(_old(opened.read(archives.FREE), program))
    if file.suffix in _OTHER[program]:
        raise SenderError(f"Documents of the kind {file.suffix} are not read. Save it as {suffix} and import that.")
    try:
        with zipfile.ZipFile(file.path) as package:
            _measure(package.infolist(), file.size, most, largest)
            _plain(package)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        OSError,
    ):
        raise SenderError(f"The file is damaged or was cut off. Save it again as {suffix} and import that.") from None


def _old(data: bytes, program: Program) -> str:
    if _ENCRYPTED in data:
        return "The file is protected by a password. Save it without one and import it again."
    return f"This is a document of an old {program}. Open it, save it as {_SUFFIX[program]} and import that."


def _measure(parts: list[zipfile.ZipInfo], packed: int, most: int, largest: int) -> None:
    total = sum(part.file_size for part in parts)
    if len(parts) > _PARTS or total > min(most, max(archives.FREE, packed * archives.RATIO)):
        raise SenderError("Unpacked, this file would be far too large. Split it into smaller files.")
    if any(part.file_size > largest for part in parts if part.filename.endswith(".xml")):
        raise SenderError("This file holds too much text for one document. Split it into smaller files.")


def _plain(package: zipfile.ZipFile) -> None:
    """Office never declares a document type in its parts; those who do want to make the reader swell or fetch."""
    for part in package.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with package.open(part) as opened:
                if re.search(rb"<!(?:DOCTYPE|ENTITY)", opened.read(_PROLOGUE).replace(b"\0", b"")):
                    raise SenderError("The file holds declarations that no office program writes. Save it afresh.")
