"""Files that visitors attach: let in within bounds, checked, kept, and put to the message that they are sent with."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anyio import fail_after, to_thread
from pydantic import Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console import conversations, desk
from console.widget import files, forms, guard
from console.widget.door import HEADER, Door, RefusedError, address
from console.widget.files import FileError
from console.widget.languages import Spoken
from console.widget.turn import Taken
from console.widget.visitor import Visitor
from ingest import attachments
from ingest.store import tickets, uploads
from ingest.store.uploads import Upload

A_MESSAGE, A_CONVERSATION = 3, 20  # files at most
DAY = timedelta(days=1)
OF_VISITOR, OF_ALL = 30_000_000, 2_000_000_000  # bytes a day
SECONDS = 120  # for a file to come in
FROM_ONE, FROM_EVERYBODY = 8, 48  # files that come in at the same time, by address and in all


class Dropped(Spoken):
    """A file that is not sent after all."""

    id: str = Field(max_length=40)


async def take(door: Door, request: Request) -> Response:
    """Let a file in: the body is its content, `name` in the query what it is called. Answers its id, name and kind."""
    who = await door.writer(request)
    site = await door.site(request.headers.get(HEADER, ""))
    if not forms.read(site.forms).uploads:
        raise RefusedError(403, "files", "Files cannot be attached here.")
    if request.headers.get("content-type", "").partition(";")[0] != "application/octet-stream":
        raise RefusedError(415, "bad", "Send the file itself (Content-Type: application/octet-stream).")
    await run_in_threadpool(_look_for_room, who)
    with _at_once(door, address(request)):
        path = await run_in_threadpool(attachments.part, desk.current().home.path)
        try:
            await _receive(request, path)
            name = request.query_params.get("name", "")
            made = await to_thread.run_sync(_keep, who, path, name, limiter=door.checking)
        finally:
            path.unlink(missing_ok=True)
    return guard.json({"id": made.id, "name": made.name, "kind": made.kind, "size": made.size})


async def drop(door: Door, request: Request) -> Response:
    """Forget a file that was not sent; what is in it goes with the next sweep."""
    who, form = await door.writer(request), await guard.form(request, Dropped)
    await run_in_threadpool(_drop, who, form.id)
    return guard.json({})


@contextmanager
def _at_once(door: Door, where: str) -> Iterator[None]:
    """Only so many files come in at the same time, whoever sends them how slowly; raises RefusedError (429)."""
    if door.coming[where] >= FROM_ONE or door.coming.total() >= FROM_EVERYBODY:
        raise RefusedError(429, "rate", "Too many files are coming in. Try again in some seconds.", 5.0)
    door.coming[where] += 1
    try:
        yield
    finally:
        door.coming[where] -= 1
        if not door.coming[where]:
            del door.coming[where]


async def _receive(request: Request, path: Path) -> None:
    """Write the body to `path`, no further than the limit and not for ever."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > files.MOST:
        raise FileError("large")
    size = 0
    try:
        with fail_after(SECONDS), path.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > files.MOST:
                    raise FileError("large")
                file.write(chunk)
    except TimeoutError:
        raise RefusedError(408, "slow", "The file took too long. Try again on a faster connection.") from None


def _look_for_room(who: Visitor) -> None:
    with desk.current().db.read() as db:
        _fits(db, who, 0)


def _fits(db: Connection, who: Visitor, size: int) -> str:
    """The visitor's conversation, where another file of this size may come; raises FileError."""
    row, since = tickets.of_visitor(db, who.id), datetime.now(UTC) - DAY
    if row is None:
        raise FileError("early")
    if uploads.count(db, row.id) >= A_CONVERSATION:
        raise FileError("many")
    if uploads.weight(db, since, who.id) + size > OF_VISITOR or uploads.weight(db, since) + size > OF_ALL:
        raise FileError("day")
    return str(row.id)


def _keep(who: Visitor, path: Path, name: str) -> Upload:
    found, made = files.checked(path), desk.current()
    with made.db.write() as db:
        id = _fits(db, who, len(found.content))
        ticket = tickets.get(db, id)
        assert ticket is not None
        # Without its ending, which is ours: a name may hold a person's.
        stem = files.named(name, found.kind).removesuffix(f".{found.kind}")
        called = f"{conversations.masked(db, made.shelves, ticket, stem)}.{found.kind}"
        digest = attachments.keep(made.home.path, found.content)
        upload = Upload(
            secrets.token_urlsafe(18), id, who.id, called, found.kind, len(found.content), digest, datetime.now(UTC)
        )
        uploads.put(db, upload)
    return upload


def _drop(who: Visitor, id: str) -> None:
    with desk.current().db.write() as db:
        uploads.drop(db, id, who.id)


def look(who: Visitor, ids: Sequence[str]) -> None:
    """Whether these can be sent with a message; raises FileError for what is gone or somebody else's."""
    if not ids:
        return
    with desk.current().db.read() as db:
        row, found = tickets.of_visitor(db, who.id), uploads.many(db, ids)
    mine = [one for one in found if row is not None and (one.visitor, one.ticket) == (who.id, row.id)]
    if len(mine) < len(set(ids)):
        raise FileError("gone")


def attach(who: Visitor, taken: Taken, ids: Sequence[str]) -> None:
    """Put these to a message. Doing it twice changes nothing."""
    if not ids:
        return
    with desk.current().db.write() as db:
        mine = [one for one in uploads.many(db, ids) if (one.visitor, one.ticket) == (who.id, taken.ticket)]
        uploads.attach(db, taken.ticket, taken.seq, [one.id for one in mine if one.seq is None])
