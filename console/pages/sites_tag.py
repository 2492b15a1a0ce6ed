"""How a site's pages show the chat: the tag to copy, its hash, what their policy must allow, keys, on and off."""

from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import sites_done, times
from console.pages.language import say
from console.widget import embed, sites, trial
from console.widget.sites import Change
from ingest.store.sites import Site


def show(desk: Desk, me: Account, site: Site) -> None:
    """Draw the tag and all that goes with it."""
    lang, address = me.lang, desk.settings.widget_address
    if not site.origins:
        told = "No page may show this chat yet: write the address of your site under Look, and save."
        st.warning(say(told, lang), icon=":material/warning:")
    _heading("Put this tag into every page that shall show the chat", lang)
    pinned = st.toggle(say("Pin the loader by its hash", lang), key="sites_pinned", persist_state="session")
    st.code(embed.snippet(address, site.key, pinned=pinned), language="html", wrap_lines=True)
    if pinned:
        told = "Browsers then refuse any other loader: after each update of Kizuna, copy the tag again."
        st.caption(say(told, lang))
    with st.container(horizontal=True, gap="small"):
        st.link_button(say("Open the test page", lang), trial.link(site, lang), icon=":material/open_in_new:")
    _heading("The loader's hash (Subresource Integrity)", lang)
    st.code(embed.integrity(), language=None, wrap_lines=True)
    _heading("If your pages have a Content-Security-Policy, it must allow this", lang)
    st.code(f"script-src {address}; connect-src {address}; frame-src {address}", language=None, wrap_lines=True)
    _keys(desk, me, site)


def switch(desk: Desk, me: Account, site: Site) -> None:
    """The switch of a site."""
    text = say("Switch off", me.lang) if site.on else say("Switch on", me.lang)
    told = say("Switched off.", me.lang) if site.on else say("Switched on.", me.lang)
    st.button(
        text, key="sites_switch", icon=":material/toggle_off:" if site.on else ":material/toggle_on:", type="tertiary",
        on_click=_do, args=(partial(sites.switch, desk.db, site.id, not site.on, me), told),
    )  # fmt: skip


def _keys(desk: Desk, me: Account, site: Site) -> None:
    lang = me.lang
    _heading("The site's key", lang)
    st.caption(say("It is public: it stands in the tag. What protects the chat are the addresses.", lang))
    st.code(site.key, language=None)
    if site.former_key_ends:
        told = say("The former key is good until {when}.", lang, when=times.exact(site.former_key_ends))
        st.caption(told)
    st.button(
        say("New key", lang), key="sites_new_key", icon=":material/autorenew:",
        on_click=_do, args=(partial(sites.new_key, desk.db, site.id, me), say("The key is new.", lang)),
        help=say("The former one is good for {n} days more.", lang, n=sites.OVERLAP.days),
    )  # fmt: skip


def _do(act: "partial[Change]", told: str) -> None:
    sites_done.do(act, told)


def _heading(text: str, lang: str) -> None:
    st.markdown(f"##### {say(text, lang)}")
