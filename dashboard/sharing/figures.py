"""The figures of a report: each drawn for a light and a dark background, as data of the page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dashboard.charts import (
    error_per_day,
    figure_text,
    loss_curves,
    score_distribution,
    score_heatmap,
    user_series,
)
from dashboard.charts.figure import Figure
from dashboard.runs.results import Results
from dashboard.runs.views import UserView, View
from dashboard.sharing.packing import pack


@dataclass(frozen=True)
class ReportFigure:
    """One figure of a report. text: its text alternative; height in pixels."""

    name: str
    text: str
    height: int
    light: dict[str, Any]  # the figure as Plotly's JSON has it
    dark: dict[str, Any]


def view_figures(results: Results, view: View) -> dict[str, ReportFigure]:
    """Return the figures of the whole run by name: days, heatmap, distribution, loss."""
    history = list(results.history().itertuples())
    found = view.counts.anomalous_cells
    draw = {
        "days": lambda dark: error_per_day(view.days, dark=dark),
        "heatmap": lambda dark: _without_webgl(score_heatmap(view, dark=dark)),
        "distribution": lambda dark: score_distribution(
            view.histogram, view.level, found, dark=dark
        ),
    }
    if history:  # nothing is trained in a baseline, or with an earlier run's model
        draw["loss"] = lambda dark: loss_curves(history, dark=dark)
    return {name: _both(name, figure) for name, figure in draw.items()}


def user_figure(user_view: UserView) -> ReportFigure:
    """Return one user's figure."""
    return _both(f"user-{user_view.user_index}", lambda dark: user_series(user_view, dark=dark))


def packed_figures(figures: list[ReportFigure]) -> str:
    """Return all figures as text that is nothing but letters, digits, "+", "/" and "="."""
    return pack({figure.name: {"light": figure.light, "dark": figure.dark} for figure in figures})


def _without_webgl(figure: Figure) -> Figure:
    """Return a figure less its WebGL layers: a report's policy forbids what they need."""
    return replace(figure, data=[one for one in figure.data if one["type"] != "scattergl"])


def _both(name: str, draw: Callable[[bool], Figure]) -> ReportFigure:
    light, dark = draw(False), draw(True)
    return ReportFigure(
        name,
        figure_text(light),
        light.layout["height"],
        light.to_plotly_json(),
        dark.to_plotly_json(),
    )
