"""What others have judged since the page was drawn: said within seconds, shown when asked for."""

import streamlit as st

from dashboard.charts.format import format_number_of
from dashboard.errors import ClickwatchError
from dashboard.ui.kept import open_store
from dashboard.ui.problems import show_problem

EVERY_SECONDS = 5


@st.fragment(run_every=EVERY_SECONDS)
def say_news(run_id: str, entries: int) -> None:
    """Say that there are more entries in the log of a run than were drawn.

    entries: how many those were.
    """
    try:
        news = len(open_store().reviews.verdicts_of(run_id).entries) - entries
    except ClickwatchError as problem:  # such as a link that has been revoked
        show_problem(problem)
        return
    if news > 0:
        with st.container(horizontal=True, vertical_alignment="center", key="news"):
            st.markdown(
                f":material/group: {format_number_of(news, 'change')} since this was drawn."
            )
            if st.button("Show", icon=":material/refresh:", key="show_news"):
                st.rerun()
