"""Hours in which nobody is to be disturbed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def until(now: datetime, hours: str, zone: str) -> datetime:
    """When something may be told that came up `now`: at once, or when the quiet hours end, in UTC.

    `hours` is like "22:00-07:00" in the time zone `zone`; none are meant by an empty text or by an end that is the
    beginning.
    """
    begin, _, end = hours.partition("-")
    if not end or begin == end:
        return now
    there = now.astimezone(ZoneInfo(zone))
    starts, ends = time.fromisoformat(begin), time.fromisoformat(end)
    clock = there.time().replace(tzinfo=None)
    inside = starts <= clock < ends if starts < ends else clock >= starts or clock < ends
    if not inside:
        return now
    day = there.date() + timedelta(days=clock >= ends)
    return datetime.combine(day, ends, ZoneInfo(zone)).astimezone(UTC)
