"""One user as several runs see it: what was counted, what each expected, and how strange it found it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, Trace, scatter
from dashboard.charts.format import (
    format_count,
    format_name,
    format_score,
    format_time,
    frequency_of,
    name_in_chart,
    sentence,
)
from dashboard.charts.marks import legend, line_mode, line_sign, line_width
from dashboard.charts.run_marks import RunMark, run_marks
from dashboard.charts.theme import finish, palette
from dashboard.charts.times import time_ticks, time_title
from dashboard.data.panel import Frequency
from dashboard.runs.views import UserView


def user_compared(
    stories: Sequence[UserView], *, feature: str | None = None, dark: bool = False
) -> Figure:
    """Draw one user's actual with each run's expected; below, each run's scores.

    stories: one a run, in the order of their letters, all of one user.
    feature: which to draw; None: the one with the highest score of any run.
    """
    feature = feature or strangest_feature(stories)
    parts = [story.series[story.series["feature"] == feature] for story in stories]
    times = pd.Index(parts[0]["time"])
    frequency = frequency_of(times)
    colours, marks = palette(dark), run_marks(len(stories), dark=dark)
    figure = Figure.stacked([0.6, 0.4], 0.07)
    for mark, part in zip(marks, parts, strict=True):
        hovers = _hovers(mark, part, frequency)
        for row, name in enumerate(("expected", "score"), start=1):
            figure.add_trace(_line(mark, part, name, hovers, points=len(times)), row=row)
    figure.add_trace(
        scatter(
            x=times,
            y=parts[0]["actual"],
            name="Actual",
            mode=line_mode(len(times)),
            line={"color": colours.ink, "width": line_width(len(times))},
            marker={"size": 5.5},
            hovertext=[
                f"<b>{format_time(time, frequency)}</b><br>Actual: {format_count(actual)}"
                for time, actual in zip(times, parts[0]["actual"], strict=True)
            ],
            hoverinfo="text",
        ),
        row=1,
    )
    finish(
        figure,
        title=f"{name_in_chart(stories[0].user)}: in each run",
        subtitle=legend(
            (line_sign(len(times)), colours.ink, "Actual"),
            *((f"- {mark.sign} -", mark.colour, f"{mark.letter} expected") for mark in marks),
        ),
        text=_text(stories, parts, frequency),
        dark=dark,
        height=520,
    )
    figure.update_layout(hoverdistance=60)
    figure.update_xaxes(**time_ticks(times))
    figure.update_xaxes(title=time_title(times), row=2)
    what = f"{sentence(name_in_chart(feature, 20))} per {frequency.value}"
    figure.update_yaxes(title=what, rangemode="tozero", nticks=5, row=1)
    figure.update_yaxes(title="Score", rangemode="tozero", nticks=4, row=2)
    return figure


def strangest_feature(stories: Sequence[UserView]) -> str:
    """Return the feature with the highest score of any run, else the first."""
    series = pd.concat([story.series for story in stories])
    highest = series.groupby("feature", sort=False)["score"].max()
    return str(highest.fillna(-np.inf).idxmax())


def _line(mark: RunMark, part: pd.DataFrame, name: str, hovers: list[str], *, points: int) -> Trace:
    expected = name == "expected"
    return scatter(
        x=pd.Index(part["time"]),
        y=part[name],
        name=f"{mark.letter}: {name}",
        mode="lines" if expected else line_mode(points),
        line={
            "color": mark.colour,
            "width": line_width(points),
            "dash": mark.dash if expected else "solid",
        },
        marker={"size": 7, "symbol": mark.symbol, "color": mark.colour},
        hovertext=hovers,
        hoverinfo="text",
    )


def _hovers(mark: RunMark, part: pd.DataFrame, frequency: Frequency) -> list[str]:
    return [
        f"<b>{format_time(row.time, frequency)}</b>"
        f"<br>{mark.letter}: expected {format_count(row.expected)}, "
        f"actual {format_count(row.actual)}"
        f"<br>Score: {format_score(row.score)}" + ("<br>Anomaly" if row.anomaly else "")
        for row in part.itertuples()
    ]


def _text(stories: Sequence[UserView], parts: list[pd.DataFrame], frequency: Frequency) -> str:
    told = [
        _strangest(mark.letter, part, frequency)
        for mark, part in zip(run_marks(len(parts), dark=False), parts, strict=True)
    ]
    return f"{format_name(stories[0].user)}, the strangest in each run: {'; '.join(told)}."


def _strangest(letter: str, part: pd.DataFrame, frequency: Frequency) -> str:
    if not part["score"].notna().any():
        return f"{letter} did not score it"
    worst = part.loc[part["score"].idxmax()]
    return (
        f"{letter} {format_time(worst['time'], frequency)} (score {format_score(worst['score'])}, "
        f"actual {format_count(worst['actual'])}, expected {format_count(worst['expected'])})"
    )
