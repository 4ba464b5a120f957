"""Sheets that lie behind a drawn one: more windows of the same batch, or more features."""

from dashboard.charts.figure import Figure
from dashboard.charts.theme import palette

MOST_SHEETS = 3  # drawn, with the one in front
_ACROSS, _UP = 0.018, 0.045  # how far each lies aside, in shares of the one in front


def sheets_behind(
    figure: Figure,
    shape: tuple[int, int],
    number: int,
    *,
    steps: int,
    dark: bool,
    left: float = 0.5,
    row: int | None = None,
) -> tuple[float, float]:
    """Draw the edges of a sheet of (rows, columns) and of up to two behind it.

    steps: time steps on the axis, in columns. left: where the first column begins. Row 1 is at the top. Returns how far they reach beyond it,
    to the right and upwards, in columns and rows.
    """
    colours = palette(dark)
    rows, columns = shape
    sheets = min(number, MOST_SHEETS)
    across, up = _ACROSS * min(max(columns, 20), steps), _UP * max(rows, 4)
    for back in range(sheets - 1, -1, -1):
        figure.add_shape(
            type="rect",
            x0=left + back * across,
            x1=left + columns + back * across,
            y0=0.5 - back * up,
            y1=rows + 0.5 - back * up,
            line={"color": colours.quiet, "width": 1},
            fillcolor=colours.surface if back else "rgba(0,0,0,0)",
            layer="below" if back else "above",
            row=row,
        )
    return (sheets - 1) * across, (sheets - 1) * up
