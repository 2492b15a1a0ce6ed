"""Passwords, PINs, door codes and secret answers, by the words that English and Japanese put before or behind them."""

from collections.abc import Iterator

from ingest.personal import writing
from ingest.personal.span import Page, Span
from ingest.personal.writing import ANSWERED, Writing, patterns

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
    r"|intercom|master|front door|side door|back door|gate code|call ?box|padlock|bike lock|luggage lock|mail ?room"
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
_TOLD = r"(?:is|was|reads|says|shows|=|:|are|would be|used to be|will be|it's|'s|should be)"
_PLACE = r"(?:(?: [a-z-]{2,14}){1,3}| \x00+)"  # NUL: an address that is masked already

_CODE_WORDS = (
    "pass",
    "pwd",
    "pin",
    "otp",
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
)

_WRITINGS = (
    Writing(
        "SECRET",
        ("log", "sign", "user", "admin", "root", "guest", "credential", "pass is", "pass was", "pass:"),
        patterns(
            # a user and a word that is no plain one: admin / Qw3rty-Lilac
            rf"(?i:\b(?:log-?ins?|log(?:ged|ging)? in|sign(?:ed|ing)? in|credentials"
            rf"|user(?:name)?)\b[^.\n\x00]{{0,24}}?"
            rf"(?:\b(?:with|as|is|are|using|use|under)|:) ?['\"]?[\w.@-]{{2,30}}['\"]?"
            rf"(?: ?/ ?['\"]?(?=[!-~]{{6}})|(?: and|,| with) ['\"]?(?=[!-~]{{2,40}}[!@#$%^&*_+=?][0-9A-Za-z])))"
            rf"{_MIXED}({_TOKEN})",
            rf"(?<![\w/.:])(?i:admin|root|user|guest|administrator) ?/ ?['\"]?{_MIXED}({_TOKEN})",
            rf"(?i:\bpass ?(?:is|was|=|:) ?['\"]?){_MIXED}(?=[!-~]{{0,30}}[A-Za-z])({_TOKEN})",
        ),
    ),
    Writing(
        "SECRET",
        (
            "step",
            "factor",
            "2fa",
            "mfa",
            "totp",
            "login code",
            "verification",
            "backup",
            "recovery",
            "one-time",
            "one time",
        ),
        patterns(
            r"(?i:\b(?:two|2)[- ]?(?:step|factor)|\b(?:mfa|2fa|totp)|\b(?:log-?in|verification|backup|recovery"
            r"|one[- ]time)"
            r" (?:code|token|key))(?: (?:code|backup|key|token|verification|is|was|are|my|the|says|shows|reads"
            r"|came as|came|:)){0,4}:? "
            r"(?=[A-Z0-9-]{0,11}[0-9])([A-Z0-9]{2,6}(?:-[A-Z0-9]{2,6}){1,5})(?![\w-])",
        ),
    ),
    Writing(
        "SECRET",
        _CODE_WORDS,
        patterns(
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
            rf"(?<![!-~]){_MIXED}({_TOKEN})(?i:['\"]? (?:[a-z']{{2,12}} ){{1,4}}as (?:(?:my|the"
            rf"|our) )?(?:pass ?word|pass ?code|pass ?phrase|pin)\b)",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        _CODE_WORDS,
        patterns(
            r"(?i:\b(?:wi-?fi|wireless|network|wpa2?) (?:key|code|pass|pw)"
            r"[ :=]{1,3}['\"]?)(?=[!-~]{0,30}[0-9])(?=[!-~]{0,30}[A-Za-z])"
            rf"({_TOKEN})",
            rf"(?i:\b(?:{_SPOT})(?: lock| door| entry| pin| key ?pad)?(?: code| pin| combination| number| combo)"
            rf"(?:(?: for| of| to| at| on| by)(?: the| my| our)?{_PLACE})?,?\s?(?:{_TOLD}|opens with|takes)?\s?['\"]?)"
            r"(?=[#*A-Z0-9-]{0,9}[0-9])([#*]?[0-9A-Z](?:[0-9A-Z-]{1,10}[0-9A-Z]|[0-9A-Z]{1,10})[#*]?)(?![\w-])",
            r"(?i:\bcode (?:for|to|of|at) (?:the |my |our )?(?:[a-z-]{2,14} ){0,2}?"
            rf"(?:{_SPOT})\s?{_TOLD}\s?)([#*]?[0-9][0-9A-Z]{{2,8}}[#*]?)(?![\w-])",
            rf"(?i:\b(?:pass ?word|pass ?code|pin|otp|cvv|cvc|(?:door|gate|entry|alarm|security|access) code)"
            rf"(?: again| please| then)?{ANSWERED}\s)"
            r"([0-9]{3,8}|(?=[!-~]{0,30}[0-9])[!-~]{5,40}[0-9A-Za-z])(?![\w-])",
            rf"(?i:\b(?:{_SPOT})\b[^.\n0-9\x00]{{0,40}}?(?<!error )(?<!product )(?<!order )(?<!zip )\b(?:code"
            rf"|pin) (?:is |was )?)([0-9]{{4,8}})(?![\w%-])",
            r"(?i:\b(?:text|texted|sms|message|authenticator|two-factor|2fa|log-?in"
            r"|sign-?in)\b[^.\n0-9\x00]{0,40}?(?<!error )(?<!product )"
            r"(?<!promo )(?<!discount )(?<!coupon )\bcode:? (?:is |was )?)([0-9]{4,8}|[0-9]{3}[- ][0-9]{3})(?![\w%-])",
            rf"(?i:\b(?:{_SPOT}) (?:key ?pad|lock|lock ?box|key ?safe|door)(?: code)?(?: is| was"
            rf"| ?:) ?)([#*]?[0-9]{{3,8}}[#*]?)(?![\w%-])",
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
    ),
    Writing(
        "SECRET",
        ("security", "secret", "memorable", "maiden", "pet", "word", "answer", "first school", "first car", "teacher"),
        patterns(
            rf"(?i:\b(?:answer|reply|response) (?:to|for) (?:my |the |your |that )?(?:{_ASKED_FOR})(?:s| question)?"
            rf"(?: \([^)\n]{{1,40}}\)|,? [^.\n]{{0,40}}\?)?\s?{_TOLD}\s?['\"]?)"
            r"((?!(?:not|wrong|incorrect|being|never|always|case)\b)[A-Za-z0-9][\w'-]{1,24}"
            r"(?: [A-Z][\w'-]{1,24}){0,2})",
            rf"(?i:\b(?:{_ASKED_FOR})), ([A-Z][a-z'-]{{2,24}})(?=[,.])",
            rf"(?i:\b(?:{_ASKED_FOR})(?: again| please| then)?{ANSWERED}\s['\"]?(?!{_STATE}\b))"
            r"([A-Za-z0-9][\w'-]{2,24}(?: [A-Z][\w'-]{1,24}){0,2})(?=['\"]?(?:[.,!]|$|\n))",
            rf"(?i:\b(?:{_ASKED_FOR})\s?\?? (?:my )?(?:answer|reply|a):?\s(?:is )?)(?!(?:is|to|was|favou?rite"
            rf"|first|mother|name|pet|what|which|where|who)\b)([A-Za-z0-9][\w'-]{{1,24}}(?: "
            rf"[A-Z][\w'-]{{1,24}}){{0,2}})",
            rf"(?i:\b(?:{_ASKED_FOR})(?:\s(?:on (?:the|my) account|i (?:set|gave|chose|use)))?,?\s?{_TOLD}\s?['\"]?)"
            r"((?!(?:not|wrong|incorrect|being|never|always|case|asked|required|missing|the|my|a|about|what|too|set)\b)"
            r"[A-Za-z0-9][\w'-]{1,24}(?: [A-Z][\w'-]{1,24}){0,2})",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        ("opens with", "unlocks with", "works with"),
        patterns(
            rf"(?i:\b(?:{_SPOT})(?: for| of| to| at| on)?(?: the| my| our)?(?:{_PLACE})? (?:opens|unlocks"
            rf"|works) with (?:code )?)"
            r"([#*]?[0-9]{3,8}[#*]?)(?![\w%-])",
        ),
    ),
    Writing(
        "SECRET",
        ("phrase", "seed", "recovery", "backup"),
        patterns(
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
        ("pass", "pwd", "pw", "login", "パスワード", "合言葉", "暗証", "コード", "認証", "pin"),
        patterns(
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
)


def find(page: Page) -> Iterator[Span]:
    """Yield the passwords, codes and answers of `page`."""
    yield from writing.find(page, _WRITINGS)
