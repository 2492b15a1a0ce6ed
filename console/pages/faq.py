"""What should the FAQ say? Proposals from resolved conversations, decided one after another by a supervisor."""

from functools import partial

import streamlit as st

from console import faq, proposals
from console.accounts import Account
from console.desk import Desk
from console.pages import ticket_source, times
from console.pages.language import say
from console.pages.plain import html, label
from console.pages.ticket_source import Quoted
from ingest.errors import KizunaError
from ingest.store import faqs
from ingest.store.faqs import Entry

STATES = {"proposed": "Proposed", "approved": "Published", "rejected": "Turned down"}
REASONS = ("The answer is wrong", "Several questions in one", "Too special for the FAQ", "Already answered elsewhere")
SHOWN = 100
_LANGUAGES = {"en": "English", "ja": "Japanese"}
_STYLE = """
.st-key-faq_queue { gap: 0.1rem; }
.st-key-faq_queue button { justify-content: flex-start; text-align: left; min-height: 0; padding: 0.4rem 0.6rem;
  border: 0; }
.st-key-faq_queue button > *, .st-key-faq_queue button > * > *, .st-key-faq_queue button :is(div, p) { width: 100%; }
.st-key-faq_queue button p { display: flex; gap: 0.6rem; justify-content: space-between; align-items: baseline; }
.st-key-faq_queue button p > span { flex: none; font-variant-numeric: tabular-nums; }
.st-key-faq_queue button[kind="secondary"] { background: var(--kz-wash); box-shadow: inset 3px 0 0 var(--kz-accent); }
:is(.st-key-faq_answer, .st-key-faq_asked) { gap: 0.15rem; }
:is(.st-key-faq_answer, .st-key-faq_asked) > div > div > button { justify-content: flex-start;
  text-align: left; min-height: 0; padding: 0.15rem 0; }
@media (min-width: 1000px) {
  .st-key-faq_queue, .st-key-faq_entry { max-height: calc(100vh - 10rem); overflow-y: auto; scrollbar-width: thin; }
  .st-key-faq_queue > *, .st-key-faq_entry > * { flex-shrink: 0; }
}
@media (max-width: 1000px) {
  [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] .st-key-faq_queue) { flex-wrap: wrap; }
  [data-testid="stColumn"]:has(.st-key-faq_queue), [data-testid="stColumn"]:has(.st-key-faq_entry) { min-width: 100%; }
  .st-key-faq_queue { max-height: 14rem; overflow-y: auto; }
  .st-key-faq_queue > * { flex-shrink: 0; }
}
"""


def show(desk: Desk, me: Account) -> None:
    """Draw the queue on the left and the open entry on the right."""
    st.html(f"<style>{_STYLE}</style>")
    state = _head(desk, me)
    with desk.db.read() as db:
        entries = faqs.page(db, (state,), limit=SHOWN)
    entries.sort(key=lambda one: -len(proposals.members(one)))
    _told(desk, me)
    if not entries:
        _nothing(desk, me, state)
        return
    opened = next((one for one in entries if one.id == st.session_state.get("faq_open")), entries[0])
    left, right = st.columns([4, 8], gap="medium")
    with left, st.container(key="faq_queue"):
        for one in entries:
            _line(one, one.id == opened.id, me.lang)
    with right, st.container(key="faq_entry"):
        _entry(desk, me, opened, _after(entries, opened))


def _head(desk: Desk, me: Account) -> str:
    with desk.db.read() as db:
        counts = faqs.by_state(db)
    st.session_state.setdefault("faq_state", "proposed")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        state = st.segmented_control(
            say("State", me.lang), list(STATES), required=True, key="faq_state",
            format_func=lambda name: f"{say(STATES[name], me.lang)} {counts.get(name, 0):,}",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        if me.supervises and counts:
            _build_button(desk, me)
    return state or "proposed"


def _build_button(desk: Desk, me: Account) -> None:
    if st.button(say("Build from resolved tickets", me.lang), icon=":material/auto_awesome:", key="faq_build"):
        _build(desk, me)


def _build(desk: Desk, me: Account) -> None:
    """Build with a bar that tells how far it is."""
    bar = st.progress(0.0, say("Reading the questions", me.lang))
    titles = {"questions": say("Reading the questions", me.lang), "entries": say("Writing the entries", me.lang)}

    def tell(step: str, done: int, total: int) -> None:
        part = done / max(total, 1)
        bar.progress(0.5 * min(part, 1.0) + 0.5 * (step == "entries"), f"{titles[step]} {done:,} / {total:,}")

    try:
        built = faq.build(desk.search, progress=tell)
    except KizunaError as error:
        bar.empty()
        st.error(str(error), icon=":material/error:")
        return
    new, kept = f"{built.proposed:,}", f"{built.kept:,}"
    told = say("{new} proposed; {kept} questions already had an entry.", me.lang, new=new, kept=kept)
    st.session_state["faq_told"] = (told, None)
    st.rerun()


def _told(desk: Desk, me: Account) -> None:
    """What was done last, with the way back."""
    told, decided = st.session_state.get("faq_told", ("", None))
    if not told:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="faq_told_row"):
        st.caption(f":material/check: {label(told)}", width="content")
        if decided and me.supervises:
            st.button(
                say("Undo", me.lang), icon=":material/undo:", type="tertiary", shortcut="Z", key="faq_undo",
                on_click=_undo, args=(desk, me, decided),
            )  # fmt: skip


