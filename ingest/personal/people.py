"""People named in English: by the words around them, by a common name, or as words that are no plain ones."""

import re
from collections.abc import Iterator, Sequence

from ingest.personal.names import AMBIGUOUS, Names
from ingest.personal.span import LATIN as _EUROPE
from ingest.personal.span import Finder, Page, Span, phrases, words
from ingest.personal.words import is_compound, is_plain

LATIN = _EUROPE + "\u1e00-\u1eff"
_BIG = "A-Z" + "".join(c for c in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]) if c.isupper())
_WORD = re.compile(
    rf"[{_BIG}][{LATIN}]*(?:['-][{_BIG}][{LATIN}]+|(?<=[{LATIN}]{{2}})-(?!(?:san|sama|kun|chan"
    rf"|sensei)\b)[{LATIN}]{{2,}})*"
)
_BETWEEN = re.compile(
    r" (?:(?:[A-Z]\.?|van|von|de|der|den|da|la|del|bin|al|di|du|le|ap|ab|ibn|bint|el|ter|ten|dos|das|do|zu|zur|af"
    r"|av|y) ){0,2}"
)
_HEADLINE = 16  # so many words with capitals in a row are no name and hold none that no list has
_PARTICLES = re.compile(
    r"(?<= )(?:(?:van|von|de|del|della|di|da|dos|das|ter|ten|ibn|bin|al|el)(?: (?:der|den|la|las|los))? )+$"
)
_GLUED = frozenset("0123456789_@#/&\\<>=%$-'") | frozenset("abcdefghijklmnopqrstuvwxyz")
_LOWER = re.compile(r"[a-z]+(?:'[a-z]+)?")

