"""The links to a run as its owner sees them: what each allows, how it is used, and its end."""

from datetime import UTC, datetime

import streamlit as st

from dashboard.charts.format import format_count
from dashboard.runs.records import RunRecord
from dashboard.sharing.links import Link, LinkKind
from dashboard.ui.kept import open_store
from dashboard.ui.wording import ago, on_day

WHAT = {
    LinkKind.RUN: ("The run", ":material/troubleshoot:"),
    LinkKind.VIEW: ("One view", ":material/visibility:"),
    LinkKind.REPORT: ("Report", ":material/description:"),
}


def list_links(run: RunRecord) -> None:
    """Draw the links that hold, each with its end, and below them those that no longer do."""
    links, now = open_store().links_of(run.id), datetime.now(UTC)
    holding = [link for link in links if link.holds(now)]
    ended = [link for link in links if not link.holds(now)]
    if holding:
        st.markdown("**Links that open something**")
    for link in holding:
        with st.container(horizontal=True, vertical_alignment="center", key=f"link_{link.id}"):
            _describe(link)
            st.button(
                "Revoke", icon=":material/link_off:", key=f"revoke_{link.id}",
                on_click=open_store().revoke, args=(run.id, link.id),
                help="Closes it at once, for everybody. To share again, make a new link.",
            )  # fmt: skip
    if ended:
        with st.expander(f"Links that have ended: {format_count(len(ended))}"):
            for link in ended:
                _describe(link)


def _describe(link: Link) -> None:
    what, icon = WHAT[link.kind]
    facts = [
        "view and review" if link.may_review else "view",
        *(["pseudonyms"] if link.masked else []),
        _end_of(link),
    ]
    times = "once" if link.uses == 1 else f"{format_count(link.uses)} times"
    used = f"opened {times}, last used {ago(link.last_used)}" if link.last_used else "not used yet"
    with st.container(gap=None):
        st.markdown(f"{icon} **{what}** · {' · '.join(facts)}")
        st.caption(f"Made {ago(link.created)} · {used}")


def _end_of(link: Link) -> str:
    if link.revoked:
        return f"revoked {ago(link.revoked)}"
    if link.expires is None:
        return "never expires"
    ended = link.expires <= datetime.now(UTC)
    return f"expired {ago(link.expires)}" if ended else f"until {on_day(link.expires)}"
