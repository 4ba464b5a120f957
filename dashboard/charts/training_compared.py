"""Several trainings as they learned: their losses over each other."""

from collections.abc import Sequence

from dashboard.charts.figure import Figure, Trace, scatter
from dashboard.charts.format import format_error, format_number_of
from dashboard.charts.marks import legend
from dashboard.charts.run_marks import RunMark, run_marks
from dashboard.charts.theme import finish
from dashboard.charts.training import Epoch, known_losses, set_axes

LOSSES = (("Loss", "loss", "solid"), ("Validation loss", "val_loss", "dash"))


def losses_compared(
    histories: Sequence[Sequence[Epoch]], *, log: bool = False, dark: bool = False
) -> Figure:
    """Draw the losses of each run after each epoch; the validation loss dashed.

    histories: one a run, in the order of their letters; one without epochs draws nothing.
    """
    figure = Figure()
    marks = run_marks(len(histories), dark=dark)
    for mark, history in zip(marks, histories, strict=True):
        for name, field, dash in LOSSES:
            if points := known_losses(history, field):
                figure.add_trace(_line(mark, name, points, dash))
    trained = [mark for mark, history in zip(marks, histories, strict=True) if len(history)]
    finish(
        figure,
        title="Loss per epoch",
        subtitle=legend(*((mark.sign, mark.colour, mark.letter) for mark in trained))
        + "    dashed: validation loss",
        text=_text(marks, histories),
        dark=dark,
        height=340,
    )
    last = max((history[-1].epoch for history in histories if len(history)), default=1)
    set_axes(figure, last, log=log)
    return figure


def _line(mark: RunMark, name: str, points: list[tuple[int, float]], dash: str) -> Trace:
    return scatter(
        x=[epoch for epoch, _ in points],
        y=[value for _, value in points],
        name=f"{mark.letter}: {name}",
        mode="lines+markers",
        line={"color": mark.colour, "width": 2, "dash": dash},
        marker={"size": 6, "symbol": mark.symbol, "color": mark.colour},
        hovertext=[
            f"{mark.letter}, epoch {epoch:,}<br>{name}: {format_error(value)}"
            for epoch, value in points
        ],
        hoverinfo="text",
    )


def _text(marks: Sequence[RunMark], histories: Sequence[Sequence[Epoch]]) -> str:
    told = [
        f"{mark.letter} ends at {format_error(history[-1].loss)} after "
        f"{format_number_of(history[-1].epoch, 'epoch')}"
        for mark, history in zip(marks, histories, strict=True)
        if len(history)
    ]
    return f"Training loss: {'; '.join(told)}." if told else "None of the runs has a loss."
