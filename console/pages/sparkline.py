"""How a conversation goes, as a small line: higher is more dissatisfied. An image that reads itself out."""

import base64
from collections.abc import Sequence

from console.pages.language import say
from console.pages.plain import html

SHOWN = 24  # the newest turns
_WIDE, _HIGH, _EDGE = 76.0, 22.0, 3.0
_LINE, _GRID = "#d9762b", "#8888"  # as --kz-orange: seen on light and on dark


def draw(levels: Sequence[float], lang: str) -> str:
    """The line as HTML, for levels from 0 to 1; nothing for none."""
    if not levels:
        return ""
    return f"<img class='kz-spark' src='{address(levels)}' alt='{html(told(levels, lang))}'>"


def address(levels: Sequence[float]) -> str:
    """The line as an image that stands in its own address."""
    return "data:image/svg+xml;base64," + base64.b64encode(_svg(levels[-SHOWN:]).encode()).decode()


def told(levels: Sequence[float], lang: str) -> str:
    """The same in words."""
    shown = ", ".join(f"{100 * level:.0f} %" for level in levels[-SHOWN:])
    return say("Dissatisfied after each message: {levels}", lang, levels=shown)


def _svg(levels: Sequence[float]) -> str:
    step = (_WIDE - 2 * _EDGE) / max(len(levels) - 1, 1)
    places = [
        (_EDGE + n * step, _HIGH - _EDGE - min(max(y, 0.0), 1.0) * (_HIGH - 2 * _EDGE)) for n, y in enumerate(levels)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    size = f'viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" width="{_WIDE:.0f}" height="{_HIGH:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<path d="M0 {_HIGH / 2}H{_WIDE}" stroke="{_GRID}" stroke-width="1" stroke-dasharray="2 3"/>'
        f'<polyline points="{line}" fill="none" stroke="{_LINE}" stroke-width="1.6" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{_LINE}"/></svg>'
    )
