"""The colours of a site's chat: from one accent to a set in which every text can be read, in light and in dark."""

import re
from dataclasses import dataclass

from ingest.errors import SenderError

LEAST = 4.5  # contrast of text to its ground: WCAG 2.2, 1.4.3, level AA
LIGHT, DARK = "#1e5b7b", "#7fc1de"  # the accents of a site that chooses none
_STEPS = 50
_PAPERS = {False: ("#ffffff", "#f4f6f8"), True: ("#182028", "#10161c")}  # what frame.css and dark.css lay under texts
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Theme:
    """Colours as `#rrggbb`: the accent as a ground and the text on it, the accent as text, and a tint under texts."""

    accent: str
    on: str
    ink: str
    tint: str


def checked(colour: str) -> str:
    """The colour as we keep it. Raises SenderError for anything but `#rrggbb` (or `#rgb`)."""
    found = colour.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", found):
        found = "#" + "".join(2 * one for one in found[1:])
    if not _HEX.fullmatch(found):
        raise SenderError("A colour is written like #1e5b7b. Choose another.")
    return found


def theme(accent: str, *, dark: bool) -> Theme:
    """The set that belongs to an accent.

    The text on it is white where that can be read, else black, one of which always can; the accent as text is darkened
    (in the dark, lightened) until it can be read on each ground.
    """
    papers, end = _PAPERS[dark], "#ffffff" if dark else "#000000"
    on = "#ffffff" if contrast(accent, "#ffffff") >= LEAST else "#000000"
    tint = mixed(papers[0], accent, 0.12)
    inks = (mixed(accent, end, step / _STEPS) for step in range(_STEPS + 1))
    ink = next(one for one in inks if all(contrast(one, ground) >= LEAST for ground in (*papers, tint)))
    return Theme(accent, on, ink, tint)


def contrast(one: str, other: str) -> float:
    """How well one colour stands out on another, 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two: 0 is the first, 1 the other."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _shares(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _shares(colour: str) -> list[float]:
    return [part / 255 for part in _parts(colour)]
