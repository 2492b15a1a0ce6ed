"""When an FAQ entry matters again: asleep until a day, woken, and the day on which somebody looks at it anew."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import review
from console.pages import faq_done, faq_queue, faq_words, times
from console.pages.language import say
from ingest.store.faqs import Entry

WEEK = timedelta(days=7)
_HALF_YEAR = timedelta(days=182)


def snooze(desk: Desk, me: Account, one: Entry, following: str) -> None:
    """Draw the button that lets an entry sleep for a week, or that wakes it."""
    lang = me.lang
    if one.snoozed and one.snoozed > datetime.now(UTC):
        st.button(
            say("Wake", lang), icon=":material/alarm:", type="tertiary", shortcut="S", key="faq_wake", on_click=_wake,
            args=(desk, me, one), help=say("Asleep until {day}", lang, day=times.day(one.snoozed)),
        )  # fmt: skip
        return
    st.button(
        say("Snooze", lang), icon=":material/snooze:", type="tertiary", shortcut="S", key="faq_snooze",
        on_click=_sleep, args=(desk, me, one, following, None), help=say("It leaves this list for a week.", lang),
    )  # fmt: skip


def show(desk: Desk, me: Account, one: Entry, following: str) -> None:
    """Draw the other days: until when it sleeps, and when it is looked at again."""
    lang, today = me.lang, datetime.now(UTC).date()
    with st.popover(say("Schedule", lang), icon=":material/event:", type="tertiary", key=f"faq_dates_{one.id}"):
        name = faq_words.key("until", one.id)
        st.date_input(say("Snooze until", lang), today + 4 * WEEK, min_value=today + timedelta(days=1), key=name)
        st.button(
            say("Snooze", lang), icon=":material/snooze:", key="faq_sleep", on_click=_sleep,
            args=(desk, me, one, following, name),
        )  # fmt: skip
        name = faq_words.key("review", one.id)
        chosen = one.review.date() if one.review else None
        st.date_input(
            say("Look at it again on", lang), chosen, key=name,
            help=say("It is flagged on that day. Leave it empty for never.", lang),
        )  # fmt: skip
        with st.container(horizontal=True):
            st.button(say("Set", lang), icon=":material/event:", key="faq_review", on_click=_review,
                      args=(desk, me, one, name))  # fmt: skip
            st.button(say("In half a year", lang), key="faq_half_year", type="tertiary", on_click=_review,
                      args=(desk, me, one, ""))  # fmt: skip


def _sleep(desk: Desk, me: Account, one: Entry, following: str, field: str | None) -> None:
    until = _moment(st.session_state.get(field)) if field else datetime.now(UTC) + WEEK
    if until is None:
        return
    told = say("Asleep until {day}: {question}", me.lang, day=times.day(until), question=one.question)
    if faq_done.do(desk, partial(review.snooze, desk.shelves, one.id, by=me, until=until), told, ids=[one.id]):
        faq_queue.open_entry(following)


def _wake(desk: Desk, me: Account, one: Entry) -> None:
    told = say("Awake again: {question}", me.lang, question=one.question)
    faq_done.do(desk, partial(review.wake, desk.shelves, one.id, by=me), told, ids=[one.id], back=False, typed=True)


def _review(desk: Desk, me: Account, one: Entry, field: str) -> None:
    day = _moment(st.session_state.get(field)) if field else datetime.now(UTC) + _HALF_YEAR
    told = say("Looked at again on {day}.", me.lang, day=times.day(day)) if day else say("No review date.", me.lang)
    change = partial(review.review_by, desk.shelves, one.id, by=me, day=day)
    faq_done.do(desk, change, told, ids=[one.id], back=False, typed=True)


def _moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
