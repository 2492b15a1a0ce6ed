"""Links, e-mail addresses, telephone numbers, codes, versions; and what no reply may hold: markup, open blanks."""

import re
from decimal import Decimal

from console.grounding.claims import Claim, Keys, Kind, take

_PLACEHOLDER = re.compile(
    r"<[A-Z]{2,12}_\d{1,9}>|\{\{? ?[A-Za-z][\w .]{0,40}\}\}?|\[[A-Z][A-Z _]{3,30}\]|\bTBD\b|\bTODO\b"
    r"|\[(?i:your|the|customer|company|agent|insert|name|order|date|amount|link)(?: [^\]\n]{1,40})?\]"
    r"|[【\[(](?:お客様名|お名前|氏名|会社名|担当者名|商品名|注文番号|日付|金額|URL)[】\])]"
    r"|(?:(?<![一二三四五六七八九])[○◯〇●]{2,9}|[×✕]{2,9}|\bX{3,9}\b|_{3,30})(?: ?(?:様|さん|円|日))?",
    re.ASCII,
)
_MARKUP = re.compile(  # links and images in Markdown, then HTML
    r"!?\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|^ {0,3}\[[^\]\n]{1,60}\]:[ \t]{0,4}<?(?:[a-z]{3,6}:|www\.|/)\S{1,300}"
    r"|<!--|<!\w{2,20}|</?(?:script|iframe|img|svg|object|embed|form|style|meta|base|link|video"
    r"|audio)\b[^<>]{0,400}>?|</?[A-Za-z][\w:-]{0,30}(?=[\s/>])[^<>]{0,400}>"
    r"|<[A-Za-z]\w{0,20}[^<>]{0,200}\bon[a-z]{3,20} ?="
    r"|&lt; ?/?[a-z]{1,12}\b|\b(?:javascript|vbscript|data):\S{1,300}"
    r"|[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"  # seen by no one
    r"|(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d",
    re.MULTILINE | re.IGNORECASE | re.ASCII,
)
_LETTER = "A-Za-z0-9\u00c0-\u052f"  # those that look like Latin ones among them
_EMAIL = re.compile(
    rf"(?<![{_LETTER}.+-])[\w.+\u00c0-\u052f-]{{1,64}}@[{_LETTER}-]{{1,63}}(?:\.[{_LETTER}-]{{1,63}}){{1,5}}"
    r"|\b[\w.+-]{1,40} ?[(\[]? ?\bat\b ?[)\]]? ?[\w-]{1,40} ?[(\[]? ?\bdot\b ?[)\]]? ?[a-z]{2,10}\b",
    re.IGNORECASE | re.ASCII,
)
_TLDS = (
    "com|net|org|edu|gov|io|co|jp|uk|eu|de|fr|es|nl|ch|at|au|ca|br|info|biz|app|dev|ai|tv|xyz|top|site|online"
    "|shop|store"
    "|link|click|live|club|icu|ru|cn|kr|tw|ly|gl|gg|cc|pw|example|test|invalid|onion|zip|mov"
)
_PATH = "[^\\s\0<>\"'「」『』【】（）()\\[\\]、。]"
_LINK = re.compile(
    rf"(?<![A-Za-z])(?:(?:h(?:tt|xx)ps?|ftp) ?: ?//|www\.){_PATH}{{1,500}}"
    rf"|(?<![{_LETTER}@.-])(?:[{_LETTER}-]{{1,63}}(?:\.|\[\.\]|。)){{1,5}}(?:{_TLDS})(?![\w@-]"
    rf"|\.\w)(?:[:/]{_PATH}{{0,300}})?"
    rf"|(?<![\w.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}[:/]{_PATH}{{1,200}}",
    re.IGNORECASE | re.ASCII,
)
_SCHEME = re.compile(r"^(?:\w{3,5} ?: ?//)?(?:www\.)?", re.ASCII)
_SENTENCE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")  # which goes on after a link without a space
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+\d{1,3}[ -]?(?:\(0\))?|(?=[0(]))(?:\(\d{1,5}\)|\d{1,5})(?:[ -]?\d{2,5}){1,4}(?![\w-]|\.\d)"
    r"|(?<![\w.-])\d{3}-(?:\d{3}-)?\d{4}(?![\w-])",
    re.ASCII,
)
_VERSION = re.compile(
    r"(?:\b(?:v|ver\.?|version|firmware)|バージョン|ファームウェア) ?(\d{1,4}(?:\.\d{1,4}){1,4})"
    r"|(?<![\w.])(\d{1,4}(?:\.\d{1,4}){2,4})(?!\.?\w)",
    re.IGNORECASE | re.ASCII,
)
_CELL = re.compile(r"単 ?([1-5一二三四五])(?: ?形)?|(?<!\w)(AAA?)(?!\w)", re.ASCII)
_CELLS = {"AA": "3", "AAA": "4"} | dict(zip("一二三四五", "12345", strict=True))
_CODE = re.compile(
    r"(?<![\w-])(?!(?:USD|EUR|GBP|JPY)\d)(?:[A-Za-z]{1,8}[-_]?\d[A-Za-z0-9]{0,20}(?:[-_][A-Za-z0-9]{1,20}){0,4}"
    r"|\d{1,9}-?[A-Z]{1,6}\d[A-Z0-9]{0,10}|\d{2,9}(?:-\d{2,9}){2,4}|\d{1,9}-\d{5,12})(?!\w)",
    re.ASCII,
)


