"""How good the alerts were: precision and recall over all outcomes, with their intervals, and month by month."""

from collections.abc import Sequence

import streamlit as st

from console.intervals import Figure
from console.pages import intake_table, quality_figures
from console.pages.language import say
from console.watch import track
from console.watch.track import Record
from ingest.store.watches import Watch

TITLES = {"precision": "Alerts that were right", "recall": "Customers at risk who had an alert"}
EXPLAINED = {
    "precision": "{right} of {alerts} alerts: they left, were saved or complained. The others were false alarms.",
    "recall": "{right} had an alert, {missed} had none; those are known because somebody recorded them.",
}
MONTHS = 12
HEAD = ("Month", "Alerts", "Right", "False", "Missed", "Left", "Saved", "Precision", "Recall")


def show(settled: Sequence[Watch], lang: str) -> None:
    """Draw the figures and the table."""
    whole = track.record(settled)
    with st.container(key="watch_record_figures"):
        drawn = "".join(_figure(name, whole, lang) for name in TITLES if getattr(whole, name).known)
        st.html(f"<dl class='kz-intervals kz-record'>{drawn}</dl>")
        rows = [_row(month, one) for month, one in track.by_month(settled)[:MONTHS]]
        intake_table.draw([say(name, lang) for name in HEAD], rows, numbers=range(1, len(HEAD)))
        told = "Ranges are 95 % intervals. The desk's outcomes also set how high the risk is rated ({n} so far)."
        st.caption(say(told, lang, n=f"{len(track.outcomes(settled)):,}"))


def _figure(name: str, whole: Record, lang: str) -> str:
    figure = getattr(whole, name)
    told = say(EXPLAINED[name], lang, right=whole.right, alerts=whole.alerts, missed=whole.missed)
    return quality_figures.interval(say(TITLES[name], lang), figure, _percent(figure), 0.0, 1.0, told)


def _row(month: str, one: Record) -> list[intake_table.Cell]:
    counts = (one.alerts, one.right, one.false, one.missed, one.churned, one.saved)
    return [
        month,
        *counts,
        *((_percent(figure).partition(" (")[0], _percent(figure)) for figure in (one.precision, one.recall)),
    ]


def _percent(figure: Figure) -> str:
    if not figure.known:
        return "–"
    return f"{100 * figure.value:.0f} % ({100 * figure.low:.0f}–{100 * figure.high:.0f})"
