"""Raw text and HTML to plain readable text: what readers and cleaning share."""

import re
import unicodedata

# Control characters and marks that nobody can see; tab, newline and the joiner inside emoji stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_HTML = re.compile(r"</(?:html|body|div|p|span|table|td|a|b|strong|i|em|ul|ol|li|font|h[1-6])\s*>|<br\s*/?>", re.I)
_SKIP = ("script", "style", "head", "nav", "footer", "noscript", "template", "svg", "iframe", "form", "button")
_QUOTED = "blockquote[type=cite], .gmail_quote, .gmail_signature, .yahoo_quoted, #divRplyFwdMsg, .moz-cite-prefix"
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
    out = _UNSEEN.sub("", unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")))
    out = re.sub(r"[\u00a0\u2007\u202f]", " ", re.sub(r"[\x85\u2028\u2029]", "\n", out))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in out.split("\n"))).strip("\n ")


def html(markup: str, *, quotes: bool = True) -> str:
    """HTML as plain text: headings as `## `, list items as `- `; no menus, no scripts, quoted mail only if `quotes`."""
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PreformattedString, Tag

    soup = BeautifulSoup(markup, "html.parser")
    for gone in soup.select(", ".join(_SKIP) if quotes else ", ".join((*_SKIP, _QUOTED))):
        gone.decompose()
    out: list[str] = []
    for node in soup.descendants:
        if isinstance(node, Tag):
            out.append(_opening(node.name))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            out.append(_words(node))
    plain = text(re.sub(r" *\n[ \t]*", "\n", re.sub(r"[ \t]+", " ", "".join(out))))
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", plain)


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
    return _HTML.search(raw) is not None
