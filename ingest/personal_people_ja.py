"""People named in Japanese: by honorific, in self-introductions, forms and signatures, or by a common name."""

import re
from collections.abc import Iterator

from ingest.personal_names import Names
from ingest.personal_span import HAN, HIRA, KATA, LATIN, Finder, Page, Span, phrases, words

_HONORIFIC = re.compile(
    r"様(?![々子式相態])|さま|さん(?!か[月日所]|回|つ)|氏(?!名|神)|殿(?![堂下様])|先生|君|くん|ちゃん"
)
_HONORED = re.compile(
    rf"(?:(?<![{HAN}])[{HAN}]{{1,8}}(?: [{HAN}]{{1,3}})?|(?<![{KATA}])[{KATA}]{{2,12}}(?:[・ ][{KATA}]{{2,10}})?"
    rf"|(?<![{LATIN}0-9@._-])[A-Z][{LATIN}'-]{{1,20}}(?: [A-Z][{LATIN}'-]{{1,20}})?|(?<![{HIRA}])[{HIRA}]{{2,8}}?"
    rf"(?: [{HIRA}]{{2,6}})?)(?= ?\Z)"
)
# Han words before an honorific that are not the name of a person.
_NOT_NAMED = re.compile(
    r"客|神|仏|皆|仕|模|同|多|有|奥|姫|者|員|社|店|部|課|屋|師|館|院|校|園"
    r"|署|庁|局|協会|組合|銀行|各|貴|御|何|名|達|家族|夫婦|業|運輸|急便|郵便"
    r"|縞|異|逆|外様|左様|右様|世間|旦那|主|父|母|兄|姉|弟|妹|娘|息子|孫|親"
    r"|祖|叔|伯|医|学生|運転手|助手|隣|大家|番|社長|部長|課長|係長|店長|室長|所長|院長|支店"
    r"|窓口"
    r"|担当|赤|坊|嬢|様|君|摂|華|彼|某|諸|両|当|本人|先方|一同|相手|友|恋人"
    r"|彼女|猫|犬|王|女王|王子|天皇|殿|方|宅|人|沢山|参|桜|御中|会社|本社|何方|他|我|生産|産"
    r"|料金|注文|商品|製品|番号|電話|住所|問題|対応|確認|連絡|返金|返品|配送"
    r"|修理|交換|契約|登録|今|昨|明日|毎|時|日|月|年|円|個|台|件|回"
)
_NOT_NAMED_ALONE = words("仏 俺 僕 兄 君 奥 妹 姉 姫 娘 孫 客 山積 弟 殿 母 沢 父 王 皆 皆々 神 私 縞 縞模 若")
_NOT_KATA = re.compile(
    r"スタッフ|サポート|センター|オペレータ|ユーザ|メーカ|メンバ|クライアント"
    r"|ドライバ|パパ|ママ|ペット|ワン|ニャン|ショップ|ストア|カスタマ|マネージャ|エンジニア"
    r"|アマゾン|ヤマト|サガワ|クロネコ|ゲスト|オーナー|リーダー|チーム|サービス"
    r"|ネット|バンク|カード|アオゾラ|ホーム|バイト|アルバイト|パート|ガス|デンキ|タクシー|スーパー"
    r"|コンビニ"
    r"|シェフ|コーチ|モデル|アイドル|タレント|ファン|フォロワー|ナース|ドクター"
    r"|キャラ|ロボ|クマ|ウサギ|ネコ|イヌ|ゾウ|サンタ|カミ|オヤ|アニ|オク|オキャク|ミナ|トナリ"
    r"|アップル|グーグル|ソニー"
)
_SAYS = re.compile(
    r"と(?:申し|もうし|いい?ます(?!と|か)|言います(?!と|か)|名乗)|という者|でございます|です(?!か)|だ(?:が|けど)"
)
_ASIDE_READING = re.compile(rf"(?:\([{HIRA}{KATA} ・]{{2,16}}\))? ?\Z")
_NAME_HAN = re.compile(rf"(?<![{HAN}])[{HAN}]{{1,8}}(?:[ ・]?[{HAN}]{{1,4}})?\Z")
_NAME_OTHER = re.compile(
    rf"(?:\A|[。、!?\n「の]|私は|わたしは|私、|名前は|こちらは?|株式会社|はい、) ?"
    rf"(?P<name>[{KATA}]{{2,10}}(?:[ ・=][{KATA}]{{2,10}}){{0,2}}"
    rf"|[{HIRA}]{{2,8}}?(?: [{HIRA}]{{2,6}})?"
    rf"|[A-Za-z][{LATIN}'-]{{1,20}}(?: [A-Za-z][{LATIN}'-]{{1,20}}){{0,2}})\Z"
)
_BEGINS = re.compile(
    r"(?:^|[。!?\n「>]|、|[社会店部課室行局院所校園屋]の|センターの|サポートの"
    r"|ホームの|ショップの|チームの|[A-Za-zァ-ヶー]の|担当の?|担当は|担当:"
    r"|私は|私、|わたしは|名前は|こちらは?|名は|わたくし|ました、|株式会社[^、。\n]{1,12} ?"
    r"|当方|様の代理の|妻の|夫の|母の|父の|娘の|息子の|代理の"
    r"|部長の|店長の|課長の|責任者の|窓口の|当社の|弊社の)[ ]?$"
)
_ASIDE = re.compile(
    r"(?:が(?:担当|対応|承|ご案内|お伺|伺|電話|受け|ご連絡|お電話|お客|訪問"
    r"|参|お話|説明|来)|から(?:の?電話|の?連絡|の?メール|折り?返|ご連絡|お電話"
    r"|ご案内|聞|説明|の返)|より(?:折り?返|ご連絡|お電話|ご案内|ご返)"
    r"|より(?=[ 。]*(?:\n|$))|と[\u3400-\u9fff]{1,4}(?:さん|様)|に(?:代わ"
    r"|替わ|かわ|伝え|電話|繋|つな|お伝え|取り次|お繋"
    r"|おつな|お願い|相談|連絡|お話|話し|聞)|宛|は(?:席を|不在|外出|休み|退社"
    r"|ただいま)|をお願い|と(?:話|お話|電話|やり取り|やりとり)|の携帯|の自宅"
    r"|名義|まで(?:ご連絡|お電話|連絡|電話)|と言う(?:者|人)|という(?:者|人|方|名))"
)
_ASIDE_FIRST = frozenset("がかよとに宛はをの名ま")
_LABELS = re.compile(
    rf"(?:氏名|お?名前|口座名義人?|名義人?|フリガナ|ふりがな|カナ|契約者(?:名"
    rf"|様)?|宛名|受取人名?|お?届け?先名?|差出人|送信者|宛先|担当者?(?:名)?"
    rf"|ご?署名|会員名|利用者名?|注文者名?|購入者名?|申込者名?|代表者名?"
    rf"|依頼人名?|発送者|ローマ字|連絡者|緊急連絡先|保護者|配偶者|被保険者名"
    rf"|同居人|ご本人|使用者名?|連絡担当|記入者|From|To|Cc)"
    rf"(?:名|様|人)?(?:\([^)\n]{{1,8}}\))?[ ]?(?P<sep>[:は「『]|が|[ ])[ ]?[「『\"]?(?P<name>[{HAN}]{{1,5}}"
    rf"(?:[ ・]?[{HAN}]{{1,4}})?(?![{HAN}])|[{KATA}]{{2,10}}(?:[ ・][{KATA}]{{2,10}}){{0,2}}"
    rf"|[{HIRA}]{{2,7}} [{HIRA}]{{2,6}}"
    rf"|[{HIRA}]{{3,8}}(?=[」』)\n]|$)|[A-Z][{LATIN}'-]{{1,20}}(?: [A-Z][{LATIN}'-]{{1,20}}){{1,2}})"
)
_LABELLED_NOT = re.compile(
    r"必要|不明|同じ|未登録|変更|入力|表示|登録|漢字|任意|ローマ|空欄|確認"
    r"|間違|相違|異な|記載|以下|会社|法人|本人|別|誤|旧姓|住所|電話|番号|部署|不在"
    r"|窓口|センター|サポート|者|削除|違|合|正|何|どう|なし|無|要|カタカナ"
    r"|フルネーム|アルファベット|ご|お|以外|家族|メール|店|課|部|業"
)
_CLOSING = re.compile(
    r"(?:敬具|草々|かしこ|早々|以上(?:、?よろしくお願い(?:いた|致)?します)?"
    r"|お願い(?:申し上げ|いた|致)?(?:いた|致)?します|お願いします|ございました"
    r"|ございます|失礼します|失礼(?:いた|致)します)[。.!、]?\s{1,4}$"
)
_SIGNED = re.compile(
    rf"^[ >]*(?:(?:[^\n、。@:]{{1,24}}(?:部|課|店|社|室|センター|チーム|係"
    rf"|ホーム|商事|工業)|株式会社[^\n 、。]{{1,14}}|担当)[ ])?"
    rf"(?P<name>[{HAN}]{{1,5}}(?:[ ・]?(?:[{HAN}]{{1,3}}|[{HIRA}]{{2,5}}|[{KATA}]{{2,6}}))?"
    rf"|[{KATA}]{{2,8}} [{KATA}]{{2,8}}"
    rf"|[{HIRA}]{{2,6}} [{HIRA}]{{2,6}})[ ]*(?:より|拝)?[ ]*$",
    re.M,
)
_READING = re.compile(rf"[ ]?[(\[](?P<kana>[{HIRA}{KATA} ・]{{2,18}})[)\]]")
_HAN_RUN = re.compile(rf"[{HAN}]{{2,}}")
_SPACED = re.compile(rf"(?<![{HAN}])(?P<surname>[{HAN}]{{1,4}}) (?P<given>[{HAN}]{{1,3}})(?![{HAN}])")
_KATA_RUN = re.compile(rf"(?<![{KATA}])[{KATA}]{{2,10}}(?:[ ・=][{KATA}]{{2,10}}){{0,2}}(?![{KATA}])")
_GIVEN_ENDS = frozenset(
    "子美郎太介也人樹香奈恵代江彦夫男雄一二平斗真花菜衣乃織里沙輔治司志之行生弥哉翔希紀貴朗吾助蔵造作吉哲仁義信次三久和幸明宏博浩康弘孝隆史"
)
# Surnames that are as well known as places, or single characters that are everyday words: not alone in a signature.
_PLACES = words(
    "三好 三木 上野 中原 中野 加賀 千葉 南 原 和泉 品川 国分 城 堀 堤 塩谷"
    " 大久保 大山 大島 大平 大村 大田 大野 宮城 宮崎 富田 小倉 小松 山口 岡 岡崎 岸 島津 川口"
    " 川崎 "
    "市川 平野 成田 日野 日高 星 春日 有馬 本 東 松山 松江 柳 森 横手 水上"
    " 浦田 瀬戸 牧 町田 畑 白石 目黒 石川 神田 福井 福島 谷 豊田 足立 鏡 長島 長野 関 青山"
    " 青森 香川 "
    "高山 高岡 高松 高田 高野"
)
_NOT_PEOPLE = words(
    "南口 原子 城下 大和 小松菜 山中湖 山田錦 平野部 星座 星空 東一 東京"
    " 東口 林業 林檎 森林 畑作 石川一 竹田城 谷間 関係"
)


