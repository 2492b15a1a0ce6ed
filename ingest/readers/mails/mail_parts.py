"""The parts of one mail: its words, and the names of the files that came with it."""

import mimetypes
import re
from collections.abc import Iterator
from email.message import Message
from urllib.parse import unquote_to_bytes

from ingest import markup
from ingest.readers.mails import mail_words

_TEXT_LIMIT = 500_000  # characters of words
_PAGE_LIMIT = 1_000_000  # characters of HTML
_SIGNED = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}


class Parts:
    """What the parts of one mail hold: its words, the names of its files, invitations and locks."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self.files: list[str] = []
        self.invites = self.encrypted = False

    @property
    def text(self) -> str:
        return "\n\n".join(words for words in self._words if words)

    def take(self, part: Message) -> None:
        kind = part.get_content_type()
        if kind == "multipart/encrypted" or (
            kind.endswith("pkcs7-mime") and b"signed" not in _raw(part, "content-type")
        ):
            self.encrypted = True
        elif kind == "multipart/alternative":
            self._take_best(_children(part))
        elif kind == "message/rfc822":
            self._take_mail(part)
        elif part.is_multipart():
            for child in _children(part):
                self.take(child)
        else:
            self._take_leaf(part, kind)

    def _take_best(self, parts: list[Message]) -> None:
        """Plain words where there are any, else the page; what is no choice of words (an invitation) counts too."""
        best: Parts | None = None
        for part in parts:
            found = Parts()
            found.take(part)
            self.invites |= found.invites
            self.files += [name for name in found.files if name not in self.files]
            if found.text.strip() and best is None:
                best = found
        self._words += best._words if best else []

    def _take_mail(self, part: Message) -> None:
        inner = _children(part)
        title = mail_words.header(str(inner[0]["subject"] or "")) if inner else ""
        self.files.append(_base(_file_name(part) or f"{title or 'mail'}.eml"))

    def _take_leaf(self, part: Message, kind: str) -> None:
        name = _file_name(part)
        apart = (part.get_content_disposition() == "attachment") or (name and not kind.startswith("text/"))
        if kind == "text/calendar" and not apart:
            self.invites |= b"method" in _raw(part, "content-type").lower() or not self.text.strip()
        elif kind in {"text/plain", "text/html", "text/enriched"} and not apart:
            self._words.append(_text(part, kind))
        elif kind not in _SIGNED and not kind.startswith("multipart/") and not _is_inline_image(part, kind):
            self.files.append(_base(name or f"attachment{mimetypes.guess_extension(kind) or ''}"))


def _is_inline_image(part: Message, kind: str) -> bool:
    return kind.startswith("image/") and (part.get_content_disposition() == "inline" or "content-id" in part)


def _children(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [child for child in inside if isinstance(child, Message)] if isinstance(inside, list) else []


def _raw(part: Message, name: str) -> bytes:
    return next(
        (value.encode("utf-8", "surrogateescape") for key, value in part.raw_items() if key.casefold() == name), b""
    )


def _text(part: Message, kind: str) -> str:
    data = part.get_payload(decode=True)
    charset = re.search(rb"charset\s*=\s*\"?'?([\w.:-]+)", _raw(part, "content-type"), re.I)
    text = mail_words.decode(data if isinstance(data, bytes) else b"", charset[1].decode() if charset else "")
    if kind == "text/html":
        return markup.html(text[:_PAGE_LIMIT], mail=True)[:_TEXT_LIMIT]
    text = text[:_TEXT_LIMIT]
    if re.search(rb"format\s*=\s*\"?flowed", _raw(part, "content-type"), re.I):
        text = _unflowed(text)
    return markup.text(text)


def _unflowed(text: str) -> str:
    """Lines that end with a space go on in the next one (RFC 3676); quotes and the signature's mark do not."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        goes_on = lines and lines[-1].endswith(" ") and lines[-1] != "-- " and not lines[-1].startswith(">")
        if goes_on and line.strip() and line[0] not in " >":
            lines[-1] += line
        else:
            lines.append(line)
    return "\n".join(lines)


def _file_name(part: Message) -> str:
    """The name in RFC 2231, in encoded words or plain."""
    for head, key in ((b"content-disposition", b"filename"), (b"content-type", b"name")):
        raw = re.sub(rb"\r?\n[ \t]*", b" ", _raw(part, head.decode()))[: mail_words.HEADER_LIMIT]
        pieces = sorted(_pieces(raw, key))
        if pieces:
            return _joined([value for _, value in pieces], extended=pieces[0][0] >= 0)
    return ""


def _pieces(raw: bytes, key: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, value) of `filename*0*=...`; a plain `filename=` has the number -1, and is used only alone."""
    pattern = rb"(?:^|[;\s])" + key + rb"(\*?)(\d*)(\*?)\s*=\s*(?:\"((?:\\.|[^\"\\])*)\"|([^;\s]*))"
    found = [(star, number, (quoted or bare)) for star, number, _, quoted, bare in re.findall(pattern, raw, re.I)]
    extended = [(int(number or 0), value) for star, number, value in found if star]
    yield from extended or ((-1, re.sub(rb"\\(.)", rb"\1", value)) for _, _, value in found[:1])


def _joined(values: list[bytes], *, extended: bool) -> str:
    whole = b"".join(values)
    if not extended:
        return mail_words.header(whole.decode("utf-8", "surrogateescape"))
    charset, mark, rest = whole.partition(b"'")
    name = rest.partition(b"'")[2] if mark else whole
    return mail_words.decode(unquote_to_bytes(name), charset.decode("ascii", "replace") if mark else "")


def _base(name: str) -> str:
    """The last step of a path, so that a name never leads elsewhere."""
    plain = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", name)
    return re.split(r"[/\\]", plain)[-1].strip(" .")[:200] or "attachment"
