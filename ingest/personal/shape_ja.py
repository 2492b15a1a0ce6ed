"""Whether Japanese writing is made like a name: by the lists first, else by what its characters are used for."""

import re
from collections import Counter
from itertools import pairwise

from ingest.personal.names import Names
from ingest.personal.span import words
from ingest.personal.words_ja import (
    EVERYDAY,
    LEADING,
    LONE_WORDS,
    NOT_HIRAGANA,
    NOT_KATAKANA,
    NOT_PEOPLE,
    PLACES,
)

_LEADING = re.compile(LEADING)
_NOT_KATA = re.compile(NOT_KATAKANA)
_SEVERAL = 4  # so many names make an ending a usual one
_LINKS = frozenset("ヶケノ々ツ")
# Last characters of given names in kanji, beside those of the list.
_GIVEN_ENDS = frozenset(
    "子美郎太介也人樹香奈恵代江彦夫男雄一二平斗真花菜衣乃織里沙輔治司志之行生弥哉翔希紀貴朗吾助蔵造作吉哲仁義信次三久"
    "和幸明宏博浩康弘孝隆史"
    "岳恩俊賢姫淑順熙敏載煥桐偉芳静麗娜強磊艶軍傑娟涛超蘭霞緒帆音向英栄空都咲雪寧々七渉理晴道結羅良礼季紬丞大翼成進敬"
    "治豪誉侑侃偲健元亮允充克兼剣伶佑佳俊倫樺槙潤烈玖琉瑚瑠瑳登睦笙綸翠舜芽茅葉愛羽月那苗穂絵枝世麻加和佳歌珠琴鈴恋心"
    "陽悟馬真臣磨伍雅毅武剛豊茂勲稔薫渚澪凪湊蓮凛葵楓椿杏桜梢瞳光輝晃暁旭昇昴匠拓湧巧廉諒怜玲遼稜凌"
)
# Last characters of surnames that the list lacks at that place.
_SURNAME_ENDS = frozenset(
    "俣住治茂頭削渕峨皿桐乾真伊蘇曇甲柄樋迫笠駒寿生笛椎楢欅榎茨荻萩葦薗淀瀧濱塙埴圷咲勢瀬戸祐路市来満久光重成朝春秋明武"
    "門像摩我慈磨沼木枝掛飼渡内根崎瀬島嶋壁倉鳥熊鹿塩杉柏楠桑梨森鶴石岩砂坂峠尾浦江池沢淵滝泉川畠窪塚岡丘城垣屋家宮代"
    "重富吉永守安貞星原野谷田町里村辺刀巻浜澤邉"
)
# Surnames of one character in China and Korea.
_CONTINENTAL = frozenset(
    "張王李陳劉楊黄趙呉周徐孫馬朱胡郭何林高羅鄭梁謝宋唐許韓馮鄧曹彭曾蕭董袁潘蔣蔡余杜葉程蘇魏呂任沈姚盧姜崔鍾譚陸汪范"
    "金廖賈韋方白鄒孟秦邱江尹薛段雷侯龍史黎賀顧毛龔邵武戴莫孔湯朴申権安柳洪裵南成車羅"
)
# Given names that are words: 元気.
_LIVELY = words(
    "元気 勇気 大和 光輝 正直 未来 希望 夏海 海里 天音 南海 夏生 水面 有明 文美 清美 大気 和音 音色 正平 新治"
)
# After a surname of two syllables, so that コンタクト is no name.
_LONG_GIVEN = re.compile("[ァ-ヶー]{2,}(?:[コミエオヤキカナヨリ]|ロウ|イチ|スケ|ヘイ|シ|ジ|ユキ|ヒロ|アキ)$")
_SUFFIXES = frozenset("中用製済別側毎時分系型式付的性化形")  # 出張中, 木製
_DOUBTFUL_ENDS = frozenset("上下会伯元内出分切利合名地場多女好子形我所手方日月極楽波洗海科立美羽者花見車遊間院際")
# Last characters of words for departments, roles and organizations.
_ROLE_ENDS = frozenset(
    "先社店局校院館会課部室園所者員人係業長官工士師主組団体械器機品物費料金額証書票券状族側等用元手方屋署板"
)
_PLACE_ENDS = frozenset("市区県駅町村店屋港")  # of towns and shops, where no list says otherwise
_KATA_PARTS = re.compile("[ ・=]")
# Katakana made of Japanese syllables only, as readings of names and the names of older women are.
_NATIVE = re.compile("(?:[アイウエオカ-ヂツ-モヤユヨ-ロワヲンヅ]|[キシチニヒミリギジビ][ャュョ]){2,5}")
_FEMININE = frozenset("エコヨミノナキヲメツルヤカヱセシクマイラサリア")
_NOT_SAID_OF = re.compile("ー$|[フズプグムブトルス]$")


