"""Something new is coming in: topics in a burst, how sure that is, who writes, and what a supervisor can do at once."""

from functools import partial

import streamlit as st

from console import emerging
from console.accounts import Account
from console.desk import Desk
from console.faq import curating, events
from console.pages import places, session, times, topics_done, topics_faq, topics_open
from console.pages.language import say
from console.pages.plain import html, label
from ingest.errors import KizunaError
from ingest.store import alerts, tickets, topics
from ingest.store import events as known_events
from ingest.store.alerts import Alert
from ingest.store.events import Event
from ingest.store.topics import Topic

EXAMPLES = 3
NO_PROBLEM = {  # how an alert is closed, and what the button says
    "ours": "A mailing or campaign of ours", "chance": "Many at once by chance", "settled": "It is solved already",
}  # fmt: skip
_YEAR = 365.25 * 24  # hours
_CERTAIN = 1000  # years


def show(desk: Desk, me: Account) -> None:
    """Draw the open alerts, newest first."""
    with desk.db.read() as db:
        found = alerts.page(db)
        whose = {one.id: topics.get(db, one.topic) for one in found}
        explained = known_events.of_topics(db, [one.topic for one in found])
        number = len(topics.page(db))
    for one in found:
        topic = whose[one.id]
        if topic:
            with st.container(key=f"topics_alert_{one.id}"):
                _alert(desk, me, one, topic, explained.get(topic.id), number)


def _alert(desk: Desk, me: Account, one: Alert, topic: Topic, event: Event | None, number: int) -> None:
    icon = "<span class='kz-icon' aria-hidden='true'>notification_important</span>"
    st.html(
        f"<p class='kz-burst'>{icon} <b>{html(say('Something new is coming in', me.lang))}: "
        f"{html(topic.name)}</b></p><p class='kz-burst-why'>{html(told(one, me.lang))} "
        f"<span>{html(chance(one, number, me.lang))}</span></p>"
    )
    _examples(desk, one, me.lang)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"topics_do_{one.id}"):
        if me.supervises:
            _buttons(desk, me, one, topic, event)
        elif event:
            _known(event, one.id, me.lang)


def told(one: Alert, lang: str) -> str:
    """How many came, and how many were to come: in a sentence."""
    expected = f"{one.expected:.1f}" if one.expected < 9.5 else f"{one.expected:,.0f}"
    expected = expected if one.expected >= 0.1 else "< 0.1"
    count = "{count} conversations in the last {hours} h, where {expected} were expected; since {since}."
    if one.new:
        count = "{count} conversations in the last {hours} h about something nobody asked before; since {since}."
    since = times.exact(one.since, st.context.timezone)
    return say(count, lang, count=f"{one.count:,}", hours=one.hours, expected=expected, since=since)


def chance(one: Alert, number: int, lang: str) -> str:
    """How often so many would come by chance alone in one of so many topics: what a false alarm is worth, in words."""
    looks = _YEAR * len(emerging.WINDOWS) * max(number, 1)
    years = 1 / max(one.probability * looks, 1e-12)
    if years >= _CERTAIN:
        return say("By chance this happens less than once in {n} years.", lang, n=f"{_CERTAIN:,}")
    if years >= 1.5:
        return say("By chance this happens about once in {n} years.", lang, n=f"{years:,.0f}")
    return say("By chance this happens about {n} times a year.", lang, n=f"{max(1 / years, 1):,.0f}")


def _examples(desk: Desk, one: Alert, lang: str) -> None:
    ids = one.examples[:EXAMPLES]
    with desk.db.read() as db:
        asked = {said.source: said.text for said in reversed(topics.of_sources(db, ids)) if said.text}
        subjects = {id: ticket.subject for id, ticket in tickets.many(db, ids).items()}
    with st.container(key=f"topics_examples_{one.id}", gap=None):
        for id in ids:
            title = subjects.get(id) or id
            if id in subjects and st.button(
                f"**{label(title, 60)}** :gray[{label(asked.get(id, ''), 140)}]", type="tertiary",
                icon=":material/mail:", key=f"topics_example_{one.id}_{id}",
                help=say("Open the conversation", lang),
            ):  # fmt: skip
                places.go("ticket", ticket=id)


def _buttons(desk: Desk, me: Account, one: Alert, topic: Topic, event: Event | None) -> None:
    lang = me.lang
    if st.button(
        say("Prepare an answer", lang), icon=":material/quiz:", type="primary", key=f"topics_answer_{one.id}",
        help=say("Makes a proposal for the FAQ out of these conversations. Nothing is published.", lang),
    ):  # fmt: skip
        prepare(desk, me, topic.id)
    if event:
        _known(event, one.id, lang)
    else:
        st.button(
            say("Draft a notice", lang), icon=":material/campaign:", key=f"topics_notice_{one.id}",
            on_click=topics_open.form, kwargs={"alert": one.id, "notice": True},
            help=say("Say first what happened; the notice is drafted from it. Nothing is sent.", lang),
        )  # fmt: skip
        st.button(
            say("It is known: add an event", lang), icon=":material/event_available:", key=f"topics_known_{one.id}",
            on_click=topics_open.form, kwargs={"alert": one.id},
        )  # fmt: skip
    with st.popover(say("Not a problem", lang), icon=":material/check:", type="tertiary", key=f"topics_no_{one.id}"):
        for how, title in NO_PROBLEM.items():
            st.button(
                say(title, lang), key=f"topics_close_{how}_{one.id}", width="stretch", on_click=_close,
                args=(desk, me, one, topic, how),
            )  # fmt: skip


def _known(event: Event, alert: str, lang: str) -> None:
    st.button(
        f"{say('Known', lang)}: {label(event.title, 60)}", icon=":material/event_available:",
        key=f"topics_event_of_{alert}", on_click=topics_open.event, args=(event.id,),
    )  # fmt: skip


def prepare(desk: Desk, me: Account, topic: str) -> None:
    """Propose an entry for a topic, and open it in the FAQ; why not is shown."""
    if session.over():
        return
    try:
        with st.spinner(say("Preparing an answer", me.lang)):
            made = events.answer(desk.db, topic, by=me, search=desk.search, verifier=desk.verifier)
    except KizunaError as error:
        st.error(label(str(error)), icon=":material/error:")
        return
    topics_faq.open_entry(desk, made)


def _close(desk: Desk, me: Account, one: Alert, topic: Topic, how: str) -> None:
    said = say("Closed: {name}", me.lang, name=topic.name)
    topics_done.do(partial(curating.close_alert, desk.db, one.id, by=me, how=how), said)
