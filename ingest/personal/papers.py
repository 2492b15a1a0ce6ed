"""The numbers on papers that name a person, and accounts that have letters: by the word before and the shape."""

import re
from collections.abc import Iterator

from ingest.personal import writing
from ingest.personal.span import Page, Span
from ingest.personal.writing import ANSWERED, Writing, patterns

# Papers that name a person, and what people say between their name and the number.
_PAPERS = (
    r"ssn|social security|social insurance|sin|tfn|tax file|tax(?:payer)? (?:id|identification|reference|number)|itin"
    r"|ein|utr|nhs|national insurance"
    r"|ni|nino|national id(?:entity)?|identity card|id card|medicare|medicaid|health (?:card|insurance|plan)|ohip|chi"
    r"|(?:health|dental|medical|car|home|travel|life|auto|contents|pet|group)?[ ]?insurance"
    r"|(?:insurance )?policy(?: ?holder)?|insurance member"
    r"|plan member|subscriber|beneficiary|member id|aadhaar|aadhar|pan|pps|ppsn|nie|nif|dni|cpf|cnpj|curp|rfc|bsn"
    r"|nric|fin|cnic|emirates id"
    r"|student|employee|staff|voter(?:'s)?|green card|alien|uscis|visa|resident|residence permit|residency"
    r"|biometric residence permit|brp"
    r"|pesel|codice fiscale|curp|emirates|military|veteran|ird|personnummer|steuer-?id|passport|(?:driver|driving"
    r"|driver's|drivers'?)(?: licen[cs]e"
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
    r"|queensland|bc|quebec|alberta|insurance|security|health|should|be|here|entered|typed|wrote|printed|again"
    rf"|please|we|use|our|your|#)|{ANSWERED}"
    r"|[:,#=]|[ ]\([^)\n]{1,24}\)){0,7}"
)
_PAPER = (
    r"(?=[A-Z0-9][A-Z0-9 ./-]{3,22})(?=(?:[A-Z ./-]{0,8}[0-9]){1}(?:[A-Z ./-]{0,6}[0-9]){3})"
    r"(?![0-9]{1,2}[ /.-][0-9]{1,2}[ /.-](?:19|20)?[0-9]{2}(?![0-9]))[A-Z0-9]{1,16}(?:[ ./-][A-Z0-9]{1,9}){0,5}"
)

_ENOUGH = re.compile("[0-9](?:[^0-9\n]{0,8}[0-9]){2}")  # a cheap test before the words are looked for

