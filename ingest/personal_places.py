"""Postal addresses: Japan, the United States, Britain, Canada and Australia, and post codes that words introduce."""

import re
from collections.abc import Iterator

from ingest.personal_span import HAN, HIRA, KATA, Page, Span, phrases, words

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
    rf"(?:(?![のをではに](?!(?<=の)[内木町宮上下沢島浦原台里森谷丘口]))(?:[0-9]{{1,2}}[条線]"
    rf"|[{HAN}{KATA}{HIRA}ヶ])){{1,16}}?"
)
_KAN = "[一二三四五六七八九十〇]{1,4}"
_NUM = rf"(?:[0-9]{{1,4}}|{_KAN})"
_END = r"(?![0-9]|[-.:/][0-9]|[日月年時分秒個人名円台件回点枚本割%]|営業日|週|か月|ヶ月)"
_BLOCK = (
    rf"(?:{_NUM}丁目(?:[ ]?{_NUM}(?:(?:番地?の?|-|の){_NUM}){{0,3}}(?:番地?|号)?)?"
    rf"|[0-9]{{1,5}}番地(?:の?[0-9]{{1,4}})?号?|{_NUM}番{_NUM}号?|[0-9]{{1,5}}番(?=[^号目0-9]|$)|{_KAN}の{_KAN}"
    rf"(?:の{_KAN})?|[0-9]{{1,4}}の[0-9]{{1,4}}(?:の[0-9]{{1,4}})?|[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{1,4}})" + _END
)
_LONE = (
    r"[0-9]{1,5}(?![0-9]|[-.:/,][0-9]|[日月年時分秒個人名円台件回点枚本割万千%丁A-Za-z]|営業日|週|か月|ヶ月|番|階|つ)"
)
_BUILDING = (
    r"(?:ビル|マンション|ハイツ|荘|タワー|コーポ|ハウス|レジデンス|ハイム"
    r"|メゾン|コート|ヒルズ|アパート|テラス|プラザ|パーク|寮|団地|館|棟|ヴィラ|パレス"
    r"|シャトー|キャッスル|ガーデン|スクエア|プレイス|ホームズ)"
)
_NAME = rf"(?!電話|携帯|TEL|Tel|FAX|注文|まで|です|から|に)[{HAN}{KATA}{HIRA}A-Za-z・.']"
_ROOM_NUMBER = r"(?:[A-Z]棟?-?)?(?:[0-9]{1,4}-)?[0-9]{1,4}[A-Z]?(?:号室|号|階|F)?(?![0-9]|-[0-9]|[日月年時分個名円])"
_ROOM = (
    rf"(?:\s?[0-9]{{1,4}}号室|\s?(?!電話|携帯|TEL|Tel|FAX|注文|まで|です|から"
    rf"|に)[{HAN}{KATA}ーA-Za-z・]{{2,16}}\s?{_ROOM_NUMBER}"
    rf"|\s(?:{_NAME}){{1,14}}?\s?{_ROOM_NUMBER}"
    rf"|\s?(?:{_NAME}){{1,14}}?{_BUILDING}(?:\s?{_ROOM_NUMBER})?(?:\s[0-9]{{1,2}}階)?)?"
)
_KYOTO = (
    rf"[{HAN}{KATA}]{{1,12}}(?:通|筋)?[{HAN}]{{0,8}}(?:上[るルがガ]|下[るルがガ]"
    rf"|東入る?|西入る?|上る|下る|入ル)(?:り)?[{HAN}{KATA}]{{0,12}}?"
    rf"(?:{_BLOCK}|[0-9]{{1,5}}{_END}|町)?"
)
_HOME = (
    rf"{_PREF}\s?(?:{_CITY}\s?){{1,3}}(?:(?:{_TOWN})?\s?{_BLOCK}"
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
    rf"(?<![{HAN}])(?=[^\x00-\x7f]{{1,8}}?[市区郡])(?:{_CITY}\s?){{1,2}}(?:(?:{_TOWN})?\s?{_BLOCK}"
    rf"|[{HAN}ヶ]{{1,8}}町\s?{_LONE}){_ROOM}"
)
_CUED_JA = re.compile(
    rf"(?:住所|届け?先|送り先|配送先|転居先|引っ?越し先|お届け先|所在地|本籍"
    rf"|住まい|自宅|実家|宛先)[はがを:、 ]{{1,3}}(?:新しい|今は)?(?P<home>[{HAN}{KATA}ヶ]{{2,12}}?[ ]?{_BLOCK}{_ROOM})"
)
_WITH_NUMBER = re.compile(r"[0-9]|[一二三四五六七八九十](?:丁目|番|の)|入[るル]|[上下][るルが]")