def _undo(desk: Desk, me: Account, was: Entry) -> None:
    """Bring an entry back to what it was before the last decision."""
    back = partial(faq.reopen, desk.shelves, was.id, by=me)
    if was.state == "approved":
        back = partial(faq.approve, desk.shelves, was.id, by=me, question=was.question, answer=was.answer)
    if _did(back, me, ""):
        st.session_state["faq_open"], st.session_state["faq_state"] = was.id, was.state


def _nothing(desk: Desk, me: Account, state: str) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        if state == "proposed":
            st.markdown(f"#### {say('Nothing waits for a decision', me.lang)}")
            st.caption(say("Entries are proposed from questions that several resolved conversations share.", me.lang))
            with desk.db.read() as db:
                begun = faqs.by_state(db)
            if not me.supervises:
                st.caption(say("Only a supervisor builds and decides the FAQ.", me.lang))
            elif not begun:
                _build_button(desk, me)
        else:
            st.markdown(f"#### {say('Nothing here yet', me.lang)}")
            st.caption(say("Decide a proposal, and it appears here.", me.lang))


def _line(one: Entry, opened: bool, lang: str) -> None:
    cases = len(proposals.members(one))
    st.button(
        f"{label(one.question, 90)} :gray[:small[{cases}\u00a0· {one.lang.upper()}]]",
        key=f"faq_line_{one.id}", type="secondary" if opened else "tertiary", width="stretch",
        help=say("{n} conversations", lang, n=cases), on_click=_open, args=(one.id,),
    )  # fmt: skip


def _open(id: str) -> None:
    st.session_state["faq_open"] = id


def _after(entries: list[Entry], opened: Entry) -> str:
    """The entry that opens once this one is decided."""
    place = entries.index(opened)
    rest = entries[place + 1 :] or entries[:place][-1:]
    return rest[0].id if rest else ""


def _entry(desk: Desk, me: Account, one: Entry, following: str) -> None:
    _facts(one, me.lang)
    if me.supervises and one.state != "rejected":
        _editor(desk, me, one, following)
    else:
        _reading(desk, me, one, following)
    if one.variants:
        st.html(f'<p class="kz-heading">{html(say("Also asked as", me.lang))}</p>')
        st.html("".join(f'<div class="kz-text"><small>{html(text)}</small></div>' for text in one.variants))
    _evidence(desk, me, one, "answer", say("Where the answer stands", me.lang))
    _evidence(desk, me, one, "question", say("Who asked", me.lang))


def _facts(one: Entry, lang: str) -> None:
    told = [
        say("{n} conversations", lang, n=len(proposals.members(one))),
        say(_LANGUAGES.get(one.lang, one.lang), lang),
        one.product,
        one.by,
    ]
    when = f'<time title="{html(times.exact(one.updated))}">{html(times.span(one.updated, lang))}</time>'
    chips = "".join(f'<span class="kz-chip bare">{html(text)}</span>' for text in told if text)
    st.html(f'<div class="kz-chips">{chips}<span class="kz-chip bare">{when}</span></div>')


