"""What stands on a chart beside the data: the threshold, the legend, and how lines are drawn."""

from dashboard.charts.figure import Figure
from dashboard.charts.format import format_score
from dashboard.charts.theme import palette

_LEGEND_WIDTH = 44
_MOST_DOTS = 120


def legend(*marks: tuple[str, str, str]) -> str:
    """Return a legend as lines of a subtitle: marks of (sign, colour, safe name).

    Plotly's own legend wraps badly on a phone and pushes the chart aside; text does neither.
    """
    lines, width = [""], 0
    for sign, colour, name in marks:
        if width and width + len(name) > _LEGEND_WIDTH:
            lines, width = [*lines, ""], 0
        gap = "    " if width else ""
        lines[-1] += f'{gap}<span style="color:{colour}"><b>{sign}</b></span> {name}'
        width += len(name) + 6
    return "<br>".join(lines)


def mark_level(
    figure: Figure, level: float, *, dark: bool, across: bool = False, row: int = 1
) -> None:
    """Draw the threshold as a dotted line with its value: upright, or `across` the chart."""
    ink = palette(dark).ink
    draw = figure.add_hline if across else figure.add_vline
    draw(level, row=row, line={"color": ink, "width": 1.5, "dash": "dot"})
    number = "" if row == 1 else row
    place = (
        {"x": 0, "xref": f"x{number} domain", "y": level, "yref": f"y{number}", "yanchor": "bottom"}
        if across
        else {
            "x": level,
            "xref": f"x{number}",
            "y": 1,
            "yref": f"y{number} domain",
            "yanchor": "top",
        }
    )
    figure.add_annotation(
        text=f"Threshold {format_score(level)}",
        xanchor="left",
        showarrow=False,
        font={"size": 12, "color": ink},
        bgcolor="rgba(0,0,0,0)",
        **place,
    )


def line_mode(points: int) -> str:
    """Return how a line of so many points is drawn: with dots while they can be told apart."""
    return "lines+markers" if points <= _MOST_DOTS else "lines"


def line_sign(points: int) -> str:
    """Return the sign of such a line in a legend."""
    return "—●—" if points <= _MOST_DOTS else "—"


def line_width(points: int) -> float:
    """Return the width in pixels of a line of so many points: thinner where they crowd."""
    return 2.0 if points <= _MOST_DOTS else 1.25
