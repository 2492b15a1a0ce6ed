"""The particulars of a text, which no rewording may lose or invent: numbers, links, codes, placeholders, menu paths."""

import re
import unicodedata

# Copied letter by letter into any other wording, in either language.
_VERB = r"(?!(?:Open|Go|Choose|Select|Under|In|Press|Tap|Click|Use|See|Visit|Check|Find|The|Your|On|Via|From|Please) )"
_MENU = r"(?:[A-Z][\w'’+-]*(?: [A-Z0-9][\w'’+-]*){0,4}|\[[^\[\]\n]{1,40}\]|[ァ-ヶー一-龯A-Za-z0-9・]{1,20})"
_VERBATIM = re.compile(
    r"<[A-Z]{2,12}_\d{1,9}>"  # a placeholder of masked data
    r"|</?[A-Za-z!][^<>\n]{0,200}>"  # markup
    r"|\[\d{1,2}\]|\{\d{1,2}\}"  # the mark of a citation; what stands for something shielded
    r"|(?:https?://|www\.)[^\s<>「」『』、。（）()\[\]\u3040-\u30ff\u3400-\u9fff]*[\w/]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.@])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|app|eu|jp|uk|de|fr|example)\b(?:/[\w./?=&%#-]*)?"
    r"|(?<!\w)\+?\d{1,4}(?:[ -]\d{2,6}){2,4}(?!\w|-\d)(?<!\d{4}-\d\d-\d\d)"  # a telephone number
    r"|(?<![\w-])[A-Z]{1,5}-?\d+(?:-?[A-Z0-9]+)*(?![\w-]*\.\w)"  # E-204, AZ-4602277
    r"|\d+-\d{3,}(?:-\d+)*"  # 55-20931
    r"|[「“\"'‘]?(?<![\w>])" + _VERB + _MENU + r"(?:(?: ?[>＞→] ?)" + _MENU + r")+[」”\"'’]?",
    re.ASCII,
)
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?(?:万|千)?|\d+(?:\.\d+)?(?:万|千)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KANJI = "一二三四五六七八九十"
_WORDS: dict[str, set[str]] = {word: {str(n)} for n, word in enumerate(_ONES, 1)}
_WORDS |= {word: {"1"} for word in ("a", "an", "once", "first", "single", "every", "each", "per", "毎", "片")}
_WORDS |= {word: {"2"} for word in ("twice", "second", "both", "double", "両", "二重", "two-step")}
_WORDS |= {word: {"3"} for word in ("third",)} | {"half": {"0.5", "30"}, "半": {"0.5", "30"}, "dozen": {"12"}}
_WORDS |= {"24/7": {"24", "7"}, "hundred": {"100"}, "thousand": {"1000"}, "noon": {"12"}, "正午": {"12"}}
_SPOKEN = re.compile(r"[a-z]+|[一二三四五六七八九十毎片両半]|正午|二重", re.IGNORECASE)
# Numbers that are meant as such: not "one", which is also a pronoun, nor 十分, which is also "enough".
_WRITTEN = re.compile(
    rf"\b(?:{'|'.join(_ONES[1:])})\b"
    r"|(?<![一二三四五六七八九十百])(?!十分)[二三四五六七八九十](?=(?:[日週年分秒回個台本枚名人箱件倍通つ度時]|[かヶケカヵ箇]月)(?!重))"
)
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}"
_DATES = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}\b|\b{_MONTH}\.? \d{{1,2}}\b")
_AFTERNOON = re.compile(r"(?<!\d)(\d{1,2})(?::\d\d)?\s*p\.?m|午後(\d{1,2})", re.IGNORECASE)
_LATE = re.compile(r"(?<!\d)(1[3-9]|2[0-3])(?=[:時])")
# What a number counts, by the words of both languages; a reply that says dollars may not become one of yen.
_COUNTED = {
    "$": r"\$|\bdollars?|\bUSD\b|ドル", "¥": r"¥|￥|\byen\b|\bJPY\b|円(?!滑)", "€": r"€|\beuros?|\bEUR\b|ユーロ",
    "£": r"£|\bpounds?|\bGBP\b|ポンド", "%": r"%|％|\bper ?cent|パーセント|割",
    "business days": r"\b(?:business|working|week) ?days?\b|営業日|平日",
    "minutes": r"\b(?:minutes?|mins?)\b|[\d数一]\s*分(?!の)", "hours": r"\b(?:hours?|hrs?|24/7)\b|時間",
    "today": r"\btoday\b|本日|今日", "tomorrow": r"\btomorrow\b|明日(?!以降)", "yesterday": r"\byesterday\b|昨日",
    "weeks": r"\b(?:weeks?|weekly)\b|週",
    "months": r"\b(?:months?|monthly)\b|[\d数一毎][かヶケカヵ箇]?月(?!\d)|月(?:額|払|々|間)",
} | {
    day: rf"\b{day[:3]}(?:\b|{day[3:]})|{letter}曜"
    for day, letter in zip(_DAYS, "月火水木金土日", strict=True)
}  # fmt: skip
_COUNTS = {name: re.compile(told, re.IGNORECASE) for name, told in _COUNTED.items()}
_DATED = re.compile(r"時\d+分|\d+月\d+日|\d+月(?:以降|まで|から|末|中|頃)?|\b(?:every|next|last|this) (?:week|month)\b")
# What turns a statement round; the set phrases that only look so are taken out first.
_NOT_ONE = re.compile(
    r"申し訳(?:ご[ざ座]い|あり)ません|(?:ご不明|ご心配)な\w{0,8}|なければ(?:なり|いけ)ません|なくては(?:なり|いけ)ません"
    r"|かもしれ(?:ません|ない)|ません(?:でしょう)?か|ないでしょうか|間違いな[くい]|問題(?:は)?(?:あり|ござい)ません"
    r"|\b(?:do not|don't) hesitate|\bnot only\b|\bno problem\b|\bno worries\b|\bif not\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"n't\b|n’t\b|\b(?:not|cannot|never)\b|ません|ない(?!し|と)|かねます|できかね|不可", re.IGNORECASE)
_HINT = re.compile(
    r"n't\b|n’t\b|\b(?:not|cannot|never|no|nobody|none|nothing|without|unable|un\w+|im\w+|in\w+|fail\w*|miss\w*|only|until"
    r"|unless|refuse\w*|reject\w*|instead|avoid|declin\w*|dis\w+|lack\w*|end(?:ed|s)?|stop\w*|exclu\w+|prohibit\w*"
    r"|forbid\w*|must|out of|sold out|free|neither|nor|yet|before|too|rather than|off|long(?:er)?)\b"
    r"|ません|ない|なく|なかっ|なし|無|ず[にはとも、。]|かね|不|未|非|外|のみ|だけ|しか|禁|避け|控え|切れ|失敗|終了|以外|まで|ぬ|難|断|欠|止|前",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if|unless|until|in case|otherwise)\b|場合|たら、|(?:れ|け|せ|え|め|べ|ね|て|ば)ば、|それまで", re.IGNORECASE
)
_WHEN = re.compile(
    r"\b(?:if|unless|until|till|in case|otherwise|when\w*|once|as soon|while|before|after|by|within|should|as long"
    r"|whether|for|provided|or|so|instead|then|up to)\b"
    r"|場合|たら|ば|なら|まで|際|とき|時|次第|うち|前|後|間|限り|以内|でも|ても|か",
    re.IGNORECASE,
)