def addresses(text: str, into: list[Claim]) -> str:
    """Add blanks, markup, mail addresses and links of a folded text; returns the text with them blanked out."""
    text = take(_PLACEHOLDER, text, lambda match: _same("placeholder", match[0], match), into)
    text = take(_MARKUP, text, _markup, into)
    text = take(_EMAIL, text, lambda match: _same("email", match[0], match), into)
    return take(_LINK, text, _link, into)


def codes(text: str, into: list[Claim]) -> str:
    """Add versions, telephone numbers and codes; dates have to be blanked out before, and are then no codes."""
    text = take(_VERSION, text, lambda match: _same("name", f"version {match[1] or match[2]}", match), into)
    text = take(_PHONE, text, _phone, into)
    text = take(
        _CELL, text, lambda match: _same("name", f"cell {_CELLS.get(match[1] or match[2], match[1])}", match), into
    )
    return take(_CODE, text, _code, into)


def _same(kind: Kind, key: str, match: re.Match[str]) -> Claim:
    keys: Keys = frozenset({(kind, key.casefold())})
    return Claim(kind, match.start(), match.end(), keys, keys)


def _markup(match: re.Match[str]) -> Claim:
    """Nothing bears markup out, since replies are plain text: not even a source that has it."""
    return Claim("link" if match[0].lstrip(" !").startswith("[") else "html", match.start(), match.end())


def _link(match: re.Match[str]) -> Claim:
    """A source that names a page also names the site and the folders that it lies in."""
    whole = match[0]
    after = _SENTENCE.search(whole, max(map(whole.rfind, ".@/")) + 1)
    shown = whole[: after.start() if after else None].rstrip(".,;:!?*_~")
    address = _SCHEME.sub("", shown.casefold()).replace("[.]", ".").replace("。", ".").rstrip("/")
    parts = re.split(r"(?=[/?#])", address)
    above = frozenset(("link", "".join(parts[: n + 1])) for n in range(min(len(parts), 20)))
    return Claim(
        "link", match.start(), match.start() + len(shown), frozenset({("link", address)}), above | {("link", address)}
    )


def _phone(match: re.Match[str]) -> Claim | None:
    digits = re.sub(r"\D", "", match[0])
    return _same("number", f"phone {digits[-9:]}", match) if 7 <= len(digits) <= 15 else None


def _code(match: re.Match[str]) -> Claim:
    """`E-204` is `e204`; who says E-204 may say "error 204"."""
    key = ("name", re.sub(r"[-_]", "", match[0].casefold()))
    number = re.search(r"\d{1,9}$", match[0])
    counted = {("count", Decimal(number[0]))} if number else set[tuple[str, Decimal]]()
    return Claim("name", match.start(), match.end(), frozenset({key}), frozenset({key, *counted}))
