"""Personal data that a pattern tells on its own: passwords and keys, papers and accounts with letters, IP addresses.

Digits, dashes and quotes come folded to ASCII. Where a pattern has groups, the one that matched is the personal part.
No pattern may match NUL, which stands where something is masked already.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.personal.span import Page, Span


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
# What people say between "password" and the password itself.
_SAYING = (
    r"(?:,?\x20(?!(?:length|limit|policy|resets?|attempts?|expiry|dates?|orders?|tickets?|cases?|errors?|version"
    r"|rules?|strength"
    r"|minimum|maximum|characters)\b)[a-z'-]{1,14}){0,8}?"
)
_STATE = (  # what a password is, and not the password
    r"(?:wrong|incorrect|invalid|expired|weak|strong|correct|right|fine|ok|okay|good|bad|the|same|not|no|too"
    r"|still|never|being"
    r"|required|needed|missing|lost|blank|empty|set|reset|safe|secure|hidden|unknown|gone|stuck|short|long|always"
    r"|very|so"
    r"|case|what|now|also|only|rejected|accepted|denied|shown|sent|saved|broken|different|old|new|unchanged|there"
    r"|here|it"
    r"|something|something|somewhere|probably|maybe|on|in|at|under|below|above|written|printed|attached|stored|private"
    r"|confidential|secret|mandatory|optional|case-sensitive|protected|working|a|an|my|your|our|his|her|their|to"
    r"|for|from|by"
    r"|just|already|really|apparently|supposedly|about|like|this|that|these|ready|down|up|useless|annoying|easy"
    r"|hard|simple"
    r"|impossible|important|different|correctly|properly|entered|asked|well|known|one|two|i|we|you|he|she|they"
    r"|when|if|because"
    r"|as|and|but|or|all|any|both|exactly|over|under|past|due|none|null|yes|nothing|visible|longer|shorter|better"
    r"|worse)"
)
_SPOT = (
    r"door|gate|entry|entrance|alarm|access|lobby|garage|building|keypad|key ?pad|lock ?box|key ?safe|key ?box"
    r"|safe|buzzer"
    r"|intercom|front door|side door|back door|gate code|call ?box|padlock|bike lock|luggage lock|mail ?room"
    r"|stairwell|elevator"
    r"|lift|parcel locker|locker|storage|bin store|car ?park|barrier|communal|shed|garden|porch|office|concierge"
)
_ASKED_FOR = (
    r"security (?:question|answer|word|phrase)|secret (?:question|answer|word)|memorable (?:word|phrase|name"
    r"|place|information)"
    r"|(?:mother|mum|mom)'?s maiden name|maiden name|(?:first|childhood|favou?rite) pet(?:'?s name)?|pet'?s name"
    r"|code ?word|safe ?word"
    r"|challenge (?:question|answer|phrase)|hint answer|account word|verbal password|first school|first car"
    r"|favou?rite teacher"
)
_TOLD = r"(?:is|was|reads|says|shows|=|:|are|would be|it's|'s|should be)"
_KEYS = (
    r"\b(?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z_]{8,64}|\bAKIA(?![0-9A-Z]{0,20}EXAMPLE\b)[0-9A-Z]{12,20}\b|\bgh[pousr]_[0-9A-Za-z]{20,255}"
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

# Papers that name a person, and what people say between their name and the number.
_PAPERS = (
    r"ssn|social security|social insurance|sin|tfn|tax file|tax(?:payer)? (?:id|identification|reference)|itin"
    r"|ein|utr|nhs|national insurance"
    r"|ni|nino|national id(?:entity)?|identity card|id card|medicare|medicaid|health (?:card|insurance|plan)|ohip|chi"
    r"|(?:health|dental|medical|car|home|travel|life|auto|contents|pet|group)?[ ]?insurance"
    r"|(?:insurance )?policy(?: ?holder)?|insurance member"
    r"|plan member|subscriber|beneficiary|member id|aadhaar|aadhar|pan|pps|ppsn|nie|nif|dni|cpf|cnpj|curp|rfc|bsn"
    r"|nric|fin|cnic|emirates id"
    r"|student|employee|staff|voter(?:'s)?|green card|alien|uscis|visa|resident|residence permit|residency"
    r"|biometric residence permit|brp"
    r"|military|veteran|ird|personnummer|steuer-?id|passport|(?:driver|driving|driver's|drivers'?)(?: licen[cs]e"
    r"| permit)|licen[cs]e|dl"
)
_PAPER_SAYING = (
    r"(?:'s)?(?:,?[ ](?:number|numbers|no\.?|num|nr|id|card|licen[cs]e|permit|code|reference|ref|policy|member"
    r"|membership|is|was|are|for|my|the|on"
    r"|of|file|account|personal|with|it's|it|reads|says|as|to|starts|now|new|old|holder|identification"
    r"|certificate|plan|group"
    r"|state|from|in|valid|follows|which|that|he|she|i|have|gave|you|and|uk|us|eu|australian|canadian|irish"
    r"|indian|california|texas"
    r"|florida|york|new|ontario|nevada|ohio|georgia|oregon|washington|arizona|illinois|british|american|nz|nsw"
    r"|victoria|victorian"
    r"|queensland|bc|quebec|alberta|insurance|security|health|should|be|here|entered|typed|wrote|printed|#)"
    r"|[:,#=]|[ ]\([^)\n]{1,24}\)){0,7}"
)
_PAPER = (
    r"(?=[A-Z0-9][A-Z0-9 ./-]{3,22})(?=(?:[A-Z ./-]{0,8}[0-9]){1}(?:[A-Z ./-]{0,6}[0-9]){3})"
    r"(?![0-9]{1,2}[ /.-][0-9]{1,2}[ /.-](?:19|20)?[0-9]{2}(?![0-9]))[A-Z0-9]{1,16}(?:[ ./-][A-Z0-9]{1,9}){0,5}"
)

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")

WRITINGS = (
    Writing(
        "SECRET",
        (
            "pass",
            "pwd",
            "pin",
            "code",
            "wpa",
            "network key",
            "combination",
            "login",
            "keypad",
            "lockbox",
            "wifi",
            "wi-fi",
            "wireless",
            "keypad",
            "lock box",
            "lockbox",
            "cvv",
            "cvc",
            "cid",
            "csc",
            "cvn",
        ),
        _all(
            rf"(?i:\b(?:{_WORD}|passkey|wi-?fi (?:key|code|pw)|network key|wpa2? key|wireless "
            rf"key){_SAYING}\s?{_TOLD}\s?['\"]?)"
            rf"{_MIXED}({_TOKEN})",
            rf"(?i:\b(?:{_WORD}|passkey)(?: (?:for|to|on) (?:my|the|our|it)(?: [a-z-]{{2,14}}){{0,2}}| i (?:use"
            rf"|used|set|chose|have|had))?"
            rf" (?:is|was|:) (?!{_STATE}\b))(?![A-Za-z]{{1,20}}(?:ing|ed|able|ible|ly|ous|ive)\b)([A-Za-z]{{4,24}})"
            r"(?=[.,;!?]?(?:$|\n| and\b| but\b| if\b|[.!] [A-Z]))",
            rf"(?i:\b(?:typed|entered|put in|tried|used|using|use|try|enter|type|keyed in|chose|set|sent me"
            rf"|gave me|got)(?: in)?\s['\"]?)"
            rf"({_TOKEN}|[A-Za-z]{{3,30}})(?i:['\"]? (?:as|for)(?: (?:my|the|our|a|his|her))?"
            r"(?: (?:new|old|temporary|current|wifi|wi-fi|account|login|one-time|security|router)){0,2} (?:pass"
            r"|pin\b|otp|code\b|cvv|login\b|key\b))",
            rf"(?<![!-~]){_MIXED}({_TOKEN})(?i:['\"]? (?:is|was) (?:my|the|our|his|her)(?: (?:new|old|temporary"
            rf"|current|wifi|wi-fi|account"
            r"|login|log-in|router|door|gate|alarm|entry|verification|security|one[- ]time|sms|access|auth"
            r"|2fa)){0,2} (?:pass ?word|pass ?code|pass ?phrase|pin|code)\b)",
            r"(?i:\b(?:wi-?fi|wireless|network|wpa2?) (?:key|code|pass|pw)"
            r"[ :=]{1,3}['\"]?)(?=[!-~]{0,30}[0-9])(?=[!-~]{0,30}[A-Za-z])"
            rf"({_TOKEN})",
            rf"(?i:\b(?:{_SPOT})(?: lock| door| entry| pin| key ?pad)?(?: code| pin| combination| number| combo)"
            rf"(?:(?: for| of| to| at| on| by)(?: the| my| our)?(?: [a-z-]{{2,14}}){{1,3}})?,?\s?{_TOLD}?\s?['\"]?)"
            r"(?=[#*A-Z0-9-]{0,9}[0-9])([#*]?[0-9A-Z](?:[0-9A-Z-]{1,10}[0-9A-Z]|[0-9A-Z]{1,10})[#*]?)(?![\w-])",
            r"(?i:\bcode (?:for|to|of|at) (?:the |my |our )?(?:[a-z-]{2,14} ){0,2}?"
            rf"(?:{_SPOT})\s?{_TOLD}\s?)([#*]?[0-9][0-9A-Z]{{2,8}}[#*]?)(?![\w-])",
            rf"(?<![!-~]){_MIXED}({_TOKEN})(?i:['\"]? (?:[a-z']{{2,12}} ){{1,4}}as (?:(?:my|the"
            rf"|our) )?(?:pass ?word|pass ?code|pass ?phrase|pin)\b)",
            r"(?i:\b(?:pass ?word|pass ?code|pin|otp|cvv|door code|gate code)\?,? (?:sure,? |yes,? "
            r"|ok,? )?(?:it's|it is|that's|that is|its) )"
            r"([0-9]{3,8}|(?=[!-~]{0,30}[0-9])[!-~]{5,40}[0-9A-Za-z])(?![\w-])",
            rf"(?i:\b(?:{_SPOT})\b[^.\n0-9\x00]{{0,40}}?(?<!error )(?<!product )(?<!order )(?<!zip )\b(?:code"
            rf"|pin) (?:is |was )?)([0-9]{{4,8}})(?![\w%-])",
            r"(?i:\b(?:text|texted|sms|message|authenticator|two-factor|2fa|log-?in"
            r"|sign-?in)\b[^.\n0-9\x00]{0,40}?(?<!error )(?<!product )"
            r"(?<!promo )(?<!discount )(?<!coupon )\bcode:? (?:is |was )?)([0-9]{4,8}|[0-9]{3}[- ][0-9]{3})(?![\w%-])",
            rf"(?i:\b(?:{_SPOT}) (?:key ?pad|lock|lock ?box|key ?safe|door)(?: code)? (?:is|was"
            rf"|:) )([#*]?[0-9]{{3,8}}[#*]?)(?![\w%-])",
            r"(?i:\b(?:pin|pass ?code|otp)(?: [a-z'-]{1,12}){1,8}? (?:is|was|reads|says|as|:) )"
            r"([0-9]{4,8}|[0-9]{2,3}[- ][0-9]{2,3}|[0-9](?:[- ][0-9]){3,7})(?![\w%-]| ?(?:digit|char|time|day"
            r"|hour|minute))",
            r"(?i:\b(?:cvv2?|cvc2?|cid|csc|cvn)\b(?:,? [a-z'-]{1,12}){0,6}?[:,]? )([0-9]{3,4})(?![\w%/-]|,[0-9]"
            r"|\.[0-9])",
            rf"(?i:\b(?:{_WORD}|pin)(?: [a-z'-]{{1,12}}){{0,4}}? (?:changed|reset|set|updated"
            rf"|switched) to:? ['\"]?)(?=[!-~]{{0,40}}[0-9])"
            rf"({_TOKEN})(?!-?[ ]?(?:digit|char))",
            r"(?i:(?<![\w.-])([0-9]{2,4}[ -][0-9]{2,4}) as (?:my|the|a) (?:[a-z-]{2,12} )?(?:pass|pin\b|otp|code\b))",
            r"(?i:\bcombination(?: (?:for|to|of) (?:the |my )?[a-z ]{2,20})? (?:is|was"
            r"|:)?\s?)([0-9]{1,2}(?:[- ][0-9]{1,2}){2,3})(?![0-9-])",
            r"(?i:\b(?:pin|pass ?code|otp|(?:verification|security|one[- ]time|log-?in|sign-?in"
            r"|auth(?:entication)?|confirmation|2fa|sms|access"
            r"|reset|backup|recovery|unlock|activation) codes?)(?:'s| number)?"
            rf"{_SAYING}\s?{_TOLD}?\s?['\"]?)(?=[A-Z0-9-]{{0,11}}[0-9])([A-Z0-9]{{1,6}}"
            rf"(?:-[A-Z0-9]{{1,6}}){{1,7}})(?![\w-])",
            r"(?i:\b(?:otp|pass ?code|(?:verification|one[- ]time|log-?in|sign-?in|auth(?:entication)?|2fa|sms"
            r"|access|backup|recovery|unlock)"
            rf" code){_SAYING}\s?{_TOLD}\s?['\"]?)(?=[A-Za-z]{{0,7}}[0-9])(?=[0-9]{{0,7}}[A-Za-z])"
            rf"([A-Za-z0-9]{{4,10}})(?![\w-])",
            r"(?i:\b(?:pin|pass ?code|code)s?(?:'s| number)?(?: (?:that|which|i|you|was|were|came|arrived|sent"
            r"|got|received|by|via|in|on|to|me|"
            r"my|the|your|sms|text|texted|message|email|phone|app|just|from|for|is|use|used|typed|entered|chose"
            r"|choose|picked|made|wrote|remember|reads?|says?|said|with|it|bank|we|"
            r"here|of|a|door|card|debit|alarm|set|keep|give|gave|always|at|atm)){1,9}:? (?:is|was|reads|says|said"
            r"|as|:) )"
            r"([0-9]{4,8}|[0-9]{3}[- ][0-9]{3}|[0-9](?:[- ][0-9]){3,7})(?![\w%-])",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        ("security", "secret", "memorable", "maiden", "pet", "word", "answer", "first school", "first car", "teacher"),
        _all(
            rf"(?i:\b(?:answer|reply|response) (?:to|for) (?:my |the |your |that )?(?:{_ASKED_FOR})(?:s| question)?"
            rf"(?: \([^)\n]{{1,40}}\)|,? [^.\n]{{0,40}}\?)?\s?{_TOLD}\s?['\"]?)"
            r"((?!(?:not|wrong|incorrect|being|never|always|case)\b)[A-Za-z0-9][\w'-]{1,24}"
            r"(?: [A-Z][\w'-]{1,24}){0,2})",
            rf"(?i:\b(?:{_ASKED_FOR})\s?\?? (?:my )?(?:answer|reply|a):?\s(?:is )?)([A-Za-z0-9][\w'-]{{1,24}}(?: "
            rf"[A-Z][\w'-]{{1,24}}){{0,2}})",
            rf"(?i:\b(?:{_ASKED_FOR})(?:\s(?:on (?:the|my) account|i (?:set|gave|chose|use)))?,?\s?{_TOLD}\s?['\"]?)"
            r"((?!(?:not|wrong|incorrect|being|never|always|case|asked|required|missing|the|my|a|about|what|too|set)\b)"
            r"[A-Za-z0-9][\w'-]{1,24}(?: [A-Z][\w'-]{1,24}){0,2})",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        ("phrase", "seed", "recovery", "backup"),
        _all(
            r"(?i:\b(?:recovery|seed|backup|mnemonic|wallet|secret) (?:phrase|words?|seed)[^.:\n\x00]{0,30}?(?:is"
            r"|are|was|:)\s*['\"]?)"
            r"((?:[a-z]{3,10},? ){3,23}[a-z]{3,10})\b",
            r"(?i:\b(?:recovery|backup) codes?[^.:\n\x00]{0,30}?(?:is|are|was|:)?\s*['\"]?)"
            r"((?=[a-z-]{0,10}[0-9])[A-Za-z0-9]{4,8}(?:-[A-Za-z0-9]{4,8}){1,5}(?:,? "
            r"[A-Za-z0-9]{4,8}(?:-[A-Za-z0-9]{4,8}){1,5}){0,9})",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        ("key", "token", "secret", "passw", "pwd"),
        _all(
            r"\b[A-Z][A-Z0-9_]{0,40}(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD)"
            r"(?:_[A-Z0-9]{1,12})?\s?=\s?['\"]?([^\s\x00'\"]{6,2000})",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        ("://", "begin ", "hf_", "npm_", "pypi-", "ya29.", "dop_v1", "shpat_"),
        _all(
            r"[?&;](?i:(?:access_|auth_|api_|id_|refresh_|reset_)?(?:token|key|password|pwd|secret|sig|signature"
            r"|auth|session|code))="
            r"([^&\s\x00\"'<>]{6,500})",
            r"(?i:https?|ftp|postgres(?:ql)?|mysql|redis|mongodb(?:\+srv)?"
            r"|amqp)://([^\s:/@\x00]{1,40}:[^\s@/\x00]{3,64}@[^\s/\x00]{1,80})",
            r"(-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,4000}(?:-----END "
            r"[A-Z ]{0,20}PRIVATE KEY-----)?)",
            r"\b((?:hf|npm|dop_v1|shpat)_[0-9A-Za-z]{20,80}|pypi-[0-9A-Za-z_-]{30,300}|ya29\.[0-9A-Za-z_-]{20,300})",
        ),
        digits=False,
    ),
    Writing(
        "ID",
        ("ssn", "social", "sin", "tax", "insurance", "licen", "passport"),
        _all(
            r"(?i:\b(?:ssn|social(?: security)?(?: number)?|social insurance number|tax id|itin)\b[^0-9.\n\x00]{0,24}?"
            r"(?:end(?:s|ing)? (?:in|with)|last (?:four|4)(?: digits)?)[^0-9.\n\x00]{0,16}?)([0-9]{4})(?![0-9-])",
            r"(?i:\blast (?:four|4)(?: digits)?(?: numbers)?(?: of| on| for|:)? (?:(?:my|the|her|his"
            r"|your) )?(?:ssn|social|sin\b|itin|tax id)"
            r"[^0-9.\n\x00]{0,28}?)([0-9]{4})(?![0-9-])",
            r"(?i:\blast (?:four|4)[^0-9.\n\x00]{0,14})([0-9]{4})(?i:,? (?:of|on|from|for) (?:my|the|her"
            r"|his) (?:ssn|social))",
            r"(?i:([0-9]{4})(?:,? which)? (?:is|are|were) the last (?:four|4)(?: digits)? of (?:my|her|his"
            r"|the) (?:ssn|social))",
        ),
    ),
    Writing(
        "ID",
        (
            "ssn",
            "social",
            "sin",
            "tfn",
            "tax",
            "nhs",
            "national",
            "insurance",
            "medica",
            "health",
            "policy",
            "member",
            "benefi",
            "licen",
            "driv",
            "passport",
            "aadhaar",
            "pan ",
            "pps",
            "nie",
            "dni",
            "cpf",
            "curp",
            "bsn",
            "nric",
            "student",
            "employee",
            "visa",
            "green",
            "vat",
            "voter",
            "residen",
            "permit",
            "ein",
            "ird",
            "abn",
            "chi ",
            "fin ",
            "uscis",
            "alien",
            "military",
            "veteran",
            "ni ",
        ),
        _all(
            rf"(?i:\b(?:{_PAPERS})\b{_PAPER_SAYING}[\s:#]{{1,3}})({_PAPER})(?![A-Za-z0-9])",
            rf"(?<![\w-])({_PAPER})(?i:(?:,? which)? (?:is|was) (?:my|the|her|his) (?:{_PAPERS})\b)",
        ),
    ),
    Writing(
        "SECRET",
        ("pass", "pwd", "pw", "login", "パスワード", "合言葉", "暗証", "コード", "認証", "pin"),
        _all(
            rf"(?i:\b(?:{_WORD}|pass)\s?[:=]\s?['\"]?(?!{_PLAIN}\b)({_TOKEN}))",
            rf"(?i:\b(?:{_WORD})"
            rf"(?: (?:for|to|on|of) (?:my|the|this|our)? ?(?:[a-z-]{{1,16}} ){{0,2}}?[a-z-]{{1,16}})?\s"
            rf"(?:is|was)(?: now| set to| still|,| currently)?\s?:?\s?(?:['\"]([ !#-~]{{3,64}}?)(?=['\"])"
            rf"|{_MIXED}({_TOKEN})))",
            rf"(?i:\b(?:{_WORD}|pass)\s(?:['\"]([!#-~]{{4,64}}?)(?=['\"])|{_MIXED}"
            rf"(?=[!-~]{{0,30}}[A-Za-z])({_TOKEN})))",
            rf"(?i:\b(?:reset|changed?|set|changing) (?:it|my pass ?word|the pass ?word|pass ?word) to ['\"]?{_MIXED}"
            rf"({_TOKEN}))",
            rf"(?:{_JA})[ ]?(?:は|が|を|に|:|=|「|『|\()[ ]?[「『\"(]?{_MIXED}({_TOKEN})",
            rf"(?:パスワード|合言葉)[ ]?[:=][ ]?[「『\"]?({_TOKEN})",
            r"(?:パスワード|合言葉|パスコード)(?:[はがを]|は、)?[ ]?[「『\"]([!-~]{3,64}"
            r"|[^」』\"\n\x00]{2,20})[」』\"]",
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
    r"\b(?:v|rv|ver|version|firmware|build|release|fw|driver|software|os|patch|update|upgrade|(?:up|down)graded|bootloader|android|windows|ios|macos|linux"
    r"|bios|sdk|app)\b\.?[ :]?(?:number|is|to|from|version|no\.?)?[ :]?[a-z]{0,8}[ ]?$|(?:バージョン"
    r"|ファームウェア|ファーム|更新版|アップデート|リリース|ソフトウェア|ドライバー?|型番|パッチ|アンドロイド|ウィンドウズ|ソフト)[^0-9。\n]{0,8}$",
    re.ASCII,
)
_LENGTH = re.compile(r" ?(?:文字|桁|characters?\b|chars?\b|digits?\b)")
_VERSION_OF = re.compile(  # the firmware went from 4.12.0.7
    r"\b(?:version|firmware|build|release|fw|bios|sdk)s?\b(?:(?! (?:at|on|ip|address|server|host) )[a-z ]){0,32}$"
)
_ANOTHER = re.compile(r" ?(?:to|or|and|,|->|→|-|/|から|より|と|や|または|、)[ ]?")
_UPDATED = re.compile(r"(?:(?:から|より)[0-9.]{3,20})?(?:への?|に|まで)(?:更新|アップ|ダウング|バージョン|上げ|戻)")
_SMALL = re.compile(r"(?:[12]?[0-9]\.){3}[12]?[0-9](?![0-9/])")  # as parts of versions and chapters are
_NETWORK = re.compile(
    r"\bip|address|host|server|router|network|ping|log(?:ged|s|in)?\b|sign|connect|vpn|dns|gateway|from|アドレス|サーバ|接続"
    r"|ログイン|ネットワーク|ルータ|アクセス"
)
_NOT_PERSONAL_IP = re.compile(r"127\.|0\.0\.0\.0|255\.|::1?(?:/[0-9]+)?$")


def find(page: Page) -> Iterator[Span]:
    """Yield what the patterns tell, and the IP addresses of `page`."""
    for writing in WRITINGS:
        if (page.digits or not writing.digits) and page.has(writing.words):
            for pattern in writing.patterns:
                for m in pattern.finditer(page.text):
                    if writing.label == "SECRET" and is_length(page.text, *m.span(m.lastindex or 0)):
                        continue
                    yield Span(*m.span(m.lastindex or 0), writing.label, 0.9)
    if page.digits and page.text.count(".") > 2:
        yield from _addresses(page, _IPV4)
    if page.text.count(":") > 1:
        yield from _addresses(page, _IPV6)


def is_length(text: str, start: int, end: int) -> bool:
    """Say whether `[start, end)` is how long a secret must be, such as the 8-16 of 8-16文字."""
    return _LENGTH.match(text, end) is not None and not text[start:end].strip("0123456789-~")


def _addresses(page: Page, pattern: re.Pattern[str]) -> Iterator[Span]:
    version = -1  # where one ended: what it became is one too
    for m in pattern.finditer(page.text):
        if not any(c.isdigit() for c in m[0]) or _NOT_PERSONAL_IP.match(m[0]) or not _is_address(m[0]):
            continue
        before = page.before(m.start(), 40)
        small = _SMALL.fullmatch(m[0]) and not _NETWORK.search(before)
        another = version >= 0 and _ANOTHER.fullmatch(page.text, version, m.start())
        if (
            another
            or small
            or _VERSION.search(before)
            or _VERSION_OF.search(before)
            or _UPDATED.match(page.text, m.end())
        ):
            version = m.end()
        else:
            yield Span(m.start(), m.end(), "IP", 0.8)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True