class Shapes:
    """What a name looks like, by the listed `names` and by the characters that these are made of."""

    def __init__(self, names: Names) -> None:
        self._names = names
        sizes: dict[str, set[int]] = {}
        for name in names.kanji_surnames:
            sizes.setdefault(name[0], set()).add(len(name))
        self._sizes = {first: sorted(lengths, reverse=True) for first, lengths in sizes.items()}
        surname_ends = _usual_ends(names.kanji_surnames)
        self._surname_ends = _SURNAME_ENDS | surname_ends
        self._plain_ends = surname_ends - _DOUBTFUL_ENDS
        self._given_ends = _GIVEN_ENDS | _usual_ends(names.kanji_given)
        self._alone = names.kanji_given - _LIVELY
        self.latin = names.given | names.surnames
        self.kana_surnames = names.kana_surnames
        self.kana_given = names.kana_given
        self.kana = names.kana_surnames | names.kana_given | names.katakana

    def starts(self, run: str) -> bool:
        """Say whether any listed surname starts as `run` does."""
        return run[0] in self._sizes

    def surname(self, run: str, at: int = 0) -> int:
        """How many characters at `at` are a listed surname; the longest one, 0 without any."""
        for size in self._sizes.get(run[at : at + 1], ()):
            if run[at : at + size] in self._names.kanji_surnames:
                return size
        return 0

    def given(self, word: str) -> bool:
        """Say whether kanji are a listed given name, or made like one of two or three characters."""
        if word in self._names.kanji_given:
            return True
        return 2 <= len(word) <= 3 and word[-1] in self._given_ends and self.possible(word)

    def listed_given(self, word: str) -> bool:
        """Say whether kanji are a listed given name."""
        return word in self._names.kanji_given

    def listed_surname(self, word: str) -> bool:
        """Say whether kanji are a listed surname."""
        return word in self._names.kanji_surnames

    def relative(self, name: str) -> bool:
        """Say whether kanji behind 息子の or 妻の are the given name of somebody, and not a thing or a word."""
        if name in NOT_PEOPLE or name in LONE_WORDS:
            return False
        if len(name) == 1:
            return name in self._names.kanji_given or (name in self._given_ends and name not in EVERYDAY)
        return self.given(name) or self.listed(name)

    def listed(self, name: str) -> bool:
        """Say whether a name is in the lists: a surname, alone or with a given name, or such a pair with a blank."""
        if name in self._names.kanji_surnames or (len(name) > 1 and name in self._alone):
            return True
        for size in self._sizes.get(name[0], ()):
            if name[:size] in self._names.kanji_surnames:
                rest = name[size:].lstrip(" ・")
                if rest in self._names.kanji_given or (rest != name[size:] and rest in self._names.kana_given):
                    return True
                if size > 1 and rest and rest != name[size:] and self.given(rest):
                    return True
                if size > 1 and 2 <= len(rest) <= 3 and rest[-1] in self._given_ends and self.possible(name):
                    return True
        return False

    def possible(self, name: str) -> bool:
        """Say whether kanji may be a name in no list: no everyday kanji, no common word."""
        parts = name.split(" ")
        return (
            EVERYDAY.isdisjoint(name)
            and name not in NOT_PEOPLE
            and len(parts) <= 2
            and (len(name) <= 5 or len(parts) == 2)
            and NOT_PEOPLE.isdisjoint(parts if len(parts) == 1 else parts[:1])
            and not (len(name) > 2 and (name[-2:] in NOT_PEOPLE or name[-1] in _SUFFIXES))
            and not (len(name) == 3 and name[-1] in "日間屋色" and name[:2] in NOT_PEOPLE)
            and not (len(name) > 2 and name[:2] in NOT_PEOPLE and (len(name) > 3 or name[:2] not in PLACES))
        )

    def shaped(self, name: str) -> bool:
        """Say whether kanji in no list are put together as a surname, or as a surname and a given name."""
        if not self.possible(name):
            return False
        surname, _, given = name.partition(" ")
        if name[0] in _CONTINENTAL and len(name.replace(" ", "")) == 3 - (given != "" and len(given) == 1):
            return bool(given) or self.given_like(name[1:])
        if given:
            return (surname[-1] in self._surname_ends or self.listed(surname)) and self.given_like(given)
        if len(name) in (2, 3) and name[-1] in self._surname_ends:
            return True
        return len(name) in (3, 4, 5) and name[-1] in self._given_ends and self._two_parts(name)

    def plain(self, name: str) -> bool:
        """Say whether kanji end as most surnames do, or are a listed or a full name: for contexts that say little."""
        return (
            len(name) == 1
            or self.listed(name)
            or len(name) > 3
            or name[-1] in self._plain_ends
            or name[0] in _CONTINENTAL
        )

    def _two_parts(self, name: str) -> bool:
        return any(
            (name[size - 1] in self._surname_ends and self.given_like(name[size:])) or self.surname(name) == size
            for size in (1, 2, 3)
            if 0 < len(name) - size <= 3
        )

    def given_like(self, word: str) -> bool:
        """Say whether kanji may be a given name: listed, or one to three that end as those do."""
        return word in self._names.kanji_given or (len(word) <= 3 and word[-1] in self._given_ends)

    def begins(self, run: str, sure: bool, lone: bool = False) -> int | None:
        """Where in kanji that end in a name it begins, behind a title or a company; None where there is no name.

        `sure`: any kanji that no word forbids will do, as before と申します; otherwise they must be made like a name.
        `lone`: a single kanji in no list will do as well.
        """
        led = _LEADING.match(run)
        starts = [0, led.end()] if led and led.end() < len(run) else [0]
        starts += [at for at in range(2, len(run) - 1) if run[at - 1] in EVERYDAY and at not in starts]
        for at in starts:
            if (run[at] not in "部課長" or self.surname(run, at) > 1) and self.fits(run[at:], sure, lone):
                return at
        for at in range(1, len(run) - 1):  # 本日中にお電話した田中: a listed surname at the end
            if self.surname(run, at) > 1 and self.listed(run[at:]) and run[:at] in NOT_PEOPLE:
                return at
        return None

    def fits(self, name: str, sure: bool, lone: bool = False) -> bool:
        """Say whether all of `name` may be a name; see `begins`."""
        if name in NOT_PEOPLE or (
            (name[-1] in _PLACE_ENDS or (name[-1] == "部" and len(name) > 2)) and name not in self._names.kanji_surnames
        ):
            return False
        if len(name) == 1:
            if name in self._names.kanji_surnames or name in self._names.kanji_given:
                return lone or name not in LONE_WORDS
            return lone and name not in LONE_WORDS and name not in EVERYDAY
        return self.listed(name) or (self.possible(name) if sure else self.shaped(name))

    def two_people(self, one: str, two: str) -> bool:
        """Say whether two words of kanji are surnames: one is listed or made like one, the other may be."""
        if self.is_place(one) or self.is_place(two):
            return False
        return all(map(self.odd, (one, two))) and (self.fits(one, False) or self.fits(two, False))

    def odd(self, name: str) -> bool:
        """Say whether kanji in no list, one of them an everyday one, may be a surname: 薬師寺, not 物流部.

        Only for places where somebody's name stands for sure, such as alone before 様.
        """
        if not 2 <= len(name) <= 4 or name in NOT_PEOPLE or name[-2:] in NOT_PEOPLE or name[:2] in NOT_PEOPLE:
            return False
        if sum(char in EVERYDAY for char in name) > 1:
            return False
        listed = self.surname(name)
        if name[-1] in _ROLE_ENDS:
            return name[-1] == "部" and listed == len(name) - 1 > 1  # 長谷部
        return listed in (0, 1, len(name))  # 木村運輸 is a company

    def relation(self, word: str) -> bool:
        """Say whether kanji are a word such as 祖母, behind which a given name may stand, or any that is no name."""
        return word in NOT_PEOPLE

    def is_place(self, name: str) -> bool:
        """Say whether a surname is as well known as a place."""
        return name in PLACES

    def full_by_given(self, run: str) -> bool:
        """Say whether kanji end in a listed given name, and what stands before it is made like a surname."""
        names = self._names
        for size in (3, 2):
            surname, given = run[:-size], run[-size:]
            if 1 < len(surname) < 4 and given in names.kanji_given and given not in _LIVELY and given not in NOT_PEOPLE:
                return surname[-1] in self._surname_ends and self.possible(surname) and self.possible(run)
        return False

    def kana_pair(self, run: str) -> tuple[int, int] | None:
        """Where in kana with blanks a listed surname stands, and a listed given name behind it."""
        parts, at = run.split(" "), 0
        for surname, given in pairwise(parts):
            if surname in self._names.kana_surnames and (
                given in self._names.kana_given or given in self._names.katakana or self.native(given)
            ):
                return at, at + len(surname) + 1 + len(given)
            at += len(surname) + 1
        return None

    def full_kana(self, run: str) -> bool:
        """Say whether a run of katakana (or hiragana) is a full name by the lists."""
        parts = _KATA_PARTS.split(run)
        names = self._names
        if len(parts) > 1:
            foreign = "・" in run or "=" in run
            return (parts[0] in names.kana_surnames and parts[1] in names.kana_given) or (
                (foreign and any(part in names.katakana and len(part) > 2 for part in parts))
                or all(part in names.katakana for part in parts)
            )
        return any(
            run[:n] in names.kana_surnames and run[n:] in names.kana_given and (n > 2 or _LONG_GIVEN.search(run, n))
            for n in range(2, len(run) - 1)
        )

    def full_hiragana(self, run: str) -> bool:
        """Say whether hiragana are a full name without a blank: a listed given name behind what may be a surname."""
        for size in range(len(run) - 2, 1, -1):
            surname, given = run[:-size], run[-size:]
            if given in self._names.kana_given and (surname in self._names.kana_surnames or _unlisted(surname, given)):
                return True
        return False

    def kana_name(self, name: str, sure: bool) -> bool:
        """Say whether a name in kana or Latin letters may be one; `sure`: its context leaves no other choice."""
        if name[0] <= "\u024f":
            return self._latin_name(name, sure)
        parts = _KATA_PARTS.split(name)
        if name[0] < "\u30a0":
            if any(part in self.kana for part in parts):
                return True
            return sure and parts[0] not in NOT_HIRAGANA and len(name) > 1
        if _NOT_KATA.match(name):
            return False
        if sure and len(parts) == 1:
            return True
        if any(part in self.kana for part in parts) or self.full_kana(name):
            return True
        if len(parts) > 1:
            return not any(_NOT_KATA.match(part) for part in parts)
        return sure or (2 <= len(name) <= 6 and not _NOT_SAID_OF.search(name))

    def native(self, name: str, told: bool = False) -> bool:
        """Say whether katakana alone may be a Japanese name: listed, or made of Japanese syllables.

        `told`: the words around say that it is somebody's; else it must end as given names do.
        """
        if name in self.kana:
            return True
        return bool(_NATIVE.fullmatch(name)) and (told or name[-1] in _FEMININE) and not _NOT_KATA.match(name)

    def _latin_name(self, name: str, sure: bool) -> bool:
        parts = name.split(" ")
        if any(part.lower() in self.latin for part in parts):
            return True
        return sure and not any(part.isupper() and len(part) < 4 for part in parts)


def _usual_ends(names: frozenset[str]) -> frozenset[str]:
    """The last kanji of several of `names`."""
    count = Counter(name[-1] for name in names if len(name) > 1)
    return frozenset(last for last, times in count.items() if times >= _SEVERAL)


def is_han(char: str) -> bool:
    """Say whether a character is kanji."""
    return "\u3400" <= char <= "\u9fff" or char == "々"


def _unlisted(surname: str, given: str) -> bool:
    """Whether hiragana may be a surname in no list before a given name that is no word: not すすめは before みどり."""
    if not NOT_HIRAGANA.isdisjoint((surname, given)) or surname[-1] in "はがをのにでともへなー":
        return False
    return len(given) > 2 and 2 < len(surname) < 6
