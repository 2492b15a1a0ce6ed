"""Which web pages may embed the widget: this server's own, and those that the settings name. No other, no wildcard."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from ingest.errors import OperatorError

_ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")


def named(settings: Sequence[str]) -> tuple[str, ...]:
    """The origins of the setting `widget_origins` as browsers write them.

    Raises OperatorError for what is not an origin, so that nothing odd gets into a header.
    """
    found = tuple(one.strip().rstrip("/").lower() for one in settings)
    for one in found:
        if not _ORIGIN.fullmatch(one):
            raise OperatorError(
                f'KIZUNA_WIDGET_ORIGINS: {one!r} is not an origin. Write it like "https://shop.example".'
            )
    return found


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


def refusal(origin: str) -> str:
    """What a page that may not embed the widget is told."""
    return (
        f"The site {origin[:100] or '(unknown)'} may not show this chat. Whoever runs the desk can add it to "
        "KIZUNA_WIDGET_ORIGINS."
    )
