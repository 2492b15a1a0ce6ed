"""How many visitors of the widget the FAQ keeps from needing a person, as far as the hold-out can tell."""

import streamlit as st

from console.faq.deflection import Deflection
from console.pages.language import say
from console.pages.plain import html


def show(found: Deflection, lang: str, *, whole: bool) -> None:
    """Draw it, of the `whole` FAQ or of one entry, in one line that opens to what it was counted from."""
    arms = (found.offered, found.held)
    counted = [
        say(text, lang, contacted=f"{arm.contacted:,}", shown=f"{arm.shown:,}")
        for text, arm in zip((_OFFERED, _HELD), arms, strict=True)
    ]
    lines = "".join(f"<li>{html(text)}</li>" for text in (*counted, say(_HOW, lang)))
    title = html(f"{say('The whole FAQ' if whole else 'This answer', lang)}: {_told(found, lang)}")
    st.html(f"<details class='kz-demand'><summary><b>{title}</b></summary><ul>{lines}</ul></details>")


def _told(found: Deflection, lang: str) -> str:
    """The figure of 100 visitors with its interval, or that there are too few."""
    saved = found.saved
    if not found.told:
        return say("too few visitors to say what it saves", lang)
    low, n, high = (_whole(value) for value in (saved.low, saved.value, saved.high))
    if n < 0:
        return say("{n} more of 100 visitors need a person (between {low} and {high})", lang,
                   n=-n, low=_signed(-high), high=_signed(-low))  # fmt: skip
    return say("{n} fewer of 100 visitors need a person (between {low} and {high})", lang,
               n=n, low=_signed(low), high=_signed(high))  # fmt: skip


def _whole(share: float) -> int:
    return round(100 * share)


def _signed(n: int) -> str:
    return f"−{-n}" if n < 0 else str(n)


_OFFERED = "{contacted} of {shown} visitors for whom an answer was at hand went on to a person"
_HELD = "{contacted} of {shown} did so among those who were answered without the FAQ, to compare"
_HOW = "Visitors of the widget in the last 180 days; a person asked for within 7 days counts. 95 % interval."
