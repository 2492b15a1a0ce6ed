"""Phrases that give away who is speaking on a service call, in English and Japanese, and when somebody else does."""

import re

_DONE = (
    "(?:located|updated|scheduled|processed|found|pulled|noted|taken|issued|sent|added|activated|removed|escalated"
    "|checked|applied|submitted|credited|refunded|cancell?ed|arranged|reset|verified|successfully)"
)
_DIGIT = "[0-9０-９〇一二三四五六七八九十零]"
_KANJI = r"[\u4e00-\u9fff]"
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
    r"(?:お電話|お問い?合わ?せ|ご連絡|ご(?:利用|注文|契約|加入))(?:を)?(?:いただき|頂き)?(?:まして)?(?:誠に)?ありがとう",
    r"(?:窓口|センター|サポート|デスク|受付|相談室|担当|係|本店|支店)の?、?[^、。がはをに]{0,8}(?:です|と申し|が承)",
    r"お電話[^。]{0,3}代わりました|と申します(?!が)|承[りる]|承知いたしました|かしこまりました|さようで|恐れ(?:入り|いり)",
    r"いかが|お調べ|お待たせ|お手伝い|担当(?:いた)?します|くださいませ|申し訳あり|あいにく|かねます|差し支え|復唱|折り返し",
    r"(?<!教えて)(?:いただけ|頂け)ま(?:す(?:か|でしょうか)|せん(?:か|でしょうか))|させていただ|伺い(?:ま[すし])",
    r"(?<!がとう)(?<!はよう)ございま|(?<!願い)(?<!準備)いたし|失礼(?:いたしま|しました)|手配|したところ|とのことです",
    r"(?:番号|住所|名前|氏名|生年月日|時間)(?:を|も|から)*お願い|よろし(?:い|かった)で(?:す[かね]|しょうか)",
    r"なさ(?:い|って)|いらっしゃ|おっしゃ|され(?:まし|ます)|ご在宅|ご都合|お(?!世話)[^、。]{1,6}になり|いつ(?:頃|ごろ)から",
    r"弊社|当社|当店|私ども|係の者|担当の者|上席|ないでください|お(?:試し|待ち|確かめ|掛け|かけ直し)ください",
    r"(?:押し|抜い|差し(?:直し)?|挿し|外し|回し|入れ|閉め|開け|拭い|洗っ|上げ|選ん|開い|試し|し直し|待っ|つけ|切っ|控え)"
    r"て(?:から|みて|おいて)?ください|[しみ]ましょう|でお願いいた|存じます|いつでも|いつも[^。]{0,6}ありがとう",
    r"(?<![んのい])でしょうか|^それは(?:ご|お|大変)|ですと(?!き)|お(?:電話|知らせ)ください|ようになります",
    r"(?:ランプ|画面|表示|音|色|電源|ボタン|ケーブル|ブレーカー|プラグ)[はが][^。]{0,10}(?:ますか|ませんか)",
)
_AGENT_PERHAPS = (
    r"\byour?'?(?:s|ll|ve)?\b|\bus\b|\bwe(?:'ll|'ve|'re)?\b|\bour\b|\blet me\b|\blet's\b|\bif you\b",
    r"\b(?:could|can|would|do|did|have|are) you\b|\bi understand\b|\bi see\b|\bplease\b|\bsorry\b",
    r"\bi can (?:see|help|also|offer|confirm)|have a (?:great|wonderful|nice|good|fantastic|lovely|pleasant)",
    r"\b(?:select|click|tap|press|enter|navigate|unplug|toggle|scroll)\b|^(?:go to|try)\b|\bto ensure\b",
    r"\bone moment\b|\b(?:mr|ms|mrs|sir|ma'am)\b",
)
_AGENT_PERHAPS_JA = (
    r"でしょうか|ください|承知しました|かもしれません|どちらの|少々|ただいま|しばらく|(?:て|で)おり(?:ます|まして)|お手数|可能です|となります|教えていただけ",
    rf"{_KANJI}様|ご(?!飯|近所|苦労|丁寧|親切){_KANJI}{{2}}|お(?!金|風呂|湯|願い|昼|店|母|父|花|世話|皿|水|茶|互い|宅){_KANJI}",
    r"いま(?:す|せん|した)か|ましたか|ますでしょう|ますので|でしたら|^それでは|そうしましたら|ましょうか?。?$|後ほど|のちほど",
    r"(?:届け|調べ|受け付け|代わり|確認し|手配し|発送し|交換し|返金し)ます(?!か)",
    r"思われます|考えられます|かと思います|できます[。よ]?$|不要です|無料で|結構です|いえいえ|とんでもな|致し|どのよう|本日",
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
    r"(?:な|の|ん)(?:です|だ)(?!が、[^。]{0,20}(?:ご在宅|ご都合|よろし))|(?:です|ます|ました|ません|だ|た|る|ない)(?:けど|けれども?)",
    r"困[っるり]|[分わ]からない|届き?(?:ま|いてい?ま)せん|届かない|(?:ない|なく)(?:です|なり|なっ)|(?:できない|でき)(?:の|ん|ません)",
    r"教えて(?:ください|ほしい|もらえ)|[一-龥しきりび]たい(?:の|ん|です|と思)|(?:て|で)(?:もらえ|もらお|ほし|欲し)|伺いたい",
    r"(?:どう|何を|どこ)[^。]{0,8}(?:ば|たら)(?:いい|よい|よろしい)|どうすれば|どうやって|どうなって|どういう|なんで|なぜ|どうして",
    r"いつ(?:頃|ごろ)?(?:に|まで)?(?:届|直|来|戻|着|変わ|使え|返)|[てで]も[^。]{1,8}(?:ですか|でしょうか)|(?:です|ます|ました|でした)よね|ですかね",
    r"もしもし|え[っー]?と|ええと|^あの[うーさ、]|^じゃあ?|^いや|^え[っえ]?、|そうそう|なるほど|そうです(?!か)|やつ(?:。|$)",
    r"[分わ]かりました|了解|助か[りる]|よかった|良かった|安心しました|^(?:はい)?、?お願い(?:いた)?します|よろしくお願い",
    r"買った|購入した|使って(?:い)?る|頼ん[だで]|払っ[たて]|申し込ん[だで]|(?<!お)(?:電話|メール)し(?:た|て)|した者|かけ直します",
    r"(?:送っ|来|直し|返し|[変替]え|止め|戻し|代わっ|キャンセルし|解約し|返金し|早く[^。]{0,6})て(?:ください|くれ)|(?<!お)電話ください",
    r"(?<!おかけし)(?:て|で)しま(?:っ|い(?!ますか|ません))|ちゃ[いっう]|(?:て|で)み(?:ます|ました)(?!か)|(?<!も)のに(?:[、。]|$)",
    r"がっかり|納得|ふざけ|いい加減|最悪|ひどい|当然|そんな|責任者(?:に|を)|消費者センター|(?<!ご)心配|怖[いく]",
    r"本当(?:です|なん|に[。？]?$)|って(?:書い|出て|言[わっい]|来|聞[いこ])|うち(?:の|は|だけ|で)|息子|娘|主人|妻|旦那|子ども",
    r"僕|俺|[^お]母[にのがはさ]|そちら(?:で|の|さん)|さんですか|おたく|御社|の者です(?:が|けど)|ないなら|よそ[にの]|わよ|かしら|のよ|ありがとうね|なあ。?$",
)
_CUSTOMER_PERHAPS = (
    r"\bmy\b(?! (?:name is|pleasure|colleague|supervisor|manager|team|apolog|end\b|system|screen|best|records))",
    r"\bi'm\b|\bthanks\b|^(?:okay|ok|alright|hi)\b|\bjust\b|\bbut\b|^yes\b|\btoo\b|\breally\b|\bthink\b",
    r"\bappreciate\b|\bmuch\b|\bfor me\b",
)
_CUSTOMER_PERHAPS_JA = (
    r"^あっ?、|^ああ|^あの|あの[ー、]|^すみません|です。?$|ますか|(?:たん|ないん|るん)です|もらえ|かなと?|どうも|お金|いくら|いつ",
    r"昨日|今朝|昨夜|先週|先月|先日|この[間前]|さっき|おととい|一昨日|去年|(?:日|月|年|週間)前に|前[はも]|何[回度]も|ずっと|全然",
    r"壊れ|割れ|動か[なず]|つか[なず]|出[なま][いせ]|止まっ|止まり|漏れ|臭い|におい|おかし|遅[いく]|切れて|消え|枯れ|反応し|ぐらぐら",
    r"(?<!ござい)(?<!構い)(?<!いただき)(?<!しれ)ません。?$|(?:です|ます|まし)た?が。?$|[てで]。?$|(?:なら|から|って)[。？]?$",
    r"[てで](?:ます|る)(?!ので|と)|私[のがはも]|自分|(?<!が)高い|違約金|返って|戻って|まだ|ちょっと|無理|お願いできま|の件で",
    r"(?:行き|待ち|考え|送り返し|払い|やり|見てき)ます|なんか|みたい[なで]|とか|やっぱり|急に|突然|いきなり|最近|うるさ|鳴[るりっ]|かわいそう|(?:ました|ません|[てで]ます)よ|は[？?]$|必要ですか|(?:いり|かかり)ますか",
    r"(?:[うくぐつぬぶむる]|(?<!まし)(?<!でし)た|だ|ない|[^まで]す)(?:よ|ね|な|の|わ|さ|か|し)?[。？?！]?$",
    rf"^(?:はい、?)?[^おご、。]{{1,7}}(?:ました|てます)。?$|{_DIGIT}{{2}}[^、。]{{0,2}}(?:です)?。?$|{_DIGIT}の{_DIGIT}",
)
_MACHINE = (
    r"(?:press|dial|say) (?:\d|one|two|three|four|five|zero|pound|star)\b|menu options|stay on the line|\bautomated\b",
    r"(?:call|conversation) (?:may|will|is|might) be (?:being )?(?:recorded|monitored)|your call is important",
    r"(?:our|all) (?:agents|representatives|operators) are (?:currently )?(?:busy|assisting)",
    r"next available (?:agent|representative|operator)|virtual (?:assistant|agent)|after the (?:tone|beep)",
    r"(?:office|shop|store|desk|lines?) (?:is|are) (?:now |currently )?closed|leave (?:a|your) message",
)
_MACHINE_JA = (
    r"録音(?:させて|して|され)|番号を押して|の方は[、 ]?[0-9０-９一二三四五]|自動音声|[込混]み合っ",
    r"順番にお(?:つな|繋)ぎ|発信音の(?:あと|後)|シャープを|音声ガイダンス|営業時間外|営業は(?:終了|終わ)",
    r"メッセージをお(?:話し|残し)|休業(?:日|いた|させ)",
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
    r"|はい|ええ|いえ|いいえ|そうです|わかりました|分かりました|かしこまり|承知|もしもし|あの[うーさ、]|えっと|すみません"
    r"|あ[、っあ]|え[、っー]|じゃ|そうしましたら|さよう|申し訳|恐れ入り|なるほど|いや|了解|うーん|それなら|それでは|でしたら|では",
    re.I,
)
CLOSES = re.compile(r"(?:thank you|thanks|good ?bye|bye|you too|that's|you're)\b|ありがとう|失礼", re.I)
CONTINUES = re.compile(
    r"(?:can|could|how|have|is|if|please|let|let's|to|however|once|would|your|do|are|also|then|and|as|we'll|i'll"
    r"|you'll|this|first|additionally|what|which|with|when)\b|また、|それから|ただ、|なお、",
    re.I,
)
ASKS = re.compile(r"[?？][\"'”’)\s]*$|(?:です|ます|でしょう|ません)か[。]?\s*$")
ASKS_FOR = re.compile(r"(?:ください(?:ませ)?|お願い(?:いた|致)?します)。?$")

