"""One user's story: what was counted, what was expected, and how surprising the difference is."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

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
from dashboard.charts.theme import Palette, finish, palette
from dashboard.charts.times import time_ticks, time_title
from dashboard.data.panel import Frequency
from dashboard.runs.tables import time_label
from dashboard.runs.views import UserView


def user_series(
    user_view: UserView, *, dark: bool = False, feature: str | None = None
) -> go.Figure:
    """Draw actual against expected, one row a feature, and each time step's score below.

    feature: draw this one alone; None: all of the user's features. With several, the score below
    is the highest of a time step. customdata: [user_index, time label].
    """
    series = user_view.series
    features = [feature] if feature else list(dict.fromkeys(series["feature"]))
    series = series[series["feature"].isin(features)]
    times = pd.Index(series["time"].drop_duplicates())
    frequency = frequency_of(times)
    colours = palette(dark)
    rows = len(features) + 1
    heights = [0.62 / len(features)] * len(features) + [0.38]
    figure = make_subplots(
        rows=rows, cols=1, shared_xaxes=True, row_heights=heights, vertical_spacing=0.07
    )
    for row, name in enumerate(features, start=1):
        one = series[series["feature"] == name]
        for trace in _actual_and_expected(one, user_view, frequency, colours):
            figure.add_trace(trace, row=row, col=1)
        unit = f"{sentence(name_in_chart(name, 20))} per {frequency.value}"
        figure.update_yaxes(title_text=unit, rangemode="tozero", nticks=5, row=row, col=1)
    strangest = _strangest(series)
    figure.add_trace(_scores(strangest, user_view, frequency, colours), row=rows, col=1)
    finish(
        figure,
        title=f"{name_in_chart(user_view.user)}: actual and expected",
        subtitle=legend(
            (line_sign(len(times)), colours.actual, "Actual"),
            ("- - -", colours.expected, "Expected"),
            ("○", colours.anomaly, "Anomaly"),
        ),
        text=_text(user_view, strangest, frequency),
        dark=dark,
        height=260 + 180 * len(features),
    )
    figure.update_layout(hoverdistance=60)
    figure.update_xaxes(**time_ticks(times))
    figure.update_xaxes(title_text=time_title(times), row=rows, col=1)
    figure.update_yaxes(title_text="Score", rangemode="tozero", nticks=4, row=rows, col=1)
    if np.isfinite(user_view.level):
        mark_level(figure, user_view.level, dark=dark, across=True, row=rows)
    return figure


def _actual_and_expected(
    one: pd.DataFrame, user_view: UserView, frequency: Frequency, colours: Palette
) -> list[go.Scatter]:
    """Return the lines of one feature, and the rings around its anomalous time steps."""
    times = pd.Index(one["time"])
    found = one[one["anomaly"].astype(bool)]
    hovers = [_hover(row, frequency) for row in one.itertuples()]
    return [
        go.Scatter(
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
        go.Scatter(
            x=times,
            y=one["actual"],
            name="Actual",
            mode=line_mode(len(times)),
            line={"color": colours.actual, "width": line_width(len(times))},
            marker={"size": 5.5, "color": colours.actual},
            customdata=_chosen(times, user_view, frequency),
            hovertext=hovers,
            hoverinfo="text",
        ),
        go.Scatter(
            x=pd.Index(found["time"]),
            y=found["actual"],
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


def _scores(
    strangest: pd.DataFrame, user_view: UserView, frequency: Frequency, colours: Palette
) -> go.Bar:
    times = pd.Index(strangest["time"])
    return go.Bar(
        x=times,
        y=strangest["score"],
        name="Score",
        marker={
            "color": np.where(strangest["anomaly"], colours.anomaly, colours.expected).tolist()
        },
        customdata=_chosen(times, user_view, frequency),
        hovertext=[_hover(row, frequency) for row in strangest.itertuples()],
        hoverinfo="text",
    )


def _strangest(series: pd.DataFrame) -> pd.DataFrame:
    """Return one row a time step: the feature with the highest score there."""
    ordered = series.sort_values(["time", "score"], ascending=[True, False], na_position="last")
    return ordered.drop_duplicates("time").reset_index(drop=True)


def _chosen(times: pd.Index, user_view: UserView, frequency: Frequency) -> list[list[object]]:
    return [[user_view.user_index, time_label(time, frequency)] for time in times]


def _hover(row: object, frequency: Frequency) -> str:
    return (
        f"<b>{format_time(row.time, frequency)}</b>"
        f"<br>Actual {name_in_chart(row.feature, 20)}: {format_count(row.actual)}"
        f"<br>Expected: {format_count(row.expected)}"
        f"<br>Error: {format_error(row.error)}"
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
