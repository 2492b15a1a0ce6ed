"""Personal data that a pattern tells on its own: passwords and keys, papers and accounts with letters, IP addresses.

Digits, dashes and quotes come folded to ASCII. Where a pattern has groups, the one that matched is the personal part.
No pattern may match NUL, which stands where something is masked already.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.personal_span import Page, Span


@dataclass(frozen=True)
class Writing:
    """A label, the lower-case words one of which must be there, and the patterns; `digits`: and a digit."""

    label: str
    words: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    digits: bool = True


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.ASCII) for pattern in patterns)


_WORD = r"pass ?word|pass ?code|pass ?phrase|pwd|pw|passwort|login"
_JA = (
    "暗証番号|パスワード|パスコード|認証コード|確認コード|認証番号|ワンタイムパスワード"
    "|合言葉|PIN(?:コード|番号)?|ログインPW"
)
_TOKEN = r"(?![<{(\[*])[!-~]{2,63}[0-9A-Za-z!@#$%^&*_+=?~-]"
_MIXED = r"(?=[!-~]{0,62}?(?:[0-9]|[A-Za-z0-9][@#$%^&*_+=][A-Za-z0-9]))"
_PLAIN = (
    "(?:required|must|incorrect|wrong|reset|expired|yes|no|none|please|see|the|not|invalid"
    "|changed|unknown|forgotten|null|and|or|for|to|is|in|on"
    "|at|that|but|with|manager|hint|error|change|email|page|link|field|again|still|never|i|my|it|too)"
)
_KEYS = (
    r"\b(?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z_]{8,64}|\bAKIA[0-9A-Z]{12,20}\b|\bgh[pousr]_[0-9A-Za-z]{20,255}"
    r"|\bgithub_pat_[0-9A-Za-z_]{20,255}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10,200}|\bAIza[0-9A-Za-z_-]{30,45}|\beyJ[0-9A-Za-z_-]{10,1000}\.[0-9A-Za-z_-]{5,4000}"
    r"(?:\.[0-9A-Za-z_-]{5,1000})?"
    r"|\bsk-(?:[a-z]+-)?[0-9A-Za-z_-]{16,200}|\bglpat-[0-9A-Za-z_-]{16,64}"
    r"|\bSG\.[0-9A-Za-z_-]{16,64}\.[0-9A-Za-z_-]{16,64}"
)
_KEY_WORD = (
    r"api[ _-]?(?:key|token)|secret(?:[ _-](?:access )?key)?|access[ _-]?token|auth[ _-]?token"
    r"|bearer(?: token)?|private key|client[ _-]?secret|license key|token|webhook secret"
)

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")

WRITINGS = (
    Writing(
        "SECRET",
        ("pass", "pwd", "pw", "login", "パスワード", "合言葉", "暗証", "コード", "認証", "pin"),
        _all(
            rf"(?i:\b(?:{_WORD})\s?[:=]\s?['\"]?(?!{_PLAIN}\b)({_TOKEN}))",
            rf"(?i:\b(?:{_WORD})"
            rf"(?: (?:for|to|on|of) (?:my|the|this|our)? ?(?:[a-z-]{{1,16}} ){{0,2}}?[a-z-]{{1,16}})?\s"
            rf"(?:is|was)(?: now| set to| still|,| currently)?\s?:?\s?(?:['\"]([ !#-~]{{3,64}}?)(?=['\"])"
            rf"|{_MIXED}({_TOKEN})))",
            rf"(?i:\b(?:{_WORD})\s(?:['\"]([!#-~]{{4,64}}?)(?=['\"])|{_MIXED}(?=[!-~]{{0,30}}[A-Za-z])({_TOKEN})))",
            rf"(?i:\b(?:reset|changed?|set|changing) (?:it|my pass ?word|the pass ?word|pass ?word) to ['\"]?{_MIXED}"
            rf"({_TOKEN}))",
            rf"(?:{_JA})[ ]?(?:は|が|を|に|:|=|「|『|\()[ ]?[「『\"(]?{_MIXED}({_TOKEN})",
            rf"(?:パスワード|合言葉)[ ]?[:=][ ]?[「『\"]?({_TOKEN})",
            r"(?:パスワード|合言葉|パスコード)(?:[はがを]|は、)?[ ]?[「『\"]([!-~]{3,64}"
            r"|[^」』\"\n\x00]{2,20})[」』\"]",
            r"(?:合言葉)(?:は|が)[ ]?([\u30a1-\u30faー\u3041-\u3096\u3400-\u9fff]{2,10}?)(?=です|でした|。|$)",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        ("key", "secret", "token", "bearer", "キー", "トークン", "シークレット"),
        _all(
            rf"(?i:\b(?:{_KEY_WORD})(?: (?:for|to|of) (?:my|the|our|your)? ?[a-z-]{{1,16}})?\s?(?:is"
            rf"|was|[:=])?\s?['\"]?)(?=[!-~]{{0,40}}[0-9])(?![0-9]{{1,4}}(?![!-~]))"
            rf"([A-Za-z0-9_][!-~]{{6,2000}}[0-9A-Za-z=_-])",
            r"(?i:(?:api ?キー|apiキー|アクセスキー|アクセストークン|シークレットキー"
            r"|秘密鍵|トークン|ライセンスキー))[ ]?(?:は|が|:|=|「)?[ ]?[「『\"]?"
            r"(?=[!-~]{0,40}[0-9])([A-Za-z0-9_][!-~]{6,2000}[0-9A-Za-z=_-])",
        ),
    ),
    Writing(
        "SECRET",
        ("sk_", "pk_", "rk_", "akia", "ghp_", "gho_", "github_pat", "xox", "aiza", "eyj", "sk-", "glpat-", "sg."),
        _all(_KEYS),
    ),
    Writing(
        "ACCOUNT",
        ("記号",),
        _all(
            r"記号[ ]?[:は]?[ ]?([0-9]{5}(?:-[0-9])?[、,。 ]{0,2}番号[ ]?[:は]?[ ]?[0-9]{1,8})(?![0-9])",
            r"(?:ゆうちょ|郵便貯金|通帳)[^0-9\n\x00。]{0,14}記号[ ]?[:は]?[ ]?([0-9]{5})(?![0-9])",
            r"(?:ゆうちょ|郵便貯金)[^0-9\n\x00。]{0,10}([0-9]{5}-[0-9]{1,8}(?:-[0-9])?)(?![0-9-])",
        ),
    ),
    Writing("ACCOUNT", ("0x",), _all(r"\b0x[0-9a-fA-F]{40}\b")),
    Writing(
        "ID",
        ("passport", "パスポート", "旅券"),
        _all(
            r"(?:(?i:passport)|パスポート|旅券)(?:[ ]?(?:番号|(?i:number|no\.?|#|id))){0,2}[ ,]{0,2}(?:(?i:is"
            r"|was|it's)|[は:が#の、])?[ ]?[「(]?([A-Z]{1,2}[ ]?[0-9]{6,8}|[0-9]{9}|[A-Z][0-9]{2}[A-Z0-9]{5,6})"
            r"(?![0-9A-Za-z-])",
        ),
    ),
    Writing(
        "ID",
        ("licen", "dl", "permit"),
        _all(
            r"(?i:\blicen[cs]e (?:number|no\.?|#)\s?(?:is|:)?\s?([a-z]{1,2}[0-9]{5,12})\b)",
            r"(?:(?i:driv(?:er|ing|er's|ers)'?s? (?:licen[cs]e|permit))|\bDL)(?i: number| no\.?| #| id){0,2}[ ,]{0,2}"
            r"(?i:is|was|:|#|it's)?[ ]?((?=[A-Z0-9 -]{0,16}[0-9]{3})[A-Z0-9](?:[- ]?[A-Z0-9]){4,16})"
            r"(?![A-Za-z0-9])",
        ),
    ),
    Writing(
        "ID",
        ("免許",),
        _all(
            r"免許証?(?:の)?(?:番号)?[ ]?(?:は|:|が|、)?[ ]?第?([0-9]{12}|[0-9]{4}[- ][0-9]{4}[- ][0-9]{4}"
            r"|[0-9]{2}[- ][0-9]{2}[- ][0-9]{6}[- ][0-9]{2})号?"
            r"(?![0-9])"
        ),
    ),
    Writing("ID", ("在留カード",), _all(r"在留カード(?:の)?(?:番号)?[ ]?[:はが、]?[ ]?([A-Z]{2}[0-9]{8}[A-Z]{2})")),
    Writing(
        "ID",
        ("保険", "被保険者"),
        _all(
            r"(?:保険証|被保険者証?|健康保険)(?:の)?[ ]?(?:記号[・、]?番号|番号|記号)?[ ]?[:はが、]?[ ]?"
            r"(?:記号)?[ ]?([0-9]{2,8}"
            r"(?:[- ・][0-9]{1,8}){1,2})(?![0-9])",
            r"(?:保険証|被保険者証?|健康保険)[^0-9\n\x00。]{0,12}記号[ ]?[:はが]?[ ]?"
            r"([0-9]{2,8}[、, ]{0,2}番号[ ]?[:はが]?[ ]?[0-9]{1,8})"
            r"(?![0-9])",
            r"(?:保険証|健康保険)の?記号は?[ ]?[0-9][0-9-]{0,9}、[ ]?番号は?[ ]?([0-9]{4,8})(?![0-9])",
            r"雇用保険[^0-9\n\x00。]{0,14}([0-9]{4}-[0-9]{6}-[0-9])(?![0-9])",
        ),
    ),
    Writing(
        "ID",
        ("national insurance", "ni number", "nino", "nin"),
        _all(
            r"(?i:\b(?:national insurance|ni|nino)(?: number| no\.?)?\s?(?:is|:)?\s?"
            r"([a-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[a-d])\b)"
        ),
    ),
    Writing(
        "ID",
        ("id card", "national id", "nric", "identity", "dni", "resident"),
        _all(
            r"(?i:\b(?:id card|national id|nric|identity (?:card|number)|dni|residence (?:card|permit))"
            r"(?: number| no\.?)?\s?(?:is|:)?\s?((?=[a-z0-9-]*[0-9]{4})[a-z0-9-]{7,16}))(?![A-Za-z0-9])"
        ),
    ),
)
_IPV4 = re.compile(r"(?<![0-9A-Za-z.-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?(?![0-9A-Za-z]|[.-][0-9A-Za-z])")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:%[a-z0-9]{1,8})?(?![0-9A-Za-z:])")
_VERSION = re.compile(
    r"\b(?:v|rv|ver|version|firmware|build|release|fw|driver|software|os|patch|update|upgrade"
    r"|bios|sdk|app)\b\.?[ :]?(?:number|is|to|from|version|no\.?)?[ :]?[a-z]{0,8}[ ]?$|(?:バージョン"
    r"|ファームウェア|ファーム|更新版|アップデート|リリース|ソフトウェア|ドライバー?|型番)[^0-9。\n]{0,8}$",
    re.ASCII,
)
_NOT_PERSONAL_IP = re.compile(r"127\.|0\.0\.0\.0|255\.|::1?(?:/[0-9]+)?$")


def find(page: Page) -> Iterator[Span]:
    """Yield what the patterns tell, and the IP addresses of `page`."""
    for writing in WRITINGS:
        if (page.digits or not writing.digits) and page.has(writing.words):
            for pattern in writing.patterns:
                for m in pattern.finditer(page.text):
                    yield Span(*m.span(m.lastindex or 0), writing.label, 0.9)
    if page.digits and page.text.count(".") > 2:
        yield from _addresses(page, _IPV4)
    if page.text.count(":") > 1:
        yield from _addresses(page, _IPV6)


def _addresses(page: Page, pattern: re.Pattern[str]) -> Iterator[Span]:
    for m in pattern.finditer(page.text):
        if not any(c.isdigit() for c in m[0]) or _NOT_PERSONAL_IP.match(m[0]) or not _is_address(m[0]):
            continue
        if not _VERSION.search(page.before(m.start(), 40)):
            yield Span(m.start(), m.end(), "IP", 0.8)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True
