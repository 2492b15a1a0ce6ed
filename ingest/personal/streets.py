"""Postal addresses as English mail has them: a house number and a way, a box, a named house, and what follows a street.

The shape decides, not the name: any capitalised words before a word for a way. Without capitals, words before decide.
"""

import re
from collections.abc import Iterator

from ingest.personal.span import Page, Span, phrases, words

_BIG = r"[A-Z\u00c0-\u00de\u0110-\u017d]"
_CAP = rf"{_BIG}(?:[a-z]{{0,3}}\.(?=[ A-Z])|[a-zA-Z\u00c0-\u024f\u1e00-\u1eff'-]{{0,20}})"
_STRONG = phrases("street|road|avenue|lane|drive|court|boulevard|crescent|terrace|parkway|highway")
_WEAK = phrases(
    "way|place|square|close|circle|gardens|garden|grove|row|mews|hill|walk|trail|parade|esplanade|rise|loop|alley|quay|"
    "park|green|vale|view|turnpike|pike|bend|cove|crossing|ridge|point|circuit|chase|wynd|brae|strand|plaza|landing|"
    "knoll|meadow|meadows|glen|heights|path|pass|run|croft|drove|parklands|wharf|promenade|causeway|bypass|fields|"
    "approach|hollow|manor|creek|springs|estate|heath|end|gate|yard|villas|broadway|orchard|orchards|boreen|common"
)
_SHORT = phrases(
    "str|st|rd|ave|av|ln|dr|ct|blvd|pl|sq|ter|terr|tce|cres|cr|cl|pkwy|pky|cir|cct|hwy|pde|gr|grv|trl|aly|esp"
    "|expy|fwy|tpke"
)
_ALL = (*_STRONG, *_WEAK, *_SHORT)


def _any(ways: tuple[str, ...]) -> str:
    return "|".join(sorted(ways, key=len, reverse=True))


# A way is written Street or STREET; the plainest ones also street.
_TURN = r"(?:\s(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Upper|Lower)\b)?"


def _written(ways: tuple[str, ...]) -> str:
    return _any(tuple(form for way in ways for form in (way.title(), way.upper())))


