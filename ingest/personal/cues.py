"""The words that say what a number is: a card, a phone, a PIN, or only an order. The nearest one before it decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.personal.span import Page, phrases


@dataclass(frozen=True)
class Kind:
    """What a number with one of `words` (lower case) before it is, where it has `least` to `most` digits."""

    label: str  # empty: nothing personal
    least: int
    most: int
    words: tuple[str, ...]


NOTHING = Kind(
    "",
    1,
    40,
    phrases(
        "order|orders|ticket|tracking|invoice|serial|s/n|sn|model|part|sku|case|ref|reference|booking|product|"
        "item|batch|lot|job|request|shipment|parcel|waybill|consignment|isbn|jan|ean|upc|imei|barcode|error|"
        "firmware|build|version|ver|fw|confirmation|promo code|coupon|discount code|voucher|gift code|receipt|"
        "asset tag|ser|ser.|unit|packing list|"
        "quote|rma|po|transaction|article|asin|product code|error code|status code|"
        "asset|store|catalog|catalogue|device id|exit code|lot code|purchase|claim|delivery note|"
        "awb|bill of lading|gtin|issue|bug|patent|licence plate|color code|注文"
        "|受注|追跡|伝票|送り状|問い合わせ|問合せ|問合わせ|請求書|"
        "請求番号|製造|シリアル|型番|品番|商品|管理番号|受付|予約|バージョン"
        "|ファームウェア|エラー|ロット|製品|コード|部品|バーコード|オーダー|発送番号|配送番号|荷物番号"
        "|見積|領収書|案件|"
        "チケット|クーポン|取引番号|決済番号|整理番号|機種|モデル|郵便番号|在庫"
        "|ケース番号|会員番号|お客様番号|顧客番号|登録番号|法人番号|申込番号|申請番号|再配達|出荷"
        "|納品|修理番号|"
        "識別番号|製番|機番|資産番号|照会|届け番号"
    ),
)

KINDS = (
    NOTHING,
    Kind("", 1, 6, phrases("country code|area code|zip code|dial code")),  # with more digits, a whole number follows
    Kind("", 9, 40, phrases("code|codes|ids|pro number")),  # shorter ones may be codes that open something
    Kind(
        "SECRET",
        3,
        4,
        phrases(
            "cvv|cvv2|cvc|cvc2|csc|cvn|security code|card code|code on the back|code on back|digits on the back|"
            "number on the back|digits on back|3-digit code|three-digit code|three digit code|code from the back|"
            "セキュリティコード|セキュリティーコード|セキュリティ番号|裏面の3桁|裏の3桁"
            "|裏面の三桁|裏の三桁|裏面の番号|裏の番号|3桁の番号|3桁の数字|三桁の数字"
        ),
    ),
    Kind(
        "SECRET",
        4,
        8,
        phrases(
            "pin|pin code|pin number|passcode|pass code|otp|one-time code|one time code|one-time passcode|"
            "one time passcode|one-time password|one time password|one-time pin|verification code|security code|"
            "access code|auth code|authentication code|login code|log-in code|sign-in code|signin code|2fa code|"
            "2fa|sms code|confirmation code|unlock code|reset code|the code i got|the code i received|"
            "code you sent|code you sent me|code i was sent|door code|gate code|alarm code|entry code|lock code|"
            "keypad code|texted me|authenticator|telephone password|password|code in the text|digit code|"
            "backup code|recovery code|safe code|master code|locker|two-step code|two step code|2-step code|mfa code|"
            "two-factor code|memorable date|memorable number|telepin|phone pin|pin for|暗証番号|暗唱番号|パスコード"
            "|認証コード"
            "|確認コード|認証番号|確認番号|ワンタイムパスワード|ワンタイムコード|"
            "ワンタイムパス|合言葉|パスワード|pinコード|pin番号|ピンコード|ピン番号"
            "|ログインコード|smsコード|二段階認証|2段階認証|届いたコード|オートロック|解錠番号|解除コード"
            "|"
            "smsの番号|smsの数字|メールの番号|届いた番号|届いた数字|ドアの番号|玄関の番号|金庫の番号|"
            "セキュリティコード|暗証コード|本人確認コード|開錠番号|入室番号|ロック番号|解除番号"
        ),
    ),
    Kind(
        "PHONE",
        7,
        15,
        phrases(
            "phone|telephone|mobile|cell|area code|text relay|cellphone|tel|whatsapp|fax|landline|handset|line|call"
            "|call me|text me|"
            "text|reach me|reach us|ring me|call us|call him|call her|dial|ring|my number|contact number|"
            "best number|callback|call back|daytime number|work number|home number|new number|number to call|"
            "number i can be reached|reached at|reach me at|phones|the number is|ring us|viber|line id|"
            "callback number|calling from|number for me|電話|携帯|連絡先|ケータイ"
            "|ファックス|tel|ショートメール|折り返し|お電話|スマホ|自宅|\n番号は|"
            "。番号は|、番号は|実家|勤務先|職場|fax|ﾌｧｯｸｽ|フリーダイヤル|スマートフォン|固定|直通"
        ),
    ),
    Kind(
        "CARD",
        12,
        19,
        phrases(
            "card|visa|mastercard|amex|american express|jcb|discover|debit|credit card"
            "|diners|カード|クレカ|ビザ|マスター|"
            "アメックス|デビット"
        ),
    ),
    Kind(
        "ACCOUNT",
        6,
        17,
        phrases(
            "account|acct|a/c|bank account|checking|savings|current account|bank|routing|aba|sort code|sortcode|"
            "bsb|transit|wire to|direct debit|deposit it to|acc|chequing|routing number|account ending|giro"
        ),
    ),
    Kind(
        "ACCOUNT",
        6,
        8,
        phrases(
            "普通|当座|貯蓄|(普)|(当)|口座番号|口座|普通預金|当座預金|支店|信用金庫"
            "|営業部|振込先|出張所|銀行|信金|農協|店番"
        ),
    ),
    Kind("ID", 12, 12, phrases("マイナンバー|個人番号|my number|mynumber|マイナンバーカード|免許証|免許|免許番号")),
    Kind("ID", 10, 12, phrases("介護保険|被保険者番号|住民票コード|雇用保険|被保険者証|年金手帳")),
    Kind("ID", 10, 10, phrases("基礎年金番号|年金番号|nhs|medicare|health card|ohip")),
    Kind("ID", 4, 12, phrases("保険証|被保険者|保険者番号|健康保険|保険証番号|健康保険証")),
    Kind(
        "ID",
        6,
        14,
        phrases(
            "my id number|his id number|her id number|their id number|your id number|id number is|id number was"
            "|my id no|"
            "identity number|national id number|citizen id|citizen number|personal number|national number"
            "|resident number|"
            "pesel|cpf|bsn|personnummer|curp|emirates id|cnic|my id is|his id is|her id is"
        ),
    ),
    Kind("ID", 7, 9, phrases("passport|パスポート|旅券|在留カード")),
    Kind("ID", 9, 9, phrases("ssn|social security|social|itin|taxpayer id|sin|social insurance|tax id|ein")),
    Kind(
        "ID",
        4,
        4,
        phrases("last four of my social|last 4 of my social|last four of my ssn|last 4 of ssn|last four of ssn"),
    ),
    Kind("ID", 8, 9, phrases("tfn|tax file")),
    Kind(
        "ID",
        5,
        16,
        phrases(
            "driver's license|drivers license|driver license|driving licence|driving license|license number|"
            "driver's licence|drivers licence|driver licence|licence number|dl|national id|identity card|id card|"
            "aadhaar|nric|resident card|national insurance|dl number"
        ),
    ),
)

# What may stand between the word and its number.
_FILLER = re.compile(
    r"(?:'s\b|[\s:=#,\"'「『(*)\->]|(?:number|numbers|no\.?|num\.?|nr\.?|code|id|digits?|is|was|are"
    r"|it's|its|it|the|my|our|this|that|which|for"
    r"|on|of|at|to|from|under|over|in|card|account|bank|back|front|file|new|old|current|still"
    r"|now|i|got|received|have|has|had|set|you|sent"
    r"|me|us|him|her|use|used|using|entered|typed|enter|reads|says|said|should|be|one|and|or"
    r"|please|just|so|ok|okay|uh|um|yes|yeah|sure"
    r"|here|below|follows|as|ends?|with|by|text|sms|phone|mobile|cell|message|actually|then"
    r"|also|via|came|shows|visa|personal|office|work"
    r"|home|licence|license|called|reached|any ?time|after|before|direct(?:ly)?|line|password"
    r"|who|a|again|being|expires|mister|email"
    r"|security|insurance|three|four|six|last|main|other|user|v|call|back,|again|then|service|handy)(?![a-z]))*+"
)
_FILLER_JA = re.compile(r"[^0-9。!?]{0,16}")
# What stands between a question and the number that answers it, on the same line or after the name of who answers.
_ANSWERS = re.compile(
    r"(?:[?。.]? ?\n[ >]*(?:caller|customer|client|user|visitor|guest|member|patient|me|c|u|お客様?|客|顧客"
    r"|利用者|会員|患者|本人"
    r"|相手|発信者|[男女]性): ?|\?\s)"
    r"(?:(?:yes|yeah|yep|sure|ok|okay|of course|certainly|uh|um|right|so|well|はい|ええ|えっと|えーと|えー"
    r"|あの)[,.!、。 ]{1,2})*"
    r"(?:(?:it's|its|it is|that's|that is|that would be|this is|here it is|here you go|mine is)[,:]? )?\Z"
)
# Any other 番号 with a word before it: the ones that are personal are words above.
_OTHER_NUMBER = re.compile(
    r"[\u30a1-\u30faー\u3400-\u9fff](?<!連絡)(?<!緊急)(?<!代表)(?<!夜間)(?<!昼間)(?<!内線)(?<!発信)(?<!着信)(?<!転送)"
    r"(?<![本個]人)(?<!私)(?<!変更)(?<!加入)(?<![妻夫母父娘親方店社家手口])番号(?:[はがを:、のも]|[ 「(]){0,3}$"
)
_NEAR, _FAR = 48, 96  # how many characters before a number are read, and where a question may stand
_LETTER = frozenset("abcdefghijklmnopqrstuvwxyz")


def _indexed(kinds: Iterable[Kind]) -> dict[str, list[tuple[str, Kind]]]:
    """The words of `kinds` by their first two characters, so that each place of a text is asked for a few only."""
    index: dict[str, list[tuple[str, Kind]]] = {}
    for kind in kinds:
        for word in kind.words:
            index.setdefault(word[:2], []).append((word, kind))
    return index


_BY_START = _indexed(KINDS)


def said_before(page: Page, at: int) -> str:
    """The lowered words before the number at `at` of `page`; the question, where the number answers one."""
    far = page.before(at, _FAR)
    if "?" in far or ":" in far:
        answers = _ANSWERS.search(far)
        far = far[: answers.start()] if answers else far
    return far[-_NEAR:]


def nearest(before: str, digits: int) -> Kind | None:
    """The kind whose word stands last in `before` (lowered), with only filler behind it; None without one.

    `digits`: how many digits the number has. A longer word wins over a shorter one that ends at the same place.
    """
    best, kind = -1, None
    for start in range(len(before) - 1):
        for word, candidate in _BY_START.get(before[start : start + 2], ()):
            end = start + len(word)
            if (
                end > best  # of those that end alike, the longest stands first
                and candidate.least <= digits <= candidate.most
                and before.startswith(word, start)
                and _stands_alone(before, start, end)
            ):
                best, kind = end, candidate
    if kind is None:
        return NOTHING if digits > 8 and _OTHER_NUMBER.search(before) else None
    gap = before[best:]
    filler = _FILLER if before[best - 1] in _LETTER and gap.isascii() else _FILLER_JA
    return kind if filler.fullmatch(gap) else None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether the word at `[start, end)` is not part of a longer English word; a plural is as good."""
    if text[start] in _LETTER and start and text[start - 1] in _LETTER:
        return False
    if text[end - 1] not in _LETTER or end == len(text) or text[end] not in _LETTER:
        return True
    return text[end] == "s" and (end + 1 == len(text) or text[end + 1] not in _LETTER)


def only_nothing(before: str) -> bool:
    """Say whether the sentence that `before` ends in names something that is not personal, such as an order."""
    said = re.split(r"[。!?\n]|\. ", before)[-1]
    places = (said.rfind(word) for word in NOTHING.words)
    return any(at >= 0 and _stands_alone(said, at, at + 1) for at in places)
