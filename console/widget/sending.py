"""An answer on its way to a browser, as server-sent events, numbered so that a browser can go on where it was."""

import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.widget.door import Door
from console.widget.streams import Stream, Told
from console.widget.turn import Taken

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


async def resumed(door: Door, request: Request) -> Response:
    """The visitor's answer under way, from where `Last-Event-ID` or `after` says; `idle` where there is none."""
    who = await door.reader(request)
    stream = door.streams.of(who.id)
    if stream is None:
        return _response(_just(Told("idle", {})))
    return _response(_events(stream, mark(request)))


def answered(stream: Stream | None, taken: Taken, after: str = "") -> Response:
    """What follows a message: that it is `taken`, then its answer; `busy` where too many wait already."""
    first = Told("taken", {"seq": taken.seq, "text": taken.text, "status": taken.status})
    if stream is None:
        return _response(_just(first, Told("busy", {})))
    return _response(_events(stream, after, first))


def mark(request: Request) -> str:
    """The last event that the browser knows."""
    return (request.headers.get("last-event-id") or request.query_params.get("after", ""))[:40]


def _response(events: AsyncIterator[str]) -> Response:
    return StreamingResponse(events, headers=_HEADERS, media_type="text/event-stream")


async def _just(*told: Told) -> AsyncIterator[str]:
    for one in told:
        yield _written(one)


async def _events(stream: Stream, after: str, *first: Told) -> AsyncIterator[str]:
    for one in first:
        yield _written(one)
    async for told in stream.listen(stream.after(after)):
        yield ": \n\n" if told is None else _written(told, stream.id)


def _written(told: Told, id: str = "") -> str:
    known = "" if told.number is None else f"id: {id}.{told.number}\n"
    return f"{known}event: {told.name}\ndata: {json.dumps(told.data, ensure_ascii=False)}\n\n"
