"""How a site says who its customers are: the secret, shown once, and what the site's own server does with it."""

from functools import partial
from string import Template

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import sites_done, times
from console.pages.language import say
from console.widget import identity, sites, visitor
from ingest.store.sites import Site

_SHOWN = "sites_secret"  # in the session: of which site, which number, and what it is
PYTHON = Template("""import os, time, uuid
import jwt  # pip install PyJWT

def kizuna_token(customer):
    return jwt.encode({
        "aud": "$key",
        "sub": str(customer.id),        # your own id of the customer: one that they cannot choose
        "email": customer.email,        # optional, and only if you have verified it
        "name": customer.name,          # optional
        "jti": uuid.uuid4().hex,        # another one each time
        "exp": int(time.time()) + 600,  # 24 hours from now at most
    }, os.environ["KIZUNA_SITE_SECRET"], algorithm="HS256")
""")
NODE = Template("""const crypto = require("crypto");
const jwt = require("jsonwebtoken"); // npm install jsonwebtoken

function kizunaToken(customer) {
  const claims = { email: customer.email, name: customer.name }; // optional; the address only if you have verified it
  return jwt.sign(claims, process.env.KIZUNA_SITE_SECRET, {
    algorithm: "HS256",
    audience: "$key",
    subject: String(customer.id), // your own id of the customer: one that they cannot choose
    jwtid: crypto.randomUUID(),   // another one each time
    expiresIn: 600,               // seconds, a day at most
  });
}
""")
PAGE = """window.Kizuna = window.Kizuna || [];
Kizuna.push(["identify", tokenFromYourServer]); // on every page, while somebody is signed in
Kizuna.push(["logout"]); // when they sign out and the page stays
"""


def show(desk: Desk, me: Account, site: Site) -> None:
    """Draw the secret and the examples."""
    lang = me.lang
    told = (
        "Without this, a visitor is known by the browser alone. With it, customers who are signed in at your site see "
        "their conversations on every device, and the desk knows whose they are."
    )
    st.caption(say(told, lang))
    _secret(desk, me, site)
    st.markdown(f"##### {say('On your server: sign a token for each page', lang)}")
    python, node = st.tabs(["Python", "Node"])
    python.code(PYTHON.substitute(key=site.key), language="python")
    node.code(NODE.substitute(key=site.key), language="javascript")
    st.markdown(f"##### {say('On the page: say who is signed in, and when nobody is any more', lang)}")
    st.code(PAGE, language="javascript")


def forget() -> None:
    """Show a new secret no more."""
    st.session_state.pop(_SHOWN, None)


def _secret(desk: Desk, me: Account, site: Site) -> None:
    lang = me.lang
    st.markdown(f"##### {say('The identity secret', lang)}")
    shown = st.session_state.get(_SHOWN)
    if shown and shown[:2] == (site.id, site.secret):
        st.code(shown[2], language=None, wrap_lines=True)
        told = "Copy it now into your server's secrets: it is shown this once, and never belongs into a page."
        st.warning(say(told, lang), icon=":material/key:")
        st.button(say("I have kept it", lang), key="sites_kept", icon=":material/check:", on_click=forget)
    elif site.secret:
        st.caption(say("There is one. Who has lost it needs another.", lang))
    if site.former_secret_ends:
        st.caption(say("The former secret is good until {when}.", lang, when=times.exact(site.former_secret_ends)))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        text = say("New secret", lang) if site.secret else say("Make the secret", lang)
        st.button(
            text, key="sites_new_secret", icon=":material/key:", type="secondary" if site.secret else "primary",
            on_click=_new, args=(desk, me, site),
        )  # fmt: skip
        if site.secret:
            st.checkbox(say("The present one has leaked: end it at once", lang), key="sites_leaked")


def _new(desk: Desk, me: Account, site: Site) -> None:
    at_once = bool(st.session_state.get("sites_leaked"))
    act = partial(sites.new_secret, desk.db, site.id, me, at_once=at_once)
    made = sites_done.do(act, say("The secret is new.", me.lang), back=False)
    if made:
        now = made.after
        home = visitor.secret(desk.home.path)
        st.session_state[_SHOWN] = (now.id, now.secret, identity.secret(home, now))
