"""A training as it learns: its losses epoch by epoch."""

import math
from collections.abc import Sequence
from typing import Protocol

from dashboard.charts.figure import Figure, scatter
from dashboard.charts.format import format_error, format_number_of
from dashboard.charts.marks import legend
from dashboard.charts.theme import finish, palette


class Epoch(Protocol):
    """What a chart needs of one epoch. `epoch` counts from 1."""

    @property
    def epoch(self) -> int: ...  # noqa: D102
    @property
    def loss(self) -> float: ...  # noqa: D102
    @property
    def val_loss(self) -> float | None: ...  # noqa: D102


def loss_curves(
    history: Sequence[Epoch], *, log: bool = False, epochs: int | None = None, dark: bool = False
) -> Figure:
    """Draw the loss, and the validation loss where there is one, after each epoch.

    log: draw losses on a log scale. epochs: how many are planned, so that the axis stands still.
    """
    colours = palette(dark)
    figure = Figure()
    marks = []
    curves = (
        ("Training loss", "loss", colours.actual, "solid", "circle", "—●—"),
        ("Validation loss", "val_loss", colours.anomaly, "dash", "diamond", "-◆-"),
    )
    for name, field, colour, dash, symbol, sign in curves:
        points = known_losses(history, field)
        if not points:
            continue
        marks.append((sign, colour, name.removesuffix(" loss")))
        figure.add_trace(
            scatter(
                x=[epoch for epoch, _ in points],
                y=[value for _, value in points],
                name=name,
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": dash},
                marker={"size": 6, "symbol": symbol},
                hovertext=[
                    f"Epoch {epoch:,}<br>{name}: {format_error(value)}" for epoch, value in points
                ],
                hoverinfo="text",
            )
        )
    finish(
        figure,
        title="Loss per epoch",
        subtitle=legend(*marks),
        text=_text(history),
        dark=dark,
        height=320,
    )
    set_axes(figure, max(epochs or 0, len(history), 1), log=log)
    return figure


def set_axes(figure: Figure, last: int, *, log: bool) -> None:
    """Lay out the axes of losses over the epochs from 1 to the last."""
    figure.update_xaxes(
        title="Epoch",
        range=[0.5, last + 0.5],
        tickformat=",d",
        nticks=8,
        **({"dtick": 1} if last <= 8 else {}),  # noqa: PLR2004
    )
    figure.update_yaxes(
        title="Loss, log scale" if log else "Loss",
        type="log" if log else "linear",
        rangemode="normal" if log else "tozero",
        nticks=6,
    )


def known_losses(history: Sequence[Epoch], field: str) -> list[tuple[int, float]]:
    """Return (epoch, loss) where that loss was measured. field: "loss" or "val_loss"."""
    points = [(one.epoch, getattr(one, field)) for one in history]
    return [(epoch, value) for epoch, value in points if _is_known(value)]


def _text(history: Sequence[Epoch]) -> str:
    if not history:
        return "No epoch is finished yet."
    first, last = history[0], history[-1]
    began = "" if first is last else f"; it began at {format_error(first.loss)}"
    text = (
        f"After {format_number_of(last.epoch, 'epoch')} the training loss is "
        f"{format_error(last.loss)}{began}."
    )
    checked = [one for one in history if _is_known(one.val_loss)]
    if not checked:
        return text
    best = min(checked, key=lambda one: one.val_loss)
    return f"{text} Lowest validation loss: {format_error(best.val_loss)} in epoch {best.epoch:,}."


def _is_known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
