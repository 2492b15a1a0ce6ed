"""The conversation: who said what when, in which mood, and what waits for an answer."""

import hashlib
import re
from typing import Any

import streamlit as st

from console.desk import Desk
from console.dossier import Opened
from console.pages import ticket_files, ticket_translating, times
from console.pages.language import say
from console.pages.plain import html
from console.pages.signs import MOOD_ICONS, MOODS
from console.pages.ticket_reveal import said

LONG = 900  # characters of a message that are shown at once
_CUT = 600
# Where the column scrolls by itself, it opens at what waits for an answer, once. No data goes in here.
_SCROLL = """setTimeout(() => {
  const box = document.querySelector(".st-key-talk"), first = box?.querySelector(".kz-turn.waits");
  if (!first || box.dataset.opened === "MARK" || getComputedStyle(box).overflowY !== "auto") return;
  box.dataset.opened = "MARK";
  box.scrollTop += first.getBoundingClientRect().top - box.getBoundingClientRect().top;
}, 60);"""
RECENT = 8  # messages shown without asking for earlier ones


def show(desk: Desk, opened: Opened, originals: dict[str, str], lang: str) -> None:
    """Draw the conversation, with `originals` in the place of their placeholders; everything in it is escaped."""
    if not opened.turns:
        st.caption(say("Nothing has been said yet.", lang))
        return
    zone = st.context.timezone
    under = [ticket_translating.done(desk, turn.text, originals, lang) for turn in opened.turns]
    sent = ticket_files.of(desk, opened.id)
    below = [
        ticket_files.listed(turn, sent.get(turn.seq, []), lang) + told
        for turn, told in zip(opened.turns, under, strict=True)
    ]
    drawn = [_turn(place, opened, originals, lang, zone, below[place]) for place in range(len(opened.turns))]
    earlier = len(drawn[:-RECENT])
    together = [_folded_away(drawn[:earlier], lang)] if earlier else []
    for place in range(earlier, len(drawn)):
        together.append(drawn[place])
        if desk.chat and not under[place] and ticket_translating.foreign(opened.turns[place], lang):
            st.html(f"<div class='kz-talk'>{''.join(together)}</div>")
            ticket_translating.offer(desk, opened.turns[place].text, originals, place, lang)
            together = []
        if files := sent.get(opened.turns[place].seq):
            if together:
                st.html(f"<div class='kz-talk'>{''.join(together)}</div>")
            ticket_files.pictures(desk, files)
            together = []
    if together:
        st.html(f"<div class='kz-talk'>{''.join(together)}</div>")
    mark = hashlib.sha256(f"{opened.id} {len(opened.turns)}".encode()).hexdigest()  # another ticket scrolls anew
    st.html(f"<script>{_SCROLL.replace('MARK', mark)}</script>", unsafe_allow_javascript=True)


def _folded_away(earlier: list[str], lang: str) -> str:
    count = say("Show {n} earlier messages", lang, n=len(earlier))
    return f"<details class='kz-earlier'><summary>{html(count)}</summary>{''.join(earlier)}</details>"


def _turn(place: int, opened: Opened, originals: dict[str, str], lang: str, zone: str | None, under: str) -> str:
    turn = opened.turns[place]
    waits = turn.seq in opened.waiting
    latest = waits and turn.seq == max(opened.waiting)
    head = f"<b>{html(_who(turn, opened, lang))}</b>{_mood(turn, lang)}"
    if latest:
        head += f"<span class='kz-chip waits'>{html(say('To answer', lang))}</span>"
    at = turn.at or (opened.ticket.created if turn.seq == 0 else None)
    head += f"<time title='{html(times.exact(at, zone))}'>{html(times.span(at, lang))}</time>" if at else ""
    body = f"<div class='kz-text'>{said(turn.text, originals)}</div>" if waits else _folded(turn.text, originals, lang)
    classes = f"kz-turn {html(turn.direction)}" + (" waits" if waits else "")
    return f"<article class='{classes}' data-turn='{place}'><header>{head}</header>{body}{under}</article>"


def _who(turn: Any, opened: Opened, lang: str) -> str:
    if turn.direction == "incoming":
        return opened.customer.name if opened.customer and opened.customer.name else say("Customer", lang)
    named = f" · {turn.author}" if turn.author else ""
    kinds = {"outgoing": "We", "note": "Note, not seen by the customer", "activity": "Event"}
    return say(kinds.get(turn.direction, "Event"), lang) + named


def _mood(turn: Any, lang: str) -> str:
    if turn.direction != "incoming" or turn.mood not in MOODS:
        return ""
    name = say(MOODS[turn.mood], lang)
    sure = say("{mood}, {chance}% sure", lang, mood=name, chance=round(100 * (turn.score or 0)))
    icon = f"<span class='kz-icon' aria-hidden='true'>{MOOD_ICONS[turn.mood]}</span>"
    return f"<span class='kz-chip {turn.mood}' title='{html(sure)}'>{icon}{html(name)}</span>"


def _folded(text: str, originals: dict[str, str], lang: str) -> str:
    if len(text) <= LONG:
        return f"<div class='kz-text'>{said(text, originals)}</div>"
    gap = re.compile(r"[\s。、.!?！？]").search(text, _CUT)
    cut = gap.end() if gap and gap.end() < LONG else _CUT
    more, first, rest = html(say("Show more", lang)), said(text[:cut], originals), said(text[cut:], originals)
    return (
        f"<details class='kz-fold'><summary><span class='kz-text'>{first}</span><i> … {more}</i></summary>"
        f"<div class='kz-text'>{rest}</div></details>"
    )
