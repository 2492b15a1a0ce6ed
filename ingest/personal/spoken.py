"""Numbers and e-mail addresses as people say them: "double five", 「ゼロキュウゼロの」, "at example dot com"."""

import re
from collections.abc import Iterator

from ingest.personal.cues import nearest, said_before
from ingest.personal.numbers import luhn
from ingest.personal.span import Page, Span

_ONES = dict(
    zip(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], "0123456789", strict=True)
)
_ONES |= {"oh": "0", "o": "0", "nought": "0", "naught": "0", "niner": "9"}
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], "23456789", strict=True)
)
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_ONE = "zero|one|two|three|four|five|six|seven|eight|nine|oh|o|nought|naught|niner"
_WORD = rf"(?:(?:{_ONE}|{'|'.join(_TEENS)}|{'|'.join(_TENS)}|double|triple|treble|hundred)\b|[0-9]{{1,4}}\b)"
_PAUSE = r"(?:[ ,.\-]|\b(?:dash|hyphen|space|then|uh|um|plus)\b){1,6}"
_ENGLISH = re.compile(rf"\b(?:{_ONE}|double|triple|treble|{'|'.join(_TENS)})(?:{_PAUSE}{_WORD})++")
_TOKEN = re.compile("[a-z]+|[0-9]+")
_COUNTED = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "double",
    "triple",
    "treble",
    "zero",
    "oh",
)

# Longer writings first, so that ニイ is one digit.
_KANA = {
    "0": "ぜろ ゼロ れい レイ まる マル 〇 零 ○",
    "1": "いち イチ 一 壱",
    "2": "にい にー に ニイ ニー ニ 二 弐",
    "3": "さん サン 三 参",
    "4": "よん ヨン し シ 四",
    "5": "ごー ごお ご ゴー ゴオ ゴ 五",
    "6": "ろく ロク 六",
    "7": "なな ナナ しち シチ 七",
    "8": "はち ハチ 八",
    "9": "きゅう きゅー キュウ キュー く ク 九",
}
_SAID = {said: digit for digit, ways in _KANA.items() for said in ways.split()}
# ニイチ is two and one, not a long two.
_JA_DIGIT = (
    "|".join(sorted(_SAID, key=len, reverse=True)).replace("ニイ|", "ニイ(?!チ)|").replace("にい|", "にい(?!ち)|")
)
_JA_DIGIT += "|[0-9]"
_JAPANESE = re.compile(rf"(?:{_JA_DIGIT})(?:(?:[ 、,\-・]{{0,2}}|[のノ](?:[ 、]?))(?:{_JA_DIGIT}))++")
_JA_PIECE = re.compile(_JA_DIGIT)
_GLUED_HIRAGANA = re.compile(r"(?:h(?=-))?(.*-)h{0,2}")  # more than two in a row are digits that somebody says
_SPOKEN_JA = re.compile(f"[{''.join(sorted(set(''.join(_SAID))))}0-9のノ 、,・-]{{5,}}")  # where a number may be

_AT = r"(?: at sign | at the rate | at | @ | ?[(\[]at[)\]] ?)"
_DOT = r"(?: dot | ?[(\[]dot[)\]] ?| point )"
_MARK = rf"(?:{_DOT}|\.| (?:underscore|under score|dash|hyphen|minus|plus) )"
_SPELLED = r"(?:[a-z0-9] ){1,20}[a-z0-9]\b"
_LOCAL = rf"(?:{_SPELLED}|[a-z0-9_]{{1,30}})(?:{_MARK}(?:{_SPELLED}|[a-z0-9_]{{1,30}})){{0,4}}"
_DOMAIN = rf"[a-z0-9-]{{1,30}}(?:(?: ?dash | ?hyphen | )[a-z0-9-]{{1,20}})?(?:{_DOT}[a-z0-9-]{{2,20}}){{1,3}}\b"
_DICTATED = re.compile(rf"(?<![a-z0-9_.@'])({_LOCAL}){_AT}{_DOMAIN}")
_WRITTEN_OUT = re.compile(r"(?<![a-z0-9_.@'])[a-z0-9._-]{1,40}(?: ?[(\[](?:at|dot)[)\]] ?[a-z0-9._-]{1,30}){2,5}")
_MORE = re.compile(
    r"(?:e-?mail(?: address)?(?: is|'s|:)?|address is|it's|its|it is|reach me at|me at|write to) "
    r"((?:(?!is |it |at |the |my )[a-z0-9]{1,20} ){1,3})$"
)
_ENDS = "com|net|org|jp|co|uk|io|edu|gov|info|de|fr|au|ca|コム|ネット|ジェーピー|ジェイピー|オーアールジー|シーオー"
_PART_JA = r"[A-Za-z0-9\u30a1-\u30faー・_.\- 、「」]"
_LOCAL_JA = re.compile(rf"{_PART_JA}{{1,60}}\Z")
_DOMAIN_JA = re.compile(
    rf"アット・?(?:マーク)?{_PART_JA}{{1,40}}?(?:ドット|点|\.)[ 、」・]?(?:{_ENDS})"
    rf"(?:[ 、「]?(?:ドット|点|\.)[ 、」]?(?:{_ENDS})){{0,2}}"
)


