"""The windows of one long series that cover one of its steps, and how many cover each."""

from collections.abc import Sequence

import numpy as np

from dashboard.charts.figure import Figure, bar, scatter
from dashboard.charts.format import format_number_of
from dashboard.charts.lesson.ticks import step_ticks
from dashboard.charts.marks import legend
from dashboard.charts.theme import faded, finish, palette
from dashboard.data.panel import Frequency

MOST_BARS = 60  # windows drawn
_DASHES = ("solid", "dash", "dot")
_SIGNS = ("—", "- -", "···")


def windows_over_a_step(
    step: int,
    starts: np.ndarray,
    window: int,
    covers: Sequence[tuple[int, np.ndarray]],
    frequency: Frequency,
    *,
    dark: bool = False,
) -> Figure:
    """Draw the windows that cover `step`, from 0, above how many windows cover each step.

    starts: of all windows of the series. covers: (stride, (steps,) windows over each step), up to three.
    """
    over = starts[(starts <= step) & (step < starts + window)]
    drawn = over[:MOST_BARS]
    word, times = frequency.value.capitalize(), len(covers[0][1])
    figure = Figure.stacked([0.56, 0.44], 0.2, shared=False)
    _draw_bars(figure, drawn, window, dark=dark)
    figure.add_vline(step + 1, line={"color": palette(dark).anomaly, "width": 2}, row=1)
    marks = _draw_covers(figure, covers, dark=dark)
    finish(
        figure,
        title=f"{word} {step + 1:,} lies in {format_number_of(len(over), 'window')}",
        subtitle=f"Below, windows over each {frequency.value}: {legend(*marks)}",
        text=f"{word} {step + 1:,} of {times:,} is covered by "
        f"{format_number_of(len(over), 'window')} of {window}. {_most(covers)}.",
        dark=dark,
        height=440,
    )
    first, last = max(1, step + 2 - window), min(times, step + window)
    figure.update_xaxes(title=word)
    figure.update_xaxes(range=[first - 1, last + 1], **step_ticks(last, first), row=1)
    figure.update_xaxes(range=[0, times * 1.005 + 1], **step_ticks(times), row=2)
    figure.update_yaxes(
        title="Windows", showticklabels=False, showgrid=False,
        range=[len(drawn) - 0.3, -0.7], row=1,
    )  # fmt: skip
    figure.update_yaxes(
        title="Windows over it", rangemode="tozero", nticks=5, tickformat=",d", row=2
    )
    return figure


def _draw_bars(figure: Figure, starts: np.ndarray, window: int, *, dark: bool) -> None:
    figure.add_trace(
        bar(
            x=np.full(len(starts), window),
            y=np.arange(len(starts)),
            base=starts + 0.5,
            orientation="h",
            width=0.6,
            marker={"color": faded(palette(dark).actual, 0.55)},
            hovertext=[f"Steps {start + 1:,} to {start + window:,}" for start in starts],
            hoverinfo="text",
        ),
        row=1,
    )


def _draw_covers(
    figure: Figure, covers: Sequence[tuple[int, np.ndarray]], *, dark: bool
) -> list[tuple[str, str, str]]:
    """Draw how many windows cover each step, a line a stride; return the legend's marks."""
    marks = []
    for place, (stride, number) in enumerate(covers):
        colour = palette(dark).series[place]
        marks.append((_SIGNS[place], colour, f"stride {stride}"))
        corners = _corners(number)
        figure.add_trace(
            scatter(
                x=corners + 1,
                y=number[corners],
                mode="lines",
                line={"color": colour, "width": 2, "dash": _DASHES[place]},
                name=f"stride {stride}",
                hoverinfo="x+y+name",
            ),
            row=2,
        )
    return marks


def _corners(number: np.ndarray) -> np.ndarray:
    """Return the steps at which a line through all of them turns: a long one is mostly level."""
    changed = np.flatnonzero(np.diff(number))
    return np.unique(np.concatenate([[0], changed, changed + 1, [len(number) - 1]]))


def _most(covers: Sequence[tuple[int, np.ndarray]]) -> str:
    parts = (f"with a stride of {stride} at most {number.max():,}" for stride, number in covers)
    told = ", ".join(parts)
    return f"Of windows over a step there are {told}"
