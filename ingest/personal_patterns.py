"""The writings of personal data in Japanese and English mail, as patterns for `recognizers`.

Syntax of the `regex` module (Presidio's engine): `\\K` drops the cue before it from the match. Digits, dashes and
quotes come folded to ASCII. No pattern may match \\x00, which stands where something is masked already.
"""

_PREF = (
    "(?:東京都|北海道|(?:京都|大阪)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川"
    "|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀"
    "|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_KANA_CITY = (
    "さいたま|つくば|いわき|ひたちなか|うるま|むつ|あきる野|ふじみ野|つがる|にかほ|みどり|かほく|たつの"
    "|さぬき|みやま|えびの"
)
_CITY = rf"(?:[\p{{Han}}\p{{Katakana}}ヶー々]{{1,7}}?|{_KANA_CITY})[市区町村郡]"
_TOWN = r"(?:(?!の)(?:[0-9]{1,2}[条線]|[^\W0-9A-Za-z_をではに]|ー){1,16}?)"
_NUM = "(?:[0-9]{1,4}|[一二三四五六七八九十]{1,3})"
_BLOCK = (
    rf"(?:{_NUM}丁目(?:[ ]?[0-9]{{1,4}}(?:(?:番地?の?|-|の)[0-9]{{1,4}}){{0,3}}(?:番地?|号)?)?"
    r"|[0-9]{1,5}番地(?:の?[0-9]{1,4})?号?|[0-9]{1,4}番[0-9]{1,4}号?|[0-9]{1,4}(?:-[0-9]{1,4}){1,4})"
    r"(?![0-9]|[-.:/][0-9]|[日月年時分秒個人名円台件回点枚本割%]|営業日|週|か月|ヶ月)"
)
_LONE = (
    r"[0-9]{1,5}(?![0-9]|[-.:/,][0-9]|[日月年時分秒個人名円台件回点枚本割万千%丁A-Za-z]|営業日|週|か月|ヶ月|番|階|つ)"
)
_ROOM = (
    r"(?:\s?[0-9]{1,4}号室|\s?(?!電話|携帯|TEL|Tel|FAX|注文)"
    r"[\p{Han}\p{Katakana}ーA-Za-z・]{2,16}\s?(?:[A-Z]-?)?[0-9]{1,4}"
    r"(?:号室|号|階|F)?(?![0-9]|-[0-9]|[日月年時分個名円])"
    r"|\s[\p{Hiragana}\p{Katakana}\p{Han}ーA-Za-z]{2,14}(?:ビル|マンション|ハイツ|荘|タワー|コーポ|ハウス|レジデンス)"
    r"(?:[0-9]{1,4}(?:号室|号|階|F))?)?"
)
_HOME = rf"{_PREF}\s?(?:{_CITY}\s?){{1,3}}{_TOWN}?\s?{_BLOCK}{_ROOM}"
_HOME_LONE = rf"{_PREF}\s?(?:{_CITY}\s?){{1,3}}(?:(?![の約])[^\W0-9A-Za-z_をではに]|ー){{1,16}}?\s?{_LONE}{_ROOM}"
_AREA = rf"{_PREF}?\s?(?:{_CITY}\s?){{1,3}}(?:{_TOWN}?\s?{_BLOCK}{_ROOM}|[\p{{Han}}ヶケ々]{{0,8}})"

