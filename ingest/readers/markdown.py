"""Articles in Markdown or plain text: front matter between `---` lines, else the first heading is the title."""

import re
from collections.abc import Iterator

from ingest.readers import fields, opening
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Item

_LIMIT = 50_000_000
_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_HEADING = re.compile(r"\A\s*#{1,2}[ \t]+(.+?)[ \t#]*(?:\n|\Z)")
_KNOWN = {".md", ".markdown", ".mdx", ".txt", ".text", ".rst", ""}


def claims(head: Head) -> bool:
    """Any text that no other reader took."""
    return head.suffix in _KNOWN or bool(_FRONT.match(head.text) or _HEADING.match(head.text))


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One article a file."""
    text = opening.whole(file, _LIMIT).replace("\0", "").strip("\ufeff\n")
    front, body = _split(text)
    heading = _HEADING.match(body)
    title = front.get("title") or (heading[1] if heading else "") or file.stem.replace("_", " ").replace("-", " ")
    if heading and heading[1].strip() == title.strip():
        body = body[heading.end() :]
    if not body.strip():
        yield opening.reject(file, "This article has a title but no text. Write the text and import it again.", text)
        return
    try:
        updated = fields.time(front.get("updated") or front.get("date"))
    except ValueError as error:
        yield opening.reject(file, f"In the lines between --- {error}.", text)
        return
    yield Article(
        id=front.get("id") or fields.made_id("article", file.base, text),
        title=fields.words(title),
        text=body.strip(),
        lang=fields.lang(front.get("lang")),
        product=front.get("product", ""),
        updated=updated,
    )


def _split(text: str) -> tuple[dict[str, str], str]:
    """Front matter as plain `key: value` lines, and the rest."""
    match = _FRONT.match(text)
    if not match:
        return {}, text
    pairs = (line.partition(":") for line in match[1].split("\n") if ":" in line and not line.startswith((" ", "#")))
    return {key.strip().casefold(): value.strip().strip("'\"") for key, _, value in pairs}, text[match.end() :]
