"""Postal addresses as English mail has them: a house number and a way, a box, a named house, and what follows a street.

The shape decides, not the name: any capitalised words before a word for a way. Without capitals, words before decide.
"""

import re
from collections.abc import Iterator

from ingest.personal.span import Page, Span, words
from ingest.personal.ways import (
    ALL,
    AU,
    CA_CODE,
    CAP,
    CITY,
    EDGE,
    FOREIGN_WAY,
    FRONT,
    GO_ON,
    HOUSE,
    NAMED_WAY,
    NOT_STREET,
    PART,
    PROVINCES,
    ROOMS,
    STATES,
    STOP,
    SUFFIX,
    TAIL,
    UK_CODE,
    UNIT,
    WAY,
    ZIP,
    one_of,
)
from ingest.personal.writing import ANSWERED

_STREET = re.compile(rf"{EDGE}{FRONT}?{HOUSE},?\s{WAY}{TAIL}")
_BOX = re.compile(
    r"\b(?:(?i:p\.?\s?o\.?\s?box|post office box|gpo box|locked bag|private "
    r"bag)\s(?:(?i:no)\.?\s)?[A-Z]?[0-9]{1,6}(?:-[0-9]{1,5})?\b"
    r"|(?:R\.?R\.?|Rural Route|HC|HCR|Star Route|RMB|RSD|R\.?D\.?)\s?#?[0-9]{1,3},?\s(?:[Bb]ox"
    r"|BOX)\s#?[0-9]{1,5}[A-Z]?\b"
    rf"|R\.?R\.?\s?#?[0-9]{{1,2}},?(?:\s(?i:site|comp|box|stn|gd)\.?\s?[0-9]{{1,4}},?){{1,3}}"
    rf"|(?:RD|R\.D\.)\s?[0-9]{{1,2}},\s{CITY}\s[0-9]{{4}}(?![0-9-])"
    rf"|(?:RMB|RSD|Lot|LOT)\s[0-9]{{1,5}},?\s{NAMED_WAY}){TAIL}"
)
_HOUSE_NAME = re.compile(
    rf"\b(?:{CAP}\s){{1,3}}?(?:Cottage|House|Farm|Farmhouse|Lodge|Rectory|Villa|Barn|Hall|Manor|Vicarage|Mill"
    rf"|Court|Bungalow"
    rf"|Croft|Grange|Chapel|Stables|Cottages|Coach House|Gatehouse|Oast)(?:,\s|\n)(?:{NAMED_WAY}{TAIL}"
    rf"|(?:{CAP}[, ]{{1,2}}){{1,6}}{UK_CODE})"
)
# Anything with a house number in front and a post code behind.
_CODED = re.compile(
    rf"{EDGE}{FRONT}?{HOUSE},?\s(?:{CAP},?\s(?:(?:na|an|nan|of|the|de|y)\s)?){{1,5}}?(?:{UNIT},?\s)?"
    rf"(?:{STATES},?\s{ZIP}|{AU},?\s[0-9]{{4}}\b|{UK_CODE}|{PROVINCES},?\s{CA_CODE}|Co\.? {CAP})"
)
# A code is rare and found at once; what belongs to it is read backwards from there.
_AREA_CODE = re.compile(
    rf"(?<![A-Za-z0-9-])(?:{STATES},?\s{ZIP}|{AU},?\s[0-9]{{4}}\b|(?:{PROVINCES},?\s)?{CA_CODE}|{UK_CODE})"
)
_BEFORE_CODE = re.compile(rf"(?<![\w'-])(?:(?:{CAP}\s){{1,3}}{SUFFIX},\s)?(?:{CAP}\s){{0,2}}{CAP},?\s\Z")
_BEFORE_UK_CODE = re.compile(rf"(?<![\w'-])(?:{CAP}(?:\s(?:y|of|the|on|upon|le|{CAP})){{0,4}}(?:,\s|\s|\n)){{1,4}}\Z")
# The way first, then the number: Calle Magnolia 214, 28035 Madrid. Words that are English too need a town behind.
_WAY_FIRST = re.compile(
    rf"\b{FOREIGN_WAY},?\s(?:[Nn][º°o.]{{1,2}}\s?)?[0-9]{{1,5}}[A-Za-z]?(?![\w:/-]"
    rf"|\.[0-9])(?:,\s[0-9]{{1,2}}\.?[º°ª][^,\n]{{0,6}})?"
    rf"(?:(?:,\s|\n|\s-\s)(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}}\s{CITY}(?:\s[A-Z]{{2}}\b)?|{PART}){{1,4}}"
    rf"|\b(?:Calle|Rua|Avenida|Rue|Carrer|Piazza|Camino|Paseo|Travessa|Jalan|Viale)\s{CAP}(?:\s(?:de|del|la|los|da"
    rf"|do|dos|{CAP})){{0,4}},?\s[0-9]{{1,5}}(?![\w:/-]|\.[0-9]|\sof\b)"
    rf"|\b(?:Calle|Rua|Avenida|Carrer)\s(?:[0-9]{{1,2}}\sde\s)?(?:(?:de|del|la|los|las|da|do"
    rf"|dos)\s){{0,2}}{CAP}(?:\s{CAP}){{0,2}},?\s[0-9]{{1,5}}(?![\w:/-]){TAIL}"
    rf"(?:,\s[0-9]{{4,5}}\s{CITY}|,\s{CITY}\s[0-9]{{4,5}})?"
)
# A room or a plot, then names between commas, and a code of four to six digits: Flat 302, Lotus Residency, Pune 411001.
_ROOM_FIRST = re.compile(
    r"(?<![\w.#/$£€-])(?:(?<![Ii]tem )(?<![Oo]rder )(?<![Tt]icket )(?<![Cc]ase )(?<![Pp]art )#\s?[0-9]{1,5}[A-Z]?"
    r"(?:[/-][0-9]{1,4})?|(?i:flat|unit|apt|apartment|suite|room|rm|plot|block|blk|house|door|shop|office|villa|lot"
    r"|level|tower|h\.?\s?no"
    r"|d\.?\s?no)\.?\s?(?:[Nn]o\.?\s?)?#?[A-Z]?-?[0-9]{1,5}-?[A-Z]?(?:[/-][0-9A-Z]{1,4}){0,2}"
    r"|[A-Z]{1,2}-?[0-9]{1,4}(?:/[0-9]{1,4})?)"
    rf"(?:,\s(?:#?[0-9]{{1,4}}-[0-9]{{1,4}}|(?:[0-9]{{1,4}}(?:st|nd|rd|th)?|{CAP})(?:[ -](?:[0-9]{{1,4}}(?:st|nd|rd"
    rf"|th)?|{CAP})){{0,4}})){{1,6}}"
    r"(?:(?<=[0-9]{6})|(?<=[a-z] [0-9]{5})|(?<=[a-z]-[0-9]{5})|(?<=Dhaka [0-9]{4})|(?<=Dhaka-[0-9]{4})"
    r"|,?[ -]{1,3}[0-9]{6}(?![0-9-]))"
)
_GERMANIC = re.compile(
    r"\b[A-Z\u00c0-\u00de][a-z\u00df-\u00ff-]{2,24}(?:straße|strasse|str\.|gasse|weg|platz|allee|laan|straat"
    r"|gatan|vägen|vej"
    rf"|gade|veien)\s[0-9]{{1,4}}[a-zA-Z]?\b(?:,\s(?:(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}}|[0-9]{{3}}\s[0-9]{{2}})(?:\s[A-Z]{{2}})?\s{CAP}(?:\s(?:im"
    rf"|am|an der|a\.\s?d\.|ob der)\s{CAP})?)?"
)
_NUMBER = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_WORDED_HOUSE = re.compile(rf"\b(?:number )?(?:{_NUMBER})(?:[ -](?:hundred(?: and)?|oh|{_NUMBER})){{0,3}}\s")
_WORDED_ROOM = r"(?:apartment|apt|flat|unit|suite|room|number)"
_WORDED_FRONT = re.compile(rf"\b{_WORDED_ROOM} (?:{_NUMBER})(?:[ -](?:{_NUMBER}))?,? \Z")
_WORDED_WAY = re.compile(
    rf"{NAMED_WAY}(?:,?\s{_WORDED_ROOM}\s(?:{_NUMBER})(?:[ -](?:{_NUMBER}))?)?{TAIL}"
    rf"(?:,?\s(?:(?:{_NUMBER}|zero|oh|double)\b[ ,-]{{0,2}}){{4,9}}(?<![ ,-]))?"
)
# Where the number comes last: Larkspur Crescent, number 22. The way is read backwards from there.
_NUMBER_LAST = re.compile(r",?\s(?:at )?(?:house )?(?:number|no\.?|nr\.?) ?[0-9]{1,5}[a-z]?\b(?![-/:.,]?[0-9])")
_WAY_BEFORE = re.compile(rf"(?<![\w'-])(?:{CAP}\s){{1,3}}?{SUFFIX}\Z")
_LOW_WAY_BEFORE = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)|house is|home is|flat is|we're|i'm|we are|i am|moved|moving|located|based|address is)"
    rf"(?: (?:on|at|in|to|off))? (?P<way>(?:[a-z'.-]{{2,20}} ){{1,3}}?(?:{one_of(ALL)}))\Z"
)
_SAYS_NUMBER = ("number ", "no. ", "no ", "house number ")
_BARE_STATE = re.compile(rf"{STATES},?\s[0-9]|{AU}")
_DWELLS = ("liv", "address", "moved", "place", "home", "house", "just")
_CUE = re.compile(
    r"(?:\bliv(?:e|es|ed|ing) (?:at|on|in)|\badd?ress(?: on (?:file|the account|my account))?(?: is|'s| was| to"
    r"| has changed to"
    r"| should be| should read| now)?(?: now)?:?|\b(?:re)?(?:ship|shipp|deliver|send|sent|mail|post|redirect"
    r"|forward|return|"
    r"courier)(?:ed|ing)?(?: (?:it|this|that|them|everything|the [a-z]{3,14}|my [a-z]{3,14}|one"
    r"|a [a-z]{3,14}))?(?: back)? to"
    r"|\bmoved to|\bmoving to|\brelocated to|\blocated at|\bbased at|\bresid(?:e|ing) at|\bstaying at"
    r"|\bleft (?:it )?at|"
    r"\bdelivered at|\bcollect(?:ed)? from|\bpick(?:ed)? (?:it )?up from|\b(?:place|home|house|flat|shop|property"
    r"|office) is(?: (?:on|at|in))?|\blive off|\bjust off|\bflat is|\bapartment is|\bat)\s{1,2}"
)
_FUNCTION = "and|but|please|is|i|for|not|so|the|it|or|my|was|on|to|from|you|we|they|because|instead|since|if|when|again"
_LOW = rf"(?!(?:{_FUNCTION}|{GO_ON})\b)[a-z'.-]"
_CUED = re.compile(
    rf"(?:(?:(?:{ROOMS})\.? #?[a-z]?[0-9]{{1,4}}[a-z]?,? )?(?:[0-9]{{1,6}}[a-z]?(?:/[0-9]{{1,4}})?"
    rf"|(?:number )?(?:{_NUMBER})(?:[ -](?:hundred|oh"
    rf"|{_NUMBER})){{0,3}})\s(?:[nsew]{{1,2}}\.?\s)?(?:(?:{_LOW}[a-z'.-]{{0,19}})\s){{1,3}}?"
    rf"(?:{one_of(ALL)})\b\.?(?:,?\s(?:{ROOMS}|#)\.?\s?#?(?:[a-z]?-?[0-9]{{1,5}}-?[a-z]?|[a-z])\b)?"
    rf"(?:,?\s(?:in\s)?(?:{_LOW}[a-z'.-]{{2,14}})(?:\s(?:{_LOW}[a-z'.-]{{2,14}}))?(?=[,.;!?\n]|$"
    rf"|,?\s[a-z]{{1,2}}[0-9][a-z0-9]? [0-9][a-z]{{2}}\b|,?\s[a-z]{{2,3}},? [0-9]{{4,5}}|,?\s[0-9]{{5}}"
    rf"|\s(?:{GO_ON})\b))?(?:,?\s(?!(?:{_FUNCTION}|{GO_ON})\b)[a-z]{{2,3}}(?=,?\s[0-9]{{4,5}}\b))?(?:,?\s[0-9]{{4,5}}\b)?"
    rf"(?:,?\s[a-z]{{1,2}}[0-9][a-z0-9]? [0-9][a-z]{{2}}\b)?)(?:(?<=[0-9])|{STOP})"
)
# A number and capitalised words that end in no word for a way: an address where words before say so.
_CUED_NAME = re.compile(
    rf"{FRONT}?{HOUSE},?\s(?!(?i:{NOT_STREET})\b){CAP}(?:\s{CAP}){{0,3}}(?=[,.;!?\n]|$|\s(?:{GO_ON})\b){TAIL}"
)
_CUED_WAY = re.compile(rf"(?:(?:The|{CAP})\s){{1,3}}?{SUFFIX}{TAIL}")
_LOWER = re.compile(
    rf"{EDGE}[0-9]{{1,6}}[a-z]?\s(?:[nsew]{{1,2}}\.?\s)?(?:(?:{_LOW}[a-z'.-]{{1,19}})\s){{1,3}}?(?:{one_of((*ALL[:-1],))})"
    rf"\b\.?,?\s(?:(?:apt|apartment|suite|unit"
    rf"|flat|#)\.?\s?#?[a-z]?-?[0-9]{{1,5}}[a-z]?\b(?:,?\s(?:{_LOW}[a-z'.-]{{2,14}})"
    rf"(?:\s(?:{_LOW}[a-z'.-]{{2,14}}))?,?\s[a-z]{{2,3}},?\s[0-9]{{4,5}}\b)?"
    rf"|(?:(?:{_LOW}[a-z'.-]{{2,14}})\s?){{1,2}},?\s[a-z]{{2,3}},?\s[0-9]{{4,5}}\b"
    rf"|(?:(?:{_LOW}[a-z'.-]{{2,14}}),?\s){{1,3}}?[a-z]{{1,2}}[0-9][a-z0-9]?\s?[0-9][a-z]{{2}}\b)"
)
_CODES = re.compile(
    r"\b(?:post ?code|postal code|eircode)(?:'s| is| was| should be| to| now|:|,)*\s+"
    r"([a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}\b|[a-z][0-9][a-z] ?[0-9][a-z][0-9]\b|[a-z][0-9][0-9w] ?[a-z0-9]{4}\b"
    r"|[0-9]{3}-?[0-9]{4}\b|[0-9]{4,6}\b)"
    rf"|\bzip(?: ?code)?(?:{ANSWERED}|'s| is| was| should be| to| now|:|,)*\s+({ZIP})"
)
_WAY_WORDS = frozenset(
    (*ALL, *words("rue via calle camino avenida route paseo broadway rte cr sr us fm concession lorong jalan blk"))
)
_FOREIGN_WORDS = words("rue via viale calle camino avenida paseo rua travessa carrer piazza corso jalan strada ulica")
_ROOM_WORDS = words(
    "flat unit apt apartment suite room rm plot block blk house door shop office villa lot level tower no"
)
_LETTERED = re.compile(r"(?<![\w-])[A-Z]{1,2}-?[0-9]{1,4}(?:/[0-9]{1,4})?,\s[A-Z]")
_CODE_WORDS = words("postcode postal post zip zipcode eircode")
_BOX_WORDS = words("box bag rd rmb rsd lot site comp")
_NUMBER_WORDS = frozenset(_NUMBER.split("|"))
_HOUSE_WORDS = words(
    "cottage house farm farmhouse lodge rectory villa barn hall manor vicarage mill court bungalow croft grange chapel "
    "stables cottages gatehouse oast"
)
_TOWNWAYS = ("str", "weg", "gasse", "platz", "allee", "laan", "gatan", "vägen", "vej", "gade", "veien")


