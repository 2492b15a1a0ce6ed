"""The notice of an event: to how many, in their language, to be edited, downloaded or noted in open tickets."""

from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.faq import notices
from console.faq.notices import Recipient
from console.pages import places, session, topics_done
from console.pages.faq_words import LANGUAGES
from console.pages.language import say
from console.pages.plain import html, label
from ingest.errors import KizunaError
from ingest.store.events import Event, Touched


def show(desk: Desk, me: Account, one: Event) -> None:
    """Draw the notice; agents read it."""
    lang = me.lang
    with desk.db.read() as db:
        found, open_ = notices.recipients(db, one), notices.waiting(db, one)
    st.html(f'<p class="kz-heading">{html(say("Notice to customers", lang))}</p>')
    st.caption(_to_whom(one, found, open_, lang))
    drafted = notices.draft(one, desk.settings.voice)
    words = {spoken: one.notice.get(spoken) or drafted[spoken] for spoken in notices.LANGUAGES}
    if not me.supervises or one.closed:
        _reading(one, lang)
        return
    order = sorted(words, key=lambda spoken: (-sum(person.lang == spoken for person in found), spoken != one.lang))
    for tab, spoken in zip(st.tabs([_title(spoken, one, lang) for spoken in order]), order, strict=True):
        with tab:
            _fields(one, spoken, words[spoken], lang)
    _buttons(desk, me, one, found, open_)


def _to_whom(one: Event, found: list[Recipient], open_: list[Touched], lang: str) -> str:
    if not (one.topic or one.product):
        return say("Give the event a product, and it says here whom it touches.", lang)
    counts = [
        f"{say(LANGUAGES[spoken], lang)} {sum(person.lang == spoken for person in found):,}"
        for spoken in notices.LANGUAGES
    ]
    told = say(
        "{n} customers with open conversations about it, or some in the last 30 days ({langs}); {open} open tickets.",
        lang, n=f"{len(found):,}", langs=" · ".join(counts), open=f"{len(open_):,}",
    )  # fmt: skip
    return label(f"{told} {say('Nothing is sent from here.', lang)}", 400)


def _title(spoken: str, one: Event, lang: str) -> str:
    name = say(LANGUAGES[spoken], lang)
    return name if spoken in one.notice else f"{name} :gray[· {say('draft', lang)}]"


def _field(name: str, one: Event, spoken: str) -> str:
    """The key of a field: another one after the event's words have changed, so that old words do not stay in it."""
    return f"topics_notice_{name}_{spoken}_{one.id}_{hash((one.title, one.text, one.kind, str(one.notice)))}"


def _fields(one: Event, spoken: str, words: dict[str, str], lang: str) -> None:
    st.text_input(
        say("Subject", lang), words["subject"], key=_field("subject", one, spoken),
        max_chars=notices.LONGEST["subject"],
    )  # fmt: skip
    lines = sum(1 + len(row) // (45 if spoken == "ja" else 90) for row in words["text"].split("\n"))
    st.text_area(
        say("Text", lang), words["text"], key=_field("text", one, spoken), height=min(60 + 25 * lines, 460),
        max_chars=notices.LONGEST["text"],
    )  # fmt: skip


def _reading(one: Event, lang: str) -> None:
    for spoken, words in one.notice.items():
        st.html(
            f"<div class='kz-notice'><h4>{html(say(LANGUAGES.get(spoken, spoken), lang))}: "
            f"{html(words['subject'])}</h4><div class='kz-text'>{html(words['text'])}</div></div>"
        )
    if not one.notice:
        st.caption(say("No notice has been written.", lang))


def _buttons(desk: Desk, me: Account, one: Event, found: list[Recipient], open_: list[Touched]) -> None:
    lang = me.lang
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="topics_notice_do"):
        st.button(
            say("Keep the notice", lang), icon=":material/save:", key="topics_notice_keep", on_click=_keep,
            args=(desk, me, one),
        )  # fmt: skip
        st.download_button(
            say("Recipients as CSV", lang), partial(_table, desk, me, one), f"{one.id}.csv", "text/csv",
            icon=":material/download:", type="tertiary", key="topics_csv", on_click="ignore", disabled=not found,
            help=say("Id, name, language and address, as the desk has them. The download is noted.", lang),
        )  # fmt: skip
        with st.popover(
            say("Note in {n} open tickets", lang, n=len(open_)), icon=":material/sticky_note_2:", type="tertiary",
            key="topics_note_open", disabled=not open_,
        ):  # fmt: skip
            st.caption(say("Each gets a note for its agents with this text to copy. Customers do not see it.", lang))
            st.button(
                say("Put the notes in", lang), type="primary", key="topics_note", on_click=_note, args=(desk, me, one)
            )


def _said(one: Event) -> dict[str, dict[str, str]]:
    """What stands in the fields."""
    return {
        spoken: {name: st.session_state.get(_field(name, one, spoken), "") for name in notices.LONGEST}
        for spoken in notices.LANGUAGES
    }


def _keep(desk: Desk, me: Account, one: Event) -> None:
    change = partial(notices.keep, desk.db, one.id, _said(one), by=me)
    topics_done.do(change, say("Kept. Nothing is sent.", me.lang))


def _table(desk: Desk, me: Account, one: Event) -> bytes:
    if session.over():
        return b""
    try:
        return notices.table(desk.db, one.id, by=me)
    except KizunaError as error:
        return f"{error}\n".encode()


def _note(desk: Desk, me: Account, one: Event) -> None:
    """Keep what stands in the fields, then note it: what agents read is what was seen."""
    count, link = 0, places.link("topics", event=one.id)

    def change() -> None:
        nonlocal count
        notices.keep(desk.db, one.id, _said(one), by=me)
        count = notices.note(desk.shelves, one.id, link, by=me)

    topics_done.do(change, lambda: say("Noted in {n} open tickets.", me.lang, n=count))
