"""What was counted, before any model has seen it: users x times, and totals per time step."""

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.format import (
    format_count,
    format_time,
    name_in_chart,
    plotly_text,
    time_key,
)
from dashboard.charts.grid import cell_markers, grid_height, heatmap_layer, lay_out_grid
from dashboard.charts.theme import finish, palette, time_ticks, time_title
from dashboard.data.panel import Panel


def counts_heatmap(
    panel: Panel, users: int = 50, feature: str | None = None, *, dark: bool = False
) -> go.Figure:
    """Draw the counts of the `users` busiest users as a heatmap, busiest first, on a log scale.

    feature: the one to draw; None: the panel's first. Cells that were not observed are blank.
    customdata of the clickable cells: [user_index in the panel, time key].
    """
    feature, column = _choose(panel, feature)
    counts = np.where(panel.observed, panel.values[:, :, column], np.nan).astype(float)
    order = np.argsort(-np.nansum(counts, axis=1), kind="stable")[:users]
    shown = counts[order]
    names = [panel.users[index] for index in order]
    what = plotly_text(feature)
    hovers = [
        [
            f"{name_in_chart(name, 60)}<br>{format_time(time, panel.frequency)}"
            f"<br>{what}: {format_count(value)}"
            for time, value in zip(panel.times, row, strict=True)
        ]
        for name, row in zip(names, shown, strict=True)
    ]
    figure = go.Figure()
    ticks = _log_ticks(shown)
    figure.add_trace(
        heatmap_layer(
            panel.times,
            np.log1p(shown),
            dark=dark,
            low=0.0,
            high=float(np.log1p(max(ticks))),
            title=f"{what.capitalize()} per {panel.frequency.value}",
            ticks=(np.log1p(ticks).tolist(), [format_count(tick) for tick in ticks]),
        )
    )
    figure.add_trace(cell_markers(panel.times, order.tolist(), np.isfinite(shown), hovers))
    busiest = format_count(np.nansum(shown[0])) if len(shown) else "0"
    text = (
        f"{what.capitalize()} of {len(order):,} of {len(panel.users):,} users over "
        f"{len(panel.times):,} time steps, busiest user first; the busiest has {busiest} in all."
    )
    finish(
        figure,
        title=f"{what.capitalize()} by user",
        subtitle=_shown_of(len(order), len(panel.users)) + "; blank: not observed",
        text=text,
        dark=dark,
        height=grid_height(len(order)),
    )
    lay_out_grid(figure, panel.times, names)
    return figure


def totals_per_day(panel: Panel, *, dark: bool = False) -> go.Figure:
    """Draw the sum over all users for each time step, one line a feature."""
    colours = palette(dark)
    totals = panel.values.sum(axis=0, dtype=float)  # (times, features)
    unit = panel.frequency.value
    figure = go.Figure()
    line_colours = (colours.actual, colours.anomaly, colours.expected, "#cc79a7", "#009e73")
    dashes = ("solid", "dash", "dot", "dashdot", "longdash")
    for column, feature in enumerate(panel.features):
        figure.add_trace(
            go.Scatter(
                x=panel.times,
                y=totals[:, column],
                name=plotly_text(feature),
                mode="lines+markers",
                line={
                    "color": line_colours[column % len(line_colours)],
                    "width": 2,
                    "dash": dashes[column % len(dashes)],
                },
                marker={"size": 5},
                customdata=[[None, time_key(time)] for time in panel.times],
                hovertext=[
                    f"{format_time(time, panel.frequency)}<br>{plotly_text(feature)}: "
                    f"{format_count(value)}"
                    for time, value in zip(panel.times, totals[:, column], strict=True)
                ],
                hoverinfo="text",
            )
        )
    several = len(panel.features) > 1
    first = plotly_text(panel.features[0])
    highest = int(totals[:, 0].argmax())
    text = (
        f"Highest total of {first} at {format_time(panel.times[highest], panel.frequency)} "
        f"({format_count(totals[highest, 0])}); median {format_count(np.median(totals[:, 0]))} "
        f"per {unit}."
    )
    what = "Counts" if several else first.capitalize()
    finish(
        figure,
        title=f"{what} per {unit}",
        subtitle=f"Sum over {len(panel.users):,} users",
        text=text,
        dark=dark,
        height=320,
    )
    figure.update_layout(showlegend=several)
    figure.update_xaxes(title_text=time_title(panel.times), **time_ticks(panel.times))
    figure.update_yaxes(title_text=f"{what} per {unit}", rangemode="tozero", nticks=6)
    return figure


def _choose(panel: Panel, feature: str | None) -> tuple[str, int]:
    if feature is None:
        return panel.features[0], 0
    return feature, panel.features.index(feature)


def _log_ticks(counts: np.ndarray) -> list[float]:
    """Return 0, 1, 10, ... up to the highest count, as ticks of a log scale."""
    highest = float(np.nanmax(counts)) if np.isfinite(counts).any() else 1.0
    powers = [10.0**power for power in range(int(np.log10(max(highest, 1))) + 1)]
    return [0.0, *powers, *([highest] if highest > 2 * powers[-1] else [])]


def _shown_of(shown: int, everyone: int) -> str:
    return f"All {everyone:,} users" if shown == everyone else f"{shown:,} busiest of {everyone:,}"
