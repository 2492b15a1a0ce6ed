"""Raw text and HTML to plain readable text: what readers and cleaning share."""

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

# Control characters and marks that nobody can see; tab, newline and the joiner inside emoji stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_HTML = re.compile(r"</(?:html|body|div|p|span|table|td|a|b|strong|i|em|ul|ol|li|font|h[1-6])\s*>|<br\s*/?>", re.I)
_SKIP = "script, style, head, nav, footer, noscript, template, svg, iframe, form, button"
# How mail programs mark the mail that is answered, and the signature.
_QUOTED = (
    "blockquote[type=cite], .gmail_quote, .yahoo_quoted, .protonmail_quote, .tutanota_quote, .zmail_extra"
    ", #OLK_SRC_BODY_SECTION, #isReplyContent"
)
_SIGNATURE = ".gmail_signature, .moz-signature, .protonmail_signature_block, #Signature, [data-signatureblock=true]"
_FORWARDED = re.compile(r"Forwarded message|Begin forwarded|転送", re.I)
_BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "header",
        "hr",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
        "body",
        "html",
    ]
)


def text(raw: str) -> str:
    """`raw` in NFC with Unix newlines and without invisible characters; at most one empty line in a row."""
    out = raw.replace("\r\n", "\n").replace("\r", "\n") if "\r" in raw else raw
    if not out.isascii():
        out = re.sub(
            r"[\u00a0\u2007\u202f]", " ", re.sub(r"[\x85\u2028\u2029]", "\n", unicodedata.normalize("NFC", out))
        )
    out = _UNSEEN.sub("", out)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(str.rstrip, out.split("\n")))).strip("\n ")


def html(markup: str, *, mail: bool = False) -> str:
    """HTML as plain text: headings as `## `, list items as `- `; no menus, no scripts.

    In a `mail` the lines of the answered mail begin with `> `, as in plain mails, and marked signatures are left out.
    """
    soup = page(markup)
    for gone in soup.select(f"{_SKIP}, {_SIGNATURE}" if mail else _SKIP):
        gone.decompose()
    if mail:
        _mark_quotes(soup)
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", _plain(soup))


def page(markup: str) -> "BeautifulSoup":
    """HTML as a tree, without the parser's warnings. Declarations that it cannot make out are left out."""
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    markup = re.sub(r"\A\s*<\?xml[^>]*>", "", markup) if "<" in markup else f"<p>{markup}</p>"
    try:
        return BeautifulSoup(markup, "html.parser")
    except ParserRejectedMarkup:
        return BeautifulSoup(re.sub(r"<[!?][^>]*>?", "", markup), "html.parser")


def _plain(whole: "Tag") -> str:
    from bs4.element import NavigableString, PreformattedString, Tag

    out: list[str] = []
    for node in whole.descendants:
        if isinstance(node, Tag):
            out.append(_opening(node.name))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            out.append(_words(node))
    return text(re.sub(r" *\n[ \t]*", "\n", re.sub(r"[ \t]+", " ", "".join(out))))


def _mark_quotes(soup: "BeautifulSoup") -> None:
    """Every quoted part becomes lines that begin with `> `; forwarded mails are the sender's message and stay.

    Where a mark holds answers between quotes (Gmail's does), only the quotes inside it are marked.
    """
    for part in soup.select(_QUOTED):
        if part.decomposed or part.parent is None or _FORWARDED.search(part.get_text(" ")[:200]):
            continue
        inner = [quote for quote in part.select("blockquote") if quote.find_parent("blockquote") in (None, part)]
        for quote in inner if part.name != "blockquote" and inner else [part]:
            lines = "\n".join(f"> {line}".rstrip() for line in _plain(quote).split("\n"))
            fixed = soup.new_tag("pre")
            fixed.string = f"\n{lines}\n"
            quote.replace_with(fixed)


def _opening(name: str) -> str:
    if re.fullmatch(r"h[1-6]", name):
        return "\n\n" + "#" * max(2, int(name[1])) + " "
    if name == "li":
        return "\n- "
    return {"p": "\n\n", "td": " ", "th": " "}.get(name, "\n" if name in _BLOCK else "")


def _words(node: object) -> str:
    """The words of a text node; a line break after the last one in a block, so that the next block starts afresh."""
    from bs4.element import NavigableString

    assert isinstance(node, NavigableString)
    parent = node.parent
    words = str(node) if parent is not None and parent.name == "pre" else re.sub(r"\s+", " ", str(node))
    ends = parent is not None and node.next_sibling is None and re.fullmatch(r"h[1-6]|p|li|div|tr|dd|dt", parent.name)
    return words + ("\n" if ends else "")


def is_html(raw: str) -> bool:
    """Whether `raw` holds closing tags or line breaks of HTML."""
    return "<" in raw and _HTML.search(raw) is not None