_STREETS = (
    "Street|Str|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Square|Sq"
    "|Terrace|Crescent|Close|Parkway|Pkwy|Circle|Cir|Highway|Hwy|Gardens|Grove|Row|Mews|Hill|Walk|Trail"
)
_NOT_STREET = (
    "Hard|Disk|State|Solid|Flash|USB|SSD|HDD|Tape|External|TB|GB|MB|Test|Thumb|Pen|Google|One|Two|First|Day"
    "|Days|Hour|Hours"
    "|Minute|Minutes|Min|Step|Steps|Item|Items|Food|Way|Year|Years|Week|Weeks|Month|Months|Disc|Zip|Seagate|Version"
)
_UNIT = r"(?:,?\s{1,2}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|#)\.?\s?#?[A-Za-z0-9-]{1,6}\b)?"
_STATES = (
    "(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]"
    "|UT|V[AT]|W[AIVY])"
)
_ZIP = r"[0-9]{5}(?:-[0-9]{4})?(?![0-9-])"
_UK_AREA = (
    "(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE"
    "|K[ATWY]|L[ADELNSU]?"
    "|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)"
)
_POSTCODE = rf"\b{_UK_AREA}[0-9][A-Z0-9]?\s(?![0-9](?:GB|TB)\b)[0-9][ABD-HJLNP-UW-Z]{{2}}\b"
_TAIL = (
    rf"(?:,?\s{{1,2}}(?:[A-Z][A-Za-z.'-]{{1,20}}[, ]{{1,2}}){{0,3}}\s?(?:{_POSTCODE}|[A-Z]{{2}},?\s{_ZIP}"
    rf"|[A-Z]{{1,2}}[0-9]{{1,2}}\b))?"
)
_STREET = (
    rf"(?<![\w.#/$-])(?:(?:Flat|Unit|Apt\.?)\s[0-9]{{1,4}}[A-Za-z]?,?\s)?[0-9]{{1,5}}[A-Za-z]?(?:-[0-9]{{1,4}})?,?\s"
    rf"(?:(?!(?i:{_NOT_STREET})\b)(?:[A-Z][A-Za-z.'-]{{0,20}}|[0-9]{{1,3}}(?:st|nd|rd"
    rf"|th))\s){{1,4}}?(?:{_STREETS})\b\.?(?:\s(?:N|S|E|W|NE|NW|SE|SW)\b)?{_UNIT}{_TAIL}"
)
_STREET_CUED = (
    r"(?i:\b(?:live at|living at|address is|address:|address to|ship(?:ped)? (?:it )?to"
    r"|deliver(?:ed)? (?:it )?to|moved to"
    r"|send it to)\s{1,2}\K[0-9]{1,5}[a-z]?\s(?:[a-z.'-]{1,20}\s){1,3}?(?:street|st|road|rd|avenue|ave|lane"
    r"|drive|boulevard|way)\b\.?)"
)

