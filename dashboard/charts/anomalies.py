"""What a run found: days, users, cells, and the distribution of the scores.

Points that can be chosen carry `customdata` [user_index, time label]; what does not apply is None.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.format import (
    format_count,
    format_error,
    format_name,
    format_p_value,
    format_score,
    format_time,
    frequency_of,
    name_in_chart,
    plotly_text,
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
from dashboard.charts.theme import (
    Palette,
    finish,
    legend,
    line_mode,
    line_width,
    mark_level,
    palette,
    time_ticks,
    time_title,
)
from dashboard.data.panel import Frequency
from dashboard.runs.tables import time_label
from dashboard.runs.views import Grid, Histogram, View


def error_per_day(days: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw the mean error of each time step over all users, and how many users were anomalous.

    days: time, error, anomalous_users (other columns are ignored), in order of time.
    """
    colours = palette(dark)
    times = pd.Index(days["time"])
    frequency = frequency_of(times)
    unit = frequency.value
    labels = [format_time(time, frequency) for time in times]
    chosen = [[None, time_label(time, frequency)] for time in times]
    hovers = [
        f"{label}<br>Mean error: {format_error(error)}<br>Anomalous users: {format_count(users)}"
        for label, error, users in zip(labels, days["error"], days["anomalous_users"], strict=True)
    ]
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.66, 0.34], vertical_spacing=0.08
    )
    shared = {"x": times, "customdata": chosen, "hovertext": hovers, "hoverinfo": "text"}
    figure.add_trace(
        go.Scatter(
            **shared,
            y=days["error"],
            mode=line_mode(len(times)),
            name="Mean error",
            line={"color": colours.actual, "width": line_width(len(times))},
            marker={"size": 7},
            cliponaxis=False,
        ),
        row=1,
        col=1,
    )
    figure.add_trace(
        go.Bar(
            **shared,
            y=days["anomalous_users"],
            name="Anomalous users",
            marker={"color": colours.anomaly},
        ),
        row=2,
        col=1,
    )
    finish(
        figure,
        title=f"Mean error per {unit}",
        subtitle="Over all users; below: "
        + legend(("■", colours.anomaly, "users with an anomaly")),
        text=_days_text(days, labels),
        dark=dark,
        height=400,
    )
    figure.update_xaxes(**time_ticks(times))
    figure.update_xaxes(title_text=time_title(times), row=2, col=1)
    figure.update_yaxes(title_text="Mean error", rangemode="tozero", nticks=5, row=1, col=1)
    figure.update_yaxes(title_text="Users", rangemode="tozero", nticks=4, row=2, col=1)
    return figure


def users_ranked(
    users: pd.DataFrame, *, by: str = "score", level: float | None = None, dark: bool = False
) -> go.Figure:
    """Draw one bar a user, in the order given, the first on top.

    users: rank, user_index, user, error, score, p_value, anomalous_times, volume.
    by: "score", "error" or "volume"; level: the threshold, drawn where bars are scores.
    """
    colours = palette(dark)
    title, unit, show = {
        "score": ("Users by score", "Score", format_score),
        "error": ("Users by error", "Mean error", format_error),
        "volume": ("Users by volume", "Total count", format_count),
    }[by]
    figure = go.Figure()
    anomalous = users["anomalous_times"].to_numpy() > 0
    rows = np.arange(len(users))
    hovers = np.array([_user_hover(row) for row in users.itertuples()], dtype=object)
    for flag, name, colour in (
        (True, "With anomalies", colours.anomaly),
        (False, "Without", colours.expected),
    ):
        chosen = anomalous == flag
        if chosen.any():
            figure.add_trace(
                go.Bar(
                    orientation="h",
                    name=name,
                    x=users[by].to_numpy()[chosen],
                    y=rows[chosen],
                    marker={"color": colour},
                    customdata=[[int(index), None] for index in users["user_index"][chosen]],
                    hovertext=hovers[chosen],
                    hoverinfo="text",
                )
            )
    marks = [("■", colours.anomaly, "With anomalies"), ("■", colours.expected, "Without")]
    if by == "score" and level is not None and np.isfinite(level):
        figure.add_trace(_level_line(level, len(users), colours))
        marks.append(("···", colours.ink, f"Threshold {format_score(level)}"))
    finish(
        figure,
        title=title,
        subtitle=legend(*marks),
        text=_users_text(users, by, unit, show),
        dark=dark,
        height=min(130 + max(len(users), 4) * 20, 1_200),
    )
    every = 1 if len(users) <= 55 else -(-len(users) // 50)  # noqa: PLR2004
    figure.update_layout(barmode="overlay", bargap=0.3)
    figure.update_xaxes(title_text=unit, rangemode="tozero", showgrid=True, nticks=5)
    figure.update_yaxes(
        title_text="User",
        tickmode="array",
        tickvals=rows[::every],
        ticktext=[name_in_chart(name, 18) for name in users["user"].iloc[::every]],
        range=[len(users) - 0.5, -0.5],
        showgrid=False,
    )
    return figure


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
        subtitle=f"{count:,} of {view.counts.matched_users:,} users    "
        + legend(("●", colours.anomaly, "Anomaly"), ("□", colours.quiet, "Not scored")),
        text=_grid_text(view, frequency),
        dark=dark,
        height=grid_height(count),
    )
    lay_out_grid(figure, grid.times, list(grid.users))
    return figure


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


