"""What an agent has to know of a chat that was handed over: why, when, where answers go, whether they were seen."""

from collections.abc import Sequence

import streamlit as st

from console.desk import Desk
from console.dossier import Opened
from console.pages import times
from console.pages.language import say
from console.pages.plain import html
from ingest.store import mails
from ingest.store.mails import Mail

REASONS = {
    "asked": "Asked for a person", "unknown": "The assistant did not know",
    "no_help": "The assistant's answer did not help", "unhappy": "The customer was unhappy",
    "returned": "The customer wrote again",
}  # fmt: skip


def show(desk: Desk, opened: Opened, lang: str) -> None:
    """Draw it above the conversation; nothing for other tickets."""
    if opened.handoff is None:
        return
    with desk.db.read() as db:
        found = mails.of(db, opened.id)
    lines = [_handed(opened, lang), _address(opened, lang), _seen(found, opened, lang), _came(found, opened, lang)]
    st.html(f"<div class='kz-chat'>{''.join(f'<p>{html(line)}</p>' for line in lines if line)}</div>")


def _handed(opened: Opened, lang: str) -> str:
    one = opened.handoff
    assert one is not None
    told = [say(REASONS[one.reason], lang), say("Handed over {when}", lang, when=times.ago(one.at, lang))]
    away = not one.within and one.reason != "returned"
    return " · ".join([*told, *([say("outside office hours", lang)] if away else [])])


def _address(opened: Opened, lang: str) -> str:
    if opened.row.reply_to:
        return say("Answers go to {address} (not verified)", lang, address=opened.row.reply_to)
    return say("No address was left: answers are seen in the chat only", lang)


def _seen(found: Sequence[Mail], opened: Opened, lang: str) -> str:
    """What became of our last reply."""
    last = max((turn.seq for turn in opened.turns if turn.direction == "outgoing"), default=None)
    if last is None:
        return ""
    mail = next((one for one in found if (one.kind, one.seq) == ("reply", last)), None)
    if mail and mail.sent:
        return say("Your last reply went out by e-mail {when}", lang, when=times.ago(mail.sent, lang))
    if opened.row.read_to is not None and opened.row.read_to >= last:
        return say("Your last reply was seen in the chat", lang)
    if mail and mail.trouble:
        return say("Your last reply could not be sent by e-mail: {why}", lang, why=mail.trouble)
    return say("Your last reply has not been seen in the chat yet", lang)


def _came(found: Sequence[Mail], opened: Opened, lang: str) -> str:
    """Whether whoever is to be answered sits in front of the chat."""
    last = max((turn.seq for turn in opened.turns if turn.direction == "incoming"), default=None)
    by_mail = any((one.kind, one.seq) == ("answer", last) for one in found)
    return say("The customer's last message came by e-mail", lang) if by_mail else ""