def find(page: Page) -> Iterator[Span]:
    """Yield the numbers and e-mail addresses that are spelled out in words."""
    if " dot " in page.low or "dot)" in page.low or "dot]" in page.low:
        yield from _emails(page)
    if "アット" in page.text:
        yield from _emails_in_japanese(page)
    if sum(word in page.low for word in _COUNTED) >= 2 or "double" in page.low:
        for m in _ENGLISH.finditer(page.low):
            yield from _judged(page, m.start(), m.end(), _digits(m[0]))
    if page.japanese:
        yield from _japanese_numbers(page)


def _emails(page: Page) -> Iterator[Span]:
    for m in _WRITTEN_OUT.finditer(page.low):
        yield Span(m.start(), m.end(), "EMAIL", 0.8)
    for m in _DICTATED.finditer(page.low):
        before = page.before(m.start(), 60)
        more = _MORE.search(before)
        yield Span(m.start() - (len(more[1]) if more else 0), m.end(), "EMAIL", 0.8)


def _emails_in_japanese(page: Page) -> Iterator[Span]:
    past = 0
    for domain in _DOMAIN_JA.finditer(page.text):
        said = page.text[max(past, domain.start() - 60) : domain.start()]
        local = _LOCAL_JA.search(said)
        if local and local[0].strip(" 、「」・"):
            yield Span(domain.start() - len(local[0].lstrip(" 、「」・")), domain.end(), "EMAIL", 0.8)
        past = domain.end()


def _japanese_numbers(page: Page) -> Iterator[Span]:
    regions = (region.span() for region in _SPOKEN_JA.finditer(page.text) if not region[0].isascii())
    for m in (m for start, end in regions for m in _JAPANESE.finditer(page.text, start, end)):
        pieces = [(p.start(), p.end(), p[0]) for p in _JA_PIECE.finditer(page.text, *m.span())]
        pieces = _trimmed(pieces, page.text[m.start() - 1 : m.start()], page.text[m.end() : m.end() + 1])
        if len(pieces) > 2 and not page.text[pieces[0][0] : pieces[-1][1]].isascii():
            digits = "".join(_SAID.get(piece, piece) for _, _, piece in pieces)
            yield from _judged(page, pieces[0][0], pieces[-1][1], digits)


def _trimmed(pieces: list[tuple[int, int, str]], before: str, after: str) -> list[tuple[int, int, str]]:
    """Without hiragana at the ends beside other writing: にし after ...5678 is no number, さん before 090 an honorific.

    Katakana that a word goes on with is no digit either, as ク in 5678 クラタ.
    """
    while pieces and _is_katakana(after) and _is_katakana(pieces[-1][2]):
        pieces = pieces[:-1]
    while pieces and _is_katakana(before) and _is_katakana(pieces[0][2]):
        pieces = pieces[1:]
    said = "".join("h" if _is_hiragana(piece) else "-" for _, _, piece in pieces)
    glued = _GLUED_HIRAGANA.fullmatch(said)
    return pieces[slice(*glued.span(1))] if glued else pieces


def _is_katakana(piece: str) -> bool:
    return "\u30a1" <= piece[:1] <= "\u30fa"


def _is_hiragana(piece: str) -> bool:
    return "\u3041" <= piece[0] <= "\u3096"


def _judged(page: Page, start: int, end: int, digits: str) -> Iterator[Span]:
    """The span of a spoken number, where words before it or its length say that it is personal."""
    while end > start and page.text[end - 1] in " ,.-":
        end -= 1
    if not 3 <= len(digits) <= 19 or "0123456789".startswith(digits[:9]) or "123456789".startswith(digits[:9]):
        return
    kind = nearest(said_before(page, start), len(digits))
    if kind and kind.label:
        yield Span(start, end, kind.label, 0.8)
    elif kind is None and len(digits) >= 9:
        yield Span(start, end, "CARD" if len(digits) >= 14 and luhn(digits) else "PHONE", 0.6)


def _digits(said: str) -> str:
    """The digits of English number words: "double five twenty three" is 5523."""
    out: list[str] = []
    times, tens = 1, False
    for word in _TOKEN.findall(said):
        digit = _ONES.get(word) or (word if word.isdigit() else "")
        if word in _TIMES:
            times = _TIMES[word]
            continue
        if word in _TENS:
            out.append(_TENS[word] + "0")
        elif word in _TEENS:
            out.append(str(10 + _TEENS.index(word)))
        elif word == "hundred":
            out.append("00")
        elif digit and tens and len(digit) == 1 and digit != "0":
            out[-1] = out[-1][0] + digit
        elif digit:
            out.append(digit * times)
        times, tens = 1, word in _TENS
    return "".join(out)
