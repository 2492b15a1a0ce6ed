"""The form before a chat: shown once, kept until the first message, then put to the conversation as facts for agents.

A name and an address are kept only with consent, whose wording and time stand in the journal.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console import conversations, desk
from console.widget import forms, guard, handoff
from console.widget.door import HEADER, Door, RefusedError
from console.widget.forms import Forms
from console.widget.languages import Spoken
from console.widget.visitor import Visitor
from ingest.store import leads, notes, tickets
from ingest.store.leads import Lead
from ingest.store.sites import Site

PLAIN = ("name", "email", "topic")  # kept as they are: with consent, or ours; the rest is masked as messages are


class Told(Spoken):
    """The form as the visitor filled it in, by kind of field; nothing at all where they passed it over."""

    told: dict[str, str] = Field(default_factory=dict, max_length=len(forms.KINDS))
    consent: bool = False


def shown(door: Door, site: Site, who: Visitor, lang: str) -> dict[str, Any]:
    """What the frame needs to know of the site's forms: the one before the chat only where it is still to be shown."""
    asks = forms.read(site.forms)
    fields = asks.fields if asks.fields and _due(who) else ()
    wanted = [one for one in fields if not (who.sub and one.kind in forms.PERSONAL)]  # the site vouches for those
    return told(door, replace(asks, fields=tuple(wanted)), lang, _company(site, lang))


def told(door: Door, asks: Forms, lang: str, company: str) -> dict[str, Any]:
    """These forms as the frame takes them."""
    before = {
        "consent": asks.agreed(lang, company) if any(one.kind in forms.PERSONAL for one in asks.fields) else "",
        "fields": [
            {"kind": one.kind, "label": one.label(lang), "required": one.required, "most": forms.LONGEST[one.kind],
             "choices": one.offered(lang)}
            for one in asks.fields
        ],
    }  # fmt: skip
    return {
        "uploads": asks.uploads, "survey": asks.survey, "starters": door.starters.of(asks, lang),
        "before": before if asks.fields else None,
    }  # fmt: skip


async def take(door: Door, request: Request) -> Response:
    """Keep what the visitor told until the first message. Refuses (400) what is required and lacks, or is not right."""
    who, form = await door.writer(request), await guard.form(request, Told)
    site = await door.site(request.headers.get(HEADER, ""))
    await run_in_threadpool(_keep, site, who, form)
    return guard.json({})


async def needed(site: Site, who: Visitor) -> None:
    """Raises RefusedError (409) where the site requires a form before the chat that this visitor has not filled in."""
    asked = [one for one in forms.read(site.forms).fields if not (who.sub and one.kind in forms.PERSONAL)]
    if any(one.required for one in asked) and await run_in_threadpool(_due, who):
        raise RefusedError(409, "before", "Fill in the form first.")


def tie(who: Visitor, ticket: str) -> None:
    """Put what the visitor told to the conversation that they began, once."""
    made = desk.current()
    with made.db.read() as db:
        lead = leads.of_visitor(db, who.id)
    if lead is None or lead.ticket:
        return
    with made.db.write() as db:
        begun = tickets.get(db, ticket)
        assert begun is not None
        told = {
            kind: one if kind in PLAIN else one | {"value": conversations.masked(db, made.shelves, begun, one["value"])}
            for kind, one in lead.told.items()
        }
        leads.put(db, replace(lead, told=told, ticket=ticket))
        if lead.told:
            notes.write(db, by=who.id, action="told before the chat", subject=ticket, fields=list(lead.told))
        if lead.consent:
            given = {"wording": lead.consent, "lang": lead.lang, "at": lead.at.isoformat()}
            notes.write(db, by=who.id, action="gave consent", subject=ticket, **given)
        row = tickets.row(db, ticket)
    if "email" in lead.told and row is not None:
        handoff.know(made, row, lead.told["email"]["value"])


def _company(site: Site, lang: str) -> str:
    return site.texts.get(lang, {}).get("title") or desk.current().settings.company


def _due(who: Visitor) -> bool:
    """Whether the visitor has neither told anything nor begun a conversation."""
    with desk.current().db.read() as db:
        return tickets.of_visitor(db, who.id) is None and leads.of_visitor(db, who.id) is None


def _keep(site: Site, who: Visitor, form: Told) -> None:
    asks, made = forms.read(site.forms), desk.current()
    if not asks.fields or not _due(who):
        return
    told = _checked(asks, who, form)
    agreed = form.consent and set(told) & set(forms.PERSONAL)
    consent = asks.agreed(form.lang, _company(site, form.lang)) if agreed else ""
    with made.db.write() as db:
        leads.put(db, Lead(who.id, site.id, form.lang, datetime.now(UTC), told, consent))


def _checked(asks: Forms, who: Visitor, form: Told) -> dict[str, dict[str, str]]:
    """What is kept of the form, by kind: without name and address where there is no consent."""
    found: dict[str, dict[str, str]] = {}
    for one in asks.fields:
        if who.sub and one.kind in forms.PERSONAL:
            continue
        value = forms.plain(form.told.get(one.kind, ""), lines=one.kind == "text")
        if one.kind in forms.PERSONAL and value and not form.consent:
            if one.required:
                raise RefusedError(400, "consent", "We may keep your name and address only if you agree.")
            continue
        if one.required and not value:
            raise RefusedError(400, "lacks", f"Fill in: {one.label(form.lang)}")
        if len(value) > forms.LONGEST[one.kind]:
            raise RefusedError(400, "lacks", f"This is too long: {one.label(form.lang)}")
        if one.kind == "email" and value and not handoff.is_address(value):
            raise RefusedError(400, "email", "This does not look like an e-mail address. Check it.")
        if one.kind == "topic" and value and value not in one.offered(form.lang):
            raise RefusedError(400, "lacks", f"Choose one: {one.label(form.lang)}")
        if value:
            found[one.kind] = {"label": one.label(form.lang), "value": value}
    return found
