"""What stands beside a heatmap: above it the time steps, to its right the users, on the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, Trace, bar, scatter
from dashboard.charts.format import (
    format_count,
    format_score,
    format_time,
    frequency_of,
    name_in_chart,
)
from dashboard.charts.theme import Palette
from dashboard.runs.tables import time_label

ABOVE_PIXELS, GAP_PIXELS = 54, 10
BESIDE, BESIDE_GAP = 0.12, 0.012  # shares of the width
_AROUND_PIXELS = 110 + 56  # title above and time axis below
_AXIS = {
    "showgrid": False,
    "ticks": "",
    "rangemode": "tozero",
    "nticks": 2,
}  # users are whole, and on a phone there is room for no more
_MARK_ROOM = 1.45  # of the longest bar, where marks of clusters stand beside the bars


@dataclass(frozen=True)
class Mark:
    """A cluster's mark beside its rows. first, last: rows, both included; words: what it is."""

    number: int
    first: int
    last: int
    words: str


def days_above(days: pd.DataFrame, colours: Palette) -> Trace:
    """Return one bar a time step: how many users are anomalous in it. A click chooses the step."""
    times = pd.Index(days["time"])
    frequency = frequency_of(times)
    return bar(
        x=times,
        y=days["anomalous_users"],
        yaxis="y2",
        name="Users with an anomaly",
        marker={"color": colours.anomaly},
        customdata=[[None, time_label(time, frequency)] for time in times],
        hovertext=[
            f"{format_time(time, frequency)}<br>Anomalous users: {format_count(users)}"
            for time, users in zip(times, days["anomalous_users"], strict=True)
        ],
        hoverinfo="text",
    )


def users_beside(users: pd.DataFrame, colours: Palette) -> Trace:
    """Return one bar a row: the user's score. A click chooses the user."""
    anomalous = users["anomalous_times"].to_numpy() > 0
    return bar(
        orientation="h",
        x=users["score"],
        y=np.arange(len(users)),
        xaxis="x2",
        name="Score of each user",
        marker={"color": np.where(anomalous, colours.anomaly, colours.expected).tolist()},
        customdata=[[int(index), None] for index in users["user_index"]],
        hovertext=[
            f"{name_in_chart(user, 60)}<br>Score: {format_score(score)}"
            for user, score in zip(users["user"], users["score"], strict=True)
        ],
        hoverinfo="text",
    )


def cluster_marks(marks: Sequence[Mark], beyond: float, colours: Palette) -> Trace:
    """Return a numbered dot beside the rows of each cluster. A click chooses the cluster."""
    return scatter(
        x=[beyond] * len(marks),
        y=[(mark.first + mark.last) / 2 for mark in marks],
        xaxis="x2",
        mode="markers+text",
        name="Clusters",
        marker={"size": 19, "color": colours.surface, "line": {"color": colours.ink, "width": 1.5}},
        text=[str(mark.number) for mark in marks],
        textfont={"size": 11, "color": colours.ink},
        customdata=[[None, None, "cluster", str(mark.number)] for mark in marks],
        hovertext=[f"Cluster {mark.number}: {mark.words}" for mark in marks],
        hoverinfo="text",
        cliponaxis=False,
        showlegend=False,
    )


def lay_out_above(figure: Figure, height: int) -> None:
    """Make room above the heatmap, whose own axes are x and y."""
    above = ABOVE_PIXELS / (height - _AROUND_PIXELS)
    gap = GAP_PIXELS / (height - _AROUND_PIXELS)
    figure.update_layout(
        yaxis={"domain": [0, 1 - above - gap]},
        yaxis2={"domain": [1 - above, 1], "anchor": "x", "title": {"text": "Users"}, **_AXIS},
        bargap=0.15,
    )


def lay_out_beside(figure: Figure, longest: float, *, marked: bool) -> None:
    """Make room beside the heatmap for bars, of which `longest` is the longest."""
    figure.update_layout(
        xaxis={"domain": [0, 1 - BESIDE - BESIDE_GAP]},
        xaxis2={
            "domain": [1 - BESIDE, 1],
            "anchor": "y",
            "title": {"text": "Score"},
            "tickangle": 0,
            "range": [0, (longest or 1) * (_MARK_ROOM if marked else 1.05)],
            **_AXIS,
        },
    )


def separate(figure: Figure, marks: Sequence[Mark], colours: Palette) -> None:
    """Draw a line below the last row of each cluster."""
    for mark in marks:
        figure.add_shape(
            type="line", xref="x domain", x0=0, x1=1, y0=mark.last + 0.5, y1=mark.last + 0.5,
            line={"color": colours.ink, "width": 1},
        )  # fmt: skip


def outline_column(figure: Figure, times: pd.Index, first: int, last: int, ink: str) -> None:
    """Draw a frame around the columns from one time step to another, both included."""
    half = (times[1] - times[0]) / 2 if len(times) > 1 else None
    if half is None:
        return
    figure.add_shape(
        type="rect", yref="y domain", y0=0, y1=1, x0=times[first] - half, x1=times[last] + half,
        line={"color": ink, "width": 1.5}, fillcolor="rgba(0,0,0,0)",
    )  # fmt: skip
