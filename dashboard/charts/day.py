"""One time step against the same weekday before."""

import math

import pandas as pd

from dashboard.charts.figure import Figure, bar
from dashboard.charts.format import format_count, format_number_of, format_time, sentence
from dashboard.charts.theme import finish, palette
from dashboard.data.panel import Frequency
from dashboard.runs.day_view import DayView
from dashboard.runs.tables import time_label

MOST_EARLIER = 12
MOST_NAMED = 4  # time steps that have room for their names side by side: the last, and some before


def day_among_its_like(
    day: DayView, frequency: Frequency, unit: str, *, dark: bool = False
) -> Figure:
    """Draw the total of a time step beside those of the last steps at its place in the week.

    unit: what is counted, safe to stand in a chart. customdata: [None, time label].
    """
    colours = palette(dark)
    shown = day.earlier.tail(MOST_EARLIER)
    times = [*shown["time"], day.time]
    totals = [*shown["actual"], day.total]
    middle = shown["actual"].median()
    named = list(range(len(times)))[:: -math.ceil(len(times) / MOST_NAMED)]
    figure = Figure.of(
        bar(
            x=list(range(len(times))),
            y=totals,
            name="Total",
            marker={"color": [colours.expected] * len(shown) + [colours.actual]},
            customdata=[[None, time_label(time, frequency)] for time in times],
            hovertext=[
                f"{format_time(time, frequency)}<br>Total: {format_count(total)}"
                for time, total in zip(times, totals, strict=True)
            ],
            hoverinfo="text",
        )
    )
    finish(
        figure,
        title=f"{unit} in total",
        subtitle=f"This {frequency.value} and {same_before(day, frequency, MOST_EARLIER)}",
        text=_text(day, frequency, middle),
        dark=dark,
        height=300,
    )
    figure.update_xaxes(
        title=sentence(frequency.value),
        tickmode="array",
        tickvals=named,
        ticktext=[_short(times[place]) for place in named],
        tickangle=0,
    )
    figure.update_yaxes(title=unit, rangemode="tozero", nticks=5)
    if len(shown) > 1:
        figure.add_hline(middle, line={"color": colours.ink, "width": 1.5, "dash": "dot"})
    return figure


def same_before(day: DayView, frequency: Frequency, most: int | None = None) -> str:
    """Return what a step is compared with: `the 5 Tuesdays before`."""
    number = len(day.earlier) if most is None else min(most, len(day.earlier))
    place = weekday_words(day.time, frequency)
    return f"the {number} {place}s before" if number != 1 else f"the {place} before"


def weekday_words(time: object, frequency: Frequency) -> str:
    """Return the place of a time step in the week: `Tuesday`, `Tuesday at 13:00`, `week`."""
    if frequency is Frequency.WEEK:
        return "week"
    if not isinstance(time, pd.Timestamp):
        return "seventh day"
    return f"{time:%A}" if frequency is Frequency.DAY else f"{time:%A} {time:%H:%M}"


def _short(time: object) -> str:
    return f"{time.day} {time:%b}" if isinstance(time, pd.Timestamp) else f"{time}"


def _text(day: DayView, frequency: Frequency, middle: float) -> str:
    total = f"{format_time(day.time, frequency)}: {format_count(day.total)} in total"
    if day.earlier.empty:
        return f"{total}; there is no earlier {weekday_words(day.time, frequency)}."
    return (
        f"{total}, against a median of {format_count(middle)} on "
        f"{format_number_of(len(day.earlier), f'earlier {weekday_words(day.time, frequency)}')}."
    )
