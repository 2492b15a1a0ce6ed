"""Why a customer may leave: each signal with how much it weighs, as a bar, and the customer's own words."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.pages import signs
from console.pages.language import say
from console.pages.plain import html


def bars(reasons: Sequence[Mapping[str, Any]], lang: str) -> str:
    """The signals as HTML, the weightiest first; one that speaks against leaving is marked as such."""
    weights = [float(one.get("points") or 0.0) for one in reasons]
    most = max(map(abs, weights), default=0.0) or 1.0
    rows = "".join(_row(one, weight, most, lang) for one, weight in zip(reasons, weights, strict=True))
    return f"<ul class='kz-why'>{rows}</ul>" if rows else ""


def _row(one: Mapping[str, Any], weight: float, most: float, lang: str) -> str:
    name, quote = html(signs.name(one, lang)), str(one.get("quote", ""))
    told = html(say("Weighs {points} points", lang, points=f"{weight:+.1f}"))
    wide = f"{max(100 * abs(weight) / most, 3):.0f}%"
    bar = f"<i style='width:{wide}' role='img' aria-label='{told}' title='{told}'></i>" if weight else ""
    said = f"<q>{html(quote)}</q>" if quote else ""
    return f"<li{' class=less' if weight < 0 else ''}><span>{name}</span><b>{bar}</b>{said}</li>"


def line(reasons: Sequence[Mapping[str, Any]], lang: str) -> str:
    """The reason in one line: the weightiest that has words of the customer, else the weightiest."""
    speaks = [one for one in reasons if float(one.get("points") or 0.0) >= 0]
    found = next((one for one in speaks if one.get("quote")), next(iter(speaks), None))
    return signs.reason(found, lang) if found else ""
