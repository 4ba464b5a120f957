"""One user's story in a sentence, and that of the days on which everyone moved."""

import pandas as pd

from dashboard.charts.format import (
    format_count,
    format_name,
    format_number_of,
    format_time,
    frequency_of,
)
from dashboard.data.panel import Frequency
from dashboard.runs.views import UserView

FAR_OUT = 6.0  # usual deviations of a time step
MOST_NAMED = 3


def user_sentence(user_view: UserView, scored_users: int) -> str:
    """Return what is known of a user: the rank, how many anomalies, the strangest. Plain text.

    scored_users: among how many the user ranks; of a single one no rank is said.
    """
    series, name = user_view.series, format_name(user_view.user, 60)
    if user_view.rank is None:
        return f"{name} was not scored: there is too little history to judge."
    scored = series[series["score"].notna()]
    frequency = frequency_of(pd.Index(series["time"].drop_duplicates()))
    anomalous = scored.loc[scored["anomaly"].astype(bool), "time"].nunique()
    steps = format_number_of(scored["time"].nunique(), frequency.value)
    place = f"Rank {user_view.rank:,} of {scored_users:,}. " if scored_users > 1 else ""
    if not anomalous:
        return f"{place}None of {steps} is an anomaly."
    top = scored.loc[scored["score"].idxmax()]
    verb = "is an anomaly" if anomalous == 1 else "are anomalies"
    most = "" if anomalous == 1 else "most of all "
    return (
        f"{place}{anomalous:,} of {steps} {verb}: {most}{format_time(top['time'], frequency)}, "
        f"{format_count(top['actual'])} {format_name(top['feature'])} where "
        f"{_expected(top)} were expected{_together(top, frequency.value)}."
    )


def _together(cell: pd.Series, step: str) -> str:
    """Say it where a count is usual by itself, such as one of a flat line."""
    usual = cell["low"] <= cell["actual"] <= cell["high"]
    return f": odd only together with the {step}s around it" if usual else ""


def _expected(cell: pd.Series) -> str:
    low, high = format_count(cell["low"]), format_count(cell["high"])
    if pd.isna(cell["low"]):
        return format_count(cell["expected"])
    return low if low == high else f"{low} to {high}"


def event_sentence(days: pd.DataFrame, frequency: Frequency) -> str:
    """Return which time steps moved everyone, the farthest first; empty where none did. Plain text.

    days: time and score, as in `View.days`.
    """
    moved = days[days["score"] > FAR_OUT].sort_values("score", ascending=False)
    if moved.empty:
        return ""
    named = [format_time(time, frequency) for time in moved["time"].head(MOST_NAMED)]
    others = len(moved) - len(named)
    if others:
        named.append(format_number_of(others, f"other {frequency.value}"))
    listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    return f"Everyone moved on {listed}; that is taken out of the users' scores."
