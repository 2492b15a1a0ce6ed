"""Dates, times and days of the week, as English and Japanese write them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from console.grounding.claims import Claim, Keys, take
from console.grounding.numbers import kanji

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS) + "|sept"
_K = "[0-9〇一二三四五六七八九十]"
_JAPANESE_DATE = re.compile(
    rf"(?:(?P<era>令和|平成)? ?(?P<y>[0-9元〇一二三四五六七八九十]{{1,6}})年 ?)?"
    rf"(?P<m>{_K}{{1,3}})月 ?(?P<d>{_K}{{1,3}})日"
    rf"(?=(?: ?(?:\(.\))? ?(?:~|-|から|および|、|・) ?(?P<more>{_K}{{1,3}})日)?)"
)
_JAPANESE_MONTH = re.compile(
    rf"(?:(?P<era>令和|平成)? ?(?P<y>[0-9]{{1,4}})年 ?)?(?<![0-9])(?P<m>{_K}{{1,2}})月(?![0-9間])"
)
_ISO = re.compile(
    r"(?<![0-9/.-])(?P<y>(?:19|20)[0-9]{2})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9]|[-/.][0-9])"
)
_SLASHED = re.compile(
    r"(?<![0-9/.])(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})(?:/(?P<y>(?:20)?[0-9]{2}))?(?![0-9/.])(?! ?[a-z])"
)
_ENGLISH_DATE = re.compile(
    rf"(?<![A-Za-z])(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH})\.?"
    rf"|(?P<m2>{_MONTH})\.? (?:the )?(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9:])"
    r"(?=(?: ?(?:-|to|and) ?(?P<more>[0-9]{1,2})(?![0-9:]))?))(?:,? (?P<y>(?:19|20)[0-9]{2}))?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ENGLISH_MONTH = re.compile(
    rf"(?<![A-Za-z])(?P<when>(?:in|since|until|till|by|from|of|before|after|late|early|mid|end of|during) )?"
    rf"(?P<m>{_MONTH})(?:,? (?P<y>(?:19|20)[0-9]{{2}}))?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ENGLISH_DAY = re.compile(
    r"\b(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?\b|\.? ?- ?(?=Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
    r"|\b(?=,? [0-9]))"
    r"|(?<=(?:mon|tue|wed|thu|fri|sat|sun)-)(mon|tue|wed|thu|fri|sat|sun)\b",
    re.IGNORECASE,
)
_JAPANESE_DAY = re.compile(r"([月火水木金土日])曜日?|(?<=日)\(([月火水木金土日])\)|(土)日(?=[は休祝・]|曜|$)")
_SOON = re.compile(
    r"(?:(?<![A-Za-z])(?=[A-Za-z])|(?=[今明来翌昨本]))"
    r"(?:(?P<tomorrow>\btomorrow\b|明日)|(?P<tonight>\btonight\b|今夜|今晩)|(?P<nextweek>\bnext week\b|来週|翌週)"
    r"|(?P<nextmonth>\bnext month\b|来月|翌月)|(?P<nextyear>\bnext year\b|来年)"
    r"|(?P<overmorrow>明後日|the day after tomorrow)"
    r"|(?P<thisweek>\b(?:this|by the end of the) week\b|今週)|(?P<yesterday>\byesterday\b|昨日)"
    r"|(?P<today>\b(?:by|before|later|until|end of|earlier) today\b|本日中|今日中)"
    r"|(?P<nextday>\bnext (?:business |working )?day\b|翌営業日|翌日))",
    re.IGNORECASE,
)
_WEEKDAYS = re.compile(r"\b(?:business|working|week) ?days?\b|平日|営業日", re.IGNORECASE)
_TIME = re.compile(
    r"(?P<ja>午前|午後|朝|夜|夕方)? ?(?<![0-9:.,])(?P<h>[0-9]{1,2})(?::(?P<min>[0-5][0-9]))? ?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<ja2>午前|午後|朝|夜|夕方)? ?(?<![0-9:.,])(?P<h2>[0-9]{1,2}):(?P<min2>[0-5][0-9])(?![0-9:])"
    rf"|(?P<ja3>午前|午後|朝|夜|夕方)? ?(?<![0-9:.,〇一二三四五六七八九十])(?!一時)"
    rf"(?P<h3>{_K}{{1,3}})時(?!間|期|代|点|計)"
    rf"(?:(?P<min3>{_K}{{1,3}})分(?!間)|(?P<half3>半))?"
    r"|(?<![0-9:.,])(?P<h4>[0-9]{1,2}) ?o'clock|(?P<noon>\bnoon\b|\bmidday\b|正午)|(?P<night>\bmidnight\b)",
    re.IGNORECASE,
)


def read(text: str, into: list[Claim]) -> str:
    """Add the dates and times of a folded text; returns the text with them blanked out."""
    if _WEEKDAYS.search(text):
        into.append(Claim("date", 0, 0, gives=frozenset(("weekday", n) for n in range(5)), firm=False))
    for pattern, claim in (
        (_ISO, _iso), (_JAPANESE_DATE, _japanese), (_ENGLISH_DATE, _english), (_SLASHED, _slashed),
        (_JAPANESE_MONTH, _japanese), (_ENGLISH_MONTH, _english), (_ENGLISH_DAY, _weekday), (_JAPANESE_DAY, _weekday),
        (_SOON, _soon), (_TIME, _time),
    ):  # fmt: skip
        text = take(pattern, text, claim, into)
    return text


def _date(match: re.Match[str], found: list[tuple[int | None, int, int | None]]) -> Claim | None:
    """The readings of one date, any of which will do; who names the day names its month, who the year also none."""
    found = [(y, m, d) for y, m, d in found if 1 <= m <= 12 and (d is None or 1 <= d <= 31)]
    if not found:
        return None
    gives = {("date", y and year, m, d and day) for y, m, d in found for year in (y, None) for day in (d, None)}
    loose = {("count", Decimal(n)) for one in found for n in one if n}
    needs: Keys = frozenset(("date", *one) for one in found)
    return Claim("date", match.start(), match.end(), needs, frozenset({*gives, *loose}))


def _iso(match: re.Match[str]) -> Claim | None:
    return _date(match, [(int(match["y"]), int(match["m"]), int(match["d"]))])


def _japanese(match: re.Match[str]) -> Claim | None:
    told = match.groupdict()
    year = told["y"] and kanji(told["y"].replace("元", "1"))
    if year and told["era"]:
        year += {"令和": 2018, "平成": 1988}[told["era"]]
    return _days(match, year or None, kanji(told["m"]), [told.get("d"), told.get("more")])


def _english(match: re.Match[str]) -> Claim | None:
    told = match.groupdict()
    name = told["m"] or told["m2"]
    month = next(n for n, one in enumerate(_MONTHS, 1) if one.startswith(name[:3].casefold()))
    day = told.get("d") or told.get("d2")
    if not day and not (name[0].isupper() and (told["when"] or told["y"])):
        return None  # he may, they march
    return _days(match, int(told["y"]) if told["y"] else None, month, [day, told.get("more")])


def _days(match: re.Match[str], year: int | None, month: int, days: Sequence[str | None]) -> Claim | None:
    """A day, or a month without one. Where a range follows, its last day is said to be of this month, too."""
    claims = [_date(match, [(year, month, kanji(day))]) for day in days if day]
    first = claims[0] if claims else _date(match, [(year, month, None)])
    return first and replace(first, gives=frozenset(key for one in (first, *claims) if one for key in one.gives))


def _slashed(match: re.Match[str]) -> Claim | None:
    a, b, year = int(match["a"]), int(match["b"]), match["y"] and int(match["y"]) % 100 + 2000
    return _date(match, [(year or None, a, b), (year or None, b, a)]) if (a, b) != (24, 7) else None


def _weekday(match: re.Match[str]) -> Claim:
    name = next(group for group in match.groups() if group)
    day = "月火水木金土日".find(name) if not name.isascii() else _DAYS.index(name[:3].casefold())
    keys: Keys = frozenset({("weekday", day)})
    both: Keys = frozenset({("weekday", 5), ("weekday", 6)}) if match[0].startswith("土日") else keys
    return Claim("date", match.start(), match.end(), keys, both)


def _soon(match: re.Match[str]) -> Claim:
    keys: Keys = frozenset({("soon", match.lastgroup)})
    return Claim("date", match.start(), match.end(), keys, keys)


def _time(match: re.Match[str]) -> Claim | None:
    """Minutes since midnight; an hour up to twelve without "am" or "pm" may be either."""
    told = {name.rstrip("234"): value for name, value in match.groupdict().items() if value}
    if "noon" in told or "night" in told:
        minutes = {720 if "noon" in told else 0}
        hours = {12} if "noon" in told else {0, 24}
    else:
        hour = kanji(told["h"])
        minute = int(kanji(told["min"])) if "min" in told else 30 if told.get("half") == "半" else 0
        if hour > 24 or minute > 59:
            return None
        hours = _hours(hour, told.get("half", "").casefold(), told.get("ja", ""), told["h"].startswith("0"))
        minutes = {(60 * one + minute) % 1440 for one in hours}
        hours = {*hours, hour, hour % 12 or 12}
    needs: Keys = frozenset(("time", one) for one in minutes)
    return Claim(
        "time", match.start(), match.end(), needs, frozenset({*needs, *(("count", Decimal(one)) for one in hours)})
    )


def _hours(hour: int, half: str, ja: str, exact: bool) -> set[int]:
    if half == "p" or ja in ("午後", "夜", "夕方"):
        return {hour if hour >= 12 else hour + 12}
    if half == "a" or ja in ("午前", "朝"):
        return {hour % 12 if hour == 12 else hour}
    return {hour} if exact or hour > 12 or hour == 0 else {hour, (hour + 12) % 24}
