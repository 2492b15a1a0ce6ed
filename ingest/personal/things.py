"""What bears a name or a capital and is no person: titles and everyday words, brands, products, things after a name."""

import re

from ingest.personal.span import phrases, words

NOT_NAMES = words(
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
AFTER_PRODUCT = re.compile(
    r"(?:'s)? (?:[0-9]|(?:lamps?|chairs?|sofas?|kettles?|tables?|desks?|beds?|mattress(?:es)?"
    r"|heaters?|speakers?|cameras?|vacuums?|hoovers?|beer|sheets|towels|frames?|bookcases?|sectionals?"
    r"|bags?|shoes|jackets?|dress(?:es)?|shirts?|boots|coats?|jeans|rugs?|curtains?|shel(?:f"
    r"|ves)|cabinets?|wardrobes?|stools?|bench(?:es)?|cushions?|pillows?|mugs?"
    r"|ovens?|mixers?|blenders?|candles?|perfume|soap|model|series|range|edition|collection"
    r"|app|skill|device|smart|bundle|version"
    r"|brand|line|kit|pattern|colou?r|fabric|sideboard|bookcase|armchair|wallpaper|paints?|tools|timber|electric"
    r"|brothers|vase|bracelet|necklace"
    r"|street|road|avenue|store|branch|office|station"
    r"|team|support|headset|doll|tea|cake|sauce|cookies?|university|college|hospital|hotel|airport)\b)"
)
OFFICES = ("ing", "ment", "tion", "tions", "ities", "istics", "ance")  # Regards, Purchasing
TRADES = ("ware", "works", "goods", "mart")  # Baxter Homeware
SAINTS = ("st ", "st. ", "saint ", "san ", "santa ", "sankt ")
BRANDS = frozenset(
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
        "lazy susan|bloody mary|mary poppins|jack russell|big ben|tom collins|shirley temple|plain jane|peeping tom|"
        "bloody marys|lazy susans|mary janes|jack frost|jolly roger|davy jones|robin hood|mother theresa|mona lisa|"
        "king edward|king charles|queen elizabeth|queen anne|prince albert|prince william|victoria sponge|earl grey|"
        "lady grey|martha washington|granny smith|maris piper|johnny cash|joe bloggs|john doe|jane doe|swiss army|"
        "monte carlo|van gogh|da vinci|leonardo da|alexander graham|bunsen burner|murphy bed|adam style|bob marley|"
        "elvis presley|freddie mercury|christopher columbus|marco polo|captain morgan|johnny walker|don julio|"
        "ben nevis|ben sherman|paul mitchell|john frieda|bobby pins|bobby pin|henry hoover|st pauls|ed hardy|"
        "lloyds tsb|santander uk|cathay pacific|singapore airlines|virgin atlantic|etihad airways|wix studio"
        "|sallie mae|"
        "freddie mac|fannie mae|edward jones|raymond james|liberty mutual|lincoln financial|hobby lobby|dick s"
        "|kirkland ellis|herman miller|carolina herrera|kenneth cole|tommy bahama|vince camuto|bobby brown"
        "|jimmy choo|rachel roy"
        "|simon schuster|bath body|villeroy boch|procter gamble|marks spencer|lea perrins|tate lyle"
        "|smith wesson|arm hammer"
        "|stanley black|black decker|crosse blackwell|jekyll hyde|bonnie clyde|tom jerry's|mac cheese|percy nobleman"
    )
)
# Two names and a company: Ben & Jerry's, Tiffany & Co.
PARTNERS = re.compile(r" ?& ?(?:Co|Sons?|Bros|Brothers|Daughters|Partners|Company|Associates|Cie)\b")
BOTH = re.compile(r" ?& ?([A-Za-z]+)")
FIRST_OF_BOTH = re.compile(r"([A-Za-z]+) ?& ?\Z")
NEVER = words("monday tuesday wednesday thursday friday saturday sunday")
