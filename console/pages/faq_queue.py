"""The queue of the FAQ page: flagged and half approved entries first, then what would save the most minutes."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from console.desk import Desk
from console.faq import deflection, demand, proposals
from console.faq.deflection import Deflection
from console.faq.demand import Demand
from console.pages import faq_deflection
from console.pages.language import say
from console.pages.plain import html, label
from ingest.store import arms, faqs, flags, versions
from ingest.store.faqs import Entry

STATES = {"proposed": "To decide", "approved": "Published", "asleep": "Asleep", "rejected": "Turned down"}
SHOWN = 100
_LEAST = 0.5  # minutes a week that a line tells
_MOST = 2000  # entries of a state that are read to find the first ones


@dataclass(frozen=True)
class Line:
    """One entry of the queue: what it costs now, how many flags are open on it, whether other words wait beside its.

    `deflection` is what the hold-out tells of it; None where no visitor has met it.
    """

    entry: Entry
    demand: Demand
    flags: int
    suggested: bool = False
    deflection: Deflection | None = None


@dataclass(frozen=True)
class Queue:
    """The lines of one state, first things first, how many there are in each, and what all entries save together."""

    lines: list[Line]
    counts: dict[str, int]
    deflection: Deflection | None = None


def read(desk: Desk, state: str) -> Queue:
    """The queue as it stands. What is published and flagged, or has words that wait, is to be decided too."""
    now = datetime.now(UTC)
    with desk.db.read() as db:
        known = faqs.page(db, ("proposed", "approved"), limit=_MOST)
        flagged = Counter(flag.entry for flag in flags.page(db))
        pending, saved = versions.suggested(db), deflection.page(db, now)
        urgent = flagged.keys() | pending
        lists = {name: [one for one in known if _belongs(one, name, urgent, now)] for name in STATES}
        counts = {name: len(some) for name, some in lists.items()}
        counts["rejected"] = faqs.by_state(db).get("rejected", 0)
        chosen = faqs.page(db, ("rejected",), limit=_MOST) if state == "rejected" else lists[state]
        costs = demand.page(db, chosen, now)
    lines = [
        Line(one, costs[one.id], flagged[one.id], one.id in pending, saved.get(one.id))
        if one.state == "approved" else Line(one, costs[one.id], 0) for one in chosen
    ]  # fmt: skip
    return Queue(sorted(lines, key=_order), counts, saved.get(arms.ANY))


def _belongs(one: Entry, state: str, urgent: Set[str], now: datetime) -> bool:
    asleep = one.snoozed is not None and one.snoozed > now
    if state == "asleep":
        return asleep
    if state == "approved":
        return one.state == "approved"
    open_ends = one.state == "proposed" or one.id in urgent or bool(one.seconded)
    return state == "proposed" and open_ends and not asleep


def _order(line: Line) -> tuple[object, ...]:
    return (
        not line.flags,
        not (line.entry.seconded or line.suggested),
        -round(line.demand.minutes, 3),
        -len(proposals.members(line.entry)),
        line.entry.id,
    )


def show(queue: Queue, opened: Entry, several: bool, lang: str) -> None:
    """Draw the lines, under what the FAQ saves as a whole; with `several`, each can be chosen."""
    lines = queue.lines
    if queue.deflection:
        faq_deflection.show(queue.deflection, lang, whole=True)
    with st.container(key="faq_lines"):
        for line in lines[:SHOWN]:
            if several:
                with st.container(horizontal=True, wrap=False, gap="xsmall", key=f"faq_row_{line.entry.id}"):
                    title = label(line.entry.question, 90)
                    st.checkbox(title, key=pick(line.entry.id), label_visibility="collapsed")
                    _button(line, line.entry.id == opened.id, lang)
            else:
                _button(line, line.entry.id == opened.id, lang)
    if len(lines) > SHOWN:
        st.caption(say("{n} more follow once these are decided.", lang, n=f"{len(lines) - SHOWN:,}"))


def pick(id: str) -> str:
    """The key of the box that chooses a line."""
    return f"faq_pick_{id}"


def _button(line: Line, opened: bool, lang: str) -> None:
    one, told = line.entry, []
    if line.flags:
        told.append(f":orange-badge[:material/flag: {line.flags}]")
    if one.seconded:
        told.append(":blue-badge[:material/group: 1/2]")
    elif line.suggested:
        told.append(":blue-badge[:material/edit_note:]")
    spoken = "\u00a0".join(one.faces).upper()
    told.append(f":gray[:small[{_cost(line, lang)}\u00a0· {spoken}]]")
    cases = say("{n} conversations", lang, n=len(proposals.members(one)))
    flagged = say("{n} flags", lang, n=line.flags) if line.flags else ""
    waits = say("Suggested words wait", lang) if line.suggested else ""
    st.button(
        f"{label(one.question, 90)} {' '.join(told)}", key=f"faq_line_{one.id}",
        type="secondary" if opened else "tertiary", width="stretch", wrap=True,
        help=" · ".join(text for text in (flagged, waits, cases, _week(line.demand, lang)) if text),
        on_click=open_entry, args=(one.id,),
    )  # fmt: skip


def open_entry(id: str) -> None:
    """Open an entry on the right."""
    st.session_state["faq_open"] = id


def _cost(line: Line, lang: str) -> str:
    """Short, for a line: "34 min"; how many asked at all where that is next to nothing."""
    if line.demand.minutes < _LEAST:
        return say("{n} asked", lang, n=f"{len(proposals.members(line.entry)):,}")
    return say("{n} min", lang, n=f"{line.demand.minutes:,.0f}")


def _week(cost: Demand, lang: str) -> str:
    return say(
        "about {n} minutes a week", lang, n=f"{cost.minutes:,.0f}" if cost.minutes >= 2 else f"{cost.minutes:.1f}"
    )


def explained(cost: Demand, lang: str) -> None:
    """Draw what an entry would save, each part in one line."""
    parts = [
        say("{n} conversations in the last 30 days, {before} in the 30 days before: × {growth} from now on", lang,
            n=cost.lately, before=cost.before, growth=f"{cost.growth:.1f}"),
        say("{each} minutes each: {reply} a written reply, a call as long as it lasted; the median", lang,
            each=f"{cost.each:.0f}", reply=f"{demand.REPLY:.0f}"),
        say("{failed} times the widget or the help centre did not do, {unhelpful} votes that it did not help", lang,
            failed=cost.failed, unhelpful=cost.unhelpful),
    ]  # fmt: skip
    lines = "".join(f"<li>{html(text)}</li>" for text in parts)
    st.html(f"<details class='kz-demand'><summary><b>{html(_week(cost, lang))}</b></summary><ul>{lines}</ul></details>")
