"""Numbers that are personal data: phones, cards, accounts, papers, PINs. Shape, check digit and words before decide."""

import re
from collections.abc import Iterator

from ingest.personal.cues import nearest, only_nothing, said_before
from ingest.personal.span import Page, Span

# Digits with what people write between them. Chunks stand between its spaces.
_RUN = re.compile(r"(?:\+ ?)?\(?[0-9](?:[ .()-]{0,3}[0-9])*+")
_CHUNK = re.compile(r"[^ ]*[0-9][^ ]*")
_GLUED_BEFORE = re.compile(r"[A-Za-z0-9_@.+/$¥£€-]$|(?<=[0-9]),$")
_CODE_BEFORE = re.compile(r"(?<![0-9A-Za-z])(?=[A-Z]{0,3}[0-9])[0-9A-Z]{0,4}[A-Z][0-9A-Z]{0,4} [0-9A-Z]{1,6}$")
_GLUED_AFTER = re.compile(r"[A-Za-z0-9_@%$¥£€°]|[-.:,'][0-9A-Za-z]|/[A-Za-z0-9]")
_UNIT = re.compile(
    r" ?(?:[%円年時秒枚桁歳才階万千]|個(?!人)|件(?!名)|回(?![線答収])|名(?![義前字称])|月(?!額)|台(?!帳)"
    r"|日(?!本)|本(?!人|日|当|店)"
    r"|分(?!か)|人(?!の)|ポイント|文字|キロ|グラム|丁目|番地|号室|種類"
    r"|(?:points?|pts|times|items?|pieces|pcs|gb|mb|kb|kg|cm|mm|ml|km|days?|hours?|hrs?|minutes?|mins?|seconds?|weeks?"
    r"|months?|years?|yen|dollars?|euros?|pounds?|usd|jpy|eur|miles|steps?|attempts?|tries|people|orders?|units?"
    r"|watts?|volts?|degrees|percent|characters)(?![a-z]))"
)
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-. ][0-9]{1,2}[-. ][0-9]{1,2}(?![0-9])|[0-9]{1,2}[-. ][0-9]{1,2}[-. ](?:19|20)[0-9]{2}(?![0-9])"
)
_SAID_AFTER = re.compile(
    r"(?: is| was|,? that's) (?:your|the|my|our) (?:[a-z-]{2,14} ){0,2}?(?:(?P<SECRET>code|pin|otp|passcode|cvv)"
    r"|(?P<PHONE>(?:cell|mobile|phone|contact|home|work) ?(?:number|phone)?|number)|(?P<ACCOUNT>account"
    r"(?: number)?))(?![a-z])"
    r"| ?[がは](?:[^0-9。\n]{0,8}?)(?:(?P<SECRET_>認証コード|確認コード|暗証番号)"
    r"|(?P<PHONE_>電話番号|携帯|連絡先)|(?P<ACCOUNT_>口座番号))"
)
_CALLED_AFTER = re.compile(  # 0345-118-2290 as the order number
    r"(?: is| was| as|,? which is|,? that's)? (?:(?:your|the|my|our|an|a) )?(?:[a-z-]{2,14} )?(?:order|tracking|invoice"
    r"|serial|case|booking|reference|confirmation|ticket|claim|part|model|item|parcel|shipment"
    r"|quote|quotation)(?: (?:number|no|id|code"
    r"|ref)\b|[.?!,])"
    r"| ?[がはという、]{1,3}(?:ご|お)?(?:注文|受付|予約|伝票|追跡|送り状|請求書?|製造|管理|照会|荷物"
    r"|問い合わせ|型|品|見積)"
    r"(?:の?番号|番|ID|No)"
)
_EXPIRY = r"(?:0?[1-9]|1[0-2]) ?[/-] ?(?:20)?[2-4][0-9](?![0-9/-])|(?:20)[2-4][0-9]年(?:0?[1-9]|1[0-2])月"
_EXPIRES = re.compile(
    rf"(?:exp(?:\.|iry|ires|iring|iration)?(?: date)?|valid (?:thru|until|through|to)|good (?:thru|through)|有効期限)"
    rf"[^0-9\n\x00]{{0,12}}({_EXPIRY})"
)
_CARD_EXPIRES = re.compile(rf"(?:card|カード|visa|mastercard|amex|jcb)[^0-9\n\x00.。]{{0,20}}?{_EXPIRES.pattern}")

