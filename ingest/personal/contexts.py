"""The English words around a name: what introduces it, what is said of people, and where none stands, as patterns."""

import re

from ingest.personal.capitals import BIG, LATIN
from ingest.personal.span import phrases, words

TITLES = words("dr madam miss mister mr mrs ms mx prof professor sir")
GREETINGS = words("afternoon bye cheers dear evening goodbye hello hey hi hiya morning thanks")
# After these any name will do.
SURE = phrases(
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
    "|assigned to: |reported by: |prepared by: |signed: |signed, |emergency contact: |next of kin: |payable to: "
    "|identified herself as |identified himself as |identified themselves as |introduced herself as "
    "|introduced himself as |introduces herself as |introduces himself as |made payable to |cheque payable to "
    "|check payable to |account manager: |requested by: |approved by: |submitted by: |received by: |witness: "
    "|tenant: |owner: |guest: |guest name: |last name |first name |given name |family name |middle name "
    "|surname |surname: |surname is |last name: |last name is |first name: |first name is "
    "|family name is |maiden name is |née |nee |nickname is |goes by |going by |alias |aka "
)
# The same of relations and of people at work, where a comma or "is" may follow; no plain word is a name after these.
ROLES = phrases(
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
HANDED = phrases(
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
    "accepted by |reported by |closed by |prepared by |witnessed by |authorised by |authorized by |requested by "
    "|submitted by |received by |confirmed by |reviewed by |raised by |opened by |written by |sent by |brought by "
    "|delivered by |picked up by |assigned to: |payable to |made out to |addressed to |printed as |registered as "
    "|listed as |welcome back |welcome back, |compliment |congratulate |pass to |passed on to |hand it to |ring "
    "|phoned |rang |texted |messaged |emailed |e-mailed |name was |name's |nobody but |only |except |besides "
    "|thanks again to |hats off to |kudos to |a word with |waiting for |waiting on |care of |together with |married to "
    "|son of |daughter of |wife of |husband of |mother of |father of |sister of |brother of |widow of "
    "|let |had |have |if |unless |either |or |whether |think |thought |so did |is that |was it |is |was |has |can "
    "|could |did |will |does |when |until |because "
    "|but |if |that |then |where |why |after |since |so |"
    "yesterday |today |tomorrow |earlier |anyway |luckily |unfortunately |apparently |morning |evening |week "
    "|afternoon "
)
HANDED_SURELY = HANDED[: HANDED.index("let ")]
# One who is named in full after these is a person, though both names are words too: made out to Grace Hill.
NAMED = (
    *HANDED_SURELY,
    *phrases(
        "out to |invite |copy to |copy it to |copied to |placed by |send it to |account to |transferred to "
        "|subscription to |name to |changed to |i am |i'm |this is |from |i meant |guest |visitor "
        "|mr |mrs |ms |miss |dr "
    ),
    *SURE,
)
# Add Faith Young to the policy.
ENTERED = re.compile(
    r" (?:on|onto|to|from|off|as) (?:the|my|our|your|an?) (?:[a-z]+ )?"
    r"(?:account|policy|contract|lease|booking|reservation|subscription|user|contact|holder|recipient|driver|member|guest)\b"
)
# Behind "at Zdenka" and a possessive stands her desk, no product of hers.
SEATED = phrases(" at | on | from | near | by | behind | under | beside | opposite | to ")
# What a person does, and no thing.
ACTS = re.compile(
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
    r"|[.,;?!]? (?:she|he|who)(?:'s|'d|'ll)? (?:said|says|told|is|was|has|had|will|would|can|could|lives?"
    r"|wants?|needs?|works?"
    r"|took|helped|promised|handled|signed|called|never|always|seemed|asked|did|does|knows?)\b"
    r"| and (?:i|my|me)\b|'s (?:account|card|e-?mail|phone|number|order|address|name|house|flat|parcel|birthday"
    r"|details|contact|mobile|reply"
    r"|message|call|invoice|direct line|extension|desk|manager|wife|husband|son|daughter|mother|father|place"
    r"|behalf|login)\b)"
)
POLITE = re.compile(
    r"\b(?:thanks?|sorry|please|hello|hi|bye|appreciate|welcome|cheers|sure|great|perfect|yes|no|ok|okay|trouble"
    r"|help)\b"
)
LAST = re.compile(r"[.!?]*(?:$|\n)")
CALLED_UPON = re.compile(
    r", (?:thank|thanks|please|can|could|i|any|would|just|sorry|how|good|we|you|my|is|are|do|it)\b"
)
ASKED = re.compile(
    r" (?:still|call|ring|phone|email|reply|in today|there|from|around|back|come|coming|leave|the one|ever"
    r"|already|really|get|please|know|text|to (?:call|ring|phone|email|reply"
    r"|contact|come|sign|pick)|about|that|who|why|when|if|for (?:me|us|her|his|help|the help)|and (?:i|he|she)\b"
    r"|will\b|would\b"
    r"|said|told|told me|called|look|check|confirm|handle|help(?:ed)?\b|send|finish|take|working|available|his\b|her\b)"
    r"| (?:do|does|did|ca|could|wo|would|is|was|has|had|should)(?:n't| not) (?:answer|reply|pick up|call|come|show"
    r"|turn up"
    r"|know|mind|read|respond|make it|be (?:there|in|home|around)|ring|there\b|in\b|home\b|at (?:home|work)|around\b"
    r"|speak"
    r"|hear|remember|get back|got back|called|replied|answered|signed|told|live|work here|sign|want|like|receive|agree"
    r"|forget|tell|say|write|understand|open the door)"
    r"| (?:never|always|only|usually|already) (?:answers?|replie[sd]|calls?|called|comes?|came|answered|signs?|reads?"
    r"|told|said)"
)
PLACED = phrases(
    " in | near | at the | in the | to visit | visit | visited | outside | around | via | route to | flew to "
)
OWNED = phrases(
    " bought | buy | ordered | order | own | owned | use | using | used | install | installed | sell | stock | play |"
    " playing | watch | watching | model | brand | called the | series | my | the | a | an | this | that | your "
    "| our | any |"
    " some | no | these | those | new | every | each | another | version | app | game | branded | made by "
    "| of the | tried |"
    " wearing | like the | page | button | tab | menu | screen | link | click | press | tap | select | open | mode "
)

# After these a name that is common, or that goes on as introductions do.
LIKELY = phrases(
    "this is |i am |i'm |it's |it is |agent |rep |representative |advisor |adviser |technician |engineer |"
    "driver |manager |supervisor |operator |called |thanks |thanks, |thank you |thank you, |okay |ok |"
    "okay, |ok, |sorry |sorry, |with |to |from |by |for |contact |call me |welcome, |hi, |hello, |im |"
    "and |sure, |yes, |no, |tell |told |asked |ask |email |met |colleague |wife |husband |bye |bye, |"
    "goodbye, |goodbye |that |is |was |specialist "
)
GOES_ON = re.compile(
    r" ?(?:speaking|calling|from|here|again|writing|over at|with (?:the|my|a|an|your))\b|[.,]? (?:i|how|my|may|can|what"
    r"|i'm|i'd|and (?:i|my))\b|,? (?:we|you|order|order number|the one|the customer|and)\b|[,.]? ?$|[.!?] "
)
INTRODUCED = ("this is ", "i am ", "i'm ", "it's ")
SIGNED = re.compile(
    r"(?:^|\n)[ >]*(?:(?:many |kind |best |warm |warmest |with |all the )?(?:regards|wishes"
    r"|best|thanks|thank you)(?: (?:in advance|again|so much|and regards|and best regards))?"
    r"|cheers|sincerely|yours|love|thx|ta|warmly|cordially|fondly|rgds|br|kr|tks|speak soon|talk soon"
    r"|with gratitude|all my best"
    r"|gratefully|in anticipation|yours in anticipation|have a (?:great|good|nice|lovely) (?:day|one|weekend|week"
    r"|evening)|take care|yours (?:truly|faithfully|sincerely)|respectfully|sent by)[,.!]?\s{1,4}$"
    r"|(?:regards|sincerely|cheers|best|thanks|thank you|best wishes)[,.!]? ?[-~]? ?$|\n[ >]*(?:--?|~|/) ?$"
)
LISTED_LINE = re.compile(
    rf"(?m)^[ >]*(?:(?:name|customer|client|patient|guest|contact): ?)?"
    rf"(?P<name>([{BIG}][{LATIN}'-]+), ([{BIG}][{LATIN}'-]+(?: [{BIG}][{LATIN}'.-]*)?))(?=[ .]*$| ?[(:;|]| - )"
)
SPEAKER = re.compile(
    rf"(?m)^[ >]*(?:\[?[0-9:]{{4,8}}\]? )?(?P<name>[{BIG}][{LATIN}'-]+(?: [{BIG}][{LATIN}'.-]*){{0,2}}): ?(?=\S)"
)
OTHER_SPEAKER = re.compile(r"(?m)^(?:agent|customer|support|rep|representative|advisor|operator|caller|client):")
# The same within a line: cust. OKAFOR, NGOZI wants
LISTED = re.compile(
    rf"(?<![\w'-])(?P<name>(?P<last>[{BIG}]{{2,}}(?:[ -][{BIG}]{{2,}}){{0,2}}"
    rf"|[{BIG}][{LATIN}'-]+), (?P<first>[{BIG}][{LATIN}'-]+))(?![\w'-]| [{BIG}])"
)
FILED = phrases(
    "cust. |cust |customer |client |caller |pax: |pax |guest |patient |member |w/ |with |to |from |re: |re "
    "|for |name: |name |by "
    "|notes: |user |tenant |holder |contact "
)
LINE_END = re.compile(r"[ .]*(?:$|\n)")
SIGN_END = re.compile(r"[ .]*(?:$|\n|\(|\||- )")
MENTION = re.compile(rf"(?<![\w.@])@([{BIG}][{LATIN}'-]+)(?![\w@]|\.\w)")
HEADER = re.compile(r"(?:^|\n)[ >]*(?:from|to|cc|sender|reply-to|name|full name|customer name|contact name): ?\"?$")
HONORED = re.compile(r"(?:-| )(?:san|sama|kun|chan|sensei)(?![a-z])")
SENTENCE = ("\n", ". ", "! ", "? ", ": ", '"', "- ", "* ")
ARTICLES = words("a an another any each every five four my new no our some that the these this those three two your")
ROLE_IS = tuple(f"{role}{verb} " for role in ROLES for verb in (" is", " was", " called", " named", "'s name is"))
# What may follow a name that an article stands before: meant for a Demetrius, who
STOPS = re.compile(r"[.,;!?\n]|$| (?:who|and|but|because|in|at|from|for|with)\b")
FOR_A = (" for a ", " from a ", " by a ", " called a ", " named a ", " is a certain ", " to a ")
