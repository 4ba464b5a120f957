"""One finding: in a sentence, in a few words, and as the user's chart around it."""

from dataclasses import replace
from typing import Protocol

import pandas as pd

from dashboard.charts.figure import Figure
from dashboard.charts.format import (
    format_count,
    format_name,
    format_number_of,
    format_time,
    frequency_of,
)
from dashboard.charts.theme import faded, palette
from dashboard.charts.user import user_series
from dashboard.data.panel import Frequency
from dashboard.runs.views import UserView

KIND_NAMES = {
    "spike": "Spike",
    "surge": "Surge",
    "slump": "Slump",
    "silence": "Silence",
    "flat": "Flat line",
    "shift": "Shifted rhythm",
}
AROUND = {Frequency.HOUR: 72, Frequency.DAY: 21, Frequency.WEEK: 26}  # steps on either side
ONE_STEP = {Frequency.HOUR: "at", Frequency.DAY: "on", Frequency.WEEK: "in"}
TWICE, HUGE = 2.0, 1000.0
STRETCH_OPACITY = 0.13


class Finding(Protocol):
    """What is told of a finding: a row of `Results.findings`."""

    kind: str
    direction: str
    feature: str
    features: tuple[str, ...]
    first: int
    last: int
    steps: int
    actual: float
    expected: float
    ratio: float


def finding_when(finding: Finding, times: pd.Index, frequency: Frequency) -> str:
    """Return its time steps: `on Tue 10 Mar 2026`, `from Tue 10 Mar 2026 to Sat 14 Mar 2026`."""
    first, last = (
        format_time(times[step], frequency)
        .replace("Week of", "the week of")
        .replace("Day ", "day ")
        for step in (finding.first, finding.last)
    )
    if finding.first != finding.last:
        return f"from {first} to {last}"
    return f"{ONE_STEP[frequency]} {first}"


def finding_sentence(finding: Finding, times: pd.Index, frequency: Frequency) -> str:
    """Return what was counted and what was expected instead. Plain text."""
    counted = (
        "No" if finding.kind == "silence" and not finding.actual else format_count(finding.actual)
    )
    during = "" if finding.steps == 1 else f", {format_number_of(finding.steps, frequency.value)}"
    opening = (
        f"{counted} {format_name(finding.feature)} {finding_when(finding, times, frequency)}{during}, "
        f"where {format_count(finding.expected)} were expected"
    )
    others = [format_name(name) for name in finding.features if name != finding.feature]
    also = f" Odd as well: {', '.join(others)}." if others else ""
    return f"{opening}{_how_much(finding)}.{also}"


def finding_chart(
    finding: Finding, story: UserView, *, dark: bool = False, feature: str | None = None
) -> Figure:
    """Draw the user's story some weeks around a finding, its time steps on a shaded ground.

    feature: as in `user_series`.
    """
    times = pd.Index(story.series["time"].drop_duplicates())
    margin = AROUND[frequency_of(times)]
    shown = times[max(0, finding.first - margin) : finding.last + margin + 1]
    series = story.series[story.series["time"].isin(shown)].reset_index(drop=True)
    figure = user_series(replace(story, series=series), dark=dark, feature=feature)
    half = (times[1] - times[0]) / 2
    figure.add_vrect(
        times[finding.first] - half,
        times[finding.last] + half,
        fillcolor=faded(palette(dark).anomaly, STRETCH_OPACITY),
        line={"width": 0},
        layer="below",
    )
    return figure


def _how_much(finding: Finding) -> str:
    """How far actual is from expected, in the words that fit the kind."""
    if finding.kind == "flat":
        return ": the same count again and again"
    if finding.kind == "shift":
        return ": about as many, but not when they are usual"
    if finding.kind == "silence" or not 0 < finding.ratio < HUGE:
        return ""
    if finding.ratio >= TWICE:
        return f": {format_count(round(finding.ratio, 1))} times as many"
    if finding.ratio >= 1:
        return f": {finding.ratio - 1:.0%} more"
    return f": {1 - finding.ratio:.0%} fewer"
