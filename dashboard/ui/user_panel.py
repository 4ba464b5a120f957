"""One user on the Anomalies page: actual against expected, with next, previous and close."""

import streamlit as st

from dashboard.charts import user_sentence, user_series
from dashboard.charts.format import (
    format_count,
    format_error,
    format_name,
    format_p_value,
    format_score,
)
from dashboard.runs.views import UserView, View
from dashboard.sharing.exports import user_csv
from dashboard.ui.addresses import write_choice
from dashboard.ui.drawing import draw
from dashboard.ui.kept import user_of
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain
from dashboard.ui.stability import STABLE_TOP, stability_marks

_SCROLL = """<script>
setTimeout(() => document.querySelector(".st-key-user_panel")
 ?.scrollIntoView({behavior: "smooth", block: "start"}), 150);
</script>"""


def show_user(run_id: str, user_index: int, view: View) -> None:
    """Draw the user of the address."""
    story = user_of(run_id, user_index, view.level)
    alone = view.counts.scored_users + view.counts.unscored_users == 1
    if not alone:
        bring_into_view(f"{run_id} {user_index}")
    with st.container(border=True, key="user_panel"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(format_name(story.user, 60)), width="stretch")
            if not alone:
                _walk(user_index, view)
        st.markdown(plain(user_sentence(story, view.counts.scored_users)))
        if marks := stability_marks(run_id, [user_index]):
            st.caption(
                f"In the top {STABLE_TOP} in {marks[0]} trainings that differ in their seed alone."
            )
        _figures(story, alone)
        figure = user_series(story, dark=is_dark(), feature=view.query.feature)
        draw(figure, f"user_{user_index}")
        st.download_button(
            "This user as CSV",
            lambda: user_csv(story),
            f"user-{user_index}.csv",
            "text/csv",
            icon=":material/download:",
            key="download_user",
        )


def bring_into_view(shown: str) -> None:
    """Scroll to the panel when another user has been opened: the click may have been far below."""
    if st.session_state.get("user_in_view") != shown:
        st.session_state["user_in_view"] = shown
        st.html(_SCROLL, unsafe_allow_javascript=True)


def _figures(story: UserView, alone: bool) -> None:
    with st.container(horizontal=True, key="user_figures"):
        if not alone:
            st.metric("Rank", format_count(story.rank), border=True)
        st.metric(
            "Score",
            format_score(story.score),
            border=True,
            help="The highest of this user's cells.",
        )
        if not alone:
            st.metric(
                "p-value",
                format_p_value(story.p_value),
                border=True,
                help="The chance of a score at least this high on normal data.",
            )
        st.metric("Mean error", format_error(story.error), border=True)
        st.metric("Anomalies", format_count(story.anomalous_times), border=True)


def _walk(user_index: int, view: View) -> None:
    """Draw previous, next and close; the neighbours are those of the ranked list as it is shown."""
    shown = [int(index) for index in view.users["user_index"]]
    place = shown.index(user_index) if user_index in shown else None
    before = shown[place - 1] if place else None
    after = shown[place + 1] if place is not None and place + 1 < len(shown) else None
    _step("Previous", ":material/arrow_back:", before, "previous_user")
    _step("Next", ":material/arrow_forward:", after, "next_user")
    st.button(
        "Close", icon=":material/close:", key="close_user", on_click=write_choice,
        kwargs={"user": None},
    )  # fmt: skip


def _step(label: str, icon: str, target: int | None, key: str) -> None:
    st.button(
        label,
        icon=icon,
        key=key,
        disabled=target is None,
        on_click=write_choice,
        kwargs={"user": None if target is None else str(target)},
    )
