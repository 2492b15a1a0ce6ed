"""People named in Japanese: the words around say that a name stands there, its shape where it begins."""

import re
from collections.abc import Iterator
from itertools import chain

from ingest.personal.contexts_ja import (
    ASIDE,
    BEFORE,
    FILLERS,
    HONORIFIC,
    HUMAN,
    INTRODUCES,
    SAYS,
    STARTS,
    WEAK_HONORIFICS,
)
from ingest.personal.forms_ja import Forms
from ingest.personal.glued_ja import Glued
from ingest.personal.names import Names
from ingest.personal.shape_ja import Shapes, is_han
from ingest.personal.span import HAN, HIRA, KATA, LATIN, Finder, Page, Span
from ingest.personal.words_ja import NOT_HIRAGANA

_HAN_TAIL = re.compile(
    rf"(?<![{HAN}])[{HAN}](?:[{HAN}]|[ヶケノツ](?=[{HAN}])){{0,9}}(?:[ ・](?:[{HAN}]{{1,3}}|[{HIRA}]{{2,4}}"
    rf"|[{KATA}]{{2,6}}))?\Z"
)
_KATA_TAIL = re.compile(
    rf"(?:(?<![{HAN}])[{HAN}]{{1,4}} [{KATA}]{{2,6}}"
    rf"|(?<![{KATA}])[{KATA}]{{2,12}}(?:[・=][{KATA}]{{1,12}}| [{KATA}]{{2,12}}){{0,3}})\Z"
)
_LATIN_TAIL = re.compile(rf"(?<![{LATIN}0-9@._-])[A-Za-z][{LATIN}'-]{{1,20}}(?: [A-Za-z][{LATIN}'-]{{1,20}}){{0,2}}\Z")
_HIRA_TAIL = re.compile(
    rf"(?:(?<![{HAN}])[{HAN}]{{1,4}} [{HIRA}]{{2,4}}|(?<![{HIRA}])[{HIRA}]{{2,10}}(?: [{HIRA}]{{2,6}})?)\Z"
)
_COUNTED = re.compile(r"[一二三四五六七八九十百数何両]+名\Z")
_JOBS = re.compile(r".[師士者員人係業長官工主]\Z|[幹理監領]事\Z")
_LEFT_EDGES = frozenset("のはがをにへと、。,.!?:(「\n 　") | {""}  # before these four kanji at most are one whole word
# 佐川さんの営業所 is a company's.
_AT_WORK = re.compile("の(?:営業所|配達員|ドライバー|集配)")
_PAIR = re.compile(
    rf"(?<![{HAN}・])(?P<one>[{HAN}]{{2,4}})[・と](?P<two>[{HAN}]{{2,4}})(?![{HAN}・])(?=の(?:二名|両名|2名|二人|2人)"
    rf"|が(?:参|伺|担当|対応|訪問)|で(?:参|伺|対応|訪問)|さん|様|です|と申)|(?<![{HAN}・])(?P<three>[{HAN}]{{2,4}})・"
    rf"(?P<four>[{HAN}]{{2,3}}?)(?=両名|様|氏)"
)
_PARTICLE = re.compile("[のはがともをにへで]")
_COMPANY_LATIN = re.compile(
    r"(?:amazon|apple|google|sony|yahoo|microsoft|panasonic|nintendo|rakuten|ikea|nitori|aozora|facebook|twitter|line"
    r"|zoom|support|team|customer|kizuna|sharp|dyson|docomo|softbank|paypay|visa|instagram|shop|store|home|user)\b",
    re.I,
)

