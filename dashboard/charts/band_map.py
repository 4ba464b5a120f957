"""All users as bands of neighbouring ranks: a map on which a click zooms in."""

import numpy as np
import pandas as pd

from dashboard.charts.cells import Colour, deviation_layer, scale_end
from dashboard.charts.figure import Figure, Trace, scatter_gl
from dashboard.charts.format import format_count, format_score, format_time, frequency_of
from dashboard.charts.grid import heatmap_layer, lay_out_grid
from dashboard.charts.theme import finish
from dashboard.runs.bands import Bands
from dashboard.runs.tables import time_label

POINTED_COLUMNS = 40  # columns, evenly spaced, that can be pointed at
_ROW_PIXELS, _FRAME_PIXELS, _LEAST_PIXELS = 6, 190, 260
LABELS = 20


def band_map(bands: Bands, *, colour: Colour = "score", dark: bool = False) -> Figure:
    """Draw the mean score of each band at each time step, the strangest band on top.

    colour: by score, or by deviation, where the colour tells above from below what was expected.
    customdata: [None, time label, "ranks", "1-1000"].
    """
    values = bands.score if colour == "score" else bands.deviation
    known = np.abs(values[np.isfinite(values)])
    high = scale_end(known, np.inf)
    height = max(_LEAST_PIXELS, _FRAME_PIXELS + len(values) * _ROW_PIXELS)
    figure = Figure()
    if colour == "deviation":
        figure.add_trace(deviation_layer(bands.times, values, high, height, dark=dark))
    else:
        low = min(0.0, float(known.min())) if known.size else 0.0
        figure.add_trace(
            heatmap_layer(
                bands.times,
                values,
                dark=dark,
                low=low,
                high=high,
                title="Mean score",
                height=height,
            )
        )
    figure.add_trace(_places(bands))
    names = [rank_words(*ends) for ends in bands.ranks.tolist()]
    size = int(bands.users.max(initial=0))
    finish(
        figure,
        title=f"All {int(bands.users.sum()):,} users by {frequency_of(bands.times).value}",
        subtitle=f"Each row: {size:,} users of neighbouring ranks; a click opens them",
        text=_text(bands, names),
        dark=dark,
        height=height,
    )
    lay_out_grid(figure, bands.times, names)
    every = -(-len(names) // LABELS) or 1
    figure.update_layout(
        yaxis={
            "title": {"text": "Ranks"},
            "tickvals": list(range(0, len(names), every)),
            "ticktext": names[::every],
        }
    )
    return figure


def rank_words(first: int, last: int) -> str:
    """Return a range of ranks: `1 to 1,000`."""
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _places(bands: Bands) -> Trace:
    frequency = frequency_of(bands.times)
    every = -(-len(bands.times) // POINTED_COLUMNS) or 1
    columns = np.arange(len(bands.times))[every // 2 :: every]
    rows = np.arange(len(bands.ranks))
    times = [format_time(time, frequency) for time in bands.times]
    keys = [time_label(time, frequency) for time in bands.times]
    dated = isinstance(bands.times, pd.DatetimeIndex)

    def hover(row: int, column: int) -> str:
        return (
            f"Ranks {rank_words(*bands.ranks[row])}, {times[column]}: mean score "
            f"{format_score(bands.score[row, column])}, anomalous "
            f"{format_count(bands.anomalous[row, column])} of {bands.users[row]:,}"
        )

    return scatter_gl(
        name="bands",
        x=[keys[at] if dated else bands.times[at] for _ in rows for at in columns],
        y=np.repeat(rows, len(columns)),
        mode="markers",
        marker={"symbol": "square", "size": 2, "color": "rgba(0,0,0,0)", "line": {"width": 0}},
        customdata=[
            [None, keys[at], "ranks", f"{first}-{last}"]
            for first, last in bands.ranks.tolist()
            for at in columns
        ],
        hovertext=[hover(row, at) for row in rows for at in columns],
        hoverinfo="text",
        showlegend=False,
    )


def _text(bands: Bands, names: list[str]) -> str:
    if not np.isfinite(bands.score).any():
        return "No user matches."
    most = int(bands.anomalous.sum(axis=1).argmax())
    return (
        f"{int(bands.users.sum()):,} users in {len(names)} bands of neighbouring ranks. Most "
        f"anomalous cells have the ranks {names[most]}: {int(bands.anomalous[most].sum()):,}."
    )
