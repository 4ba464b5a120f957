"""Who judges, under which name, and whether they may."""

import streamlit as st

from dashboard.runs.names import clean
from dashboard.runs.people import LONGEST
from dashboard.runs.reviewing import Person
from dashboard.ui.kept import access_to, open_store
from dashboard.ui.person import person_id


def may_review(run_id: str) -> bool:
    """Whether this person may judge the findings of a run that they can see."""
    return access_to(run_id).may_review


def reviewer() -> Person:
    """Return this person: by the name of their account, else the one they gave, else as a guest."""
    account = _account_name()
    if account:
        return Person(person_id(), account)
    return open_store().people.person(person_id())


def ask_name(run_id: str) -> None:
    """Draw the name that stands beside this person's verdicts, where they may judge.

    Who has signed in cannot choose another.
    """
    if not may_review(run_id):
        return
    st.text_input(
        "Your name",
        value=reviewer().name,
        max_chars=LONGEST,
        key="reviewer_name",
        on_change=_keep_name,
        disabled=_account_name() is not None,
        help="It stands beside your verdicts, and is remembered in this browser.",
    )


def _keep_name() -> None:
    open_store().people.call(person_id(), st.session_state["reviewer_name"])


def _account_name() -> str | None:
    if not st.user.get("is_logged_in"):
        return None
    address = str(st.user.get("email") or "")
    return clean(str(st.user.get("name") or address.partition("@")[0]))[:LONGEST] or None
