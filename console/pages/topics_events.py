"""The list of known events: what is going on now, what is to come, and what is over."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from console.accounts import Account
from console.pages import times, topics_open
from console.pages.language import say
from console.pages.plain import label
from ingest.store.events import Event, Kind

KINDS: dict[Kind, str] = {
    "outage": "Outage", "price": "Price change", "release": "Release", "policy": "Policy change", "other": "Other",
}  # fmt: skip
ICONS: dict[Kind, str] = {
    "outage": "cloud_off", "price": "payments", "release": "new_releases", "policy": "gavel", "other": "event",
}  # fmt: skip


def show(known: Sequence[Event], opened: str, lang: str) -> None:
    """Draw the lines, open ones first."""
    with st.container(key="topics_events", gap=None):
        for one in known:
            told = " · ".join((say(KINDS[one.kind], lang), when(one, lang)))
            st.button(
                f"{label(one.title, 110)} :gray[:small[{label(told)}]]", icon=f":material/{ICONS[one.kind]}:",
                type="secondary" if one.id == opened else "tertiary", width="stretch", key=f"topics_event_{one.id}",
                on_click=topics_open.event, args=(one.id,),
            )  # fmt: skip


def when(one: Event, lang: str, now: datetime | None = None) -> str:
    """How an event stands: over, to come, or going on."""
    if one.closed:
        return say("closed", lang)
    now = now or datetime.now(UTC)
    if one.begins > now:
        return say("from {day}", lang, day=times.day(one.begins))
    if one.ends and one.ends < now:
        return say("over since {day}", lang, day=times.day(one.ends))
    return say("since {day}", lang, day=times.day(one.begins))


def nothing(me: Account) -> None:
    """Say what will stand here."""
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"#### {say('No event is known', me.lang)}")
        told = say(
            "Tell the desk about a price change, an outage or a release before customers ask: it proposes answers for "
            "the FAQ and drafts a notice.",
            me.lang,
        )
        st.caption(told)
        if me.supervises:
            st.button(
                say("Add an event", me.lang), icon=":material/campaign:", type="primary", key="topics_add_first",
                on_click=topics_open.form,
            )  # fmt: skip
        else:
            st.caption(say("Only a supervisor announces events and prepares answers.", me.lang))
