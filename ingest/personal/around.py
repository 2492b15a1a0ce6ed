"""Numbers and keys that a word elsewhere in their sentence tells: the passport I sent is number 417000263."""

import re
from collections.abc import Iterator

from ingest.personal.cues import NOTHING
from ingest.personal.span import Page, Span, phrases

_PLACES = (
    "afghan|albanian|algerian|american|argentine|argentinian|armenian|australian|austrian|bangladeshi|belgian|bolivian"
    "|brazilian|british|bulgarian|canadian|chilean|chinese|colombian|croatian|cypriot|czech|danish|dutch|ecuadorian"
    "|egyptian|estonian|ethiopian|filipino|finnish|french|georgian|german|ghanaian|greek|hungarian|icelandic|indian"
    "|indonesian|iranian|iraqi|irish|israeli|italian|jamaican|japanese|jordanian|kazakh|kenyan|korean|kuwaiti|latvian"
    "|lebanese|lithuanian|malaysian|maltese|mexican|moroccan|nepali|nigerian|norwegian|omani|pakistani|peruvian"
    "|philippine|polish|portuguese|qatari|romanian|russian|saudi|serbian|singapore(?:an)?|slovak|slovenian"
    "|south african|spanish|sri lankan|swedish|swiss|syrian|taiwanese|thai|tunisian|turkish|ugandan|ukrainian"
    "|uruguayan|venezuelan|vietnamese|welsh"
)
_ID = (
    r"passports?(?! (?:holder|photo|cover|case|size))|(?:driv(?:er|ing)\S{0,2}|my|his|her|the|old|new) licen[cs]es?"
    r"(?! (?:plate|key|fee))"
    rf"|(?:{_PLACES}) (?:(?:national|personal|tax|identity|id|citizen) )?(?:ids?|card|number|no|code|resident\S*)"
    r"|(?:my|his|her|photo|government|state|national|civil|citizen|tribal|military|veteran|student|staff"
    r"|employee|school"
    r"|identity|official|voter|patient) (?:id|card|document)s?(?: card)?|id (?:card|document|doc|number|no"
    r"|verification)"
    r"|identity (?:number|no|paper)s?"
    r"|(?:identification|personal|national|citizen|civil registration|birth|resident) (?:number|no|code)"
    r"|travel documents?|driver\S{0,2} permit|alien registration|residence card|licen[cs]e(?= ?[:#])"
    r"|the id(?! (?:scanner|badge|reel))"
    r"|proof of identity|identity proof"
    r"|social security|national insurance|social insurance|social|ssn|itin|tfn|tax (?:id|code|file|identification|no"
    r"|number)|taxpayer|nhs|medicare|medicaid|health card|residence permit|residency|resident card|green card"
    r"|work permit"
    r"|birth certificate|medical record|mrn|patient (?:no|number)|insurance (?:number|no|card|id)|policyholder"
    r"|badge (?:number|no)|service number|codice fiscale"
    r"|cpf|curp|cpr|rrn|hkid|mykad|ktp|nik|tckn|amka|oib|egn|cnp|jmbg|pesel|bsn|nric|cnic|nif|nie|dni|ppsn?|rut"
    r"|c[eé]dula|aadhaar|personnummer|fødselsnummer|henkilötunnus|isikukood|steuer-?id|emirates id|malaysian ic"
    r"|身分証(?:明書)?|本人確認書類|旅券|パスポート(?!ケース|カバー)|免許証?|在留カード|保険証|被保険者|保険者番号"
    r"|マイナンバー(?!カードの読)|個人番号|年金|住民(?:票|登録|基本)|診察券|学生証|学籍|社員|職員|従業員|国民id|手帳"
    r"|永住者|受給者|医療証|納税者|身份证"
)
_ACCOUNT = (
    r"(?:bank )?accounts?(?! (?:manager|page|name|holder|settings|type|team|login|email))|acct?|a/c|bank details"
    r"|bank(?! (?:card|holiday|transfer|statement))|direct debit|checking|chequing|savings|transit|institution|routing"
    r"|bsb|clabe|ifsc|payout|wire it|credit union|building society"
    r"|口座(?!振替|開設)|振込先|送金先|入金先|返金先|引き落とし先|普通預金|当座預金|貯金|銀行|信用金庫|信金|農協"
)
_SECRET = (
    r"pins?(?! (?:badge|pad|board|cushion))|pass ?codes?|otp|one[- ]time (?:code|pin|password|passcode)|keypad|key ?box"
    r"|lock ?box|key ?safe|(?:door|gate|entry|alarm|lock|access|security|verification|log-?in|sign-?in|backup|recovery"
    r"|unlock|reset|confirmation|sms|text|authenticator|2fa|mfa|(?:four|five|six|eight|[4-8])[- ]?digit) codes?"
    r"|authenticator|(?:log|sign) in with (?:the|this|that|my)? ?code|code (?:you|your system|it|they|i|we) (?:just )?"
    r"(?:texted|sent|mailed|emailed|got|received|was sent|set)|(?:text|sms|texted)(?: me| us)? (?:with|saying|says)"
    r"|(?:lock ?screen|screen|sim|puk|phone|tablet) (?:pin|code)|puk|code (?:by|via|in the|in a|from the"
    r"|from my|on my) (?:text|sms|message|mail|e-?mail|app|phone)"
    r"|暗証番号|パスコード|認証コード|確認コード|認証番号|(?:届いた|表示された|[四五六4-8]桁の)(?:コード|番号|数字)"
    r"|届いた[4-8]桁|ワンタイム|smsに|オートロック|キーボックス|pinコード|スマートロック|ロックの番号"
)
_PHONE = (
    r"(?:call|ring|text|phone|reach|get|whatsapp) (?:me|us|him|her)(?: back)?|rings? (?:at|on)|phones?"
    r"|telephone|mobile|cell|tel"
    r"|whatsapp|電話(?!帳)|携帯|連絡(?!帳)"
)
_OTHER = (
    r"call|fax|cards?|visa|amount|price|total|balance|points?|payment"
    r"|customer|client|member(?:ship)?|loyalty|subscription|contract|meter|postcode|zip|page|room|flight|train|bus"
    r"|reward|gift|licen[cs]e plate|plate|promo|discount|fault|display|status|iso|chapter|section|line|user ?id|stock"
    r"|カード|会員|顧客|お客様|契約|金額|残高|便名|番地|部屋|品番|在庫|郵便"
)
_NOTHING = "|".join(sorted(map(re.escape, NOTHING.words), key=len, reverse=True))
_CUES = re.compile(
    rf"(?<![a-z])(?:(?P<ID>{_ID})|(?P<ACCOUNT>{_ACCOUNT})|(?P<SECRET>{_SECRET})|(?P<PHONE>{_PHONE})"
    rf"|(?P<NOTHING>{_NOTHING}|{_OTHER}))"
    r"(?:(?<![a-z])|(?![a-z])|(?=s(?![a-z])))"
)
_STEMS = phrases(
    "passport|licen|id|identi|social|ssn|tin|tfn|tax|insur|nhs|medica|health|residen|green|permit|cpf|curp|cpr|rrn|ktp"
    "|nik|tckn|amka|oib|egn|cnp|jmbg|pesel|bsn|nric|cnic|nif|nie|dni|pps|rut|dula|aadhaar|numm|kood|steuer"
    "|mykad|fiscale"
    "|numer|number|account|acc|a/c|bank|debit|check|chequ|saving|transit|routing|bsb|clabe|ifsc|payout|union"
    "|pin|pass|otp"
    "|code|key|lock|authent|sms|text|document|alien|証|免許|在留|保険|番号|旅券|パス|マイナ|個人|年金|住民|診察"
    "|学籍|員|手帳|永住|受給|納税|口座|先|貯金"
    "|銀行|暗|コード|数字|桁|phone|mobile|cell|tel|call me|ring|reach|電話|携帯|連絡|ワンタイム|キー|ロック"
    "|malaysian ic"
)
_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9_@.,/$¥£€#+-])(?<![0-9]:)(?:(?P<number>[0-9](?:[ -]?[0-9]){3,21})"
    r"|(?P<mixed>(?=[A-Z0-9-]{0,12}?[0-9])"
    r"(?=[0-9-]{0,14}?[A-Z])[A-Z0-9](?:-?[A-Z0-9]){5,19}|(?=[A-Z]{1,3} [0-9])[A-Z]{1,3}(?: [0-9]{2,6}){2,4}"
    r"|[a-z]{1,2}[0-9]{6,9}))"
    r"(?![A-Za-z0-9_@%$¥£€°]|[-.:,'/][0-9A-Za-z]|/)"
)
_ENOUGH = re.compile(
    "[0-9](?:[ -]?[0-9]){3}|[A-Z0-9]{7}|[A-Z]-?[0-9]{3}"
)  # a cheap test before the words are looked for
_UNIT = re.compile(
    r"#? ?(?:[%円年時秒枚桁歳才階万千個件回月台日本分人名点]|ポイント|文字|種類|番で|x [0-9]"
    r"|(?:points?|pts|times|items?|pieces|pcs|[gmk]b|kg|g|cm|mm|ml|km|m|l|hz|[mg]hz|v|w|mah|rpm|days?|hours?|minutes?"
    r"|mins?|seconds?|weeks?|months?|years?|yen|dollars?|euros?|pounds?|usd|jpy|eur|gbp|miles|steps?|attempts?|people"
    r"|orders?|units?|watts?|volts?|degrees|percent|characters|users?|seats?|screws?|batteries|a (?:year|month"
    r"|week|day)"
    r"|am|pm)(?![a-z]))"
)
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[- ]?(?:0[1-9]|1[0-2])[- ]?[0-3][0-9]|[0-3]?[0-9][- ][01]?[0-9][- ](?:19|20)[0-9]{2}"
)
_WHEN = re.compile(
    r"(?:\b(?:in|since|until|till|before|after|by|from|of|year|error|page|room|than|over|about|around|version|only"
    r"|v|model|no|not)|[約年第])[ :]?$"
)
_STOP = re.compile(r"(?<!\bno)(?<!\bnr)(?<!\bacc)(?<!\bacct)(?<!\bst)[.!?;]\s|[。!?\n]")
# A sentence that begins so goes on about what the one before spoke of.
_GOES_ON = re.compile(
    r"\s*(?:[a-z]{1,12}: )?(?:(?:so|and|but|sorry|actually|please|yes|ok|okay|well),? ){0,2}"
    r"(?:(?:it|that|this|mine|they|here)(?:'s| is| was| should (?:be|read|say)| must be| reads| says| you go| it is)?"
    r"|(?:the )?(?:new|right|correct|proper|real|actual|current|old|wrong)?(?: one| number| no\.?| nr)?"
    r"(?: i (?:have|gave|see|wrote|meant))?(?: is| was| should (?:be|read|say)| reads| has| follows)?"
    r"|i (?:meant|mean|have|wrote|see|typed))(?: now| actually)?(?: number| no\.?)?[ :-]*"
    r"|\s*(?:(?:正しくは|正しい(?:番号|口座|の)[はが]|正[は:]?|新しい(?:番号|口座|の)?[はが]|本当は"
    r"|変更後[はの]|番号[はが]"
    r"|こちら(?:です|が|は)?|以下(?:です)?|新[は:]?|→|実際は)(?:、|:|番号は)?[ ]?)?"
)
_NEAR, _BEHIND = 52, 28  # how many characters a word may stand before and behind
_LEAST = {"ID": 7, "ACCOUNT": 6, "SECRET": 4, "PHONE": 7}
_MOST = {"ID": 18, "ACCOUNT": 20, "SECRET": 8, "PHONE": 13}


