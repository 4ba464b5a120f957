"""One user's counts, and the windows that are cut from them."""

import numpy as np

from dashboard.charts.figure import Figure, bar, scatter
from dashboard.charts.format import format_count, format_number_of, name_in_chart
from dashboard.charts.lesson.ticks import step_ticks
from dashboard.charts.marks import legend, line_mode
from dashboard.charts.theme import faded, finish, palette
from dashboard.data.panel import Frequency

MOST_WINDOWS = 12  # drawn, one below the other
MOST_LINES = 5  # features drawn
_TOP, _ROW, _COUNTS = 76, 23, 190


def windows_of_a_user(
    counts: np.ndarray,
    features: tuple[str, ...],
    starts: np.ndarray,
    window: int,
    frequency: Frequency,
    *,
    who: str = "One user",
    dark: bool = False,
) -> Figure:
    """Draw one user's counts, (steps, features), above the first windows cut from them.

    starts: of all windows of that user, from 0. who: whose counts they are, safe to draw. Steps
    behind the last window drawn are left out.
    """
    drawn = starts[:MOST_WINDOWS]
    shown = counts[: drawn[-1] + window]
    height = _ROW * len(drawn) + 40
    figure = Figure.stacked([_COUNTS, height], 0.04)
    marks = _draw_counts(figure, shown, features, frequency, dark=dark)
    _draw_bars(figure, drawn, window, frequency, dark=dark)
    _point_out(figure, shown[:window, :MOST_LINES].max(axis=1), frequency, dark=dark)
    within = faded(palette(dark).actual, 0.1)
    figure.add_vrect(0.5, window + 0.5, fillcolor=within, line={"width": 0}, row=1)
    finish(
        figure,
        title=f"{who}: {format_number_of(len(starts), 'window')} of ({window}, {counts.shape[1]})",
        subtitle=legend(*marks),
        text=_text(len(counts), counts.shape[1], starts, window, frequency),
        dark=dark,
        height=_TOP + 18 + _COUNTS + height + 40,
    )
    figure.update_xaxes(range=[0, len(shown) + 1], **step_ticks(len(shown)))
    figure.update_xaxes(title=_axis(len(shown), len(counts), frequency), row=2)
    figure.update_xaxes(showticklabels=False, row=1)
    figure.update_yaxes(title="Counts", nticks=4, rangemode="tozero", row=1)
    figure.update_yaxes(
        title="Windows", showticklabels=False, showgrid=False,
        range=[len(drawn) - 0.3, -0.7], row=2,
    )  # fmt: skip
    return figure


def _draw_counts(
    figure: Figure,
    counts: np.ndarray,
    features: tuple[str, ...],
    frequency: Frequency,
    *,
    dark: bool,
) -> list[tuple[str, str, str]]:
    """Draw a line for each of the first features, the first on top; return the legend's marks."""
    steps = np.arange(1, len(counts) + 1)
    marks = []
    for place in reversed(range(min(MOST_LINES, counts.shape[1]))):
        colour = palette(dark).series[place]
        name = name_in_chart(features[place], 18)
        marks.insert(0, ("●", colour, name))
        figure.add_trace(
            scatter(
                x=steps,
                y=counts[:, place],
                mode=line_mode(len(steps)),
                line={"color": colour, "width": 1.75},
                marker={"size": 5},
                hovertext=[
                    f"{frequency.value.capitalize()} {step:,}<br>{name}: {format_count(count)}"
                    for step, count in zip(steps, counts[:, place], strict=True)
                ],
                hoverinfo="text",
            ),
            row=1,
        )
    return marks


def _draw_bars(
    figure: Figure, starts: np.ndarray, window: int, frequency: Frequency, *, dark: bool
) -> None:
    colours = palette(dark)
    figure.add_trace(
        bar(
            x=np.full(len(starts), window),
            y=np.arange(len(starts)),
            base=starts + 0.5,
            orientation="h",
            width=0.82,
            text=[f"window {place}" for place in range(1, len(starts) + 1)],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            textfont={
                "size": 11,
                "color": [colours.surface] + [colours.ink] * (len(starts) - 1),
            },
            marker={"color": [colours.actual] + [faded(colours.actual, 0.5)] * (len(starts) - 1)},
            hovertext=[
                f"Window {place:,}: {frequency.value}s {start + 1:,} to {start + window:,}"
                for place, start in enumerate(starts, start=1)
            ],
            hoverinfo="text",
        ),
        row=2,
    )


def _point_out(figure: Figure, counts: np.ndarray, frequency: Frequency, *, dark: bool) -> None:
    """Name one time step: where a line of the first window is highest, for there is room above it."""
    step = int(counts.argmax())
    late = step > len(counts) / 2
    figure.add_annotation(
        text=f"one time step: {frequency.value} {step + 1}",
        x=step + 1,
        y=counts[step],
        ax=-22 if late else 22,
        ay=-8,
        xanchor="right" if late else "left",
        showarrow=True,
        arrowhead=0,
        arrowwidth=1,
        standoff=5,
        bgcolor=faded(palette(dark).surface, 0.75),
        row=1,
    )


def _axis(shown: int, times: int, frequency: Frequency) -> str:
    word = frequency.value.capitalize()
    return word if shown == times else f"{word}, the first {shown:,} of {times:,}"


def _text(times: int, features: int, starts: np.ndarray, window: int, frequency: Frequency) -> str:
    one = f"windows of {format_number_of(window, 'time step')} x {format_number_of(features, 'feature')}"
    if len(starts) == 1:
        one = one.replace("windows", "window", 1)
        return f"The {format_number_of(times, frequency.value)} of one user are 1 {one}."
    stride = starts[1] - starts[0]
    return (
        f"The {format_number_of(times, frequency.value)} of one user are cut into {len(starts):,} "
        f"{one}; a new one begins every {format_number_of(int(stride), 'time step')}."
    )
