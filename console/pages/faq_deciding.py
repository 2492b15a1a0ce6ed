"""The buttons under an FAQ entry's words: approve, turn down, keep for later, sleep, merge, split, dates."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import objections, review
from console.pages import faq_dates, faq_done, faq_joining, faq_queue, faq_reasons, faq_words
from console.pages.language import say
from ingest.store.faqs import Entry


def show(desk: Desk, me: Account, one: Entry, following: str, others: Sequence[Entry]) -> None:
    """Draw them. `one` has the words that are to be decided, which for a published entry may be suggested ones."""
    lang, published = me.lang, one.state == "approved"
    rule = desk.settings.faq_four_eyes
    mine = rule and one.seconded == me.name
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="faq_decide"):
        st.button(
            say("Publish changes", lang) if published else say("Approve and publish", lang), type="primary",
            icon=":material/check:", shortcut="A", key="faq_approve", on_click=_approve,
            args=(desk, me, one, following), help=_hint(rule, mine, lang),
        )  # fmt: skip
        _turn_down(desk, me, one, following)
        faq_dates.snooze(desk, me, one, following)
        if not published:
            st.button(
                say("Keep for later", lang), type="tertiary", key="faq_keep", icon=":material/save:", shortcut="W",
                on_click=_keep, args=(desk, me, one), help=say("Keeps your words; nothing is published.", lang),
            )  # fmt: skip
        faq_joining.merge(desk, me, one, others)
        faq_joining.split(desk, me, one)
        faq_dates.show(desk, me, one, following)


def _hint(rule: bool, mine: bool, lang: str) -> str:
    if mine:
        return say("You have approved these words. Another supervisor publishes them.", lang)
    if rule:
        return say("Two supervisors approve: the second one publishes.", lang)
    return say("Every language that has an answer is published: search, drafts, widget and help centre.", lang)


def _turn_down(desk: Desk, me: Account, one: Entry, following: str) -> None:
    lang, published = me.lang, one.state == "approved"
    title = say("Take down", lang) if published else say("Reject", lang)
    with st.popover(title, icon=":material/close:", key=f"faq_no_{one.id}"):
        reason = faq_reasons.ask(one.id, lang)
        st.button(
            title, key="faq_reject", type="primary", disabled=not reason, on_click=_refuse,
            args=(desk, me, one, following, reason), help=None if reason else say("Give a reason first.", lang),
        )  # fmt: skip


def _approve(desk: Desk, me: Account, one: Entry, following: str) -> None:
    said, rule, published = faq_words.said(one), desk.settings.faq_four_eyes, False

    def change() -> None:
        nonlocal published
        published = review.approve(desk.shelves, one.id, by=me, four_eyes=rule, words=said)
        if published:
            objections.clear(desk.shelves, one.id, by=me)

    def told() -> str:
        text = "Published: {question}" if published else "Approved; another supervisor publishes it: {question}"
        return say(text, me.lang, question=said.question)

    if faq_done.do(desk, change, told, ids=[one.id]):
        faq_queue.open_entry(one.id if one.state == "approved" else following)


def _keep(desk: Desk, me: Account, one: Entry) -> None:
    said = faq_words.said(one)
    keep = partial(review.edit, desk.shelves, said, by=me, four_eyes=desk.settings.faq_four_eyes)
    faq_done.do(desk, keep, say("Kept for later.", me.lang), ids=[one.id], back=False)


def _refuse(desk: Desk, me: Account, one: Entry, following: str, reason: str) -> None:
    decide = review.retire if one.state == "approved" else review.reject
    told = say("Turned down: {question}", me.lang, question=one.question)
    if faq_done.do(desk, partial(decide, desk.shelves, one.id, by=me, reason=reason), told, ids=[one.id]):
        faq_queue.open_entry(following)


def again(desk: Desk, me: Account, one: Entry, following: str) -> None:
    """Draw the button that makes a rejected entry a proposal again."""
    st.button(
        say("Propose again", me.lang), icon=":material/undo:", key="faq_again", on_click=_again,
        args=(desk, me, one, following),
    )  # fmt: skip


def _again(desk: Desk, me: Account, one: Entry, following: str) -> None:
    told = say("Proposed again: {question}", me.lang, question=one.question)
    if faq_done.do(desk, partial(review.reopen, desk.shelves, one.id, by=me), told, ids=[one.id], back=False):
        faq_queue.open_entry(following)
