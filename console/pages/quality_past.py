"""The last backtest: its figures, the drafts to read first, and the button that runs another."""

import streamlit as st

from console import agreement, backtest
from console.accounts import Account
from console.agreement import Summary
from console.backtest import Run
from console.desk import Desk
from console.intervals import Figure
from console.pages import intake_facts, intake_table, places, quality_figures, session, times
from console.pages.language import say
from console.pages.plain import html, label
from ingest.errors import KizunaError
from ingest.store import backtests, tickets
from ingest.store.backtests import Backtest

EVERY = 2.0  # seconds between looks at a running backtest
SIZES = (25, 50, 100, 200)
TITLES = {
    "grounded": "Statements that stand in their source",
    "agreement": "Agreement with what the person answered",
    "abstained": "No draft offered",
    "saved": "Minutes saved, each ticket",
}
EXPLAINED = {
    "grounded": "Quoted words that are the source's own, with every number. Of all statements.",
    "agreement": "0 is no nearer than another ticket's answer, 100 the same sentences and numbers. Mean of all drafts.",
    "abstained": "No source answered well enough. Of all tickets.",
    "saved": "Sentences not typed, at 40 words a minute, less reading the draft, at 200. Mean of all tickets.",
}


def show(desk: Desk, me: Account) -> None:
    """Draw it."""
    run = backtest.latest(desk)
    st.html(f"<h3 class='kz-heading'>{html(say('Against the past', me.lang))}</h3>")
    if run and not run.finished:
        _running(run, me.lang)
    else:
        _start(desk, me)
    with desk.db.read() as db:
        kept = [one for one in backtests.last(db) if one.cases and not (run and not run.finished and one.id == run.id)]
    if not kept:
        told = "A backtest writes drafts for tickets that people answered, knowing only what was known then."
        st.caption(f"{say(told, me.lang)} {say('Choose how many, and run it.', me.lang)}")
        return
    found = {one.id: agreement.summary(backtest.cases(one)) for one in kept}
    _headline(kept[0], me.lang)
    _figures(found[kept[0].id], me.lang)
    _worst(desk, kept[0], me.lang)
    if len(kept) > 1:
        _earlier(kept[1:], found, me.lang)


def _start(desk: Desk, me: Account) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="quality_start"):
        size = st.pills(
            say("How many tickets", me.lang), SIZES, default=50, required=True, key="quality_size",
            label_visibility="collapsed", format_func=lambda n: say("{n} tickets", me.lang, n=n),
        )  # fmt: skip
        st.button(
            say("Run a backtest", me.lang), icon=":material/play_arrow:", key="quality_run", on_click=_begin,
            args=(desk, me, size or 50), disabled=desk.chat is None,
            help=label(say(desk.chat_trouble, me.lang), 300) if desk.chat is None else None,
        )  # fmt: skip


def _begin(desk: Desk, me: Account, size: int) -> None:
    if session.over():
        return
    try:
        backtest.begin(desk, me.name, size)
    except KizunaError as error:
        st.toast(label(say(str(error), me.lang), 300), icon=":material/error:", duration="long")


@st.fragment(run_every=EVERY)
def _running(run: Run, lang: str) -> None:
    if run.finished or session.over():
        st.rerun()
    with st.container(key="quality_running"):
        st.progress(run.done / max(len(run.tickets), 1), label(_told(run, lang), 200))
        found = agreement.summary(run.cases)
        if found.agreement.known:
            st.caption(say("So far: {agreement} agreement, {abstained} without a draft", lang,
                           agreement=_percent(found.agreement), abstained=_percent(found.abstained)))  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                say("Stopping…" if run.stopping else "Stop", lang), icon=":material/stop_circle:", type="tertiary",
                key="quality_stop", on_click=run.stop, disabled=run.stopping,
            )  # fmt: skip
            st.caption(say("It goes on when you leave this page. Agents' drafts come first.", lang))


