"""Articles in Markdown or plain text: front matter between `---` lines, else the first heading is the title."""

import re
from collections.abc import Iterator

from ingest.readers import fields, opening
from ingest.readers.documents import headings
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Item

_LIMIT = 50_000_000
_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_HEADING = re.compile(r"\A\s*#{1,2}[ \t]+(.+?)[ \t#]*(?:\n|\Z)")
_TOP = re.compile(r"(?m)^#[ \t]+(\S.*?)[ \t#]*$")
_UNDERLINED = re.compile(r"(?m)(?:\A|(?<=\n\n))(?![ \t]*[-*+#|>])(\S[^\n|]{0,150})\n(=|-|~|\^)\2{2,}[ \t]*$")
_FENCED = re.compile(r"(?ms)(^(?:```|~~~).*?^(?:```|~~~)[ \t]*$)")
_MARKS = {"=": "#", "-": "##", "~": "###", "^": "####"}
_KNOWN = {".md", ".markdown", ".mdx", ".txt", ".text", ".rst", ""}


def claims(head: Head) -> bool:
    """Any text that no other reader took."""
    return head.suffix in _KNOWN or bool(_FRONT.match(head.text) or _HEADING.match(head.text))


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One article a file."""
    text = opening.whole(file, _LIMIT).replace("\0", "").strip("\ufeff\n")
    front, rest = _split(text)
    body = _marked(rest)
    heading = _HEADING.match(body)
    own = front.get("title") or (heading[1] if heading else _only(body))
    if heading and heading[1].strip() == own.strip():
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
        # not by its text: an article that was corrected replaces the one before
        id=front.get("id") or fields.made_id("article", file.base, own or body.strip()[:200]),
        title=fields.words(re.sub(r"<[^>]*>", "", own) or file.stem.replace("_", " ").replace("-", " ")),
        text=body.strip(),
        lang=fields.lang(front.get("lang")),
        product=front.get("product", ""),
        updated=updated,
    )


def _only(body: str) -> str:
    """The one heading of the first rank, which may stand below a logo; '' where there are several."""
    found = _TOP.findall(body)
    return found[0] if len(found) == 1 else ""


def _marked(text: str) -> str:
    """Headings that are underlined, as they are written in plain text, get Markdown's marks; code stays as it is."""
    parts = _FENCED.split(text)
    parts[::2] = [_UNDERLINED.sub(_heading, part) for part in parts[::2]]
    return "".join(parts)


def _heading(line: re.Match[str]) -> str:
    return f"{_MARKS[line[2]]} {line[1]}" if headings.is_short(line[1]) else line[0]


def _split(text: str) -> tuple[dict[str, str], str]:
    """Front matter as plain `key: value` lines, and the rest."""
    match = _FRONT.match(text)
    if not match:
        return {}, text
    pairs = (line.partition(":") for line in match[1].split("\n") if ":" in line and not line.startswith((" ", "#")))
    return {key.strip().casefold(): value.strip().strip("'\"") for key, _, value in pairs}, text[match.end() :]
