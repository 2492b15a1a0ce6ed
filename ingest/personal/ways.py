"""What English postal addresses are made of, as patterns: ways, house numbers, rooms, towns, regions, codes."""

from ingest.personal.span import phrases

_BIG = r"[A-Z\u00c0-\u00de\u0110-\u017d]"
CAP = rf"{_BIG}(?:[a-z]{{0,3}}\.(?=[ A-Z])|[a-zA-Z\u00c0-\u024f\u1e00-\u1eff'-]{{0,20}})"
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
ALL = (*_STRONG, *_WEAK, *_SHORT)


def one_of(ways: tuple[str, ...]) -> str:
    """A pattern of any of `ways`, the longer ones first."""
    return "|".join(sorted(ways, key=len, reverse=True))


# A way is written Street or STREET; the plainest ones also street.
_TURN = r"(?:\s(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Upper|Lower)\b)?"


def _written(ways: tuple[str, ...]) -> str:
    return one_of(tuple(form for way in ways for form in (way.title(), way.upper())))


# After a way comes the end, a comma, or words that no thing's name goes on with: "12 Black Court shoes" is none.
GO_ON = (
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
STOP = rf"(?!\s(?!(?:{GO_ON})\b)[a-z])"
_WARES = (
    r"(?:chairs?|tables?|lamps?|sofas?|shoes?|boots?|jackets?|bags?|cushions?|planters?|rugs?|beds?|desks?"
    r"|analysts?|brokers?"
    r"|shops?|stores?|branch|outlet|edition|collection|range|series|models?|album|records|magazine|newspaper"
    r"|market|sets?"
    r"|games?|assist|keyboards?|mugs?|posters?|prints?)\b"
)
SUFFIX = (
    rf"(?:(?:(?:{_written(_STRONG)}|{one_of(_STRONG)})(?![\w-]|'\w)(?!\s{_WARES})"
    rf"|(?:{_written(_SHORT)})(?![\w-]|'\w)\.?){_TURN}"
    rf"|(?:{_written(_WEAK)})(?![\w-]|'\w){_TURN}{STOP})(?!\s(?:{one_of(tuple(w.title() for w in _STRONG))}|Rd|Ave"
    rf"|Blvd|Ln|Dr|Ct|St|Pkwy)(?![\w-]|'\w))"
)
NOT_STREET = (
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
HOUSE = (
    r"(?:(?:Unit |Flat |Apt |Shop |Blk |Block )?[0-9]{1,6}[A-Za-z]?(?:\s?[/-]\s?[0-9]{1,5}[A-Za-z]?)?(?:\s1/2)?"
    r"|[A-Z][0-9]{1,4}/[0-9]{1,4}|[NSEW][0-9]{3,5}(?:[NSEW][0-9]{3,5})?)"
)
ROOMS = (
    "flat|unit|apt|apartment|suite|ste|room|rm|level|floor|fl|lot|villa|shop|block|penthouse|studio|building|bldg|tower"
    "|townhouse|bay|trailer|space|spc|dock|gate|hangar|pod|basement"
)
FRONT = (
    rf"(?:(?:(?:[A-Z]-?[0-9]{{1,4}}(?=,\s[A-Z])"
    rf"|(?i:{ROOMS})\.?\s?#?(?:[A-Za-z]?-?[0-9]{{1,5}}-?[A-Za-z]?(?:/[0-9]{{1,2}})?|[A-Z])"
    rf"|[0-9]{{1,3}}(?:st|nd|rd|th)\sFloor|(?:Basement|Garden|Attic|Upper|Lower|Ground|Rear|Front|Studio)\sFlat"
    rf"|(?i:c/o)\s{CAP}(?:\s{CAP}){{0,2}}"
    rf"|(?:Ground|First|Second|Third|Fourth|Fifth|Top|Upper|Lower)\sFloor(?:\s(?:Flat|Left|Right|Front|Rear))?"
    rf"|(?:{CAP}\s){{1,2}}(?:House|Court|Building|Lodge|Mansions"
    rf"|Heights|Towers?|Apartments|Mill|Wharf)),?\s)+)"
)
UNIT = (
    rf"(?:,?\s{{1,2}}(?:(?i:{ROOMS})\.?\s?#?\s?(?:[A-Za-z]?-?[0-9]{{1,5}}-?[A-Za-z]?|[A-Za-z])\b"
    r"|[0-9]{1,2}(?:\.\s?(?:tv|th|mf|sal|OG|Stock|Etage|em)\b|[ºª]\s?(?:[Ee]sq|[Dd]to|[Dd]cha|[Ii]zq|[Ii]zda|[A-D])\b)\.?"
    rf"|#\s?[A-Z0-9]{{1,3}}-[0-9]{{1,4}}[A-Z]?\b|#\s?[A-Za-z]?-?[0-9]{{1,5}}-?[A-Za-z]?\b|[0-9]{{1,3}}(?:st|nd|rd|th)\s(?:[Ff]loor|[Ff]l)\b))"
)
FOREIGN_WAY = (
    r"(?:Rue|rue|calle|rua|Via|Viale|Calle|Camino|Avenida|Avenue|Boulevard|Paseo|Chemin|Route|Impasse"
    r"|Rua|Travessa|Carrer|Piazza|Corso"
    r"|Jalan|Lorong|Rambla|Cours|Allée|Quai|Strada|Ulica|Bulevardul)\s"
    rf"(?:(?:de|du|des|del|della|di|la|le|les|los|las|of|the|da|das|do|dos)\s){{0,2}}(?:[dl]')?{CAP}(?:\s{CAP}){{0,2}}"
)
_NUMBERED_WAY = (
    r"(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Old)\.?\s)?(?:County\s(?:Road|Rd|Hwy)|Co\.?\sRd|CR|(?:State"
    r"|US|U\.S\.|"
    r"Forest)\s(?:Route|Road|Rd|Hwy|Highway)|SR|Route|Rte\.?|Highway|Hwy\.?|US|FM|Farm\sRoad|Township\sRoad"
    r"|Twp\sRd|Range\s"
    r"Road|Rural\sRoad|Concession(?:\s(?:Road|Rd))?|Sideroad|Line|Avenue|Street)\s(?:#?[0-9]{1,5}[A-Z]?"
    r"|[A-Z]{1,2})\b(?!')"
)
NAMED_WAY = rf"(?:(?!(?i:{NOT_STREET})\b)(?:{CAP}|[0-9]{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?{SUFFIX}"
_THE_WAY = rf"The\s{CAP}(?:\s{CAP})?(?=[,.;!?\n]|$)"
WAY = (
    rf"(?:{_NUMBERED_WAY}|(?:{CAP}\s){{1,4}}?(?:Avenue|Ave|Street|St|Drive|Dr|Lorong|Road|Rd|Central|Crescent)\s[0-9]{{1,3}}"
    rf"(?=,|\s#)|{FOREIGN_WAY}|{NAMED_WAY}|{_THE_WAY}|[NSEW]\s?[0-9]{{2,5}}\s[NSEW]\b|Broadway\b"
    rf"|Avenue\s[A-Z]\b)"
)

STATES = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|PR|RI|S[CD]|T[NX]|UT"
    r"|V[AT]|W[AIVY]"
    r"|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois"
    r"|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi"
    r"|Missouri|Montana"
    r"|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon"
    r"|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)\b\.?"
)
PROVINCES = (
    r"(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|PEI|QC|SK|YT|Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland|"
    r"Nova Scotia|Ontario|Quebec|Québec|Saskatchewan)\b"
)
AU = (
    r"(?:NSW|VIC|QLD|TAS|ACT|NT|SA|WA|Vic|Qld|Tas|New South Wales|Victoria|Queensland|Tasmania|South Australia"
    r"|Western Australia)\b"
)
ZIP = r"[0-9]{5}(?:-[0-9]{4})?(?![0-9-])"
CA_CODE = r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][ -]?[0-9][ABCEGHJ-NPRSTV-Z][0-9](?![A-Za-z0-9-])"
UK_CODE = (
    r"(?:GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY])"
    r" ?(?![0-9](?:GB|TB)\b)[0-9][ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9-])"
)
_IE_CODE = r"[AC-FHKNPRTV-Y][0-9][0-9W] ?(?=[0-9]*[A-Z])[0-9AC-FHKNPRTV-Y]{4}(?![A-Za-z0-9-])"
_CODE = rf"(?:{UK_CODE}|{CA_CODE}|{_IE_CODE}|{ZIP})"
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
CITY = (
    rf"(?:(?!(?:{_NO_CITY})\b){CAP}(?:[ -](?!(?:{STATES}|{PROVINCES}|{AU}))(?:on|upon|under|le|de|du|la|in|the"
    rf"|of|{CAP})){{0,3}})"
)
_GAP = r"(?:,?\s{1,2})"
_REGION = rf"(?:{STATES}|{PROVINCES}|{AU})"
PART = (
    rf"(?:{UNIT}|{_GAP}(?:RD|R\.D\.)\s?[0-9]{{1,2}}\b|(?:,\s|\n)(?:(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}}|[0-9]{{4}}-[0-9]{{3}}|[0-9]{{3}}\s[0-9]{{2}})\s{CITY}"
    rf"|{_GAP}{_REGION}{_GAP}(?:{_CODE}|(?:[0-9]{{4}}|[0-9]{{6}})(?![0-9-]))|{_GAP}{_CODE}|{_GAP}Co(?:unty"
    rf"|\.)? {CAP}"
    rf"|{_GAP}(?:Singapore\s[0-9]{{6}}(?![0-9-])|{_COUNTRY})|{_GAP}(?:{STATES}|{PROVINCES}|{AU})(?=[,.;!?\n)]|$"
    rf"|\s[a-z])|{_GAP}Dublin [0-9]{{1,2}}W?\b"
    rf"|{_GAP}{CITY}{_GAP}(?:{_REGION}(?:{_GAP}(?:{_CODE}|(?:[0-9]{{4}}|[0-9]{{6}})(?![0-9-])))?|{_CODE}"
    rf"|(?:[0-9]{{4}}|[0-9]{{6}})(?![0-9-]))"
    rf"|,\s{CITY}(?=[,.;:!?\n)]|$|\s(?:{GO_ON})\b)|\n{CITY}(?=,?\s{{1,2}}(?:{_CODE}|{_REGION}|{_COUNTRY})))"
)
TAIL = rf"{PART}{{0,6}}"
EDGE = r"(?<![\w.#/$£€-])(?<![0-9],)"