def find(page: Page) -> Iterator[Span]:
    """Yield the English postal addresses of `page`; some overlap."""
    for start, end in _found(page):
        while page.text[end - 1] in ", \n":
            end -= 1
        if page.text[start].isdigit() and page.low.endswith(_SAYS_NUMBER, 0, start):
            start = page.low.rindex("n", 0, start)
        yield Span(start, end, "ADDRESS", 0.8)


def _found(page: Page) -> Iterator[tuple[int, int]]:
    text, ways = page.text, bool(page.words & _WAY_WORDS) or " The " in page.text
    if page.digits:
        if page.words & _FOREIGN_WORDS:
            yield from (m.span() for m in _WAY_FIRST.finditer(text))
        if ", " in text and ("#" in text or page.words & _ROOM_WORDS or _LETTERED.search(text)):
            yield from (m.span() for m in _ROOM_FIRST.finditer(text))
        if ways:
            yield from (m.span() for m in _STREET.finditer(text))
            yield from (m.span() for m in _LOWER.finditer(page.low))
            if "number" in page.low or " no" in page.low:
                yield from _number_last(page)
        if page.words & _BOX_WORDS:
            yield from (m.span() for m in _BOX.finditer(text))
        codes = list(_coded(text))
        yield from codes
        if codes or " Co. " in text:
            yield from (m.span() for m in _CODED.finditer(text))
        if not page.words.isdisjoint(_CODE_WORDS):
            yield from (m.span(m.lastindex or 0) for m in _CODES.finditer(page.low))
        if page.has(_TOWNWAYS):
            yield from (m.span() for m in _GERMANIC.finditer(text))
    if ways:
        if page.words & _HOUSE_WORDS:
            yield from (m.span() for m in _HOUSE_NAME.finditer(text))
        if not page.words.isdisjoint(_NUMBER_WORDS):
            for m in _WORDED_HOUSE.finditer(page.low):
                if way := _WORDED_WAY.match(text, m.end()):
                    front = _WORDED_FRONT.search(page.before(m.start(), 40))
                    yield m.start() - (len(front[0]) if front else 0), way.end()
    if page.digits or ways:
        yield from _cued(page)


