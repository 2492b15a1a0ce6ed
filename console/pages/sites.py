"""Which of your sites show the chat, and how? The sites on the left, the opened one with its preview on the right."""

from functools import partial
from pathlib import Path

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import (
    session,
    sites_done,
    sites_figures,
    sites_form,
    sites_forms,
    sites_hours,
    sites_identity,
    sites_preview,
    sites_tag,
)
from console.pages.language import say
from console.pages.plain import label
from console.widget import sites
from ingest.store import sites as shelf
from ingest.store.sites import Site

PARTS = {
    "look": "Look", "forms": "Before and after", "tag": "On your pages", "hours": "Office hours",
    "identity": "Identity", "figures": "Figures",
}  # fmt: skip
_STYLE = Path(__file__).with_name("sites.css")


def show(desk: Desk, me: Account) -> None:
    """Draw the list and the opened site."""
    st.html(f"<style>{_STYLE.read_text('utf-8')}</style>")
    st.markdown(f"#### {say('Which of your sites show the chat, and how?', me.lang)}")
    if not me.supervises:
        st.info(say("This page is for supervisors.", me.lang))
        return
    with desk.db.read() as db:
        found = shelf.every(db)
    sites_done.show(desk, me)
    if not found:
        _nothing(desk, me)
        sites_figures.show(desk, me, None)
        return
    opened = next((one for one in found if one.id == st.session_state.get("sites_open")), found[0])
    left, right = st.columns([3, 9], gap="medium")
    with left, st.container(key="sites_list"):
        for one in found:
            _line(one, one.id == opened.id, me.lang)
        _new(desk, me)
    with right, st.container(key="sites_site"):
        _opened(desk, me, opened)


def _nothing(desk: Desk, me: Account) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"#### {say('No site yet', me.lang)}")
        told = "A site is a shop or a help page of yours that shows the chat: with its own key, look and addresses."
        st.caption(say(told, me.lang))
        _new(desk, me)


def _line(one: Site, opened: bool, lang: str) -> None:
    told = label(one.name, 60) if one.on else f"{label(one.name, 60)} :gray[:small[{say('off', lang)}]]"
    where = ", ".join(one.origins) or say("No page may show it yet", lang)
    st.button(
        told, key=f"sites_line_{one.id}", type="secondary" if opened else "tertiary", width="stretch",
        help=label(where, 300), on_click=_open, args=(one.id,), icon=":material/language:",
    )  # fmt: skip


def _new(desk: Desk, me: Account) -> None:
    st.button(
        say("New site", me.lang), key="sites_new", icon=":material/add:", type="tertiary",
        on_click=_make, args=(desk, me),
    )  # fmt: skip


def _make(desk: Desk, me: Account) -> None:
    act = partial(sites.create, desk.db, say("My site", me.lang), me)
    made = sites_done.do(act, say("Made a site. Say where it is.", me.lang))
    if made:
        _open(made.after.id)


def _open(id: str) -> None:
    st.session_state["sites_open"] = id


def _opened(desk: Desk, me: Account, site: Site) -> None:
    lang = me.lang
    if session.over():
        return
    st.session_state.setdefault("sites_part", "look")
    with st.container(horizontal=True, vertical_alignment="center", key="sites_head"):
        part = st.segmented_control(
            say("Part", lang), list(PARTS), required=True, key="sites_part", label_visibility="collapsed",
            format_func=lambda name: say(PARTS[name], lang), persist_state="session",
        )  # fmt: skip
        sites_tag.switch(desk, me, site)
    if part != "identity":
        sites_identity.forget()
    if part == "tag":
        sites_tag.show(desk, me, site)
    elif part == "identity":
        sites_identity.show(desk, me, site)
    elif part == "hours":
        sites_hours.show(desk, me, site)
    elif part == "figures":
        sites_figures.show(desk, me, site)
    else:
        form, preview = st.columns([5, 4], gap="medium")
        with form, st.container(key="sites_form"):
            draft = (sites_forms if part == "forms" else sites_form).show(desk, me, site)
        with preview, st.container(key="sites_preview"):
            sites_preview.show(site, draft, lang, asks=part == "forms")
