"""Links and tokens on the screen: how long they are to last, what is shown once, and their end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import streamlit as st

from dashboard.charts.format import format_count
from dashboard.runs.times import A_DAY_SECONDS
from dashboard.sharing.secrets_book import Secret
from dashboard.ui.wording import ago, on_day

Kind = TypeVar("Kind", bound=Secret)


@dataclass(frozen=True)
class Made:
    """A secret made in this dialog, as only its maker sees it, and only until the dialog closes."""

    id: str
    shown: str


@dataclass(frozen=True)
class SecretWords:
    """How a kind of secret is called. revoking: what comes of its end. none: said where none holds."""

    one: str
    in_force: str
    icon: str
    revoking: str
    none: str = ""


def ask_expiry(days: Mapping[str, int | None], usual: str, key: str) -> float | None:
    """Draw the choice of when a new one expires; returns seconds, None: never."""
    chosen = days[st.selectbox("Expires after", list(days), list(days).index(usual), key=key)]
    return None if chosen is None else chosen * A_DAY_SECONDS


def show_once(made: Made | None, secrets: Sequence[Secret], language: str | None) -> None:
    """Draw what has just been made, for as long as it is in force."""
    now = datetime.now(UTC)
    if made is None or not any(one.id == made.id and one.holds(now) for one in secrets):
        return
    st.code(made.shown, language=language, wrap_lines=True)
    st.caption("Copy it now: only its fingerprint is kept, so it cannot be shown again.")


def list_secrets(
    secrets: Sequence[Kind],
    words: SecretWords,
    describe: Callable[[Kind], None],
    revoke: Callable[[str], None],
) -> None:
    """Draw those in force, each with its end, and below them those that have ended."""
    now = datetime.now(UTC)
    holding = [secret for secret in secrets if secret.holds(now)]
    ended = [secret for secret in secrets if not secret.holds(now)]
    if holding:
        st.markdown(f"**{words.in_force}**")
    elif words.none:
        st.caption(words.none)
    for secret in holding:
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"{words.one}_{secret.id}"
        ):
            describe(secret)
            st.button(
                "Revoke", icon=words.icon, key=f"revoke_{secret.id}",
                on_click=revoke, args=(secret.id,), help=words.revoking,
            )  # fmt: skip
    if ended:
        with st.expander(f"{words.one.capitalize()}s that have ended: {format_count(len(ended))}"):
            for secret in ended:
                describe(secret)


def end_of(secret: Secret) -> str:
    """Return when it ends, or ended, in words."""
    if secret.revoked:
        return f"revoked {ago(secret.revoked)}"
    if secret.expires is None:
        return "never expires"
    ended = secret.expires <= datetime.now(UTC)
    return f"expired {ago(secret.expires)}" if ended else f"until {on_day(secret.expires)}"
