"""The form of a site: where it is, what it says, its colours, its logo and where the button stands."""

from dataclasses import replace
from functools import partial

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import sites_done
from console.pages.language import say
from console.widget import colours, sites
from ingest.store.sites import Site

LANGS = {"en": "English", "ja": "Japanese"}
TITLES = {"title": "Title", "greeting": "Greeting", "launcher": "Label of the button"}
SIDES = {"left": "On the left", "right": "On the right"}
_FILLED = "sites_filled"


def show(desk: Desk, me: Account, site: Site) -> Site:
    """Draw the form; returns the site as it stands there, saved or not."""
    _fill(site)
    lang = me.lang
    st.text_input(say("Name at the desk", lang), key="site_name", persist_state="session", max_chars=sites.NAME)
    st.text_area(
        say("Addresses of its pages, one a line", lang), key="site_origins", persist_state="session", height=80,
        placeholder="https://shop.example",
        help=say("Only pages of these origins may show the chat: scheme, host and port, without a path.", lang),
    )  # fmt: skip
    _texts(lang)
    _colours(lang)
    _place(lang)
    draft = _draft(site)
    with st.container(horizontal=True, vertical_alignment="center", key="sites_save_row"):
        changed = draft != site
        st.button(
            say("Save", lang), key="sites_save", type="primary", icon=":material/check:", disabled=not changed,
            on_click=_save, args=(desk, me, site),
        )  # fmt: skip
        if changed:
            st.caption(say("Not saved yet", lang), width="content")
    _logo(desk, me, site)
    return draft


def _fill(site: Site) -> None:
    """What is kept goes into the fields when another site is opened, and when this one was changed."""
    mark = (site.id, site.changed)
    if st.session_state.get(_FILLED) == mark and "site_name" in st.session_state:
        return
    st.session_state[_FILLED] = mark
    values = {
        "name": site.name, "origins": "\n".join(site.origins), "accent": site.accent or colours.LIGHT,
        "own_dark": bool(site.accent_dark), "accent_dark": site.accent_dark or site.accent or colours.DARK,
        "side": site.side, "offset": site.offset, "full": site.full,
    }  # fmt: skip
    values |= {f"{name}_{lang}": text for lang in LANGS for name, text in sites.words(site, lang).items()}
    for name, value in values.items():
        st.session_state[f"site_{name}"] = value


def _texts(lang: str) -> None:
    for tab, spoken in zip(st.tabs([say(name, lang) for name in LANGS.values()]), LANGS, strict=True):
        with tab:
            st.text_input(
                say(TITLES["title"], lang), key=f"site_title_{spoken}", max_chars=sites.TEXTS["title"],
                placeholder=say("The company's name", lang), persist_state="session",
            )  # fmt: skip
            st.text_area(
                say(TITLES["greeting"], lang), key=f"site_greeting_{spoken}", max_chars=sites.TEXTS["greeting"],
                placeholder=say("Says that it is an assistant and that a person can be had", lang), height=80,
                persist_state="session",
            )  # fmt: skip
            st.text_input(
                say(TITLES["launcher"], lang), key=f"site_launcher_{spoken}", max_chars=sites.TEXTS["launcher"],
                placeholder=say("Chat with us", spoken), persist_state="session",
            )  # fmt: skip


def _colours(lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="sites_colours"):
        st.color_picker(say("Colour", lang), key="site_accent", persist_state="session")
        st.checkbox(say("Another colour in the dark", lang), key="site_own_dark", persist_state="session")
        if st.session_state["site_own_dark"]:
            st.color_picker(say("In the dark", lang), key="site_accent_dark", persist_state="session")
    st.caption(" · ".join(_contrasts(lang)))


def _contrasts(lang: str) -> list[str]:
    accent = st.session_state["site_accent"]
    shown = [colours.theme(accent, dark=False)]
    if st.session_state["site_own_dark"]:
        shown.append(colours.theme(st.session_state["site_accent_dark"], dark=True))
    told = {"#ffffff": "White text on it, contrast {n}", "#000000": "Black text on it, contrast {n}"}
    return [say(told[one.on], lang, n=f"{colours.contrast(one.accent, one.on):.1f}") for one in shown]


def _place(lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="top", gap="medium", key="sites_place"):
        st.segmented_control(
            say("The button stands", lang), list(SIDES), key="site_side", persist_state="session", required=True,
            format_func=lambda name: say(SIDES[name], lang),
        )  # fmt: skip
        st.number_input(
            say("Pixels from the edges", lang), min_value=0, max_value=sites.OFFSET, step=4, key="site_offset",
            width=150, persist_state="session",
        )  # fmt: skip
    st.checkbox(say("Fills the screen of a phone", lang), key="site_full", persist_state="session")


def _draft(site: Site) -> Site:
    """The site with what stands in the fields; what is as it always is stays empty."""
    told = {name: st.session_state[f"site_{name}"] for name in ("name", "origins", "accent", "side", "offset", "full")}
    texts = {lang: {name: st.session_state[f"site_{name}_{lang}"] for name in TITLES} for lang in LANGS}
    dark = st.session_state.get("site_accent_dark", "") if st.session_state["site_own_dark"] else ""
    plain = not any(text for said in texts.values() for text in said.values()) and not site.texts
    return replace(
        site, name=told["name"], origins=tuple(line.strip() for line in told["origins"].split("\n") if line.strip()),
        texts=site.texts if plain else texts, accent="" if told["accent"] == colours.LIGHT else told["accent"],
        accent_dark=dark, side=told["side"] or site.side, offset=told["offset"], full=told["full"],
    )  # fmt: skip


def _save(desk: Desk, me: Account, site: Site) -> None:
    sites_done.do(partial(sites.save, desk.db, _draft(site), me), say("Saved: {name}", me.lang, name=site.name))


def _logo(desk: Desk, me: Account, site: Site) -> None:
    lang = me.lang
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="sites_logo"):
        if site.logo:
            st.image(site.logo, width=48)
            st.button(
                say("Take the logo away", lang), key="sites_logo_away", icon=":material/delete:", type="tertiary",
                on_click=_draw, args=(desk, me, site, ""),
            )  # fmt: skip
        place = f"sites_logo_{site.id}_{site.changed}"
        st.file_uploader(
            say("Logo: PNG, JPEG or WebP, 64 KB at most", lang), type=["png", "jpg", "jpeg", "webp"], key=place,
            max_upload_size=1, on_change=_draw, args=(desk, me, site, place),
        )  # fmt: skip


def _draw(desk: Desk, me: Account, site: Site, place: str) -> None:
    chosen = st.session_state.get(place) if place else None
    if place and chosen is None:
        return
    told = say("The logo is changed.", me.lang) if place else say("The logo is taken away.", me.lang)
    sites_done.do(partial(sites.draw, desk.db, site.id, chosen.getvalue() if chosen else None, me), told)
