"""What was counted, before any model has seen it: users x times, and totals per time step."""

import numpy as np

from dashboard.charts.figure import Figure, scatter
from dashboard.charts.format import (
    format_count,
    format_name,
    format_number_of,
    format_time,
    name_in_chart,
    sentence,
)
from dashboard.charts.grid import (
    MOST_CELLS,
    cell_markers,
    grid_height,
    heatmap_layer,
    hover_texts,
    lay_out_grid,
)
from dashboard.charts.marks import line_mode, line_width
from dashboard.charts.theme import finish, palette
from dashboard.charts.times import time_ticks, time_title
from dashboard.data.panel import Panel
from dashboard.runs.tables import time_label


def counts_heatmap(
    panel: Panel, users: int = 50, feature: str | None = None, *, dark: bool = False
) -> Figure:
    """Draw the counts of the `users` busiest users as a heatmap, busiest first, on a log scale.

    feature: the one to draw; None: the panel's first. Cells that were not observed are blank.
    customdata of the clickable cells: [user_index in the panel, time label].
    """
    feature, column = _choose(panel, feature)
    totals = panel.values[:, :, column].sum(axis=1, dtype=float)  # 0 where not observed
    order = np.argsort(-totals, kind="stable")[:users]
    shown = np.where(panel.observed[order], panel.values[order, :, column], np.nan)
    names = [panel.users[index] for index in order]
    what, unit = name_in_chart(feature, 20), panel.frequency.value

    def said(row: int, column: int) -> str:
        return (
            f"<b>{name_in_chart(names[row], 60)}</b>"
            f"<br>{format_time(panel.times[column], panel.frequency)}"
            f"<br>{what}: {format_count(shown[row, column])}"
        )

    figure = Figure()
    ticks = _log_ticks(shown)
    figure.add_trace(
        heatmap_layer(
            panel.times,
            np.log1p(shown),
            dark=dark,
            low=0.0,
            high=float(np.log1p(_highest(shown))),
            title=f"{sentence(what)} per {unit}",
            ticks=(np.log1p(ticks).tolist(), [format_count(tick) for tick in ticks]),
        )
    )
    if shown.size <= MOST_CELLS:
        indices = [int(index) for index in order]
        figure.add_trace(cell_markers(panel.times, indices, np.isfinite(shown), hover_texts(said)))
    busiest = format_count(totals[order[0]]) if len(order) else "0"
    text = (
        f"{sentence(format_name(feature))} of {len(order):,} of {format_number_of(len(panel.users), 'user')} over "
        f"{format_number_of(len(panel.times), unit)}, busiest user first; the busiest has {busiest} in all."
    )
    finish(
        figure,
        title=f"{sentence(what)} by user",
        subtitle=_shown_of(len(order), len(panel.users)) + "; blank: not observed",
        text=text,
        dark=dark,
        height=grid_height(len(order)),
    )
    lay_out_grid(figure, panel.times, names)
    return figure


def totals_per_day(panel: Panel, feature: str | None = None, *, dark: bool = False) -> Figure:
    """Draw one feature's sum over all users for each time step; None: the panel's first feature."""
    colours = palette(dark)
    feature, column = _choose(panel, feature)
    unit, what = panel.frequency.value, sentence(name_in_chart(feature, 24))
    totals = panel.values[:, :, column].sum(axis=0, dtype=float)  # (times,)
    figure = Figure.of(
        scatter(
            x=panel.times,
            y=totals,
            name=what,
            mode=line_mode(len(totals)),
            line={"color": colours.actual, "width": line_width(len(totals))},
            marker={"size": 5},
            cliponaxis=False,
            customdata=[[None, time_label(time, panel.frequency)] for time in panel.times],
            hovertext=[
                f"<b>{format_time(time, panel.frequency)}</b><br>{what}: {format_count(total)}"
                for time, total in zip(panel.times, totals, strict=True)
            ],
            hoverinfo="text",
        )
    )
    finish(
        figure,
        title=f"{what} per {unit}",
        subtitle=f"Sum over {format_count(len(panel.users))} users" if len(panel.users) > 1 else "",
        text=_totals_text(panel, feature, totals),
        dark=dark,
        height=320,
    )
    figure.update_xaxes(title=time_title(panel.times), **time_ticks(panel.times))
    figure.update_yaxes(title=f"{what} per {unit}", rangemode="tozero", nticks=6)
    return figure


def _totals_text(panel: Panel, feature: str, totals: np.ndarray) -> str:
    highest = int(totals.argmax())
    when = format_time(panel.times[highest], panel.frequency)
    return (
        f"Highest total of {format_name(feature)}: {when} "
        f"({format_count(totals[highest])}); median {format_count(np.median(totals))} "
        f"per {panel.frequency.value}."
    )


def _choose(panel: Panel, feature: str | None) -> tuple[str, int]:
    if feature is None:
        return panel.features[0], 0
    return feature, panel.features.index(feature)


def _highest(counts: np.ndarray) -> float:
    return float(np.nanmax(counts)) if np.isfinite(counts).any() else 1.0


def _log_ticks(counts: np.ndarray) -> list[float]:
    """Return ticks of a log scale: 0 and powers of ten, so few that they stand apart on a short bar."""
    highest_power = int(np.log10(max(_highest(counts), 1)))
    step = 1 if highest_power <= 2 else -(-highest_power // 3)  # noqa: PLR2004
    powers = range(highest_power, 0 if step > 1 else -1, -step)
    return [0.0, *(10.0**power for power in reversed(powers))]


def _shown_of(shown: int, everyone: int) -> str:
    if everyone == 1:
        return "One user"
    return f"All {everyone:,} users" if shown == everyone else f"{shown:,} busiest of {everyone:,}"
