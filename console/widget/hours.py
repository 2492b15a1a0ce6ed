"""When people are there for a site's chat: hours of each weekday in its own time zone, and days that are closed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ingest.errors import SenderError

DAYS, SPANS, CLOSED, LABEL = 7, 4, 100, 60  # days of a week, spans of a day, closed days, characters of a label
AHEAD = 400  # days that are looked ahead for the next opening
_SPAN = re.compile(r"(\d{1,2})[:.：](\d{2})\s*[-–—~〜～]\s*(\d{1,2})[:.：](\d{2})")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[\s　]+(.*))?")
_END = 24 * 60  # minutes of a day

Span = tuple[int, int]  # minutes since midnight: from, and until just before


@dataclass(frozen=True)
class Hours:
    """`week` is spans for each day from Monday on; without a `zone` somebody is always there. `closed`: why."""

    zone: str = ""
    week: tuple[tuple[Span, ...], ...] = ()
    closed: tuple[tuple[date, str], ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Hours":
        """As a site keeps them; what `told` made."""
        if not told:
            return cls()
        week = tuple(tuple((int(start), int(end)) for start, end in spans) for spans in told["week"])
        return cls(told["zone"], week, tuple((date.fromisoformat(day), label) for day, label in told["closed"]))

    @property
    def told(self) -> dict[str, Any]:
        """As plain JSON; empty where somebody is always there."""
        if not self.zone:
            return {}
        week = [[list(span) for span in spans] for spans in self.week]
        return {"zone": self.zone, "week": week, "closed": [[day.isoformat(), label] for day, label in self.closed]}

    def open(self, now: datetime) -> bool:
        """Whether somebody is there at this moment."""
        if not self.zone:
            return True
        here = now.astimezone(ZoneInfo(self.zone))
        minute = here.hour * 60 + here.minute
        return any(start <= minute < end for start, end in self._on(here.date()))

    def opens(self, now: datetime) -> datetime | None:
        """When somebody is there next, in UTC: `now` where somebody is; None where nobody is within `AHEAD` days."""
        if self.open(now):
            return now
        here = ZoneInfo(self.zone)
        today = now.astimezone(here).date()
        moments = (
            datetime.combine(day, time(start // 60, start % 60), here).astimezone(UTC)
            for day in (today + timedelta(days=n) for n in range(AHEAD))
            for start, _ in self._on(day)
        )
        return next((one for one in moments if one > now), None)

    def _on(self, day: date) -> tuple[Span, ...]:
        return () if any(day == one for one, _ in self.closed) else self.week[day.weekday()]


def checked(zone: str, week: Sequence[str], closed: str) -> Hours:
    """Hours as a person writes them: a day like "9:00-12:00, 13:00-18:00" or nothing, closed days one a line.

    Raises SenderError saying what is not right.
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SenderError("There is no such time zone. Name it like Europe/London or Asia/Tokyo.") from None
    days = tuple(_spans(one) for one in week)
    if len(days) != DAYS or not any(days):
        raise SenderError("Nobody would ever be there. Write the hours of one day at least.")
    return Hours(zone, days, _closed(closed.splitlines()))


def written(spans: Iterable[Span]) -> str:
    """The spans of a day as a person writes them."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _spans(text: str) -> tuple[Span, ...]:
    parts = [part.strip() for part in re.split(r"[,;、，\n]", text) if part.strip()]
    found = sorted(map(_span, parts))
    if len(found) > SPANS or any(before[1] > after[0] for before, after in pairwise(found)):
        raise SenderError("The hours of a day overlap, or there are too many of them.")
    return tuple(found)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    minutes = [int(one) for one in found.groups()] if found else []
    if not minutes or max(minutes[1], minutes[3]) > 59 or minutes[2] * 60 + minutes[3] > _END:
        raise SenderError("Hours are written like 9:00-17:30, or 9:00-12:00, 13:00-18:00.")
    first, last = minutes[0] * 60 + minutes[1], minutes[2] * 60 + minutes[3]
    if first >= last:
        raise SenderError("Hours end after they begin. Past midnight, write 22:00-24:00 and the rest on the next day.")
    return first, last


def _closed(lines: Iterable[str]) -> tuple[tuple[date, str], ...]:
    found = dict(_day(line.strip()) for line in lines if line.strip())
    if len(found) > CLOSED:
        raise SenderError("There are too many closed days. Take out those that are over.")
    return tuple(sorted(found.items()))


def _day(line: str) -> tuple[date, str]:
    found = _DAY.fullmatch(line)
    try:
        day = date(*(int(found[n]) for n in (1, 2, 3))) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise SenderError("Closed days are written like 2027-01-01 New Year, one a line.")
    label = "".join(one for one in (found[4] or "") if one.isprintable())
    return day, " ".join(label.split())[:LABEL]


def zones() -> list[str]:
    """The time zones to choose from, by name."""
    inner = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return [*sorted(one for one in available_timezones() if "/" in one and not one.startswith(inner)), "UTC"]
