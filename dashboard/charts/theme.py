"""One look for every chart: colours, type, margins, labels, in light and in dark.

Colours can be told apart by colour-blind people, and never carry a meaning alone: actual is a
solid line with dots, expected a dashed line, an anomaly a ring or a triangle.
"""

from dataclasses import dataclass

from dashboard.charts.figure import Figure

PLOTLY_CONFIG = {
    "showSendToCloud": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "clickwatch"},
}


def chart_config(picture: str) -> dict[str, object]:
    """Return Plotly's settings where the camera above a chart saves a picture of that format."""
    options = {"format": picture, "scale": 2 if picture == "png" else 1, "filename": "clickwatch"}
    return {**PLOTLY_CONFIG, "toImageButtonOptions": options}


FONT = '"Source Sans", "Source Sans Pro", system-ui, -apple-system, "Segoe UI", sans-serif'


@dataclass(frozen=True)
class Palette:
    """The colours of one background. `scale` runs from low, near the background, to high.

    diverging: from far below, through the background, to far above; blue to orange, which
    colour-blind people can tell apart.
    """

    ink: str
    quiet: str
    grid: str
    surface: str
    actual: str
    expected: str
    anomaly: str
    series: tuple[str, ...]
    scale: tuple[str, ...]
    diverging: tuple[str, ...]


LIGHT = Palette(
    ink="#1f2933",
    quiet="#5b6673",
    grid="rgba(31, 41, 51, 0.10)",
    surface="#ffffff",
    actual="#0072b2",
    expected="#7a8594",
    anomaly="#d55e00",
    series=("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#5b6673"),
    # cmocean "dense", without its palest and its blackest end
    scale=(
        "#dcebf0",
        "#bfdde5",
        "#9cc9e2",
        "#81b4e3",
        "#739ae4",
        "#757fdd",
        "#7864ca",
        "#774aaf",
        "#71328d",
        "#641f68",
    ),
    diverging=(
        "#08306b",
        "#1f65ac",
        "#5a9fd0",
        "#b4d5ea",
        "#f3f4f4",
        "#f7d3ac",
        "#e5964b",
        "#b85c0c",
        "#7a3403",
    ),
)
DARK = Palette(
    ink="#e8ebef",
    quiet="#a4aebb",
    grid="rgba(232, 235, 239, 0.13)",
    surface="#0e1117",
    actual="#56b4e9",
    expected="#a9b2bd",
    anomaly="#ff8c42",
    series=("#56b4e9", "#f0b93a", "#2fc79a", "#e39cc4", "#a4aebb"),
    # cmocean "ice", without its blackest end
    scale=(
        "#1f1f42",
        "#2c2a57",
        "#3a3c7d",
        "#3e53a0",
        "#3e6db2",
        "#4886bb",
        "#599fc4",
        "#72b8cd",
        "#95cfd8",
        "#c0e5e8",
        "#eafcfd",
    ),
    diverging=(
        "#b9e1ff",
        "#66b7ef",
        "#2f81bd",
        "#214a6e",
        "#1a1f29",
        "#6a4320",
        "#b8712c",
        "#f2a14d",
        "#ffd9ad",
    ),
)


def faded(colour: str, opacity: float) -> str:
    """Return a colour written as `#rrggbb` so that what lies behind it shows through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def palette(dark: bool) -> Palette:
    """Return the colours for a dark or a light background."""
    return DARK if dark else LIGHT


def finish(
    figure: Figure,
    *,
    title: str,
    text: str,
    dark: bool,
    height: int = 340,
    subtitle: str = "",
) -> Figure:
    """Give a figure the one look, its title, and its text alternative; return the same figure.

    title, subtitle: short enough for a phone (about 44 characters a line); the subtitle may hold
        lines of `legend`.
    text: one or two sentences that say what the chart shows, kept for `figure_text`.
    """
    colours = palette(dark)
    lines = 1 + subtitle.count("<br>") if subtitle else 0
    look = {
        **_axes(figure, colours),
        "title": {
            "text": title,
            "subtitle": {"text": subtitle, "font": {"size": 12.5, "color": colours.quiet}},
            "font": {"size": 16, "color": colours.ink, "weight": 600},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 10, "l": 4},
        },
        "meta": {"text": text},
        "height": height,
        "autosize": True,
        "margin": {"l": 8, "r": 12, "t": 58 + 18 * lines, "b": 8, "pad": 0},
        "paper_bgcolor": colours.surface,  # so that a picture of it can be read on any page
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12.5, "color": colours.ink},
        "separators": ".,",
        "hoverlabel": {
            "bgcolor": colours.surface,
            "bordercolor": colours.quiet,
            "font": {"family": FONT, "size": 13, "color": colours.ink},
            "align": "left",
            "namelength": -1,
        },
        "showlegend": False,
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": colours.quiet,
            "activecolor": colours.ink,
        },
        "hovermode": "closest",
        "dragmode": False,
        "bargap": 0.15,
    }
    figure.update_layout(**look)
    return figure


def _axes(figure: Figure, colours: Palette) -> dict[str, dict[str, object]]:
    """Return the one look of every axis that a figure has, by its name."""
    axis = {
        "automargin": True,
        "gridcolor": colours.grid,
        "linecolor": colours.grid,
        "zeroline": False,
        "tickfont": {"size": 12, "color": colours.quiet},
        "title": {"font": {"size": 12.5, "color": colours.quiet}, "standoff": 8},
        "separatethousands": True,
        "exponentformat": "none",
        "fixedrange": True,
    }
    names = {"xaxis", "yaxis"} | {name for name in figure.layout if name[1:5] == "axis"}
    return {name: axis | ({"showgrid": False} if name[0] == "x" else {}) for name in sorted(names)}


def figure_text(figure: Figure) -> str:
    """Return the text alternative of a figure: one or two sentences that say what it shows."""
    return figure.layout["meta"]["text"]
