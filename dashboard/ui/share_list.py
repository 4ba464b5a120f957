"""The links to a run as its owner sees them: what each allows, how it is used, and its end."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard.charts.format import format_count
from dashboard.runs.records import RunRecord
from dashboard.sharing.links import Link, LinkKind
from dashboard.ui.kept import open_store
from dashboard.ui.secret_list import SecretWords, end_of, list_secrets
from dashboard.ui.wording import ago

WHAT = {
    LinkKind.RUN: ("The run", ":material/troubleshoot:"),
    LinkKind.VIEW: ("One view", ":material/visibility:"),
    LinkKind.REPORT: ("Report", ":material/description:"),
}
WORDS = SecretWords(
    one="link",
    in_force="Links that open something",
    icon=":material/link_off:",
    revoking="Closes it at once, for everybody. To share again, make a new link.",
)


def list_links(run: RunRecord, links: Sequence[Link]) -> None:
    """Draw the links that hold, each with its end, and below them those that no longer do."""
    list_secrets(links, WORDS, _describe, partial(open_store().revoke, run.id))


def _describe(link: Link) -> None:
    what, icon = WHAT[link.kind]
    facts = [
        "view and review" if link.may_review else "view",
        *(["pseudonyms"] if link.masked else []),
        end_of(link),
    ]
    times = "once" if link.uses == 1 else f"{format_count(link.uses)} times"
    used = f"opened {times}, last used {ago(link.last_used)}" if link.last_used else "not used yet"
    with st.container(gap=None):
        st.markdown(f"{icon} **{what}** · {' · '.join(facts)}")
        st.caption(f"Made {ago(link.created)} · {used}")
