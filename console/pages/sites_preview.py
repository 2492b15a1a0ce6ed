"""The live preview beside the form of a site: the real frame with what stands in the fields."""

from urllib.parse import urlencode

import streamlit as st

from console.pages.language import say
from console.widget import colours, sites
from console.widget.trial import Draft
from ingest.errors import SenderError
from ingest.store.sites import Site

SCHEMES = {"light": "Light", "dark": "Dark"}
HEIGHT = 640  # pixels


def show(site: Site, draft: Site, lang: str, *, asks: bool = False) -> None:
    """Draw the preview, in light or dark and in either language; what is asked before a chat where that is wanted."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sites_shown"):
        st.session_state.setdefault("sites_scheme", "light")
        st.session_state.setdefault("sites_spoken", lang)
        scheme = st.segmented_control(
            say("Preview", lang), list(SCHEMES), required=True, key="sites_scheme", label_visibility="collapsed",
            format_func=lambda name: say(SCHEMES[name], lang), persist_state="session",
        )  # fmt: skip
        spoken = st.segmented_control(
            say("Language", lang), list(sites.LANGS), required=True, key="sites_spoken",
            label_visibility="collapsed", persist_state="session",
            format_func=lambda name: "日本語" if name == "ja" else "English",
        )  # fmt: skip
    shown = address(site, draft, spoken or "en", scheme or "light", asks=asks)
    st.iframe(shown, height=HEIGHT, alt=say("Preview", lang))


def address(site: Site, draft: Site, spoken: str, scheme: str, *, asks: bool = False) -> str:
    """Where the preview of a draft is; a colour that is none yet is left out."""
    told = Draft(
        **sites.words(draft, spoken), accent=_colour(draft.accent), accent_dark=_colour(draft.accent_dark),
        side=draft.side, offset=draft.offset, full=draft.full, asks=draft.forms if asks else None,
    )  # fmt: skip
    query = {"id": site.id, "lang": spoken, "scheme": scheme, "draft": told.model_dump_json(exclude_defaults=True)}
    return f"/widget/preview?{urlencode(query)}"


def _colour(colour: str) -> str:
    try:
        return colour and colours.checked(colour)
    except SenderError:
        return ""
