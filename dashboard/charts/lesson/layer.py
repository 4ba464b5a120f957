"""One layer at work on one window: the numbers that go in above those that come out."""

import math

import numpy as np

from dashboard.charts.drawing import format_shape
from dashboard.charts.figure import Figure, heatmap
from dashboard.charts.lesson.rows import name_row
from dashboard.charts.lesson.sheets import sheets_behind
from dashboard.charts.lesson.ticks import step_ticks
from dashboard.charts.marks import legend
from dashboard.charts.theme import Palette, finish, palette

_TOP, _GAP, _BOTTOM = 106, 46, 48  # pixels of title, layer's name, axis
_LEAST, _MORE = 34, 21  # pixels of a tensor with one number a step, and for each doubling
_LOW = 4  # numbers at a step: too few for an axis with words
_THINNEST = 1 / 36  # of the steps: how broad a vector is drawn at least


def layer_step(
    before: np.ndarray | None,
    after: np.ndarray,
    title: str,
    batch_size: int,
    *,
    steps: int,
    dark: bool = False,
) -> Figure:
    """Draw what a layer is given of one window and what it makes of it, time running to the right.

    before, after: (steps, numbers), or (numbers,) for a vector, which is drawn at the last step.
    before: None where `after` is what goes into the model. title: of the layer, safe to draw.
    """
    name = title.split("(", maxsplit=1)[0]
    tensors = [after] if before is None else [before, after]
    heights = [_height(one) for one in tensors]
    whole = _TOP + sum(heights) + _GAP * (len(tensors) - 1) + _BOTTOM
    colours = palette(dark)
    figure = Figure.stacked(heights, 0 if len(tensors) == 1 else _GAP / (sum(heights) + _GAP))
    shapes = [format_shape((batch_size, *one.shape)) for one in tensors]
    for row, one in enumerate(tensors, start=1):
        _draw_tensor(figure, one, batch_size, row, steps=steps, dark=dark)
        _name_tensor(figure, shapes[row - 1], row, name if row == len(tensors) > 1 else None)
    finish(
        figure,
        title=title,
        subtitle=legend(
            ("■", colours.actual, "below 0"), ("■", colours.anomaly, "above 0, paler near it")
        ),
        text=_text(name, shapes),
        dark=dark,
        height=whole,
    )
    figure.update_layout(margin={"t": _TOP})
    figure.update_xaxes(
        range=[0.5, steps * 1.045 + 0.5], showticklabels=False, ticks="", **step_ticks(steps)
    )
    figure.update_xaxes(
        title="Time step in the window",
        showticklabels=True,
        ticks="outside",
        row=len(tensors),
    )
    return figure


def _draw_tensor(
    figure: Figure, tensor: np.ndarray, batch_size: int, row: int, *, steps: int, dark: bool
) -> None:
    grid = tensor.T if tensor.ndim > 1 else tensor[:, None]  # (numbers, steps)
    numbers, columns = grid.shape
    broad = 1.0 if tensor.ndim > 1 else max(1.0, steps * _THINNEST)
    left = 0.5 if tensor.ndim > 1 else steps + 0.5 - broad
    reach = float(np.abs(grid).max()) or 1.0
    figure.add_trace(
        heatmap(
            x0=left + broad / 2,
            dx=broad,
            y0=1,
            dy=1,
            z=grid.astype(np.float32),
            zmin=-reach,
            zmax=reach,
            colorscale=_scale(palette(dark), dark=dark),
            showscale=False,
            hoverinfo="x+y+z",
        ),
        row=row,
    )
    _, up = sheets_behind(
        figure,
        (numbers, columns * broad),
        batch_size,
        steps=steps,
        dark=dark,
        left=left,
        row=row,
    )
    figure.update_yaxes(
        title="Numbers" if numbers > _LOW else "",
        showticklabels=numbers > _LOW,
        ticks="outside" if numbers > _LOW else "",
        tickmode="array",
        tickvals=sorted({1, numbers}),
        ticktext=[f"{one:,}" for one in sorted({1, numbers})],
        range=[numbers + 0.5, 0.5 - up],
        showgrid=False,
        row=row,
    )


def _name_tensor(figure: Figure, shape: str, row: int, layer: str | None) -> None:
    """Write the shape above a tensor, and the layer that made it before the shape."""
    made = "" if layer is None else f"↓ {layer} makes "
    name_row(figure, f"{made}<b>{shape}</b>", row)


def _height(tensor: np.ndarray) -> int:
    return round(_LEAST + _MORE * math.log2(tensor.shape[-1]))


def _scale(colours: Palette, *, dark: bool) -> list[list[object]]:
    """Return blue below 0, orange above it, and what is near 0 pale on either background."""
    middle = "#20262f" if dark else "#f3f2ef"
    return [[0.0, colours.actual], [0.5, middle], [1.0, colours.anomaly]]


def _text(name: str, shapes: list[str]) -> str:
    if len(shapes) == 1:
        return f"What goes in: a tensor of shape {shapes[0]}."
    return f"{name} is given a tensor of shape {shapes[0]} and makes one of {shapes[1]}."