# How whoever picks up the phone begins, such as "はい、青空ホームの林です。": later on, customers say their name so.
PICKS_UP = re.compile(r"(?:はい|お待たせしました)?、?[^、。がはをもに]{2,20}(?<![んい])(?:です|でございます)。?$")

# Japanese speech without punctuation: where a polite sentence ends, and how a piece does that may be a whole one.
ENDS = re.compile(
    r"(?:です|でした|でしょう|ます|ました|ません(?:でした)?+|ましょう|ください(?:ませ)?)"
    r"(?:か(?!しこま)|よね|ね|よ(?!う|ろし|か))*+(?=\s*[^\s、。？！.,?!」』…])"
    r"(?!\s*(?:け[れど]|が|の[でに]|から|し(?!ばらく|ょう)|と|って|っけ|ん|た|で(?!は|したら)|よう|ぐ|ら|ま(?!ず|だ|た)))"
    r"|[んの]です(?:けど|けれども?|が)(?=\s*[^\s、。？！.,?!」』…])"
    r"|(?:です|ます|ました|ません)(?:けど|けれども?|が)(?=\s*(?:ご[一-龥]|申し訳|恐れ入り|かしこまり|承知|失礼|お客様))"
)
OVER = re.compile(r"(?:[すた]が|(?![はをにとへのがも])[\u3041-\u3096])\s*$")

# Names: who says `my name is Ben` is Ben, who says `Hi Ben` is not.
INTRODUCES = re.compile(r"\b(?:[Mm]y name is|[Tt]his is|I'm|I am|[Ii]t's) ([A-Z][a-z]{2,15})\b(?!')")
ADDRESSES = re.compile(
    r"\b(?:[Hh]i|[Hh]ello|[Hh]ey|[Tt]hanks|[Tt]hank you|[Ww]elcome|[Ss]ure|[Oo]kay|[Yy]es|[Gg]reat|[Aa]lright"
    r"|[Gg]oodbye),? ([A-Z][a-z]{2,15})\b|, ([A-Z][a-z]{2,15})(?=[.!?,])"
)