_TITLES = words("dr madam miss mister mr mrs ms mx prof professor sir")
_GREETINGS = words("afternoon bye cheers dear evening goodbye hello hey hi hiya morning thanks")
# After these any name will do.
_SURE = phrases(
    "my name is |my name's |name is |full name |cardholder name |account name |customer name |name on card "
    "|name on the card |name on the account |my full name is |names |named |by the name of |under the name |"
    "under the name of |in the name of |in the name |on behalf of |spoke to |spoke with |speaking with |"
    "talked to |talked with |spoken to |spoken with |chatted with |chatted to |dealt with |talking to |"
    "talking with |speak to |speak with |helped by |assisted by |agent |representative |technician |"
    "advisor |adviser |colleague |operator |my wife |my husband |my son |my daughter |my brother |"
    "my sister |my mother |my father |my partner |my colleague |my coworker |my boss |my friend |"
    "my assistant |my neighbour |my neighbor |my mum |my mom |my dad |my wife, |my husband, |my son, |"
    "my daughter, |my colleague, |my assistant, |my neighbour, |my neighbor, |my boss, |attn: |attn |c/o |"
    "ask for |signed by |signed for by |a lady called |someone called |somebody called |a guy called |"
    "a man called |a woman called |i am called |i'm called |please call me |account holder is |"
    "cardholder is |cardholder name is |registered to |account holder |cardholder |name: |names: |"
    "recipient: |account holder: |cardholder: |contact person: |customer: |recipient is |beneficiary: |"
    "beneficiary is |passenger: |patient: |accountholder: |advised by |served by |cc |cc: |bcc |bcc: "
    "|for attention of |"
    "fao |fao: |attention: |account name: |account name is |account of |looked after by |dealing with |handled by "
)
# The same of relations and of people at work, where a comma or "is" may follow; no plain word is a name after these.
_ROLES = phrases(
    " wife| husband| son| daughter| brother| sister| mother| father| partner| fiancé| fiancée| fiance| fiancee"
    "| mum| mom|"
    " dad| grandmother| grandfather| grandma| grandpa| granny| nan| aunt| auntie| uncle| cousin| nephew| niece"
    "| roommate|"
    " flatmate| housemate| landlord| landlady| tenant| neighbour| neighbor| friend| girlfriend| boyfriend| spouse|"
    " colleague| coworker| co-worker| boss| assistant| secretary| receptionist| accountant| lawyer| solicitor| carer|"
    " caretaker| concierge| nanny| agent| rep| representative| technician| tech| engineer| installer| fitter| plumber|"
    " electrician| driver| courier| manager| supervisor| operator| adviser| advisor| consultant| specialist|"
    " mother-in-law| father-in-law| sister-in-law| brother-in-law| son-in-law| daughter-in-law| stepson| stepdaughter|"
    " grandson| granddaughter| a certain| employee| coordinator| lady| gentleman| contact| salesman| saleswoman|"
    " salesperson| clerk| cashier| buyer| seller| recipient| director| owner| handyman| janitor| doorman| porter"
)
# One unknown word after these is a person, where what follows does not say otherwise.
_HANDED = phrases(
    "be under |is under |account under |order under |booked under |booking under |registered under "
    "|listed under |was under |"
    "gift is for |present is for |it is for |it's for |one is for |order is for |parcel is for |package is for "
    "|this is for |"
    "leave it with |left it with |leave with |left with |handed it to |handed to |given to |gave it to |give it to |"
    "chat with |call with |call from |callback from |conversation with |appointment with |assigned to |transferred to |"
    "escalated to |forwarded to |passed to |passed me to |put me through to |connect me to |connect me with |met |"
    "belongs to |told |ask |asked |tell |thank |thanks to |reach |was told by |reply from |replied to |"
    "email |e-mail |contact |message |remind |inform |notify |invite |credit |text |phone |note from "
    "|letter from |text from |"
    "visit from |help from |response from |answer from |word from |email from |mail from |speak to |talk to "
    "|hear from |"
    "heard from |message from |voicemail from |gift for |present for |signed by |ordered by |paid by "
    "|collected by |accepted by |"
    "approved by |completed by |attended by |inspected by |and |complaint about |compliment |praise |kudos to |"
    "shout out to |shoutout to |credit to |mention |mentioned |regards to |according to |per |"
    "let |had |have |so did |is that |was it |is |was |has |can |could |did |will |does |when |until |because "
    "|but |if |that |then |where |why |after |since |so |"
    "yesterday |today |tomorrow |earlier |anyway |luckily |unfortunately |apparently |morning |evening |week "
    "|afternoon "
)
_HANDED_SURELY = _HANDED[: _HANDED.index("let ")]
# What a person does, and no thing.
_ACTS = re.compile(
    r"(?: (?:also |just |then |kindly |never |already |has |had |has since |even )?(?:said|says|told|tells|called"
    r"|promised"
    r"|confirmed|assured|mentioned|advised|explained|replied|answered|wrote|emailed|e-mailed|texted|phoned|rang|hung up"
    r"|apologi[sz]ed|insisted|suggested|offered|asked|asks|claimed|agreed|refused|spoke|talked|knows|thinks|wants"
    r"|picked up"
    r"|signed for|signed it|walked me|sorted|handled|looked into|escalated|fixed it|came (?:over|by|round|out)"
    r"|arrived to"
    r"|visited|lives|works|passed away|died|moved|ordered|paid|bought|was (?:rude|lovely|great|very|so|kind"
    r"|helpful|polite"
    r"|super|really|amazing|fantastic|wonderful|brilliant|patient|excellent|friendly|at home|here"
    r"|supposed to call|not at home))\b"
    r"| (?:is|was|will|can|could|would|should|might|may) (?:be (?:home|there|in|calling|around|the one)|pick"
    r"|collect|sign"
    r"|call|ring|phone|email|receive|my|our|his|her|away|out of|on (?:holiday|leave|vacation)|working|looking"
    r"|dealing|speaking"
    r"|the (?:account|one|person|agent|lady|owner|contact|recipient|customer|manager))"
    r"|,? (?:(?:from|in|at|over in|on) (?:your |the |our )?(?:[a-z]+ ){0,2}(?:team|support|billing|sales|desk"
    r"|departments?|returns"
    r"|accounts?|customer|reception|dispatch|warehouse|logistics|claims|complaints|finance|store|shop|branch"
    r"|office|chat|phone)"
    r"|here\b(?! (?:is|are))|speaking\b)"
    r"|,? (?:my|our|your|his|her|the|an?) (?:[a-z]+ )?(?:wife|husband|son|daughter|mother|father|brother|sister"
    r"|partner|friend"
    r"|colleague|agent|rep|technician|driver|manager|supervisor|neighbou?r|assistant|landlord|tenant|boss"
    r"|account holder)\b"
    r"| and (?:i|my|me)\b|'s (?:account|card|e-?mail|phone|number|order|address|name|house|flat|parcel|birthday"
    r"|details|contact|mobile|reply"
    r"|message|call|invoice|direct line|extension|desk|manager|wife|husband|son|daughter|mother|father|place"
    r"|behalf|login)\b)"
)
_POLITE = re.compile(
    r"\b(?:thanks?|sorry|please|hello|hi|bye|appreciate|welcome|cheers|sure|great|perfect|yes|no|ok|okay|trouble"
    r"|help)\b"
)
_LAST = re.compile(r"[.!?]*(?:$|\n)")
_CALLED_UPON = re.compile(
    r", (?:thank|thanks|please|can|could|i|any|would|just|sorry|how|good|we|you|my|is|are|do|it)\b"
)
_ASKED = re.compile(
    r" (?:still|call|ring|phone|email|reply|in today|there|from|around|back|come|coming|leave|the one|ever"
    r"|already|really|get|please|know|text|to (?:call|ring|phone|email|reply"
    r"|contact|come|sign|pick)|about|that|who|why|when|if|for (?:me|us|her|his|help|the help)|and (?:i|he|she)\b"
    r"|will\b|would\b"
    r"|said|told|told me|called|look|check|confirm|handle|help(?:ed)?\b|send|finish|take|working|available|his\b|her\b)"
)
_PLACED = phrases(
    " in | near | at the | in the | to visit | visit | visited | outside | around | via | route to | flew to "
)
_OWNED = phrases(
    " bought | buy | ordered | order | own | owned | use | using | used | install | installed | sell | stock | play |"
    " playing | watch | watching | model | brand | called the | series | my | the | a | an | this | that | your "
    "| our | any |"
    " some | no | these | those | new | every | each | another | version | app | game | branded | made by "
    "| of the | tried |"
    " wearing | like the | page | button | tab | menu | screen | link | click | press | tap | select | open | mode "
)

