"""A chart as plain data, just as a browser is given it: traces, and the layout around them.

Plotly's own figures check every part of a chart each time that it is drawn, which takes far longer than
all else that a page does. Here nothing is checked: the tests hold every chart against Plotly's schema.
Names and nesting are Plotly's; axes are counted by rows, the uppermost is 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from dashboard.charts.plain import plain

Trace = dict[str, Any]
Layout = dict[str, Any]


def bar(**settings: Any) -> Trace:
    """Return a trace of bars."""
    return _trace("bar", settings)


def heatmap(**settings: Any) -> Trace:
    """Return a trace of coloured cells."""
    return _trace("heatmap", settings)


def scatter(**settings: Any) -> Trace:
    """Return a trace of points, lines or words, drawn as SVG."""
    return _trace("scatter", settings)


def scatter_gl(**settings: Any) -> Trace:
    """Return a trace of points that the graphics card draws."""
    return _trace("scattergl", settings)


@dataclass
class Figure:
    """A chart. What is given is turned into what JSON can hold when it is added."""

    data: list[Trace] = field(default_factory=list)
    layout: Layout = field(default_factory=dict)
    rows: int = 1

    @classmethod
    def of(cls, *traces: Trace) -> Self:
        """Return a chart of these traces on one pair of axes."""
        return cls(list(traces))

    @classmethod
    def stacked(cls, heights: Sequence[float], spacing: float, *, shared: bool = True) -> Self:
        """Return a chart of several rows. heights: in any unit; spacing: between rows, in shares of the whole.

        shared: all rows have the time axis of the lowest.
        """
        figure = cls(rows=len(heights))
        free, top = 1.0 - spacing * (len(heights) - 1), 1.0
        for row, height in enumerate(heights, start=1):
            bottom = top - free * height / sum(heights)
            x, y = _axes_of(row)
            above = {"matches": f"x{_number(figure.rows)}", "showticklabels": False}
            figure.layout[_axis("x", row)] = {
                "anchor": y, "domain": [0.0, 1.0], **(above if shared and row < figure.rows else {}),
            }  # fmt: skip
            figure.layout[_axis("y", row)] = {"anchor": x, "domain": [max(bottom, 0.0), top]}
            top = bottom - spacing
        return figure

    def to_plotly_json(self) -> dict[str, Any]:
        """Return the chart as Plotly's JSON has it."""
        return {"data": self.data, "layout": self.layout}

    def with_layout(self, **settings: Any) -> Self:
        """Return the same chart with another layout; this one stays as it is."""
        return replace(self, layout=merged(self.layout, plain(settings)))

    def add_trace(self, trace: Trace, row: int = 1) -> None:
        """Add a trace to the axes of a row."""
        self.data.append({**trace, **_on(row, "xaxis", "yaxis")} if row > 1 else trace)

    def update_layout(self, **settings: Any) -> None:
        """Set parts of the layout, and keep all others."""
        self.layout = merged(self.layout, plain(settings))

    def update_xaxes(
        self, *, row: int | None = None, title: str | None = None, **settings: Any
    ) -> None:
        """Set parts of the time axis of a row, or of every row."""
        self._update_axes("x", row, title, settings)

    def update_yaxes(
        self, *, row: int | None = None, title: str | None = None, **settings: Any
    ) -> None:
        """Set parts of the upright axis of a row, or of every row."""
        self._update_axes("y", row, title, settings)

    def add_shape(self, *, row: int | None = None, **settings: Any) -> None:
        """Add a line, a rectangle or a path, on the axes of a row where one is named."""
        place = {} if row is None else _on(row, "xref", "yref")
        self.layout.setdefault("shapes", []).append({**plain(settings), **place})

    def add_annotation(self, *, row: int | None = None, **settings: Any) -> None:
        """Add words, on the axes of a row where one is named."""
        place = {} if row is None else _on(row, "xref", "yref")
        self.layout.setdefault("annotations", []).append({**plain(settings), **place})

    def add_hline(self, y: float, *, row: int = 1, **settings: Any) -> None:
        """Add a line from the left to the right of a row."""
        x_axis, y_axis = _axes_of(row)
        self.add_shape(
            type="line", xref=f"{x_axis} domain", x0=0, x1=1, yref=y_axis, y0=y, y1=y, **settings
        )

    def add_vline(self, x: Any, *, row: int = 1, **settings: Any) -> None:
        """Add a line from the bottom to the top of a row."""
        self._add_upright("line", x, x, [row], settings)

    def add_vrect(self, x0: Any, x1: Any, *, row: int | None = None, **settings: Any) -> None:
        """Shade what lies between two places, in a row or in every row."""
        self._add_upright("rect", x0, x1, self._rows(row), settings)

    def _add_upright(
        self, kind: str, x0: Any, x1: Any, rows: Iterable[int], settings: Layout
    ) -> None:
        for row in rows:
            x_axis, y_axis = _axes_of(row)
            self.add_shape(
                type=kind,
                xref=x_axis,
                x0=x0,
                x1=x1,
                yref=f"{y_axis} domain",
                y0=0,
                y1=1,
                **settings,
            )

    def _rows(self, row: int | None) -> Iterable[int]:
        return range(1, self.rows + 1) if row is None else [row]

    def _update_axes(self, way: str, row: int | None, title: str | None, settings: Layout) -> None:
        named = {} if title is None else {"title": {"text": title}}
        given = merged(plain(settings), named)
        for each in self._rows(row):
            name = _axis(way, each)
            self.layout[name] = merged(self.layout.get(name, {}), given)


def merged(known: Layout, added: Layout) -> Layout:
    """Return what is known with what is added, part by part."""
    both = {
        name: merged(known[name], part)
        if isinstance(part, dict) and isinstance(known.get(name), dict)
        else part
        for name, part in added.items()
    }
    return {**known, **both}


def _trace(kind: str, settings: Layout) -> Trace:
    given = {name: plain(value) for name, value in settings.items() if value is not None}
    return {"type": kind, **given}


def _on(row: int, x: str, y: str) -> Layout:
    x_axis, y_axis = _axes_of(row)
    return {x: x_axis, y: y_axis}


def _axes_of(row: int) -> tuple[str, str]:
    return f"x{_number(row)}", f"y{_number(row)}"


def _axis(way: str, row: int) -> str:
    return f"{way}axis{_number(row)}"


def _number(row: int) -> str:
    return "" if row == 1 else str(row)
