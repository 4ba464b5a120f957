"""Who is looking: the person signed in, else the browser, known by its signed cookie."""

import hmac

import streamlit as st
from streamlit import config

from dashboard.settings import read_settings
from dashboard.sharing.installation_key import installation_key
from dashboard.sharing.person_cookie import PersonCookie, new_browser

LOCAL = "local"  # who looks where no browser is: in tests of pages
REMEMBERED = "clickwatch_browser"  # where a tab keeps the id of a browser without a cookie


def person_id() -> str:
    """Return the stable id of the person signed in, else of this browser.

    It stands for what is theirs; never show it in full to others. Raises StoreError where cookies
    cannot be signed.
    """
    return _account_id() or browser_id()


def browser_id() -> str:
    """Return the id of this browser, which is its own whoever has signed in.

    A browser that takes no cookie has an id for as long as its tab is open.
    """
    cookie = person_cookie()
    known = cookie.read(st.context.cookies.get(cookie.name)) or st.session_state.get(REMEMBERED)
    if known is None:
        known = LOCAL if config.get_option("global.appTest") else new_browser()
    st.session_state[REMEMBERED] = known
    return known


@st.cache_resource(show_spinner=False)
def person_cookie() -> PersonCookie:
    """Return the cookie of this installation."""
    return PersonCookie(_installation_key())


def _account_id() -> str | None:
    """Return an id made of who issued the account and its number there: neither can be read from it."""
    if not st.user.get("is_logged_in"):
        return None
    named = "\0".join(str(st.user.get(claim, "")) for claim in ("iss", "sub"))
    return "account-" + hmac.digest(_installation_key(), named.encode(), "sha256").hex()[:32]


def _installation_key() -> bytes:
    return installation_key(read_settings())