# After these a name that is common, or that goes on as introductions do.
_LIKELY = phrases(
    "this is |i am |i'm |it's |it is |agent |rep |representative |advisor |adviser |technician |engineer |"
    "driver |manager |supervisor |operator |called |thanks |thanks, |thank you |thank you, |okay |ok |"
    "okay, |ok, |sorry |sorry, |with |to |from |by |for |contact |call me |welcome, |hi, |hello, |im |"
    "and |sure, |yes, |no, |tell |told |asked |ask |email |met |colleague |wife |husband |bye |bye, |"
    "goodbye, |goodbye |that |is |was |specialist "
)
_GOES_ON = re.compile(
    r" ?(?:speaking|calling|from|here|again|writing|over at)\b|[.,]? (?:i|how|my|may|can|what"
    r"|i'm|i'd|and (?:i|my))\b|,? (?:we|you|order|order number|the one|the customer|and)\b|[,.]? ?$|[.!?] "
)
_INTRODUCED = ("this is ", "i am ", "i'm ", "it's ")
_SIGNED = re.compile(
    r"(?:^|\n)[ >]*(?:(?:many |kind |best |warm |warmest |with |all the )?(?:regards|wishes"
    r"|best|thanks|thank you)(?: (?:in advance|again|so much|and regards|and best regards))?"
    r"|cheers|sincerely|yours|love|thx|ta|warmly|cordially|fondly|rgds|br|kr|tks|speak soon|talk soon"
    r"|with gratitude|all my best"
    r"|gratefully|in anticipation|yours in anticipation|have a (?:great|good|nice|lovely) (?:day|one|weekend|week"
    r"|evening)|take care|yours (?:truly|faithfully|sincerely)|respectfully|sent by)[,.!]?\s{1,4}$"
    r"|(?:regards|sincerely|cheers|best|thanks|thank you|best wishes)[,.!]? ?[-~]? ?$|\n[ >]*(?:--?|~|/) ?$"
)
_LISTED_LINE = re.compile(
    rf"(?m)^[ >]*(?:name: ?)?(?P<name>([{_BIG}][{LATIN}'-]+), ([{_BIG}][{LATIN}'-]+(?: [{_BIG}][{LATIN}'.-]*)?))[ .]*$"
)
_SPEAKER = re.compile(
    rf"(?m)^[ >]*(?:\[?[0-9:]{{4,8}}\]? )?(?P<name>[{_BIG}][{LATIN}'-]+(?: [{_BIG}][{LATIN}'.-]*){{0,2}}): ?(?=\S)"
)
_OTHER_SPEAKER = re.compile(r"(?m)^(?:agent|customer|support|rep|representative|advisor|operator|caller|client):")
_LINE_END = re.compile(r"[ .]*(?:$|\n)")
_HEADER = re.compile(r"(?:^|\n)[ >]*(?:from|to|cc|sender|reply-to|name|full name|customer name|contact name): ?\"?$")
_HONORED = re.compile(r"(?:-| )(?:san|sama|kun|chan|sensei)(?![a-z])")
_SENTENCE = ("\n", ". ", "! ", "? ", ": ", '"', "- ", "* ")
_ARTICLES = words("a an another any each every five four my new no our some that the these this those three two your")

