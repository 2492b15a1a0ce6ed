"""People named in Japanese forms and letters: after labels, as relatives, alone on a line, before a colon."""

import re
from collections.abc import Iterator

from ingest.personal.shape_ja import Shapes, is_han
from ingest.personal.span import HAN, HIRA, KATA, LATIN, phrases

_FULL_HAN = (
    rf"[{HAN}](?:[{HAN}]|[ヶケノツ](?=[{HAN}])){{0,5}}"
    rf"(?:[ ・](?:[{HAN}]{{1,3}}|[{HIRA}]{{2,5}}|[{KATA}]{{2,6}}))?(?![{HAN}])"
)
_FULL_KATA = rf"[{KATA}]{{2,10}}(?:[・=][{KATA}]{{1,10}}| [{KATA}]{{2,10}}){{0,3}}(?![{KATA}])"
_FULL_LATIN = rf"[A-Z][{LATIN}'-]{{1,20}}(?: [A-Z][{LATIN}'-]{{1,20}}){{1,2}}"
_LABELS = re.compile(
    rf"(?=[予参出紹贈振問宿講患生施世立作起通氏お名口契フふカよヨ読宛受届差送担ごご署会利注購申代依発ロ連緊保配被同本使記表サ苗旧姓FTC])(?:氏名|お?名前"
    rf"|お客様名|顧客名|登録名|口座名義人?|名義人?|フリガナ|ふりがな|カナ|よみがな|ヨミガナ|ヨミ|読み仮名|読み方"
    rf"|契約者(?:名|様)?|宛名|受取人名?|お?届け?先名?|差出人|送り主|送信者|宛先"
    rf"|担当者?(?:名)?|ご?署名|会員名|利用者名?|注文者名?|購入者名?|申込者名?|代表者名?|依頼人名?|発送者|ローマ字"
    rf"|連絡者|緊急連絡先|保護者|配偶者|被保険者名"
    rf"|参加者|出席者|同席者|同行者|紹介者|贈り主|振込人|申請者|問い?合わせた?(?:人|者)|宿泊者|講師|患者|生徒名?|施主"
    rf"|世帯主|立会人|立会者"
    rf"|作成者|起票者|通報者|同居人|ご本人|使用者名?|連絡担当|記入者|表札|サイン|苗字|名字|旧姓|姓|予約|From|To|Cc)"
    rf"(?:名|様|人|氏名)?(?:\([^)\n]{{1,8}}\))?[ ]?(?P<sep>[:「『]|は、?|[がを、]| "
    rf"|(?<=旧姓))[ ]?[「『\"]?(?P<name>{_FULL_HAN}"
    rf"|{_FULL_KATA}"
    rf"|[{HIRA}]{{2,7}} [{HIRA}]{{2,6}}|[{HIRA}]{{3,8}}(?=[」』)\n]|$)|{_FULL_LATIN})"
)
_LABEL_WORDS = phrases(
    "氏名|名前|様名|客名|登録名|名義|フリガナ|ふりがな|カナ|よみがな|ヨミガナ|ヨミ|読み仮名|読み方|契約者|宛名|受取人"
    "|届け先|届先|差出人|送り主|送信者|宛先|担当|署名|会員名|利用者|注文者|購入者"
    "|申込者|代表者|依頼人|発送者|ローマ字|連絡者|緊急連絡|保護者|配偶者|被保険者|同居人|本人|使用者|記入者|表札"
    "|サイン|参加者|出席者|同席者|同行者|紹介者|贈り主|振込人|申請者|合わせた人|合わせ者|宿泊者|講師|患者|生徒|施主"
    "|世帯主|立会|作成者|起票者|通報者|From|To|Cc|苗字|名字|姓|予約"
)
_ENDS_VALUE = re.compile(
    r"[)」』\"様殿氏宛]|(?:名義|さん|でした|です|でございます|で(?:す|取|とっ|お願い|登録|予約|申し込|契約|、|。|良い"
    r"|いい"
    r"|よろ|合って|間違)|と(?:なって|いう|書|記載|登録|申|言|なり)|に(?:変|して|なっ|なり|し"
    r"|お願い|修正|訂正|直)|では?なく|なの|のまま|ですが|から|宛|を|、|。|,|\.|だ(?:と|け)|\n|$| *\()|[ ]"
)
_RENAMED = re.compile(
    rf"(?:から|では?なくて?|じゃなくて?)、?「?(?P<name>{_FULL_HAN}|{_FULL_KATA}|{_FULL_LATIN})(?=」?(?:[にへとで]"
    rf"|が正))"
)  # 名前を浪江から門真に
_CORRECTED = re.compile(
    rf"(?<![{HAN}])(?P<wrong>[{HAN}]{{2,4}})[」』]?(?:では?|じゃ)なくて?、?[「『]?(?P<right>[{HAN}]{{2,4}})(?![{HAN}])"
)
# ナツメ トシスケが正しい, 正しくは小早川です
_RIGHT = re.compile(
    rf"(?:正しくは|正解は|本当は)、?「?(?P<right>{_FULL_KATA}|{_FULL_HAN})(?=」?(?:です|でお|で、|になり|と(?:書|読|申)))"
    rf"|(?<![{HAN}{KATA}])(?P<name>{_FULL_KATA}|{_FULL_HAN})(?=」?(?:が(?:正し|正解|本名)|の(?:間違い|誤り|まちがい)))"
    rf"|(?<![{KATA}])(?P<wrong>[{KATA}]{{2,8}} [{KATA}]{{2,8}})(?=」?(?:では?|じゃ)なく)"
)
# 佐伯@経理部
_AT_WORK = re.compile(rf"^[ >]*(?P<name>[{HAN}]{{1,4}}|[{KATA}]{{2,8}})@(?=[{HAN}{KATA}]{{2,10}})", re.M)
_READ_OUT = re.compile(rf"[「『](?P<name>[{HAN}]{{2,4}})[」』]と(?:書|あり|あっ|名乗|いう|記|読)")
_NEXT = re.compile(
    rf"(?:さん|様)?[、,/&と・] ?(?P<name>{_FULL_HAN}|{_FULL_KATA})(?=(?:さん|様)?(?:[、,/&と・。\n]|$)|です"
    rf"|の[二三四2-4両])"
)
_TITLED = re.compile("(?:様|殿|氏|君|先生|宛|名義)$")
_PLACE_ENDS = frozenset("県市区町村駅店港支線社都府")
_FAMILY = re.compile(
    rf"(?:息子|娘婿|娘|妻|夫|主人|旦那|母|父|兄|姉|弟|妹|孫|嫁|婿|甥|姪|祖母|祖父|叔母|叔父|長男|長女|次男|次女|三男"
    rf"|友人"
    rf"|友達|同僚|上司|部下|後輩|先輩|家内|赤ちゃん|子供|子ども|彼氏|彼女)"
    rf"(?:の|、|\(|は)(?P<name>[{HAN}]{{1,4}}?(?=宛|名義|(?![{HAN}]))|[{KATA}]{{2,12}}(?![{KATA}])|[{HIRA}]{{2,4}}?)"
    r"(?=[がはにをのもと、)へ宛]|名義|です|から|より|と申|で[すはも予登]|[(])"
)
# 義母美津代の家
_KIN = re.compile(
    rf"(?:[父母祖義亡叔伯]?[父母兄姉弟妹夫妻]|[長次三][男女]|息子|娘)(?P<name>[{HAN}]{{2,3}})"
    rf"(?=[がはにをのもと、)へ宛]|名義|です|から|より|と申)"
)
_FAMILY_WORDS = phrases(
    "息子|娘|妻|夫|主人|旦那|母|父|兄|姉|弟|妹|孫|嫁|婿|甥|姪|男|女|友|同僚|上司|部下|輩|家内|赤ちゃん|子供|子ども|彼"
)
_CLOSING = re.compile(
    r"(?:敬具|草々|かしこ|早々|以上(?:、?(?:何卒)?(?:宜|よろ)しくお願い(?:いた|致)?します)?|お願い(?:申し上げ|いた"
    r"|致)?(?:いた|致)?します|お願いします"
    r"|ございました|ございます|失礼します|失礼(?:いた|致)します|お願いね|よろしく(?:ね)?|願います|幸いです"
    r"|お待ちしております|お待ちしています|下さい|ください|いたします|致します|まで|以上(?:です"
    r"|になります)?)[。.!、]?\s{1,4}$"
)
_LAST_WORD = re.compile(rf"(?:です|ます|ました|ください|下さい|まで)[。.!] ?(?P<name>{_FULL_HAN})[。.]?\s?\Z")
_SIGNED = re.compile(
    rf"^[ >*=_-]*(?:(?:[^\n、。@:]{{1,24}}(?:部|課|店|社|室|センター|チーム|係|ホーム|商事|工業|事務所|サポート)"
    rf"|株式会社[^\n 、。]{{1,14}}|担当)[ :])?"
    rf"(?P<name>(?:(?!拝[ ]*$)[{HAN}]){{1,6}}(?:[ ・]?(?!より|拝)(?:[{HAN}]{{1,3}}|[{HIRA}]{{2,5}}|[{KATA}]{{2,6}}))?"
    rf"|[{KATA}]{{2,8}}[ ・][{KATA}]{{2,10}}"
    rf"|[{HIRA}]{{2,6}} [{HIRA}]{{2,6}}"
    rf"|[{HIRA}]{{3,9}}(?=[ ]*$))(?: ?\([{HIRA}{KATA} ]{{2,14}}\))?[ ]*(?P<by>より|拝|へ)?[ ]*$",
    re.M,
)
_CONTACT = re.compile(
    r"[^\n]{0,12}?(?:[0-9\x00<]|TEL|Tel|電話|携帯|メール|E-?mail|〒|[^\n]{1,30}@|株式会社|[^\n ]{1,12}[都道府県市区])"
)
_COMPANY_LINE = re.compile(
    r"(?:株式会社|有限会社|合同会社|[社部課店室]|センター|チーム|事務所|ホーム|商事|工業)[^\n]{0,10}\n\Z"
)
_SPEAKER = re.compile(
    rf"^[ >]*(?:\[?[0-9:]{{4,8}}\]? )?(?P<name>[{HAN}]{{2,6}}(?: [{HAN}]{{1,3}})?)(?:\([^)\n]{{1,8}}\))?[:>]"
    rf" ?(?=[^\n]{{2}})",
    re.M,
)


