"""PDF files: one article each, whose headings and pages can be cited, out of lines with their places and letters."""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from ingest.errors import SenderError
from ingest.readers import fields, opening
from ingest.readers.documents import layout
from ingest.readers.documents.printed import Cell, Line, Mark
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Item

_BYTES = 500_000_000
_PAGES = 5_000
_LETTERS = 30_000_000
_SECONDS = 300.0
_APART = 0.9  # times the letters' size: seldom is a gap between words so wide
_PASSWORD = 4  # pdfium's number for a document that wants one
_ONE_AT_A_TIME = threading.Lock()  # pdfium is not made for threads
_JUNK = re.compile(r"\(?(?:anonymous|unspecified|untitled|無題|no title)\)?.*|.*\.\w{2,5}|.{0,2}|\d+", re.I | re.S)
_OCR = "Recognise its text first (OCR), for example by scanning software or `ocrmypdf`, and import the result."
_EMPTY = "This PDF holds no text. Save the finished document as PDF and import it again."


def claims(head: Head) -> bool:
    """A PDF by its first bytes, which may stand behind a little rubbish."""
    return b"%PDF-" in head.data[:1024] and not head.text.startswith(("{", "["))


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One article; pages that are pictures come as a Reject beside it. SenderError where the file cannot be read."""
    lines, marks, pictures, facts = _scanned(file)
    file.gauge.read += file.size
    if sum(len(line.text) for line in lines) < 20:
        raise SenderError(f"This PDF holds no text, only pictures of it. {_OCR}" if pictures else _EMPTY)
    if _unreadable(lines):
        raise SenderError(f"The letters in this PDF cannot be told apart, as its fonts do not name them. {_OCR}")
    written = layout.markdown(lines, marks)
    if pictures:
        reason = f"These pages are pictures without text, so they are missing from the article. {_OCR}"
        yield opening.reject(file, reason, where=f"pages {_ranges(pictures)}")
    known = "" if _JUNK.fullmatch(facts.get("Title", "").strip()) else fields.words(facts["Title"])
    title = known or written.title or file.stem.replace("_", " ").replace("-", " ")
    yield Article(
        id=fields.made_id("article", file.base),
        title=re.sub(r"\s+", " ", re.sub(r"^Microsoft (?:Word|PowerPoint) - ", "", title))[:300],
        text=written.text,
        updated=_moment(facts.get("ModDate") or facts.get("CreationDate") or ""),
    )


def _scanned(file: File) -> tuple[list[Line], list[Mark], list[int], dict[str, str]]:
    """All lines, the bookmarks, the numbers of the pages that are pictures, and what the file says of itself."""
    import pypdfium2

    if file.size > _BYTES:
        raise SenderError(f"The file is larger than {_BYTES // 1_000_000} MB. Split it into smaller files.")
    end = time.monotonic() + _SECONDS
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(file.path)
        except pypdfium2.PdfiumError as error:
            raise SenderError(_refusal(error)) from error
        with closing(document):
            if len(document) > _PAGES:
                raise SenderError(f"The PDF has over {_PAGES:,} pages. Split it into smaller files.")
            try:
                lines, pictures = _pages(document, end)
                return lines, _bookmarks(document), pictures, document.get_metadata_dict()
            except pypdfium2.PdfiumError as error:
                raise SenderError(_refusal(error)) from error


def _refusal(error: Any) -> str:
    if error.err_code == _PASSWORD:
        return "The PDF is protected by a password. Save it without one and import it again."
    return "The PDF is damaged or was cut off. Open it, save it again as PDF and import that."


def _pages(document: Any, end: float) -> tuple[list[Line], list[int]]:
    import pypdfium2

    lines: list[Line] = []
    pictures: list[int] = []
    letters = 0
    for number in range(1, len(document) + 1):
        try:
            with closing(document[number - 1]) as page:
                found = _page(page, number)
                if not found and _has_picture(page):
                    pictures.append(number)
        except pypdfium2.PdfiumError:
            continue  # a page that is broken costs only itself
        lines += found
        letters += sum(len(line.text) for line in found)
        if letters > _LETTERS:
            raise SenderError(
                f"The PDF holds over {_LETTERS // 1_000_000} million letters. Split it into smaller files."
            )
        if time.monotonic() > end:
            raise SenderError(f"Reading took over {_SECONDS:.0f} seconds. Split the PDF into smaller files.")
    return lines, pictures


def _page(page: Any, number: int) -> list[Line]:
    height = page.get_height() or 1.0
    with closing(page.get_textpage()) as text:
        found: list[Line] = []
        at = 0
        # pdfium writes U+FFFE for a hyphen at the end of a line, and no line break after it.
        parts = re.split("(\r\n|\ufffe)", text.get_text_range() if text.count_chars() else "")
        for raw, ending in zip(parts[::2], [*parts[1::2], ""], strict=True):
            words = " ".join(raw.split(" ")).strip()
            if words.strip("\x00\ufeff\u200b\xa0　"):
                found.append(_line(text, words + ending.strip(), raw, at, number, height))
            at += _units(raw + ending)
    return found


def _units(text: str) -> int:
    """Its length in UTF-16, as pdfium counts."""
    return len(text.encode("utf-16-le", "ignore")) // 2


def _line(text: Any, words: str, raw: str, at: int, number: int, height: float) -> Line:
    """A line with the place and the letters of its beginning and end; `at` is where `raw` begins in the page's text."""
    start = _index(text, at + len(raw) - len(raw.lstrip()))
    stop = max(start, _index(text, at + _units(raw.rstrip()) - 1))
    left, low, _, _ = text.get_charbox(start, loose=True)
    right = text.get_charbox(stop, loose=True)[2]
    size = sorted(_size(text, index) for index in (start, (start + stop) // 2, stop))[1]
    bold = _heavy(text, start) and _heavy(text, stop)
    return Line(words, number, left, right, low, size, bold, low / height, _cells(text, raw, at, size))


def _index(text: Any, at: int) -> int:
    from pypdfium2 import raw

    return max(0, int(raw.FPDFText_GetCharIndexFromTextIndex(text, at)))


def _cells(text: Any, raw: str, at: int, size: float) -> tuple[Cell, ...]:
    """The parts of a line that stand wide apart, as the cells of a table's row do; none where it is in one piece."""
    found: list[Cell] = []
    begun, left = len(raw) - len(raw.lstrip()), 0.0
    for gap in re.finditer(r"(?<=\S)[ \t]+(?=\S)", raw):
        before = text.get_charbox(_index(text, at + _units(raw[: gap.start()]) - 1))
        after = text.get_charbox(_index(text, at + _units(raw[: gap.end()])))
        if after[0] - before[2] > size * _APART:
            found.append(Cell(raw[begun : gap.start()].strip(), left))
            begun, left = gap.end(), after[0]
    return (*found, Cell(raw[begun:].strip(), left)) if found else ()


def _size(text: Any, index: int) -> float:
    """Points, as seen: a font of size 1 may be drawn twelve times as large."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    scale = 1.0
    if raw.FPDFText_GetMatrix(text, index, matrix):
        scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
    return round(float(raw.FPDFText_GetFontSize(text, index)) * scale * 2) / 2


def _heavy(text: Any, index: int) -> bool:
    """Whether a letter is bold, by the name of its font; the weights that PDFs give are not to be trusted."""
    import ctypes

    from pypdfium2 import raw

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, name, 128, flags)
    return re.search(rb"bold|black|heavy|demi|-W[6-9]|(?<![a-z])[BH]$", name.value, re.I) is not None


def _has_picture(page: Any) -> bool:
    from pypdfium2 import raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def _bookmarks(document: Any) -> list[Mark]:
    found: list[Mark] = []
    for bookmark in document.get_toc(max_depth=6):
        target = bookmark.get_dest()
        index = target.get_index() if target is not None else None
        title = re.sub(r"\s+", " ", bookmark.get_title()).strip()
        if title and index is not None:
            found.append(Mark(bookmark.level + 1, title[:300], index + 1))
        if len(found) >= 20_000:
            break
    return found


def _unreadable(lines: Sequence[Line]) -> bool:
    """Whether a fifth of the letters are no letters: fonts without names for them, or of the private use area."""
    text = "".join(line.text for line in lines[:2000])
    strange = len(re.findall("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]", text))
    return strange * 5 > len(text)


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