def finder(names: Names) -> Finder:
    """A finder of people in Japanese text by `names` and by the words around them."""
    return _People(names).find


class _People:
    def __init__(self, names: Names) -> None:
        self._names = names
        sizes: dict[str, set[int]] = {}
        for name in names.kanji_surnames:
            sizes.setdefault(name[0], set()).add(len(name))
        self._sizes = {first: sorted(lengths, reverse=True) for first, lengths in sizes.items()}
        self._latin = names.given | names.surnames
        self._kana = names.kana_surnames | names.kana_given | names.katakana

    def find(self, page: Page) -> Iterator[Span]:
        if not page.japanese:
            return
        for start, end in (*self._han(page), *self._honored(page), *self._introduced(page), *self._written(page)):
            while end > start and page.text[end - 1] == " ":
                end -= 1
            yield Span(start, end, "PERSON", 0.7)
            if reading := _READING.match(page.text, end):
                yield Span(*reading.span("kana"), "PERSON", 0.7)

    def _surname(self, run: str, at: int = 0) -> int:
        """How many characters at `at` are a listed surname; the longest one, 0 without any."""
        for size in self._sizes.get(run[at : at + 1], ()):
            if run[at : at + size] in self._names.kanji_surnames:
                return size
        return 0

    def _is_given(self, word: str) -> bool:
        return word in self._names.kanji_given or (2 <= len(word) <= 3 and word[-1] in _GIVEN_ENDS)

    def _from(self, run: str) -> int | None:
        """Where in a run of kanji a listed surname starts that runs to its end, with or without a given name."""
        for at in range(len(run)):
            for size in self._sizes.get(run[at], ()):
                if run[at : at + size] in self._names.kanji_surnames and self._ends(run, at, size):
                    return at
        return None

    def _ends(self, run: str, at: int, size: int) -> bool:
        """Say whether nothing, or a given name, follows the surname of `size` characters at `at`."""
        rest = run[at + size :].lstrip(" ")
        if not rest:
            return at == 0 or size > 1
        return rest in self._names.kanji_given or (size > 1 and len(rest) <= 3 and rest[-1] in _GIVEN_ENDS)

    def _han(self, page: Page) -> Iterator[tuple[int, int]]:
        """Full names by the lists alone, and surnames that somebody speaks of."""
        for m in _HAN_RUN.finditer(page.text):
            run = m[0]
            if len(run) > 12:
                continue
            size = self._surname(run)
            if size and 2 < len(run) <= 6 and run not in _NOT_PEOPLE and run not in self._names.kanji_surnames:
                given = run[size:]
                if given in self._names.kanji_given or (
                    size > 1 and len(given) == 2 and given[-1] in _GIVEN_ENDS and given[0] not in _PLACE_PARTS
                ):
                    yield m.start(), m.end()
                    continue
            if page.text[m.end() : m.end() + 1] in _ASIDE_FIRST and _ASIDE.match(page.text, m.end()):
                at = self._from(run)
                if at is not None and run[at:] not in _PLACES and len(run) - at > 1:
                    yield m.start() + at, m.end()
        for m in _SPACED.finditer(page.text) if " " in page.text else ():
            if m["surname"] in self._names.kanji_surnames and self._is_given(m["given"]):
                yield m.span()
            elif (at := self._from(m["surname"])) and m["given"] in self._names.kanji_given:
                yield m.start() + at, m.end()
        for m in _FAMILY.finditer(page.text) if any(word in page.text for word in _FAMILY_WORDS) else ():
            if m["name"] in self._names.kanji_given:
                yield m.span("name")
        for m in _KATA_RUN.finditer(page.text):
            if self._full_kana(m[0]):
                yield m.span()

    def _full_kana(self, run: str) -> bool:
        """Say whether a run of katakana (or hiragana) is a full name by the lists."""
        parts = re.split("[ ・=]", run)
        if len(parts) > 1:
            foreign = "・" in run or "=" in run
            return (parts[0] in self._names.kana_surnames and parts[1] in self._names.kana_given) or (
                (foreign and any(part in self._names.katakana for part in parts))
                or all(part in self._names.katakana for part in parts)
            )
        return any(
            run[:n] in self._names.kana_surnames and run[n:] in self._names.kana_given for n in range(2, len(run) - 1)
        )

    def _honored(self, page: Page) -> Iterator[tuple[int, int]]:
        for honorific in _HONORIFIC.finditer(page.text):
            at = max(0, honorific.start() - 44)
            m = _HONORED.search(page.text[at : honorific.start()])
            if not m:
                continue
            start, end, name = at + m.start(), at + m.end(), m[0]
            if _is_han(name[0]):
                skipped = self._named(page, name, start, honorific[0])
                if skipped is not None:
                    yield start + skipped, end
            elif page.text[max(0, start - 2) : start] not in ("会社", "法人") and self._known_other(name):
                yield start, end

    def _named(self, page: Page, name: str, start: int, honorific: str) -> int | None:
        at = self._from(name)
        if at is not None and (
            honorific not in ("君", "氏", "殿", "先生", "くん", "ちゃん") or name[at:] not in _PLACES
        ):
            return None if name[at:] in _NOT_NAMED_ALONE else at
        if " " in name and len(name) > 6:
            return None
        before = page.text[max(0, start - 1) : start]
        if (
            _NOT_NAMED.search(name)
            or name in _NOT_NAMED_ALONE
            or before in ("お", "ご", "御")
            or re.match(f"[{KATA}A-Za-z0-9]", before)
        ):
            return None
        after = page.text[start + len(name) + 1 : start + len(name) + 2]
        shortest = 1 if honorific == "様" and before in ("", "\n") and after in ("", "\n", "へ", "、", "の") else 2
        return 0 if shortest <= len(name.replace(" ", "")) <= (5 if honorific in ("様", "殿", "さま") else 4) else None

    def _known_other(self, name: str) -> bool:
        """Say whether a name in kana or Latin letters is one."""
        if name[0] <= "\u024f":
            words = [word.lower() for word in name.split(" ")]
            return any(word in self._latin for word in words)
        if _NOT_KATA.match(name):
            return False
        parts = re.split("[ ・]", name)
        if any(part in self._kana for part in parts) or self._full_kana(name):
            return True
        katakana = "\u30a1" <= name[0] <= "\u30fa"
        return katakana and len(parts) > 1 and not _NOT_KATA.search(name)

    def _introduced(self, page: Page) -> Iterator[tuple[int, int]]:
        for m in _SAYS.finditer(page.text):
            at = max(0, m.start() - 60)
            said = page.text[at : m.start()]
            said = said[: _ASIDE_READING.search(said).start()]  # type: ignore[union-attr]  # matches the empty string too
            strong = m[0][0] == "と"
            if said and _is_han(said[-1]):
                name = _NAME_HAN.search(said[-14:])
                begin = self._introduces(page, name[0], at + len(said) - len(name[0]), strong, m[0]) if name else None
                if begin is not None:
                    yield begin, at + len(said)
            elif said and (strong or said[-1] > "\u30a0" or said[-1].isascii() or said[-4:].strip(_HIRAGANA) == ""):
                other = _NAME_OTHER.search(said if at else "\n" + said)
                if other and self._introduces_itself(other["name"], strong):
                    yield at + len(said) - len(other["name"]), at + len(said)

    def _introduces(self, page: Page, name: str, start: int, strong: bool, says: str) -> int | None:
        """Where in `name`, kanji before a word such as です, the name of a person begins."""
        at = self._from(name)
        if strong:
            if at is not None:
                return start + at
            return start if not _NO_NAME.search(name) and 2 <= len(name) <= 6 else None
        begins = bool(_BEGINS.search(page.text[max(0, start - 16) : start]) or start == 0)
        if at is not None and (name[at:] not in _PLACES or (begins and len(name) > 1)):
            return start + at if (begins or at > 0) and (begins or len(name) - at > 1) else None
        if at is None and says == "です" and self._works_there(page, name, start):
            return start
        size = self._surname(name) if begins else 0
        full = size > 1 and 0 < len(name) - size <= 3 and not _NOT_NAMED.search(name[size:])
        return start if full else None

    def _works_there(self, page: Page, name: str, start: int) -> bool:
        """Say whether a name that no list has stands where a company or a job introduces it."""
        return (
            2 <= len(name) <= 3
            and bool(_JOB.search(page.text[max(0, start - 24) : start]))
            and not _NOT_NAMED.search(name)
        )

    def _introduces_itself(self, name: str, strong: bool) -> bool:
        parts = re.split("[ ・=]", name)
        if name[0] <= "\u024f":
            return (
                any(part.lower() in self._latin for part in parts)
                if not strong
                else not any(part.isupper() and len(part) < 4 for part in parts)
            )
        if self._full_kana(name) or (len(parts) > 1 and any(part in self._kana for part in parts)):
            return True
        if not strong:
            return name in self._names.kana_surnames and len(name) > 2 and name[0] > "\u30a0"
        if name[0] < "\u30a0":
            return (
                name in self._kana
                or len(parts) > 1
                or any(name[:n] in self._names.kana_surnames for n in range(2, len(name) + 1))
            )
        return not _NOT_KATA.search(name)

    def _written(self, page: Page) -> Iterator[tuple[int, int]]:
        """Names in forms, and names alone on a line as in a signature."""
        labels = _LABELS.finditer(page.text) if any(word in page.text for word in _LABEL_WORDS) else ()
        for m in labels:
            name, sep = m["name"], m["sep"]
            loose = sep in ("が", " ", "は")
            spelled = " " in name and name[0] <= "\u30fa"  # ヤマダ ハナコ: two words in kana or Latin letters
            if _LABELLED_NOT.match(name) or (loose and not spelled and not self._any_listed(name)):
                continue
            if (
                sep == ":"
                and page.text[m.start() : m.start() + 2] in ("担当", "宛先", "届け", "お届", "連絡", "緊急")
                and not self._any_listed(name)
            ):
                continue
            yield m.span("name")
        if "\n" in page.text:
            yield from self._signed(page)

    def _any_listed(self, name: str) -> bool:
        if "\u3400" <= name[0] <= "\u9fff":
            return self._from(name) == 0 or self._is_spaced(name)
        if name[0] <= "\u024f":
            return any(word.lower() in self._latin for word in name.split(" "))
        return any(part in self._kana for part in re.split("[ ・]", name)) or self._full_kana(name)

    def _is_spaced(self, name: str) -> bool:
        surname, _, given = name.partition(" ")
        return bool(given) and surname in self._names.kanji_surnames

    def _signed(self, page: Page) -> Iterator[tuple[int, int]]:
        for m in _SIGNED.finditer(page.text):
            name, before = m["name"], page.text[max(0, m.start() - 30) : m.start()]
            if not before.endswith("\n") or not before.strip():
                continue
            closed = bool(_CLOSING.search(before))
            if self._any_listed(name) or (
                self._surname(name)
                and len(name) - self._surname(name) in (0, *range(3, 7))
                and name[-1] not in "県市区町村駅店様"
            ):
                if closed or (name not in _PLACES and (len(name) > 2 or m.end() == len(page.text))):
                    yield m.span("name")
            elif closed and " " in name and not _NOT_NAMED.search(name):
                yield m.span("name")


