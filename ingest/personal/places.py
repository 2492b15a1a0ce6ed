"""Postal addresses: those of Japan, in its own letters and in romaji, beside the English ones of `streets`."""

import re
from collections.abc import Iterator

from ingest.personal import streets
from ingest.personal.span import HAN, HIRA, KATA, Page, Span, phrases, words

_PREFECTURES = phrases(
    "東京都|北海道|京都府|大阪府|青森県|岩手県|宮城県|秋田県|山形県|福島県"
    "|茨城県|栃木県|群馬県|埼玉県|千葉県|神奈川県|新潟県|富山県|石川県|福井県|山梨県|長野県"
    "|岐阜県|静岡県|愛知県|"
    "三重県|滋賀県|兵庫県|奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県"
    "|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
_PREF = f"(?:{'|'.join(_PREFECTURES)})"
_KANA_CITY = (
    "さいたま|つくば|いわき|ひたちなか|うるま|むつ|あきる野|ふじみ野|つがる"
    "|にかほ|みどり|かほく|たつの|さぬき|みやま|えびの|いすみ|あま|かすみがうら"
)
_CITY = rf"(?:[{HAN}{KATA}ヶ]{{1,7}}?|{_KANA_CITY})[市区町村郡]"
# A part of a town's name; の and を end a name, 条 and 線 may carry a number.
_TOWN = (
    rf"(?:(?![のをではに](?!(?<=の)[内木町宮上下沢島浦原台里森谷丘口]))(?:[0-9]{{1,2}}(?:[条線]|の町)"
    rf"|[{HAN}{KATA}{HIRA}ヶ])){{1,16}}?"
)
_KAN = "[一二三四五六七八九十百千〇]{1,6}"
_NUM = rf"(?:[0-9]{{1,4}}|{_KAN})"
_END = r"(?![0-9]|[-.:/][0-9]|[日月年時分秒個人名円台件回点枚本割%]|営業日|週|か月|ヶ月)"
_BLOCK = (
    rf"(?:[甲乙丙丁]の?[0-9]{{1,5}}(?:(?:-|の)[0-9]{{1,4}}){{0,3}}|{_NUM}丁目(?:[ 、の]{{0,2}}{_NUM}(?:(?:番地?の?|-"
    rf"|の)、?{_NUM}){{0,3}}(?:番地?|号)?)?"
    rf"|[0-9]{{1,5}}番地(?:の?[0-9]{{1,4}})?号?|{_NUM}番{_NUM}号?|[0-9]{{1,5}}番(?=[^号目0-9]|$)|{_KAN}の、?{_KAN}"
    rf"(?:の、?{_KAN})?|[0-9]{{1,4}}の[0-9]{{1,4}}(?:の[0-9]{{1,4}})?|[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{1,4}})" + _END
)
_PAUSE = r"(?:\s|の?、[ ]?|の)?"  # as people make one who read their address out
_LONE = (
    r"[0-9]{1,5}(?![0-9]|[-.:/,][0-9]|[日月年時分秒個人名円台件回点枚本割万千%丁A-Za-z]|営業日|週|か月|ヶ月|番|階|つ)"
)
_BUILDING = (
    r"(?:ビル(?:ディング)?|マンション|ハイツ|荘|タワー|コーポ|ハウス|レジデンス|ハイム"
    r"|メゾン|コート|ヒルズ|アパート|テラス|プラザ|パーク|寮|団地|館|棟|ヴィラ|パレス"
    r"|シャトー|キャッスル|ガーデン|スクエア|プレイス|ホームズ)"
)
_NAME = rf"(?!電話|携帯|TEL|Tel|FAX|注文|まで|です|から|に)[{HAN}{KATA}{HIRA}A-Za-z・.']"
_ROOM_NUMBER = r"(?:[A-Z]棟?-?)?(?:[0-9]{1,4}-)?[0-9]{1,4}[A-Z]?(?:号室|号|階|F)?(?![0-9]|-[0-9]|[日月年時分個名円])"
_ROOM = (
    rf"(?:\s?[0-9]{{1,4}}号室|\s?(?!電話|携帯|TEL|Tel|FAX|注文|まで|です|から"
    rf"|に)[{HAN}{KATA}ーA-Za-z・]{{2,16}}\s?{_ROOM_NUMBER}"
    rf"|\s(?:{_NAME}){{1,14}}?\s?{_ROOM_NUMBER}"
    rf"|\s?(?!に|で|へ|を|は|が)(?:(?![をはがでへ])[{HAN}{KATA}{HIRA}A-Za-z・.']){{1,14}}?{_BUILDING}(?:\s?{_ROOM_NUMBER})?(?:\s[0-9]{{1,2}}階)?)?"
)
_KYOTO = (
    rf"[{HAN}{KATA}]{{1,12}}(?:通|筋)?[{HAN}]{{0,8}}(?:上[るルがガ]|下[るルがガ]"
    rf"|東入る?|西入る?|上る|下る|入ル)(?:り)?(?:[{HAN}{KATA}]{{0,12}}?(?:{_BLOCK}|[0-9]{{1,5}}{_END})"
    rf"|[{HAN}{KATA}]{{0,8}}町)?"
)
_HOME = (
    rf"{_PREF}\s?(?:{_CITY}\s?){{1,3}}(?:の(?={_TOWN}{_PAUSE}{_BLOCK}))?(?:(?:{_TOWN})?{_PAUSE}{_BLOCK}"
    rf"|(?:(?![の約をではに])[{HAN}{KATA}{HIRA}ヶ]){{1,16}}?\s?{_LONE}){_ROOM}"
)
_HOME_KYOTO = rf"(?:京都府)?\s?京都市\s?[{HAN}]{{1,3}}区\s?{_KYOTO}{_ROOM}"
_AREA = rf"(?:{_PREF}?\s?(?:{_CITY}\s?){{1,3}}(?:{_KYOTO}{_ROOM}|(?:{_TOWN})?\s?{_BLOCK}{_ROOM}|[{HAN}ヶケ]{{0,8}}))"
_POSTAL = re.compile(
    rf"〒[ ]?[0-9]{{3}}[- ]?[0-9]{{4}}(?![0-9])(?:\s{{0,3}}{_AREA})?"
    rf"|(?<=郵便番号)[ ]?[:は]?[ ]?(?P<code>[0-9]{{3}}-?[0-9]{{4}}(?![0-9])(?:\s{{0,3}}{_AREA})?)"
    rf"|(?<![0-9A-Za-z-])[0-9]{{3}}-[0-9]{{4}}\s{{0,3}}(?={_PREF}){_AREA}"
)
_HOMES = re.compile(_HOME)
_KYOTO_HOMES = re.compile(_HOME_KYOTO)
_NO_PREF = re.compile(
    rf"(?<![{HAN}])(?=[^\x00-\x7f]{{1,8}}?[市区郡])(?:{_CITY}\s?){{1,2}}(?:の(?={_TOWN}{_PAUSE}{_BLOCK}))?(?:(?:{_TOWN})?{_PAUSE}{_BLOCK}"
    rf"|[{HAN}ヶケノ]{{1,8}}町\s?{_LONE}){_ROOM}"
)
_CUED_JA = re.compile(
    rf"(?:住所|届け?先|送り先|配送先|転居先|引っ?越し先|お届け先|所在地|本籍"
    rf"|住まい|自宅|実家|宛先)[はがを:、 ]{{1,3}}(?:新しい|今は)?(?P<home>[{HAN}{KATA}ヶ]{{2,12}}?[ ]?{_BLOCK}{_ROOM})"
)
_WITH_NUMBER = re.compile(r"[0-9]|[一二三四五六七八九十百千](?:丁目|番|の)|入[るル]|[上下][るルが]")

# A part of a town with a block, no city before it.
_TOWN_HOME = re.compile(
    rf"(?![棚図型品番部台架])[{HAN}]{{1,5}}?(?:(?:[がヶケ]丘|[町台丘])[0-9]{{1,2}}-[0-9]{{1,3}}-[0-9]{{1,3}}(?:-[0-9]{{1,4}})?"
    rf"|[0-9一二三四五六七八九十]{{1,2}}丁目[ ]?[0-9]{{1,3}}(?:-|番|の)[0-9]{{1,3}}号?){_END}(?!型){_ROOM}"
)
_TOWN_END = re.compile(r"[がヶケ]丘(?=[0-9])|[町台丘](?=[0-9])|[0-9一二三四五六七八九十]{1,2}丁目(?=[ ]?[0-9])")
_TOWN_BEFORE = re.compile(rf"(?<![{HAN}{KATA}])[{HAN}]{{1,5}}\Z")
_NO_TOWN = re.compile(r"(?:[品型図表]番?|番号|台数|部品|棚|図|コード|シリアル|ロット|注文|伝票)[^。\n]{0,8}\Z")
# A house with flats and the number of one.
_FLATS = phrases(
    "サンライズ|サニー|メゾン|コーポ|コーポラス|ハイツ|ハイム|ドミール|ドエル|カーサ|ヴィラ|ビラ|パレス|グラン|リバーサイド"
    "|パークサイド|フォレスト|レジデンス|シャトー|シャルム|ロイヤル|エステート|アーバン|クレスト|エスポワール|ルミエール|プリムローズ|フローラル|ライオンズ|プラウド|ブリリア"
)
_FLATS_BEHIND = phrases("マンション|ハイツ|荘|コーポ|アパート|ハイム|団地|寮|レジデンス")
_FLAT_WORDS = (*_FLATS, *_FLATS_BEHIND)
_FLAT = re.compile(
    rf"(?<![{KATA}{HAN}])(?:[{KATA}]{{0,8}}(?:{'|'.join(_FLATS)})[{KATA}]{{0,8}}(?:・?[{HAN}\u3041-\u3096ヶ]{{1,6}}?"
    rf"|(?=[ ]?[0-9]{{1,4}}号室))|[{HAN}{KATA}ヶ]{{2,10}}?(?:{'|'.join(_FLATS_BEHIND)}))[ ]?"
    rf"(?:[0-9]{{1,4}}号室|[0-9]{{3,4}}(?=[ ]?(?:です|で[、すお]|に(?:お|届|置|住|い|入|送)|のほう|の方|へ|まで"
    rf"|[、。\n]|$)))"
)

_ROMAJI_WORDS = words(
    "cho fukuoka gun hiroshima japan ken kobe ku kyoto machi mura nagoya osaka saitama sapporo sendai shi "
    "tokyo yokohama"
)
_CITY_NUMBER = re.compile(r"[市区町村郡](?=[^\n。!?]{0,24}?[0-9一二三四五六七八九十入上下])")
_ROMAJI = re.compile(
    r"(?:(?:[A-Z][A-Za-z'-]{1,20}\s){0,3}?#?[0-9]{1,4},?\s)?(?<![\w.#/$-])(?:[0-9]{1,4}(?:-[0-9]{1,4}){1,3}"
    r"(?:-chome)?,?\s)(?:[A-Z][a-z'-]{1,20}(?:-(?:ku|shi|cho|machi|gun|ken|to|fu|mura|chome))?,?\s?){1,5}"
    r"(?:\s?(?:〒)?[0-9]{3}-[0-9]{4}(?![0-9-]))?"
)
_ROMAJI_PART = re.compile(
    r"-(?:ku|shi|cho|machi|gun|ken|to|fu|mura)\b|\b(?:Tokyo|Osaka|Kyoto|Yokohama|Nagoya|Sapporo"
    r"|Kobe|Fukuoka|Sendai|Hiroshima|Saitama|Chiba|Kawasaki|Japan)\b"
)


def find(page: Page) -> Iterator[Span]:
    """Yield the postal addresses of `page`."""
    if page.japanese and _WITH_NUMBER.search(page.text):
        for start, end in _in_japanese(page.text):
            yield Span(start, end, "ADDRESS", 0.8)
    if page.digits and "-" in page.text and page.words & _ROMAJI_WORDS:
        for written in _ROMAJI.finditer(page.text):
            if _ROMAJI_PART.search(written[0]):
                yield Span(written.start(), written.start() + len(written[0].rstrip(", \n")), "ADDRESS", 0.8)
    yield from streets.find(page)


def _in_japanese(text: str) -> Iterator[tuple[int, int]]:
    marked = "県" in text or "都" in text or "府" in text or "北海道" in text
    located = [name for name in _PREFECTURES if name in text] if marked else []
    if located or "〒" in text or "郵便番号" in text:
        for m in _POSTAL.finditer(text):
            yield m.span("code") if m["code"] else m.span()
    if any(cue in text for cue in ("住所", "先", "住まい", "所在地", "自宅", "実家", "本籍")):
        yield from (m.span("home") for m in _CUED_JA.finditer(text))
    for end in _TOWN_END.finditer(text):
        town = _TOWN_BEFORE.search(text, max(0, end.start() - 6), end.start())
        if town and not _NO_TOWN.search(text, max(0, town.start() - 12), town.start()):
            yield from (home.span() for home in (_TOWN_HOME.match(text, town.start()),) if home)
    if any(word in text for word in _FLAT_WORDS):
        yield from (m.span() for m in _FLAT.finditer(text))
    if not _CITY_NUMBER.search(text):
        return
    for name in located:
        at = text.find(name)
        while at >= 0:  # where a prefecture stands, instead of trying all 47 at every place
            if home := _HOMES.match(text, at):
                yield home.span()
            at = text.find(name, at + 1)
    if "京都市" in text:
        yield from (m.span() for m in _KYOTO_HOMES.finditer(text))
    for city in _CITY_NUMBER.finditer(text):
        starts = range(max(0, city.start() - 8), city.start())
        yield from (home.span() for home in (_NO_PREF.match(text, at) for at in starts) if home)
