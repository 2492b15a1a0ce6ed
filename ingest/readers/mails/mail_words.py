"""The letters of mails: bytes of declared, wrong or unknown charsets, and the words of header lines."""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses

from ingest.readers import opening

HEADER_LIMIT = 20_000  # characters of one header line that are looked at
# What mail programs declare, and the wider code page that they mean by it.
_MEANT = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "ascii", "ansi_x3.4-1968": "ascii", "gb2312": "gb18030",
    "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp",
    "x-euc-jp": "euc-jp", "unicode-1-1-utf-7": "utf-7", "utf8": "utf-8",
}  # fmt: skip
_KANJI = re.compile(rb"\x1b\$[@B]([^\x1b]*)(?:\x1b\([BJ])?")
_KANA = re.compile(rb"\x1b\(I([^\x1b]*)(?:\x1b\([BJ])?")


def decode(data: bytes, charset: str = "") -> str:
    """`data` as text: by its escapes, by the declared charset where that fits, else by what the bytes look like."""
    if b"\x1b$" in data or b"\x1b(I" in data:
        return _japanese(data)
    name = charset.strip(" \t'\"").casefold()
    for known in dict.fromkeys((_MEANT.get(name, name), "euc_jis_2004" if "euc" in name else "")):
        try:
            if known:
                return data.decode(known)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("utf-8") if _is_utf8(data) else data.decode(opening.encoding_of(data[:65_536]), "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _japanese(data: bytes) -> str:
    """ISO-2022-JP as it is written, with the signs (circled numbers, ㈱) that Python's own codec does not know."""

    def kanji(found: re.Match[bytes]) -> bytes:
        pairs = bytes(byte | 0x80 for byte in found[1] if byte > 0x20)
        return pairs[: len(pairs) // 2 * 2].decode("euc_jis_2004", "replace").encode()

    def kana(found: re.Match[bytes]) -> bytes:
        return bytes(byte | 0x80 for byte in found[1] if byte > 0x20).decode("cp932", "replace").encode()

    plain = re.sub(rb"\x1b\([BJ]", b"", _KANA.sub(kana, _KANJI.sub(kanji, data)))
    return plain.decode("utf-8", "replace")


def header(raw: str) -> str:
    """A header's value as people read it: unfolded, encoded words decoded even where they were cut inside a letter."""
    value = re.sub(r"\r?\n[ \t]*", " ", raw[:HEADER_LIMIT])
    if not value.isascii() or "\x1b" in value:
        value = decode(value.encode("utf-8", "surrogateescape"))
    if "=?" in value:
        value = _decoded(value)
    return re.sub(r"[\s\x00-\x1f\x7f\ud800-\udfff]+", " ", value).strip()


def _decoded(value: str) -> str:
    try:
        chunks = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        decode(words, charset or "ascii") if isinstance(words, bytes) else words for words, charset in chunks
    )


def addresses(raws: list[str]) -> Iterator[tuple[str, str]]:
    """(name, address in lower case) of address headers; what is no address is left out."""
    folded = [re.sub(r"\r?\n[ \t]*", " ", raw[:HEADER_LIMIT]) for raw in raws]
    try:
        pairs = getaddresses(folded)
    except RecursionError:  # brackets inside brackets
        pairs = [("", value) for value in folded]
    for name, address in pairs:
        found = re.search(r"[^\s<>@,;:\"]+@[^\s<>@,;:\"]+", address)
        if found:
            plain = header(name).strip("\"' ")
            mail = found[0].casefold()
            yield ("" if plain.casefold() == mail else plain), re.sub("[\ud800-\udfff]", "\ufffd", mail)
