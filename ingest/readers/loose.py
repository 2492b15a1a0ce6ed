"""Values of foreign JSON, which may be anything: objects, texts and numbers where there are any, else nothing."""

import math
import re
from typing import Any

from ingest.readers import fields


def inside(value: object, *keys: str) -> dict[str, Any]:
    """The object under nested `keys`; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def many(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A text or number as text; nothing for `None`, its written form, and everything else."""
    said = fields.words(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return "" if said in {"None", "null", "N/A"} else said


def number(value: object) -> float | None:
    """A finite number from a number or its text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def seconds(value: object) -> float | None:
    """Seconds of `1.3`, `"1.3s"`, `PT1M2.5S`, `{"seconds": 1, "nanos": 300000000}` or `00:01:02,500`."""
    if isinstance(value, dict):
        whole, nanos = number(value.get("seconds")), number(value.get("nanos"))
        return (whole or 0.0) + (nanos or 0.0) / 1e9
    if isinstance(value, str):
        written = value.strip().upper()
        if match := re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", written):
            return sum((number(part) or 0.0) * unit for part, unit in zip(match.groups(), (3600, 60, 1), strict=True))
        if ":" in written:
            return clock(written)
        return number(written.removesuffix("S"))
    return number(value)


def clock(stamp: str) -> float | None:
    """Seconds of `01:02:03.5`, `02:03` or `02:03,5`."""
    if not re.fullmatch(r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,9})?", stamp):
        return None
    parts = [float(part) for part in stamp.replace(",", ".").split(":")]
    return sum(part * 60.0**power for power, part in enumerate(reversed(parts)))


def thousandth(value: object) -> float | None:
    """Seconds of milliseconds."""
    found = number(value)
    return None if found is None else found / 1000
