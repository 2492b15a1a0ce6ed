"""Whether the customer of a ticket may leave: how the conversation went, the signals with their weights, the watch."""

from functools import partial
from pathlib import Path

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.dossier import Opened
from console.pages import places, risk_shown, signs, sparkline, watch_done, watch_outcome
from console.pages.language import say
from console.pages.plain import html
from console.watch import deciding

_STYLE = Path(__file__).with_name("watch.css")


def show(desk: Desk, me: Account, opened: Opened) -> None:
    """Draw it; a supervisor records here what became of a customer, watched or not."""
    lang = me.lang
    levels = [_level(turn) for turn in opened.turns if turn.direction == "incoming" and turn.mood]
    if not levels and not opened.reasons:
        return
    st.html(
        f"<style>{_STYLE.read_text('utf-8')}</style><h3 class='kz-heading'>{html(say('Risk of leaving', lang))}</h3>"
    )
    loud = " loud" if opened.at_risk >= signs.AT_RISK else ""
    spark = sparkline.draw(levels, lang) if len(levels) > 1 else ""
    st.html(
        f"<div class='kz-risk{loud}'><b>{round(100 * opened.at_risk)}%</b>{spark}{_csat(opened, lang)}</div>"
        f"{risk_shown.bars(opened.reasons, lang)}"
    )
    watch_done.show(desk, me)
    with st.container(horizontal=True, key="ticket_watch", gap="small"):
        _watch(opened, lang)
        if me.supervises or (opened.watch and deciding.may(opened.watch, me)):
            _outcome(desk, me, opened)


def _level(turn: object) -> float:
    after = getattr(turn, "after", None)
    return float(after if after is not None else getattr(turn, "dissatisfied", None) or 0.0)


def _csat(opened: Opened, lang: str) -> str:
    """What the customer said in a survey, or would be expected to say."""
    given, expected = opened.ticket.csat, opened.row.expected_csat
    if given is not None:
        return f"<span>{html(say('Rated {csat} of 5', lang, csat=given))}</span>"
    told = say("Expected rating {csat} of 5", lang, csat=f"{expected:.1f}") if expected is not None else ""
    return f"<span>{html(told)}</span>" if told else ""


def _watch(opened: Opened, lang: str) -> None:
    if opened.watch and st.button(
        say("On the watch list", lang), icon=":material/visibility:", type="tertiary", key="to_watch",
    ):  # fmt: skip
        places.go("watch", watch=opened.watch.id)


def _outcome(desk: Desk, me: Account, opened: Opened) -> None:
    name = opened.customer.name if opened.customer and opened.customer.name else opened.id
    with st.popover(
        say("How did it end?", me.lang), icon=":material/flag:", type="tertiary", key=f"outcome_of_{opened.id}"
    ):
        watch_outcome.show(me, opened.id, partial(deciding.record_for, desk.db, opened.id), name)
