"""A source opened beside the chat: an approved article as plain blocks, with the quoted places marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import Connection

from ingest.store import articles, faqs

Span = tuple[int, int]
_SHOWN = ("en", "ja")  # languages of the help centre
_HEADING = re.compile(r"#{1,6}\s+")
_ITEM = re.compile(r"\s*(?:[-*+•・]\s+|(?=\d+[.)、．]\s*\S))")
_RULE = re.compile(r"[\s|:\-]*")
_PAGE = re.compile(r"<!-- page \d{1,6} -->")  # as the PDF reader marks where a page begins
_MARKS = re.compile(r"\*\*|__|`|!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Block:
    """One line of an article, in runs of (text, whether it is quoted). Text is never markup."""

    kind: Literal["heading", "item", "text"]
    runs: list[tuple[str, bool]]


def read(db: Connection, id: str, quoted: Sequence[Span]) -> dict[str, Any] | None:
    """Title and blocks of an approved article or FAQ entry; None for any other id, tickets included."""
    article = articles.get(db, id)
    if article is None or article.kind not in ("article", "faq"):
        return None
    found = [{"kind": one.kind, "runs": one.runs} for one in blocks(article.text, quoted)]
    updated = article.updated.date().isoformat() if article.updated else ""
    told = {"title": article.title, "kind": article.kind, "lang": article.lang, "updated": updated, "blocks": found}
    return told | {"page": _page(db, id) if article.kind == "faq" else ""}


def _page(db: Connection, id: str) -> str:
    """Where the help centre shows the entry that is published as this article; empty where it does not."""
    entry = faqs.get(db, id.partition(".")[0])
    langs = [lang for lang in entry.faces if lang in _SHOWN and entry.article(lang) == id] if entry else []
    return f"/help/{langs[0]}/{entry.slug}" if entry and langs else ""


def blocks(text: str, quoted: Sequence[Span]) -> Iterator[Block]:
    """The lines of `text` without marks of Markdown and pages; what lies inside the spans [start, end) is quoted."""
    for line in re.finditer(r"[^\n]+", text):
        words = line.group()
        if not words.strip() or _PAGE.fullmatch(words):
            continue
        if words.lstrip().startswith(("|", "-")) and _RULE.fullmatch(words):
            continue
        heading, item = _HEADING.match(words), _ITEM.match(words)
        skip = heading.end() if heading else item.end() if item else 0
        bars = len(words) - len(words.rstrip("| ")) if words.startswith("|") else 0
        skip += 1 if bars else 0
        runs = list(_runs(text, line.start() + skip, line.end() - bars, quoted))
        if runs:
            yield Block("heading" if heading else "item" if item else "text", runs)


def _runs(text: str, start: int, end: int, quoted: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    edges = sorted({start, end, *(min(max(edge, start), end) for span in quoted for edge in span)})
    for a, b in pairwise(edges):
        words = _MARKS.sub(lambda mark: mark.group(1) or "", text[a:b])
        if words:
            yield words, any(low <= a and b <= high for low, high in quoted)
