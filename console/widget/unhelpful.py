"""“That did not help”, beside an answer: it counts as missed and against the FAQ entries that it quotes, once."""

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console import desk
from console.widget import guard, view
from console.widget.door import Door, RefusedError
from console.widget.languages import Spoken
from console.widget.visitor import Visitor
from ingest.store import faqs, moods, notes, readings, tickets


class Missed(Spoken):
    """The place of the answer that did not help."""

    seq: int = Field(ge=0, le=10_000_000)


async def take(door: Door, request: Request) -> Response:
    """Note it; what the visitor says next is answered more carefully (console.widget.misses)."""
    who, form = await door.writer(request), await guard.form(request, Missed)
    await run_in_threadpool(_note, who, form.seq, form.lang)
    return guard.json({})


def _note(who: Visitor, seq: int, lang: str) -> None:
    with desk.current().db.write() as db:
        row = tickets.of_visitor(db, who.id)
        said = view.said(db, row.id, seq) if row else None
        if row is None or said is None:
            raise RefusedError(404, "gone", "There is no such answer.")
        if any(line.action == "did not help" and line.detail["seq"] == seq for line in notes.about(db, row.id, 2_000)):
            return
        moods.miss(db, row.id, seq)
        quoted = [faqs.of_article(one["id"]) for one in said.sources if one["kind"] == "faq"]
        published = faqs.approved(db)
        entries = [one for one in dict.fromkeys(quoted) if one in published]
        for one in entries:
            readings.count(db, one, lang if lang in ("en", "ja") else "en", "unhelpful")
        notes.write(db, by=who.id, action="did not help", subject=row.id, seq=seq, entries=entries)
