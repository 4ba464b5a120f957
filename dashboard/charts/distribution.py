"""Scores counted: how many cells have which score, and where the threshold lies among them."""

import numpy as np

from dashboard.charts.figure import Figure, Trace, bar
from dashboard.charts.format import format_number_of, format_score
from dashboard.charts.marks import mark_level
from dashboard.charts.theme import finish, palette
from dashboard.runs.views import Histogram

_FLOOR_POWER = -0.3  # so that a bar of one cell can be seen


def score_distribution(
    histogram: Histogram,
    level: float,
    anomalous_cells: int | None = None,
    *,
    dark: bool = False,
) -> Figure:
    """Draw how many cells have which score, on a log scale, with the threshold as a line.

    anomalous_cells: how many cells reach the threshold; None: not said.
    customdata of the bars named `places`: [None, None, score], the score at which a bar begins.
    """
    colours = palette(dark)
    edges, counts = histogram.edges.astype(float), histogram.counts
    middles, widths = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
    beyond = middles >= level
    figure = Figure()
    for flag, name, colour in (
        (False, "Below the threshold", colours.actual),
        (True, "Anomalous", colours.anomaly),
    ):
        chosen = (beyond == flag) & (counts > 0)
        figure.add_trace(
            bar(
                x=middles[chosen],
                y=counts[chosen],
                width=widths[chosen] * 0.94,
                name=name,
                marker={"color": colour},
                hoverinfo="skip",
            )
        )
    top = np.log10(max(float(counts.max(initial=1)), 1.0)) * 1.06 + 0.1
    figure.add_trace(_places(edges, counts, 10**top))
    found = "" if anomalous_cells is None else format_number_of(anomalous_cells, "anomalous cell")
    finish(
        figure,
        title="Distribution of scores",
        subtitle=found
        + (f" of {int(counts.sum()):,}" if found else f"{int(counts.sum()):,} cells"),
        text=_distribution_text(histogram, level, anomalous_cells),
        dark=dark,
        height=370,
    )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(title="Score", nticks=8)
    figure.update_yaxes(title="Cells, log scale", type="log", dtick=1, range=[_FLOOR_POWER, top])
    if np.isfinite(level):
        mark_level(figure, level, dark=dark)
    return figure


def _places(edges: np.ndarray, counts: np.ndarray, top: float) -> Trace:
    """Return unseen bars of full height: places to point at, where a count may be low or none."""
    lows, highs = edges[:-1], edges[1:]
    return bar(
        name="places",
        x=(lows + highs) / 2,
        y=np.full(len(counts), top),
        width=highs - lows,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        customdata=[[None, None, round(float(low), 2)] for low in lows],
        hovertext=[
            f"Score {format_score(low)} to {format_score(high)}<br>"
            f"{format_number_of(int(count), 'cell')}"
            for low, high, count in zip(lows, highs, counts, strict=True)
        ],
        hoverinfo="text",
    )


def _distribution_text(histogram: Histogram, level: float, anomalous: int | None) -> str:
    cells = int(histogram.counts.sum())
    found = "" if anomalous is None else f"; {anomalous:,} of them reach it"
    return f"Scores of {cells:,} cells. The threshold is {format_score(level)}{found}."
