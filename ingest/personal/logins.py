"""Passwords and codes that plain sentences give away, with other words between than passwords usually have."""

import re
from collections.abc import Iterator

from ingest.personal import writing
from ingest.personal.span import Page, Span, phrases
from ingest.personal.writing import Writing, patterns

# What somebody made up: letters with digits or signs among them. No unit, version, model or name of a program.
_TOKEN = re.compile(r"(?<![!-~])[(\"'\[]?(?P<token>(?=[A-Za-z]{0,39}[0-9!@#$%^&*_+=.-])[A-Za-z0-9!$#%&*][!-~]{4,39})")
_TRAILING = re.compile(r"[.,;:?)\"'\]]+$|(?<=[A-Za-z])!$")
_MADE_UP = re.compile(
    r"(?=[!-~]*[a-z])(?:(?=[!-~]*[0-9])(?=(?:[!-~]*[A-Za-z]){2})|(?=[!-~]*[A-Za-z0-9][!@#$%^&*_+=][A-Za-z0-9!])).{6,40}"
)
_NOT_MADE_UP = re.compile(
    r"(?:https?:|www\.).*|[^/]*/[^/]*/.*|[^@]+@[^@]+\.[a-z]+|.*\.(?:com|net|org|io|jp|uk|de|pdf|jpe?g|png|csv"
    r"|zip|docx?|xlsx?|exe|txt"
    r"|json|py|js|html?|apk|heic)"
    r"|[0-9][0-9.,:x-]*(?:[a-z]{1,3}|[a-z]+|[-/][a-z]+)|[0-9]+-[a-z]+(?:-[a-z]+)*"
    r"|(?:iphone|ipad|ipados|galaxy|windows|win|ios|android|chrome|firefox|edge|safari|opera|version|ver|usb"
    r"|sha|base|utf"
    r"|oauth|covid|html|http|ipv|wifi|wi-fi|office|word|excel|xbox|playstation|pixel|python|java|macos|macbook"
    r"|model|type"
    r"|rj|log4j|step|gen|bluetooth|wpa|ieee|error|code|order|ticket|case|invoice|page|room|mp|hdmi|ubuntu"
    r"|debian|thunderbird"
    r"|outlook|kodi|ps|node|php|mysql|dynamics|office365|microsoft|auth|level|area|formula|studio|app|build|v"
    r"|kb|img|dsc)"
    r"[-_.#]?[0-9][0-9._-]*[a-z]?"
    r"|(?:[0-9a-f]{2}[:-]){3,7}[0-9a-f]{2}|(?:customer|operator|agent|user|caller|speaker|client|guest|staff"
    r"|bot)_[0-9]+"
    r"|[a-z]+['_](?:s|t|re|ve|ll|[a-z]+)|[0-9a-f]{7,40}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]+(?:_[a-z]+)+"
    r"|[&]?[a-z]+[=&][a-z]+|<.*",
    re.IGNORECASE,
)
_KEPT = (  # words of a program or a shop that stand in one sentence with a password and are no password
    r"error|order|ticket|invoice|model|serial|version|firmware|coupon|promo|discount|voucher|sku|item|part"
    r"|reference|ref"
    r"|tracking|case|file|attachment|variable|product|batch|lot|build|commit|job|event|エラー|注文|型番|品番"
    r"|クーポン|商品|製品"
    r"|ファイル|バージョン|追跡|シリアル"
)
_SAID = re.compile(
    rf"(?P<kept>(?<![a-z])(?:{_KEPT})(?![a-z]))|(?<![a-z])(?:pass ?words?|pass ?phrases?|pass ?codes?"
    r"|pass ?keys?|pwd|pw"
    r"|(?:log|sign)(?:ged|ging|ing|s)?[ -]?(?:in|on)s?|credentials|(?:wi-?fi|wireless|network|wlan|wpa2?|router"
    r"|hotspot)"
    r"(?: (?:key|code|pass|one|is|details|security))?|unlock(?:ed|s)?"
    r"|secret|api[ -]?(?:key|token)s?|(?:access |bearer |auth |our |my |with |using |the )(?:key|token)|tokens?"
    r"|webhook|typ(?:ed|ing)|reset it to|changed it to|temporary one)"
    r"(?![a-z])|パスワード|パスフレーズ|パスコード|ログイン|wi-?fi|ルーター|ネットワーク|暗号化|接続キー"
    r"|キー(?!ボード|ホルダー|配列)|トークン"
    r"|シークレット"
)
_STEMS = phrases(
    "pass|pwd|pw|login|log in|log on|logon|logged|logging|log-in|sign|credential|wi-fi|wifi|wireless|network"
    "|wlan|wpa|router"
    "|hotspot|unlock|secret|key|token|webhook|typed|typing|reset it|changed it|temporary one|パス|ログイン"
    "|ルーター|ネットワーク|キー|トークン|シークレット|暗号"
)
_A_THING = re.compile(r"(?<![a-z])(?:an?|on|since|by|via|id is) $")  # on a Galaxy-S23
_STOP = re.compile(r"(?:(?<!\bno)[.!?;]\s|[。!?\n])")
_NEAR, _BEHIND = 44, 32
# A key of a program says so itself: long, and capitals, small letters and digits mixed as nobody writes words.
_KEY = re.compile("[A-Za-z0-9_-]{18,200}")
_KEY_EDGE = frozenset("./=%+@")  # beside these it is a piece of an address or of a file
_RUNS = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")

