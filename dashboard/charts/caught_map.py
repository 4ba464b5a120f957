"""What a self-test caught: sorts of planted anomalies x models, with the numbers in the cells."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np

from dashboard.charts.figure import Figure, Trace, heatmap, scatter
from dashboard.charts.format import format_count, format_number_of, plotly_text
from dashboard.charts.theme import finish, palette
from dashboard.data.panel import Frequency
from dashboard.detection.caught import Caught

_ROW_PIXELS, _TOP_PIXELS, _BOTTOM_PIXELS = 34, 138, 12
_COLUMN_LETTERS = 10


def caught_map(
    rows: Sequence[Caught],
    titles: dict[str, str],
    where: str,
    frequency: Frequency,
    *,
    dark: bool = False,
) -> Figure:
    """Draw how many of each sort each model shows.

    rows: at least one. where: they are shown: `among the first 20 users`. titles: of the models, by name, in the order of the columns.
    """
    colours = palette(dark)
    shares = np.array([[row.caught[name] / row.planted for name in titles] for row in rows])
    last = len(colours.scale) - 1
    figure = Figure.of(
        heatmap(
            x=list(range(len(titles))),
            y=list(range(len(rows))),
            z=shares,
            zmin=0,
            zmax=1,
            colorscale=[[step / last, colour] for step, colour in enumerate(colours.scale)],
            showscale=False,  # the number stands in the cell
            hovertext=[
                [
                    f"<b>{plotly_text(sort_name(row, frequency))}</b><br>{plotly_text(title)}: {_of(row, name)}"
                    for name, title in titles.items()
                ]
                for row in rows
            ],
            hoverinfo="text",
            xgap=2,
            ygap=2,
        )
    )
    figure.add_trace(_numbers(rows, titles, shares, colours.scale))
    finish(
        figure,
        title=f"Shown {where}",
        subtitle="Planted anomalies, of each sort",
        text=_text(rows, titles, where, frequency),
        dark=dark,
        height=_TOP_PIXELS + _ROW_PIXELS * len(rows) + _BOTTOM_PIXELS,
    )
    figure.update_xaxes(
        title="Model",
        side="top",
        tickmode="array",
        tickvals=list(range(len(titles))),
        ticktext=[_wrapped(title) for title in titles.values()],
        tickangle=0,
        ticks="",
    )
    figure.update_layout(margin={"t": _TOP_PIXELS}, xaxis={"title": {"standoff": 4}})
    figure.update_yaxes(
        title="Planted anomaly",
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[plotly_text(sort_name(row, frequency)).replace(", ", "<br>") for row in rows],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        ticks="",
    )
    return figure


def sort_name(sort: Caught, frequency: Frequency) -> str:
    """Return a sort in words: `Spike 3x`, `Slump to 0.3, 5 days`, `Silence, 2 days`."""
    size = ""
    if sort.size is not None:
        size = f" to {1 / sort.size:.1f}" if sort.kind == "slump" else f" {sort.size:g}x"
    lasting = "" if sort.kind == "spike" else f", {format_number_of(sort.length, frequency.value)}"
    return f"{sort.kind.capitalize()}{size}{lasting}"


def _numbers(
    rows: Sequence[Caught], titles: dict[str, str], shares: np.ndarray, scale: tuple[str, ...]
) -> Trace:
    """Return the numbers of all cells, each in the ink that stands out most from its cell."""
    places = [(row, column) for row in range(len(rows)) for column in range(len(titles))]
    names = list(titles)
    return scatter(
        x=[column for _, column in places],
        y=[row for row, _ in places],
        mode="text",
        text=[_of(rows[row], names[column]) for row, column in places],
        textfont={"size": 12, "color": [ink_on(shares[place], scale) for place in places]},
        hoverinfo="skip",
    )


def ink_on(share: float, scale: tuple[str, ...]) -> str:
    """Return black or white: the one with more contrast (WCAG 2.2) on a share of a colour scale."""
    colours = [[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in scale]
    steps = np.linspace(0, 1, len(scale))
    red, green, blue = (np.interp(share, steps, part) for part in zip(*colours, strict=True))
    light = sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )
    return "#000000" if (light + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"


def _of(row: Caught, name: str) -> str:
    return f"{format_count(row.caught[name])} of {format_count(row.planted)}"


def _wrapped(title: str) -> str:
    return "<br>".join(plotly_text(line) for line in wrap(title, _COLUMN_LETTERS))


def _text(rows: Sequence[Caught], titles: dict[str, str], where: str, frequency: Frequency) -> str:
    planted = sum(row.planted for row in rows)
    totals = ", ".join(
        f"{title} {format_count(sum(row.caught[name] for row in rows))}"
        for name, title in titles.items()
    )
    own = next(iter(titles))
    ordered = sorted(rows, key=lambda row: row.caught[own] / row.planted)
    ends = [(ordered[-1], "most"), (ordered[0], "least")]
    shown = " and ".join(
        f"{how} of {sort_name(row, frequency).lower()} ({_of(row, own)})" for row, how in ends
    )
    return (
        f"Of {format_count(planted)} planted anomalies these are shown {where}: {totals}. "
        f"{titles[own]} shows {shown if ordered[-1].caught[own] else 'none'}."
    )
