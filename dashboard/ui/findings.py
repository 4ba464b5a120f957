"""The pictures of the Anomalies page: all of one view, so that they cannot disagree."""

import streamlit as st

from dashboard.charts import event_sentence
from dashboard.charts.format import format_count, format_name, format_number_of, format_time
from dashboard.detection.evidence.days import LEAST_USERS
from dashboard.runs.results import Results
from dashboard.runs.views import View
from dashboard.ui.addresses import write_choice
from dashboard.ui.drawing import draw_to_look, draw_to_pick
from dashboard.ui.figures import figures_of, table_of
from dashboard.ui.findings_choice import move_threshold
from dashboard.ui.heatmap import show_heatmap
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain
from dashboard.ui.span_choice import choose_span
from dashboard.ui.stability import STABLE_TOP, stability_marks
from dashboard.ui.tables import choose_row

TABLE_PIXELS, WIDE_NAME = 520, 20


def say_headline(view: View, results: Results) -> None:
    """Draw the finding in one sentence."""
    counts = view.counts
    first = ""
    if len(view.users) > 1 and view.query.sort == "score" and not view.query.search:
        first = f" The strangest is **{plain(format_name(view.users.iloc[0]['user']))}**."
    left_out = (
        f" {format_number_of(counts.unscored_users, 'user')} had too little history and "
        f"{'was' if counts.unscored_users == 1 else 'were'} not scored."
        if counts.unscored_users
        else ""
    )
    found = _found(view, results) if counts.anomalous_cells else _nothing(view, results)
    st.markdown(found + first + left_out)


def say_event_days(view: View, results: Results) -> None:
    """Draw which time steps moved everyone, where that is taken out of the users' scores."""
    scored = results.manifest.users - len(results.manifest.unscored_users)
    if scored < LEAST_USERS or view.query.time is not None:
        return  # of a chosen time step its own panel says so
    if said := event_sentence(view.days, results.manifest.frequency):
        st.markdown(f":material/event: {plain(said)}")


def show_findings(view: View, run_id: str, results: Results) -> None:
    """Draw the charts and the table; what is clicked goes into the address."""
    figures = figures_of(run_id, view.query, is_dark())
    left, right = st.columns(2, gap="medium")
    with left:
        times = results.labelled_times
        draw_to_look(figures.days, f"days_{run_id}", list(times))
        choose_span(times, view.query.span, results.manifest.frequency)
    with right:
        draw_to_pick(figures.distribution, f"distribution_{run_id}", move_threshold)
        st.caption("Click in the distribution to move the threshold there.")
    if view.users.empty:
        st.info("No user matches. Take back a choice, empty the search, or turn off the filters.")
        return
    if is_single(view):
        return
    show_heatmap(view, run_id)
    ranked, table = st.columns([2, 3], gap="medium")
    with ranked:
        draw_to_look(figures.ranked, f"ranked_{run_id}")
    with table:
        choose_user(view, run_id)


def choose_user(view: View, run_id: str) -> None:
    """Draw the ranked table; a click on a row opens its user."""
    table = table_of(run_id, view.query)
    marks = stability_marks(run_id, view.users["user_index"])
    if marks:
        table = table.add_column(2, "in_top", [marks])
    st.markdown("**Users, ranked.** Click a row to open its user.")
    choose_row(
        table,
        f"table_{run_id}",
        lambda row: open_user(int(view.users["user_index"].iloc[row])),
        pixels=TABLE_PIXELS,
        alt=f"{format_number_of(len(table), 'user')} with rank, score, p-value, error, anomalous time steps and volume.",
        column_config=ranked_columns(view),
    )


def ranked_columns(view: View) -> dict[str, object]:
    """Return how the columns of the table of a view's users are named and written."""
    long_names = view.users["user"].str.len().max() > WIDE_NAME
    return {
        "rank": st.column_config.NumberColumn("Rank", format="%d", width="small"),
        "user": st.column_config.TextColumn("User", width="medium" if long_names else None),
        "in_top": st.column_config.TextColumn(
            f"In top {STABLE_TOP}",
            help=f"In how many trainings that differ in their seed alone the user is among the "
            f"first {STABLE_TOP}.",
        ),
        "score": st.column_config.NumberColumn("Score", format="%.2f"),
        "p_value": st.column_config.NumberColumn("p-value", format="%.2g"),
        "error": st.column_config.NumberColumn("Error", format="%.3g"),
        "anomalous_times": st.column_config.NumberColumn("Anomalies", format="%d"),
        "volume": st.column_config.NumberColumn("Volume", format="localized"),
    }


def open_user(user_index: int) -> None:
    """Put a user into the address. To be called before the page is drawn."""
    write_choice(user=str(user_index), at=None)


def is_single(view: View) -> bool:
    """Whether the run is about one user alone, such as a single series."""
    return view.counts.scored_users == 1 and not view.counts.unscored_users


def _found(view: View, results: Results) -> str:
    counts, step = view.counts, results.manifest.frequency
    cells = f"**{format_count(counts.anomalous_cells)}** of {format_count(counts.scored_cells)}"
    where = _where(view, results)
    one_feature = len(results.features) == 1 or view.query.feature is not None
    if is_single(view):
        verb = "does" if counts.anomalous_cells == 1 else "do"
        return f"{cells} {f'{step}s' if one_feature else 'counts'} {verb} not fit."
    users = f"{format_count(counts.anomalous_users)} of {format_count(counts.scored_users)} users"
    verb = "does" if counts.anomalous_users == 1 else "do"
    counted = f"user-{step}s" if one_feature else "counts"
    return f"**{users}** {verb} not fit{where}, at {cells} {counted}."


def _where(view: View, results: Results) -> str:
    """Return which time steps the headline is about, where these have been chosen."""
    frequency, query = results.manifest.frequency, view.query
    if query.time:
        return f" on {plain(format_time(results.time(query.time), frequency))}"
    if query.span:
        ends = [plain(format_time(results.time(label), frequency)) for label in query.span]
        return f" from {ends[0]} to {ends[1]}"
    return ""


def _nothing(view: View, results: Results) -> str:
    among = (
        f"{format_number_of(len(results.scored_times), results.manifest.frequency)}"
        if is_single(view)
        else format_number_of(view.counts.scored_users, "user")
    )
    return (
        f"**Nothing stands out** among {among}{_where(view, results)} at this threshold. "
        "Loosen it to see what comes closest."
    )


def chosen_user(results: Results, written: str | None) -> int | None:
    """Return the user of the address, an index, or the only one. Says so where there is no such user."""
    if written is None:
        return 0 if results.manifest.users == 1 else None
    if not written.isdecimal() or int(written) >= results.manifest.users:
        st.warning(f"This run has no user number {plain(written)}. Choose one below.")
        return None
    return int(written)
