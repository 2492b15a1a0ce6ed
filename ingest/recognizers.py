"""Presidio's own recognizers of personal data, and ours for Japanese and English support mail."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest import personal_patterns as patterns

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer, PatternRecognizer

_RESERVED = (".test", ".example", ".invalid", ".local", ".internal", ".lan", ".corp", ".localhost")  # RFC 2606, 6762


@dataclass(frozen=True)
class Gate:
    """A recognizer and the cheap test that a text must pass before it runs. `latin`: it sees only Latin text."""

    label: str
    needs: re.Pattern[str]
    recognizer: "EntityRecognizer"
    latin: bool = False


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


# A run of digits that may be a phone number; dates and numbers glued to letters, '#' or '/' are not.
_PHONE = re.compile(
    r"(?<![A-Za-z0-9_@#.+-])(?<![^0-9 ]/)(?:\+ ?)?\(?[0-9](?:[ .()-]{0,3}[0-9]){6,17}"
    r"(?![A-Za-z0-9_]|[-.:][0-9A-Za-z]|/[A-Za-z])"
)
_DATE = re.compile(r"[0-9]{4}[-. ][0-9]{1,2}[-. ][0-9]{1,2}\b|[0-9]{1,2}[-. ][0-9]{1,2}[-. ](?:19|20)[0-9]{2}\b")
_TRUNK = re.compile(r"\(?0[1-9][0-9]{0,3}(?![0-9])")
_BARE = re.compile(r"0[5-9]0[0-9]{8}|07[0-9]{9}|0120[0-9]{6}|0800[0-9]{7}")
_NORTH_AMERICA = re.compile(r"(?:\+?1[-. ]?)?(?:\([2-9][0-9]{2}\)[-. ]?|[2-9][0-9]{2}[-. ])[2-9][0-9]{2}[-. ][0-9]{4}")
_CUE = re.compile(
    r"(?:\b(?:tele)?phone|\bmobile|\bcell|\btel|\bwhatsapp|\bfax|\b(?:call|text|reach|ring) (?:me|us|him"
    r"|her)|電話|携帯|連絡先|ケータイ)[^0-9\n\x00]{0,16}$",
    re.IGNORECASE,
)
_REGIONS = ("JP", "GB", "DE", "FR", "AU", "IT", "NL", "KR", "IN", "US")


def is_phone(text: str, cued: bool) -> bool:
    """Judge a run of digits by shape, then by libphonenumber. `cued`: a word such as "phone" stands before it."""
    import phonenumbers as pn

    digits = "".join(c for c in text if c.isdigit())
    if not 7 <= len(digits) <= 15 or _DATE.match(text) or len(set(digits)) == 1:
        return False
    if text.startswith("+") or (text.startswith("00") and len(digits) > 10):
        number = _parse("+" + digits.removeprefix("00"), None)
        return number is not None and pn.is_possible_number(number) and len(digits) >= 9
    if _NORTH_AMERICA.fullmatch(text) or _BARE.fullmatch(digits):
        return True
    if digits == text and not cued:
        return False
    if _TRUNK.match(text) and len(digits) in (10, 11):
        return True
    if cued and 7 <= len(digits) <= 12:
        return True
    return digits[0] == "0" and len(digits) >= 9 and any(_valid(digits, region) for region in _REGIONS)


def _valid(digits: str, region: str) -> bool:
    import phonenumbers as pn

    number = _parse(digits, region)
    return number is not None and pn.is_valid_number(number)


def _parse(digits: str, region: str | None) -> Any:
    import phonenumbers as pn

    try:
        return pn.parse(digits, region)
    except pn.NumberParseException:
        return None


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)` of the phone numbers in `text`; digits and dashes must be ASCII."""
    at = 0
    while found := _PHONE.search(text, at):
        start = found.start()
        cued = bool(_CUE.search(text, max(0, start - 40), start))
        ends = [start + m.end() for m in re.finditer("[0-9]+", found[0])]
        # "03-1234-5678 2F": drop groups from the right until what is left is a phone number.
        end = next((e for e in reversed(ends) if is_phone(text[start:e], cued)), None)
        if end is not None:
            yield start, end
        at = end or found.end()


