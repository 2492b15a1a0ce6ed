"""Phrases that give away who is speaking on a service call, in English and Japanese, and when somebody else does."""

import re

_DONE = (
    "(?:located|updated|scheduled|processed|found|pulled|noted|taken|issued|sent|added|activated|removed|escalated"
    "|checked|applied|submitted|credited|refunded|cancell?ed|arranged|reset|verified|successfully)"
)
_AGENT = (
    r"thank(?:s| you)(?: so much| very much)? for (?:calling|contacting|reaching|choosing|verifying|providing|being)",
    r"thank(?:s| you)(?: so much| very much)? for (?:confirming|holding|waiting|your (?:patience|call|understanding))",
    r"how (?:may|can) (?:i|we) (?:help|assist|be of)|you(?:'re| are) (?:very |most |always |so )?welcome",
    r"(?:my|a) pleasure|hesitate to|apologi[sz]e|inconvenience|sorry to hear|anything else|else (?:i|we) can",
    r"(?:happy|glad|here|delighted) to (?:help|assist)|(?:assist|help) you with|assist you|may i\b|feel free to",
    r"would you like|bear with me|please (?:provide|confirm|hold|verify)|(?:we|i) (?:offer|recommend)",
    r"(?:great|glad|happy|good) to hear|let me (?:check|pull|look|see|verify|go ahead)",
    rf"\bi(?:'ve| have) (?:already |now |also |just |successfully )?{_DONE}",
    r"\bi(?:'ll| will) (?:now |also )?(?:check|send|go ahead|update|process|transfer|look|arrange|issue|escalate)",
)
_AGENT_JA = (
    r"(?:お電話|お問い?合わ?せ|ご連絡)(?:を)?(?:いただき|頂き)?(?:まして)?(?:誠に)?ありがとう|かしこまりました|承りました",
    r"承知(?:いた)?しました|いかが(?:なさい|いたし)|お調べ|恐れ入り|恐れいり|お待たせ|担当(?:いた)?します",
    r"(?:いただけ|頂け)ます(?:か|でしょうか)|申し訳(?:ござ|あり)|お(?:名前|手元|伺い|手続|届け先|客様|控え)",
    r"ご(?:案内|不便|迷惑|登録|契約|住所|希望|利用中|用件|安心|不明な)|と申します|お手伝い|させていただ|失礼(?:いた)?します",
)
_AGENT_PERHAPS = (
    r"\byour?'?(?:s|ll|ve)?\b|\bus\b|\bwe(?:'ll|'ve|'re)?\b|\bour\b|\blet me\b|\blet's\b|\bif you\b",
    r"\b(?:could|can|would|do|did|have|are) you\b|\bi understand\b|\bi see\b|\bplease\b|\bsorry\b",
    r"\bi can (?:see|help|also|offer|confirm)|have a (?:great|wonderful|nice|good|fantastic|lovely|pleasant)",
    r"\b(?:select|click|tap|press|enter|navigate|unplug|toggle|scroll)\b|^(?:go to|try)\b|\bto ensure\b",
    r"\bone moment\b|\b(?:mr|ms|mrs|sir|ma'am)\b",
)
_AGENT_PERHAPS_JA = (
    r"いたします|でございます|ございます|くださいませ|でしょうか|[\u3040-\u9fff]様|ご(?:確認|連絡|注文)|お送り|ください|少々",
)
_CUSTOMER = (
    r"\bi (?:need|want|lost|can't|cannot|couldn't|tried|noticed|received|recently|don't|was|just|think|haven't)\b",
    r"\bi (?:didn't|bought|ordered|keep|guess)\b|\bi(?:'d| would) (?:also )?(?:like|love|prefer|rather)",
    rf"\bi(?:'ve| have) (?:been|recently|got|tried|noticed|lost|never|had)|\bi've (?!\w+ {_DONE}|{_DONE})",
    r"\bi(?:'m| am) (?:calling|having|looking|experiencing|trying|interested|still|concerned|not |thinking)",
    r"\bi(?:'m| am) (?:getting|planning|really|frustrated|worried|tired)|\byou too\b|your (?:help|assistance|time)\b",
    r"(?:can|could) you (?:please )?(?:help|assist|send|explain|tell me (?:more|about|how|what the))",
    r"sounds? (?:good|great|like a|perfect|fair|reasonable)|\b(?:do|should|will|would|did) i\b",
    r"\bcan i\b(?! (?:help|assist|have your|get your|ask))",
    r"\bthat would be\b|number is\b|(?:it's|it is) \d|\bi appreciate (?:it|that|your (?:help|assist))\b",
    r"^(?:hi|hello),? (?:my name|i\b)",
)
_CUSTOMER_JA = (
    r"したい(?:の|ん)ですが|(?:な|の|ん)ですが|ん?ですけど|けれども?[、。]|困って|届き?(?:ま|いてい?ま)せん|届かない",
    r"(?:できない|でき)(?:の|ん|ません)|教えて(?:ください|ほしい|もらえ)|(?:解約|返品|交換|変更|返金)したい|どうすれば",
    r"もしもし|えっと|ええと|[分わ]かりました|そうです|買った|購入した|使って(?:い)?る|助かり(?:ます|ました)|ですかね",
)
_CUSTOMER_PERHAPS = (
    r"\bmy\b(?! (?:name is|pleasure|colleague|supervisor|manager|team|apolog|end\b|system|screen|best|records))",
    r"\bi'm\b|\bthanks\b|^(?:okay|ok|alright|hi)\b|\bjust\b|\bbut\b|^yes\b|\btoo\b|\breally\b|\bthink\b",
    r"\bappreciate\b|\bmuch\b|\bfor me\b",
)
_CUSTOMER_PERHAPS_JA = (r"^あ、|あの[ー、]|です。$|ますか|(?:たん|ないん|るん)です|もらえ|かなと?",)
_MACHINE = (
    r"(?:press|dial|say) (?:\d|one|two|three|four|five|zero|pound|star)\b|menu options|stay on the line|\bautomated\b",
    r"(?:call|conversation) (?:may|will|is|might) be (?:being )?(?:recorded|monitored)|your call is important",
    r"(?:our|all) (?:agents|representatives|operators) are (?:currently )?(?:busy|assisting)",
    r"next available (?:agent|representative|operator)|virtual (?:assistant|agent)",
)
_MACHINE_JA = (
    r"録音(?:させて|して|され)|番号を押して|の方は[、 ]?[0-9０-９一二三四五]|自動音声|[込混]み合っ",
    r"順番にお(?:つな|繋)ぎ|発信音の(?:あと|後)|シャープを",
)