_PLACE = (
    r"door|gate|lobby|building|alarm|safe|locker|garage|entrance|entry|lock|keypad|key ?box|lock ?box|key ?safe|barrier"
    r"|intercom|parental|child ?lock|elevator|stairwell|padlock|mailroom|car ?park|courtyard|apartment|box|doorman"
)
_OPENS = r"(?:[#*]?(?:[0-9]{4,8}|[A-Z][0-9]{3,6}[A-Z]?|[0-9]{3,5}[A-Z])[#*]?|[#*][0-9]{3,8}[#*]?|[0-9]{3,8}[#*])"
_ENDS = (
    r"(?![\w%:/.-]|[.,][0-9]| ?(?:mm|cm|m|kg|g|v|w|mah|points|times|screws|people|units|minutes|seconds|euros?|dollars"
    r"|yen|pounds|usd|hours|pieces|items)\b)"
)
_PLAIN = (  # no password: what else follows "password is"
    r"(?:wrong|incorrect|invalid|expired|weak|strong|correct|right|fine|ok|okay|good|bad|the|same|not|no|too"
    r"|still|never|being"
    r"|required|needed|missing|lost|blank|empty|set|reset|safe|secure|hidden|unknown|gone|stuck|short|long"
    r"|always|very|so|case"
    r"|what|now|also|only|rejected|accepted|denied|shown|sent|saved|broken|different|old|new|there|here|it|something"
    r"|somewhere|probably|maybe|on|in|at|under|below|above|written|printed|attached|stored|a|an|my|your|our|his"
    r"|her|their|to"
    r"|for|from|by|just|already|really|like|this|that|these|ready|easy|hard|simple|longer|shorter|better"
    r"|changed|enough|used"
    r"|entered|asked|known|one|two|i|we|you|he|she|they|when|if|because|as|and|but|or|all|any|both|none|null"
    r"|yes|nothing"
    r"|kept|visible|google|chrome|apple|microsoft|facebook|english|japanese|capital|letters|numbers|monday"
    r"|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november"
    r"|december"
    r"|email|default|temporary|work|working|enabled|disabled|active|unique|typed|more|at least|between|minimum"
    r"|least|me|us"
    r"|please|thanks|sorry|accept|save|try|be|do|go|login|log|get|use|see|find|change|something)"
)

