"""Which web pages may embed the widget: this server's own, and those that a site or the settings name. No wildcard."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from ingest.errors import OperatorError, SenderError

LONGEST = 300  # characters
_ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")
_USUAL = {"http": ":80", "https": ":443"}  # ports that browsers leave out


def checked(told: str) -> str:
    """An origin as browsers write it; a name in another script becomes the one that the network uses.

    Raises SenderError for what is not an origin, so that nothing odd gets into a header.
    """
    found = told.strip().rstrip("/").lower()
    scheme, mark, place = found.partition("://")
    try:
        found = scheme + mark + (place if place.isascii() else place.encode("idna").decode())
    except UnicodeError:
        found = ""
    port = found.rpartition(":")[2]
    if len(found) > LONGEST or not _ORIGIN.fullmatch(found) or (port.isdecimal() and not 0 < int(port) < 65536):
        raise SenderError(f'{told.strip()[:LONGEST]!r} is not an origin. Write it like "https://shop.example".')
    return found.removesuffix(_USUAL[scheme])


def named(settings: Sequence[str]) -> tuple[str, ...]:
    """The origins of the setting `widget_origins` as browsers write them.

    Raises OperatorError for what is not an origin.
    """
    try:
        return tuple(checked(one) for one in settings)
    except SenderError as error:
        raise OperatorError(f"KIZUNA_WIDGET_ORIGINS: {error}") from None


def allowed(origin: str, *, host: str, others: Sequence[str]) -> bool:
    """Whether a page of `origin` may embed the widget of a server that is reached as `host` (name and port).

    The own origin is known by its host alone: behind a proxy the scheme that the server sees is not the page's.
    """
    origin = origin.lower()
    return bool(_ORIGIN.fullmatch(origin)) and (urlsplit(origin).netloc == host.lower() or origin in others)


def policy(others: Sequence[str]) -> str:
    """The Content-Security-Policy of the frame."""
    embedders = " ".join(["'self'", *others])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {embedders}"
    )


def refusal(origin: str, *, site: str = "") -> str:
    """What a page that may not embed the widget is told; `site` is the key it came with."""
    shown = origin[:100] or "(unknown)"
    if site:
        return f"The page {shown} may not show this chat. Whoever runs the desk can add it to the site's origins."
    return (
        f"The site {shown} may not show this chat. Whoever runs the desk can add it to KIZUNA_WIDGET_ORIGINS, or make "
        "a site for it and give its key as data-site."
    )