# オペレーターの門倉が, and こちら飛鳥井、
_JOB_OF = re.compile(
    rf"(?=[オサスセ担係受窓営店部課所院室社主責技配修エマ同上友後前先取現大棟職秘経総人事購業施作運工代家隣知親義亡弊。、!?\nはこ])"
    rf"(?:(?:オペレータ(?:ー|さん)?"
    rf"|サポート|スタッフ|センター|担当者?|係|受付|窓口|営業|[店部課係所院室班組工支]長|社長|主任|責任者|技術|配送|修理"
    rf"|エンジニア|マネージャー|同僚|部下|上司|友人|友達|後任|前任|先輩|後輩|同期|取引先|現場監督|監督|大工|棟梁|職人"
    rf"|秘書|経理部?"
    rf"|総務部?|人事部?|事務|購買部?|業務部?|施工|作業員|運転手|工事|代表|代理人|大家|家主|管理人|隣人|知人|親戚"
    rf"|義[父母兄弟姉妹]|同居人|同行者"
    rf"|弊社|当社|弊店|当店|家政婦|通訳|講師|教師|看護師|介護士|弁護士|税理士|配達員|ドライバー)の"
    rf"|(?:^|[。、!?\n]|はい、)こちらは?、?)(?P<name>{_FULL_HAN}|{_FULL_KATA})(?=[とにがをはへもで、宛]|から|まで|より"
    rf"|です|でございます|の(?:携帯|直通|内線))",
    re.M,
)
# 名札に夏川とありました
_WRITTEN = re.compile(
    rf"(?:名前|名札|氏名|宛名|署名|サイン|名義|表札|伝票|名刺|判子|印鑑|[送届]り?先|配達票|不在票|画面|宛先|封筒"
    rf"|保証書|書類|契約書|申込書|領収書|明細|用紙)[^。\n]{{0,8}}?[にがはで、]「?"
    rf"(?P<name>{_FULL_HAN}|{_FULL_KATA})」?と(?:サイン|署名|あり|あっ|ある|書|記|なって|印|登録|表示|入力)"
)

