"""Scores counted: how many cells have which score, and where the threshold lies among them."""

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.format import format_score
from dashboard.charts.marks import mark_level
from dashboard.charts.theme import finish, palette
from dashboard.runs.views import Histogram


def score_distribution(
    histogram: Histogram,
    level: float,
    anomalous_cells: int | None = None,
    *,
    dark: bool = False,
) -> go.Figure:
    """Draw how many cells have which score, on a log scale, with the threshold as a line.

    anomalous_cells: how many cells reach the threshold; None: not said.
    """
    colours = palette(dark)
    edges, counts = histogram.edges.astype(float), histogram.counts
    middles, widths = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
    beyond = middles >= level
    figure = go.Figure()
    for flag, name, colour in (
        (False, "Below the threshold", colours.actual),
        (True, "Anomalous", colours.anomaly),
    ):
        chosen = (beyond == flag) & (counts > 0)
        figure.add_trace(
            go.Bar(
                x=middles[chosen],
                y=counts[chosen],
                width=widths[chosen] * 0.94,
                name=name,
                marker={"color": colour},
                hovertext=[
                    f"Score {format_score(low)} to {format_score(high)}<br>{count:,} cells"
                    for low, high, count in zip(
                        edges[:-1][chosen], edges[1:][chosen], counts[chosen], strict=True
                    )
                ],
                hoverinfo="text",
            )
        )
    found = "" if anomalous_cells is None else f"{anomalous_cells:,} anomalous cells"
    finish(
        figure,
        title="Distribution of scores",
        subtitle=found
        + (f" of {int(counts.sum()):,}" if found else f"{int(counts.sum()):,} cells"),
        text=_distribution_text(histogram, level, anomalous_cells),
        dark=dark,
        height=320,
    )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(title_text="Score", nticks=8)
    top = np.log10(max(float(counts.max(initial=1)), 1.0))
    figure.update_yaxes(
        title_text="Cells (log scale)", type="log", dtick=1, range=[-0.3, top * 1.06 + 0.1]
    )
    mark_level(figure, level, dark=dark)
    return figure


def _distribution_text(histogram: Histogram, level: float, anomalous: int | None) -> str:
    cells = int(histogram.counts.sum())
    found = "" if anomalous is None else f"; {anomalous:,} of them reach it"
    return f"Scores of {cells:,} cells. The threshold is {format_score(level)}{found}."