def load() -> tuple[Gate, ...]:
    """Build the recognizers, in no special order. Loads Presidio (seconds, once); touches no network."""
    from presidio_analyzer.predefined_recognizers import CryptoRecognizer, IbanRecognizer, IpRecognizer
    from presidio_analyzer.predefined_recognizers import UkDrivingLicenceRecognizer as UkLicence
    from presidio_analyzer.predefined_recognizers import UkNinoRecognizer as UkNino
    from presidio_analyzer.predefined_recognizers import UsItinRecognizer as UsItin
    from presidio_analyzer.predefined_recognizers import UsSsnRecognizer as UsSsn

    named_ja = _any_of("[様氏名です<]|さ[んま]|敬具|草々|かしこ|以上|申し|契約者|フリガナ|宛|受取|差出|送信者")
    digits = re.compile("[0-9]")
    long = re.compile(r"[0-9](?:[ -]?[0-9]){11}")
    return (
        Gate("EMAIL", re.compile("@"), _email(), latin=True),
        Gate("PHONE", re.compile(r"[0-9](?:[^0-9]{0,3}[0-9]){6}"), _phone_recognizer()),
        Gate("CARD", long, _ours("CARD", (patterns.CARD,), 0.9, luhn), latin=True),
        Gate("CARD", _any_of("card|カード|visa|amex|jcb"), _ours("CARD", (patterns.CARD_CUED,), 0.8)),
        Gate("IBAN", re.compile(r"[A-Z]{2}[0-9]{2}[ -]?[A-Z0-9]{4}"), IbanRecognizer(), latin=True),
        Gate("IP", re.compile(r"[0-9]\.[0-9]{1,3}\.[0-9]|:[0-9a-fA-F]{0,4}:"), IpRecognizer(), latin=True),
        Gate("ACCOUNT", re.compile(r"[a-zA-Z0-9]{26}"), CryptoRecognizer(), latin=True),
        Gate("ID", re.compile(r"[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}"), UsSsn(), latin=True),
        Gate("ID", re.compile(r"9[0-9]{2}[- ][0-9]{2}[- ][0-9]{4}"), UsItin(), latin=True),
        Gate("ID", re.compile(r"[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]"), UkNino(), latin=True),
        Gate("ID", re.compile(r"[A-Z9]{5}[0-9]{6}"), UkLicence(), latin=True),
        Gate("ID", long, _ours("ID", (patterns.MY_NUMBER,), 0.85, my_number), latin=True),
        Gate("ID", digits, _ours("ID", patterns.PAPERS, 0.9)),
        Gate("ACCOUNT", digits, _ours("ACCOUNT", patterns.ACCOUNTS, 0.8)),
        Gate(
            "SECRET", _any_of("[0-9]|pass|pwd|pw|key|token|パスワード|合言葉"), _ours("SECRET", patterns.SECRETS, 0.9)
        ),
        Gate("ADDRESS", digits, _ours("ADDRESS", patterns.ADDRESSES, 0.8)),
        Gate("ADDRESS", re.compile(r"〒|郵便番号|[市区町村郡]"), _ours("ADDRESS", patterns.ADDRESSES_JA, 0.8)),
        Gate("PERSON", re.compile("[A-Za-z]"), _ours("PERSON", patterns.PERSONS, 0.7)),
        Gate("PERSON", named_ja, _ours("PERSON", patterns.PERSONS_JA, 0.7)),
    )


def _any_of(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


def _ours(
    label: str, writings: tuple[str, ...], score: float, check: Callable[[str], bool] | None = None
) -> "PatternRecognizer":
    from presidio_analyzer import Pattern, PatternRecognizer

    class Checked(PatternRecognizer):  # type: ignore[misc]
        def validate_result(self, pattern_text: str) -> bool | None:
            return None if check is None else check(pattern_text)

    listed = [Pattern(f"{label} {n}", pattern, score) for n, pattern in enumerate(writings)]
    return Checked(label, name=f"Kizuna {label}", patterns=listed, global_regex_flags=re.MULTILINE)


def _email() -> "PatternRecognizer":
    import tldextract
    from presidio_analyzer import Pattern
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    # The bundled suffix list only: never the network.
    suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    class Email(EmailRecognizer):  # type: ignore[misc]
        def validate_result(self, pattern_text: str) -> bool:
            return pattern_text.lower().endswith(_RESERVED) or suffixes(pattern_text).fqdn != ""

    # Presidio's own pattern takes quadratic time on long runs such as a-a-a-a.
    return Email(patterns=[Pattern("bounded email", patterns.EMAIL, 0.5)])


def _phone_recognizer() -> "EntityRecognizer":
    from presidio_analyzer import LocalRecognizer, RecognizerResult

    class Phones(LocalRecognizer):  # type: ignore[misc]
        def load(self) -> None: ...

        def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> list[RecognizerResult]:
            return [RecognizerResult("PHONE", start, end, 0.75) for start, end in phones(text)]

    return Phones(supported_entities=["PHONE"], name="Kizuna PHONE")