_JOB_WORDS = phrases(
    "先輩の|後輩の|同期の|取引先の|監督の|大工の|棟梁の|職人の|秘書の|経理|総務|人事|事務の|購買|業務|施工の|作業員の"
    "|運転手の|工事の|代表の|代理人の|大家の|家主の|管理人の"
    "|隣人の|知人の|親戚の|義|同居人の|同行者の|弊社の|当社の|弊店の|当店の|通訳の|講師の|師の|士の|配達員の"
    "|ドライバーの|友達の|オペレータ|サポートの|スタッフの|センターの|担当|係の|受付の|窓口の|営業の|長の|主任の"
    "|責任者の|技術の|配送の"
    "|修理の|エンジニアの|マネージャーの"
    "|部課の|同僚の|部下の|上司の|友人の|任の|こちら"
)
_WRITTEN_WORDS = phrases("とサイン|と署名|とあり|とあっ|とある|と書|と記|となって|と印|と登録|と表示|と入力")


class Forms:
    """Finds people by the form of what is written, with the `shapes` of names."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where in `text` a form, a letter or a word for a relative names somebody."""
        if any(word in text for word in _LABEL_WORDS):
            yield from self._labelled(text)
        if any(word in text for word in _FAMILY_WORDS):
            for m in _FAMILY.finditer(text):
                if self._relative(m["name"], text[m.end("name") : m.end("name") + 2]):
                    yield m.span("name")
            yield from (m.span("name") for m in _KIN.finditer(text) if self._shapes.listed_given(m["name"]))
        for pattern, gate, sure in ((_JOB_OF, _JOB_WORDS, False), (_WRITTEN, _WRITTEN_WORDS, True)):
            for m in pattern.finditer(text) if any(word in text for word in gate) else ():
                if self._alone(m["name"], told=True, last=False, sure=sure) and not self._shapes.is_place(m["name"]):
                    yield m.span("name")
        if (
            (last := _LAST_WORD.search(text, max(0, len(text) - 24)))
            and self._shapes.listed(last["name"])
            and not self._shapes.is_place(last["name"])
        ):
            yield last.span("name")
        if "なく" in text or "」と" in text:
            yield from self._quoted(text)
        if "正" in text or "間違" in text or "誤り" in text or "本名" in text or "本当は" in text or "なく" in text:
            yield from self._put_right(text)
        if "@" in text:
            for m in _AT_WORK.finditer(text):
                if self._shapes.fits(m["name"], sure=False) if is_han(m["name"][0]) else m["name"] in self._shapes.kana:
                    yield m.span("name")
        if "\n" in text or text.endswith(("より", "拝")):
            yield from self._signed(text)
        if ":" in text or ">" in text:
            for m in _SPEAKER.finditer(text):
                if self._shapes.fits(m["name"], sure=False) and not self._shapes.is_place(m["name"]):
                    yield m.span("name")

    def _labelled(self, text: str) -> Iterator[tuple[int, int]]:
        for m in _LABELS.finditer(text):
            name, sep = m["name"], m["sep"]
            if is_han(name[0]):
                name = _TITLED.sub("", name)
            to_place = text[m.start() : m.start() + 2] in ("届け", "お届", "宛先", "緊急", "連絡", "予約")
            if sep not in (":", "「", "『") and not _ENDS_VALUE.match(text, m.start("name") + len(name)):
                continue
            if to_place and self._shapes.is_place(name):
                continue
            if name and self._value(name, sure=not to_place and (" " in name or sep not in (" ", "を", "、"))):
                yield m.start("name"), m.start("name") + len(name)
                yield from self._others(text, m.start("name") + len(name))
                if (new := _RENAMED.match(text, m.start("name") + len(name))) and self._value(new["name"], sure=True):
                    yield new.span("name")

    def _others(self, text: str, at: int) -> Iterator[tuple[int, int]]:
        """Those who stand in a row behind a name that has a label."""
        while (
            (m := _NEXT.match(text, at)) and self._value(m["name"], sure=False) and not self._shapes.is_place(m["name"])
        ):
            yield m.span("name")
            at = m.end()

    def _quoted(self, text: str) -> Iterator[tuple[int, int]]:
        """Listed surnames that somebody corrects or reads: 渡邊ではなく渡辺です, 「前園」と書かれた."""
        for m in (*_CORRECTED.finditer(text), *_READ_OUT.finditer(text)):
            names = [name for name in m.groups() if name]
            if all(self._shapes.listed(name) and not self._shapes.is_place(name) for name in names):
                yield from (m.span(group) for group in m.groupdict() if m[group])

    def _put_right(self, text: str) -> Iterator[tuple[int, int]]:
        """Names that somebody says are right or wrong; of kanji and lone katakana only those that are listed."""
        for m in _RIGHT.finditer(text):
            group = m.lastgroup or ""
            name, pair = m[group], " " in m[group]
            known = self._shapes.listed(name) if is_han(name[0]) else pair and all(map(self._native, name.split(" ")))
            if known and not self._shapes.is_place(name):
                yield m.span(group)

    def _native(self, part: str) -> bool:
        return self._shapes.native(part, told=True)

    def _value(self, name: str, sure: bool) -> bool:
        """Say whether what stands behind a label is a name; `sure`: not a place nor a word as likely."""
        if not is_han(name[0]):
            return self._shapes.kana_name(name, sure=sure or " " in name)
        if name[-1] in _PLACE_ENDS and not self._shapes.listed(name):
            return False
        return self._shapes.fits(name, sure)

    def _relative(self, name: str, after: str) -> bool:
        if is_han(name[0]):
            return self._shapes.relative(name)
        if name[0] > "\u30a0":
            return self._shapes.native(name) and (len(name) < 6 or name in self._shapes.kana)
        return name in self._shapes.kana or (
            after[:1] in ("が", "は", "も")
            and (is_han(after[1:]) or after[1:] == "、")
            and self._shapes.kana_name(name, True)
            and name[0] != "お"
            and name[-1] not in "がはものにをでて"
        )

    def _signed(self, text: str) -> Iterator[tuple[int, int]]:
        """Names alone on a line, as in a signature or at the head of a letter."""
        for m in _SIGNED.finditer(text):
            name, before = m["name"], text[max(0, m.start() - 40) : m.start()]
            head = not before.strip()
            if m["by"] == "へ" and not head:
                continue
            closed = bool(_CLOSING.search(before))
            near = bool(_COMPANY_LINE.search(before)) or bool(m.end() < len(text) and _CONTACT.match(text, m.end() + 1))
            if self._alone(
                name,
                closed or near or m["by"] is not None,
                not head and m.end() == len(text),
                closed or m["by"] is not None,
            ):
                yield m.span("name")

    def _alone(self, name: str, told: bool, last: bool, sure: bool) -> bool:
        """Say whether a line that is only `name` names somebody; `told`: the lines around it say so."""
        if not is_han(name[0]):
            alone = " " not in name and "・" not in name
            if alone and name[0] < "\u30a0":
                return told and sure and (name in self._shapes.kana or self._shapes.full_hiragana(name))
            return told and (self._shapes.native(name) if alone else self._shapes.kana_name(name, sure=True))
        if name[-1] in _PLACE_ENDS and not self._shapes.listed(name):
            return False
        if told:
            return self._shapes.fits(name, sure=sure or " " in name)
        return last and not self._shapes.is_place(name) and len(name) > 1 and self._shapes.listed(name)
