"""Personal data out, placeholders in: the last step before a text is stored, embedded or shown to a model."""

import hashlib
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.records import Found, Masked

if TYPE_CHECKING:
    from ingest.recognizers import Gate

_PLACEHOLDER = re.compile(r"<[A-Z]{2,12}_[0-9]{1,9}>")
_GUARD = "\x00"  # stands where something is masked; no pattern matches it

# One character for one, so that positions stay true: full-width ASCII, dashes and quotes to ASCII.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0F}
_FOLD |= {ord(c): ord("-") for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\ufe63"}
_FOLD |= {ord(c): ord(" ") for c in "\u3000\u00a0\u2002\u2003\u2009\u202f\t"}
_FOLD |= {ord(a): ord(b) for a, b in ("’'", "‘'", '“"', '”"', "\uff70ー")}
_DASH_MARK = re.compile(r"(?<=[0-9)])ー(?=[0-9(])")
_FOREIGN = re.compile(r"[^\x00-\u024f\u1e00-\u1eff]")

# A number that its own label calls something else: "order 4111 ...", "追跡番号：4410 ...".
_LABELLED = re.compile(
    r"(?:\b(?:order|ticket|tracking|invoice|serial|s/n|sn|model|part|sku|case|ref|reference|booking"
    r"|confirmation|product|item|batch"
    r"|lot|job|request|shipment|parcel|waybill|consignment|isbn|jan|ean|upc|imei|barcode|error|firmware"
    r"|build|version|ver|fw)\b\.?"
    r"|注文|受注|追跡|伝票|送り状|問い?合わ?せ|請求書|製造|シリアル|型番|品番|商品|管理|受付|予約"
    r"|バージョン|ファームウェア|エラー|ロット|製品|コード)"
    r"[ ]?(?:number|no\.?|num\.?|id|code|番号|ナンバー|コード)?[ ]?(?:is|was|は|が|[:#=])?[ ]?[#v\"「(]?$",
    re.IGNORECASE,
)
_NUMERIC = frozenset({"PHONE", "CARD", "ID", "IP"})
_VERSION = re.compile(r"\b(?:v|rv|ver|version|firmware|build|release|fw)\b\.?[ :]?[a-z]{0,8}[ ]?$", re.IGNORECASE)
_NOT_PERSONAL_IP = re.compile(r"127\.|0\.0\.0\.0|255\.|::1?(?:/[0-9]+)?$")

# First names and surnames that are also English words: masked alone only where they are used as a name.
_ALSO_WORDS = re.compile(
    "will|may|mark|grace|joy|hope|faith|bill|rose|april|june|august|summer|art|rich|frank|grant|chase|chip|guy|jack|sky"
    "|dean|king|page|price|long|short|young|white|black|brown|green|day|best|case|law|the|and|van|von|der|del|los|mrs"
    "|miss|bell|wood|stone|cook|baker|major|sunny|dawn|eve|ray|pat|sue|rob|drew|carter|hunter|mason|parker|fields?"
    "|house|home|post|park|lane|street",
    re.IGNORECASE,
)
_HONORIFIC = "(?=[ ]?(?:様|さま|さん|氏|殿|先生|君|ちゃん))"
_NAME_PART = re.compile(r"[^\W\d_](?:[^\W\d_]|['.-]){0,39}")
_CUES = (r"Mr", r"Mr\.", "Mrs", r"Mrs\.", "Ms", r"Ms\.", "Miss", "Dr", "Hi", "Dear", "Hello", "Hey", "I'm", "is", "am")
_USED_AS_NAME = "|".join(rf"(?<=\b{cue} )" for cue in _CUES)
_HAN = r"[\u3400-\u9fff々]"
_KATAKANA = r"[\u30a0-\u30ff]"
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    label: str
    score: float
    key: str = ""  # what the book files it under, when that is not the text itself


class Placeholders:
    """The book of one ticket or customer: the same original gets the same placeholder. Holds salted hashes only."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._given: dict[bytes, str] = {}
        self._count: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._given)

    def __repr__(self) -> str:
        return f"Placeholders({len(self)})"

    def give(self, label: str, original: str) -> str:
        """Return the placeholder of `original`, e.g. `<EMAIL_1>`; spelling variants of one original share it."""
        spelling = f"{label}:{_spelling(label, original)}".encode("utf-8", "surrogatepass")
        key = hashlib.blake2b(spelling, key=self._salt, digest_size=16).digest()
        if key not in self._given:
            self._count[label] += 1
            self._given[key] = f"<{label}_{self._count[label]}>"
        return self._given[key]


class Redactor:
    """Masks personal data in English and Japanese. Open once with `open()`; safe to use from several threads."""

    def __init__(self, gates: Iterable["Gate"]) -> None:
        self._gates = tuple(gates)

    def mask(self, text: str, *, names: Sequence[str] = (), book: Placeholders | None = None) -> Masked:
        """Replace personal data in `text` by placeholders; masking what is masked changes nothing.

        `names`: full names known to be in play ("Maria Lopez", "山田 花子"); their parts are masked too.
        `book`: give the same one for all messages of a ticket, so that placeholders stay the same.
        """
        book = Placeholders() if book is None else book
        known = _known(names)
        guarded = _PLACEHOLDER.sub(lambda m: _GUARD * len(m[0]), text)
        spans: list[_Span] = []
        # What a first round masks can lay bare something that a second one finds: go on until nothing is found.
        while found := self._round(_fold(guarded), known):
            spans += found
            guarded = _blank(guarded, found)
        spans.sort(key=lambda span: span.start)
        return _written(text, spans, book)

    def _round(self, text: str, known: "_Known") -> list[_Span]:
        latin = text if text.isascii() else _FOREIGN.sub("\x01", text)
        spans = list(known.spans(text))
        for gate in self._gates:
            seen = latin if gate.latin else text
            if not gate.needs.search(seen):
                continue
            for hit in gate.recognizer.analyze(seen, [], None):
                end = hit.start + len(text[hit.start : hit.end].rstrip())
                span = _Span(hit.start, end, gate.label, hit.score)
                if hit.score >= 0.5 and not _look_alike(text, span):
                    spans.append(span)
        return _apart(_joined(spans, text), len(text))


def open() -> Redactor:
    """Load the recognizers and return a Redactor; takes seconds once per process, needs no network."""
    from ingest import recognizers

    return Redactor(recognizers.load())


@dataclass(frozen=True)
class _Known:
    """Names known to be in play: one pattern a writing, and the full name that each part belongs to."""

    words: frozenset[str] = frozenset()
    writings: tuple[str, ...] = ()
    owner: Mapping[str, str] = field(default_factory=dict)

    def spans(self, text: str) -> Iterator[_Span]:
        lowered = text.casefold()
        if not any(word in lowered for word in self.words):
            return
        for m in re.compile("|".join(self.writings), re.MULTILINE).finditer(text):
            yield _Span(m.start(), m.end(), "PERSON", 0.95, self.owner.get(_spelling("PERSON", m[0]), ""))


def _known(names: Sequence[str]) -> _Known:
    words: set[str] = set()
    writings: list[str] = []
    owner: dict[str, str] = {}
    for name in names:
        folded = _fold(unicodedata.normalize("NFKC", name))
        parts = [part for part in re.split(r"[\s・,]+", folded) if _NAME_PART.fullmatch(part)]
        if not parts:
            continue
        japanese = bool(_JAPANESE.search(name))
        writings += _japanese_writings(parts) if japanese else _latin_writings(parts)
        words |= {part[:1] if japanese else part.casefold() for part in parts}
        for spelling in ("".join(parts), "".join(reversed(parts)), *parts):
            owner.setdefault(_spelling("PERSON", spelling), " ".join(parts))
    return _Known(frozenset(words), tuple(sorted(writings, key=len, reverse=True)), owner)


def _latin_writings(parts: Sequence[str]) -> list[str]:
    edge, stop = r"(?<![^\W_\u3040-\u30ff\u3400-\u9fff])", r"(?![^\W_\u3040-\u30ff\u3400-\u9fff])"
    quoted = [re.escape(part) for part in parts]
    writings = []
    if len(parts) > 1:
        full = r"\s{1,3}(?:[A-Z]\.?\s)?".join(quoted)
        writings += [rf"{edge}(?i:{full}|{quoted[-1]},?\s{' '.join(quoted[:-1])}){stop}"]
    for part, plain in zip(parts, quoted, strict=True):
        if len(part) < 3 or _ALSO_WORDS.fullmatch(part):
            either = f"(?:{plain}|{plain.upper()})" if part.isascii() else plain
            writings += [rf"(?:{_USED_AS_NAME}){either}{stop}", rf"^{either}(?=[ .]*$)"]
        elif len(part) == 3:
            writings.append(rf"{edge}(?:{re.escape(part.title())}|{re.escape(part.upper())}|{plain}){stop}")
        else:
            writings.append(rf"{edge}(?i:{plain}){stop}")
    return writings


def _japanese_writings(parts: Sequence[str]) -> list[str]:
    writings = ["[ ・]?".join(re.escape(part) for part in parts)] if len("".join(parts)) > 1 else []
    if len(parts) == 1 and 3 <= len(parts[0]) <= 5:  # 山田花子, unsplit: any head of it before 様 or さん
        writings += [f"(?<!{_HAN}){parts[0][:size]}{_HONORIFIC}" for size in (1, 2, 3) if size < len(parts[0])]
    for part in parts:
        if len(part) > 1 and re.fullmatch(f"{_HAN}+", part):
            writings.append(f"(?:(?<!{_HAN})|(?<=[私僕俺])){part}(?=[様氏殿君宅家方]|先生|本人|名義|(?!{_HAN}))")
        elif len(part) > 1 and re.fullmatch(f"{_KATAKANA}+", part):
            writings.append(f"(?<!{_KATAKANA}){part}(?!{_KATAKANA})")
        else:
            writings.append(f"(?<!{_HAN}){re.escape(part)}(?=[ ]?(?:様|さま|さん|氏|殿|先生|君|ちゃん|です|と申))")
    return writings


def _fold(text: str) -> str:
    if text.isascii():
        return text
    return _DASH_MARK.sub("-", text.translate(_FOLD))


def _spelling(label: str, original: str) -> str:
    plain = unicodedata.normalize("NFKC", original).casefold()
    if label == "PHONE":  # +81 90-1234-5678 is 090-1234-5678
        return re.sub(r"[^0-9]", "", plain)[-9:]
    if label == "SECRET":
        return original.strip()
    return plain if label == "EMAIL" else re.sub(r"[\s\-‐-―−ー.・,()〒]", "", plain)


def _look_alike(text: str, span: _Span) -> bool:
    if span.label not in _NUMERIC:
        return False
    before = text[max(0, span.start - 40) : span.start]
    if _LABELLED.search(before):
        return True
    if span.label != "IP":
        return False
    value = text[span.start : span.end]
    glued = re.match(r"\.[0-9]", text[span.end : span.end + 2]) or re.search(r"[0-9A-Za-z]\.$", before)
    no_digit = not any(c.isdigit() for c in value)
    return bool(glued or no_digit or _VERSION.search(before) or _NOT_PERSONAL_IP.match(value))


def _joined(spans: Sequence[_Span], text: str) -> list[_Span]:
    """Make one of two addresses with only a comma or a space between them."""
    rest = [span for span in spans if span.label != "ADDRESS"]
    joined: list[_Span] = []
    for span in sorted((s for s in spans if s.label == "ADDRESS"), key=lambda s: (s.start, -s.end)):
        last = joined[-1] if joined else None
        if last and span.start - last.end <= 3 and not text[last.end : span.start].strip(", \n"):
            joined[-1] = _Span(last.start, max(last.end, span.end), "ADDRESS", max(last.score, span.score))
        else:
            joined.append(span)
    return rest + joined


def _apart(spans: Sequence[_Span], size: int) -> list[_Span]:
    """Keep spans that do not overlap, in order; where two do, the longer wins, then the higher score."""
    taken = bytearray(size)
    kept: list[_Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, -s.score, s.start, s.label)):
        if 1 not in taken[span.start : span.end]:
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _blank(text: str, spans: Sequence[_Span]) -> str:
    cuts = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    pieces = [text[a:b] if n % 2 == 0 else _GUARD * (b - a) for n, (a, b) in enumerate(pairwise(cuts))]
    return "".join(pieces)


def _written(text: str, spans: Sequence[_Span], book: Placeholders) -> Masked:
    pieces: list[str] = []
    found: list[Found] = []
    at = 0
    for span in spans:
        placeholder = book.give(span.label, span.key or text[span.start : span.end])
        found.append(Found(span.label, placeholder))
        pieces += (text[at : span.start], placeholder)
        at = span.end
    return Masked("".join((*pieces, text[at:])), tuple(found))