_NOT_NAMES = words(
    "a account accounts adapter admin administrator after afternoon again agent airlines airport all also "
    "always am amazon american an and android angry any aozora app apple apr april are as asap assistant "
    "at attn aug august avenue bag bank basic battery bcc be because bed been before bench berlin best "
    "billing birmingham black blanket blender blue bluetooth boots boston bot both bottle bowl box "
    "bracelet bristol british bronze but by cabinet cable called calling camera can candle captain card "
    "cards care case cc center centre ceo cfo chair charger chat chicago chinese christmas chrome church "
    "city claims cleaner client co coat code colleagues collection college company concern cooker corp "
    "corporation could county courier court cover cream cup curtain cushion customer customer-service "
    "customers cyber date dear dec december delivery dell deluxe department desk dhl did disappointed diy "
    "do doctor does done dr drawer dress drive dryer dublin e-mail east easter ebay edinburgh edition "
    "electronics email english error eu european evening everybody everyone executive express facebook "
    "factory fan faq feb february fedex filter fine firefox firmware first folks for fraud freezer french "
    "freshdesk fri friday fridge friend friends from frustrated fw fwd general german glad glasgow gmbh "
    "gold good google gps gray great green grey grill group guest guys had happy has have hdmi he heater "
    "hello help her here hey hi him his home hope hospital hotel how hp hr hulu i i'd i'll i'm i've id if "
    "ikea important in inc instagram insurance invoice ipad iphone iron is issue it it's italian its "
    "jacket jan january japan japanese jeans juicer jul july jun june just kettle kind kingdom kit kizuna "
    "knife korean kyoto lamp lane laptop last leeds lenovo let let's light lights limited linux lite live "
    "liverpool llc login logistics london looking ltd ma'am mac macbook madam mail management manager "
    "manchester mar march market mastercard mattress max may me melbourne member membership microsoft "
    "might mini miss mixer model moderator mon monday monitor morning mount mr mrs ms mug must mx my "
    "necklace netflix never new next nice no north not nov november now number nurse oct october of off "
    "office officer oil ok okay old on one only operations or order ordered orders osaka our oven over "
    "owner pack paid pan parcel paris park partner password payment payments paypal pc perfect perfume "
    "personal phone pillow pin plan plate platinum plc please plus post postmaster premium printer pro "
    "problem product products prof professor ps purifier quality question quite re reader really received "
    "reception red refund regards remote report request return returned returns ring road router rug "
    "safari sales samsung sat saturday school seattle second security sender sent sep sept september "
    "series service services set shall she shelf shipped shipping shirt shoes shop shopify should silver "
    "since sir sirs slack so soap sofa solutions sony sorry south spanish speaker speaking spotify stand "
    "standard state states station still stool store street stripe subject subscriber subscription sun "
    "sunday support sure sydney system systems table tablet team technical thank thanks that that's the "
    "their them then there there's they third this three thu thursday ticket tickets to toaster today "
    "tokyo tomorrow too toronto towel trust trying tue tuesday tv twitter two uk ultra unable "
    "unacceptable under united university until update ups urgent us usa usb user usps vacuum valued "
    "version very vip visa waiting walmart wardrobe warehouse warranty was washer watch we we're "
    "webmaster website wed wednesday well were west what whatsapp when where which while white who whom "
    "why wi-fi wifi windows with without would writing yeah yes yesterday york you you're your yours "
    "zendesk zoom"
)
_AFTER_PRODUCT = re.compile(
    r"(?:'s)? (?:[0-9]|(?:lamps?|chairs?|sofas?|kettles?|tables?|desks?|beds?|mattress(?:es)?"
    r"|heaters?|speakers?|cameras?|vacuums?|hoovers?|beer|sheets|towels|frames?|bookcases?|sectionals?"
    r"|bags?|shoes|jackets?|dress(?:es)?|shirts?|boots|coats?|jeans|rugs?|curtains?|shel(?:f"
    r"|ves)|cabinets?|wardrobes?|stools?|bench(?:es)?|cushions?|pillows?|mugs?"
    r"|ovens?|mixers?|blenders?|candles?|perfume|soap|model|series|range|edition|collection"
    r"|app|skill|device|smart|bundle|version"
    r"|brand|line|kit|pattern|colou?r|fabric|sideboard|bookcase|armchair|vase|bracelet|necklace"
    r"|street|road|avenue|store|branch|office|station"
    r"|team|support|headset|doll|tea|cake|sauce|cookies?|university|college|hospital|hotel|airport)\b)"
)
_OFFICES = ("ing", "ment", "tion", "tions", "ities", "istics", "ance")  # Regards, Purchasing
_TRADES = ("ware", "works", "goods", "mart")  # Baxter Homeware
_SAINTS = ("st ", "st. ", "saint ", "san ", "santa ", "sankt ")
_BRANDS = frozenset(
    phrases(
        "nina ricci|helena rubinstein|estee lauder|mr muscle|tommy hilfiger|kate spade|johnnie walker|"
        "ms office|mr kipling|mr coffee|betty crocker|dr beckmann|samuel adams|mary jane|uncle ben|anne klein|"
        "george foreman|morgan stanley|stella mccartney|calvin klein|karl lagerfeld|will call|dr scholl|"
        "jack daniel|bobbi brown|vivienne westwood|laura ashley|vera wang|eddie bauer|st john|perry ellis|"
        "rebecca minkoff|mary kay|alexander mcqueen|mr bean|yves rocher|dr oetker|dr bronner|louis vuitton|"
        "sherwin williams|christian dior|mr clean|harry potter|john deere|charles schwab|jean paul|"
        "dolly parton|mr price|michael kors|jo malone|steve madden|jenny craig|oscar mayer|jim beam|"
        "thomas cook|marc jacobs|aunt jemima|dr pepper|tory burch|hugo boss|abercrombie fitch|dr martens|"
        "ralph lauren|mrs beeton|sara lee|john lewis|elizabeth arden|donna karan|max mara|marie claire|"
        "mr potato|paul smith|wells fargo|ms pac-man|mrs pac-man|american express|best buy|home depot"
        "|barnes noble|trader joe|"
        "goldman sachs|ernst young|jp morgan|rolls royce|land rover|alfa romeo|aston martin|harley davidson|le creuset|"
        "bang olufsen|bowers wilkins|fisher paykel|russell hobbs|morphy richards|hamilton beach|ben jerry"
        "|deutsche bank|"
        "merrill lynch|booz allen|levi strauss|ray ban|tim hortons|carl jr|papa john|papa johns|baskin robbins"
        "|krispy kreme|"
        "ferrero rocher|philip morris|eli lilly|hewlett packard|warner bros|jack wills|ted baker|fred perry"
        "|jamie oliver|"
        "mary berry|martha stewart|rachael ray|gordon ramsay|tom ford|charlotte tilbury|kiehl s|lee jeans|frito lay|"
        "johnson johnson|farrow ball|karen millen|peter jones|bernard matthews|orville redenbacher|marie curie|tom tom|"
        "dr dre|mr bubble|mrs doubtfire|aunt bessie|uncle sam|santa claus|jack wolfskin|helly hansen|peter pan"
        "|tom jerry|"
        "elon musk|taylor swift|james bond|sherlock holmes|mickey mouse|donald duck|winnie pooh|peppa pig|thomas tank|"
        "lloyds tsb|santander uk|cathay pacific|singapore airlines|virgin atlantic|etihad airways|wix studio"
        "|sallie mae|"
        "freddie mac|fannie mae|edward jones|raymond james|liberty mutual|lincoln financial|hobby lobby|dick s"
        "|kirkland ellis"
    )
)
_FUNCTION = words(
    "a about actually again all also an and as at because being but calling can changed correct could "
    "different for from getting going happy having here how i if in incorrect is it just listed looking "
    "me missing misspelled my never no not now of ok okay on one only or our please printed ready really "
    "required shown since so sorry speaking spelled spelt still sure that the then there they this to "
    "today too trying uh um unable under using very waiting was we well what when where who with "
    "wondering would written wrong yeah yes you your"
)
_INTRO_LOW = re.compile(
    r"(?<![a-z])(?:my (?:full |first )?name is|my name's|name is|names|named|this is|i am|i'm"
    r"|im|it's|its|call me|(?:spoke|speak|speaking|talk|talked|talking|chatted) (?:to|with)|(?:transfer|connect"
    r"|put|passed)(?:red)? me to|ask(?:ed)? for"
    r"|agent|called|hi|hello|hey|dear|thanks|thank you|name on the (?:account|card) is|account is under"
    r"|under the name(?: of)?|for calling|wife|husband|son|daughter"
    r"|mr|mrs|ms|miss|dr|mister)[,.]? (?=([a-z]+(?:['-][a-z]+)?)(?: ([a-z]+(?:['-][a-z]+)?))?)"
)
_SURE_LOW = (
    "my name is",
    "my name's",
    "my full name is",
    "name on the account is",
    "name on the card is",
    "my first name is",
)

