"""An LSTM in time: as one cell with a loop, or unrolled; and what unrolling was measured to cost."""

from dataclasses import dataclass, field
from itertools import pairwise

from dashboard.charts.figure import Figure, bar
from dashboard.charts.format import format_number_of, sentence
from dashboard.charts.marks import legend
from dashboard.charts.measured import Unrolling
from dashboard.charts.theme import Palette, faded, finish, palette

_HALF = 0.34  # half the width of a cell
_LOW, _HIGH = 1.0, 2.0  # where a cell begins and ends
_INPUT, _OUTPUT = 0.32, 2.68  # where its input and its output are written
_FEW = 4  # steps that are all drawn


def time_loop(
    steps: int,
    features: int,
    units: int,
    *,
    returns_sequences: bool,
    unrolled: bool,
    dark: bool = False,
) -> Figure:
    """Draw an LSTM reading a window of (steps, features).

    unrolled: a cell for every step, the middle ones left out; else one cell and its loop.
    """
    sketch = _Sketch(palette(dark))
    places, numbers = _cells(steps) if unrolled else ([0], [steps])
    given, kept = format_number_of(features, "number"), format_number_of(units, "number")
    for place, number in zip(places, numbers, strict=True):
        sketch.cell(place, units)
        sketch.write(place, _INPUT, given)
        sketch.arrow((place, 0.5), (place, _LOW))
        if returns_sequences or number == steps:
            sketch.arrow((place, _HIGH), (place, 2.5))
            sketch.write(place, _OUTPUT, kept, strong=True)
    if unrolled:
        sketch.join(places)
    else:
        sketch.loop(steps)
    form = f"{steps} cells in a row" if unrolled else f"one cell, run {steps} times"
    each = "after every step" if returns_sequences else "after the last step alone"
    figure = finish(
        Figure(),
        title="Unrolled" if unrolled else "As a loop",
        subtitle=f"{sentence(form)}; the same weights",
        text=f"An LSTM as {form} with the same weights: it is given {given} at each step and hands "
        f"on {kept} {each}.",
        dark=dark,
        height=300,
    )
    figure.update_layout(shapes=sketch.shapes, annotations=sketch.notes)
    figure.update_xaxes(
        title="Time step in the window",
        tickmode="array",
        tickvals=places,
        ticktext=[f"{one}" for one in numbers] if unrolled else [f"1, 2, 3 … {steps}"],
        range=[-0.6, places[-1] + 0.6] if unrolled else [-2.3, 2.3],
        showline=False,
    )
    figure.update_yaxes(showticklabels=False, showgrid=False, showline=False, range=[0.05, 2.95])
    return figure


def unrolling_compared(found: Unrolling, titles: dict[str, str], *, dark: bool = False) -> Figure:
    """Draw the processor seconds of an epoch with a loop and unrolled. titles: of models, by name."""
    colours = palette(dark)
    labels = [
        f"{titles[one.model]}<br>{which}"
        for one in found.models
        for which in ("first epoch", "later epochs")
    ]
    figure = Figure()
    for way, colour in (("loop", colours.actual), ("unrolled", colours.series[1])):
        courses = [getattr(one, way) for one in found.models]
        seconds = [value for course in courses for value in (course.first_epoch, course.epoch)]
        figure.add_trace(
            bar(
                x=seconds,
                y=labels,
                orientation="h",
                marker={"color": colour},
                text=[f"{value:.1f} s" for value in seconds],
                textposition="outside",
                cliponaxis=False,
                hoverinfo="skip",
            )
        )
    most = max(max(trace["x"]) for trace in figure.data)
    finish(
        figure,
        title="Measured: an epoch, unrolled or not",
        subtitle=legend(("■", colours.actual, "as a loop"), ("■", colours.series[1], "unrolled")),
        text=_measured_text(found, titles),
        dark=dark,
        height=360,
    )
    figure.update_xaxes(title="Processor seconds", range=[0, most * 1.16], nticks=6, showgrid=True)
    figure.update_yaxes(title="Model", autorange="reversed", showgrid=False)
    figure.update_layout(bargap=0.3, barmode="group")
    return figure


@dataclass
class _Sketch:
    """Boxes, arrows and words, gathered: Plotly takes them all at once far faster than in turn."""

    colours: Palette
    shapes: list[dict[str, object]] = field(default_factory=list)
    notes: list[dict[str, object]] = field(default_factory=list)

    def cell(self, place: float, units: int) -> None:
        """Draw one LSTM cell."""
        self.shapes.append(
            {
                "type": "rect",
                "x0": place - _HALF,
                "x1": place + _HALF,
                "y0": _LOW,
                "y1": _HIGH,
                "line": {"color": self.colours.actual, "width": 1.5},
                "fillcolor": faded(self.colours.actual, 0.16),
            }
        )
        self.write(place, 1.5, f"<b>LSTM</b><br>{units:,}")

    def join(self, places: list[int]) -> None:
        """Draw the state that goes from each cell to the next, and the gap in the middle."""
        for here, there in pairwise(places):
            end = here + _HALF
            if there - here > 1:
                self.arrow((end, 1.5), (here + 0.78, 1.5))
                self.write(here + 1, 1.5, "…", strong=True)
                end = here + 1.22
            self.arrow((end, 1.5), (there - _HALF, 1.5))

    def loop(self, steps: int) -> None:
        """Draw the state that goes back into the same cell."""
        self.shapes.append(
            {
                "type": "path",
                "path": f"M {_HALF} 1.3 C 1.45 0.95, 1.45 2.05, {_HALF + 0.16} 1.74",
                "line": {"color": self.colours.quiet, "width": 1.5},
            }
        )
        self.arrow((_HALF + 0.2, 1.75), (_HALF, 1.68))
        self.write(1.74, 1.5, f"its state<br>comes back,<br>{steps} times")

    def arrow(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw an arrow between two points."""
        self.notes.append(
            {
                "x": end[0],
                "y": end[1],
                "ax": start[0],
                "ay": start[1],
                "xref": "x",
                "yref": "y",
                "axref": "x",
                "ayref": "y",
                "text": "",
                "showarrow": True,
                "arrowhead": 2,
                "arrowwidth": 1.5,
                "arrowcolor": self.colours.quiet,
            }
        )

    def write(self, x: float, y: float, text: str, *, strong: bool = False) -> None:
        """Write a word or two around a point."""
        colour = self.colours.ink if strong else self.colours.quiet
        self.notes.append(
            {
                "x": x,
                "y": y,
                "text": text,
                "showarrow": False,
                "font": {"size": 12, "color": colour},
            }
        )


def _cells(steps: int) -> tuple[list[int], list[int]]:
    """Return where the cells of a row stand, and the steps that they are for."""
    if steps <= _FEW:
        return list(range(steps)), list(range(1, steps + 1))
    return [0, 1, 2, 4], [1, 2, 3, steps]


def _measured_text(found: Unrolling, titles: dict[str, str]) -> str:
    told = (
        f"{titles[one.model]} took {one.loop.epoch:.1f} processor seconds an epoch as a loop and "
        f"{one.unrolled.epoch:.1f} unrolled, {one.loop.first_epoch:.1f} and "
        f"{one.unrolled.first_epoch:.1f} in the first epoch"
        for one in found.models
    )
    return "; ".join(told) + "."
