"""The open customer at risk: why, since when, who looks after them, what to do next, and how it ended."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import places, risk_shown, sparkline, times, watch_doing, watch_done, watch_list, watch_outcome
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.watch_list import Line
from console.watch import deciding
from ingest.store import accounts


def show(desk: Desk, me: Account, line: Line) -> None:
    """Draw it."""
    watch, lang = line.watch, me.lang
    st.markdown(f"#### {label(line.name(lang))}")
    _facts(line, lang)
    st.html(risk_shown.bars(watch.reasons, lang))
    _conversations(line, lang)
    if watch.closed:
        watch_doing.done(line, lang)
        _ended(line, lang)
        return
    _owner(desk, me, line)
    if deciding.may(watch, me):
        watch_doing.show(desk, me, line)
        watch_outcome.show(me, watch.id, partial(deciding.record, desk.db, watch.id), line.name(lang))
    else:
        watch_doing.done(line, lang)
        st.caption(say("A supervisor, or who looks after this customer, decides what happens.", lang))


def _facts(line: Line, lang: str) -> None:
    watch, known = line.watch, line.customer
    since = say("with us since {day}", lang, day=times.day(known.since)) if known and known.since else ""
    noticed = say("noticed {when}", lang, when=times.ago(watch.at, lang))
    told = [known.plan if known else "", watch_list.value(line, lang), since, noticed]
    chips = "".join(f"<span class='kz-chip bare'>{html(text)}</span>" for text in told if text)
    risk = f"<span class='kz-chip risk'>{html(watch_list.chance(watch, lang))}</span>"
    st.html(f"<div class='kz-chips'>{risk}{chips}{sparkline.draw(line.levels, lang)}</div>")


def _conversations(line: Line, lang: str) -> None:
    """The conversations that speak for it."""
    ids = dict.fromkeys([line.watch.ticket, *(str(one.get("ticket", "")) for one in line.watch.reasons)])
    with st.container(horizontal=True, key="watch_tickets", gap="xsmall"):
        for id in [one for one in ids if one][:4]:
            title = label(line.subject, 50) if id == line.watch.ticket and line.subject else label(id)
            if st.button(title, icon=":material/mail:", type="tertiary", key=f"watch_ticket_{id}"):
                places.go("ticket", ticket=id)


def _owner(desk: Desk, me: Account, line: Line) -> None:
    watch, lang = line.watch, me.lang
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="watch_owner"):
        if watch.owner:
            icon = "<span class='kz-icon' aria-hidden='true'>person</span>"
            told = " · ".join(filter(None, (line.owner, watch_list.due(watch, lang, datetime.now(UTC)))))
            st.html(f"<p class='kz-owner'>{icon} {html(told)}</p>", width="content")
        if me.supervises and watch.owner != me.name:
            st.button(
                say("I look after them", lang), icon=":material/person_add:", key="watch_claim", shortcut="M",
                type="secondary" if watch.owner else "primary", on_click=_claim, args=(desk, me, line, me.name, None),
            )  # fmt: skip
        if me.supervises:
            with st.popover(
                say("Owner and time", lang), icon=":material/event:", type="tertiary", key=f"watch_give_{watch.id}"
            ):
                _give(desk, me, line)


def _give(desk: Desk, me: Account, line: Line) -> None:
    watch, lang = line.watch, me.lang
    with desk.db.read() as db:
        people = {row.name: row.display for row in accounts.page(db)}
    names = list(people)
    default = watch.due or deciding.due(watch.at_risk, datetime.now(UTC))
    with st.form(f"watch_form_{watch.id}", border=False):
        chosen = st.selectbox(
            say("Who looks after them", lang), names, index=names.index(watch.owner or me.name) if names else None,
            format_func=lambda name: people.get(name, name), key=f"watch_who_{watch.id}",
        )  # fmt: skip
        day = st.date_input(
            say("Until", lang), default.date(), min_value=min(default.date(), datetime.now(UTC).date()),
            max_value=datetime.now(UTC).date() + timedelta(days=365), key=f"watch_day_{watch.id}",
        )  # fmt: skip
        if st.form_submit_button(say("Give to them", lang), type="primary") and chosen and isinstance(day, date):
            until = datetime.combine(day, time(23, 59), UTC)
            _claim(desk, me, line, chosen, default if day == default.date() else until)
            st.rerun()


def _claim(desk: Desk, me: Account, line: Line, owner: str, until: datetime | None) -> None:
    with desk.db.read() as db:
        told = say("{owner} looks after {name}.", me.lang, owner=accounts.displayed(db, owner), name=line.name(me.lang))
    watch_done.do(partial(deciding.claim, desk.db, line.watch.id, owner, until, by=me), told)


def _ended(line: Line, lang: str) -> None:
    watch = line.watch
    state, when = watch_list.state(line, lang, datetime.now(UTC)), times.ago(watch.closed, lang)
    told = " · ".join(filter(None, (state, when, line.people.get(watch.closed_by, ""))))
    st.html(f"<p class='kz-trust'>{html(told)}</p>")
    if not watch.flagged:
        st.caption(say("There was no alert: it counts as missed.", lang))
