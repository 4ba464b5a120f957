"""Cells judged: the scores of users x times as a heatmap in which each cell can be chosen."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, Trace, scatter, scatter_gl
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
    POINTED_CELLS,
    SVG_CELLS,
    Hover,
    cell_markers,
    grid_height,
    heatmap_layer,
    lay_out_grid,
)
from dashboard.charts.margins import (
    ABOVE_PIXELS,
    GAP_PIXELS,
    Mark,
    cluster_marks,
    days_above,
    lay_out_above,
    lay_out_beside,
    outline_column,
    separate,
    users_beside,
)
from dashboard.charts.marks import legend
from dashboard.charts.theme import Palette, finish, palette
from dashboard.charts.times import time_in_hover
from dashboard.data.panel import Frequency
from dashboard.runs.tables import time_label
from dashboard.runs.views import Grid, View

Colour = Literal["score", "deviation"]


def score_heatmap(
    view: View,
    *,
    colour: Colour = "score",
    order: np.ndarray | None = None,
    marks: Sequence[Mark] = (),
    narrow: bool = False,
    dark: bool = False,
) -> Figure:
    """Draw the scores of the shown users x times; anomalous cells carry a dot, unscored are blank.

    Above stand the anomalous users of each time step, beside the rows the users' scores.
    narrow: for a phone, whose cells need the width of those scores; clusters are marked all the same.
    colour: by score, or by deviation, where the colour tells above from below what was expected.
    order: the rows in the order of drawing; None: as they come. marks: clusters, by drawn rows.
    customdata of the cells and bars: [user_index, time label]. Beyond 100,000 cells these carry
    none; beyond 10,000 evenly spaced columns do, and every anomaly.
    """
    colours = palette(dark)
    order = np.arange(len(view.users)) if order is None else order
    grid, users = view.grid.rows(order), view.users.iloc[order]
    frequency = frequency_of(grid.times)
    scored = np.isfinite(grid.score)
    height = grid_height(len(grid.users)) + ABOVE_PIXELS + GAP_PIXELS
    figure = Figure.of(_layer(grid, view.level, colour, height, dark))
    hover = _cell_hover(grid)
    figure.add_trace(_anomaly_dots(grid, _dot(colours, colour), colours.surface, hover))
    if grid.score.size <= MOST_CELLS:
        indices = [int(index) for index in grid.user_index]
        figure.add_trace(cell_markers(grid.times, indices, scored, hover))
    longest = float(users["score"].max()) if len(users) else 1.0
    figure.add_trace(days_above(view.days[view.days["time"].isin(grid.times)], colours))
    beside = bool(marks) or not narrow
    if beside:
        figure.add_trace(users_beside(users, colours))
    if marks:
        figure.add_trace(cluster_marks(marks, longest * 1.22, colours))
    lay_out_above(figure, height)
    if beside:
        lay_out_beside(figure, longest, marked=bool(marks))
    finish(
        figure,
        title="Score by user and " + frequency.value,
        subtitle=f"{len(grid.users):,} of {format_number_of(view.counts.matched_users, 'user')}    "
        + legend(("●", _dot(colours, colour), "Anomaly"), ("□", colours.quiet, "Not scored")),
        text=_grid_text(view, frequency),
        dark=dark,
        height=height,
    )
    lay_out_grid(figure, grid.times, list(grid.users))
    separate(figure, marks, colours)
    _show_chosen(figure, view, grid, colours)
    return figure


def scale_end(scores: np.ndarray, level: float) -> float:
    """Return the score at which the colours end: beyond the threshold, before a lone giant."""
    if not scores.size:
        return 1.0
    highest = float(scores.max())
    wanted = max(float(np.quantile(scores, 0.99)), 1.5 * level if np.isfinite(level) else 0.0)
    return min(highest, wanted) or 1.0


def _layer(grid: Grid, level: float, colour: Colour, height: int, dark: bool) -> Trace:
    scored = grid.score[np.isfinite(grid.score)]
    high = scale_end(scored, level)
    if colour == "deviation":
        return deviation_layer(grid.times, grid.deviation, high, height, dark=dark)
    low = min(0.0, float(scored.min())) if scored.size else 0.0
    return heatmap_layer(
        grid.times, grid.score, dark=dark, low=low, high=high, title="Score", height=height
    )


def deviation_layer(
    times: pd.Index, deviation: np.ndarray, high: float, height: int, *, dark: bool
) -> Trace:
    """Return the layer that tells above from below what was expected, from -high to high."""
    end = format_count(round(high))
    return heatmap_layer(
        times,
        deviation,
        dark=dark,
        low=-high,
        high=high,
        title="",
        height=height,
        ticks=([-high, 0, high], [f"{end} below", "as expected", f"{end} above"]),
        diverging=True,
    )


def _dot(colours: Palette, colour: Colour) -> str:
    return colours.anomaly if colour == "score" else colours.ink


def _anomaly_dots(grid: Grid, ink: str, surface: str, hover: Hover) -> Trace:
    """Return the dots. Where not every cell can be pointed at, each dot can."""
    rows, columns = np.nonzero(grid.anomaly)
    kind = scatter if len(rows) <= SVG_CELLS else scatter_gl
    frequency = frequency_of(grid.times)
    places = list(zip(rows, columns, strict=True))
    pointed = grid.score.size > POINTED_CELLS
    own = [[int(grid.user_index[row]), time_label(grid.times[at], frequency)] for row, at in places]
    return kind(
        x=grid.times[columns],
        y=rows,
        mode="markers",
        name="Anomaly",
        marker={
            "symbol": "circle",
            "size": 7 if len(grid.users) <= LABELLED_ROWS else 6,
            "color": ink,
            "line": {"color": surface, "width": 1.25},
        },
        customdata=own if pointed else None,
        showlegend=False,
        **(hover(rows, columns) if pointed else {"hoverinfo": "skip"}),
    )


def _show_chosen(figure: Figure, view: View, grid: Grid, colours: Palette) -> None:
    """Frame the chosen time step."""
    frequency = frequency_of(grid.times)
    labels = [time_label(time, frequency) for time in grid.times]
    if view.query.time in labels:
        column = labels.index(view.query.time)
        outline_column(figure, grid.times, column, column, colours.ink)


def _cell_hover(grid: Grid) -> Hover:
    """Return what gives cells their hover texts: the user's name, the time, which the browser writes, and the rest.

    On a large grid they are short, for the browser's sake.
    """
    names = [name_in_chart(name, 60) for name in grid.users]
    short, time = grid.score.size > SVG_CELLS, time_in_hover(grid.times)
    opening = (
        f"%{{hovertext}}, {time}, score "
        if short
        else f"<b>%{{hovertext}}</b><br>{time}<br>Score: "
    )

    def said(row: int, column: int) -> str:
        score = f"{grid.score[row, column]:,.2f}"
        if short:
            return score
        return (
            f"{score}<br>Actual: {format_count(grid.actual[row, column])}"
            f"<br>Expected: {format_count(grid.expected[row, column])}"
            + ("<br>Anomaly" if grid.anomaly[row, column] else "")
        )

    def hover(rows: np.ndarray, columns: np.ndarray) -> dict[str, object]:
        places = list(zip(rows.tolist(), columns.tolist(), strict=True))
        return {
            "hovertext": [names[row] for row, _ in places],
            "text": [said(*place) for place in places],
            "hovertemplate": opening + "%{text}<extra></extra>",
        }

    return hover


def _grid_text(view: View, frequency: Frequency) -> str:
    grid = view.grid
    if not np.isfinite(grid.score).any():
        return "No cell of these users has been scored."
    row, column = np.unravel_index(np.nanargmax(grid.score), grid.score.shape)
    return (
        f"Scores of {format_number_of(len(grid.users), 'user')} over "
        f"{format_number_of(len(grid.times), frequency.value)}, with "
        f"{format_number_of(int(grid.anomaly.sum()), f'anomalous user-{frequency.value}')}. Highest: "
        f"{format_name(grid.users[row])}, {format_time(grid.times[column], frequency)} "
        f"({format_score(grid.score[row, column])})."
    )
