"""Articles as web pages: the main text without menus as Markdown, title and dates from the page's head."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest import markup
from ingest.readers import fields, opening
from ingest.readers.documents import webpage
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Item

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_LIMIT = 20_000_000
_MAIN = (
    "main", "[role=main]", "article", "[itemprop=articleBody]", ".article-body", ".article__body", ".entry-content",
    ".post-content", "#main-content", "#content", "#main", "body",
)  # fmt: skip
_NEVER = "script, style, noscript, template, svg, iframe, object, button, select, head, [hidden], [aria-hidden=true]"
_AROUND = (
    "nav, footer, aside, form, [role=navigation], [role=banner], [role=contentinfo], [role=search]"
    ", [role=complementary], body > header"
)
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|gnav|sidebar|side|breadcrumbs?|topicpath|pankuzu|cookie\w*|footer|share"
    r"|social|sns|related|comments?|pagination|pager|toc|skip\w*|banner|ad|ads|advert\w*)(?:$|[\s_-])",
    re.I,
)
_FACTS = {
    "id": ("article-id",),
    "product": ("product",),
    "updated": ("updated", "article:modified_time", "og:updated_time", "last-modified", "dateModified", "date"),
}


def claims(head: Head) -> bool:
    """A page that says so in its first lines."""
    start = re.sub(
        r"\A\ufeff?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}", "", head.text[:20_000], flags=re.S
    )
    named = head.suffix in {".html", ".htm", ".xhtml"}
    return named or re.match(r"<!doctype html|<html\b", start, re.I) is not None


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One article a page; what surrounds its main text is left out."""
    from bs4 import BeautifulSoup

    page = opening.whole(file, _LIMIT).replace("\0", "")
    soup = BeautifulSoup(page, "html.parser")
    title, lang = _title(soup), fields.lang(_attribute(soup.select_one("html"), "lang"))
    facts = {name: _meta(soup, *names) for name, names in _FACTS.items()}
    main = _main(soup)
    heading = main.select_one("h1")
    if heading is not None and _words(heading) == title:
        heading.decompose()
    text = webpage.markdown(main)
    if not text:
        reason = "This page has no text of its own. Save the finished page and import it again."
        yield opening.reject(file, reason, page)
        return
    try:
        updated = fields.time(facts["updated"])
    except ValueError:
        updated = None  # any page may carry any date; the text is what counts
    yield Article(
        id=facts["id"] or fields.made_id("article", file.base, title or text),
        title=title or file.stem.replace("_", " ").replace("-", " "),
        text=text,
        lang=lang,
        product=facts["product"],
        updated=updated,
    )


def _main(soup: "BeautifulSoup") -> "Tag":
    """The page's own text: its longest main part, without what is never text and what merely surrounds it."""
    for gone in soup.select(_NEVER):
        if not gone.decomposed:
            gone.decompose()
    found = next((places for place in _MAIN if (places := soup.select(place))), [soup])
    main = max(found, key=lambda place: len(place.get_text()))
    whole = len(main.get_text())
    for part in [*main.select(_AROUND), *main.find_all(_is_named)]:
        # A page that is one big form, or calls everything `menu`, is still a page.
        if not part.decomposed and len(part.get_text()) * 2 < whole and part.find("h1") is None:
            part.decompose()
    return main


def _is_named(tag: "Tag") -> bool:
    """Whether an element's id or class says that it is a menu or the like."""
    names = (str(tag.get("id", "")), *map(str, tag.get_attribute_list("class")))
    return any(_NAMED.search(name) for name in names)


def _title(soup: "BeautifulSoup") -> str:
    return next(
        (words for tag in (soup.select_one("h1"), soup.title) if tag is not None and (words := _words(tag))), ""
    )


def _words(tag: "Tag") -> str:
    return markup.text(re.sub(r"\s+", " ", tag.get_text(" "))).strip()


def _meta(soup: "BeautifulSoup", *names: str) -> str:
    for name in names:
        for attribute in ("name", "property", "itemprop"):
            if content := _attribute(soup.select_one(f'meta[{attribute}="{name}"]'), "content"):
                return content
    return ""


def _attribute(tag: "Tag | None", name: str) -> str:
    value = tag.get(name) if tag is not None else None
    return value.strip() if isinstance(value, str) else ""
