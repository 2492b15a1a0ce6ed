"""What stands on the pages of a PDF, by pdfium: lines with their places and letters, bookmarks, pictures."""

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ingest.readers.documents.printed import Cell, Line, Mark

_APART = 0.9  # times the letters' size: seldom is a gap between words so wide
_PASSWORD = 4  # pdfium's number for a document that wants one
_FACTS = ("Title", "ModDate", "CreationDate")
_LONG = 1_000  # letters of a fact

Why = Literal["password", "damaged", "pages", "letters", "pictures", "empty", "fonts"]


class Refused(Exception):
    """The file has no article in it, or too much of one; `why` says which."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(frozen=True)
class Scan:
    """All lines, the bookmarks, the numbers of the pages that are pictures, and what the file says of itself."""

    lines: list[Line]
    marks: list[Mark]
    pictures: list[int]
    facts: dict[str, str]


def read(path: Path, counted: Callable[[int], None], *, pages: int, letters: int) -> Scan:
    """The pages of the file, whose number is told to `counted` first.

    Refused where it is damaged or locked, holds more than `pages` and `letters`, or no letters that can be read.
    """
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            if len(document) > pages:
                raise Refused("pages")
            counted(len(document))
            lines, pictures = _pages(document, letters)
            _check(lines, pictures)
            return Scan(lines, _bookmarks(document), pictures, _facts(document))
    except pypdfium2.PdfiumError as error:
        raise Refused("password" if error.err_code == _PASSWORD else "damaged") from error


def _check(lines: list[Line], pictures: list[int]) -> None:
    """Refused where there is no text, or where a fifth of the letters are none: their fonts do not name them."""
    if sum(len(line.text) for line in lines) < 20:
        raise Refused("pictures" if pictures else "empty")
    text = "".join(line.text for line in lines[:2000])
    if len(re.findall("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]", text)) * 5 > len(text):
        raise Refused("fonts")


def _pages(document: Any, most: int) -> tuple[list[Line], list[int]]:
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
        except (pypdfium2.PdfiumError, AssertionError):
            continue  # a page that is broken costs only itself
        lines += found
        letters += sum(len(line.text) for line in found)
        if letters > most:
            raise Refused("letters")
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


def _facts(document: Any) -> dict[str, str]:
    """What there is of the title and the dates."""
    try:
        return {name: document.get_metadata_value(name)[:_LONG] for name in _FACTS}
    except UnicodeError:
        return {}