_SURNAME = (
    "(?=[佐鈴高田伊渡山中小加吉松井木林斎斉清森阿池橋石前藤岡長近村後青坂福太西金三原竹岩上酒安菊野菅河大工"
    "武今千内増水丸宮新])"
    "(?:佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|斎藤"
    "|斉藤|清水|山崎|森田|阿部|池田"
    "|橋本|石川|山下|石井|小川|前田|藤田|岡田|後藤|長谷川|近藤|村上|青木|坂本|遠藤|福田|太田|西村|藤井|金子"
    "|三浦|藤原|岡本|松田|中川"
    "|中野|原田|小野|田村|竹内|和田|中山|石田|上田|森本|酒井|柴田|宮崎|宮本|横山|高木|安藤|谷口|大野|丸山"
    "|今井|高田|藤本|武田|村田"
    "|上野|杉山|増田|小島|千葉|平野|大塚|久保|松井|岩崎|木下|野口|松尾|菊地|菊池|野村|新井|菅原|河野|工藤"
    "|大西|水野|内田|小山|西田)"
).replace("新])", "新遠和柴横谷平杉久])")
_JA_NAME = r"[\p{Han}\p{Katakana}ー々]{2,8}(?:[ ・]?[\p{Han}\p{Katakana}ー々]{1,8})?"
_NOT_NAMED = (
    r"(?!お客|[一二三四五六七八九十何数]+名|皆|みな|ご担当|担当|貴|各|御|事務局|関係者|会員|利用者|株式"
    r"|有限|仕様|模様|同様|有様|王様|神様|奥様|旦那|管理者"
    r"|[\p{Han}\p{Katakana}ー]{0,10}(?:会社|社様|センター|窓口|部様|課様|店様|サポート|病院|銀行|学校"
    r"|チーム|者様|者と|者です))"
)
_CAP = r"\p{Lu}[\p{Ll}']+(?:[-']\p{Lu}\p{Ll}+|\p{Lu}\p{Ll}+)?"
_NAMES = rf"{_CAP}(?:\s(?:\p{{Lu}}\.|(?:van|von|de|der|da|la|bin|al)\b)){{0,2}}(?:\s{_CAP}){{0,2}}"
_NOT_PERSON = (
    r"(?!(?:\p{Lu}[\p{L}']{0,20}\s){0,3}(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Sirs|Madam|Team|Support|All|There"
    r"|Everyone|Everybody|Customer|Customers|Folks|Colleagues|Agent"
    r"|Service|Services|Sales|Help|Desk|Again|Both|Guys|Valued|Member|Friend|Sent|Order|Please|The|Ltd|Inc"
    r"|Billing|Care|Any"
    r"|Thanks|Thank|Regards|In|Kind|Best|I|My|We|Your|This|Executive|User|Client|Sender|Guest|Subscriber"
    r"|Manager|Owner|Reader|Partner|Not|Just|Hi|Hello|For|If|To|Department|Office|Company)\b)"
)
_FUNCTION = (
    "(?:not|on|spelled|spelt|wrong|misspelled|listed|still|missing|incorrect|correct|the|in|and|but|from|my"
    "|with|calling|a|an"
    "|is|was|i|at|of|for|to|it|no|never|different|being|also|shown|written|printed|that|this|because|since|as|please)"
)
PERSONS = (
    r"(?i:\b(?:my (?:full |last |first )?name is|my name's|i am called|name on the (?:card"
    rf"|account) is))\s+\K{_NOT_PERSON}{_NAMES}",
    rf"(?i:\bmy name is\s\K(?!{_FUNCTION}\b)[a-z'-]{{2,20}}(?:\s(?!{_FUNCTION}\b)[a-z'-]{{2,20}})?)",
    rf"\b(?:[Tt]his is|[Ii]t's) \K{_NOT_PERSON}{_NAMES}(?=\s(?:speaking|calling|from|here|again|writing)|[.,]? (?:I\b"
    r"|(?i:how|my|may|can|what)\b))",
    rf"\b(?:I am|I'm) \K{_NOT_PERSON}{_CAP}\s{_CAP}(?=[,.]|\s(?:from|and|calling|speaking|with)\b)",
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Mister|Madam)\b\.? \K{_NOT_PERSON}{_NAMES}",
    r"^[ >]*(?i:dear|hi|hello|hey|good (?:morning|afternoon"
    rf"|evening)),? \K{_NOT_PERSON}{_NAMES}(?=\s*[,!:.\x2d]|\s*$)",
    rf"(?:^|[.!?:] )(?:Hi|Hello|Hey|Thank you,|Thanks,|Okay,|Sure,) \K{_NOT_PERSON}{_CAP}(?:\s{_CAP})?(?=[.,!])",
    rf"^[ >]*(?:From|To|Cc|Sender|Reply-To): \"?\K{_NAMES}(?:\s\p{{Lu}}\.?)?(?=\"?\s?<)",
    r"(?i:^[ >]*(?:(?:many |kind |best |warm )?(?:regards|wishes|thanks|thank you)|best|cheers|sincerely"
    rf"|yours (?:truly|faithfully|sincerely)|respectfully)[,.!]?)\s{{1,4}}\K{_NOT_PERSON}{_NAMES}(?=[ .]*$)",
    rf"(?i:\b(?:kind regards|regards|thanks|sincerely|cheers), )\K{_NOT_PERSON}{_NAMES}(?=[ .]*$)",
    r"(?i:(?:^[ >-]*|\b(?:full|customer|first|last|your|my|contact|account holder|cardholder"
    rf"|recipient) )names?|cardholder|account holder|recipient)[ ]?:[ ]{{0,3}}\K{_NOT_PERSON}{_NAMES}",
)
PERSONS_JA = (
    rf"{_NOT_NAMED}{_JA_NAME}(?=と(?:申し|もうし|いいます(?!と)|言います(?!と)))",
    r"(?:私は|わたしは|私、|^)\K[\p{Hiragana}]{2,8}(?:[ ][\p{Hiragana}]{2,6})?(?=と申し)"
    r"|\p{Latin}{2,20}(?: \p{Latin}{2,20})?(?=と申し)",
    r"(?:私の名前|名前|氏名)は\K(?!必要|不明|同じ|未登録|変更|入力|表示|登録|漢字|任意|ローマ)"
    + _JA_NAME
    + "(?=です|でございます|、|。)",
    rf"^(?:[^\n様\x00]{{1,30}}[ ])??\K{_NOT_NAMED}(?:[\p{{Han}}々]{{1,3}}[ ][\p{{Han}}々]{{1,3}}"
    rf"|[\p{{Han}}\p{{Katakana}}ー々]{{1,8}})(?=様(?![々子式相態]))",
    rf"(?<!\p{{Han}}){_SURNAME}[ ]?(?:[\p{{Han}}々]{{1,3}}|\p{{Hiragana}}{{2,4}})??(?=[ ]?(?:様|さま|さん"
    r"|氏|殿|です|でございます|と申|と言|より))",
    r"(?:氏名|お?名前|名義人?|口座名義|フリガナ|契約者名?|宛名|受取人|届け?先名)[ ]?:[ ]{0,2}\K"
    + _NOT_NAMED
    + _JA_NAME,
    r"(?:差出人|送信者|宛先|From|To|Cc)[ ]?:[ ]?\"?\K" + _JA_NAME + r"(?=\"?[ ]?<)",
    r"(?:敬具|草々|かしこ)[ ]*\n\s{0,4}\K(?!追伸|添付|株式|有限|注文|以上)" + _JA_NAME + "(?=[ ]*$)",
    rf"(?:以上|よろしくお願い(?:いた|致)?します)[、。]?[ ]*\n\s{{0,4}}\K{_SURNAME}[ ]?[\p{{Han}}\p{{Hiragana"
    rf"}}\p{{Katakana}}]{{0,4}}(?=[ ]*$)",
)