_ASIDE_READING = re.compile(rf"(?:\([{HIRA}{KATA} ・]{{2,16}}\))? ?\Z")
_ASIDE_FIRST = frozenset("がかよにはをとのまで")
_READING = re.compile(rf"[ ]?[(\[](?P<kana>[{HIRA}{KATA} ・]{{2,18}})[)\]]|/(?P<slash>[{HIRA}{KATA} ]{{2,18}})")
_READ_HAN = re.compile(
    rf"(?<![{HAN}])(?P<han>[{HAN}]{{1,6}}(?: [{HAN}]{{1,3}})?)[(/](?P<kana>[{HIRA}{KATA}"
    rf" ]{{2,14}})(?![{HIRA}{KATA}])\)?"
)
_CALLED = re.compile(r" ?(?:です|と申|と読|と言|といい|様|さん|でござ|で予約|$|\n|、|。)")
_HAN_RUN = re.compile(rf"[{HAN}]{{2,}}")
_SPACED = re.compile(
    rf"(?<![{HAN}])(?P<surname>[{HAN}]{{1,4}})[ ・](?P<given>[{HAN}]{{1,3}}?)(?=[様殿氏宛]|先生|(?![{HAN}]))"
)
_KATA_RUN = re.compile(rf"(?<![{KATA}])[{KATA}]{{2,10}}(?:[・=][{KATA}]{{1,10}}| [{KATA}]{{2,10}}){{0,3}}(?![{KATA}])")
_HAN_HIRA = re.compile(
    rf"(?<![{HAN}])(?P<surname>[{HAN}]{{1,4}}) (?P<given>[{HIRA}]{{2,5}}?)(?=[様殿氏宛さ、。,.)\n]|です|と申|と言"
    rf"|といい|$)"
)
_HIRA_FULL = re.compile(
    rf"(?<![{HIRA}])[{HIRA}]{{2,5}} [{HIRA}]{{2,5}}(?![{HIRA}])"
    rf"|(?<=[はが「(:])[{HIRA}]{{2,5}} [{HIRA}]{{2,4}}?(?=です|と申|と読)"
)
_NOT_ENDS = frozenset("県市区町村駅店港空本支通線橋寺社")
_BRANDS = re.compile(
    r"マイケル・コース|ラルフ・ローレン|ケイト・スペード|トミー・|カルバン・|ジョン・ルイス|ポール・スミス"
    r"|ハリー・ポッター|ロバート・|マツモトキヨシ|タカシマヤ|マツザカヤ|ヤマダデンキ"
)


def finder(names: Names) -> Finder:
    """A finder of people in Japanese text by `names` and by the words around them."""
    return _People(names).find


def _tail(said: str) -> re.Match[str] | None:
    """What `said` ends in that may be a name: a run of kanji, katakana, Latin letters or hiragana."""
    last = said[-1:]
    if is_han(last):
        return _HAN_TAIL.search(said, max(0, len(said) - 16))
    if "\u30a1" <= last <= "\u30fc":
        return _KATA_TAIL.search(said)
    if "\u3041" <= last <= "\u3096":
        return _HIRA_TAIL.search(said, max(0, len(said) - 18))
    return _LATIN_TAIL.search(said) if last.isalpha() else None