_CODE = re.compile("[0-9]{3}(?![0-9]*[-./:_][0-9])|[0-9][ -][0-9]")  # a cheap test before the words are looked for
_SIGNS = frozenset("@#$^*_+=")
_CODES = (
    Writing(
        "SECRET",
        phrases(
            "door|gate|lobby|building|alarm|safe|lock|garage|entr|keypad|key box|barrier|intercom|parental|elevator"
            "|stairwell|mailroom|car park|courtyard|apartment| box|pin|combination"
        ),
        patterns(
            rf"(?i:\b(?:{_PLACE})s?\b[^.\n0-9\x00]{{0,48}}?\b(?:press|type|enter|punch in|dial|key in|tap in"
            r"|put in|use|chose|set to"
            r"|picked|opens? with|needs|takes|changed to|code)(?:ed|d|s|ing)? (?:in )?(?:the )?(?:code "
            rf"|digits )?)({_OPENS}){_ENDS}",
            r"(?i:\b(?:press|type|enter|punch in|dial|key in|tap in|put in|use|need)(?:ed|d|s"
            r"|ing)? (?:in )?(?:the )?(?:code "
            rf"|digits )?)({_OPENS})(?i:,? (?:at|for|on|into|to (?:open|get|unlock|enter|disarm))(?: [a-z'-]+){{0,4}}?"
            rf" (?:{_PLACE})\b){_ENDS}",
            rf"(?i:\b(?:changed?|set|reset|changing|switched)(?: [a-z'-]+){{0,3}}? (?:pin|code|combination|lock"
            r"|alarm)(?: [a-z'-]+)"
            rf"{{0,3}}? (?:to|as|=) )({_OPENS}){_ENDS}",
            r"(?i:\bcombination(?: [a-z]+){0,4},? )([0-9]{1,2}(?:[- ][0-9]{1,2}){2,3})(?![0-9-])",
        ),
    ),
    Writing(
        "SECRET",
        phrases(
            "code|key safe|lock box|lockbox|key box|keypad|keysafe|security n|three digits|3 digits|signature strip"
        ),
        patterns(
            r"(?i:\b(?:key ?safe|lock ?box|key ?box|keypad)\b[^.\n0-9\x00]{0,40}? (?:is|was"
            r"|=) )([0-9]{4,8})(?![\w%:/-]|[.,][0-9])",
            r"(?i:(?<!error )(?<!fault )(?<!promo )(?<!product )(?<!status )\bcode(?: (?:i|you|we|they|it|have"
            r"|had|here|got|see|received|was|sent"
            r"|just|my|the|me|app|phone|tablet|text|that|from|in|on|by|with|for|again|a|lock"
            r"|screen)){0,7},?:? (?:is|was|says|reads|said)"
            r":? )([0-9]{6}|[0-9]{3}[ -][0-9]{3})(?![\w%:/-]|[.,][0-9])",
            r"(?i:\b(?:security (?:number|no\.?|code|digits)|(?:last )?(?:three|3) digits"
            r"|signature strip)[^.\n0-9\x00]{0,32}?)"
            r"([0-9]{3})(?![\w%:/-]|[.,][0-9])",
        ),
    ),
)
_DOORS = (
    Writing(
        "SECRET",
        phrases(
            "玄関|ロック|エントランス|入口|ゲート|門|ドア|金庫|ロッカー|ボックス|アラーム|警報|倉庫|鍵|物置|シャッター"
        ),
        patterns(
            r"(?:玄関|ロック|エントランス|入口|ゲート|門|ドア|金庫|ロッカー|ボックス|アラーム|警報|倉庫|鍵|物置"
            r"|シャッター)[^0-9。\n\x00]{0,24}?"
            r"([#*]?[0-9]{3,8}[#*]?)(?=(?:で|を|と|に)[、 ]?(?:開|あ(?:き|く|け)|解[錠除]|入|押|打|入力|変え"
            r"|変更|設定|して|なって))",
            r"(?<![0-9-])([#*]?[0-9]{3,8}[#*]?)(?:を|と|で)(?:押|打|入力|解[錠除]|開)[^。\n]{0,16}?(?:玄関"
            r"|ロック|エントランス|ドア|金庫|鍵)",
        ),
    ),
)
_WORDS = (
    Writing(
        "SECRET",
        phrases("passw|passph|pass w|pass p|passc|magic word|code word|codeword|safe word|safeword|watchword|keyword"),
        patterns(
            rf"\b(?i:pass ?(?:word|phrase)s?(?: (?:for|to|on|of)(?: [a-z-]+){{1,3}}?)?,? (?:i think "
            r"|originally |before )?(?:used to be"
            r"|has (?:always )?been|had been|should(?: still)? be|must be|might be|would be|could be"
            r"|was(?: always| originally)?|is"
            rf"|:)) ['\"]?(?!(?i:{_PLAIN})\b)([A-Z][a-z]{{2,20}}(?:[-_ ][A-Z][a-z]+)*[!?#*]?)(?=['\"]?(?:"
            r"[.,;!?]| and\b| but\b| before\b"
            rf"| since\b| until\b| for\b|$|\n))",
            rf"(?i:\bpass ?(?:word|phrase)s?(?: (?:for|to|on|of)(?: [a-z-]+){{1,3}}?)? (?:used to be"
            r"|has always been|had been"
            rf"|should(?: still)? be) )(?!{_PLAIN}\b)([a-z]{{5,20}})(?=[.,;!?]|$|\n| and\b| but\b| before\b| until\b)",
            rf"(?i:\b(?:set|change|reset|changed|changing|make|switch)(?: [a-z'-]+){{0,3}}? pass ?(?:word"
            rf"|phrase)(?: [a-z'-]+){{0,4}}? to"
            rf" ['\"]?)(?!(?i:{_PLAIN})\b(?!-))([A-Z][\w-]{{3,30}}|[a-z]+(?:-[a-z]+){{1,3}}|[a-z]{{5,20}}(?=[.\"',]))",
            r"(?i:\bpass ?phrase (?:is|was|:|used to be) ?['\"]?)(?!(?:too|not|wrong|very|longer|a|the|in|on"
            r"|still|being|required|what|my|no)\b)([a-z]+(?: (?!before|and|but|until|when|so)[a-z]+){2,7})",
            r"(?i:\b(?:magic|code|safe|watch|key|pass) ?word(?: (?:on|for|of|to|with|i|we|you|my|the|our"
            rf"|account|file|set|have|gave)){{0,6}}"
            rf",? (?:is|was|:|should be) ['\"]?)(?!{_PLAIN}\b)([A-Za-z][\w-]{{2,24}})(?=['\"]?(?:[.,;!?]|$|\n"
            r"| and\b| but\b))",
            r"(?i:\b(?:magic|code|safe|watch|key|memorable|security) ?word\b[^?\n\x00]{0,24}\?\s(?:[a-z]{2,12}: )?)"
            r"(?!(?i:yes|no|ok|sure|what|the|it|that|my|i|sorry|please|none|not)\b)([A-Z][a-z]{3,20})(?=[.!]|$|\n)",
            rf"(?i:\bpass ?(?:word|phrase|code)\b[^?\n\x00]{{0,20}}\?\s(?:[a-z]{{2,12}}: )?(?:(?:yes|yeah|sure"
            r"|ok|okay|uh|um|well|so|right)[,.!]? )"
            rf"{{0,2}}(?:it's|its|it is|that's|that is|i think it's|should be"
            rf"|mine is) )(?!{_PLAIN}\b)([A-Za-z][\w-]{{3,24}})"
            rf"(?=[.,!]|$|\n)",
        ),
        digits=False,
    ),
)
_JAPANESE = (
    Writing(
        "SECRET",
        phrases("パスワード|の質問|合言葉|あいことば"),
        patterns(
            r"パスワード[はがも、]{0,2}(?:前まで|今まで|これまで|最初|元々|もともと|以前|ずっと|たしか|確か"
            r"|普段|いつも)?(?:は|から|、)?[ ]?[「\"]?"
            r"([A-Za-z][A-Za-z-]{3,30})(?=[」\"]?(?:だった|でした|です|だと|のまま|にし|に変|に設|で合|を使"
            r"|で登録|なの))",
            r"(?:合言葉|あいことば)[^。\n\x00]{0,14}?[「『]([^」』\n\x00]{2,16})[」』](?=と|です|で|に|だ|。|$|\n)",
            r"の質問(?:には?|は)、?[「『]?([\u30a1-\u30faー\u3041-\u3096\u3400-\u9fff々A-Za-z0-9]{2,14}?)"
            r"[」』]?(?=(?:と|で)(?:登録|設定|答え|入力|回答))",
            r"(?:秘密の質問|本人確認の質問)[^。\n\x00]{0,24}?(?:答え?|回答|こたえ)(?:は|が|を)[「『 ]?"
            r"([\u30a1-\u30faー\u3041-\u3096\u3400-\u9fff々A-Za-z0-9]{2,14}?)(?=[」』]|です(?!か)|でし"
            r"|だ(?:った|と|よ)|に(?:し|設)|で登録|と(?:し|登))",
        ),
        digits=False,
    ),
)


