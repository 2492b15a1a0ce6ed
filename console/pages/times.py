"""Times as people say them, and exactly."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_STEPS = ((60, "s"), (60, "min"), (24, "h"), (7, "d"), (52, "w"), (10_000, "y"))
_WORDS = {
    "en": {"s": "now", "min": "{n} min", "h": "{n} h", "d": "{n} d", "w": "{n} wk", "y": "{n} yr"},
    "ja": {"s": "今", "min": "{n}分", "h": "{n}時間", "d": "{n}日", "w": "{n}週間", "y": "{n}年"},
}


def span(at: datetime | None, lang: str, now: datetime | None = None) -> str:
    """How long ago: "5 min", "3 h", "2 d"; empty for no time."""
    if at is None:
        return ""
    amount = max(((now or datetime.now(UTC)) - at).total_seconds(), 0.0)
    words = _WORDS["ja" if lang == "ja" else "en"]
    for size, unit in _STEPS:
        if amount < size:
            return words[unit].format(n=int(amount))
        amount /= size
    return words["y"].format(n=int(amount))


def ago(at: datetime | None, lang: str, now: datetime | None = None) -> str:
    """The same as a moment: "5 min ago", "just now"; empty for no time."""
    passed, ja = span(at, lang, now), lang == "ja"
    if not passed or passed == _WORDS["ja" if ja else "en"]["s"]:
        return passed and ("たった今" if ja else "just now")
    return f"{passed}前" if ja else f"{passed} ago"


def exact(at: datetime | None, zone: str | None = None) -> str:
    """The moment to the minute, e.g. "2026-11-20 17:41 Europe/London"; UTC where the reader's zone is unknown."""
    if at is None:
        return ""
    try:
        there = at.astimezone(ZoneInfo(zone) if zone else UTC)
    except (ZoneInfoNotFoundError, ValueError):
        there, zone = at.astimezone(UTC), None
    return f"{there:%Y-%m-%d %H:%M} {zone or 'UTC'}"


def day(at: datetime | None) -> str:
    """The date, e.g. "2025-03-19"."""
    return f"{at:%Y-%m-%d}" if at else ""
