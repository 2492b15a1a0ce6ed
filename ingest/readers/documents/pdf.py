"""PDF files: one article each, whose headings and pages can be cited. Each is read in a process of its own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ingest.errors import OperatorError, SenderError
from ingest.readers import fields, opening
from ingest.readers.documents import pdf_child
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Item

_BYTES = 500_000_000
_PAGES = 5_000
_LETTERS = 30_000_000
_SECONDS = 120.0  # on the clock
_MEMORY = 600_000_000  # bytes of the process that reads
_PROCESSOR = {"opening": 20, "a_page": 0.1, "seconds": 120}  # seconds of its time: less for fewer pages
_CHAPTER = re.compile(r"\d+(?:\.\d+)*[. ]|第[\d〇一二三四五六七八九十百]+[章編部条]")
_JUNK = re.compile(r"\(?(?:anonymous|unspecified|untitled|無題|no title)\)?.*|.*\.\w{2,5}|.{0,2}|\d+", re.I | re.S)
_OCR = "Recognise its text first (OCR), for example by scanning software or `ocrmypdf`, and import the result."
_TOO_MUCH = "This PDF takes too much time or memory to be read. Print it to a new PDF, or split it, and import that."
_REFUSED = {
    "password": "The PDF is protected by a password. Save it without one and import it again.",
    "damaged": "The PDF is damaged or was cut off. Open it, save it again as PDF and import that.",
    "pages": f"The PDF has over {_PAGES:,} pages. Split it into smaller files.",
    "letters": f"The PDF holds over {_LETTERS // 1_000_000} million letters. Split it into smaller files.",
    "pictures": f"This PDF holds no text, only pictures of it. {_OCR}",
    "empty": "This PDF holds no text. Save the finished document as PDF and import it again.",
    "fonts": f"The letters in this PDF cannot be told apart, as its fonts do not name them. {_OCR}",
}


def claims(head: Head) -> bool:
    """A PDF by its first bytes, which may stand behind a little rubbish."""
    return b"%PDF-" in head.data[:1024] and not head.text.startswith(("{", "["))


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One article; pages that are pictures come as a Reject beside it. SenderError where the file cannot be read."""
    told, text = _scanned(file)
    file.gauge.read += file.size
    if pictures := told["pictures"]:
        reason = f"These pages are pictures without text, so they are missing from the article. {_OCR}"
        yield opening.reject(file, reason, where=f"pages {_ranges(pictures)}")
    facts = told["facts"]
    known = "" if _JUNK.fullmatch(facts.get("Title", "").strip()) else fields.words(facts["Title"])
    found = "" if _CHAPTER.match(told["title"]) else told["title"]  # the first of many names one of them
    title = known or found or file.stem.replace("_", " ").replace("-", " ")
    yield Article(
        id=fields.made_id("article", file.base),
        title=re.sub(r"\s+", " ", re.sub(r"^Microsoft (?:Word|PowerPoint) - ", "", title))[:300],
        text=text,
        updated=_moment(facts.get("ModDate") or facts.get("CreationDate") or ""),
    )


def _scanned(file: File) -> tuple[dict[str, Any], str]:
    """What the child says of the file (`title`, `pictures`, `facts`), and the text of the article."""
    if file.size > _BYTES:
        raise SenderError(f"The file is larger than {_BYTES // 1_000_000} MB. Split it into smaller files.")
    head, _, text = _child(file).partition(b"\n")
    told: dict[str, Any] = json.loads(head)
    if "refused" in told:
        raise SenderError(_REFUSED[told["refused"]])
    return told, text.decode()


def _child(file: File) -> bytes:
    """What the process that reads the file wrote. It starts bare, as most of the time would go into starting it."""
    bounds = {"pages": _PAGES, "letters": _LETTERS, "memory": _MEMORY, **_PROCESSOR}
    order = json.dumps({"file": str(file.path), "path": [*map(str, sys.path)], "parent": os.getpid(), **bounds})
    command = [sys.executable, "-I", "-S", "-X", "utf8", pdf_child.__file__, order]
    nowhere = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, stdin=nowhere, stdout=subprocess.PIPE, stderr=nowhere, timeout=_SECONDS, start_new_session=True
        )
    except subprocess.TimeoutExpired as error:
        raise SenderError(f"Reading took over {_SECONDS:.0f} seconds. Split the PDF into smaller files.") from error
    if done.returncode == pdf_child.ABSENT:
        raise OperatorError("PDF files cannot be read, as pypdfium2 does not start here. Install Kizuna again.")
    if done.returncode:
        raise SenderError(_TOO_MUCH)
    return done.stdout


def _ranges(numbers: Sequence[int]) -> str:
    """`3-5, 9`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in found)


def _moment(written: str) -> datetime | None:
    """A PDF's own date, such as `D:20260301093000+09'00'`; None where it has none that can be read."""
    match = re.match(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-]\d\d)'?(\d\d)?)?", written)
    if match is None:
        return None
    year, month, day, hour, minute, second = (match[part] or default for part, default in zip(
        range(1, 7), ("", "01", "01", "00", "00", "00"), strict=True))  # fmt: skip
    zone = f"{match[7]}:{match[8] or '00'}" if match[7] else "+00:00"
    try:
        return fields.time(f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone}")
    except ValueError:
        return None