_TRUNK = re.compile(r"\(?0[1-9][0-9]{0,3}(?![0-9])")
_BARE = re.compile(r"0[5-9]0[0-9]{8}|07[0-9]{9}|0120[0-9]{6}|0800[0-9]{7}")
_NORTH_AMERICA = re.compile(r"(?:\+?1[-. ]?)?(?:\([2-9][0-9]{2}\)[-. ]?|[2-9][0-9]{2}[-. ])[2-9][0-9]{2}[-. ][0-9]{4}")
_REGIONS = ("JP", "GB", "DE", "FR", "AU", "IT", "NL", "KR", "IN", "US")
_CARDS = re.compile(r"(?:[2-6][0-9]{15}|3[47][0-9]{13}|3[0689][0-9]{12}|62[0-9]{17})")
_MY_NUMBER = re.compile(r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}")
_CALLED = re.compile(r"phone|tel|mobile|cell|fax|call|iban")  # what stands in pieces is no parcel's code
_CHUNKS = 6  # the most pieces that one number is written in
_LAST_NUMBER = re.compile(r"(?<![0-9])([0-9][0-9-]{7,20})[^0-9。!?\n]{1,24}$")
_PREFIXED = re.compile(rf"(?<![A-Za-z0-9])[A-Z]{{2}}$|{_CODE_BEFORE.pattern}")  # JD01 4600 0098
_CODE_PIECES = re.compile(
    r"(?<![0-9A-Za-z])(?:(?=[A-Z]{0,3}[0-9])[0-9A-Z]{0,4}[A-Z][0-9A-Z]{0,4} [0-9A-Z]{2,6} |[A-Z]{2}[0-9]{2} )$"
)
_NINE = re.compile("[0-9]")
_TABLE = 40  # so many pieces are a table of numbers, not one number in pieces
_LONGEST = 32  # characters


def my_number(text: str) -> bool:
    """Say whether the 12 digits in `text` carry the check digit of a Japanese My Number (総務省令 85, 2014)."""
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) != 12 or len(set(digits)) == 1:
        return False
    total = sum(d * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(reversed(digits[:11]), start=1))
    return digits[11] == (0 if total % 11 <= 1 else 11 - total % 11)


def luhn(text: str) -> bool:
    """Say whether the 13 to 19 digits in `text` pass the check of ISO/IEC 7812."""
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    doubled = (sum(divmod(2 * d, 10)) for d in digits[1::2])
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def find(page: Page) -> Iterator[Span]:
    """Yield the numbers of `page` that are personal data."""
    if not page.digits:
        return
    for run in _RUN.finditer(page.text):
        bracket = run[0][0] == "(" and ")" not in run[0]  # it closes behind the number: no part of it
        if run.end() - run.start() > 2:
            yield from _in_run(page, run.start() + bracket, run.end())
    if "/" in page.text or "年" in page.text:
        yield from (Span(m.start(1), m.end(1), "CARD", 0.7) for m in _CARD_EXPIRES.finditer(page.low))