_JOB = re.compile(r"(?:担当の|株式会社[^、。\n ]{1,12}の|(?:商事|工業|産業|物産|製作所|不動産|建設|電機)の)$")
_FAMILY = re.compile(
    rf"(?:息子|娘|妻|夫|主人|旦那|母|父|兄|姉|弟|妹|孫|長男|長女|次男|次女"
    rf"|三男|友人|同僚|上司|部下)の(?P<name>[{HAN}]{{1,4}})(?=[がはにをのもと、])"
)
_NO_NAME = re.compile("担当|者$|皆|様|私|弊社|当社|会社|何|番|名前|以上|代理|窓口")
_HIRAGANA = "".join(chr(code) for code in range(0x3041, 0x3097)) + "ー"
_LABEL_WORDS = phrases(
    "氏名|名前|名義|フリガナ|ふりがな|カナ|契約者|宛名|受取人|届け先|届先"
    "|差出人|送信者|宛先|担当|署名|会員名|利用者|注文者|購入者|申込者|代表者|依頼人|発送者"
    "|ローマ字|連絡者|"
    "緊急連絡|保護者|配偶者|被保険者|同居人|本人|使用者|記入者|From|To|Cc|連絡担当"
)
_FAMILY_WORDS = phrases(
    "息子の|娘の|妻の|夫の|主人の|旦那の|母の|父の|兄の|姉の|弟の|妹の|孫の|男の|女の|友人の|同僚の|上司の|部下の"
)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char == "々"


_PLACE_PARTS = frozenset("県市区町村駅店港空本支通線橋寺社")
