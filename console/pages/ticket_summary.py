"""A long conversation in a few lines on top of it: asked, tried, agreed, open. Each line leads to where it was said."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import streamlit as st

from console import translating
from console.background import Work, Works
from console.chat_model import ChatModel
from console.desk import Desk
from console.dossier import Opened
from console.pages import session
from console.pages.language import say
from console.pages.plain import html
from console.pages.ticket_reveal import said
from console.summaries import Point, Summary
from console.translating import Lang
from console.widget import brief
from ingest import clean

LONG = 4  # messages from which on the summary is there by itself
SOON = 0.15  # seconds that the page waits for it: by rules it takes some milliseconds
PATIENCE = 180.0  # seconds that it lets others have the chat model first, such as the draft somebody waits for
PARTS = {"asked": "Asked", "tried": "Tried", "agreed": "Agreed", "open": "Still open"}
NAMES = tuple(PARTS.values())


@dataclass
class Patient:
    """The chat model for work that nobody waits for: before each answer it lets others go first."""

    model: ChatModel
    work: Work

    @property
    def name(self) -> str:
        """The model's own."""
        return self.model.name

    def stream(self, *args: Any, **options: Any) -> Iterator[str]:
        """As the model's, a little later; nothing once the work is to stop."""
        until = time.monotonic() + PATIENCE
        while self.model.busy and not self.work.stopping and time.monotonic() < until:
            time.sleep(0.3)
        if not self.work.stopping:
            yield from self.model.stream(*args, **options)


@dataclass
class Summing(Work):
    """The summary of a conversation on its way: first by rules, then with the model where it does better."""

    on: Desk
    opened: Opened
    to: Lang
    told: Summary = field(default_factory=Summary)

    def do(self) -> None:
        """Sum up."""
        model, ticket = self.on.chat, self.opened.ticket
        with self.on.db.read() as db:
            answers = brief.told(db, ticket.id) if self.opened.handoff else {}
        self.told = brief.summarise(ticket, answers, None, self.to)
        if model and (_foreign(self.told, self.to) or not translating.small(model)):
            self.told = brief.summarise(ticket, answers, cast(ChatModel, Patient(model, self)), self.to)


_summings = Works[Summing]()


def show(desk: Desk, opened: Opened, originals: dict[str, str], lang: str) -> None:
    """Draw the summary, or in a short conversation the way to it."""
    count = sum(turn.direction in ("incoming", "outgoing") for turn in opened.turns)
    handed = opened.handoff is not None and opened.row.status != "pending"  # then the customer must not repeat anything
    wanted = count >= LONG or handed or st.session_state.get(f"summary:{opened.id}")
    if not wanted:
        if count > 1 or sum(len(turn.text) for turn in opened.turns) > 1500:
            st.button(
                say("Summarise", lang), key="summarise", type="tertiary", icon=":material/summarize:",
                on_click=_want, args=(opened.id,),
            )  # fmt: skip
        return
    work = begin(desk, opened, lang)
    work.wait(SOON)
    with st.container(key="summary"):
        if work.finished:
            st.html(_drawn(work, originals, lang))
        else:
            _growing(desk, opened, originals, lang)


def begin(desk: Desk, opened: Opened, lang: str) -> Summing:
    """The summary of the conversation as it stands, begun unless it is there."""
    key = (opened.id, len(opened.turns), lang, desk.chat is not None)
    return _summings.of(desk, key) or _summings.begin(Summing(desk, opened, "ja" if lang == "ja" else "en"), key)


def _want(id: str) -> None:
    st.session_state[f"summary:{id}"] = True


def _foreign(told: Summary, lang: str) -> bool:
    return any(clean.language(point.text) not in (lang, "") for name in PARTS for point in getattr(told, name))


@st.fragment(run_every=1.0)
def _growing(desk: Desk, opened: Opened, originals: dict[str, str], lang: str) -> None:
    work = begin(desk, opened, lang)
    if session.over() or work.finished:
        st.rerun()
    st.html(_drawn(work, originals, lang))


def _drawn(work: Summing, originals: dict[str, str], lang: str) -> str:
    parts = [(say(name, lang), getattr(work.told, part)) for part, name in PARTS.items() if getattr(work.told, part)]
    rows = "".join(f"<dt>{html(name)}</dt><dd>{_points(points, originals, lang)}</dd>" for name, points in parts)
    busy = "" if work.finished else "<span class='kz-caret'></span>"
    empty = "" if rows else html(say("Nothing to sum up.", lang))
    head = f"<summary>{html(say('Summary', lang))}{busy}</summary>"
    return f"<details open class='kz-summary'>{head}<dl>{rows}</dl>{empty}</details>"


def _points(points: tuple[Point, ...], originals: dict[str, str], lang: str) -> str:
    link = f"<a href='#' role='button' class='kz-point' title='{html(say('Show where it was said', lang))}'"
    return "".join(f"{link} data-turn='{point.turn}'>{said(point.text, originals)}</a>" for point in points)
