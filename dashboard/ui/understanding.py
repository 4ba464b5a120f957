"""What was understood of a file: in one sentence, in figures, and with all that was noticed."""

import pandas as pd
import streamlit as st

from dashboard.charts import counts_heatmap, totals_per_day
from dashboard.charts.format import (
    format_count,
    format_name,
    format_number_of,
    format_share,
    time_in_sentence,
)
from dashboard.data.report import QualityReport
from dashboard.errors import NoTableError, ReadError
from dashboard.runs.records import DatasetRecord
from dashboard.ui.drawing import draw
from dashboard.ui.kept import preview_of, read_panel_of
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain
from dashboard.ui.wording import is_series

SHOWN_NAMES = 20
SAYING_NOTHING = {"count", "counts", "n", "number", "value", "values", "amount", "sum", "total"}
SHOWN_FEATURES = 3
HEATMAP_USERS = 50


def say_understood(report: QualityReport) -> None:
    """Draw the one sentence and the figures."""
    unit = f"{report.frequency}s"
    shown = [
        _total(feature, total, len(report.totals))
        for feature, total in list(report.totals.items())[:SHOWN_FEATURES]
    ]
    if further := len(report.totals) - len(shown):
        shown.append(f"{format_number_of(further, 'further feature')}")
    counted = " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)
    st.markdown(
        f"**{'One series' if is_series(report) else format_number_of(report.users, 'user')}** over "
        f"**{format_number_of(report.times, report.frequency)}**, "
        f"from {time_in_sentence(_time(report.first), report.frequency)} to "
        f"{time_in_sentence(_time(report.last), report.frequency)}: {counted}."
    )
    with st.container(horizontal=True, key="figures"):
        if not is_series(report):
            st.metric("Users", format_count(report.users), border=True)
        st.metric(unit.capitalize(), format_count(report.times), border=True)
        st.metric("Features", format_count(len(report.features)), border=True)
        st.metric(
            "Zeros",
            format_share(report.zero_share),
            border=True,
            help="The share of counts that are zero.",
        )
        st.metric(
            "Not scored",
            format_count(len(report.short_users)),
            border=True,
            help="Users with too little history to learn from; Quality lists them.",
        )


def show_quality(report: QualityReport) -> None:
    """Draw the quality report: how it was read, and what was noticed."""
    st.subheader("How it was read")
    st.markdown("\n".join(f"- {plain(line)}" for line in report.how_read))
    st.subheader("What to know about it")
    facts = [
        f"Rows read: {format_count(report.rows)}.",
        f"Rows that repeat a user and time, put together: {format_count(report.duplicates)}.",
        f"{report.frequency.capitalize()}s without any row: {format_count(report.gaps)}.",
    ]
    st.markdown("\n".join(f"- {plain(line)}" for line in [*facts, *report.notes]))
    if report.short_users:
        names = ", ".join(plain(format_name(name)) for name in report.short_users[:SHOWN_NAMES])
        more = len(report.short_users) - SHOWN_NAMES
        st.markdown(
            f"**Too little history, so not scored:** {names}"
            + (f" and {format_count(more)} more." if more > 0 else ".")
        )


def show_preview(record: DatasetRecord, heading: str | None = None) -> tuple[str, ...]:
    """Draw the first rows as they stand in the file, where there are any; returns the names of the columns.

    Raises NoTableError where there is none, however the file is read; nothing is drawn then.
    """
    try:
        found = preview_of(record)
    except NoTableError:
        raise
    except ReadError as error:
        if str(error) != record.problem:
            st.caption(f"There is no preview: {plain(str(error))}")
        return ()
    if heading is not None:
        st.subheader(heading)
    table = pd.DataFrame([list(row) for row in found.rows])
    table.columns = _distinct([format_name(name) for name in found.columns])[: table.shape[1]]
    st.dataframe(
        table, hide_index=True, key=f"preview_{record.id}", alt="The first rows of the file."
    )
    return found.columns


def show_counts(record: DatasetRecord) -> None:
    """Draw the counts themselves: totals per time step, and users x time steps."""
    panel, dark = read_panel_of(record.id), is_dark()
    feature = None
    if len(panel.features) > 1:
        feature = st.selectbox(
            "Feature", panel.features, format_func=format_name, key="counted", bind="query-params"
        )
    draw(totals_per_day(panel, feature, dark=dark), "totals")
    if len(panel.users) > 1:
        draw(counts_heatmap(panel, HEATMAP_USERS, feature, dark=dark), "counts")


def _total(feature: str, total: float, features: int) -> str:
    """Return how much was counted; a lone feature whose name says nothing is not named."""
    if feature.casefold() not in SAYING_NOTHING:
        return f"{format_count(total)} {plain(format_name(feature))}"
    return f"{format_count(total)} in {'all' if features == 1 else plain(feature)}"


def _time(text: str | int) -> object:
    return text if isinstance(text, int) else pd.Timestamp(text)


def _distinct(names: list[str]) -> list[str]:
    """Return the names, the later of two equal ones with a number."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return distinct