_STREETS = (
    "Street|Road|Avenue|Lane|Drive|Court|Boulevard|Way|Place|Square|Terrace|Crescent|Close"
    "|Parkway|Circle|Highway|Gardens|Grove|Row|Mews|Hill|Walk|Trail|Broadway|Parade|Pde|Esplanade"
    "|Rise|Loop|Alley|Quay|Park|Green|Vale|View"
)
_SHORT = "Str|St|Rd|Ave|Av|Ln|Dr|Ct|Blvd|Pl|Sq|Ter|Cres|Pkwy|Cir|Hwy"
_NOT_STREET = (
    "Star|Drive|Switch|Button|Hard|Disk|State|Solid|Flash|USB|SSD|HDD|Tape|External|TB|GB|MB"
    "|Test|Thumb|Pen|Google|One|Two|First|Day|Days|Hour|Hours|Minute|Minutes|Min|Step|Steps"
    "|Item|Items|Food|Way|Year|Years|Week|Weeks|Month|Months|Disc|Zip|Seagate|Version|Order"
    "|Orders|Model|Series|Easy|Percent|January|February|March|April|May"
    "|June|July|August|September|October|November|December|AM|PM|Euro|Euros|Dollars|Yen|Pounds"
    "|Pack|Piece|Inch|Light|Dark|Pro"
)
_STATES = (
    "(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]"
    "|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
)
_STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia"
    "|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana"
    "|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska"
    "|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina"
    "|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota"
    "|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)
