"""The reply in other words: the bar that asks for it, and the new version beside the present one."""

import difflib
import re
from dataclasses import dataclass, replace
from functools import lru_cache

import streamlit as st

from console import rewriting
from console.accounts import Account
from console.answers import language
from console.background import Work, Works
from console.chat_model import ChatModel
from console.desk import Desk
from console.dossier import Opened
from console.pages import session, ticket_editor, ticket_marks
from console.pages.language import say
from console.pages.plain import html, label
from console.rewriting import How, Rewritten
from ingest import clean

HOWS: dict[How, tuple[str, str]] = {  # what the button says, and its keys
    "shorter": ("Shorter", "Alt+Shift+S"),
    "warmer": ("Warmer", "Alt+Shift+W"),
    "formal": ("More formal", "Alt+Shift+F"),
    "simpler": ("Simpler", "Alt+Shift+P"),
    "grammar": ("Fix grammar", "Alt+Shift+G"),
    "english": ("To English", "Alt+Shift+E"),
    "japanese": ("To Japanese", "Alt+Shift+J"),
}
UNITS = ("business days", "minutes", "hours", "weeks", "months")  # what a missing particular may be called
_TOKEN = re.compile(r"[A-Za-z0-9_'’-]+|[ \t]+|.", re.DOTALL)
_ALIKE = 0.35  # texts less alike are another text: nothing is marked
_LONGEST = 6000  # tokens of both that are compared


@dataclass
class Rewriting(Work):
    """What is to be done with which text. `text` grows sentence by sentence; `result` is there at the end."""

    on: Desk
    how: How
    before: str
    model: ChatModel
    text: str = ""
    result: Rewritten | None = None

    def do(self) -> None:
        """Rewrite one sentence after another."""
        for step in rewriting.rewrite(self.before, self.how, self.model):
            if self.stopping:
                return
            if isinstance(step, Rewritten):
                self.result = step
            else:
                self.text += step


_rewritings = Works[Rewriting]()


def of(desk: Desk, me: Account, id: str) -> Rewriting | None:
    """The rewriting that this person asked for and has not decided on."""
    return _rewritings.of(desk, (me.name, id))


def begin(desk: Desk, me: Account, id: str, how: How) -> None:
    """Rewrite what stands in the editor, in the background."""
    if session.over():
        return
    before = ticket_editor.now(id).text.strip()
    if not before or desk.chat is None:
        told = "Write something first." if desk.chat else "The chat model is not available; see the suggestions."
        st.toast(say(told, me.lang), icon=":material/info:")
        return
    ticket_editor.keep(desk, me, id)
    _rewritings.begin(Rewriting(desk, how, before, desk.chat), (me.name, id))


def forget(me: Account, id: str) -> None:
    """Drop it: the present text stays."""
    _rewritings.forget((me.name, id))


def bar(desk: Desk, me: Account, opened: Opened) -> None:
    """Draw one small button for each way to rewrite."""
    id = opened.id
    written = clean.language(ticket_editor.now(id).text) or language(opened.ticket)
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key="rewrite_bar"):
        for how, (text, keys) in HOWS.items():
            if how != {"en": "english", "ja": "japanese"}.get(written):
                st.button(
                    say(text, me.lang), key=f"rewrite:{how}", type="tertiary", shortcut=keys,
                    help=keys, disabled=desk.chat is None, on_click=begin, args=(desk, me, id, how),
                )  # fmt: skip


def versions(desk: Desk, me: Account, id: str) -> None:
    """Draw the way back and forth through the editor's versions."""
    back, forth = ticket_editor.steps(desk, me, id)
    for by, icon, name, keys, may in (
        (-1, ":material/undo:", say("Version before", me.lang), "Alt+Z", back),
        (1, ":material/redo:", say("Version after", me.lang), "Alt+Shift+Z", forth),
    ):
        st.button(
            "", icon=icon, key=f"version:{by}", type="tertiary", shortcut=keys, disabled=not may,
            help=f"{name} · {keys}", on_click=ticket_editor.step, args=(desk, me, id, by),
        )  # fmt: skip


def show(desk: Desk, me: Account, id: str, work: Rewriting) -> None:
    """Draw the new version beside the present one."""
    if work.finished:
        _decide(desk, me, id, work)
    else:
        _stream(desk, me, id)


