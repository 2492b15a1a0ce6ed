"""When people are there for a site's chat, as its owner says: time zone, hours of each weekday, closed days."""

from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from console import postbox
from console.accounts import Account
from console.desk import Desk
from console.pages import sites_done
from console.pages.language import say
from console.widget import hours, sites
from console.widget.hours import Hours
from console.widget.sites import Change
from ingest.errors import SenderError
from ingest.store.sites import Site

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL = (*["9:00-17:00"] * 5, "", "")
_FILLED = "sites_hours_filled"


def show(desk: Desk, me: Account, site: Site) -> None:
    """Draw the form, and whether somebody is there now."""
    _fill(desk, site)
    lang = me.lang
    st.markdown(f"##### {say('When people are there', lang)}")
    st.caption(_now(site, lang))
    always = st.checkbox(say("Somebody is always there", lang), key="hours_always", persist_state="session")
    if not always:
        _week(lang)
    _mails(desk, lang)
    st.button(
        say("Save", lang), key="hours_save", type="primary", icon=":material/check:",
        on_click=_save, args=(desk, me, site),
    )  # fmt: skip


def _fill(desk: Desk, site: Site) -> None:
    """What is kept goes into the fields when another site is opened, and when this one was changed."""
    mark = (site.id, site.changed)
    if st.session_state.get(_FILLED) == mark and "hours_always" in st.session_state:
        return
    kept = Hours.of(site.hours)
    days = [hours.written(spans) for spans in kept.week] or USUAL
    values = {f"day_{n}": text for n, text in enumerate(days)} | {
        "always": not kept.zone, "zone": kept.zone or desk.settings.timezone, "transcript": site.transcript,
        "closed": "\n".join(f"{day.isoformat()} {label}".strip() for day, label in kept.closed),
    }  # fmt: skip
    st.session_state[_FILLED] = mark
    for name, value in values.items():
        st.session_state[f"hours_{name}"] = value


def _now(site: Site, lang: str) -> str:
    """Open now, or when it opens, in the site's own time."""
    kept, now = Hours.of(site.hours), datetime.now(UTC)
    if kept.open(now):
        return say("Open now.", lang)
    opens = kept.opens(now)
    if opens is None:
        return say("Closed, and not open within a year.", lang)
    here = opens.astimezone(ZoneInfo(kept.zone))
    at = f"{here.hour}:{here.minute:02}"
    if (opens - now).days < 6:
        return say("Opens {day} {time}.", lang, day=say(WEEK[here.weekday()], lang), time=at)
    return say("Opens {day} {time}.", lang, day=here.date().isoformat(), time=at)


def _week(lang: str) -> None:
    zones, chosen = hours.zones(), st.session_state["hours_zone"]
    zones = zones if chosen in zones else [chosen, *zones]
    st.selectbox(say("Time zone", lang), zones, key="hours_zone", persist_state="session", width=320)
    left, right = st.columns(2, gap="medium")
    for n, name in enumerate(WEEK):
        with left if n < 4 else right:
            st.text_input(
                say(name, lang), key=f"hours_day_{n}", persist_state="session", max_chars=80,
                placeholder=say("Closed", lang),
            )  # fmt: skip
    with right:
        st.caption(say("Write 9:00-17:00, or 9:00-12:00, 13:00-18:00. A day without hours is closed.", lang))
    st.text_area(
        say("Closed days, one a line", lang), key="hours_closed", persist_state="session", height=100,
        placeholder=say("2027-01-01 New Year", lang),
    )  # fmt: skip


def _mails(desk: Desk, lang: str) -> None:
    st.markdown(f"##### {say('By e-mail', lang)}")
    ready = postbox.open_for(desk.settings)
    if ready:
        told = "Replies that a visitor has not seen after {n} minutes go to the address that they have left."
        st.caption(say(told, lang, n=round(postbox.PATIENCE.total_seconds() / 60)))
    else:
        told = "No mails go to visitors yet: the settings KIZUNA_SMTP_URL and KIZUNA_MAIL_FROM say how."
        st.caption(say(told, lang))
    st.checkbox(
        say("Visitors may have their conversation by e-mail", lang), key="hours_transcript", persist_state="session",
        disabled=not ready,
    )  # fmt: skip


def _save(desk: Desk, me: Account, site: Site) -> None:
    sites_done.do(partial(_kept, desk, me, site), say("Saved: {name}", me.lang, name=site.name))


def _kept(desk: Desk, me: Account, site: Site) -> Change:
    state = st.session_state
    told = Hours()
    if not state["hours_always"]:
        week = [state[f"hours_day_{n}"] for n in range(hours.DAYS)]
        try:
            told = hours.checked(state["hours_zone"], week, state["hours_closed"])
        except SenderError as error:
            raise SenderError(say(str(error), me.lang)) from None
    return sites.staff(desk.db, site.id, told, bool(state["hours_transcript"]), me)