_SAID_LOW = words("hi hello hey it's its i'm im") | {"this is", "i am"}
_MET_LOW = frozenset(
    f"{verb} {to}"
    for verb in ("spoke", "speak", "speaking", "talk", "talked", "talking", "chatted")
    for to in ("to", "with")
)
_MET_LOW |= frozenset(f"{verb} me to" for verb in ("transfer", "connect", "put", "transferred", "passed")) | {
    "ask for",
    "asked for",
    "agent",
}
_CALLS = re.compile(
    r",? (?:calling|speaking|here|from|again|phoning|writing|and (?:my|i|the)|my order|i (?:ordered|bought|have"
    r"|need|am|was))\b"
)
_ROLE_IS = tuple(f"{role}{verb} " for role in _ROLES for verb in (" is", " was", " called", " named", "'s name is"))
_NEVER = words("monday tuesday wednesday thursday friday saturday sunday")

Word = tuple[int, int, str]  # start, end, lowered


def finder(names: Names) -> Finder:
    """A finder of people by `names` and by the words around them."""
    people = _People(names)
    return people.find


class _People:
    def __init__(self, names: Names) -> None:
        self._given = names.given
        self._surnames = names.surnames
        self._first = names.given - AMBIGUOUS
        self._last = names.surnames - AMBIGUOUS - _NOT_NAMES

    def find(self, page: Page) -> Iterator[Span]:
        if page.text is not page.low and page.text != page.low:
            for words in _sequences(page):
                yield from self._in_words(page, words)
            if ", " in page.text:
                yield from self._surname_first(page)
            if ":" in page.text:
                yield from self._speakers(page)
        yield from self._lower_case(page)

    def _in_words(self, page: Page, words: Sequence[Word]) -> Iterator[Span]:
        at = 0
        while at < len(words):
            size = self._person(page, words, at)
            if size:
                particles = _PARTICLES.search(page.text[max(0, words[at][0] - 12) : words[at][0]])
                start = words[at][0] - (len(particles[0]) if particles else 0)
                yield Span(start, words[at + size - 1][1], "PERSON", 0.7)
            at += size or 1

    def _person(self, page: Page, words: Sequence[Word], at: int) -> int:
        """How many of the words from `at` on are one person's name; 0 where they are none."""
        start, _, word = words[at]
        if word in _NOT_NAMES and not (word in self._given and at + 1 < len(words) and words[at + 1][2] in self._last):
            return 0
        size = _length(words, at)
        last = words[at + size - 1][1]
        before = page.before(start, 40)
        if before.endswith(_SAINTS) or word == "saint" or (at and f"{words[at - 1][2]} {word}" in _BRANDS):
            return 0
        following = words[at + 1][2] if at + 1 < len(words) else ""
        if f"{word} {following}" in _BRANDS:
            return 0
        if self._cued(page, words, at, size, before):
            return size
        if _HONORED.match(page.low, last):
            return size
        return self._listed(page, words, at, size, before) or self._unlisted(page, words, at, before)

    def _unlisted(self, page: Page, words: Sequence[Word], at: int, before: str) -> int:
        """The size of a name that no list has: words that are no plain ones, where a person may stand."""
        size = self._strange(page, words, at) if len(words) <= _HEADLINE else 0
        if not size:
            return 0
        start, end = words[at][0], words[at + size - 1][1]
        after = page.low[end : end + 40]
        full = sum(end - start > 1 for start, end, _ in words[at : at + size]) > 1
        after = after if full else after.removeprefix(".")
        opens, before = before.endswith("\n"), before.replace("\n", " ")
        glued = (
            at + size < len(words)
            and words[at + size][0] == end + 1
            and words[at + size][2] not in ("i", "i'm", "i've")
        )
        if glued or _AFTER_PRODUCT.match(after) or before.endswith(_PLACED):
            return 0
        if before.rstrip(", ").endswith(_ROLES) or before.endswith(_ROLE_IS):
            return size
        if before.endswith(_INTRODUCED) and _GOES_ON.match(after):
            return size
        leads = at == 0 or words[at - 1][1] + 1 < start or self._opens(page, words[at - 1])
        if not leads or (before.endswith(_OWNED) and not before.endswith(" is this ")):
            return 0
        if full:
            return size
        if before.endswith(", ") and _POLITE.search(before) and _LAST.match(after):
            return size
        if opens and _CALLED_UPON.match(after):
            return size
        if is_compound(words[at][2]):
            return 0
        return size * int(
            bool(_ACTS.match(after))
            or (
                before.endswith(_HANDED_SURELY)
                or (
                    before.endswith(_HANDED)
                    and bool(_ASKED.match(after))
                    and (_asks(before) or after.startswith(" who "))
                )
            )
        )

    def _strange(self, page: Page, words: Sequence[Word], at: int) -> int:
        """How many words from `at` on are one name: none is a plain word, at least one is in no list."""
        size, new = 0, False
        for start, end, word in words[at : at + _length(words, at)]:
            listed = word in self._first or word in self._last
            if (
                word in _NOT_NAMES
                or (end - start > 1 and page.text[start:end].isupper())
                or page.text[start + 1 : start + 2].isupper()
                or _camel(page.text[start:end])
            ):
                break
            if not listed and word != "mac" and (word in _NEVER or is_plain(word)):
                break
            new = new or (end - start > 2 and not listed)
            size += 1
        return size if new or sum(end - start > 1 for start, end, _ in words[at : at + size]) > 1 else 0

    def _opens(self, page: Page, word: Word) -> bool:
        """Say whether `word` has its capital because a sentence begins with it."""
        return is_plain(word[2]) and page.before(word[0], 3).endswith(("\n", ". ", "! ", "? ", ": ", "- "))

    def _surname_first(self, page: Page) -> Iterator[Span]:
        """Lines such as OKAFOR, Ngozi."""
        for m in _LISTED_LINE.finditer(page.text):
            parts = (m[2].lower(), m[3].lower().split()[0])
            known = m[2].isupper() or parts[0] in self._surnames or parts[1] in self._given
            if known and not any(part in _NOT_NAMES or (part not in self._given and is_plain(part)) for part in parts):
                yield Span(*m.span("name"), "PERSON", 0.7)

    def _speakers(self, page: Page) -> Iterator[Span]:
        """Who speaks in a conversation: a name before a colon."""
        for m in _SPEAKER.finditer(page.text):
            parts = m["name"].lower().replace(".", "").split()
            strange = (
                (len(parts) > 1 or _OTHER_SPEAKER.search(page.low))
                and not m["name"].isupper()
                and not any(map(is_plain, parts))
            )
            if m["name"].isupper() and page.text[m.end() : m.end() + 1].isdigit():  # JAN: 4901234567894
                continue
            if (parts[0] in self._first or strange) and _NOT_NAMES.isdisjoint(parts[1:] if not strange else parts):
                yield Span(*m.span("name"), "PERSON", 0.6)

    def _cued(self, page: Page, words: Sequence[Word], at: int, size: int, before: str) -> bool:
        start, end, word = words[at][0], words[at + size - 1][1], words[at][2]
        if at and words[at - 1][2] in _TITLES and start - words[at - 1][1] <= 2:
            return True
        if before.endswith(_SURE):
            return not _AFTER_PRODUCT.match(page.low, end)
        greeted = (at and words[at - 1][2] in _GREETINGS and start - words[at - 1][1] <= 2) or (
            before.rstrip(", ").endswith(("\nhi", "\nhello", "\ndear", "\nhey")) and not before.endswith("\n")
        )
        tail = page.low[end : end + 2]
        if greeted and (tail == "" or tail[0] in ",!.:-\n" or word in self._given):
            return True
        if before.endswith(_INTRODUCED) and (word in self._given or size > 1 or self._one_known(words, at, size)):
            return bool(_GOES_ON.match(page.low, end)) or (
                word in self._given and not _AFTER_PRODUCT.match(page.low, end)
            )
        if (
            before.endswith(_INTRODUCED)
            and not before.endswith("it's ")
            and re.match(r" (?:speaking|calling|from|here)\b", page.low[end : end + 10])
        ):
            return True
        if before.endswith(_LIKELY) and word in self._first:
            return not _AFTER_PRODUCT.match(page.low, end)
        if _LINE_END.match(page.low, end) and _SIGNED.search(before):
            office = word.endswith(_OFFICES) and is_plain(word) and not (word in self._given or word in self._surnames)
            return size <= 3 and not office
        return bool(_HEADER.search(before)) and (page.low[end : end + 3].lstrip('"').startswith((" <", "<", "\n", "")))

    def _one_known(self, words: Sequence[Word], at: int, size: int) -> bool:
        return any(word[2] in self._given or word[2] in self._surnames for word in words[at : at + size])

    def _listed(self, page: Page, words: Sequence[Word], at: int, size: int, before: str) -> int:
        """The size of a name that is known by itself: a given name, alone or with a surname."""
        word = words[at][2]
        end = words[at + size - 1][1]
        article = before.rstrip().rpartition(" ")[2].rpartition("\n")[2] if before.endswith(" ") else ""
        if _AFTER_PRODUCT.match(page.low, end) or (article in _ARTICLES and before[-1:] == " "):
            return 0
        if size > 1:
            other = words[at + 1][2]
            if other.endswith(_TRADES):
                return 0
            either = word in self._first or other in self._last or (word in self._given and other in self._surnames)
            pair = word in self._given and (other in self._surnames or word in self._first)
            pair = pair or (other in self._last and not before.endswith(_SENTENCE) and len(word) > 2)
            back = word in self._last and other in self._first
            either = either or other in self._last
            both_words = word in AMBIGUOUS and (other in AMBIGUOUS or other in _NOT_NAMES)
            return size if (pair or back) and either and not both_words else 0
        followed = words[at + 1] if at + 1 < len(words) else None
        if followed and followed[0] - words[at][1] <= 1:  # "Oliver Lamp"
            return 0
        inside = before.endswith((" in ", " near ", " via ")) and not page.low.startswith("'s", end)
        return int(word in self._first and not inside and not (before.endswith(_PLACED) and is_plain(word)))

    def _lower_case(self, page: Page) -> Iterator[Span]:
        """Names in words without capitals, as transcripts have them."""
        for m in _INTRO_LOW.finditer(page.low):
            first, second = m[1], m[2] or ""
            if page.text[m.start(1)].isupper():
                continue
            cue = m[0].rstrip(" ,.")
            title = cue in _TITLES
            sure = (
                cue.startswith(_SURE_LOW)
                or page.low[max(0, m.start() - 3) : m.start()] == "'s "
                or (
                    cue in _SAID_LOW
                    and _CALLS.match(page.low, m.end(2) if second and not is_plain(second) else m.end(1)) is not None
                )
            )
            known = (
                first in self._first
                or (first in self._given and second in self._surnames)
                or (title and (first in self._surnames or not is_plain(first)))
                or (
                    cue in _MET_LOW
                    and not is_plain(first)
                    and len(first) > 2
                    and (not second or second in _FUNCTION or not is_plain(second))
                )
            )
            if first in _FUNCTION or not (
                known
                or (
                    sure
                    and first not in _NOT_NAMES
                    and (known or not is_plain(first) or first in self._given or (second and not is_plain(second)))
                )
            ):
                continue
            goes_on = (
                second
                and second not in _FUNCTION
                and (
                    second in self._surnames
                    or ((sure or not is_plain(first)) and second not in _NOT_NAMES and not is_plain(second))
                )
            )
            yield Span(m.start(1), m.end(2) if goes_on else m.end(1), "PERSON", 0.7)
        if page.text == page.low and not page.japanese:
            yield from self._bare_lower(page)

    def _bare_lower(self, page: Page) -> Iterator[Span]:
        words = [(m.start(), m.end(), m[0].removesuffix("'s")) for m in _LOWER.finditer(page.low)]
        for one, two in zip(words, [*words[1:], (0, 0, "")], strict=False):
            full = two[0] == one[1] + 1 and two[2] in self._surnames and two[2] not in _FUNCTION
            glued = page.low[one[0] - 1 : one[0]] in tuple("@./-_") or page.low[one[1] : one[1] + 1] in tuple("@_.")
            if one[2] in self._first and not glued and not _AFTER_PRODUCT.match(page.low, one[1]):
                yield Span(one[0], two[1] if full else one[0] + len(one[2]), "PERSON", 0.6)


