"""How well do drafts do? What became of them, when the desk keeps silent, and how it would have done in the past."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st

from console import confidence
from console.accounts import Account
from console.confidence import ALPHA, DELTA, START, Trust
from console.desk import Desk
from console.pages import intake_table, places, quality_figures, quality_past, signs
from console.pages.language import say
from console.pages.plain import html, label
from ingest.store import drafts
from ingest.store.drafts import Judged

WEEKS = 8
TOPICS = 12  # topics shown at most
COUNTS: dict[str, Callable[[Judged], bool]] = {
    "Offered": lambda one: not one.abstained,
    "Sent as they are": lambda one: one.outcome == "sent",
    "Edited": lambda one: one.outcome == "touched",
    "Rewritten": lambda one: one.outcome == "rewritten",
    "Rejected drafts": lambda one: one.outcome == "rejected" and not one.abstained,
    "No draft offered": lambda one: one.abstained,
}
WHY = {
    "few": "Drafts are offered from a confidence of {least} on, the default: {cases} drafts with a verdict are too few "
    "to learn from, {start} are needed.",
    "shipped": "Drafts are offered from a confidence of {least} on, learnt from the cases that come with Kizuna and "
    "from this desk's own: {wrong} of {cases} drafts with a verdict from there on turned out wrong.",
    "own": "Drafts are offered from a confidence of {least} on, learnt from this desk's own cases: {wrong} of {cases} "
    "drafts with a verdict from there on turned out wrong.",
    "strict": "No threshold keeps wrong drafts at {alpha} or less. Until one does, only the surest are offered, from a "
    "confidence of {least} on: {wrong} of {cases} drafts with a verdict from there on turned out wrong. The reasons of "
    "rejection show what to mend.",
}
HOLDS = "With {sure} certainty at most {bound} are wrong; {alpha} is the limit."
OPEN = "That at most {alpha} are wrong is not shown for this desk yet; each draft that is sent or rejected helps."
ABSTENTIONS = (
    "Rightly: the agent then wrote an answer of their own. A source had it: what was sent stood in a source at hand."
)
_HERE = Path(__file__).parent
_STYLES = (_HERE / "intake.css", _HERE / "quality.css")


def show(desk: Desk, me: Account) -> None:
    """Draw the week and what was learnt on the left, the past on the right."""
    st.html(f"<style>{''.join(path.read_text('utf-8') for path in _STYLES)}</style>")
    st.markdown(f"#### {say('How well do drafts do?', me.lang)}")
    if not me.supervises:
        st.info(say("This page is for supervisors.", me.lang))
        return
    with desk.db.read() as db:
        history = drafts.history(db)
    trust = confidence.learn(history, confidence.shipped(), curve=False)
    left, right = st.columns([7, 5], gap="large")
    with left, st.container(key="quality_now"):
        if history:
            _week(history, me.lang)
            st.html(f"<p class='kz-trust'>{html(threshold(trust, me.lang))}</p>")
            _topics(history, me.lang)
            _reasons(history, me.lang)
        else:
            _nothing_yet(me.lang)
    with right, st.container(key="quality_past"):
        quality_past.show(desk, me)


def _nothing_yet(lang: str) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"##### {say('No draft has been written yet', lang)}")
        st.caption(say("Open a ticket that waits: once its draft is sent, edited or rejected, it counts here.", lang))
        if st.button(say("Open the inbox", lang), icon=":material/inbox:", type="primary", key="to_inbox"):
            places.go("inbox")


def _week(history: Sequence[Judged], lang: str) -> None:
    st.html(f"<h3 class='kz-heading'>{html(say('The last seven days, and the weeks before', lang))}</h3>")
    weeks = by_week(history)
    offered = weeks["Offered"][-1]
    cells = [
        quality_figures.weeks(
            say(name, lang), counts, None if name in ("Offered", "No draft offered") else offered,
            say("Each of the last {n} weeks: {counts}", lang, n=WEEKS, counts=", ".join(map(str, counts))),
        )
        for name, counts in weeks.items()
    ]  # fmt: skip
    st.html(f"<dl class='kz-figures'>{''.join(cells)}</dl>")


def by_week(history: Sequence[Judged], now: datetime | None = None) -> dict[str, list[int]]:
    """What became of the drafts of each of the last WEEKS weeks, the oldest first."""
    found = {name: [0] * WEEKS for name in COUNTS}
    for one in history:
        age = ((now or datetime.now(UTC)) - one.created) // timedelta(days=7) if one.created else WEEKS
        if 0 <= age < WEEKS:
            for name, fits in COUNTS.items():
                found[name][WEEKS - 1 - age] += fits(one)
    return found


def threshold(trust: Trust, lang: str) -> str:
    """The threshold and what is known of it, in a sentence or two."""
    numbers = {
        "least": f"{100 * trust.least:.0f} %", "cases": f"{trust.cases:,}", "wrong": f"{trust.wrong:,}",
        "alpha": f"{100 * ALPHA:.0f} %", "start": START,
    }  # fmt: skip
    said = say(WHY[trust.why], lang, **numbers)
    if trust.why in ("few", "strict"):
        return said
    bound = f"{100 * trust.bound:.0f} %" if trust.bound is not None else ""
    sure = f"{100 * (1 - DELTA):.0f} %"
    return f"{said} {say(HOLDS if trust.holds else OPEN, lang, bound=bound, sure=sure, alpha=numbers['alpha'])}"


def _topics(history: Sequence[Judged], lang: str) -> None:
    found = confidence.rates(history)[:TOPICS]
    if not found:
        return
    st.html(f"<h3 class='kz-heading'>{html(say('By topic', lang))}</h3>")
    head = ("Topic", "Offered", "Accepted", "Not accepted", "No draft", "Rightly", "A source had it")
    rows: list[list[intake_table.Cell]] = []
    for one in found:
        name = say(signs.CHANNELS.get(one.topic, one.topic or "Unknown"), lang)
        rows.append([name, one.offered, one.accepted, one.rejected, one.abstained, one.right, one.missed])
    intake_table.draw([say(name, lang) for name in head], rows, numbers=range(1, len(head)))
    st.caption(say(ABSTENTIONS, lang))


def _reasons(history: Sequence[Judged], lang: str) -> None:
    rejected = [one for one in history if one.outcome == "rejected" and not one.abstained]
    if not rejected:
        return
    st.html(f"<h3 class='kz-heading'>{html(say('Why drafts were rejected', lang))}</h3>")
    counts = Counter(one.reason.partition(":")[0].strip() for one in rejected)
    st.html(quality_figures.bars([(say(name, lang), count) for name, count in counts.most_common(6)]))
    with st.container(key="quality_said", gap=None):
        for one in [one for one in rejected if one.reason.partition(":")[2].strip()][:4]:
            said = label(one.reason.partition(":")[2].strip(), 90)
            if st.button(
                f"{said} :gray[:small[{label(one.subject or one.ticket, 40)}]]", key=f"said:{one.id}", type="tertiary",
                icon=":material/format_quote:", width="stretch",
            ):  # fmt: skip
                places.go("ticket", ticket=one.ticket)
