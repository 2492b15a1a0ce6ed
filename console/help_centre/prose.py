"""Plain text as it is shown: paragraphs, numbered steps, points and web links. Nothing in it is ever markup."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["text", "steps", "points"]

_STEP = re.compile(r"(?:(\d{1,2})(?:[.)]\s+|[．、）]\s*)|([①-⑳])\s*)(?=\S)")
_POINT = re.compile(r"(?:[-*•]\s+|[・●]\s*)(?=\S)")
# Not by ignoring case: "ſ" would then keep every "s" out of an address.
_LINK = re.compile(r"[Hh][Tt]{2}[Pp][Ss]?://[^\s<>\"'`{}|\\^\[\]\x80-\U0010ffff]+")
# Controls have no look, are no XML, or turn round the order in which words are read.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Run:
    """Words in a row; with `href` they are a link."""

    text: str
    href: str = ""


@dataclass
class Block:
    """A paragraph, or a list whose first number is `start`. An item is its lines; a paragraph has one item."""

    kind: Kind
    start: int = 1
    items: list[list[list[Run]]] = field(default_factory=list)


def visible(text: str) -> str:
    """`text` without controls and what turns the reading order round; line ends are `\\n`."""
    return _UNSEEN.sub(
        "", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    )


def blocks(text: str) -> list[Block]:
    """The paragraphs and lists of an answer, in order.

    Steps go on while their numbers do, over empty lines too; an indented line belongs to the item above it.
    """
    made: list[Block] = []
    apart = True
    for line in visible(text).split("\n"):
        words, last = line.strip(), made[-1] if made else None
        step, point = _STEP.match(words), _POINT.match(words)
        if not words:
            apart = True
            continue
        if step:
            _item(made, "steps", _number(step), words[step.end() :])
        elif point:
            _item(made, "points", 1, words[point.end() :])
        elif last and not apart and (last.kind == "text" or line[0].isspace()):
            last.items[-1].append(list(runs(words)))
        else:
            made.append(Block("text", items=[[list(runs(words))]]))
        apart = False
    return made


def _number(step: re.Match[str]) -> int:
    return int(step[1]) if step[1] else ord(step[2]) - ord("①") + 1


def _item(made: list[Block], kind: Kind, number: int, words: str) -> None:
    last = made[-1] if made else None
    goes_on = last and last.kind == kind and (kind == "points" or number == last.start + len(last.items))
    if not goes_on:
        made.append(Block(kind, number))
    made[-1].items.append([list(runs(words))])


def runs(line: str) -> Iterator[Run]:
    """A line in plain words and links. Only whole http and https addresses without a user's name are links."""
    done = 0
    for found in _LINK.finditer(line):
        href = _trimmed(found[0])
        if not _leads(href):
            continue
        if found.start() > done:
            yield Run(line[done : found.start()])
        yield Run(href, href)
        done = found.start() + len(href)
    if done < len(line):
        yield Run(line[done:])


def _trimmed(href: str) -> str:
    """Without what ends the sentence around it."""
    while href[-1] in ".,;:!?" or (href[-1] == ")" and href.count(")") > href.count("(")):
        href = href[:-1]
    return href


def _leads(href: str) -> bool:
    try:
        parts = urlsplit(href)
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.port or 1) > 0
    except ValueError:
        return False


def excerpt(text: str, most: int = 150) -> str:
    """The beginning of an answer on one line, at most `most` characters."""
    words = " ".join(visible(text).split())
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most * 0.7 else cut).rstrip(" ,.;:、。") + "…"
