"""Personal data out, placeholders in: the last step before a text is stored, embedded or shown to a model."""

import hashlib
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from ingest.personal.span import Finder, Page, Span
from ingest.records import Found, Masked

_PLACEHOLDER = re.compile(r"<[A-Z]{2,12}_[0-9]{1,9}>")
_GUARD = "\x00"  # stands where something is masked; no pattern matches it

# One character for one, so that positions stay true: full-width ASCII, dashes and quotes to ASCII.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0F}
_FOLD |= {ord(c): ord("-") for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\ufe63"}
_FOLD |= {ord(c): ord(" ") for c in "\u3000\u00a0\u2002\u2003\u2009\u202f\t"}
_FOLD |= {ord(a): ord(b) for a, b in ("’'", "‘'", '“"', '”"', "\uff70ー")}
_FOLDED = re.compile("[" + re.escape("".join(map(chr, _FOLD))) + "]|[0-9)]ー[0-9(]")
_DASH_MARK = re.compile(r"(?<=[0-9)])ー(?=[0-9(])")

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


class Book(Protocol):
    """Who hands out placeholders."""

    def give(self, label: str, original: str) -> str:
        """Return the placeholder of `original`, e.g. `<EMAIL_1>`; spelling variants of one original share it."""
        ...


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
        named = f"{label}:{spelling(label, original)}".encode("utf-8", "surrogatepass")
        key = hashlib.blake2b(named, key=self._salt, digest_size=16).digest()
        if key not in self._given:
            self._count[label] += 1
            self._given[key] = f"<{label}_{self._count[label]}>"
        return self._given[key]


class Redactor:
    """Masks personal data in English and Japanese. Open once with `open()`; safe to use from several threads."""

    def __init__(self, finders: Iterable[Finder]) -> None:
        self._finders = tuple(finders)

    def mask(self, text: str, *, names: Sequence[str] = (), book: Book | None = None) -> Masked:
        """Replace personal data in `text` by placeholders; masking what is masked changes nothing.

        `names`: full names known to be in play ("Maria Lopez", "山田 花子"); their parts are masked too.
        `book`: give the same one for all messages of a ticket, so that placeholders stay the same.
        """
        book = Placeholders() if book is None else book
        known = _known(names)
        guarded = _fold(_PLACEHOLDER.sub(lambda m: _GUARD * len(m[0]), text) if "<" in text else text)
        spans: list[Span] = []
        # What a first round masks can lay bare something that a second one finds: go on until nothing is found.
        while found := self._round(guarded, known):
            spans += found
            guarded = _blank(guarded, found)
        spans.sort(key=lambda span: span.start)
        return _written(text, spans, book)

    def _round(self, text: str, known: "_Known") -> list[Span]:
        page = Page(text)
        spans = list(known.spans(text))
        for finder in self._finders:
            spans += finder(page)
        return _apart(_joined(spans, text), len(text)) if spans else []


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

    def spans(self, text: str) -> Iterator[Span]:
        lowered = text.casefold()
        if not any(word in lowered for word in self.words):
            return
        for m in re.compile("|".join(self.writings), re.MULTILINE).finditer(text):
            yield Span(m.start(), m.end(), "PERSON", 0.95, self.owner.get(spelling("PERSON", m[0]), ""))


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
        for writing in ("".join(parts), "".join(reversed(parts)), *parts):
            owner.setdefault(spelling("PERSON", writing), " ".join(parts))
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
    if text.isascii() or not _FOLDED.search(text):
        return text
    return _DASH_MARK.sub("-", text.translate(_FOLD))


def spelling(label: str, original: str) -> str:
    """What all writings of one original share: `+81 90-1234-5678` and `０９０１２３４５６７８` are one PHONE."""
    plain = unicodedata.normalize("NFKC", original).casefold()
    if label == "PHONE":  # +81 90-1234-5678 is 090-1234-5678
        return re.sub(r"[^0-9]", "", plain)[-9:]
    if label == "SECRET":
        return original.strip()
    return plain if label == "EMAIL" else re.sub(r"[\s\-‐-―−ー.・,()〒]", "", plain)


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Make one of two addresses with only a comma or a space between them."""
    rest = [span for span in spans if span.label != "ADDRESS"]
    joined: list[Span] = []
    for span in sorted((s for s in spans if s.label == "ADDRESS"), key=lambda s: (s.start, -s.end)):
        last = joined[-1] if joined else None
        if last and span.start - last.end <= 3 and not text[last.end : span.start].strip(", \n"):
            joined[-1] = Span(last.start, max(last.end, span.end), "ADDRESS", max(last.score, span.score))
        else:
            joined.append(span)
    return rest + joined


def _apart(spans: Sequence[Span], size: int) -> list[Span]:
    """Keep spans that do not overlap, in order; where two do, the longer wins, then the higher score."""
    taken = bytearray(size)
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, -s.score, s.start, s.label)):
        if 1 not in taken[span.start : span.end]:
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _blank(text: str, spans: Sequence[Span]) -> str:
    cuts = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    pieces = [text[a:b] if n % 2 == 0 else _GUARD * (b - a) for n, (a, b) in enumerate(pairwise(cuts))]
    return "".join(pieces)


def _written(text: str, spans: Sequence[Span], book: Book) -> Masked:
    pieces: list[str] = []
    found: list[Found] = []
    at = 0
    for span in spans:
        placeholder = book.give(span.label, span.key or text[span.start : span.end])
        found.append(Found(span.label, placeholder))
        pieces += (text[at : span.start], placeholder)
        at = span.end
    return Masked("".join((*pieces, text[at:])), tuple(found))
