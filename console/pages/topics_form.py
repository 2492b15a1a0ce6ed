"""The form for a known event: what happens, to what, from when, in the company's own words."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import curating, events
from console.faq.events import LONGEST
from console.pages import session, topics_event, topics_open
from console.pages.language import say
from console.pages.plain import label
from console.pages.topics_events import KINDS
from console.pages.topics_open import Opened
from ingest.errors import KizunaError
from ingest.store import alerts, tickets, topics
from ingest.store import events as shelf
from ingest.store.alerts import Alert
from ingest.store.events import Event


@dataclass(frozen=True)
class _Asked:
    """What the form begins with, and which burst it explains."""

    event: Event
    alert: Alert | None
    products: list[str]


def show(desk: Desk, me: Account, opened: Opened) -> None:
    """Draw it; what is kept leads to the event."""
    if not me.supervises:
        st.info(say("Only a supervisor announces events and prepares answers.", me.lang))
        return
    asked, lang = _asked(desk, me, opened), me.lang
    st.markdown(f"#### {say('Change the event' if opened.id else 'Add an event', lang)}")
    if asked.alert:
        st.caption(say("It explains the burst; whoever asked about it counts as touched.", lang))
    with st.form(f"topics_form_{opened.id}_{opened.alert}", border=False):
        words = _fields(asked, lang)
        with st.container(horizontal=True, vertical_alignment="center"):
            title = say("Keep" if opened.id else "Announce and prepare answers", lang)
            kept = st.form_submit_button(title, type="primary", icon=":material/check:", key="topics_keep_event")
            if st.form_submit_button(say("Cancel", lang), type="tertiary", key="topics_cancel"):
                topics_open.close()
                st.rerun()
    if kept and not session.over():
        _keep(desk, me, words, opened)


def _asked(desk: Desk, me: Account, opened: Opened) -> _Asked:
    with desk.db.read() as db:
        kept = shelf.get(db, opened.id) if opened.id else None
        alert = alerts.get(db, opened.alert) if opened.alert else None
        topic = topics.get(db, alert.topic) if alert else None
        about = [one.product for one in tickets.many(db, alert.examples).values() if one.product] if alert else []
        products = shelf.products(db)
    new = Event(
        "", "outage" if alert else "price", topic.name if topic else "", "", me.lang, datetime.now(UTC),
        topic=topic.id if topic else "", product=Counter(about).most_common(1)[0][0] if about else "",
    )  # fmt: skip
    return _Asked(kept or new, alert, products)


def _fields(asked: _Asked, lang: str) -> Event:
    one, zone, key = asked.event, _zone(), f"topics_{{}}_{asked.event.id}_{asked.event.topic}"
    kind = st.segmented_control(
        say("What is it?", lang), list(KINDS), default=one.kind, required=True, key=key.format("kind"), wrap=True,
        format_func=lambda name: say(KINDS[name], lang),
    )  # fmt: skip
    title = st.text_input(say("Title", lang), one.title, key=key.format("title"), max_chars=LONGEST["title"])
    text = st.text_area(
        say("What customers may know, in your words", lang),
        one.text,
        key=key.format("text"),
        height=180,
        max_chars=LONGEST["text"],
        help=say(
            "Answers and the notice say only what stands here. Write it in English, in Japanese, or in both.", lang
        ),
    )
    options = list(dict.fromkeys([*([one.product] if one.product else []), *asked.products]))
    product = st.selectbox(
        say("Product", lang), options, index=0 if one.product else None, key=key.format("product"),
        accept_new_options=True, placeholder=say("any", lang),
    )  # fmt: skip
    left, right = st.columns(2)
    began = left.datetime_input(say("Begins", lang), _there(one.begins, zone), key=key.format("begins"))
    ended = right.datetime_input(
        say("Ends, if known", lang), _there(one.ends, zone), key=key.format("ends"),
    )  # fmt: skip
    return Event(
        one.id, kind, title, text, one.lang, _moment(began, zone) or one.begins, _moment(ended, zone),
        product or "", one.topic,
    )  # fmt: skip


def _keep(desk: Desk, me: Account, words: Event, opened: Opened) -> None:
    try:
        if opened.id:
            one = events.edit(desk.shelves, words, by=me)
        else:
            one = events.announce(desk.db, words, by=me)
            if opened.alert and not opened.notice:
                curating.close_alert(desk.db, opened.alert, by=me, how=one.id)
    except KizunaError as error:
        st.error(label(str(error)), icon=":material/error:")
        return
    topics_event.prepare(desk, me, one.id)
    topics_open.event(one.id)
    st.rerun()


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _there(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment as its reader's clock shows it, without a zone, as the field wants it."""
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) if at else None


def _moment(typed: datetime | None, zone: ZoneInfo) -> datetime | None:
    return typed.replace(tzinfo=zone).astimezone(UTC) if typed else None
