"""Users judged: one bar a user, the first on top."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, Trace, bar, scatter
from dashboard.charts.format import (
    format_count,
    format_error,
    format_name,
    format_number_of,
    format_p_value,
    format_score,
    name_in_chart,
    plotly_text,
)
from dashboard.charts.marks import legend
from dashboard.charts.theme import Palette, finish, palette


def users_ranked(
    users: pd.DataFrame, *, by: str = "score", level: float | None = None, dark: bool = False
) -> Figure:
    """Draw one bar a user, in the order given, the first on top.

    users: rank, user_index, user, error, score, p_value, anomalous_times, volume.
    by: "score", "error" or "volume"; level: the threshold, drawn where bars are scores.
    """
    colours = palette(dark)
    title, unit, show = {
        "score": ("Users by score", "Score", format_score),
        "error": ("Users by error", "Mean error", format_error),
        "volume": ("Users by volume", "Total count", format_count),
    }[by]
    figure = Figure()
    anomalous = users["anomalous_times"].to_numpy() > 0
    rows = np.arange(len(users))
    hovers = np.array([_user_hover(row) for row in users.itertuples()], dtype=object)
    for flag, name, colour in (
        (True, "With anomalies", colours.anomaly),
        (False, "Without", colours.expected),
    ):
        chosen = anomalous == flag
        if chosen.any():
            figure.add_trace(
                bar(
                    orientation="h",
                    name=name,
                    x=users[by].to_numpy()[chosen],
                    y=rows[chosen],
                    marker={"color": colour},
                    customdata=[[int(index), None] for index in users["user_index"][chosen]],
                    hovertext=hovers[chosen],
                    hoverinfo="text",
                )
            )
    marks = [("■", colours.anomaly, "With anomalies"), ("■", colours.expected, "Without")]
    if by == "score" and level is not None and np.isfinite(level):
        figure.add_trace(_level_line(level, len(users), colours))
        marks.append(("···", colours.ink, f"Threshold {format_score(level)}"))
    finish(
        figure,
        title=title,
        subtitle=legend(*marks),
        text=_users_text(users, by, unit, show),
        dark=dark,
        height=min(130 + max(len(users), 4) * 20, 1_200),
    )
    every = 1 if len(users) <= 55 else -(-len(users) // 50)  # noqa: PLR2004
    figure.update_layout(barmode="overlay", bargap=0.3)
    figure.update_xaxes(title=unit, rangemode="tozero", showgrid=True, nticks=5)
    figure.update_yaxes(
        title="User",
        tickmode="array",
        tickvals=rows[::every],
        ticktext=[name_in_chart(name, 18) for name in users["user"].iloc[::every]],
        range=[len(users) - 0.5, -0.5],
        showgrid=False,
    )
    return figure


def _level_line(level: float, rows: int, colours: Palette) -> Trace:
    """Return the threshold as an upright line that the subtitle names."""
    return scatter(
        x=[level, level],
        y=[-0.5, rows - 0.5],
        mode="lines",
        name=f"Threshold {format_score(level)}",
        line={"color": colours.ink, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )


def _user_hover(row: object) -> str:
    return (
        f"<b>{name_in_chart(row.user, 60)}</b><br>Rank {format_count(row.rank)}"
        f"<br>Score: {format_score(row.score)} (p {plotly_text(format_p_value(row.p_value))})"
        f"<br>Mean error: {format_error(row.error)}"
        f"<br>Anomalous time steps: {format_count(row.anomalous_times)}"
        f"<br>Total count: {format_count(row.volume)}"
    )


def _users_text(users: pd.DataFrame, by: str, unit: str, show: Callable[[float], str]) -> str:
    if users.empty:
        return "No user matches."
    first, values = users.iloc[0], users[by]
    return (
        f"{format_number_of(len(users), 'user')}. First: {format_name(first['user'])} ({unit.lower()} "
        f"{show(first[by])}); last shown: {show(values.iloc[-1])}. "
        f"{int((users['anomalous_times'] > 0).sum()):,} have at least one anomaly."
    )
