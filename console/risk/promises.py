"""What a company's side said it would do, and by when: whether that time had passed when the customer wrote again."""

import re
from datetime import datetime, timedelta

# Days until a promise falls due, by the words that tell it, English and Japanese; the first that fits counts.
_TOLD: tuple[tuple[float, str], ...] = (
    (
        1.0,
        r"\b(today|tonight|this (morning|afternoon|evening)|by (five|six|\d{1,2}) ?(pm)?|within (the|an) hour)\b",
    ),
    (1.0, r"本日中|今日中|夕方まで"),
    (2.0, r"\b(tomorrow|within (24|48) hours|by the morning)\b|明日|翌日|あす"),
    (5.0, r"\b(within|in) (a few|two|three|2|3) (working |business )?days\b|[二三2-3２-３]、?(営業)?日(以内|ほど|中)"),
    (8.0, r"\b(within|in) (four|five|4|5|\d-5) (working |business )?days\b|[四五4-5４-５](営業)?日(以内|ほど)"),
    (7.0, r"\b(by|on|before) (mon|tues|wednes|thurs|fri|satur|sun)day\b|\bthis week\b|今週中|週内"),
    (7.0, r"[月火水木金土日]曜(日)?(に|まで|の)"),
    (14.0, r"\b(next|within a|in a) week\b|来週|一週間|1週間"),
    (21.0, r"\b(on|by|for) the \d{1,2}(st|nd|rd|th)\b|\d{1,2}日(に|まで|の午)"),
    (31.0, r"\b(this month|by the end of (the|this) month|(in )?two weeks)\b|今月(中|末)|月末|二週間|2週間"),
)
_DUE = tuple((days, re.compile(words, re.IGNORECASE)) for days, words in _TOLD)
_MEANT = re.compile(
    r"\b(will|'ll|shall|promise[sd]?|guarantee|going to|you'?ll have|be with you|can be there|definitely)\b"
    r"|\bwithout fail\b|ます|いたします|予定|必ず|見込み",
    re.IGNORECASE,
)


def overdue(promised: str, at: datetime | None, again: datetime | None) -> bool:
    """Whether words of an agent promise something by a time that had passed when the customer wrote `again`.

    Only times that words tell by themselves are known ("tomorrow", "今週中"); days are counted generously.
    """
    if at is None or again is None or not _MEANT.search(promised):
        return False
    days = next((days for days, words in _DUE if words.search(promised)), None)
    return days is not None and again - at > timedelta(days=days)
