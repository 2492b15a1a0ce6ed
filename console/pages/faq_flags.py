"""What speaks against a published FAQ entry: its own words beside the other ones, to keep or to take over."""

from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import objections
from console.pages import faq_done, faq_words, ticket_source
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_rewriting import compared
from console.pages.ticket_source import Quoted
from ingest.store import flags
from ingest.store.faqs import Entry
from ingest.store.flags import Flag

KINDS = {
    "contradiction": "A newer reply says otherwise",
    "article": "A changed article says otherwise",
    "rating": "More readers than elsewhere found it unhelpful",
    "review": "Its review is due",
    "unused": "Nobody has read it or asked for it in a long time",
}
NOTES = {  # what upkeep and contradictions note of a flag
    "quoted": "Its article no longer says what it quotes",
    "gone": "Its article has been removed",
    "elsewhere": "Its article says something new",
    "dropped": "An article no longer says this",
    "number": "another figure",
    "moment": "another day or time",
    "address": "another address",
    "path": "another way through the menus",
    "place": "another place",
    "opposite": "the opposite",
    "denied": "yes here, no there",
    "free": "free here, not there",
}
_WHOLE = ("quoted", "gone", "elsewhere", "dropped")  # notes that tell all there is to tell
_SURE = "Keep it, rewrite it, or take it down."


def show(desk: Desk, me: Account, one: Entry) -> None:
    """Draw the open flags of an entry."""
    with desk.db.read() as db:
        found = flags.of(db, one.id) if one.state == "approved" else []
    for flag in found:
        with st.container(key=f"faq_flag_{flag.id}", gap="xsmall"):
            st.html(_told(flag, me.lang))
            _source(desk, me, one, flag)
            if me.supervises:
                _choices(desk, me, one, flag)


def _told(flag: Flag, lang: str) -> str:
    head = f"<b><span class='kz-icon' aria-hidden='true'>flag</span> {html(_title(flag, lang))}</b>"
    ours, quote = flag.ours, str(flag.theirs.get("quote", ""))
    if not ours:
        return f"<div class='kz-flag'>{head}<br><small>{html(say(_SURE, lang))}</small></div>"
    old, new = compared(ours, quote) if flag.note not in ("gone", "dropped") else (html(ours), html(quote))
    theirs = say("It said", lang) if flag.note in ("gone", "dropped") else say("Now said elsewhere", lang)
    sides = ((say("This entry", lang), old), (theirs, new))
    cells = "".join(
        f"<section><h4>{html(name)}</h4><div class='kz-text'>{text}</div></section>" for name, text in sides if text
    )
    return f"<div class='kz-flag'>{head}<div class='kz-sides'>{cells}</div></div>"


def _title(flag: Flag, lang: str) -> str:
    if flag.kind == "rating" and len(told := flag.note.split()) == 2:
        (bad, _, votes), share = told[0].partition("/"), f"{100 * float(told[1]):.0f}"
        text = "{bad} of {votes} readers found it unhelpful; elsewhere {share} of 100"
        return say(text, lang, bad=bad, votes=votes, share=share)
    if flag.kind in ("review", "unused"):
        day = flag.note or str(flag.theirs.get("source", ""))
        return f"{say(KINDS[flag.kind], lang)} ({day})"
    if flag.note in _WHOLE:
        return say(NOTES[flag.note], lang)
    why = say(NOTES[flag.note], lang) if flag.note in NOTES else flag.note
    return f"{say(KINDS[flag.kind], lang)}: {why}" if why else say(KINDS[flag.kind], lang)


def _source(desk: Desk, me: Account, one: Entry, flag: Flag) -> None:
    """A link to where the other words stand, opened in place."""
    known, place = flag.theirs, f"faq:{one.id}"
    if not known.get("quote") or flag.note == "gone":
        return
    kind, source, title = (str(known.get(name, "")) for name in ("kind", "source", "title"))
    start, end = int(known.get("start") or 0), int(known.get("end") or 0)
    quoted = Quoted(kind, source, title, start, end, str(known["quote"]))
    opened = ticket_source.picked(place, None) == quoted
    st.button(
        label(quoted.title or quoted.source, 80), icon=":material/open_in_full:", type="tertiary",
        key=f"faq_theirs_{flag.id}", on_click=ticket_source.pick, args=(place, None if opened else quoted),
        help=say("Read the source of the other words", me.lang),
    )  # fmt: skip
    if opened:
        ticket_source.show(desk, quoted, place, me.lang)


def _choices(desk: Desk, me: Account, one: Entry, flag: Flag) -> None:
    lang, other = me.lang, objections.taken_over(one, flag)
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Keep as is", lang), icon=":material/verified:", key=f"faq_keep_flag_{flag.id}", on_click=_keep,
            args=(desk, me, one, flag), help=say("Closes the flag. The entry stays as it is published.", lang),
        )  # fmt: skip
        if other:
            st.button(
                say("Take over", lang), icon=":material/swap_horiz:", key=f"faq_take_{flag.id}", on_click=_take,
                args=(one, other, lang), help=say("Puts the other words into the answer below, to publish next.", lang),
            )  # fmt: skip


def _keep(desk: Desk, me: Account, one: Entry, flag: Flag) -> None:
    told = say("Kept as it is: {question}", me.lang, question=one.question)
    faq_done.do(
        desk, partial(objections.keep, desk.shelves, flag.id, by=me), told, ids=[one.id], back=False, typed=True
    )


def _take(one: Entry, other: tuple[str, str], lang: str) -> None:
    faq_words.put(one, *other)
    faq_done.tell(say("The other words stand in the answer now. Read it, then publish the changes.", lang))
