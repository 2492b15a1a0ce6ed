"""The parts of a reply that no source holds, between ⟦ and ⟧: seen by the agent, never by the customer."""

import re

from console import grounding
from console.pages.plain import html

_PART = re.compile(f"{grounding.OPEN}([^{grounding.OPEN}{grounding.CLOSE}]*){grounding.CLOSE}")
_SIGNS = re.compile(f"[{grounding.OPEN}{grounding.CLOSE}]")
_NUMBER = re.compile(r"\[(\d{1,2})\]")
_GAP = re.compile(r"[ \t\u3000]{2,}|[ \t]+(?=[.,;!?)。、])")


def shown(text: str) -> str:
    """A draft as safe HTML: citation numbers raised, what no source holds marked."""
    marked = _PART.sub(r"<mark class='kz-unsupported'>\1</mark>", html(text))
    return _NUMBER.sub(r"<sup>\1</sup>", marked)


def parts(text: str) -> list[str]:
    """What stands between the marks."""
    return [part.strip() for part in _PART.findall(text)]


def stand(text: str) -> bool:
    """Whether a mark is left."""
    return _SIGNS.search(text) is not None


def vouched(text: str) -> str:
    """The text without the marks: the agent knows that it is right."""
    return _SIGNS.sub("", text)


def struck(text: str) -> str:
    """The text without what stands between the marks."""
    return _GAP.sub(lambda gap: gap[0][:1] if len(gap[0]) > 1 else "", _SIGNS.sub("", _PART.sub("", text)))
