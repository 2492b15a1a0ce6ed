"""Around every route of the widget: errors become answers that the frame and people understand, nothing is cached."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.widget import origins
from console.widget.door import Door, RefusedError
from console.widget.files import FileError
from console.widget.identity import IdentityError
from console.widget.turn import FullError
from ingest.errors import KizunaError, SenderError

FILES = Path(__file__).parent / "static"
BODY = 32 * 1024  # bytes: 4,000 characters of any script, escaped
TOO_LARGE = "The request is too large. Shorten the message."

Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Door, Request], Awaitable[Response]]


def route(door: Door, path: str, handler: Handler, method: str = "GET") -> Route:
    """A route under /widget whose errors become a status, a code and a sentence."""

    async def guarded(request: Request) -> Response:
        try:
            if request.method == "POST":
                _from_own_page(request)
            return await handler(door, request)
        except RefusedError as error:
            headers = {"Retry-After": str(int(error.wait) + 1)} if error.wait else {}
            if error.status == 413:
                headers["Connection"] = "close"  # the rest of the body is not read
            return json({"error": str(error), "code": error.code}, error.status, headers)
        except FullError as error:
            return json({"error": str(error), "code": "full"}, 409)
        except IdentityError as error:
            return json({"error": str(error), "code": "identity"}, 403)
        except FileError as error:
            return json({"error": str(error), "code": f"file_{error.code}"}, 413 if error.code == "large" else 400)
        except SenderError as error:
            return json({"error": str(error), "code": "bad"}, 400)
        except KizunaError:
            return json({"error": "The chat is not available at the moment.", "code": "down"}, 503)

    return Route(f"/widget/{path}", guarded, methods=[method])


def json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer for programs, which nobody keeps."""
    kept = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return JSONResponse(data, status, headers=kept | (headers or {}))


async def form(request: Request, kind: type[Body]) -> Body:
    """The body as `kind`, read no further than the limit. Raises RefusedError."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > BODY:
        raise RefusedError(413, "long", TOO_LARGE)
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY:
            raise RefusedError(413, "long", TOO_LARGE)
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise RefusedError(415, "bad", "Send JSON (Content-Type: application/json).")
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, one["loc"])) or "body" for one in error.errors())
        raise RefusedError(400, "bad", f"The request is not right: {wrong}.") from None


def _from_own_page(request: Request) -> None:
    """Only the frame itself may post: another page's script would come with another origin."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    if origin is not None and not origins.allowed(origin, host=host, others=()):
        raise RefusedError(403, "origin", origins.refusal(origin))
