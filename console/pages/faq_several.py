"""Several entries of the FAQ's queue decided at once: each by itself, what could not be done is told."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import review
from console.pages import faq_done, faq_queue, faq_reasons
from console.pages.faq_queue import Line
from console.pages.language import say
from ingest.store.faqs import Entry

WEEK = timedelta(days=7)


def show(desk: Desk, me: Account, lines: Sequence[Line]) -> None:
    """Draw what can be done with the chosen lines."""
    shown = [line.entry for line in lines[: faq_queue.SHOWN]]
    picked, lang = chosen(shown), me.lang
    with st.container(key="faq_bulk"):
        told = say("{n} chosen", lang, n=len(picked)) if picked else say("Tick the entries to decide together.", lang)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(told, width="content")
            st.button(
                say("None", lang) if picked else say("All", lang), key="faq_all", type="tertiary", on_click=_tick,
                args=([one.id for one in shown], not picked),
            )  # fmt: skip
        if picked:
            with st.container(horizontal=True, gap="xsmall"):
                _buttons(desk, me, picked)


def chosen(entries: Iterable[Entry]) -> list[Entry]:
    """Those of these entries that are ticked, in their order."""
    return [one for one in entries if st.session_state.get(faq_queue.pick(one.id))]


def _buttons(desk: Desk, me: Account, picked: list[Entry]) -> None:
    lang = me.lang
    st.button(
        say("Approve", lang), icon=":material/check:", key="faq_approve_several", on_click=_approve,
        args=(desk, me, picked), help=say("Publishes each as it stands.", lang),
    )  # fmt: skip
    with st.popover(say("Reject", lang), icon=":material/close:", key="faq_no_several"):
        reason = faq_reasons.ask("several", lang)
        st.button(
            say("Reject", lang), key="faq_reject_several", type="primary", disabled=not reason, on_click=_reject,
            args=(desk, me, picked, reason), help=None if reason else say("Give a reason first.", lang),
        )  # fmt: skip
    st.button(
        say("Snooze a week", lang), icon=":material/snooze:", key="faq_snooze_several", on_click=_snooze,
        args=(desk, me, picked),
    )  # fmt: skip


def _approve(desk: Desk, me: Account, picked: list[Entry]) -> None:
    rule = desk.settings.faq_four_eyes
    told = "{n} approved; another supervisor publishes them." if rule else "{n} published."
    _all(desk, me, picked, partial(review.approve, desk.shelves, by=me, four_eyes=rule), told)


def _reject(desk: Desk, me: Account, picked: list[Entry], reason: str) -> None:
    def refuse(id: str) -> None:
        kept = next(one for one in picked if one.id == id)
        (review.retire if kept.state == "approved" else review.reject)(desk.shelves, id, by=me, reason=reason)

    _all(desk, me, picked, refuse, "{n} turned down.")


def _snooze(desk: Desk, me: Account, picked: list[Entry]) -> None:
    until = datetime.now(UTC) + WEEK
    _all(desk, me, picked, partial(review.snooze, desk.shelves, by=me, until=until), "{n} asleep for a week.")


def _all(desk: Desk, me: Account, picked: list[Entry], change: Callable[[str], object], told: str) -> None:
    wrong: dict[str, str] = {}
    ids = [one.id for one in picked]

    def bulk() -> None:
        wrong.update(review.bulk(ids, change))

    def result() -> str:
        done = say(told, me.lang, n=len(ids) - len(wrong))
        why = " ".join(f"“{one.question[:40]}”: {wrong[one.id]}" for one in picked if one.id in wrong)
        return f"{done} {say('{n} not:', me.lang, n=len(wrong))} {why}" if wrong else done

    if faq_done.do(desk, bulk, result, ids=ids, without=wrong):
        _tick(ids, False)
        _tick(wrong, True)


def _tick(ids: Iterable[str], on: bool) -> None:
    for id in ids:
        st.session_state[faq_queue.pick(id)] = on