# After a way comes the end, a comma, or words that no thing's name goes on with: "12 Black Court shoes" is none.
_GO_ON = (
    "and|or|is|was|in|at|on|for|please|but|not|to|by|instead|with|since|from|has|because|as|near|if|unless|last"
    "|next|this"
    "|today|yesterday|tomorrow|tonight|every|after|before|until|when|where|which|who|so|it|i|my|they|we|he|she"
    "|then|again"
    "|now|there|still|would|will|can|should|apt|apartment|unit|flat|suite|ste|floor|lot|room|just|only|around|between"
    "|opposite|behind|beside|across|zip|postcode|though|did|does|do|had|have|are|were|the|a|you|your|our|his|her|that"
    "|rather|inside|above|below|within|without|during|upon|via|plus|except|despite|per|once|always|never|however"
    "|whether|either"
    "|neither|nor|all|both|some|each|most|more|me|us|him|them|am|been|get|got|goes|went|come|came|says|said"
    "|looks|seems|needs"
    "|need|want|wants|keeps|keep|like|instructions|thanks|thank|between|over|under|than|while|right|left|also"
    "|too|no|cos|cause|asap|ok|yes|any|off"
)
_STOP = rf"(?!\s(?!(?:{_GO_ON})\b)[a-z])"
_STOP = rf"(?!\s(?!(?:{_GO_ON})\b)[a-z])"
_WARES = (
    r"(?:chairs?|tables?|lamps?|sofas?|shoes?|boots?|jackets?|bags?|cushions?|planters?|rugs?|beds?|desks?"
    r"|analysts?|brokers?"
    r"|shops?|stores?|branch|outlet|edition|collection|range|series|models?|album|records|magazine|newspaper"
    r"|market|sets?"
    r"|games?|assist|keyboards?|mugs?|posters?|prints?)\b"
)
_SUFFIX = (
    rf"(?:(?:(?:{_written(_STRONG)}|{_any(_STRONG)})(?![\w-]|'\w)(?!\s{_WARES})"
    rf"|(?:{_written(_SHORT)})(?![\w-]|'\w)\.?){_TURN}"
    rf"|(?:{_written(_WEAK)})(?![\w-]|'\w){_TURN}{_STOP})(?!\s(?:{_any(tuple(w.title() for w in _STRONG))}|Rd|Ave"
    rf"|Blvd|Ln|Dr|Ct|St|Pkwy)(?![\w-]|'\w))"
)
_NOT_STREET = (
    "Star|Drive|Switch|Button|Hard|Disk|State|Solid|Flash|USB|SSD|HDD|Tape|External|TB|GB|MB|Test|Thumb|Pen"
    "|Google|One|Two"
    "|First|Days?|Hours?|Minutes?|Mins?|Steps?|Items?|Food|Way|Years?|Weeks?|Months?|Disc|Zip|Seagate|Version"
    "|Orders?|Models?|Series|Easy|Percent|January|February|March|April|May|June|July|August|September|October|November"
    "|December|AM|PM|Euros?|Dollars?|Yen|Pounds?|Packs?|Pieces?|Inch|Light|Dark|Pro|Door|Doors|Wheel|Speed|Units?|Full"
    "|Double|Single|Pairs?|Sets?|Players?|People|Persons?|Seater|Watt|Volt|Amp|Core|Bit|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    "|Sept?|Oct|Nov|Dec|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Points?|Stars|Mbps|Gbps|MHz|GHz"
    "|Reasons"
    "|Customers|Tickets?|Boxes|Cards|Rule|Section|Chapter|Act|Cordless|Electric|Wireless|Lamps?|Chairs?|Tables?"
)
_HOUSE = (
    r"(?:(?:Unit |Flat |Apt |Shop )?[0-9]{1,6}[A-Za-z]?(?:\s?[/-]\s?[0-9]{1,5}[A-Za-z]?)?(?:\s1/2)?"
    r"|[A-Z][0-9]{1,4}/[0-9]{1,4}|[NSEW][0-9]{3,5}(?:[NSEW][0-9]{3,5})?)"
)
_ROOMS = (
    "flat|unit|apt|apartment|suite|ste|room|rm|level|floor|fl|lot|villa|shop|block|penthouse|studio|building|bldg|tower"
    "|townhouse|bay|trailer|space|spc|dock|gate|hangar|pod|basement"
)
_FRONT = (
    rf"(?:(?:(?:[A-Z]-?[0-9]{{1,4}}(?=,\s[A-Z])|(?i:{_ROOMS})\.?\s?#?(?:[A-Za-z]?-?[0-9]{{1,5}}-?[A-Za-z]?|[A-Z])"
    rf"|[0-9]{{1,3}}(?:st|nd|rd|th)\sFloor"
    rf"|(?:Ground|First|Second|Third|Top)\sFloor(?:\sFlat)?|(?:{_CAP}\s){{1,2}}(?:House|Court|Building|Lodge|Mansions"
    rf"|Heights|Towers?|Apartments|Mill|Wharf)),?\s)+)"
)
_UNIT = (
    rf"(?:,?\s{{1,2}}(?:(?i:{_ROOMS})\.?\s?#?\s?(?:[A-Za-z]?-?[0-9]{{1,5}}-?[A-Za-z]?|[A-Za-z])\b"
    rf"|#\s?[A-Za-z]?-?[0-9]{{1,5}}-?[A-Za-z]?\b|[0-9]{{1,3}}(?:st|nd|rd|th)\s(?:[Ff]loor|[Ff]l)\b))"
)
_FOREIGN_WAY = (
    r"(?:Rue|rue|calle|rua|Via|Viale|Calle|Camino|Avenida|Avenue|Boulevard|Paseo|Chemin|Route|Impasse"
    r"|Rua|Travessa|Carrer|Piazza|Corso"
    r"|Jalan|Lorong|Rambla|Cours|Allée|Quai|Strada|Ulica|Bulevardul)\s"
    rf"(?:(?:de|du|des|del|della|di|la|le|les|los|las|of|the|da|do|dos)\s){{0,2}}(?:[dl]')?{_CAP}(?:\s{_CAP}){{0,2}}"
)
_NUMBERED_WAY = (
    r"(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Old)\.?\s)?(?:County\s(?:Road|Rd|Hwy)|Co\.?\sRd|CR|(?:State"
    r"|US|U\.S\.|"
    r"Forest)\s(?:Route|Road|Rd|Hwy|Highway)|SR|Route|Rte\.?|Highway|Hwy\.?|US|FM|Farm\sRoad|Township\sRoad"
    r"|Twp\sRd|Range\s"
    r"Road|Rural\sRoad|Concession(?:\s(?:Road|Rd))?|Sideroad|Line|Avenue|Street)\s(?:#?[0-9]{1,5}[A-Z]?"
    r"|[A-Z]{1,2})\b(?!')"
)
_NAMED_WAY = rf"(?:(?!(?i:{_NOT_STREET})\b)(?:{_CAP}|[0-9]{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?{_SUFFIX}"
_THE_WAY = rf"The\s{_CAP}(?:\s{_CAP})?(?=[,.;!?\n]|$)"
_WAY = (
    rf"(?:{_NUMBERED_WAY}|{_FOREIGN_WAY}|{_NAMED_WAY}|{_THE_WAY}|[NSEW]\s?[0-9]{{2,5}}\s[NSEW]\b|Broadway\b"
    rf"|Avenue\s[A-Z]\b)"
)

