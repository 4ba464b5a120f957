"""A spike that was planted after training, and what both classic models expect of it."""

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, scatter
from dashboard.charts.format import format_count, format_share, format_time
from dashboard.charts.lesson.rows import name_row
from dashboard.charts.marks import legend
from dashboard.charts.measured import Followed, Spike
from dashboard.charts.theme import finish, palette


def spike_followed(found: Spike, titles: dict[str, str], *, dark: bool = False) -> Figure:
    """Draw actual counts with the spike, and below each other what the models expect of them.

    titles: of the models, by name.
    """
    colours = palette(dark)
    figure = Figure.stacked([1] * len(found.models), 0.13)
    times = pd.to_datetime(list(found.times))
    for row, model in enumerate(found.models, start=1):
        _draw_model(figure, found, times, model, row, dark=dark)
        followed = format_share(round(model.copied, 2))
        name_row(figure, f"<b>{titles[model.model]}</b> follows {followed} of the spike", row)
    finish(
        figure,
        title="A spike, seen by both models",
        subtitle=legend(
            ("—●—", colours.actual, "Actual"),
            ("- -", colours.expected, "Expected"),
            ("◯", colours.anomaly, "Planted spike"),
        ),
        text=_text(found, titles),
        dark=dark,
        height=460,
    )
    figure.update_layout(margin={"t": 100})
    figure.update_yaxes(title="Clicks", rangemode="tozero", nticks=5)
    figure.update_xaxes(nticks=7, tickformat="%-d %b")
    figure.update_xaxes(title="Day", row=len(found.models))
    return figure


def _draw_model(
    figure: Figure,
    found: Spike,
    times: pd.DatetimeIndex,
    model: Followed,
    row: int,
    *,
    dark: bool,
) -> None:
    colours = palette(dark)
    hover = [
        f"{format_time(time)}<br>Actual: {format_count(actual)}<br>Expected: {format_count(round(expected, 1))}"
        for time, actual, expected in zip(times, found.counts, model.after, strict=True)
    ]
    figure.add_trace(
        scatter(
            x=times,
            y=found.counts,
            mode="lines+markers",
            line={"color": colours.actual, "width": 1.75},
            marker={"size": 5},
            hovertext=hover,
            hoverinfo="text",
        ),
        row=row,
    )
    figure.add_trace(
        scatter(
            x=times,
            y=model.after,
            mode="lines",
            line={"color": colours.expected, "width": 2.25, "dash": "dash"},
            hoverinfo="skip",
        ),
        row=row,
    )
    figure.add_trace(
        scatter(
            x=times[[found.day]],
            y=np.array(found.counts)[[found.day]],
            mode="markers",
            marker={
                "size": 14,
                "symbol": "circle-open",
                "color": colours.anomaly,
                "line": {"width": 2.5},
            },
            hoverinfo="skip",
        ),
        row=row,
    )


def _text(found: Spike, titles: dict[str, str]) -> str:
    spike = format_count(found.counts[found.day])
    told = ", ".join(
        f"{titles[one.model]} expects {format_count(round(one.after[found.day], 1))}"
        for one in found.models
    )
    return (
        f"On {format_time(pd.Timestamp(found.times[found.day]))} one user is given {spike} clicks "
        f"in the place of {format_count(found.without)}: {told}."
    )
