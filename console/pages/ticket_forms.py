"""What a visitor told in the site's forms: before the chat, and how it went after it. Nobody has checked any of it."""

import streamlit as st

from console.desk import Desk
from console.dossier import Opened
from console.pages import times
from console.pages.language import say
from console.pages.plain import html
from ingest.store import leads, surveys
from ingest.store.leads import Lead
from ingest.store.surveys import Survey


def show(desk: Desk, opened: Opened, lang: str) -> None:
    """Draw both, where they are there."""
    with desk.db.read() as db:
        lead, survey = leads.of_ticket(db, opened.id), surveys.get(db, opened.id)
    if lead and lead.told:
        _before(lead, lang)
    if survey:
        _after(survey, lang)


def _before(lead: Lead, lang: str) -> None:
    st.html(f"<h3 class='kz-heading'>{html(say('Told before the chat', lang))}</h3>")
    _table([(one["label"], one["value"]) for one in lead.told.values()])
    told = say("Nobody has checked this.", lang)
    if lead.consent:
        told = say("Kept with consent of {when}.", lang, when=times.exact(lead.at, st.context.timezone)) + " " + told
    st.html(f"<p class='kz-quiet' title='{html(lead.consent)}'>{html(told)}</p>")


def _after(survey: Survey, lang: str) -> None:
    st.html(f"<h3 class='kz-heading'>{html(say('How the chat went', lang))}</h3>")
    mark = say("Rated {csat} of 5", lang, csat=survey.csat)
    stars = "★" * survey.csat + "☆" * (5 - survey.csat)
    at = times.exact(survey.changed, st.context.timezone)
    st.html(f"<p class='kz-mark'><span aria-hidden='true'>{stars}</span> {html(mark)} <small>{html(at)}</small></p>")
    told = [(one["question"], one["answer"]) for one in survey.answers if one["answer"]]
    _table([*told, *([(say("Comment", lang), survey.comment)] if survey.comment else [])])


def _table(told: list[tuple[str, str]]) -> None:
    cells = "".join(f"<dt>{html(name)}</dt><dd>{html(value)}</dd>" for name, value in told)
    if cells:
        st.html(f"<dl class='kz-facts'>{cells}</dl>")