def verbatim(text: str) -> tuple[str, ...]:
    """What stands letter by letter in any other wording: links, codes, placeholders, marks, menu paths; in order."""
    return tuple(_bare(match[0]) for match in _VERBATIM.finditer(text))


def missing(told: str, retold: str) -> tuple[str, ...]:
    """The particulars of `told` that `retold` does not have; with the two exchanged, those that it adds.

    Numbers count as said where words say them: "two", "May" and "3 pm" are 2, 5 and 15. Currencies and units of time
    are particulars too. English and Japanese, also across.
    """
    plain, words = _plain(told), _plain(retold)
    lost = [one for one in dict.fromkeys(verbatim(told)) if one not in retold]
    said = _numbers(words) | _spoken(words)
    lost += [number for number in dict.fromkeys(_numbers_in_order(plain)) if number not in said]
    return (*lost, *(name for name, counts in _COUNTS.items() if _counted(counts, plain) > _counted(counts, words)))


def turned(told: str, retold: str) -> bool:
    """Whether one clearly denies something, or says it only for a case or a time, and the other has no sign of it."""
    one, other = _NOT_ONE.sub("", told), _NOT_ONE.sub("", retold)
    return any(
        strong.search(said) is not None and weak.search(heard) is None
        for strong, weak in ((_NOT, _HINT), (_IF, _WHEN))
        for said, heard in ((one, other), (other, one))
    )


def shielded(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with `{1}`, `{2}` in place of what is `verbatim`, and what those stand for."""
    found: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        one = _bare(match[0])
        return match[0].replace(one, f"{{{found.setdefault(one, len(found) + 1)}}}")

    return _VERBATIM.sub(numbered, text), tuple(found)


def unshielded(text: str, found: tuple[str, ...]) -> str:
    """What `shielded` took out put back. A number that stands for nothing stays as it is."""
    return re.sub(r"\{(\d+)\}", lambda one: found[int(one[1]) - 1] if 0 < int(one[1]) <= len(found) else one[0], text)


def _bare(found: str) -> str:
    """A menu path without the quotation marks around it."""
    return found.strip("「」“”\"'‘’")


def _plain(text: str) -> str:
    """The text without what is kept letter by letter, full-width digits as plain ones."""
    return unicodedata.normalize("NFKC", _VERBATIM.sub(" ", text))


def _counted(counts: re.Pattern[str], text: str) -> bool:
    return counts.search(_DATED.sub(" ", text)) is not None


def _numbers(text: str) -> set[str]:
    return set(_numbers_in_order(text))


def _numbers_in_order(text: str) -> list[str]:
    found = [_value(one) for one in _NUMBER.findall(text) if one not in ("0", "00")]
    words = [*_WRITTEN.findall(text.lower()), *(match[1] or match[2] for match in _DATES.finditer(text.lower()))]
    return found + [value for word in words for value in _spoken(word)]


def _value(number: str) -> str:
    times = {"万": 10_000, "千": 1_000}.get(number[-1], 1)
    value = float(number.rstrip("万千").replace(",", "")) * times
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _spoken(text: str) -> set[str]:
    """The numbers that the words of a text may stand for."""
    said: set[str] = set()
    for word in _SPOKEN.findall(text.lower()):
        said |= _WORDS.get(word, set())
        if word in _KANJI:
            said.add(str(_KANJI.index(word) + 1))
        if word[:3] in _MONTHS:
            said.add(str(_MONTHS.index(word[:3]) + 1))
    said |= {str(int(hour) + 12) for pair in _AFTERNOON.findall(text) for hour in pair if hour}
    return said | {str(int(hour) - 12) for hour in _LATE.findall(text)}