def _number_last(page: Page) -> Iterator[tuple[int, int]]:
    """Ways whose house number stands behind them, with a word that says so."""
    for m in _NUMBER_LAST.finditer(page.low):
        low = max(0, m.start() - 70)
        if way := _WAY_BEFORE.search(page.text[low : m.start()]):
            yield low + way.start(), m.end()
        elif said := _LOW_WAY_BEFORE.search(page.low[low : m.start()]):
            yield low + said.start("way"), m.end()


def _coded(text: str) -> Iterator[tuple[int, int]]:
    """Codes that only addresses have, with the town and the street before them."""
    for m in _AREA_CODE.finditer(text):
        said = text[max(0, m.start() - 90) : m.start()]
        before = (_BEFORE_UK_CODE if len(m[0]) <= 8 and not m[0][:3].isalpha() else _BEFORE_CODE).search(said)
        if before or not _BARE_STATE.match(m[0]):
            yield m.start() - (len(before[0]) if before else 0), m.end()


def _cued(page: Page) -> Iterator[tuple[int, int]]:
    """Addresses after words that announce one."""
    for cue in _CUE.finditer(page.low):
        at = cue.end()
        low = _CUED.match(page.low, at)
        if low:
            yield low.span()
        named = None if cue[0].startswith("at ") else _CUED_NAME.match(page.text, at)
        if named:
            yield named.span()
        if cue[0].startswith(_DWELLS) and (way := _CUED_WAY.match(page.text, at)):
            yield way.span()
