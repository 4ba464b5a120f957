"""Signing in where OpenID Connect is configured: what a person makes is then theirs in every browser."""

from collections.abc import Mapping

import streamlit as st

from dashboard.errors import NotFoundError
from dashboard.ui.addresses import read_choice
from dashboard.ui.kept import access_to
from dashboard.ui.problems import plain


def passes_sign_in(path: str) -> bool:
    """Whether the page of that path may be drawn; draws the way to sign in, or out.

    Without OpenID Connect every page may. With it, who has not signed in sees what a link opened in
    this browser shows, and nothing else.
    """
    signed_in = st.user.get("is_logged_in")
    if signed_in is None:
        return True
    if signed_in:
        _offer_sign_out()
        return True
    if path == "shared" or _is_opened(read_choice("run")):
        return True
    with st.container(border=True, key="sign_in"):
        st.markdown(
            "**Sign in to bring counts in and to see what is yours.** A link needs no account."
        )
        with st.container(horizontal=True):
            for name, label in _providers().items():
                st.button(
                    label, icon=":material/login:", type="primary", key=f"sign_in_{name}",
                    on_click=st.login, args=(name,),
                )  # fmt: skip
    return False


def _offer_sign_out() -> None:
    named = st.user.get("email") or st.user.get("name") or "Signed in"
    with st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="account"
    ):
        st.caption(plain(str(named)), width="content")
        st.button("Sign out", type="tertiary", key="sign_out", on_click=st.logout)


def _is_opened(run_id: str | None) -> bool:
    try:
        return run_id is not None and not access_to(run_id).is_owner
    except NotFoundError:
        return False


def _providers() -> dict[str | None, str]:
    """Return the words of a button for each provider of the secrets; None is the only one, without a name."""
    auth = st.secrets.get("auth", {})
    named = [name for name, value in auth.items() if isinstance(value, Mapping)]
    return {name: f"Sign in with {name}" for name in named} or {None: "Sign in"}
