"""Times as other systems write them: the same moment from each, quickly, and a plain complaint for the rest."""

from datetime import UTC, datetime

import pytest

from ingest.readers import fields

MOMENT = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
WRITTEN = [
    *(
        "2026-03-01T09:05:00Z",
        "2026-03-01 09:05",
        "2026-03-01T18:05:00+09:00",
        "2026-03-01 09:05:00 UTC",
        "20260301T0905",
    ),
    *("2026/03/01 9:05", "2026/3/1 9:05:00", "2026/3/1 9:05 AM", "2026年3月1日 9時5分", "2026年03月01日 09:05"),
    *("２０２６／３／１ ９：０５", "03/01/2026 09:05", "3/1/26 9:05 am", "1.3.2026 09:05:00", "Mar 1, 2026 9:05 AM"),
    *("1 mar 2026 09:05", " 3/ 1/2026  09:05 ", "Sun, 01 Mar 2026 10:05:00 +0100", "1772355900", "1772355900000"),
]


@pytest.mark.parametrize("text", WRITTEN)
def test_one_moment_in_many_ways(text: str) -> None:
    assert fields.time(text) == MOMENT


def test_days_before_months_only_where_nothing_else_fits() -> None:
    assert fields.time("03/04/2026") == datetime(2026, 3, 4, tzinfo=UTC)
    assert fields.time("25/04/2026") == datetime(2026, 4, 25, tzinfo=UTC)
    assert fields.time("03/04/2026") == datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "31/31/2026", "2026-03-01T25:00", "9999-12-31T23:59:59-10:00"])
def test_what_is_no_time_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        fields.time(text)


def test_nothing_is_no_time() -> None:
    assert fields.time(None) is fields.time("") is None