def find(page: Page) -> Iterator[Span]:
    """Yield the passwords, codes and keys of `page`."""
    if page.digits and _CODE.search(page.text):
        yield from writing.find(page, _CODES)
        yield from writing.find(page, _DOORS if page.japanese else ())
    yield from writing.find(page, _JAPANESE if page.japanese else _WORDS)
    if page.digits:
        yield from (Span(*m.span(), "SECRET", 0.6) for m in _KEY.finditer(page.text) if _is_key(page.text, m))
    if (page.digits or not _SIGNS.isdisjoint(page.text)) and page.has(_STEMS):
        yield from _made_up(page)


def _is_key(text: str, m: re.Match[str]) -> bool:
    """Say whether a piece of `m` changes between capitals, small letters and digits as a key does."""
    edges = text[max(0, m.start() - 1) : m.start()] + text[m.end() : m.end() + 2].rstrip(" .\n")
    return _KEY_EDGE.isdisjoint(edges) and any(_changes(piece) for piece in re.split("[_-]", m[0]))


def _changes(piece: str) -> bool:
    runs = _RUNS.findall(piece)
    return (
        len(piece) >= 12
        and len(runs) >= 6
        and any(c.isdigit() for c in piece)
        and any(c.islower() for c in piece)
        and any(c.isupper() for c in piece)
    )


def _made_up(page: Page) -> Iterator[Span]:
    for m in _TOKEN.finditer(page.text):
        token = _TRAILING.sub("", m["token"])
        if not _MADE_UP.fullmatch(token) or _NOT_MADE_UP.fullmatch(token):
            continue
        start = m.start("token")
        if _meant(page, start, start + len(token)):
            yield Span(start, start + len(token), "SECRET", 0.7)


def _meant(page: Page, start: int, end: int) -> bool:
    """Say whether the nearest word of the sentence speaks of signing in, and not of an order or a file."""
    before = _STOP.split(page.before(start, _NEAR))[-1]
    if _A_THING.search(before):
        return False
    said = list(_SAID.finditer(before))
    if said:
        return not said[-1]["kept"]
    after = _SAID.search(_STOP.split(page.low[end : end + _BEHIND].partition("\x00")[0])[0])
    return after is not None and not after["kept"]
