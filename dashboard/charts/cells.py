"""Cells judged: the scores of users x times as a heatmap in which each cell can be chosen."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.format import (
    format_count,
    format_name,
    format_number_of,
    format_score,
    format_time,
    frequency_of,
    name_in_chart,
)
from dashboard.charts.grid import (
    LABELLED_ROWS,
    MOST_CELLS,
    SVG_CELLS,
    cell_markers,
    grid_height,
    heatmap_layer,
    lay_out_grid,
)
from dashboard.charts.marks import legend
from dashboard.charts.theme import Palette, finish, palette
from dashboard.data.panel import Frequency
from dashboard.runs.views import Grid, View


def score_heatmap(view: View, *, dark: bool = False) -> go.Figure:
    """Draw the scores of the shown users x times; anomalous cells carry a dot, unscored are blank.

    customdata of the clickable cells: [user_index, time label]. Beyond 100,000 cells there are none,
    and the figure only shows.
    """
    colours = palette(dark)
    grid = view.grid
    frequency = frequency_of(grid.times)
    scored = np.isfinite(grid.score)
    high = _scale_end(grid.score[scored], view.level)
    figure = go.Figure()
    figure.add_trace(
        heatmap_layer(
            grid.times,
            grid.score,
            dark=dark,
            low=min(0.0, float(grid.score[scored].min())) if scored.any() else 0.0,
            high=high,
            title="Score",
        )
    )
    figure.add_trace(_anomaly_dots(grid, colours))
    if grid.score.size <= MOST_CELLS:
        indices = [int(index) for index in grid.user_index]
        figure.add_trace(cell_markers(grid.times, indices, scored, _cell_hover(grid, frequency)))
    count = len(grid.users)
    finish(
        figure,
        title="Score by user and " + frequency.value,
        subtitle=f"{count:,} of {format_number_of(view.counts.matched_users, 'user')}    "
        + legend(("●", colours.anomaly, "Anomaly"), ("□", colours.quiet, "Not scored")),
        text=_grid_text(view, frequency),
        dark=dark,
        height=grid_height(count),
    )
    lay_out_grid(figure, grid.times, list(grid.users))
    return figure


def _scale_end(scores: np.ndarray, level: float) -> float:
    """Return the score at which the colours end: beyond the threshold, before a lone giant."""
    if not scores.size:
        return 1.0
    highest = float(scores.max())
    wanted = max(float(np.quantile(scores, 0.99)), 1.5 * level if np.isfinite(level) else 0.0)
    return min(highest, wanted) or 1.0


def _anomaly_dots(grid: Grid, colours: Palette) -> go.Scatter | go.Scattergl:
    rows, columns = np.nonzero(grid.anomaly)
    kind = go.Scatter if len(rows) <= SVG_CELLS else go.Scattergl
    return kind(
        x=grid.times[columns],
        y=rows,
        mode="markers",
        name="Anomaly",
        marker={
            "symbol": "circle",
            "size": 7 if len(grid.users) <= LABELLED_ROWS else 6,
            "color": colours.anomaly,
            "line": {"color": colours.surface, "width": 1.25},
        },
        hoverinfo="skip",
        showlegend=False,
    )


def _cell_hover(grid: Grid, frequency: Frequency) -> Callable[[int, int], str]:
    """Return what gives a cell's hover text; on a large grid the short one, for the browser's sake."""
    times = [format_time(time, frequency) for time in grid.times]
    names = [name_in_chart(name, 60) for name in grid.users]
    short = grid.score.size > SVG_CELLS

    def hover(row: int, column: int) -> str:
        score = f"{grid.score[row, column]:,.2f}"
        if short:  # one line: each mark of markup is written as six characters
            return f"{names[row]}, {times[column]}, score {score}"
        return (
            f"<b>{names[row]}</b><br>{times[column]}<br>Score: {score}"
            f"<br>Actual: {format_count(grid.actual[row, column])}"
            f"<br>Expected: {format_count(grid.expected[row, column])}"
            + ("<br>Anomaly" if grid.anomaly[row, column] else "")
        )

    return hover


def _grid_text(view: View, frequency: Frequency) -> str:
    grid = view.grid
    if not np.isfinite(grid.score).any():
        return "No cell of these users has been scored."
    row, column = np.unravel_index(np.nanargmax(grid.score), grid.score.shape)
    return (
        f"Scores of {format_number_of(len(grid.users), 'user')} over "
        f"{format_number_of(len(grid.times), frequency.value)}, with "
        f"{format_number_of(int(grid.anomaly.sum()), 'anomalous cell')}. Highest: "
        f"{format_name(grid.users[row])}, {format_time(grid.times[column], frequency)} "
        f"({format_score(grid.score[row, column])})."
    )