_STATES = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|PR|RI|S[CD]|T[NX]|UT"
    r"|V[AT]|W[AIVY]"
    r"|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois"
    r"|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi"
    r"|Missouri|Montana"
    r"|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon"
    r"|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)\b\.?"
)
_PROVINCES = (
    r"(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|PEI|QC|SK|YT|Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland|"
    r"Nova Scotia|Ontario|Quebec|Québec|Saskatchewan)\b"
)
_AU = (
    r"(?:NSW|VIC|QLD|TAS|ACT|NT|SA|WA|Vic|Qld|Tas|New South Wales|Victoria|Queensland|Tasmania|South Australia"
    r"|Western Australia)\b"
)
_ZIP = r"[0-9]{5}(?:-[0-9]{4})?(?![0-9-])"
_CA_CODE = r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][ -]?[0-9][ABCEGHJ-NPRSTV-Z][0-9](?![A-Za-z0-9-])"
_UK_CODE = (
    r"(?:GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY])"
    r" ?(?![0-9](?:GB|TB)\b)[0-9][ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9-])"
)
_IE_CODE = r"[AC-FHKNPRTV-Y][0-9][0-9W] ?(?=[0-9]*[A-Z])[0-9AC-FHKNPRTV-Y]{4}(?![A-Za-z0-9-])"
_CODE = rf"(?:{_UK_CODE}|{_CA_CODE}|{_IE_CODE}|{_ZIP})"
_COUNTRY = (
    r"(?:U\.?S\.?A\.?|U\.?K\.?|United Kingdom|United States(?: of America)?|Australia|Canada|England|Scotland|Wales"
    r"|(?:Northern |Republic of )?Ireland|New Zealand|Aotearoa|India|France|Germany|Spain|Singapore|Nigeria"
    r"|South Africa)"
    r"(?![A-Za-z])"
)
_NO_CITY = (
    "I|The|My|We|It|But|And|Please|Thanks?|Can|Could|Is|Not|So|Regards|Best|Cheers|Kind|Warm|Many|Sincerely"
    "|Yours|Hi|Hello"
    "|Hey|Dear|Also|If|When|What|Where|Which|Who|Why|How|This|That|There|They|You|Your|He|She|Do|Does|Did|Will"
    "|Would|Should"
    "|Order|Phone|Tel|Telephone|Mobile|Cell|Email|E-mail|Call|Contact|Ref|Attn|Name|Yes|No|Ok|Okay|Just|In|On|At|For|To"
    "|From|As|After|Before|Since|Because|Let|Have|Has|Are|Was|Were|Be|Customer|Agent|Monday|Tuesday|Wednesday|Thursday"
    "|Friday|Saturday|Sunday|Mr|Mrs|Ms|Dr|Sorry|Great|Fax|Account|Card|Date|DOB|Then|Now|Our|Its|It's|I'm|I've"
    "|I'd|Nobody"
)
_CITY = (
    rf"(?:(?!(?:{_NO_CITY})\b){_CAP}(?:[ -](?!(?:{_STATES}|{_PROVINCES}|{_AU}))(?:on|upon|under|le|de|du|la|in|the"
    rf"|of|{_CAP})){{0,3}})"
)
_GAP = r"(?:,?\s{1,2})"
_REGION = rf"(?:{_STATES}|{_PROVINCES}|{_AU})"
_PART = (
    rf"(?:{_UNIT}|{_GAP}(?:RD|R\.D\.)\s?[0-9]{{1,2}}\b|(?:,\s|\n)(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}}\s{_CITY}"
    rf"|{_GAP}{_REGION}{_GAP}(?:{_CODE}|(?:[0-9]{{4}}|[0-9]{{6}})(?![0-9-]))|{_GAP}{_CODE}|{_GAP}Co(?:unty"
    rf"|\.)? {_CAP}"
    rf"|{_GAP}{_COUNTRY}|{_GAP}(?:{_STATES}|{_PROVINCES}|{_AU})(?=[,.;!?\n)]|$|\s[a-z])|{_GAP}Dublin [0-9]{{1,2}}W?\b"
    rf"|{_GAP}{_CITY}{_GAP}(?:{_REGION}(?:{_GAP}(?:{_CODE}|(?:[0-9]{{4}}|[0-9]{{6}})(?![0-9-])))?|{_CODE}"
    rf"|(?:[0-9]{{4}}|[0-9]{{6}})(?![0-9-]))"
    rf"|,\s{_CITY}(?=[,.;:!?\n)]|$|\s(?:{_GO_ON})\b)|\n{_CITY}(?=,?\s{{1,2}}(?:{_CODE}|{_REGION}|{_COUNTRY})))"
)
_TAIL = rf"{_PART}{{0,6}}"
_EDGE = r"(?<![\w.#/$£€-])(?<![0-9],)"

