"""The conversation by e-mail, for a visitor who asks for it: only to the address that they give now, once an hour."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console import desk, postbox
from console.desk import Desk
from console.widget import guard, handoff, view
from console.widget.door import HEADER, Door, RefusedError
from console.widget.languages import Spoken
from console.widget.view import Turn
from console.widget.visitor import Visitor
from ingest.errors import SenderError
from ingest.store import mails, tickets
from ingest.store.sites import Site

PAUSE = timedelta(hours=1)  # between two of a conversation
PER_ADDRESS = 3  # to one address in a day, of all conversations: nobody is to be flooded through us
_LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.)\S+", re.IGNORECASE)
_NAMES = {
    "en": {"you": "You", "assistant": "Automatic assistant", "agent": "Team"},
    "ja": {"you": "お客様", "assistant": "自動アシスタント", "agent": "担当者"},
}


class Wanted(Spoken):
    """To whom the conversation is to go."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]


def offered(site: Site) -> bool:
    """Whether visitors of the site may have their conversation by e-mail."""
    return site.transcript and postbox.open_for(desk.current().settings)


def send(opened: Desk, who: Visitor, email: str, lang: str, now: datetime | None = None) -> None:
    """Put the visitor's own conversation on its way to an address.

    Raises SenderError for an address that is none, where nothing was said, and where one has gone out lately.
    """
    now = now or datetime.now(UTC)
    if not handoff.is_address(email):
        raise SenderError("This does not look like an e-mail address. Check it.")
    address = email.casefold()
    with opened.db.read() as db:
        row = tickets.of_visitor(db, who.id)
        turns = view.of(db, who.id).turns if row else []
        if row is None or not turns:
            raise SenderError("Nothing has been said yet.")
        _allow(
            mails.lately(db, "transcript", now - PAUSE, ticket=row.id),
            mails.lately(db, "transcript", now - timedelta(days=1), address=address),
        )
    postbox.put(opened.shelves, opened.settings, row, address, written(turns, lang), now)


def written(turns: list[Turn], lang: str) -> str:
    """The conversation as plain text, without links that the visitor wrote: a mail of ours is not to carry them."""
    names = _NAMES.get(lang, _NAMES["en"])
    told = []
    for turn in turns:
        if turn.who in names:
            text = _LINK.sub("[…]", turn.text) if turn.who == "you" else turn.text
            at = f"{turn.at[:10]} {turn.at[11:16]} UTC" if turn.at else ""
            sources = "".join(f"\n[{one['n']}] {one['title']}" for one in turn.sources)
            told.append(f"{turn.name or names[turn.who]} ({at})\n{text.strip()}{sources}")
    return "\n\n".join(told)


def _allow(of_conversation: int, to_address: int) -> None:
    if of_conversation or to_address >= PER_ADDRESS:
        raise SenderError("This conversation was sent just now. Ask for it again in an hour.")


async def route(door: Door, request: Request) -> Response:
    """Send the conversation to the address in the request, where the site lets it."""
    who, form = await door.writer(request), await guard.form(request, Wanted)
    if not offered(await door.site(request.headers.get(HEADER, ""))):
        raise RefusedError(403, "transcript", "This site sends no conversations by e-mail.")
    if not handoff.is_address(form.email):
        raise RefusedError(400, "email", "This does not look like an e-mail address. Check it.")
    await run_in_threadpool(send, desk.current(), who, form.email, form.lang)
    return guard.json({})
