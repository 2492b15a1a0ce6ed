"""The customers at risk, the worst first: one line each with the reason in their own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from sqlalchemy import Connection

from console.pages import risk_shown, row_list, sparkline, times, watch_words
from console.pages.language import say
from ingest.records import Customer
from ingest.store import accounts, customers, moods, tickets
from ingest.store.watches import Watch

SHOWN = 100  # customers in a list


@dataclass(frozen=True)
class Line:
    """A watch with whom it is about, how their conversations went, and how the people are called who decided."""

    watch: Watch
    customer: Customer | None
    subject: str
    levels: tuple[float, ...]
    people: dict[str, str]  # by account
    reply_to: str  # the conversation that a message goes into: the newest open one, else the one it came up in

    @property
    def owner(self) -> str:
        """How whoever looks after the customer is called."""
        return self.people.get(self.watch.owner, self.watch.owner)

    def name(self, lang: str) -> str:
        """How the customer is called."""
        if self.customer and self.customer.name:
            return self.customer.name
        unknown = self.watch.customer.startswith("ticket:")
        return say("Unknown customer", lang) if unknown else self.watch.customer


def read(db: Connection, found: Sequence[Watch]) -> list[Line]:
    """Lines for these watches, in their order."""
    known = customers.resolve(db, [one.customer for one in found])
    subjects = {id: ticket.subject for id, ticket in tickets.many(db, {one.ticket for one in found}).items()}
    named = {name for one in found for name in (one.owner, one.closed_by, *(step["by"] for step in one.steps)) if name}
    called = {name: accounts.displayed(db, name) for name in named}
    return [_line(db, one, known.get(one.customer), subjects, called) for one in found]


def _line(
    db: Connection, one: Watch, customer: Customer | None, subjects: dict[str, str], called: dict[str, str]
) -> Line:  # fmt: skip
    rows = moods.conversations(db, {one.customer, customer.email if customer else ""})
    ids = [row.id for row in rows] or [one.ticket]
    kept = moods.levels(db, ids)
    levels = tuple(level for id in ids for level in kept.get(id, ()))
    reply_to = next((row.id for row in reversed(rows) if row.status != "resolved"), one.ticket)
    return Line(one, customer, subjects.get(one.ticket, ""), levels, called, reply_to)


def show(lines: Sequence[Line], opened: str, lang: str) -> str:
    """Draw the lines; returns the watch that was chosen, empty where none was."""
    rows = [_row(line, opened, lang) for line in lines]
    drawn = row_list.of("watch_list", "lines")(
        data={"lines": rows, "label": say("Customers at risk", lang)}, key="watch_lines", on_opened_change=lambda: None
    )
    return str(drawn.opened or "")


def _row(line: Line, opened: str, lang: str) -> dict[str, Any]:
    """One line as the list draws it: plain strings only."""
    watch, now = line.watch, datetime.now(UTC)
    late = bool(watch.due and not watch.closed and watch.due < now)
    return {
        "id": watch.id, "href": f"/watch?watch={watch.id}", "open": watch.id == opened,
        "chance": f"{100 * watch.at_risk:.0f} %", "chance_told": chance(watch, lang), "loud": watch.at_risk >= 0.8,
        "name": line.name(lang), "plan": line.customer.plan if line.customer else "", "value": value(line, lang),
        "reason": risk_shown.line(watch.reasons, lang) or line.subject,
        "trend": sparkline.address(line.levels) if line.levels else "", "trend_told": sparkline.told(line.levels, lang),
        "since": times.span(watch.at, lang), "since_exact": times.exact(watch.at, st.context.timezone),
        "state": state(line, lang, now), "late": late,
    }  # fmt: skip


def chance(watch: Watch, lang: str) -> str:
    """The risk in words, and how it moved since the alert."""
    now = say("{chance} likely to leave", lang, chance=f"{100 * watch.at_risk:.0f} %")
    moved = watch.at_risk - watch.raised
    if abs(moved) < 0.05:
        return now
    return f"{now} · {say('{chance} when it was noticed', lang, chance=f'{100 * watch.raised:.0f} %')}"


def value(line: Line, lang: str) -> str:
    """What the customer is worth, where that is known."""
    known = line.customer.value if line.customer else None
    return say("Worth {value}", lang, value=f"{known:,.0f}") if known is not None else ""


def state(line: Line, lang: str, now: datetime) -> str:
    """Who looks after the customer until when and what was done last; or how it ended."""
    watch = line.watch
    if watch.outcome:
        return say(watch_words.OUTCOMES[watch.outcome], lang) + (f" · {watch.note}" if watch.note else "")
    if not watch.owner:
        return say("Nobody looks after them yet", lang)
    last = say(watch_words.DONE[watch.steps[-1]["step"]], lang) if watch.steps else ""
    return " · ".join(filter(None, (line.owner, due(watch, lang, now), last)))


def due(watch: Watch, lang: str, now: datetime) -> str:
    """How long there is, or since when it is late."""
    if watch.due is None:
        return ""
    late = watch.due < now
    span = times.span(watch.due if late else now - (watch.due - now), lang, now)
    return say("late by {span}" if late else "due in {span}", lang, span=span)