_STREET = re.compile(rf"{_EDGE}{_FRONT}?{_HOUSE},?\s{_WAY}{_TAIL}")
_BOX = re.compile(
    r"\b(?:(?i:p\.?\s?o\.?\s?box|post office box|gpo box|locked bag|private "
    r"bag)\s(?:(?i:no)\.?\s)?[A-Z]?[0-9]{1,6}(?:-[0-9]{1,5})?\b"
    r"|(?:R\.?R\.?|Rural Route|HC|HCR|Star Route|RMB|RSD|R\.?D\.?)\s?#?[0-9]{1,3},?\s(?:[Bb]ox"
    r"|BOX)\s#?[0-9]{1,5}[A-Z]?\b"
    rf"|(?:RMB|RSD|Lot|LOT)\s[0-9]{{1,5}},?\s{_NAMED_WAY}){_TAIL}"
)
_HOUSE_NAME = re.compile(
    rf"\b(?:{_CAP}\s){{1,3}}?(?:Cottage|House|Farm|Farmhouse|Lodge|Rectory|Villa|Barn|Hall|Manor|Vicarage|Mill"
    rf"|Court|Bungalow"
    rf"|Croft|Grange|Chapel|Stables|Cottages|Coach House|Gatehouse|Oast)(?:,\s|\n)(?:{_NAMED_WAY}{_TAIL}"
    rf"|(?:{_CAP}[, ]{{1,2}}){{1,6}}{_UK_CODE})"
)
# Anything with a house number in front and a post code behind.
_CODED = re.compile(
    rf"{_EDGE}{_FRONT}?{_HOUSE},?\s(?:{_CAP},?\s(?:(?:na|an|nan|of|the|de|y)\s)?){{1,5}}?(?:{_UNIT},?\s)?"
    rf"(?:{_STATES},?\s{_ZIP}|{_AU},?\s[0-9]{{4}}\b|{_UK_CODE}|{_PROVINCES},?\s{_CA_CODE}|Co\.? {_CAP})"
)
# A code is rare and found at once; what belongs to it is read backwards from there.
_AREA_CODE = re.compile(
    rf"(?<![A-Za-z0-9-])(?:{_STATES},?\s{_ZIP}|{_AU},?\s[0-9]{{4}}\b|(?:{_PROVINCES},?\s)?{_CA_CODE}|{_UK_CODE})"
)
_BEFORE_CODE = re.compile(rf"(?<![\w'-])(?:(?:{_CAP}\s){{1,3}}{_SUFFIX},\s)?(?:{_CAP}\s){{0,2}}{_CAP},?\s\Z")
_BEFORE_UK_CODE = re.compile(rf"(?<![\w'-])(?:{_CAP}(?:\s(?:y|of|the|on|upon|le|{_CAP})){{0,4}}(?:,\s|\s|\n)){{1,4}}\Z")
_GERMANIC = re.compile(
    r"\b[A-Z\u00c0-\u00de][a-z\u00df-\u00ff-]{2,24}(?:straße|strasse|str\.|gasse|weg|platz|allee|laan|straat"
    r"|gatan|vägen|vej"
    rf"|gade|veien)\s[0-9]{{1,4}}[a-zA-Z]?\b(?:,\s(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}}(?:\s[A-Z]{{2}})?\s{_CAP})?"
)
_NUMBER = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_WORDED_HOUSE = re.compile(rf"\b(?:number )?(?:{_NUMBER})(?:[ -](?:hundred(?: and)?|oh|{_NUMBER})){{0,3}}\s")
_WORDED_WAY = re.compile(rf"{_NAMED_WAY}{_TAIL}")
_BARE_STATE = re.compile(rf"{_STATES},?\s[0-9]|{_AU}")
_DWELLS = ("liv", "address", "moved", "place", "home", "house", "just")
_CUE = re.compile(
    r"(?:\bliv(?:e|es|ed|ing) (?:at|on|in)|\baddress(?: on (?:file|the account|my account))?(?: is|'s| was| to"
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
_LOW = rf"(?!(?:{_FUNCTION}|{_GO_ON})\b)[a-z'.-]"
_CUED = re.compile(
    rf"(?:(?:(?:{_ROOMS})\.? #?[a-z]?[0-9]{{1,4}}[a-z]?,? )?(?:[0-9]{{1,6}}[a-z]?(?:/[0-9]{{1,4}})?"
    rf"|(?:number )?(?:{_NUMBER})(?:[ -](?:hundred|oh|{_NUMBER})){{0,3}})\s(?:(?:{_LOW}[a-z'.-]{{0,19}})\s){{1,3}}?"
    rf"(?:{_any(_ALL)})\b\.?(?:,?\s(?:{_ROOMS}|#)\.?\s?#?(?:[a-z]?-?[0-9]{{1,5}}-?[a-z]?|[a-z])\b)?"
    rf"(?:,?\s(?:in\s)?(?:{_LOW}[a-z'.-]{{2,14}})(?:\s(?:{_LOW}[a-z'.-]{{2,14}}))?(?=[,.;!?\n]|$"
    rf"|,?\s[a-z]{{1,2}}[0-9][a-z0-9]? [0-9][a-z]{{2}}\b|,?\s[a-z]{{2,3}},? [0-9]{{4,5}}|,?\s[0-9]{{5}}"
    rf"|\s(?:{_GO_ON})\b))?(?:,?\s[a-z]{{2,3}}(?=,?\s[0-9]{{4,5}}\b))?(?:,?\s[0-9]{{4,5}}\b)?"
    rf"(?:,?\s[a-z]{{1,2}}[0-9][a-z0-9]? [0-9][a-z]{{2}}\b)?)(?:(?<=[0-9])|{_STOP})"
)
# A number and capitalised words that end in no word for a way: an address where words before say so.
_CUED_NAME = re.compile(
    rf"{_FRONT}?{_HOUSE},?\s(?!(?i:{_NOT_STREET})\b){_CAP}(?:\s{_CAP}){{0,3}}(?=[,.;!?\n]|$|\s(?:{_GO_ON})\b){_TAIL}"
)
_CUED_WAY = re.compile(rf"(?:(?:The|{_CAP})\s){{1,3}}?{_SUFFIX}{_TAIL}")
_LOWER = re.compile(
    rf"{_EDGE}[0-9]{{1,6}}[a-z]?\s(?:(?:{_LOW}[a-z'.-]{{1,19}})\s){{1,3}}?(?:{_any((*_ALL[:-1],))})"
    rf"\b\.?,?\s(?:(?:apt|apartment|suite|unit"
    rf"|flat|#)\.?\s?#?[a-z]?-?[0-9]{{1,5}}[a-z]?\b(?:,?\s(?:{_LOW}[a-z'.-]{{2,14}})"
    rf"(?:\s(?:{_LOW}[a-z'.-]{{2,14}}))?,?\s[a-z]{{2,3}},?\s[0-9]{{4,5}}\b)?"
    rf"|(?:(?:{_LOW}[a-z'.-]{{2,14}})\s?){{1,2}},?\s[a-z]{{2,3}},?\s[0-9]{{4,5}}\b)"
)
_CODES = re.compile(
    r"\b(?:post ?code|postal code|eircode)(?:'s| is| was| should be| to| now|:|,)*\s+"
    r"([a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}\b|[a-z][0-9][a-z] ?[0-9][a-z][0-9]\b|[a-z][0-9][0-9w] ?[a-z0-9]{4}\b"
    r"|[0-9]{3}-?[0-9]{4}\b|[0-9]{4,6}\b)"
    rf"|\bzip(?: ?code)?(?:'s| is| was| should be| to| now|:|,)*\s+({_ZIP})"
)
_WAY_WORDS = frozenset((*_ALL, *words("rue via calle camino avenida route paseo broadway rte cr sr us fm concession")))
_CODE_WORDS = words("postcode postal post zip zipcode eircode")
_BOX_WORDS = words("box bag rmb rsd lot")
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
        yield Span(start, end, "ADDRESS", 0.8)


def _found(page: Page) -> Iterator[tuple[int, int]]:
    text, ways = page.text, bool(page.words & _WAY_WORDS) or " The " in page.text
    if page.digits:
        if ways:
            yield from (m.span() for m in _STREET.finditer(text))
            yield from (m.span() for m in _LOWER.finditer(page.low))
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
                    yield m.start(), way.end()
    if page.digits or ways:
        yield from _cued(page)


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