def _level_line(level: float, rows: int, colours: Palette) -> go.Scatter:
    """Return the threshold as an upright line that the subtitle names."""
    return go.Scatter(
        x=[level, level],
        y=[-0.5, rows - 0.5],
        mode="lines",
        name=f"Threshold {format_score(level)}",
        line={"color": colours.ink, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )


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
            "size": 7 if len(grid.users) <= LABELLED_ROWS else 5,
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
        text = f"<b>{names[row]}</b><br>{times[column]}<br>Score: {grid.score[row, column]:,.2f}"
        if short:
            return text
        return (
            f"{text}<br>Actual: {format_count(grid.actual[row, column])}"
            f"<br>Expected: {format_count(grid.expected[row, column])}"
            + ("<br>Anomaly" if grid.anomaly[row, column] else "")
        )

    return hover


def _user_hover(row: object) -> str:
    return (
        f"<b>{name_in_chart(row.user, 60)}</b><br>Rank {format_count(row.rank)}"
        f"<br>Score: {format_score(row.score)} (p {plotly_text(format_p_value(row.p_value))})"
        f"<br>Mean error: {format_error(row.error)}"
        f"<br>Anomalous time steps: {format_count(row.anomalous_times)}"
        f"<br>Total count: {format_count(row.volume)}"
    )


def _days_text(days: pd.DataFrame, labels: list[str]) -> str:
    errors = days["error"].to_numpy(dtype=float)
    if not np.isfinite(errors).any():
        return "No time step has been scored."
    worst = int(np.nanargmax(errors))
    flagged = days["anomalous_users"].to_numpy()
    most = int(flagged.argmax())
    return (
        f"Highest mean error: {labels[worst]} ({format_error(errors[worst])}); median "
        f"{format_error(np.nanmedian(errors))}. Most anomalous users: "
        f"{f'{labels[most]} ({flagged[most]:,})' if flagged[most] else 'none at any time'}."
    )


def _users_text(users: pd.DataFrame, by: str, unit: str, show: Callable[[float], str]) -> str:
    if users.empty:
        return "No user matches."
    first, values = users.iloc[0], users[by]
    return (
        f"{len(users):,} users. First: {format_name(first['user'])} ({unit.lower()} "
        f"{show(first[by])}); last shown: {show(values.iloc[-1])}. "
        f"{int((users['anomalous_times'] > 0).sum()):,} have at least one anomaly."
    )


def _grid_text(view: View, frequency: Frequency) -> str:
    grid = view.grid
    if not np.isfinite(grid.score).any():
        return "No cell of these users has been scored."
    row, column = np.unravel_index(np.nanargmax(grid.score), grid.score.shape)
    return (
        f"Scores of {len(grid.users):,} users at {len(grid.times):,} time steps; "
        f"{int(grid.anomaly.sum()):,} cells are anomalies. Highest: "
        f"{format_name(grid.users[row])}, {format_time(grid.times[column], frequency)} "
        f"({format_score(grid.score[row, column])})."
    )


def _distribution_text(histogram: Histogram, level: float, anomalous: int | None) -> str:
    cells = int(histogram.counts.sum())
    found = "" if anomalous is None else f"; {anomalous:,} of them reach it"
    return f"Scores of {cells:,} cells. The threshold is {format_score(level)}{found}."