_WRITINGS = (
    Writing(
        "ID",
        ("ssn", "social", "sin", "tax", "insurance", "licen", "passport"),
        patterns(
            r"(?i:\b(?:ssn|social(?: security)?(?: number)?|social insurance number|tax id|itin)\b[^0-9.\n\x00]{0,24}?"
            r"(?:end(?:s|ing)?(?: (?:in|with))?|last (?:four|4)(?: digits)?)[^0-9.\n\x00]{0,16}?)([0-9]{4})(?![0-9-])",
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
            "pesel",
            "fiscale",
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
        patterns(
            rf"(?i:\b(?:{_PAPERS})\b{_PAPER_SAYING}[\s:#]{{1,3}})({_PAPER})(?![A-Za-z0-9])",
            rf"(?<![\w-])({_PAPER})(?i:(?:,? which)? (?:is|was) (?:my|the|her|his) (?:{_PAPERS})\b)",
        ),
    ),
    Writing(
        "ACCOUNT",
        ("記号", "ゆうちょ", "郵便貯金"),
        patterns(
            r"記号[ ]?[:は]?[ ]?([0-9]{5}(?:-[0-9])?[、,。 ]{0,2}番号[ ]?[:は]?[ ]?[0-9]{1,8})(?![0-9])",
            r"(?:ゆうちょ|郵便貯金|通帳)[^0-9\n\x00。]{0,14}記号[ ]?[:は]?[ ]?([0-9]{5})(?![0-9])",
            r"(?:ゆうちょ|郵便貯金)[^0-9\n\x00。]{0,10}([0-9]{5}-[0-9]{1,8}(?:-[0-9])?)(?![0-9-])",
        ),
    ),
    Writing(
        "ACCOUNT",
        ("sort",),
        patterns(
            r"(?i:\b(?:sort code:?|(?:account|acct?)\b[^\n]{0,40}?\bsort:?) )"
            r"([0-9]{2}[- ][0-9]{2}[- ][0-9]{2})(?![0-9-])"
        ),
    ),
    Writing(
        "ACCOUNT",
        ("transit", "institution"),
        patterns(
            r"(?i:\btransit(?: (?:number|no\.?))?(?: is|:| #)? ?)([0-9]{5})(?![0-9-])",
            r"(?i:\binstitution(?: (?:number|no\.?))?(?: is|:| #)? ?)([0-9]{3})(?![0-9-])",
        ),
    ),
    Writing(
        "ID",
        ("steuer",),
        patterns(r"(?i:steuer-?(?:nummer|nr\.?)[^0-9\n\x00]{0,20})([0-9]{2,3}/[0-9]{3}/[0-9]{4,5})(?![0-9])"),
    ),
    Writing("ACCOUNT", ("0x",), patterns(r"\b0x[0-9a-fA-F]{40}\b")),
    Writing(
        "ID",
        ("passport", "パスポート", "旅券"),
        patterns(
            r"(?:(?i:passport)|パスポート|旅券)(?:[ ]?(?:番号|(?i:number|no\.?|#|id))){0,2}[ ,]{0,2}(?:(?i:is"
            r"|was|it's)|[は:が#の、])?[ ]?[「(]?([A-Z]{1,2}[ ]?[0-9]{6,8}|[0-9]{9}|[A-Z][0-9]{2}[A-Z0-9]{5,6})"
            r"(?![0-9A-Za-z-])",
        ),
    ),
    Writing(
        "ID",
        ("licen", "dl", "permit"),
        patterns(
            r"(?i:\blicen[cs]e (?:number|no\.?|#)\s?(?:is|:)?\s?([a-z]{1,2}[0-9]{5,12})\b)",
            r"(?:(?i:driv(?:er|ing|er's|ers)'?s? (?:licen[cs]e|permit))|\bDL)(?i: number| no\.?| #| id){0,2}[ ,]{0,2}"
            r"(?i:is|was|:|#|it's)?[ ]?((?=[A-Z0-9 -]{0,16}[0-9]{3})[A-Z0-9](?:[- ]?[A-Z0-9]){4,16})"
            r"(?![A-Za-z0-9])",
        ),
    ),
    Writing(
        "ID",
        ("免許",),
        patterns(
            r"免許証?(?:の)?(?:番号)?[ ]?(?:は|:|が|、)?[ ]?第?([0-9]{12}|[0-9]{4}[- ][0-9]{4}[- ][0-9]{4}"
            r"|[0-9]{2}[- ][0-9]{2}[- ][0-9]{6}[- ][0-9]{2})号?"
            r"(?![0-9])"
        ),
    ),
    Writing(
        "ID",
        ("社員番号", "職員番号", "学生証", "学籍番号", "学生番号"),
        patterns(
            r"(?:社員|職員|学籍"
            r"|学生)(?:証)?(?:の)?番号[ ]?[:はが、]?[ ]?「?((?=[A-Z0-9-]{0,8}[0-9]{3})[A-Z0-9][A-Z0-9-]{2,14}"
            r"[A-Z0-9])(?![A-Za-z0-9])"
        ),
    ),
    Writing("ID", ("在留カード",), patterns(r"在留カード(?:の)?(?:番号)?[ ]?[:はが、]?[ ]?([A-Z]{2}[0-9]{8}[A-Z]{2})")),
    Writing(
        "ID",
        ("保険", "被保険者"),
        patterns(
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
        patterns(
            r"(?i:\b(?:national insurance|ni|nino)(?: number| no\.?)?\s?(?:is|:)?\s?"
            r"([a-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[a-d])\b)"
        ),
    ),
    Writing(
        "ID",
        ("id card", "national id", "nric", "identity", "dni", "resident"),
        patterns(
            r"(?i:\b(?:id card|national id|nric|identity (?:card|number)|dni|residence (?:card|permit))"
            r"(?: number| no\.?)?\s?(?:is|:)?\s?((?=[a-z0-9-]*[0-9]{4})[a-z0-9-]{7,16}))(?![A-Za-z0-9])"
        ),
    ),
)


def find(page: Page) -> Iterator[Span]:
    """Yield the numbers of papers and of accounts of `page`."""
    if page.digits and _ENOUGH.search(page.text):
        yield from writing.find(page, _WRITINGS)
