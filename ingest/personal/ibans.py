"""International account numbers by country and length, also with wrong check digits: typos are complained of."""

import re
from collections.abc import Iterator

from ingest.personal.span import Page, Span

# How long the IBAN of each country is (SWIFT's registry, ISO 13616).
_REGISTRY = (
    "15 NO|16 BE|18 DK FI FO NL|19 MK SI|20 AT BA EE KZ LT LU XK|21 CH HR LI LV|22 BG BH CR DE GB GE IE ME RS"
    "|23 AE GI IL TL|24 AD CZ ES MD PK RO SA SE SK VG|25 PT|26 IS TR|27 FR GR IT MC SM|28 AL AZ CY DO HU LB PL"
    "|29 BR EG PS QA UA|30 JO KW MU|31 MT"
)
_LENGTHS = {country: int(line[:2]) for line in _REGISTRY.split("|") for country in line[3:].split()}
_HEAD = re.compile(r"[A-Za-z]{2}[0-9]{2}(?=[ -]?[0-9A-Za-z]{4})")
_GLUED = re.compile("[0-9A-Za-z_-]")
_GROUP = re.compile("(?P<gap>[ -]?)[0-9A-Za-z]{1,30}")
_CALLED = re.compile(r"iban|(?:bank|account|口座|送金|返金|振込)[^。.\n]{0,30}$")
_SHORT, _LONGEST = 18, 34  # up to so many characters, the number of a parcel may look the same


def find(page: Page) -> Iterator[Span]:
    """Yield what has the country and length of an IBAN; what a word calls one may have some characters too"
    " many or few."""
    if page.digits:
        for head in _HEAD.finditer(page.text):
            known = head[0][:2].upper() in _LENGTHS and not _GLUED.search(
                page.text[max(0, head.start() - 1) : head.start()]
            )
            end = _end(page, head) if known else 0
            if end:
                yield Span(head.start(), end, "IBAN", 0.8)


def _end(page: Page, head: re.Match[str]) -> int:
    """Where the IBAN that begins with `head` ends; 0 where none does."""
    length, size, best, end, spaced = _LENGTHS[head[0][:2].upper()], 4, 0, head.end(), False
    while (group := _GROUP.match(page.text, end)) and size < _LONGEST:
        letters = group[0].lstrip(" -")
        if group["gap"] and (len(letters) > 4 or not (letters.isdigit() or letters.isupper())):
            break
        size, end, spaced = size + len(letters), group.end(), spaced or group["gap"] != ""
        if size == length and (spaced or size > _SHORT):
            best = end
    digits = sum(map(str.isdigit, page.text[head.start() : best or end]))
    if digits < 10 or (not best and (size < 14 or not _CALLED.search(page.before(head.start(), 48)))):
        return 0
    return best or end
