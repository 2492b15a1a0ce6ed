"""The end of a chat: the visitor ends it, and says once how it went. The mark is the ticket's own, for risk as well."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import Connection, Row
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console import conversations, desk
from console.widget import forms, guard, wording
from console.widget.door import HEADER, Door, RefusedError
from console.widget.languages import Spoken
from console.widget.visitor import Visitor
from ingest.store import notes, surveys, tickets
from ingest.store.sites import Site
from ingest.store.surveys import Survey

CHANGED = timedelta(hours=1)  # after the first answer, in which it may be changed
ANSWER, COMMENT = 300, 1_000  # characters
_Answer = Annotated[str, StringConstraints(max_length=ANSWER)]


class Ended(Spoken):
    """The wish to end the chat."""


class Marked(Spoken):
    """How it went: `answers` are to the site's own questions, in their order."""

    csat: int = Field(ge=1, le=5)
    answers: list[_Answer] = Field(default_factory=list, max_length=forms.QUESTIONS)
    comment: str = Field("", max_length=COMMENT)


async def end(door: Door, request: Request) -> Response:
    """The visitor ends the own conversation, whoever has it; a message opens it again."""
    who, form = await door.writer(request), await guard.form(request, Ended)
    return guard.json({"status": await run_in_threadpool(_end, who, form.lang)})


async def asked(door: Door, request: Request) -> Response:
    """The survey of the own conversation: whether it may be answered now, the questions, and what was answered."""
    who, site = await door.reader(request), await door.site(request.headers.get(HEADER, ""))
    return guard.json(await run_in_threadpool(_asked, site, who, request.query_params.get("lang", "en")))


async def take(door: Door, request: Request) -> Response:
    """Keep how it went, or what it is changed to within an hour."""
    who, form = await door.writer(request), await guard.form(request, Marked)
    site = await door.site(request.headers.get(HEADER, ""))
    await run_in_threadpool(_keep, site, who, form)
    return guard.json({})


def _end(who: Visitor, lang: str) -> str:
    made = desk.current()
    with made.db.read() as db:
        row = tickets.of_visitor(db, who.id)
    if row is None:
        raise RefusedError(409, "none", "There is no conversation to end.")
    conversations.end(made.shelves, row.id, wording.of(row.lang).ended, by=who.id)
    return "resolved"


def _asked(site: Site, who: Visitor, lang: str) -> dict[str, Any]:
    asks = forms.read(site.forms)
    with desk.current().db.read() as db:
        row = tickets.of_visitor(db, who.id)
        given = surveys.get(db, row.id) if row else None
        may = asks.survey and row is not None and _may(db, row, given)
    told = {"open": may, "questions": asks.asked(lang), "csat": 0, "answers": [], "comment": ""}
    if may and given and not _over(given):
        told |= {"csat": given.csat, "answers": [one["answer"] for one in given.answers], "comment": given.comment}
    return told


def _may(db: Connection, row: Row[Any], given: Survey | None) -> bool:
    """Whether it has ended and was not marked, or not for long, or went on and ended once more since."""
    if row.status != "resolved":
        return False
    if given is None or not _over(given):
        return True
    said = tickets.turns_after(db, row.id, -1)
    return any(turn.direction == "incoming" and turn.at and turn.at > given.changed for turn in said)


def _over(given: Survey) -> bool:
    return datetime.now(UTC) - given.at > CHANGED


def _keep(site: Site, who: Visitor, form: Marked) -> None:
    made, asks, now = desk.current(), forms.read(site.forms), datetime.now(UTC)
    with made.db.write() as db:
        row = tickets.of_visitor(db, who.id)
        ticket, given = (tickets.get(db, row.id), surveys.get(db, row.id)) if row else (None, None)
        if row is None or ticket is None or not asks.survey or not _may(db, row, given):
            raise RefusedError(409, "closed", "This conversation cannot be marked now.")

        def bare(text: str) -> str:
            shown = forms.plain(text, lines=True)
            return conversations.masked(db, made.shelves, ticket, shown) if shown else ""

        said = zip(asks.asked(form.lang), form.answers, strict=False)
        answers = [{"question": question, "answer": bare(answer)} for question, answer in said]
        first = given.at if given and not _over(given) else now
        surveys.put(db, Survey(row.id, first, now, form.csat, form.lang, answers, bare(form.comment)))
        notes.write(db, by=who.id, action="marked", subject=row.id, csat=form.csat, was=given.csat if given else None)
