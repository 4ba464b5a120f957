"""Sharing on the page of a run: its owner makes and ends links, others read what they may do."""

from urllib.parse import urlsplit

import streamlit as st

from dashboard.charts.format import format_name, format_number_of
from dashboard.runs.records import RunRecord
from dashboard.runs.views import View
from dashboard.sharing.access import Access
from dashboard.sharing.fixed_view import FixedView
from dashboard.sharing.links import Link, LinkKind, LinkTerms
from dashboard.ui.addresses import read_choice
from dashboard.ui.drawing import fresh_key, let_go
from dashboard.ui.kept import access_to, open_store
from dashboard.ui.problems import plain
from dashboard.ui.secret_list import Made, ask_expiry, show_once
from dashboard.ui.share_list import list_links
from dashboard.ui.wording import on_day

KINDS = {LinkKind.RUN: "The run", LinkKind.VIEW: "Just this view", LinkKind.REPORT: "Its report"}
EXPIRIES = {"1 day": 1, "7 days": 7, "30 days": 30, "Never": None}
USUAL_EXPIRY = "7 days"
_MADE = "clickwatch_new_link"


def offer_sharing(run: RunRecord, view: View) -> None:
    """Draw the button that opens the dialog of links; it is for the run's owner."""
    if open_store().owns(run) and st.button("Share", icon=":material/share:", key="share"):
        st.session_state.pop(_MADE, None)
        let_go("share")  # each time it begins with the least right, whatever was chosen last
        _share(run, view)


def say_shared(run: RunRecord) -> None:
    """Say to whoever holds a link what it allows, and until when."""
    if not open_store().owns(run):
        say_terms(access_to(run.id))


def say_terms(access: Access, what: str = "") -> None:
    """Draw what a link allows. what: which part of the run alone it shows."""
    right = "to view and review" if access.may_review else "to view"
    until = f", until {on_day(access.until)}" if access.until else ""
    names = " User names are replaced by pseudonyms." if access.masked else ""
    with st.container(key="shared"):
        st.info(f"Shared with you {right}{until}.{what}{names}", icon=":material/link:")


@st.dialog("Share", width="medium")
def _share(run: RunRecord, view: View) -> None:
    keys = fresh_key("share")
    st.caption(f"Without a link nobody else sees **{plain(format_name(run.name, 60))}**.")
    kind = st.segmented_control(
        "What", list(KINDS), default=LinkKind.RUN, required=True, format_func=KINDS.get,
        key=f"{keys}_what",
    )  # fmt: skip
    kind, user = kind or LinkKind.RUN, _open_user()
    st.caption(_said(kind, view, user))
    left, right = st.columns(2)
    may_review = left.selectbox(
        "May", [False, True] if kind is LinkKind.RUN else [False],
        format_func=lambda both: "View and review" if both else "View",
        disabled=kind is not LinkKind.RUN, key=f"{keys}_may_{kind}",
    )  # fmt: skip
    with right:
        seconds = ask_expiry(EXPIRIES, USUAL_EXPIRY, f"{keys}_expiry")
    masked = st.toggle(
        "Replace user names by pseudonyms",
        key=f"{keys}_masked",
        help="The same pseudonym for a user in every link to this data. Names that somebody typed "
        "into a note stay. Who knows a user's counts may know that user again.",
    )
    if st.button("Make a link", type="primary", icon=":material/add_link:", key="share_make"):
        terms = LinkTerms(
            kind=kind,
            may_review=may_review,
            masked=masked,
            seconds=seconds,
            view=FixedView(view.query, user).to_json() if kind is LinkKind.VIEW else None,
        )
        link, token = open_store().share(run.id, terms)
        st.session_state[_MADE] = Made(link.id, _address(link, token))
    links = open_store().links_of(run.id)
    show_once(st.session_state.get(_MADE), links, language=None)
    list_links(run, links)


def _said(kind: LinkKind, view: View, user: int | None) -> str:
    """Return in one sentence what a link of that kind shows, and what it does not."""
    if kind is LinkKind.RUN:
        return (
            "Every page of this run, with all its users and downloads. "
            "Not its file, your other runs, or any way to change it."
        )
    if kind is LinkKind.REPORT:
        return "The report as one page: its figures, the strangest users, and nothing to open."
    if user is not None:
        return "The user that is open, as it stands now. No other user, and no other page."
    return (
        f"The days, and the {format_number_of(len(view.users), 'user')} below as they stand now, "
        "as pictures and a table. Nothing can be chosen in it, and there is no other page."
    )


def _open_user() -> int | None:
    written = read_choice("user")
    return int(written) if written and written.isdecimal() else None


def _address(link: Link, token: str) -> str:
    place = urlsplit(st.context.url or "http://127.0.0.1:8501")
    kind = "r" if link.kind is LinkKind.REPORT else "l"
    return f"{place.scheme}://{place.netloc}/{kind}/{token}"
