"""A passage as a result shows it: cut to where it speaks of the query, whose words are marked."""

import re

from ingest import terms

LONGEST = 360  # characters of a passage in the list
_BEFORE = 70  # characters kept before the first mark where the beginning is cut off
_NARROW = {0xFF01 + n: 0x21 + n for n in range(0x5E)}  # full-width letters, one to one, so that places stay
_MARKDOWN = re.compile(r"(?m)\A\s*(?:Customer|Agent): |^#{1,6}[ \t]+|^[ \t]*[-*+][ \t]+|\*+|__|`+")

Piece = tuple[str, bool]
Span = tuple[int, int]


def snippet(text: str, query: str) -> list[Piece]:
    """Pieces of `text` in order, each with whether it is one of the query's words; Markdown marks are left out."""
    line = " ".join(_MARKDOWN.sub("", text).split())
    spans = marks(line, query)
    start = spans[0][0] - _BEFORE if spans and spans[0][0] > LONGEST * 2 // 3 else 0
    start = line.find(" ", start, start + 20) + 1 or start if start else 0
    return _pieces(line, spans, start, start + LONGEST)


def marks(text: str, query: str) -> list[Span]:
    """Where the query's terms stand in `text`, in order and apart from each other."""
    wanted = list(dict.fromkeys(terms.split(query)))[:64]
    if not wanted:
        return []
    pattern = re.compile(f"(?=({'|'.join(map(_written, sorted(wanted, key=len, reverse=True)))}))", re.IGNORECASE)
    spans: list[Span] = []
    for match in pattern.finditer(text.translate(_NARROW)):
        start, end = match.span(1)
        if spans and start <= spans[-1][1]:
            start, end = spans[-1][0], max(spans.pop()[1], end)
        spans.append((start, end))
    return spans


def _written(term: str) -> str:
    """A word also in its plural; pairs of Japanese letters anywhere."""
    if not term.isascii():
        return re.escape(term)
    return rf"(?<![A-Za-z0-9]){re.escape(term)}(?:e?s)?(?![A-Za-z0-9])"


def _pieces(text: str, spans: list[Span], start: int, end: int) -> list[Piece]:
    found: list[Piece] = [("… ", False)] if start else []
    at = start
    for first, last in spans:
        if last > at and first < end:
            found += [(text[at : max(first, at)], False), (text[max(first, at) : min(last, end)], True)]
            at = min(last, end)
    found += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return [(piece, marked) for piece, marked in found if piece]