_WORD_SECRET = "pass ?word|pass ?code|pass ?phrase|pwd|pw|passwort"
_CODE_SECRET = (
    "pin(?: code| number)?|otp|one[- ]time (?:pass ?code|code|password|pin)|(?:verification|security|access"
    "|auth|authentication|login|log-in|sign-in|2fa|sms|confirmation|passcode) code|cvv2?|cvc2?|csc|card security code"
)
_JA_SECRET = (
    "暗証番号|パスワード|パスコード|認証コード|確認コード|認証番号|ワンタイムパスワード"
    "|セキュリティ[ー]?コード|セキュリティ番号|合言葉|PIN(?:コード|番号)?|CVV|CVC"
)
_TOKEN = r"(?![<{(\[*])[!-~]{2,63}[0-9A-Za-z!@#$%^&*_+=?~-]"
_MIXED = r"(?=[!-~]{0,62}?(?:[0-9]|[A-Za-z0-9][@#$%^&*_+=][A-Za-z0-9]))"
_PLAIN = (
    "(?:required|must|incorrect|wrong|reset|expired|yes|no|none|please|see|the|not|invalid|changed|unknown"
    "|forgotten|null)"
)
SECRETS = (
    rf"(?i:\b(?:{_WORD_SECRET}|api[ _-]?key|secret(?: key)?|access token)\s?[:=]\s?['\"]?\K(?!{_PLAIN}\b){_TOKEN})",
    rf"(?i:\b(?:{_WORD_SECRET})\s(?:is|was)(?: now| set to| still)"
    rf"?\s?:?\s?(?:['\"]\K[ !#-~]{{3,64}}?(?=['\"])|\K{_MIXED}{_TOKEN}))",
    rf"(?i:\b(?:{_CODE_SECRET})(?:\s(?:i got|i received|on the back|for my card|you sent"
    r"|on my card))?\s?(?:is|was|[:=#])?\s?['\"]?\K[0-9]{3,4}[ -]?[0-9]{0,4}(?![0-9A-Za-z]|[-.,/][0-9]))",
    r"(?<![0-9A-Za-z-])[0-9]{4,8}(?=(?i:\sis (?:your|the|my) (?:[a-z-]{2,12} ){0,2}(?:code|pin|otp))"
    r"|\s?が(?:認証|確認)コード)",
    rf"(?:{_JA_SECRET})[ ]?(?:は|が|:|=|「|『|\()[ ]?[「『\"(]?\K{_MIXED}{_TOKEN}",
    rf"(?:パスワード|合言葉)[ ]?[:=][ ]?[「『\"]?\K{_TOKEN}",
    rf"(?:{_JA_SECRET})[ ]\K[0-9]{{3,8}}(?![0-9A-Za-z-])",
)
ACCOUNTS = (
    r"(?:普通|当座|貯蓄|\([普当]\))(?:預金|口座)?[ ]?(?:口座)?(?:番号)?[ ]?[:は)]?[ ]?\K[0-9]{6,8}(?![0-9-])",
    r"口座番号[ ]?[:は]?[ ]?(?:(?:普通|当座)[ ]?)?\K[0-9]{6,8}(?![0-9-])",
    r"記号[ ]?[:は]?[ ]?\K[0-9]{5}(?:-[0-9])?[、, ]{0,2}番号[ ]?[:は]?[ ]?[0-9]{1,8}(?!\d)",
    r"(?i:\b(?:bank account|checking account|savings account|current account|account|acct|a/c)(?: number"
    r"| no\.?| num| #)?\s?(?:is|:|=|#)?\s?\K[0-9]{2,4}[ -]?[0-9]{4}[ -]?[0-9]{0,4}(?![0-9-]|,[0-9]))",
    r"(?i:\b(?:routing|aba)(?: number| no\.?)?\s?(?:is|:|#)?\s?\K[0-9]{9}\b)",
    r"(?i:\bsort code\s?(?:is|:)?\s?\K[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}\b)",
    r"\b0x[0-9a-fA-F]{40}\b",
)
PAPERS = (
    r"(?i:(?:マイナンバー|個人番号|\bmy ?number)[^0-9\n\x00]{0,20}\K[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9]))",
    r"(?:(?i:passport)|パスポート|旅券)(?:[ ]?番号|(?i:[ ]?(?:number|no\.?|#)))?[ ]?(?:は|:|is|が"
    r"|#)?[ ]?\K[A-Z]{0,2}[0-9]{6,9}(?![0-9A-Za-z-])",
    r"(?:運転)?免許証?(?:の)?(?:番号)?[ ]?(?:は|:|が)?[ ]?(?:第)?\K[0-9]{12}(?![0-9])",
    r"(?i:driv(?:er|ing|er's|ers)'?s? licen[cs]e|\bDL)(?i: number| no\.?| #)?[ ]?(?i:is|:"
    r"|#)?[ ]?\K(?=[A-Z0-9-]{0,16}[0-9]{3})[A-Z0-9](?:-?[A-Z0-9]){4,16}(?![A-Za-z0-9])",
    r"(?i:\b(?:ssn|social security(?: number| no\.?)?)\s?(?:is|:"
    r"|#)?\s?\K[0-9]{3}[- .]?[0-9]{2}[- .]?[0-9]{4}(?![0-9]))",
    r"在留カード(?:番号)?[ ]?[:は]?[ ]?\K[A-Z]{2}[0-9]{8}[A-Z]{2}",
    r"(?:基礎年金番号|年金番号)[ ]?[:は]?[ ]?\K[0-9]{4}-?[0-9]{6}(?![0-9])",
    r"(?:保険証|被保険者)(?:の)?(?:記号)?(?:番号)?[ ]?[:は]?[ ]?\K[0-9]{2,8}(?:[- ・][0-9]{1,8}){0,2}(?![0-9])",
    r"(?i:\bNHS(?: number| no\.?)?\s?(?:is|:)?\s?\K[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9]))",
)
ADDRESSES = (
    _STREET,
    _STREET_CUED,
    rf"\b(?:[A-Z][a-z]+\s){{0,2}}[A-Z][a-z]+,\s?{_STATES}\s{_ZIP}",
    _POSTCODE,
    r"(?i:\bpost ?code\s?(?:is|:)?\s?\K[a-z]{1,2}[0-9][a-z0-9]?\s?[0-9][a-z]{2}\b)",
    rf"(?i:\bzip(?: code)?\s?(?:is|:)?\s?)\K{_ZIP}",
    r"\bP\.?\s?O\.?\s?Box\s[0-9]{1,6}\b",
)
ADDRESSES_JA = (
    rf"(?:〒[ ]?[0-9]{{3}}[- ]?[0-9]{{4}}(?![0-9])(?:\s{{0,3}}{_AREA})?)",
    rf"郵便番号[ ]?[:は]?[ ]?\K[0-9]{{3}}-?[0-9]{{4}}(?![0-9])(?:\s{{0,3}}{_AREA})?",
    rf"(?<![0-9A-Za-z-])[0-9]{{3}}-[0-9]{{4}}\s{{0,3}}(?={_PREF}){_AREA}",
    _HOME,
    _HOME_LONE,
    rf"(?<!\p{{Han}})(?=[^\x00-\x7f]{{1,8}}?[市区郡])(?:{_CITY}\s?){{1,2}}{_TOWN}?\s?{_BLOCK}{_ROOM}",
)
CARD = (
    r"(?<![\w-])(?:4[0-9]{3}|5[0-5][0-9]{2}|2[2-7][0-9]{2}|6[0-9]{3}"
    r"|3[0-9]{3})[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}[- ]?[0-9]{1,5}(?:[- ]?[0-9]{1,3})?(?![\w-])"
)
CARD_CUED = (
    r"(?i:(?:\bcard|カード|\bvisa|\bmastercard|\bamex|\bjcb)[^0-9\n\x00]{0,24}\K[0-9]{4}([ -]?)"
    r"[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?![0-9]))"
)
EMAIL = (
    r"(?<![\p{Latin}0-9._%+'-])[\p{Latin}0-9._%+'-]{1,64}@(?:[\p{Latin}0-9](?:[\p{Latin}0-9-]{0,61}[\p{Latin"
    r"}0-9])?\.){1,8}[\p{Latin}]{2,24}(?![\p{Latin}0-9-])"
)
MY_NUMBER = r"(?<![\w-])[0-9]{4}([ -]?)[0-9]{4}\1[0-9]{4}(?![\w-])"