def _editor(desk: Desk, me: Account, one: Entry, following: str) -> None:
    lang = me.lang
    question = st.text_input(say("Question", lang), one.question, key=f"faq_question_{one.id}", max_chars=300)
    lines = sum(1 + len(line) // (45 if one.lang == "ja" else 90) for line in one.answer.split("\n"))
    answer = st.text_area(
        say("Answer", lang), one.answer, key=f"faq_answer_{one.id}", height=min(max(60 + 25 * lines, 120), 420),
        placeholder=say("No answer was found in the conversations. Write it.", lang),
    )  # fmt: skip
    published = one.state == "approved"
    words = {"question": question, "answer": answer}
    with st.container(horizontal=True, vertical_alignment="center", key="faq_decide"):
        st.button(
            say("Publish changes", lang) if published else say("Approve and publish", lang), type="primary",
            icon=":material/check:", shortcut="A", key="faq_approve", on_click=_decide,
            args=(desk, me, one, following, words, published),
        )  # fmt: skip
        _turn_down(desk, me, one, following)
        if not published:
            st.button(
                say("Keep for later", lang), type="tertiary", key="faq_keep", on_click=_keep,
                args=(desk, me, one, words), help=say("Keeps your words; nothing is published.", lang),
            )  # fmt: skip


def _turn_down(desk: Desk, me: Account, one: Entry, following: str) -> None:
    lang, published = me.lang, one.state == "approved"
    title = say("Take down", lang) if published else say("Reject", lang)
    with st.popover(title, icon=":material/close:", key=f"faq_no_{one.id}"):
        chosen = st.pills(say("Why?", lang), REASONS, key=f"faq_why_{one.id}", format_func=lambda text: say(text, lang))
        more = st.text_input(say("In your own words", lang), key=f"faq_more_{one.id}", max_chars=300)
        reason = ". ".join(text for text in (chosen or "", more.strip()) if text)
        st.button(
            title, key="faq_reject", type="primary", disabled=not reason, on_click=_refuse,
            args=(desk, me, one, following, reason), help=None if reason else say("Give a reason first.", lang),
        )  # fmt: skip


def _decide(desk: Desk, me: Account, one: Entry, following: str, words: dict[str, str], published: bool) -> None:
    words = {name: st.session_state.get(f"faq_{name}_{one.id}", text) for name, text in words.items()}
    told = say("Published: {question}", me.lang, question=words["question"])
    if _did(partial(faq.approve, desk.shelves, one.id, by=me, **words), me, told, one):
        st.session_state["faq_open"] = one.id if published else following


def _keep(desk: Desk, me: Account, one: Entry, words: dict[str, str]) -> None:
    words = {name: st.session_state.get(f"faq_{name}_{one.id}", text) for name, text in words.items()}
    _did(partial(faq.edit, desk.shelves, one.id, by=me, **words), me, say("Kept for later.", me.lang))


def _refuse(desk: Desk, me: Account, one: Entry, following: str, reason: str) -> None:
    decide = faq.retire if one.state == "approved" else faq.reject
    told = say("Turned down: {question}", me.lang, question=one.question)
    if _did(partial(decide, desk.shelves, one.id, by=me, reason=reason), me, told, one):
        st.session_state["faq_open"] = following


def _did(change: partial[None], me: Account, told: str, was: Entry | None = None) -> bool:
    """Make a change; what happened, or why not, is told on the next drawing, which can bring back what `was`."""
    try:
        change()
    except KizunaError as error:
        st.session_state["faq_told"] = ("", None)
        st.toast(label(str(error)), icon=":material/error:", duration="long")
        return False
    st.session_state["faq_told"] = (told, was)
    return True


def _reading(desk: Desk, me: Account, one: Entry, following: str) -> None:
    st.markdown(f"##### {label(one.question, 300)}")
    st.text(one.answer or say("No answer was found in the conversations. Write it.", me.lang))
    if one.state == "rejected":
        reason = ". ".join(say(text, me.lang) for text in one.note.split(". ") if text)
        told = say("Turned down", me.lang)
        st.caption(f"{told}: {label(reason)}" if reason else told)
    if not me.supervises:
        st.info(say("A supervisor decides what is published. You can read every entry and its evidence.", me.lang))
    elif one.state == "rejected":
        st.button(
            say("Propose again", me.lang), icon=":material/undo:", key="faq_again", on_click=_again,
            args=(desk, me, one, following),
        )  # fmt: skip


def _again(desk: Desk, me: Account, one: Entry, following: str) -> None:
    told = say("Proposed again: {question}", me.lang, question=one.question)
    if _did(partial(faq.reopen, desk.shelves, one.id, by=me), me, told):
        st.session_state["faq_open"] = following


def _evidence(desk: Desk, me: Account, one: Entry, about: str, title: str) -> None:
    found = [told for told in one.evidence if told.get("about") == about]
    if not found:
        return
    place = f"faq:{one.id}"  # one source is open at a time
    opened = ticket_source.picked(place, None)
    st.html(f'<p class="kz-heading">{html(title)}</p>')
    icons = {"article": "menu_book", "faq": "quiz", "ticket": "mail", "call": "call"}
    with st.container(key="faq_answer" if about == "answer" else "faq_asked"):
        for number, told in enumerate(found):
            quoted = Quoted(told["kind"], told["source"], told["title"], told["start"], told["end"], told["quote"])
            st.button(
                f"**{label(quoted.title or quoted.source, 60)}** :gray[{label(quoted.quote, 160)}]", type="tertiary",
                icon=f":material/{icons.get(quoted.kind, 'description')}:", key=f"{place}:{about}:{number}",
                on_click=ticket_source.pick, args=(place, None if opened == quoted else quoted),
            )  # fmt: skip
            if opened == quoted:
                ticket_source.show(desk, quoted, place, me.lang)