def _sequences(page: Page) -> Iterator[list[Word]]:
    """Runs of capitalized words with single blanks, initials or particles between them."""
    run: list[Word] = []
    for m in _WORD.finditer(page.text):
        if len(m[0]) < 2 and not run and page.text[m.end() : m.end() + 2] != ". ":
            continue
        if m.start() and page.text[m.start() - 1] in _GLUED:
            continue
        if page.text[m.end() : m.end() + 1] in ("@", "_") or page.text[m.end() : m.end() + 1].isdigit():
            continue
        word = (m.start(), m.end(), page.low[m.start() : m.end()])
        if (
            run
            and not _BETWEEN.fullmatch(page.text, run[-1][1], m.start())
            and page.text[run[-1][1] : m.start()] != ". "
        ):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _length(words: Sequence[Word], at: int) -> int:
    """How many words from `at` on may be one name: up to four that no list calls something else."""
    size = 1
    for before, word in zip(words[at : at + 3], words[at + 1 : at + 4], strict=False):
        between = word[0] - before[1]
        if (word[2] in _NOT_NAMES and word[2] != "mac") or between > 12 or (between == 2 and before[1] - before[0] > 1):
            break
        size += 1
    return size


def _camel(word: str) -> bool:
    """Say whether a capital stands inside `word`, as in AirFryer; not McDonald, DeLuca or O'Hara."""
    inside = re.search(rf"(?<=[a-z])[{_BIG}]", word)
    return inside is not None and not word.startswith(("Mc", "Mac", "De", "Di", "Da", "La", "Le", "Van", "Fitz", "O'"))


def _asks(before: str) -> bool:
    """Say whether the word that `before` ends in may stand before a person's name."""
    return not before.endswith(("it is ", "that is ", "this is ", "which is ", "it was ", "there is ", "what is "))
