"""Who is the same person? Two customers side by side, decided one pair after another by a supervisor."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from console import identities, likeness
from console.accounts import Account
from console.desk import Desk
from console.identities import Side
from console.pages import people_words, session, times
from console.pages.language import say
from console.pages.plain import html, label
from ingest.errors import KizunaError
from ingest.records import Customer
from ingest.store import customers, matches
from ingest.store.matches import Match, State

STATES: dict[State, str] = {"proposed": "To decide", "merged": "Merged", "rejected": "Different people"}
_STYLE = Path(__file__).with_name("people.css")
_FIELDS: dict[str, tuple[str, Callable[[str], str]]] = {  # title, and what makes two writings the same
    "name": ("Name", likeness.name_key), "email": ("Email", likeness.mailbox), "phone": ("Phone", likeness.digits),
    "company": ("Company", str.casefold), "country": ("Country", str.casefold), "plan": ("Plan", str.casefold),
    "lang": ("Language", str.casefold),
}  # fmt: skip


def show(desk: Desk, me: Account) -> None:
    """Draw the queue on the left and the open pair on the right."""
    st.html(f"<style>{_STYLE.read_text('utf-8')}</style>")
    st.markdown(f"#### {say('Who is the same person?', me.lang)}")
    state = _head(desk, me)
    with desk.db.read() as db:
        found = matches.page(db, state)
        known = customers.resolve(db, [id for one in found for id in (one.one, one.other)])
    _told(desk, me, state)
    if not found:
        _nothing(state, me)
        return
    opened = next((one for one in found if one.id == st.session_state.get("people_open")), found[0])
    left, right = st.columns([4, 8], gap="medium")
    with left, st.container(key="people_queue"):
        for one in found:
            _line(one, known, one.id == opened.id, me.lang)
    with right, st.container(key="people_pair"):
        _pair(desk, me, opened, _after(found, opened))


def _head(desk: Desk, me: Account) -> State:
    with desk.db.read() as db:
        counts = matches.by_state(db)
    st.session_state.setdefault("people_state", "proposed")
    state = st.segmented_control(
        say("State", me.lang), list(STATES), required=True, key="people_state", label_visibility="collapsed",
        format_func=lambda name: f"{say(STATES[name], me.lang)} {counts[name]:,}", persist_state="session",
    )  # fmt: skip
    return state or "proposed"


def _told(desk: Desk, me: Account, state: State) -> None:
    """What was done last, with the way back."""
    told, match = st.session_state.get("people_told", ("", None))
    if not told:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="people_told_row"):
        st.caption(f":material/check: {label(told)}", width="content")
        if match and me.supervises and state == "proposed":
            _button(say("Undo", me.lang), "people_undo", "undo", partial(_undo, desk, me, match), "Z")


def _nothing(state: State, me: Account) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        if state == "proposed":
            st.markdown(f"#### {say('Nobody seems to be here twice', me.lang)}")
            told = "Customers with the same email address become one at import. Other likenesses appear here."
            st.caption(say(told, me.lang))
        else:
            st.markdown(f"#### {say('Nothing here yet', me.lang)}")
            st.caption(say("Decide a proposal, and it appears here.", me.lang))


def _line(one: Match, known: dict[str, Customer], opened: bool, lang: str) -> None:
    names = [_name(known.get(id), id) for id in (one.one, one.other)]
    who = label(" · ".join(dict.fromkeys(names)), 70)
    st.button(
        f"{who} :gray[:small[{people_words.likely(one.score, lang)}]]", key=f"people_line_{one.id}",
        type="secondary" if opened else "tertiary", width="stretch", help=people_words.short(one, lang),
        on_click=_open, args=(one.id,),
    )  # fmt: skip


def _name(customer: Customer | None, id: str) -> str:
    return (customer.name or customer.email or customer.phone or id) if customer else id


def _open(id: str) -> None:
    st.session_state["people_open"] = id


def _after(found: list[Match], opened: Match) -> str:
    """The pair that opens once this one is decided."""
    place = found.index(opened)
    rest = found[place + 1 :] or found[:place][-1:]
    return rest[0].id if rest else ""


def _pair(desk: Desk, me: Account, match: Match, following: str) -> None:
    lang = me.lang
    with desk.db.read() as db:
        one, other = identities.sides(db, match)
    chips = [people_words.likely(match.score, lang), match.by]
    when = times.span(match.decided, lang) if match.decided else ""
    told = "".join(f'<span class="kz-chip bare">{html(text)}</span>' for text in (*chips, when) if text)
    st.html(f'<div class="kz-chips">{told}</div>')
    st.html(f'<p class="kz-heading">{html(say("What speaks for it", lang))}</p>{_evidence(match, lang)}')
    if me.supervises:
        _decisions(desk, me, match, following)
    else:
        st.info(say("A supervisor decides. You can read every proposal and what speaks for it.", lang))
    st.html(_table(match, one, other, lang))


def _evidence(match: Match, lang: str) -> str:
    icon = "<span class='kz-icon' aria-hidden='true'>check_circle</span>"
    found = people_words.evidence(match, lang)
    return f"<ul class='kz-why'>{''.join(f'<li>{icon}{html(a)} <span>{html(b)}</span></li>' for a, b in found)}</ul>"


def _table(match: Match, one: Side | None, other: Side | None, lang: str) -> str:
    """Both side by side; what both tell differently is marked."""
    heads = ((match.one, say("Came first, is kept", lang)), (match.other, say("Came later", lang)))
    top = "".join(
        f"<th scope='col'>{html(_name(side.customer if side else None, id))}<small>{html(told)}</small></th>"
        for (id, told), side in zip(heads, (one, other), strict=True)
    )
    lines = [_compared(name, one, other, lang) for name in _FIELDS]
    plain = {
        "Customer number": (match.one, match.other),
        "Since": tuple(times.day(side.customer.since) if side else "" for side in (one, other)),
        "Products": tuple(", ".join(side.customer.products) if side else "" for side in (one, other)),
        "Source": tuple(", ".join(side.sources) if side else "" for side in (one, other)),
        "Conversations": tuple(f"{side.conversations:,}" if side else "" for side in (one, other)),
    }
    lines += [_row(say(title, lang), values, "", "") for title, values in plain.items() if any(values)]
    return f"<table class='kz-pair'><thead><tr><td></td>{top}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _compared(name: str, one: Side | None, other: Side | None, lang: str) -> str:
    title, folded = _FIELDS[name]
    values = tuple(str(getattr(side.customer, name)) if side else "" for side in (one, other))
    if not any(values):
        return ""
    first, second = (folded(value) or value.casefold() for value in values)
    if not all(values):
        return _row(say(title, lang), values, "", "")
    alike = first == second or (name == "phone" and likeness.same_phone(*values))
    return _row(say(title, lang), values, "same" if alike else "differs", say("same" if alike else "differs", lang))


def _row(title: str, values: tuple[str, ...], kind: str, told: str) -> str:
    icon = {"same": "check", "differs": "difference"}.get(kind, "")
    mark = (
        f"<span class='kz-icon' role='img' aria-label='{html(told)}' title='{html(told)}'>{icon}</span>" if icon else ""
    )
    cells = "".join(f"<td>{html(value) or '–'}</td>" for value in values)
    return f"<tr class='{kind}'><th scope='row'>{html(title)}{mark}</th>{cells}</tr>"


def _decisions(desk: Desk, me: Account, match: Match, following: str) -> None:
    lang = me.lang
    with st.container(horizontal=True, vertical_alignment="center", key="people_decide"):
        if match.state != "proposed":
            _button(say("Undo", lang), "people_back", "undo", partial(_undo, desk, me, match), "U")
            return
        merge = partial(_decide, desk, me, match, following, identities.merge, "Merged: {who}")
        reject = partial(_decide, desk, me, match, following, identities.reject, "Different people: {who}")
        _button(say("Merge", lang), "people_merge", "merge", merge, "M", primary=True)
        _button(say("Different people", lang), "people_reject", "call_split", reject, "D")
        st.caption(say("Nothing is lost: both can be separated again.", lang), width="content")


def _button(text: str, key: str, icon: str, act: Callable[[], None], shortcut: str, *, primary: bool = False) -> None:
    st.button(
        text, key=key, icon=f":material/{icon}:", on_click=act, shortcut=shortcut,
        type="primary" if primary else "secondary",
    )  # fmt: skip


def _decide(desk: Desk, me: Account, match: Match, following: str, act: Callable[..., None], told: str) -> None:
    with desk.db.read() as db:
        known = customers.find(db, match.one)
    if _did(partial(act, desk.shelves, match, by=me), me):
        st.session_state["people_told"] = (say(told, me.lang, who=_name(known, match.one)), match.id)
        st.session_state["people_open"] = following


def _undo(desk: Desk, me: Account, match: Match | str) -> None:
    """Bring a pair back to where it was before it was decided, and open it."""
    with desk.db.read() as db:
        now = matches.get(db, match if isinstance(match, str) else match.id)
    if now is None or now.state == "proposed":
        st.session_state["people_told"] = ("", None)
        return
    act = identities.separate if now.state == "merged" else identities.reopen
    if _did(partial(act, desk.shelves, now, by=me), me):
        told = say("Separated again." if now.state == "merged" else "Proposed again.", me.lang)
        st.session_state["people_told"] = (told, None)
        st.session_state["people_open"], st.session_state["people_state"] = now.id, "proposed"


def _did(change: partial[None], me: Account) -> bool:
    if session.over():
        return False
    try:
        change()
    except KizunaError as error:
        st.session_state["people_told"] = ("", None)
        st.toast(label(say(str(error), me.lang)), icon=":material/error:", duration="long")
        return False
    return True