_AU = "(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT|Vic|Qld|Tas)"
_CA = "(?:ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|YT|NT|NU|Ontario|Quebec|Alberta|Manitoba)"
_ZIP = r"[0-9]{5}(?:-[0-9]{4})?(?![0-9-])"
_CA_CODE = r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] ?[0-9][ABCEGHJ-NPRSTV-Z][0-9]\b"
_UK_AREA = (
    "(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]"
    "|JE|K[ATWY]|L[ADELNSU]?"
    "|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)"
)
_POSTCODE = rf"\b{_UK_AREA}[0-9][A-Z0-9]?\s(?![0-9](?:GB|TB)\b)[0-9][ABD-HJLNP-UW-Z]{{2}}\b"
_CITY_EN = r"(?:[A-Z][A-Za-z.'-]{1,20}[, ]{1,2}){1,4}?"
_REGION = (
    rf"(?:{_POSTCODE}|(?:{_STATES}|{_STATE_NAMES}),?(?:\s{_ZIP})?(?![A-Za-z])|{_AU}\s[0-9]{{4}}"
    rf"(?![0-9])|(?:{_CA},?\s)?{_CA_CODE}|{_CA}\b|(?:Tokyo|Osaka|Kyoto|Japan)(?:\s[0-9]{{3}}-[0-9]{{4}})?)"
)
_UNIT = r"(?:,?\s{1,2}(?:(?i:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm)\b\.?\s?#?|#)[A-Za-z0-9-]{1,6}\b)?"
_COUNTRY = r"(?:,?\s(?:USA|UK|United Kingdom|United States|Australia|Canada|England|Scotland|Wales|Ireland))?"
_TAIL = (
    rf"(?:,?\s{{1,2}}(?:{_CITY_EN})?,?\s?{_REGION}{_COUNTRY}|,\s(?!(?:I|The|My|We|It|But|And"
    rf"|Please|Thanks|Can|Could|Is|Not|So)\b)[A-Z][a-z]{{2,20}}(?:\s[A-Z][a-z]{{2,20}})?(?=[.,;!?\n]"
    rf"|$|\sand\b|\sor\b|\splease\b|\sbut\b))?"
)
_STREET_NAME = (
    rf"(?:(?!(?i:{_NOT_STREET})\b)(?:[A-Z][A-Za-z.'-]{{0,20}}|[0-9]{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?"
    rf"(?:(?:{_STREETS})|(?:{_SHORT})\b\.?)(?![A-Za-z])(?:\s(?:N|S|E|W|NE|NW|SE|SW|North|South"
    rf"|East|West)\b)?"
)
_HOUSE = r"(?:[0-9]{1,5}[A-Za-z]?(?:[/-][0-9]{1,4}[A-Za-z]?)?|[A-Z]?[0-9]{1,4}/[0-9]{1,4})"
_IN_FRONT = r"(?:(?:Flat|Unit|Apt\.?|Apartment|Suite|Room|Level)\s#?[A-Z]?[0-9]{1,4}[A-Za-z]?,?\s)"
_STREET = re.compile(rf"(?<![\w.#/$£€-]){_IN_FRONT}?{_HOUSE},?\s(?=[A-Z0-9]){_STREET_NAME}{_UNIT}{_TAIL}")
_BROADWAY = re.compile(
    rf"(?<![\w.#/$£€-]){_IN_FRONT}?{_HOUSE},?\s(?:[A-Z][A-Za-z.'-]{{1,20}},?\s){{1,5}}?{_UNIT},?\s?"
    rf"(?:{_STATES}\s{_ZIP}|{_AU}\s[0-9]{{4}}\b|{_POSTCODE}|{_CA},?\s{_CA_CODE})"
)
_HOUSE_NAME = re.compile(
    rf"\b(?:The\s)?(?:[A-Z][a-z']{{1,15}}\s){{1,3}}(?:Cottage|House|Farm|Lodge|Rectory|Villa"
    rf"|Barn|Hall|Manor|Vicarage|Mill|Court),\s(?:[A-Z][A-Za-z.'-]{{1,20}}[, ]{{1,2}}){{1,6}}{_POSTCODE}"
)
_WORDED = re.compile(
    rf"(?i:\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    rf"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    rf"|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine|hundred))?)\s"
    rf"(?:(?!(?i:{_NOT_STREET})\b)[A-Z][A-Za-z.'-]{{1,20}}\s){{1,3}}"
    rf"(?:Street|Road|Avenue|Lane|Drive|Court|Boulevard|Crescent|Terrace|Close|Place|Gardens)\b{_UNIT}{_TAIL}"
)
_CUED = re.compile(
    r"(?:\blive (?:at|on)|\bliving (?:at|on)|address (?:is|was|to|has changed to)|address:|ship"
    r"(?:ped|ping)? (?:it |this |them )?to|deliver(?:ed)? (?:it |this |them )?to|moved to|send it to"
    r"|sent to|located at|based at"
    r"|reside at|residing at|mail it to|at)\s{1,2}(?P<home>(?:(?:flat|unit"
    r"|apt|apartment) [0-9]{1,4}[a-z]?,? )?[0-9]{1,5}[a-z]?\s"
    r"(?:[a-z.'-]{1,20}\s){0,3}?(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd"
    r"|way|court|ct|place|crescent|close|terrace|square|broadway)\b\.?"
    r"(?:,?\s(?:apt|apartment|suite|unit|flat|#)\.?\s?#?[a-z0-9-]{1,6}\b)?(?:,?\s(?:in\s)?(?!and\b"
    r"|but\b|please\b|is\b|i\b|for\b|not\b|so\b|the\b|it\b|or\b)[a-z]{3,15}(?:\s[a-z]{3,15})?,?\s"
    r"(?:[a-z]{2}\s)?[0-9]{5})?)"
)
_STREET_WORDS = frozenset(f"{_STREETS}|{_SHORT}".lower().split("|"))
_WORDED_STREETS = words("avenue boulevard close court crescent drive gardens lane place road street terrace")
_NUMBER_WORDS = words(
    "eight eighteen eighty eleven fifteen fifty five forty four fourteen nine nineteen ninety one seven "
    "seventeen seventy six sixteen sixty ten thirteen thirty three twelve twenty two"
)
_CODE_WORDS = words("bag box gpo pobox post postal postcode zip zipcode")
_ROMAJI_WORDS = words(
    "cho fukuoka gun hiroshima japan ken kobe ku kyoto machi mura nagoya osaka saitama sapporo sendai shi "
    "tokyo yokohama"
)
# What every code at an English address has, and nearly nothing else.
_CODE_LIKE = re.compile(
    r"[A-Z]{2},? [0-9]{5}|[A-Za-z]{2} [0-9]{4}(?![0-9])|[A-Z][0-9][A-Z0-9]{0,2} ?[0-9][A-Z][A-Z0-9]"
)
_CITY_NUMBER = re.compile(r"[市区町村郡][^\n。!?]{0,24}?[0-9一二三四五六七八九十入上下]")
_OTHERS = (
    re.compile(rf"\b(?:[A-Z][a-z]+\s){{0,2}}[A-Z][a-z]+,\s?{_STATES}\s{_ZIP}"),
    re.compile(rf"\b(?:[A-Z][a-z]+\s){{0,2}}[A-Z][a-z]+,?\s{_AU}\s[0-9]{{4}}\b"),
    re.compile(rf"(?:\b(?:[A-Z][a-z]+\s){{0,2}}[A-Z][a-z]+,?\s)?(?<![A-Z0-9-])(?:{_CA},?\s)?{_CA_CODE}"),
    re.compile(_POSTCODE),
)
_CODES = re.compile(
    r"\b(?:post ?code|postal code)\s?(?:is|:)?\s?([a-z]{1,2}[0-9][a-z0-9]?\s?[0-9][a-z]{2}\b"
    r"|[a-z][0-9][a-z] ?[0-9][a-z][0-9]\b|[0-9]{3}-?[0-9]{4}\b|[0-9]{4,5}\b)"
    rf"|\bzip(?: ?code)?\s?(?:is|:)?\s?({_ZIP})|(\b(?:p\.?\s?o\.?|post office) ?box\s(?:no\.? )?[0-9]{{1,6}}\b)"
    rf"|\b((?:gpo|locked bag|private bag)(?: box)? [0-9]{{1,6}}\b)"
)
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
    for start, end in _in_english(page):
        while page.text[end - 1] in ", \n":
            end -= 1
        yield Span(start, end, "ADDRESS", 0.8)


