"""Articles as web pages: the main text without menus, title and dates from the page's head."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest import markup
from ingest.readers import fields, opening
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Item

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_LIMIT = 20_000_000


def claims(head: Head) -> bool:
    """A page that says so in its first lines."""
    return head.suffix in {".html", ".htm", ".xhtml"} or bool(
        re.match(r"\s*(?:<!doctype html|<html\b)", head.text, re.I)
    )


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One article a page; what surrounds its main text is left out."""
    from bs4 import BeautifulSoup

    page = opening.whole(file, _LIMIT).replace("\0", "")
    soup = BeautifulSoup(page, "html.parser")
    places = (soup.select_one(place) for place in ("main", "article", "[role=main]", "body"))
    main = next((place for place in places if place is not None), soup)
    text = markup.html(str(main))
    heading, title = main.select_one("h1"), _title(soup)
    if heading is not None and markup.text(heading.get_text(" ")) == title:
        text = re.sub(r"\A##? [^\n]*\n+", "", text)
    if not text.strip():
        yield opening.reject(
            file, "This page has no text of its own. Save the finished page and import it again.", page
        )
        return
    try:
        updated = fields.time(_meta(soup, "updated", "article:modified_time", "last-modified", "date"))
    except ValueError:
        updated = None  # any page may carry any date; the text is what counts
    yield Article(
        id=_meta(soup, "article-id") or fields.made_id("article", file.base, text),
        title=title or file.stem.replace("_", " ").replace("-", " "),
        text=text,
        lang=fields.lang(_attribute(soup.select_one("html"), "lang")),
        product=_meta(soup, "product"),
        updated=updated,
    )


def _title(soup: "BeautifulSoup") -> str:
    for found in (soup.select_one("h1"), soup.title):
        if found is not None and (words := markup.text(re.sub(r"\s+", " ", found.get_text(" ")))):
            return words.strip()
    return ""


def _meta(soup: "BeautifulSoup", *names: str) -> str:
    for name in names:
        for attribute in ("name", "property"):
            if content := _attribute(soup.select_one(f'meta[{attribute}="{name}"]'), "content"):
                return content
    return ""


def _attribute(tag: "Tag | None", name: str) -> str:
    value = tag.get(name) if tag is not None else None
    return value.strip() if isinstance(value, str) else ""
