"""The pictures of the Anomalies page: all of one view, so that they cannot disagree."""

import streamlit as st

from dashboard.charts import error_per_day, score_distribution, score_heatmap, users_ranked
from dashboard.charts.format import format_count, format_name
from dashboard.runs.results import Results
from dashboard.runs.views import View
from dashboard.ui.addresses import write_choice
from dashboard.ui.drawing import draw, draw_to_choose, fresh_key, let_go
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain

BARS = 20
RANKED_BY = {"error": "error", "volume": "volume"}


def say_headline(view: View, results: Results) -> None:
    """Draw the finding in one sentence."""
    counts = view.counts
    unit = f"user-{results.manifest.frequency}s"
    share = (
        f"**{format_count(counts.anomalous_users)} of {format_count(counts.scored_users)} users** "
        f"do not fit, at **{format_count(counts.anomalous_cells)}** of "
        f"{format_count(counts.scored_cells)} {unit}."
    )
    first = ""
    if len(view.users) and view.query.sort == "score" and not view.query.search:
        first = f" The strangest is **{plain(format_name(view.users.iloc[0]['user']))}**."
    left_out = (
        f" {format_count(counts.unscored_users)} had too little history and were not scored."
        if counts.unscored_users
        else ""
    )
    st.markdown((share if counts.anomalous_cells else _nothing(counts)) + first + left_out)


def show_findings(view: View, run_id: str) -> None:
    """Draw the charts and the table; what is clicked goes into the address."""
    dark = is_dark()
    left, right = st.columns(2, gap="medium")
    with left:
        day = draw_to_choose(error_per_day(view.days, dark=dark), f"days_{run_id}")
        if day and day[1] is not None:
            open_time(day[1])
    with right:
        draw(
            score_distribution(view.histogram, view.level, view.counts.anomalous_cells, dark=dark),
            "distribution",
        )
    if view.users.empty:
        st.info("No user matches. Empty the search, or turn off the filters.")
        return
    choose_cell(view, run_id)
    ranked, table = st.columns(2, gap="medium")
    with ranked:
        choose_bar(view, run_id)
    with table:
        choose_row(view, run_id)


def choose_bar(view: View, run_id: str) -> None:
    """Draw the first users as bars; a click on a bar opens its user."""
    bars = users_ranked(
        view.users.head(BARS),
        by=RANKED_BY.get(view.query.sort, "score"),
        level=view.level,
        dark=is_dark(),
    )
    if clicked := draw_to_choose(bars, f"ranked_{run_id}"):
        open_user(clicked[0])


def choose_cell(view: View, run_id: str) -> None:
    """Draw the heatmap; a click on a cell opens its user."""
    if clicked := draw_to_choose(score_heatmap(view, dark=is_dark()), f"heatmap_{run_id}"):
        open_user(clicked[0])


def choose_row(view: View, run_id: str) -> None:
    """Draw the ranked table; a click on a row opens its user."""
    table = view.users[["rank", "user", "score", "p_value", "error", "anomalous_times", "volume"]]
    table = table.assign(user=[format_name(name, 60) for name in table["user"]])
    st.markdown("**Users, ranked.** Choose a row to open its user.")
    event = st.dataframe(
        table,
        hide_index=True,
        height=520,
        key=fresh_key(f"table_{run_id}"),
        on_select="rerun",
        selection_mode="single-row",
        alt=f"{len(table)} users with rank, score, p-value, error, anomalous time steps and volume.",
        column_config={
            "rank": st.column_config.NumberColumn("Rank", format="%d", width="small"),
            "user": st.column_config.TextColumn("User"),
            "score": st.column_config.NumberColumn("Score", format="%.2f"),
            "p_value": st.column_config.NumberColumn("p-value", format="%.2g"),
            "error": st.column_config.NumberColumn("Error", format="%.3g"),
            "anomalous_times": st.column_config.NumberColumn("Anomalies", format="%d"),
            "volume": st.column_config.NumberColumn("Volume", format="localized"),
        },
    )
    if rows := list(event.selection.rows):
        let_go(f"table_{run_id}")
        open_user(int(view.users["user_index"].iloc[rows[0]]))


def open_user(user_index: int | None) -> None:
    """Put a user into the address and draw the page again."""
    if user_index is not None:
        write_choice(user=str(user_index))
        st.rerun()


def open_time(time: str) -> None:
    """Show only users with an anomaly in that time step."""
    write_choice(time=time)
    st.rerun()


def say_time_filter(results: Results, time: str | None) -> None:
    """Say that only one time step's users are shown, and offer to show all again."""
    if time is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="time_filter"):
        st.markdown(
            f"Only users with an anomaly on **{plain(time)}** ({results.manifest.frequency})."
        )
        if st.button("Show all", icon=":material/close:", key="all_times"):
            write_choice(time=None)
            st.rerun()


def _nothing(counts: object) -> str:
    return (
        f"**Nothing stands out** among {format_count(counts.scored_users)} users at this threshold. "
        "Lower it to see what comes closest."
    )


def chosen_user(results: Results, written: str | None) -> int | None:
    """Return the user of the address: an index. Says so where there is no such user."""
    if written is None:
        return None
    if not written.isdecimal() or int(written) >= results.manifest.users:
        st.warning(f"This run has no user number {plain(written)}. Choose one below.")
        return None
    return int(written)
