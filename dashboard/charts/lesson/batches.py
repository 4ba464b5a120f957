"""A batch as the block of numbers that it is, and the batches of one epoch in a row."""

import numpy as np

from dashboard.charts.figure import Figure, bar, heatmap
from dashboard.charts.format import format_number_of
from dashboard.charts.lesson.sheets import sheets_behind
from dashboard.charts.lesson.ticks import step_ticks
from dashboard.charts.theme import finish, palette

MOST_ROWS = 64  # windows drawn of one batch
MOST_BARS = 80  # beyond this, the middle of an epoch is left out
_ENDS = 20, 6  # bars drawn then: first and last


def batch_block(windows: np.ndarray, batch_size: int, *, left: int, dark: bool = False) -> Figure:
    """Draw the first windows of the first batch, (windows, steps, features), by their counts.

    batch_size: windows in that batch. left: windows of the epoch that follow in other batches.
    Of several features the first is drawn, the others as sheets behind it.
    """
    colours = palette(dark)
    rows, steps, features = windows[:MOST_ROWS].shape
    drawn = np.log1p(windows[:MOST_ROWS, :, 0])  # quiet and busy users side by side
    last = len(colours.scale) - 1
    figure = Figure.of(
        heatmap(
            x=np.arange(1, steps + 1),
            y=np.arange(1, rows + 1),
            z=drawn.astype(np.float32),
            colorscale=[[step / last, colour] for step, colour in enumerate(colours.scale)],
            showscale=False,
            hoverinfo="x+y",
            xgap=0.5,
            ygap=0.5,
        )
    )
    across, up = sheets_behind(figure, (rows, steps), features, steps=steps, dark=dark)
    rest = "" if rows == batch_size else f", the first {rows} of {batch_size:,} drawn"
    finish(
        figure,
        title=f"One batch: ({batch_size:,}, {steps}, {features})",
        subtitle=f"Each row a window{rest}; the stronger, the more counts",
        text=f"The first batch is a block of {format_number_of(batch_size, 'window')} x "
        f"{format_number_of(steps, 'time step')} x {format_number_of(features, 'feature')}; "
        f"{format_number_of(left, 'window')} of the epoch follow in other batches.",
        dark=dark,
        height=400,
    )
    figure.update_xaxes(
        title="Time step in the window", range=[0.5, steps + 0.5 + across], **step_ticks(steps)
    )
    figure.update_yaxes(
        title="Window in the batch",
        range=[rows + 0.5, 0.5 - up],
        showgrid=False,
        **step_ticks(rows),
    )
    return figure


def batches_of_an_epoch(sizes: np.ndarray, *, dark: bool = False) -> Figure:
    """Draw how many windows each batch of one epoch has. sizes: of all batches, in order."""
    colours = palette(dark)
    numbers = _drawn(len(sizes))
    whole = len(numbers) == len(sizes)
    places = np.arange(len(numbers))
    if not whole:
        places[_ENDS[0] :] += 2  # room for the ellipsis
    figure = Figure.of(
        bar(
            x=places,
            y=sizes[numbers - 1],
            marker={
                "color": [
                    colours.anomaly if size < sizes[0] else colours.actual
                    for size in sizes[numbers - 1]
                ]
            },
            hovertext=[
                f"Batch {number:,}: {format_number_of(int(sizes[number - 1]), 'window')}"
                for number in numbers
            ],
            hoverinfo="text",
        )
    )
    smaller = sizes[-1] < sizes[0]
    tail = f", the last of {sizes[-1]:,}" if smaller else ""
    if not whole:
        figure.add_annotation(
            x=_ENDS[0] + 0.5, y=sizes[0] / 2, text="…", showarrow=False, font={"size": 22}
        )
    finish(
        figure,
        title=f"One epoch: {_batches(len(sizes))} of {sizes[0]:,}{tail}",
        subtitle="Each bar a batch; after each one the weights are updated",
        text=f"An epoch has {_batches(len(sizes))} of {format_number_of(int(sizes[0]), 'window')}{tail}.",
        dark=dark,
        height=400,
    )
    marked = sorted({0, len(numbers) // 2 if whole else 0, len(numbers) - 1})
    figure.update_xaxes(
        title="Batch",
        tickmode="array",
        tickvals=places[marked],
        ticktext=[f"{numbers[place]:,}" for place in marked],
    )
    figure.update_yaxes(title="Windows in it", rangemode="tozero", nticks=6, tickformat=",d")
    figure.update_layout(bargap=0.25 if len(numbers) > 1 else 0.8)
    return figure


def _batches(number: int) -> str:
    return f"{number:,} batch" if number == 1 else f"{number:,} batches"


def _drawn(batches: int) -> np.ndarray:
    """Return the numbers, from 1, of the batches that are drawn."""
    if batches <= MOST_BARS:
        return np.arange(1, batches + 1)
    first, last = _ENDS
    return np.concatenate([np.arange(1, first + 1), np.arange(batches - last + 1, batches + 1)])
