"""Visitors' files for the people at the desk: only as downloads, by a link that is theirs and soon over.

Nothing that a visitor sent is ever shown by a browser as a page of this desk.
"""

import hashlib
from urllib.parse import quote

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from console import desk
from console import door as entrance
from console.widget import visitor
from ingest import attachments
from ingest.errors import KizunaError
from ingest.store import uploads
from ingest.store.uploads import Upload

LASTS = 15 * 60  # seconds that a link is good for
_SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes() -> list[BaseRoute]:
    """The door of the files, which belongs to the console: strangers have no use for it."""
    return [Route("/file/{token}", _file, methods=["GET"])]


def link(id: str, session: str) -> str:
    """Where whoever has this session gets the file; for nobody else, and not for long."""
    return f"/file/{_signer().dumps([id, _hash(session)])}"


async def _file(request: Request) -> Response:
    try:
        found = await run_in_threadpool(_read, request)
    except KizunaError as error:
        return PlainTextResponse(str(error), 503, headers=_SAFE)
    if isinstance(found, str):
        return PlainTextResponse(found, 403, headers=_SAFE)
    upload, content = found
    plain = f"file.{upload.kind}"
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(upload.name, safe='')}"
    return Response(content, media_type="application/octet-stream", headers=_SAFE | {"Content-Disposition": told})


def _read(request: Request) -> tuple[Upload, bytes] | str:
    """The file that the link names, or why there is none."""
    made, session = desk.current(), request.cookies.get(entrance.COOKIE, "")
    if entrance.account_of(request.cookies) is None:
        return "Sign in first."
    try:
        id, whose = _signer().loads(request.path_params["token"], max_age=LASTS)
    except SignatureExpired:
        return "This link is over. Load the ticket again."
    except (BadSignature, ValueError, TypeError):
        return "This link is not right. Load the ticket again."
    if whose != _hash(session):
        return "This link is somebody else's. Open the ticket yourself."
    with made.db.read() as db:
        upload = uploads.get(db, id)
    content = attachments.read(made.home.path, upload.digest) if upload else None
    return (upload, content) if upload and content is not None else "This file is no longer here."


def _hash(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()[:32]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(visitor.secret(desk.current().home.path), salt="a visitor's file")
