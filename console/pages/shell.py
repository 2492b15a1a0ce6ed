"""The script that Streamlit runs for every page: who is there, which page, and the account menu."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import streamlit as st

from console import accounts, door
from console.accounts import Account
from console.desk import Desk, current
from console.pages import places, session, ticket_reveal
from console.pages.language import say
from ingest.errors import KizunaError

PAGES = {  # address: title and icon
    "inbox": ("Inbox", ":material/inbox:"),
    "ticket": ("Ticket", ":material/mail:"),
    "knowledge": ("Knowledge", ":material/menu_book:"),
    "intake": ("Intake", ":material/upload_file:"),
    "faq": ("FAQ", ":material/quiz:"),
    "topics": ("Topics", ":material/forum:"),
    "watch": ("Watch list", ":material/visibility:"),
    "people": ("People", ":material/group:"),
    "quality": ("Quality", ":material/speed:"),
    "sites": ("Widget", ":material/chat:"),
}
_SUPERVISORS = ("quality", "sites", "watch")  # pages that others do not see among the rest
_ICON = Path(__file__).with_name("icon.svg")
_LOOK = Path(__file__).with_name("look.css")
_ROLES = {"agent": "Agent", "supervisor": "Supervisor"}


def main() -> None:
    """Draw the page that was asked for, or lead a stranger to the sign-in page."""
    st.set_page_config("Kizuna", _ICON, layout="wide")  # a Material icon would be fetched from the network
    try:
        desk = current()
        me = door.account_of(st.context.cookies.to_dict())
    except KizunaError as error:
        st.error(str(error), icon=":material/error:")
        return
    if me is None:
        _to_sign_in()
        return
    session.keep(st.context.cookies[door.COOKIE])
    st.html(f"<style>{_LOOK.read_text('utf-8')}</style>")
    pages = {name: _page(name, desk, me) for name in PAGES}
    places.keep(pages)
    page = st.navigation(list(pages.values()), position="top")
    _account_menu(desk, me)
    page.run()


def _page(name: str, desk: Desk, me: Account) -> "st.Page":
    title, icon = PAGES[name]
    hidden = name == "ticket" or (name in _SUPERVISORS and not me.supervises)
    return st.Page(
        _drawing(name, desk, me), title=say(title, me.lang), icon=icon, url_path=name,
        default=name == "inbox", visibility="hidden" if hidden else "visible",
    )  # fmt: skip


def _drawing(name: str, desk: Desk, me: Account) -> Callable[[], None]:
    def draw() -> None:
        if name != "ticket":
            ticket_reveal.forget()
        try:
            import_module(f"console.pages.{name}").show(desk, me)
        except KizunaError as error:
            st.error(str(error), icon=":material/error:")

    return draw


def _account_menu(desk: Desk, me: Account) -> None:
    with st.container(key="account", width="content"), st.popover(me.display, icon=":material/account_circle:"):
        st.text(me.display)
        st.caption(say(_ROLES[me.role], me.lang))
        chosen = st.segmented_control(
            "言語 / Language", ["en", "ja"], default=me.lang, required=True, key="language",
            format_func=lambda lang: "日本語" if lang == "ja" else "English",
        )  # fmt: skip
        if chosen and chosen != me.lang:
            accounts.speak(desk.db, me, chosen)
            st.rerun()
        if st.button(say("Sign out", me.lang), icon=":material/logout:", key="sign_out"):
            accounts.sign_out(desk.db, st.context.cookies.get(door.COOKIE, ""))
            st.rerun()


def _to_sign_in() -> None:
    st.html("<script>window.location.assign('/signin')</script>", unsafe_allow_javascript=True)
    st.link_button("Sign in · サインイン", "/signin")


if __name__ == "__main__":
    main()
