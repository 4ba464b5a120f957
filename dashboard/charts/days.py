"""Time steps judged: the mean error over all users, and how many users were anomalous."""

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, bar, scatter
from dashboard.charts.format import (
    format_count,
    format_error,
    format_time,
    frequency_of,
)
from dashboard.charts.marks import legend, line_mode, line_width
from dashboard.charts.theme import finish, palette
from dashboard.charts.times import time_ticks, time_title
from dashboard.runs.tables import time_label


def error_per_day(
    days: pd.DataFrame,
    *,
    chosen: tuple[str, str] | None = None,
    of: str = "Over all users",
    alone: bool = False,
    dark: bool = False,
) -> Figure:
    """Draw the mean error of each time step over its users, and how many users were anomalous.

    days: time, error, anomalous_users (other columns are ignored), in order of time.
    chosen: the labels of the first and the last time step that are chosen; the others step back.
    of: whose error it is. alone: there is one user; it is anomalous in a time step, or is not.
    """
    colours = palette(dark)
    times = pd.Index(days["time"])
    frequency = frequency_of(times)
    unit = frequency.value
    labels = [format_time(time, frequency) for time in times]
    keys = [time_label(time, frequency) for time in times]
    hovers = [
        f"{label}<br>Mean error: {format_error(error)}" + _flagged(int(users), alone)
        for label, error, users in zip(labels, days["error"], days["anomalous_users"], strict=True)
    ]
    which = f"{unit}s" if alone else "users"
    figure = Figure.stacked([0.66, 0.34], 0.08)
    shared = {
        "x": times,
        "customdata": [[None, key] for key in keys],
        "hovertext": hovers,
        "hoverinfo": "text",
    }
    figure.add_trace(
        scatter(
            **shared,
            y=days["error"],
            mode="lines+markers",
            name="Mean error",
            line={"color": colours.actual, "width": line_width(len(times))},
            marker={"size": 7 if line_mode(len(times)) != "lines" else 3},
            cliponaxis=False,
        ),
        row=1,
    )
    figure.add_trace(
        bar(
            **shared,
            y=days["anomalous_users"],
            name="Anomalies" if alone else "Anomalous users",
            marker={"color": colours.anomaly},
        ),
        row=2,
    )
    finish(
        figure,
        title=f"Mean error per {unit}",
        subtitle=f"{of}; below: " + legend(("■", colours.anomaly, f"{which} with an anomaly")),
        text=_days_text(days, labels, alone),
        dark=dark,
        height=370,
    )
    figure.update_xaxes(**time_ticks(times))
    figure.update_xaxes(title=time_title(times), row=2)
    figure.update_yaxes(title="Mean error", rangemode="tozero", nticks=5, row=1)
    if chosen and {*chosen} <= {*keys}:
        _frame(figure, times, [keys.index(key) for key in chosen], colours.ink)
    few = days["anomalous_users"].max() <= 3  # noqa: PLR2004
    title = "Anomaly" if alone else "Users"
    figure.update_yaxes(title=title, rangemode="tozero", nticks=4, showticklabels=not alone, row=2)
    if few:
        figure.update_yaxes(dtick=1, row=2)
    return figure


def _frame(figure: Figure, times: pd.Index, ends: list[int], ink: str) -> None:
    """Shade what is chosen."""
    half = (times[1] - times[0]) / 2 if len(times) > 1 else pd.Timedelta(hours=12)
    figure.add_vrect(
        x0=times[ends[0]] - half, x1=times[ends[1]] + half, layer="below",
        fillcolor=ink, opacity=0.1, line={"width": 0},
    )  # fmt: skip


def _days_text(days: pd.DataFrame, labels: list[str], alone: bool) -> str:
    errors = days["error"].to_numpy(dtype=float)
    if not np.isfinite(errors).any():
        return "No time step has been scored."
    worst = int(np.nanargmax(errors))
    return (
        f"Highest mean error: {labels[worst]} ({format_error(errors[worst])}); median "
        f"{format_error(np.nanmedian(errors))}." + ("" if alone else _users_text(days, labels))
    )


def _users_text(days: pd.DataFrame, labels: list[str]) -> str:
    flagged = days["anomalous_users"].to_numpy()
    most = int(flagged.argmax())
    where = f"{labels[most]} ({flagged[most]:,})" if flagged[most] else "none at any time"
    return f" Most anomalous users: {where}."


def _flagged(users: int, alone: bool) -> str:
    if alone:
        return "<br>Anomaly" if users else ""
    return f"<br>Anomalous users: {format_count(users)}"