def find(page: Page) -> Iterator[Span]:
    """Yield the numbers of papers, accounts and locks that the rest of their sentence calls so."""
    if not page.digits or not _ENOUGH.search(page.text) or not page.has(_STEMS):
        return
    for m in _CANDIDATE.finditer(page.text):
        digits = sum(map(str.isdigit, m[0]))
        if digits < 3 or _UNIT.match(page.low, m.end()) or _DATE.fullmatch(m[0]):
            continue
        label = _told(page, *m.span())
        if label and _fits(label, m, digits, page.low[max(0, m.start() - 12) : m.start()]):
            yield Span(m.start(), m.end() + (label == "SECRET" and page.text.startswith("#", m.end())), label, 0.7)


def _told(page: Page, start: int, end: int) -> str | None:
    """The kind that the nearest word of the sentence names; of the sentence before, where this one goes on about it."""
    before = page.before(start, 2 * _NEAR)
    stops = [m.end() for m in _STOP.finditer(before)]
    sentence = before[stops[-1] :] if stops else before
    if stops and _GOES_ON.fullmatch(sentence):
        earlier = before[stops[-2] if len(stops) > 1 else 0 : stops[-1]]
        found = [m for m in _CUES.finditer(earlier)]
        return found[-1].lastgroup if found else None
    said = [m for m in _CUES.finditer(sentence[-_NEAR:])]
    after = page.low[end : end + _BEHIND].partition("\x00")[0]
    stop = _STOP.search(after)
    behind = _CUES.search(after[: stop.start()] if stop else after)
    if said and (not behind or len(sentence[-_NEAR:]) - said[-1].end() <= behind.start() + 8):
        return said[-1].lastgroup
    return behind.lastgroup if behind else None


def _fits(label: str, m: re.Match[str], digits: int, before: str) -> bool:
    """Say whether what was found has the length and the shape of `label`."""
    if label == "NOTHING" or (digits < 7 and _WHEN.search(before)):
        return False
    if label == "PHONE":
        return m["number"] is not None and 7 <= digits <= 13 and (m[0][0] == "0" or digits > 9 or not m[0].isdigit())
    if m["number"]:
        return _LEAST[label] <= digits <= _MOST[label]
    return label == "ID" or (label == "SECRET" and len(m[0]) <= 8)
