"""Japanese names of kanji and kana without a blank, 高橋ゆかり and 安西トメ子, and those in half-width katakana."""

import re
import unicodedata
from collections.abc import Iterator

from ingest.personal.shape_ja import Shapes, is_han
from ingest.personal.span import HAN, HIRA, KATA
from ingest.personal.words_ja import NOT_HIRAGANA

_KANA_AFTER = re.compile(f"[{HIRA}]{{2,7}}|[{KATA}]{{2,6}}")
_BOUND = re.compile(
    r"$|[\s、。,.()「」『』:;!?様殿氏宛名]|です|でし|でご|だ[とけ。\n]|と[申いのもか言]|さ[んま]|[がはのにをもへで]|より|から|まで"
)
_SURNAME_BEFORE = re.compile(rf"(?<![{HAN}])[{HAN}]{{1,4}}\Z")
# 安西トメ子: the katakana of such names have two or three syllables.
_MIXED = re.compile(
    rf"(?<![{HAN}{KATA}])(?P<surname>[{HAN}]{{1,4}})(?P<given>[{KATA}]{{2,3}}[子江代美枝恵夫男雄郎吉次治])(?![{HAN}{KATA}])"
    rf"|(?<![{HAN}{KATA}])(?P<alone>[{KATA}]{{2,3}}[子江代枝])(?=さん|様|さま|ちゃん|、[0-9]{{2}}歳|と申)"
)
# 柏木ケンタ
_FULL = re.compile(rf"(?<![{HAN}])[{HAN}]{{2,3}}(?=[{HIRA}]{{2}}|[{KATA}]{{2}})")
_HALF = re.compile("(?<![\uff65-\uff9f])[\uff66-\uff9fー]{2,12}(?: [\uff66-\uff9fー]{2,12})?(?![\uff65-\uff9f])")
_HALF_WIDTH = re.compile("[\uff66-\uff9d]")
_HALF_TOLD = re.compile(r"(?:名義人?|カナ|氏名|名前|ヨミ|受取人|振込人)[^\n。]{0,4}\Z|\x00 ?\Z")


class Glued:
    """Finds the rest of a name whose other part is found, and names of mixed writing, with the `shapes` of names."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def whole(self, text: str, start: int, end: int) -> tuple[int, int]:
        """`[start, end)`, and the given name in kana behind its kanji, or the surname in kanji before its kana."""
        if is_han(text[end - 1]) and (kana := _KANA_AFTER.match(text, end)):
            for size in range(len(kana[0]), 1, -1):
                given = kana[0][:size]
                if given in self._shapes.kana_given and given not in NOT_HIRAGANA and _BOUND.match(text, end + size):
                    return start, end + size
        for more in (1, 2) if start > 1 and "\u3041" <= text[start] <= "\u3096" else ():  # 佐久間は|るな
            if text[start - more : end] in self._shapes.kana_given and is_han(
                text[start - more - 1 : start - more] or " "
            ):
                start -= more
                break
        before = None if is_han(text[start]) else _SURNAME_BEFORE.search(text, max(0, start - 6), start)
        surname = before[0] if before else ""
        fits = surname and self._shapes.fits(surname, sure=False) and not self._shapes.relation(surname)
        return (start - len(surname) if fits else start), end

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield names of mixed writing, and pairs of half-width katakana of which a part is listed."""
        for m in _MIXED.finditer(text):
            if self._shapes.native((m["given"] or m["alone"])[:-1], told=True):
                if m["alone"] or self._shapes.fits(m["surname"], sure=False):
                    yield m.span()
                elif self._shapes.relation(m["surname"]):
                    yield m.span("given")
        for m in _FULL.finditer(text):
            start, end = self.whole(text, *m.span())
            if end > m.end() and self._shapes.listed_surname(m[0]) and not self._shapes.is_place(m[0]):
                yield start, end
        for m in _HALF.finditer(text) if _HALF_WIDTH.search(text) else ():
            parts = unicodedata.normalize("NFKC", m[0]).split(" ")
            told = _HALF_TOLD.search(text, max(0, m.start() - 10), m.start()) is not None
            listed = [part in self._shapes.kana for part in parts]
            native = all(self._shapes.native(part, told=True) for part in parts)
            if (told and native) or (len(parts) > 1 and (all(listed) or (any(listed) and native))):
                yield m.span()
