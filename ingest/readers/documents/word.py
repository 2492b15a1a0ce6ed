"""Word documents (DOCX): one article each, with its headings, lists and tables as Markdown.

Footnotes come as paragraphs after those that refer to them. Headers, footers, comments, tables of contents and what
tracked changes deleted are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.errors import SenderError
from ingest.readers import fields, opening
from ingest.readers.documents import headings, office
from ingest.readers.documents.document import Block, Document
from ingest.readers.opening import Columns, File, Head
from ingest.records import Article, Item

_MOST = 300_000_000  # bytes unpacked
_LARGEST = 100_000_000  # bytes of one part
_JUNK = re.compile(r"(?:microsoft word|word 文書|untitled|無題|document\d*|文書\s?\d*|template.*|.*\.do[ct]\w?)?", re.I)
_RULED, _BOLD = 10, 20  # headings by style lie above those by their words, and these above bold lines
_EMPTY = "This document has no text of its own. Save the finished document and import it again."


def claims(head: Head) -> bool:
    """Word's files; old and encrypted ones and those of other suites too, which are rejected with what to do."""
    return office.claims(head, "Word")


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One article. SenderError where the document cannot be read or holds no text."""
    from docx.package import Package

    office.check(file, "Word", _MOST, _LARGEST)
    with opening.binary(file) as source:
        try:
            document = Document(Package.open(source))
            blocks = _headed(list(document.blocks()))
        except Exception as error:  # of many kinds: python-docx trusts what it reads
            raise SenderError("The document is damaged. Open it, save it again as .docx and import that.") from error
    known = "" if _JUNK.fullmatch(document.title) else document.title
    title, blocks = _titled(blocks, known or file.stem.replace("_", " ").replace("-", " "), sure=bool(known))
    text = _joined(blocks)
    if not text:
        raise SenderError(_EMPTY)
    yield Article(fields.made_id("article", file.base, title), title, text, updated=document.modified)


def _headed(blocks: list[Block]) -> list[Block]:
    """Headings that only words and letters show, set beside those by style; `第3条（返品） 本文` is taken apart."""
    styled = any(block.depth for block in blocks)
    out: list[Block] = []
    for block in blocks:
        plain = block.depth is None and not block.table
        rule = headings.japanese(block.text) if plain and "\n" not in block.text[:60] else None
        if rule:
            above = out[-1].text if out and headings.is_name(out[-1].text) else ""
            del out[len(out) - bool(above) :]
            out.append(Block(rule.title + above, _RULED + rule.depth))
            out += [Block(rule.rest)] if rule.rest else []
        elif plain and not styled and block.bold and _stands_out(block):
            out.append(replace(block, depth=_BOLD + (headings.depth(block.text) or 9), item=False))
        else:
            out.append(block)
    return out


def _stands_out(block: Block) -> bool:
    return headings.is_short(block.text) and "\n" not in block.text and not block.text.startswith(("-", " "))


def _titled(blocks: list[Block], known: str, *, sure: bool) -> tuple[str, list[Block]]:
    """The title and the blocks without it: by style, by the file's properties, or the first line."""
    by_style = [index for index, block in enumerate(blocks[:10]) if block.depth == 0]
    if by_style:
        return blocks[by_style[0]].text, [block for index, block in enumerate(blocks) if index != by_style[0]]
    if not blocks:
        return known, blocks
    first = blocks[0]
    same_rank = sum(block.depth == first.depth for block in blocks) if first.depth else 0
    alone = same_rank == 1 and first.depth == min(block.depth for block in blocks if block.depth)
    plain = not first.depth and not first.table and not first.item and headings.is_short(first.text) and len(blocks) > 1
    if sure and first.text != known:
        return known, blocks
    if sure or alone or plain or (first.depth and first.depth > _BOLD):
        return first.text.replace("\n", " "), blocks[1:]
    return (first.text if first.depth else known), blocks


def _joined(blocks: list[Block]) -> str:
    depths = sorted({block.depth for block in blocks if block.depth is not None})
    out: list[str] = []
    listed = False
    for block in blocks:
        marks = "#" * min(depths.index(block.depth) + 2, 6) + " " if block.depth is not None else ""
        text = f"\\{block.text}" if re.match(r"#{1,6}\s", block.text) else block.text
        out.append(("\n" if block.item and listed else "\n\n") + marks + text)
        listed = block.item
    return "".join(out).strip("\n")