def _in_run(page: Page, start: int, end: int) -> Iterator[Span]:
    chunks = [(start + m.start(), start + m.end()) for m in _CHUNK.finditer(page.text[start:end])]
    if _GLUED_BEFORE.search(page.text[max(0, start - 2) : start]):
        # Behind 1Z 55A 8R9 come more pieces of one code, and no phone.
        code = _PREFIXED if len(chunks) > 2 else _CODE_BEFORE
        chunks = [] if code.search(page.text[max(0, start - 12) : start]) else chunks[1:]
    elif _CODE_PIECES.search(page.text[max(0, start - 14) : start]) and not _CALLED.search(page.before(start, 48)):
        chunks = []
    if chunks and _GLUED_AFTER.match(page.text[end : end + 2]):
        chunks = chunks[:-1]
    at, most = 0, _CHUNKS if len(chunks) <= _TABLE else 1
    while at < len(chunks):
        first = chunks[at][0]
        for last in range(min(len(chunks), at + most), at, -1):
            stop = chunks[last - 1][1]
            label = what(page, first, stop) if stop - first <= _LONGEST else None
            if label == "":  # an order number: no piece of it is a number of its own
                most = 1
                break
            if label:
                yield Span(first + (page.text[first] == " "), stop, label, 0.8)
                if label == "CARD" and (expiry := _EXPIRES.search(page.low, stop, stop + 60)):
                    yield Span(expiry.start(1), expiry.end(1), "CARD", 0.7)
                at = last - 1
                break
        at += 1


def what(page: Page, start: int, end: int) -> str | None:
    """The label of the number at `[start, end)`; empty where words call it something else, None where none do."""
    text = page.text[start:end].strip()
    digits = "".join(c for c in text if "0" <= c <= "9")
    if len(digits) < 3 or (end < len(page.text) and _UNIT.match(page.low, end)) or _DATE.match(text):
        return None
    before = said_before(page, start)
    kind = nearest(before, len(digits))
    if text.startswith("+") and is_phone(text, False):
        return "PHONE"
    if kind and not (kind.label == "PHONE" and not is_phone(text, True)):
        return kind.label
    after = _SAID_AFTER.match(page.low, end)
    if kind is None and _CALLED_AFTER.match(page.low, end):
        return ""
    if after and after.lastgroup:
        label = after.lastgroup.rstrip("_")
        if (label == "SECRET" and 3 <= len(digits) <= 8) or (label != "SECRET" and len(digits) >= 6):
            return label
    return "" if _like_the_last(text, before) else by_shape(text, digits, before)


def _like_the_last(text: str, before: str) -> bool:
    """Say whether the number before this one has the same groups and is not personal: part 44-120-99 or 44-120-98."""
    last = _LAST_NUMBER.search(before)
    if last is None or _NINE.sub("9", last[1]) != _NINE.sub("9", text):
        return False
    kind = nearest(before[: last.start(1)], sum(map(str.isdigit, text)))
    return kind is not None and not kind.label


def by_shape(text: str, digits: str, before: str) -> str | None:
    """The label of a number that no word explains; `before` (lowered) may still say that it is an order."""
    if text.startswith("18001 "):  # the text relay of the United Kingdom
        return by_shape(text[6:], digits[5:], before)
    if len(digits) >= 14 and text[0] != "+" and not text.startswith("00"):
        return "CARD" if _CARDS.fullmatch(digits) and luhn(digits) and not only_nothing(before) else None
    if len(digits) == 12 and _MY_NUMBER.fullmatch(text) and my_number(digits) and not only_nothing(before):
        return "ID"
    return "PHONE" if is_phone(text, False) else None


def is_phone(text: str, cued: bool) -> bool:
    """Judge a run of digits by shape, then by libphonenumber. `cued`: a word such as "phone" stands before it."""
    digits = "".join(c for c in text if "0" <= c <= "9")
    if not 7 <= len(digits) <= 15 or len(set(digits)) == 1:
        return False
    if text.startswith("+") or (text.startswith("00") and len(digits) > 10):
        return len(digits) >= 9 and _valid("+" + digits.removeprefix("00"), None)
    if _NORTH_AMERICA.fullmatch(text) or _BARE.fullmatch(digits):
        return True
    if cued and len(digits) <= 12:
        return True
    if digits == text:
        return False
    if _TRUNK.match(text) and len(digits) in (10, 11):
        return True
    return digits[0] == "0" and len(digits) >= 9 and any(_valid(digits, region) for region in _REGIONS)


def _valid(digits: str, region: str | None) -> bool:
    import phonenumbers as pn

    try:
        number = pn.parse(digits, region)
    except pn.NumberParseException:
        return False
    return bool(pn.is_valid_number(number) if region else pn.is_possible_number(number))