class _People:
    def __init__(self, names: Names) -> None:
        self._shapes = Shapes(names)
        self._forms = Forms(self._shapes)
        self._glued = Glued(self._shapes)

    def find(self, page: Page) -> Iterator[Span]:
        if not page.japanese:
            return
        text = page.text
        found = (self._han(text), self._honored(text), self._introduced(text), self._forms.find(text))
        for start, end in (*chain(*found), *self._glued.find(text)):
            start, end = self._glued.whole(text, start, end)
            while end > start and text[end - 1] == " ":
                end -= 1
            yield Span(start, end, "PERSON", 0.7)
            if reading := _READING.match(text, end):
                yield Span(*reading.span(reading.lastgroup or 0), "PERSON", 0.7)

    def _han(self, text: str) -> Iterator[tuple[int, int]]:
        """Full names alone, and names that somebody speaks of."""
        for m in _HAN_RUN.finditer(text):
            run = m[0]
            if len(run) > 12:
                continue
            if 2 < len(run) <= 6 and (
                (self._shapes.starts(run) and self._full(run)) or self._shapes.full_by_given(run)
            ):
                yield m.span()
            elif text[m.end() : m.end() + 1] in _ASIDE_FIRST and ASIDE.match(text, m.end()):
                at = self._shapes.begins(run, sure=HUMAN.match(text, m.end()) is not None)
                if at is not None and len(run) - at > 1 and not self._shapes.is_place(run[at:]):
                    yield m.start() + at, m.end()
        for m in _SPACED.finditer(text) if " " in text or "・" in text else ():
            if self._shapes.listed(m[0]) or (m[0][-len(m["given"]) - 1] == " " and self._shapes.shaped(m[0])):
                yield m.span()
            elif (at := self._shapes.begins(m["surname"], sure=False)) and self._shapes.listed_given(m["given"]):
                yield m.start() + at, m.end()
        for m in _HAN_HIRA.finditer(text) if " " in text else ():
            if m["given"] in self._shapes.kana and self._shapes.fits(m["surname"], sure=False):
                yield m.span()
        for m in _PAIR.finditer(text) if "・" in text or "と" in text else ():
            if self._shapes.two_people(m["one"] or m["three"], m["two"] or m["four"]):
                yield from (m.span(group) for group in m.groupdict() if m[group])
        for m in _KATA_RUN.finditer(text):
            if _BRANDS.match(m[0]):
                continue
            if self._shapes.full_kana(m[0]):
                yield m.span()
            elif " " in m[0] and (pair := self._shapes.kana_pair(m[0])):
                yield m.start() + pair[0], m.start() + pair[1]
        for m in _HIRA_FULL.finditer(text) if " " in text else ():
            if self._shapes.kana_pair(m[0]):
                yield m.span()
        if "(" in text or "/" in text:
            yield from self._read(text)

    def _full(self, run: str) -> bool:
        """Say whether kanji are a listed surname and a given name."""
        size = self._shapes.surname(run)
        given = run[size:]
        return bool(size and given and self._shapes.possible(run)) and (
            self._shapes.listed_given(given)
            or (size > 1 and len(given) == 2 and self._shapes.given(given) and given[0] not in _NOT_ENDS)
        )

    def _read(self, text: str) -> Iterator[tuple[int, int]]:
        """Kanji whose reading is given, as 汐見(しおみ)."""
        for m in _READ_HAN.finditer(text):
            name, kana = m["han"], m["kana"]
            known = any(part in self._shapes.kana for part in kana.split(" ")) or self._shapes.full_kana(kana)
            called = _CALLED.match(text, m.end())
            if (known and self._shapes.fits(name, sure=True)) or (called and self._shapes.fits(name, sure=False)):
                yield m.span("han")

    def _honored(self, text: str) -> Iterator[tuple[int, int]]:
        for honorific in HONORIFIC.finditer(text):
            if honorific[0] == "さん" and _AT_WORK.match(text, honorific.end()):
                continue
            end = honorific.start() - (text[honorific.start() - 1 : honorific.start()] == " ")
            low = max(0, end - 40)
            m = _tail(text[low:end])
            if m:
                at = self._named(text, m[0], low + m.start(), honorific[0])
                if at is not None:
                    yield low + m.start() + at, end

    def _named(self, text: str, name: str, start: int, honorific: str) -> int | None:
        """Where in `name`, which stands before an honorific, the name of a person begins."""
        before = text[max(0, start - 2) : start]
        weak = honorific in WEAK_HONORIFICS or honorific[-1] == "長"
        if not is_han(name[0]):
            if name[0] > "\u30a0" or name[0] <= "\u024f":
                if before in ("会社", "法人") or _BRANDS.match(name):
                    return None
                sure = not weak and (
                    name[0].isupper() and not name.isupper()
                    if name[0] <= "\u024f"
                    else honorific[0] != "さ" or (len(name) < 6 and bool(ASIDE.match(text, start + len(name) + 2)))
                )
                kana = not _COMPANY_LATIN.match(name) and self._shapes.kana_name(name, sure)
                native = name[0] > "\u30a0" and self._shapes.native(name, told=weak)
                if native and honorific in ("さん", "宛", "あて", "の名義"):
                    return 0
                told = name in self._shapes.kana or ("・" in name and honorific in ("宛", "あて", "氏", "先生"))
                return 0 if kana and not (weak and name[0] > "\u30a0" and not told) else None
            return None if weak else self._hiragana(text, name, start, honorific)
        if before[-1:] in ("お", "ご", "御") or (re.match(f"[{KATA}A-Za-z0-9]", before[-1:]) and len(name) < 2):
            return None
        if (
            (_JOBS.search(name) and not self._shapes.listed(name))
            or _COUNTED.search(name)
            or before in ("会社", "法人")
        ):
            return None
        at = self._shapes.begins(name, sure=not weak or honorific == "殿", lone=not weak)
        if at is None and " " in name:
            tail = name.rpartition(" ")[2]
            at = self._shapes.begins(tail, sure=not weak, lone=not weak) if is_han(tail[0]) else None
            at = None if at is None else at + len(name) - len(tail)
        if at is None and not weak and before[-1:] in _LEFT_EDGES and self._shapes.odd(name):
            at = 0
        if at is None or (weak and self._shapes.is_place(name[at:])) or name[:at].endswith(("会社", "法人")):
            return None
        return at

    def _hiragana(self, text: str, name: str, start: int, honorific: str) -> int | None:
        for at in (0, *(m.end() for m in _PARTICLE.finditer(name))):
            rest = name[at:]
            if len(rest) < 2 or rest[0] == "お" or rest[1:] in NOT_HIRAGANA or (len(rest) < 3 and rest in NOT_HIRAGANA):
                continue
            if at == 0 and rest in self._shapes.kana and (surname := self._surname_before(text, start)):
                return -surname
            if rest in self._shapes.kana or any(part in self._shapes.kana for part in rest.split(" ")):
                return at
            bounded = at == 0 or name[at - 1] == "の"
            if 2 <= len(rest) <= 4 and bounded and self._shapes.kana_name(rest, sure=True):
                behind = text[start - 1 : start]
                if (at == 0 and behind != "\x00" and not is_han(behind or " ")) or (
                    at == 1 and honorific in ("ちゃん", "くん", "さん")
                ):
                    return at
        return None

    def _surname_before(self, text: str, at: int) -> int:
        """How many kanji before `at` are a surname, as 名越 in 名越みずほ; 0 without any."""
        m = _HAN_TAIL.search(text, max(0, at - 6), at)
        return len(m[0]) if m and " " not in m[0] and len(m[0]) < 4 and self._shapes.fits(m[0], sure=False) else 0

    def _introduced(self, text: str) -> Iterator[tuple[int, int]]:
        for m in SAYS.finditer(text):
            low = max(0, m.start() - 40)
            said = text[low : m.start()]
            said = said[: _ASIDE_READING.search(said).start()]  # type: ignore[union-attr]  # matches the empty string too
            name = _tail(said)
            if name:
                begin = self._begin(text, name[0], low + name.start(), bool(m["strong"]))
                if begin is not None:
                    yield begin, low + len(said)

    def _begin(self, text: str, name: str, start: int, strong: bool) -> int | None:
        """Where in `name`, which stands before と申します or です, the name of a person begins."""
        if " " in name and is_han(name[0]) and not strong and not self._shapes.fits(name, sure=False):
            start, name = start + name.index(" ") + 1, name.partition(" ")[2]
        if not is_han(name[0]):
            return self._begin_kana(text, name, start, strong)
        if strong:
            at = self._shapes.begins(name, sure=True, lone=True)
            if at is None and text[start - 1 : start] in _LEFT_EDGES and self._shapes.odd(name):
                at = 0
            return None if at is None else start + at
        odd = len(name) == 3 and self._shapes.odd(name)
        if text[start - 1 : start] not in BEFORE or not (odd or self._shapes.begins(name, sure=True) is not None):
            return None  # spares the long pattern
        led = INTRODUCES.search(text[max(0, start - 34) : start])
        if not led and not STARTS.search(text[max(0, start - 14) : start]):
            return None
        at = self._shapes.begins(name, sure=bool(led and led["sure"]), lone=False)
        if at is None and odd and led and led["sure"]:
            at = 0
        if (
            at is None
            or (not led and (self._shapes.is_place(name[at:]) or not self._shapes.plain(name[at:])))
            or (at and not led and len(name) - at < 2)
        ):
            return None
        return start + at

    def _begin_kana(self, text: str, name: str, start: int, strong: bool) -> int | None:
        hiragana = "\u024f" < name[0] < "\u30a0"
        if hiragana and (said := FILLERS.match(name)) and name[said.end() :] in self._shapes.kana:
            start, name = start + said.end(), name[said.end() :]
        whole = hiragana and self._shapes.full_hiragana(name)
        for m in _PARTICLE.finditer(name) if hiragana and not whole else ():
            if name[m.end() :] in self._shapes.kana and len(name) - m.end() > 1:
                start, name = start + m.end(), name[m.end() :]
                break
        if _BRANDS.match(name) or _COMPANY_LATIN.match(name):
            return None
        if (name in self._shapes.kana or self._shapes.native(name)) and (surname := self._surname_before(text, start)):
            return start - surname
        before = text[max(0, start - 34) : start]
        if strong:
            return start if self._shapes.kana_name(name, sure=True) else None
        if hiragana and not whole and not self._shapes.kana_name(name, sure=False):
            return None
        led = bool(INTRODUCES.search(before))
        if not led and not STARTS.search(before):
            return None
        if whole or self._shapes.full_kana(name) or (len(name) > 2 and name in self._shapes.kana_surnames):
            return start
        parts = re.split("[ ・=]", name)
        if len(parts) > 1:
            return start if self._shapes.kana_name(name, sure=led) else None
        if led and name[0] > "\u30a0":
            return start if self._shapes.native(name) else None
        return start if led and name in self._shapes.kana else None
