"""The parts of a users x times heatmap: a coloured layer, and a layer of cells to point at.

A click on a Plotly heatmap selects nothing in Streamlit. So the heatmap only colours, and squares
of a transparent *colour* at the middle of its cells carry the hover text and the selection.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, Trace, heatmap, scatter, scatter_gl
from dashboard.charts.format import frequency_of, name_in_chart
from dashboard.charts.theme import palette
from dashboard.charts.times import time_range, time_ticks, time_title
from dashboard.runs.tables import time_label

# What the traces of cells are given to say of them: of (cells,) rows and (cells,) columns.
Hover = Callable[[np.ndarray, np.ndarray], dict[str, object]]

SVG_CELLS = 5_000  # beyond this many, markers are drawn by WebGL
POINTED_CELLS = 10_000  # beyond this many, only every second, third, ... column can be pointed at
MOST_CELLS = 100_000  # beyond this many, a browser has too much to carry
_TRANSPARENT = "rgba(0,0,0,0)"
_ROW_PIXELS, _FRAME_PIXELS, _HIGHEST = 16, 176, 940
LABELLED_ROWS = 60
_BAR_TOP = 68


def heatmap_layer(
    times: pd.Index,
    values: np.ndarray,
    *,
    dark: bool,
    low: float,
    high: float,
    title: str,
    height: int | None = None,
    ticks: tuple[list[float], list[str]] | None = None,
    diverging: bool = False,
) -> Trace:
    """Return the coloured layer of values (rows, times); NaN stays blank.

    low, high: the values at the ends of the colour scale, which is `diverging` or runs upwards.
    height: of the figure in pixels, if not as its rows have it.
    ticks: where the colour bar is labelled, and how.
    """
    colours = palette(dark)
    rows, columns = values.shape
    gap = 1 if rows <= LABELLED_ROWS and columns <= LABELLED_ROWS else 0
    bar = {"tickmode": "array", "tickvals": ticks[0], "ticktext": ticks[1]} if ticks else {}
    scale = colours.diverging if diverging else colours.scale
    last = len(scale) - 1
    return heatmap(
        x=times,
        y=np.arange(rows),
        z=values.astype(np.float32),
        zmin=low,
        zmax=high if high > low else low + 1,
        colorscale=[[step / last, colour] for step, colour in enumerate(scale)],
        hoverinfo="skip",
        hoverongaps=False,
        xgap=gap,
        ygap=gap,
        colorbar={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            # From the top edge down: anchored at its bottom, it would push the title out of sight.
            "y": 1 - _BAR_TOP / (height or grid_height(rows)),
            "yref": "container",
            "yanchor": "top",
            "ypad": 0,
            "xpad": 0,
            "len": 180,
            "lenmode": "pixels",
            "thickness": 8,
            "outlinewidth": 0,
            "title": {"text": title, "side": "right", "font": {"size": 12.5}},
            "tickfont": {"size": 12, "color": colours.quiet},
            "tickangle": 0,
            "nticks": 4,
            **bar,
        },
    )


def cell_markers(
    times: pd.Index,
    user_indices: list[int],
    shown: np.ndarray,
    hover: Hover,
) -> Trace:
    """Return the layer to point at: one square for each cell where `shown` (rows, times) is true.

    customdata of a square: [user_index, time label].
    """
    frequency = frequency_of(times)
    keys = [time_label(time, frequency) for time in times]
    rows, columns = np.nonzero(_thinned(shown))
    kind = scatter if len(rows) <= SVG_CELLS else scatter_gl
    return kind(
        name="cells",
        # As text, a date takes a third of the bytes that it takes as a moment.
        x=[keys[at] for at in columns.tolist()]
        if isinstance(times, pd.DatetimeIndex)
        else times[columns],
        y=rows,
        mode="markers",
        # Small: Plotly cannot tell points apart that all lie under the pointer.
        marker={"symbol": "square", "size": 2, "color": _TRANSPARENT, "line": {"width": 0}},
        customdata=[
            [user_indices[row], keys[column]]
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ],
        showlegend=False,
        **hover(rows, columns),
    )


def hover_texts(said: Callable[[int, int], str]) -> Hover:
    """Return what gives cells their hover texts, each safe to draw: that of a row and a column."""

    def hover(rows: np.ndarray, columns: np.ndarray) -> dict[str, object]:
        places = zip(rows.tolist(), columns.tolist(), strict=True)
        return {"hovertext": [said(*place) for place in places], "hoverinfo": "text"}

    return hover


def _thinned(shown: np.ndarray) -> np.ndarray:
    """Return as many of the cells as a browser carries with ease: those of evenly spaced columns."""
    every = -(-shown.size // POINTED_CELLS) or 1
    kept = np.zeros_like(shown)
    kept[:, every // 2 :: every] = shown[:, every // 2 :: every]
    return kept


def grid_height(rows: int) -> int:
    """Return the height of a heatmap figure in pixels: it grows with its rows, up to a limit."""
    return min(_FRAME_PIXELS + max(rows, 4) * _ROW_PIXELS, _HIGHEST)


def lay_out_grid(figure: Figure, times: pd.Index, names: list[str]) -> None:
    """Set the axes x and y of a heatmap figure: first row on top, row labels thinned out beyond 60."""
    every = 1 if len(names) <= LABELLED_ROWS else -(-len(names) // (LABELLED_ROWS - 10))
    labelled = list(range(0, len(names), every))
    figure.update_layout(
        xaxis={
            "title": {"text": time_title(times)},
            "range": time_range(times),
            "ticks": "",
            **time_ticks(times),
        },
        yaxis={
            "title": {"text": "User"},
            "tickmode": "array",
            "tickvals": labelled,
            "ticktext": [name_in_chart(names[row], 16) for row in labelled],
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
            "ticks": "",
        },
        margin={"t": 110},
        hoverdistance=200,
    )