def _in_japanese(text: str) -> Iterator[tuple[int, int]]:
    located = any(name in text for name in _PREFECTURES)
    if located or "〒" in text or "郵便番号" in text:
        for m in _POSTAL.finditer(text):
            yield m.span("code") if m["code"] else m.span()
    if any(cue in text for cue in ("住所", "先", "住まい", "所在地", "自宅", "実家", "本籍")):
        yield from (m.span("home") for m in _CUED_JA.finditer(text))
    if not _CITY_NUMBER.search(text):
        return
    if located:
        yield from (m.span() for m in _HOMES.finditer(text))
    if "京都市" in text:
        yield from (m.span() for m in _KYOTO_HOMES.finditer(text))
    if "市" in text or "区" in text or "郡" in text:
        yield from (m.span() for m in _NO_PREF.finditer(text))


def _in_english(page: Page) -> Iterator[tuple[int, int]]:
    if page.digits:
        text = page.text
        if page.words & _STREET_WORDS:
            yield from (m.span() for m in _STREET.finditer(text))
            yield from (m.span("home") for m in _CUED.finditer(page.low))
        if _CODE_LIKE.search(text):
            yield from (m.span() for pattern in (_BROADWAY, _HOUSE_NAME, *_OTHERS) for m in pattern.finditer(text))
        if "-" in text and page.words & _ROMAJI_WORDS:
            yield from (m.span() for m in _ROMAJI.finditer(text) if _ROMAJI_PART.search(m[0]))
        if page.words & _CODE_WORDS:
            yield from (m.span(m.lastindex or 0) for m in _CODES.finditer(page.low))
    if page.words & _WORDED_STREETS and page.words & _NUMBER_WORDS:
        yield from (m.span() for m in _WORDED.finditer(page.text))