def _english(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})", re.I)  # every phrase begins with a word: most places are passed by


def _japanese(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


# Each with its weight: the natural logarithm of the odds that an agent says it, about.
ENGLISH = (
    (3.0, _english(_AGENT)),
    (1.0, _english(_AGENT_PERHAPS)),
    (-3.0, _english(_CUSTOMER)),
    (-1.0, _english(_CUSTOMER_PERHAPS)),
)
JAPANESE = (
    (3.0, _japanese(_AGENT_JA)),
    (1.0, _japanese(_AGENT_PERHAPS_JA)),
    (-3.0, _japanese(_CUSTOMER_JA)),
    (-1.0, _japanese(_CUSTOMER_PERHAPS_JA)),
)
MACHINE = re.compile("|".join(_MACHINE + _MACHINE_JA), re.I)

# How a sentence begins that opens a turn, that closes a call, and that goes on with the turn before.
OPENS = re.compile(
    r"(?:yes|yeah|no|nope|sure|okay|ok|alright|great|absolutely|hi|hello|of course|certainly|perfect|excellent"
    r"|got it|fantastic|awesome|wonderful|you're (?:very |most )?welcome|sounds|understood|well|will do|right|oh"
    r"|good (?:morning|afternoon|evening)|that's (?:great|good|perfect|all|fine)|that sounds)\b"
    r"|はい|ええ|いえ|いいえ|そうです|わかりました|分かりました|かしこまり|承知|もしもし|あの[ー、]|えっと|すみません",
    re.I,
)
CLOSES = re.compile(r"(?:thank you|thanks|good ?bye|bye|you too|that's|you're)\b|ありがとう|失礼", re.I)
CONTINUES = re.compile(
    r"(?:can|could|how|have|is|if|please|let|let's|to|however|once|would|your|do|are|also|then|and|as|we'll|i'll"
    r"|you'll|this|first|additionally|what|which|with|when)\b|また、|それ(?:では|から)|ただ、|なお、",
    re.I,
)
ASKS = re.compile(r"[?？][\"'”’)\s]*$|(?:です|ます|でしょう|ません)か[。]?\s*$")

# Names: who says `my name is Ben` is Ben, who says `Hi Ben` is not.
INTRODUCES = re.compile(r"\b(?:[Mm]y name is|[Tt]his is|I'm|I am|[Ii]t's) ([A-Z][a-z]{2,15})\b(?!')")
ADDRESSES = re.compile(
    r"\b(?:[Hh]i|[Hh]ello|[Hh]ey|[Tt]hanks|[Tt]hank you|[Ww]elcome|[Ss]ure|[Oo]kay|[Yy]es|[Gg]reat|[Aa]lright"
    r"|[Gg]oodbye),? ([A-Z][a-z]{2,15})\b|, ([A-Z][a-z]{2,15})(?=[.!?,])"
)
