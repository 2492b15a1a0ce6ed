"""JSON posted to an address, signed so that the receiver can tell who wrote it and when."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from ingest.errors import OperatorError, TemporaryError

SIGNATURE, DELIVERY = "Kizuna-Signature", "Kizuna-Delivery"
WITHIN = 5.0  # seconds


def signature(secret: str, at: int, body: bytes) -> str:
    """The header's value: the time in seconds and HMAC-SHA256 of "TIME.BODY", like `t=1700000000,v1=9f86…`."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def post(url: str, told: Mapping[str, Any], *, id: str, at: int, secret: str = "") -> None:
    """Post `told`; `id` is the same when it is tried again. Redirects are not followed.

    Raises OperatorError for an address that is none, TemporaryError unless the receiver says 2xx in time.
    """
    import httpx

    body = json.dumps(told, ensure_ascii=False).encode()
    head = {"Content-Type": "application/json", "User-Agent": "Kizuna", DELIVERY: id}
    if secret:
        head[SIGNATURE] = signature(secret, at, body)
    try:
        answer = httpx.post(url, content=body, headers=head, timeout=WITHIN, follow_redirects=False)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
        raise OperatorError("KIZUNA_ALERTS_WEBHOOK holds an address that is none.") from None
    except httpx.HTTPError as error:
        raise TemporaryError(f"The webhook does not answer ({type(error).__name__}).") from None
    if not answer.is_success:
        raise TemporaryError(f"The webhook answered {answer.status_code}, not 2xx.")


def answers(url: str) -> None:
    """Look whether somebody listens there, without telling anything. Raises as `post` does."""
    import httpx

    try:
        httpx.head(url, timeout=WITHIN, follow_redirects=False)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
        raise OperatorError("KIZUNA_ALERTS_WEBHOOK holds an address that is none.") from None
    except httpx.HTTPError as error:
        raise TemporaryError(f"The webhook does not answer ({type(error).__name__}).") from None
