"""One user's story: what was counted, what was expected, how large and how surprising the error is."""

from itertools import groupby
from math import isnan

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
    format_time,
    frequency_of,
    name_in_chart,
    plotly_text,
    sentence,
)
from dashboard.charts.marks import legend, line_mode, line_sign, line_width, mark_level
from dashboard.charts.theme import Palette, faded, finish, palette
from dashboard.charts.times import time_ticks, time_title
from dashboard.charts.user_closely import error_parts, look_closely, peer_traces
from dashboard.data.panel import ONE_SERIES, Frequency
from dashboard.runs.peer_view import Peers
from dashboard.runs.tables import time_label
from dashboard.runs.views import UserView

BAND_OPACITY = 0.22
SHORT_NAME = 12
MOST_FEATURES = 3  # of many, so many are drawn
_LONE_PIXELS, _FEATURE_PIXELS, _BELOW_PIXELS, _GAP_PIXELS, _FRAME_PIXELS = 190, 120, 75, 26, 140


def user_series(
    user_view: UserView,
    *,
    dark: bool = False,
    feature: str | None = None,
    peers: Peers | None = None,
    stretch: tuple[int, int] | None = None,
) -> Figure:
    """Draw actual against expected, one row a feature; below it each time step's error and score.

    feature: draw this one alone; None: all of the user's features, or the strangest three of many.
    With several the error is the mean of a time step, each feature's part of it stacked, and the
    score its highest. peers: what users like this one did, drawn behind it. stretch: the first and
    the last time step that the chart shows closely, by their place.
    customdata: [user_index, time label].
    """
    series = user_view.series
    every = list(dict.fromkeys(series["feature"]))
    times = pd.Index(series["time"].iloc[: len(series) // len(every)])
    if feature:
        series = series[series["feature"] == feature]
    features = [feature] if feature else _strangest_features(series, every)
    frequency = frequency_of(times)
    colours = palette(dark)
    banded = series["low"].notna().any()
    pixels = [_LONE_PIXELS if len(features) == 1 else _FEATURE_PIXELS] * len(features)
    pixels += [_BELOW_PIXELS, _BELOW_PIXELS]
    rows, height = len(pixels), sum(pixels) + (len(pixels) - 1) * _GAP_PIXELS
    figure = Figure.stacked(pixels, _GAP_PIXELS / height)
    chosen = [[user_view.user_index, time_label(time, frequency)] for time in times]
    hovers: dict[str, list[str]] = {}
    for row, name in enumerate(features, start=1):
        one = series if feature else series[series["feature"] == name]
        if peers is not None:
            for trace in peer_traces(peers, every.index(name), times, colours):
                figure.add_trace(trace, row=row)
        hovers[name] = [_hover(cell, frequency) for cell in one.itertuples()]
        shared = {"customdata": chosen, "hovertext": hovers[name], "hoverinfo": "text"}
        for trace in _actual_and_expected(one, shared, colours):
            figure.add_trace(trace, row=row)
        what = sentence(name_in_chart(name, 20))
        unit = f"{what} per {frequency.value}" if len(features) == 1 else what
        figure.update_yaxes(title=unit, rangemode="tozero", nticks=5, row=row)
    strangest = _strangest(series, len(times))
    shared = {
        "customdata": chosen,
        "hovertext": [
            hovers[cell.feature][step] if cell.feature in hovers else _hover(cell, frequency)
            for step, cell in enumerate(strangest.itertuples())
        ],
        "hoverinfo": "text",
    }
    parts = error_parts(series, times, colours)
    for part in parts or [_bars(strangest, strangest["error"], "Error", colours)]:
        figure.add_trace(part | shared, row=rows - 1)
    score = _bars(strangest, strangest["score"], "Score", colours)
    figure.add_trace(score | shared, row=rows)
    finish(
        figure,
        title=_title(user_view.user),
        subtitle=legend(
            (line_sign(len(times)), colours.actual, "Actual"),
            ("- - -", colours.expected, "Expected"),
            *([("■", colours.expected, "95% range")] if banded else []),
            ("○", colours.anomaly, "Anomaly"),
            *([("■", colours.series[2], "Users like this one")] if peers else []),
            *[("■", part["marker"]["color"], f"Error in {part['name']}") for part in parts],
        )
        + _left_out(features, every, feature),
        text=_text(user_view, strangest, frequency),
        dark=dark,
        height=height + _FRAME_PIXELS,
    )
    figure.update_layout(hoverdistance=60, barmode="stack")
    figure.update_xaxes(**time_ticks(times))
    figure.update_xaxes(title=time_title(times), row=rows)
    figure.update_yaxes(title="Error", rangemode="tozero", nticks=3, row=rows - 1)
    figure.update_yaxes(title="Score", rangemode="tozero", nticks=3, row=rows)
    if np.isfinite(user_view.level):
        mark_level(figure, user_view.level, dark=dark, across=True, row=rows)
    if stretch is not None:
        look_closely(figure, series, features, stretch, colours)
    return figure


def _title(user: str) -> str:
    """Return a title that a phone has room for: a long name stands alone, the legend says what is drawn."""
    if user == ONE_SERIES:
        return "Actual and expected"
    name = name_in_chart(user, 22)
    return name if len(user) > SHORT_NAME else f"{name}: actual and expected"


def _strangest_features(series: pd.DataFrame, every: list[str]) -> list[str]:
    """Return the features to draw, in the panel's order: all, or those with the highest scores."""
    if len(every) <= MOST_FEATURES:
        return every
    highest = series.groupby("feature", sort=False)["score"].max().fillna(-np.inf)
    chosen = set(highest.nlargest(MOST_FEATURES).index)
    return [name for name in every if name in chosen]


def _left_out(features: list[str], every: list[str], chosen: str | None) -> str:
    if chosen or len(features) == len(every):
        return ""
    return f"<br>The {len(features)} strangest of {len(every)} features; the error is over all."


def _actual_and_expected(
    one: pd.DataFrame, shared: dict[str, object], colours: Palette
) -> list[Trace]:
    """Return the lines of one feature, and the rings around its anomalous time steps.

    shared: what is told of a time step where a person points at it.
    """
    times = pd.Index(one["time"])
    actual, anomalous = one["actual"].to_numpy(), one["anomaly"].to_numpy(dtype=bool)
    return [
        _band(one, colours),
        scatter(
            x=times,
            y=one["expected"],
            name="Expected",
            mode="lines",
            line={
                "color": colours.expected,
                "width": line_width(len(times)),
                "dash": "dash" if line_mode(len(times)) != "lines" else "3px,2px",
            },
            hoverinfo="skip",
        ),
        scatter(
            x=times,
            y=actual,
            name="Actual",
            mode=line_mode(len(times)),
            line={"color": colours.actual, "width": line_width(len(times))},
            marker={"size": 5.5, "color": colours.actual},
            **shared,
        ),
        scatter(
            x=times[anomalous],
            y=actual[anomalous],
            name="Anomaly",
            mode="markers",
            marker={
                "symbol": "circle-open",
                "size": 13,
                "color": colours.anomaly,
                "line": {"width": 2.5},
            },
            cliponaxis=False,
            hoverinfo="skip",
        ),
    ]


def _band(one: pd.DataFrame, colours: Palette) -> Trace:
    """Return what was expected as an area: one outline for each stretch without a gap."""
    times, low, high = (one[name].tolist() for name in ("time", "low", "high"))
    outline: list[tuple[object, float | None]] = []
    for is_known, part in groupby(range(len(times)), lambda step: not isnan(low[step])):
        if is_known:
            steps = list(part)
            upper = [(times[step], high[step]) for step in steps]
            lower = [(times[step], low[step]) for step in reversed(steps)]
            outline += [*upper, *lower, (times[steps[0]], None)]
    return scatter(
        x=[time for time, _ in outline],
        y=[count for _, count in outline],
        name="95% of what is expected",
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=faded(colours.expected, BAND_OPACITY),
        hoverinfo="skip",
    )


def _bars(strangest: pd.DataFrame, values: pd.Series, name: str, colours: Palette) -> Trace:
    return bar(
        x=pd.Index(strangest["time"]),
        y=values.to_numpy(),
        name=name,
        marker={
            "color": np.where(strangest["anomaly"], colours.anomaly, colours.expected).tolist()
        },
    )


def _strangest(series: pd.DataFrame, steps: int) -> pd.DataFrame:
    """Return one row a time step: the feature with the highest score there."""
    score = series["score"].fillna(-np.inf).to_numpy().reshape(-1, steps)  # (features, times)
    return series.iloc[score.argmax(axis=0) * steps + np.arange(steps)].reset_index(drop=True)


def _hover(row: object, frequency: Frequency) -> str:
    return (
        f"<b>{format_time(row.time, frequency)}</b>"
        f"<br>Actual {name_in_chart(row.feature, 20)}: {format_count(row.actual)}"
        f"<br>Expected: {format_count(row.expected)}"
        + ("" if pd.isna(row.low) else f" ({format_count(row.low)} to {format_count(row.high)})")
        + f"<br>Error: {format_error(row.error)}"
        f"<br>Score: {format_score(row.score)} (p {plotly_text(format_p_value(row.p_value))})"
        + ("<br>Anomaly" if row.anomaly else "")
    )


def _text(user_view: UserView, strangest: pd.DataFrame, frequency: Frequency) -> str:
    name = format_name(user_view.user)
    if not strangest["score"].notna().any():
        return f"{name} has not been scored."
    worst = strangest.loc[strangest["score"].idxmax()]
    return (
        f"{name}: highest score {format_score(worst['score'])} ("
        f"{format_time(worst['time'], frequency)}), actual {format_count(worst['actual'])} against "
        f"expected {format_count(worst['expected'])}. "
        f"{format_number_of(user_view.anomalous_times, f'anomalous {frequency.value}')}."
    )