@st.fragment(run_every=0.5)
def _stream(desk: Desk, me: Account, id: str) -> None:
    work = of(desk, me, id)
    if session.over() or work is None or work.finished:
        st.rerun()
    _beside(work.how, html(work.before), f"{ticket_marks.shown(work.text)}<span class='kz-caret'></span>", me.lang)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/edit_note: {say('Rewriting…', me.lang)}", width="stretch")
        _keep_mine(desk, me, id)


def _decide(desk: Desk, me: Account, id: str, work: Rewriting) -> None:
    done, lang = work.result, me.lang
    if done is None or done.text.strip() == work.before:
        told = work.trouble or (
            "This could not be put in other words." if done and not done.ok else "Nothing to change."
        )
        st.info(label(say(told, lang), 400), icon=":material/info:")
        _keep_mine(desk, me, id)
        return
    old, new = compared(work.before, done.text)
    _beside(work.how, old, new, lang)
    _facts(done, lang)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare_bar"):
        st.button(
            say("Use it", lang), key="use_rewritten", type="primary", icon=":material/check:", shortcut="Alt+Enter",
            on_click=_use, args=(desk, me, id, done.text),
        )  # fmt: skip
        _keep_mine(desk, me, id)


def _keep_mine(desk: Desk, me: Account, id: str) -> None:
    st.button(
        say("Keep mine", me.lang), key="keep_mine", icon=":material/close:", shortcut="Escape",
        on_click=forget, args=(me, id),
    )  # fmt: skip


def _use(desk: Desk, me: Account, id: str, text: str) -> None:
    if session.over():
        return
    ticket_editor.put(id, replace(ticket_editor.now(id), text=text))
    ticket_editor.keep(desk, me, id)
    forget(me, id)


def _beside(how: How, old: str, new: str, lang: str) -> None:
    names = say("Present", lang), say(HOWS[how][0], lang)
    cells = (
        f"<section class='{side}'><h4>{html(name)}</h4><div class='kz-text'>{text}</div></section>"
        for side, name, text in zip(("old", "new"), names, (old, new), strict=True)
    )
    st.html(f"<div class='kz-compare' aria-live='polite'>{''.join(cells)}</div>")


def _facts(done: Rewritten, lang: str) -> None:
    """Which particulars went missing or came in."""
    for told, found in (
        ("Not in the new version: {what}", done.missing),
        ("Only in the new version: {what}", done.added),
    ):
        if found:
            what = " · ".join(say(one, lang) if one in UNITS else one for one in found)
            st.markdown(f":orange[:material/warning: {label(say(told, lang, what=what), 300)}]")
    if not (done.ok or done.missing or done.added):
        st.caption(say("Some sentences could not be put in other words; they stand as they were.", lang))


@lru_cache(maxsize=64)
def compared(old: str, new: str) -> tuple[str, str]:
    """Both texts as safe HTML, with what is only in one of them marked; unmarked where they have little in common."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(a) + len(b) > _LONGEST:
        return html(old), html(new)
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return html(old), html(new)
    left, right = [""], [""]
    for same, was, becomes in _runs(matcher, a, b):
        left.append(html(was) if same or not was else f"<del>{html(was)}</del>")
        right.append(html(becomes) if same or not becomes else f"<ins>{html(becomes)}</ins>")
    return "".join(left), "".join(right)


def _runs(matcher: "difflib.SequenceMatcher[str]", a: list[str], b: list[str]) -> list[tuple[bool, str, str]]:
    """Stretches that are the same or not; a letter or a space that two changes share belongs to them."""
    runs: list[tuple[bool, str, str]] = []
    codes = matcher.get_opcodes()
    for place, (kind, a1, a2, b1, b2) in enumerate(codes):
        was, becomes = "".join(a[a1:a2]), "".join(b[b1:b2])
        same = kind == "equal" and (len(was.strip()) > 1 or "\n" in was or place in (0, len(codes) - 1))
        if runs and not same and not runs[-1][0]:
            runs[-1] = False, runs[-1][1] + was, runs[-1][2] + becomes
        else:
            runs.append((same, was, becomes))
    return runs