def _told(run: Run, lang: str) -> str:
    done = say("{done} of {all} tickets", lang, done=f"{run.done:,}", all=f"{len(run.tickets):,}")
    left = run.left
    return done if left is None else f"{done} · {say('{time} left', lang, time=intake_facts.takes(left, lang))}"


def _headline(kept: Backtest, lang: str) -> None:
    count = say("{count} tickets compared", lang, count=f"{len(kept.cases):,}")
    when = say("{time} ago", lang, time=times.span(kept.started, lang)) if times.span(kept.started, lang) else ""
    least = say("offered from {least} on", lang, least=f"{100 * kept.least:.0f} %")
    trouble = say(kept.trouble, lang) if kept.trouble else ("" if kept.finished else say("It was cut off.", lang))
    st.caption(" · ".join(label(one, 300) for one in (count, when, least, trouble) if one))


def _figures(found: Summary, lang: str) -> None:
    drawn = [_figure(name, getattr(found, name), lang) for name in TITLES if getattr(found, name).known]
    st.html(f"<dl class='kz-intervals'>{''.join(drawn)}</dl>")


def _figure(name: str, figure: Figure, lang: str) -> str:
    title, told = say(TITLES[name], lang), say(EXPLAINED[name], lang)
    if name != "saved":
        return quality_figures.interval(title, figure, _percent(figure), 0.0, 1.0, told)
    low, high = min(figure.low, 0.0), max(figure.high, 1.0)
    return quality_figures.interval(title, figure, _minutes(figure), low, high, told)


def _percent(figure: Figure) -> str:
    """A share with its interval; an agreement too, as points of 100."""
    if not figure.known:
        return "–"
    return f"{100 * figure.value:.0f} % ({100 * figure.low:.0f}–{100 * figure.high:.0f})"


def _minutes(figure: Figure) -> str:
    if not figure.known:
        return "–"
    value, low, high = (f"{round(one, 1) + 0.0:.1f}" for one in (figure.value, figure.low, figure.high))  # never -0.0
    return f"{value} ({low} – {high})"


def _worst(desk: Desk, kept: Backtest, lang: str) -> None:
    found = agreement.worst(backtest.cases(kept))
    with desk.db.read() as db:
        known = tickets.many(db, [case.ticket for case, _ in found])
    found = [(case, agrees) for case, agrees in found if case.ticket in known]
    if not found:
        return
    st.html(f"<h3 class='kz-heading'>{html(say('Read these first: sure, and far from the answer', lang))}</h3>")
    with st.container(key="quality_worst", gap=None):
        for case, agrees in found:
            told = say(
                "{agrees} agreement, {sure} sure", lang, agrees=f"{100 * agrees:.0f} %",
                sure=f"{100 * case.confidence:.0f} %",
            )  # fmt: skip
            name = label(known[case.ticket].subject or case.ticket, 70)
            if st.button(
                f"{name} :gray[:small[{label(told)}]]", key=f"worst:{case.ticket}", type="tertiary",
                icon=":material/mail:", width="stretch",
            ):  # fmt: skip
                places.go("ticket", ticket=case.ticket)


def _earlier(kept: list[Backtest], found: dict[str, Summary], lang: str) -> None:
    st.html(f"<h3 class='kz-heading'>{html(say('Earlier backtests', lang))}</h3>")
    head = [say(name, lang) for name in ("Run", "Tickets", "Agreement", "No draft", "Minutes")]
    rows: list[list[intake_table.Cell]] = []
    for one in kept:
        told, when = found[one.id], (times.day(one.started), times.exact(one.started, st.context.timezone))
        figures = (_percent(told.agreement), _percent(told.abstained), _minutes(told.saved))
        rows.append([when, len(one.cases), *((figure.partition(" (")[0], figure) for figure in figures)])
    intake_table.draw(head, rows, numbers=range(1, len(head)))
