"""Office hours of a site: how people write them, when it is open, when it opens, also where clocks change."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from console.accounts import Account
from console.desk import Desk
from console.widget import hours, sites
from console.widget.hours import Hours
from ingest.errors import SenderError
from ingest.store import notes
from ingest.store import sites as shelf

NAOKO, EMMA = Account("naoko", "Naoko Hayashi", "supervisor"), Account("emma", "Emma Clarke", "agent")
WEEK = ["9:00-18:00", "9:00-18:00", "9:00-12:00, 13:00-18:00", "9:00-18:00", "9:00-18:00", "", ""]
TOKYO = hours.checked("Asia/Tokyo", WEEK, "2026-12-31 New Year's Eve\n2027/1/1")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "opens"),
    [
        ("Asia/Tokyo", "2026-11-30T00:00", "2026-11-30T00:00"),  # Monday 9:00 there: open
        ("Asia/Tokyo", "2026-11-29T23:59", "2026-11-30T00:00"),
        ("Asia/Tokyo", "2026-11-30T09:00", "2026-12-01T00:00"),  # 18:00 there is over
        ("Asia/Tokyo", "2026-12-02T03:30", "2026-12-02T04:00"),  # Wednesday's break
        ("Asia/Tokyo", "2026-12-04T10:00", "2026-12-07T00:00"),  # Friday evening
        ("Asia/Tokyo", "2026-12-30T10:00", "2027-01-04T00:00"),  # two closed days and a weekend
        ("Europe/Berlin", "2026-03-27T20:00", "2026-03-30T07:00"),  # the clocks go forward between
        ("Europe/Berlin", "2026-10-23T20:00", "2026-10-26T08:00"),  # and back
        ("America/New_York", "2026-11-29T12:00", "2026-11-30T14:00"),
    ],
)
def test_it_opens_in_the_sites_own_time(zone: str, now: str, opens: str) -> None:
    kept = hours.checked(zone, WEEK, "2026-12-31\n2027-01-01 New Year")
    assert kept.opens(_at(now)) == _at(opens)
    assert kept.open(_at(now)) == (now == opens)
    assert kept.open(_at(opens))


def test_without_hours_somebody_is_always_there() -> None:
    assert Hours().open(_at("2026-12-25T03:00"))
    assert Hours().told == {}
    assert Hours.of({}) == Hours()


def test_hours_come_back_as_they_were_kept_and_written() -> None:
    assert Hours.of(TOKYO.told) == TOKYO
    assert hours.written(TOKYO.week[2]) == "9:00-12:00, 13:00-18:00"
    assert TOKYO.closed == ((date(2026, 12, 31), "New Year's Eve"), (date(2027, 1, 1), ""))
    again = hours.checked(TOKYO.zone, [hours.written(one) for one in TOKYO.week], "2026-12-31 New Year's Eve\n2027-1-1")
    assert again == TOKYO


def test_a_site_that_never_opens_says_so() -> None:
    days = "\n".join(f"2026-{month}-{day}" for month in (11, 12) for day in range(1, 31))
    closed = hours.checked("UTC", ["", "", "", "", "", "", "0:00-24:00"], days)
    assert closed.open(_at("2027-01-03T23:59"))
    assert closed.opens(_at("2026-11-30T12:00")) == _at("2027-01-03T00:00")


@pytest.mark.parametrize(
    "text", ["9-17", "9:00", "25:00-26:00", "9:60-10:00", "9:00-24:30", "<b>", "9:00-17:00 x", "١:00-2:00x"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(SenderError, match="Hours are written like"):
        hours.checked("UTC", [text, *WEEK[1:]], "")


@pytest.mark.parametrize(
    ("zone", "first", "closed", "said"),
    [
        ("Mars/Olympus", "9:00-17:00", "", "no such time zone"), ("../../etc/passwd", "9:00-17:00", "", "no such time"),
        ("UTC", "17:00-9:00", "", "after they begin"), ("UTC", "9:00-9:00", "", "after they begin"),
        ("UTC", "9:00-12:00, 11:00-13:00", "", "overlap"),
        ("UTC", ",".join(f"{n}:00-{n}:30" for n in range(5)), "", "too many of them"),
        ("UTC", "9:00-17:00", "2026-02-30", "Closed days"), ("UTC", "9:00-17:00", "Christmas", "Closed days"),
        ("UTC", "9:00-17:00", "\n".join(f"{2027 + n // 28}-02-{n % 28 + 1:02}" for n in range(101)), "too many"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(zone: str, first: str, closed: str, said: str) -> None:
    with pytest.raises(SenderError, match=said):
        hours.checked(zone, [first, *WEEK[1:]], closed)


def test_a_week_without_hours_is_refused() -> None:
    with pytest.raises(SenderError, match="Nobody would ever be there"):
        hours.checked("UTC", [""] * 7, "")


def test_full_width_and_japanese_signs_are_read() -> None:
    assert (
        hours.checked("Asia/Tokyo", ["9：00～12：00、13：00〜18：00", *WEEK[1:]], "2027-01-01　元日").week[0]
        == TOKYO.week[2]
    )


def test_hours_of_a_site_are_journaled_and_undone(open_desk: Desk) -> None:
    site = sites.create(open_desk.db, "Mori", NAOKO).after
    change = sites.staff(open_desk.db, site.id, TOKYO, True, NAOKO)
    with open_desk.db.read() as db:
        assert shelf.hours(db, site.id) == TOKYO.told
        line = notes.about(db, site.id)[0]
        kept: Any = shelf.get(db, site.id)
    assert (line.action, sorted(line.detail["what"])) == ("changed hours of site", ["hours", "transcript"])
    assert kept.transcript
    sites.undo(open_desk.db, change, NAOKO)
    with open_desk.db.read() as db:
        assert shelf.hours(db, site.id) == {}
    with pytest.raises(SenderError, match="supervisor"):
        sites.staff(open_desk.db, site.id, TOKYO, False, EMMA)
