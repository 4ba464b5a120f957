"""Charts on a page: one way to draw them, and one way to hear what was chosen in them."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from plotly.basedatatypes import BaseFigure
from streamlit.elements.plotly_chart import PlotlySelectionState

from dashboard.charts import chart_config, figure_text
from dashboard.charts.figure import Figure
from dashboard.ui.addresses import write_choice
from dashboard.ui.look import is_phone
from dashboard.ui.scripts import CHOOSE_BY_CLICK, run_script

Choice = dict[str, str | None]  # for the address; None takes a choice back

PICTURE_FORMATS = {"png": "PNG", "svg": "SVG"}
_PICTURE_KEY = "picture_format"


def draw(figure: Figure, key: str) -> None:
    """Draw a figure with its text alternative."""
    _send(figure, key=key)


def choose_picture_format() -> None:
    """Draw the choice of what the camera above each chart saves."""
    st.segmented_control(
        "The camera above a chart saves it as",
        list(PICTURE_FORMATS),
        default="png",
        required=True,
        format_func=PICTURE_FORMATS.get,
        key=_PICTURE_KEY,
        help="PNG for slides and mail, SVG to print large or to edit. The browser makes it: nothing "
        "is sent anywhere.",
    )


def _config() -> dict[str, object]:
    """Return Plotly's settings with the picture format that was chosen."""
    return chart_config(st.session_state.get(_PICTURE_KEY) or "png")


def look_on(chosen: Choice) -> None:
    """Put what has been chosen into the address. To be called before the page is drawn."""
    if "span" in chosen:
        chosen = {**chosen, "time": None}
    if "ranks" in chosen:
        chosen = {**chosen, "cluster": None}
    write_choice(**chosen)


def draw_to_look(
    figure: Figure,
    key: str,
    labels: Sequence[str] = (),
    look: Callable[[Choice], None] = look_on,
) -> None:
    """Draw a figure of the workbench; `look` is told what is chosen in it before the page is drawn again.

    labels: of the time steps, in order, where a range of them can be dragged; a phone scrolls there.
    """
    ranged = bool(labels) and not is_phone()

    def hear(selection: PlotlySelectionState) -> bool:
        points = [point["customdata"] for point in selection.points if "customdata" in point]
        if points:
            look(_between(points, labels) if selection.box else _meant_by(points[0]))
        return bool(points)

    with st.container(gap=None):
        _send(
            _to_choose_in(figure, ranged),
            selection_mode=["points", "box"] if ranged else "points",
            **heard_once(key, hear),
        )
        if ranged:
            run_script(CHOOSE_BY_CLICK)


def _to_choose_in(figure: Figure, ranged: bool = False) -> Figure:
    """Return the figure as Streamlit would have it after a moment in which clicks were lost."""
    drag = {"dragmode": "select", "selectdirection": "h"} if ranged else {"dragmode": "pan"}
    return figure.with_layout(clickmode="event+select", **drag)


def _between(points: Sequence[Sequence[object]], labels: Sequence[str]) -> Choice:
    """Return the time steps from the first to the last of the points."""
    places = sorted(labels.index(point[1]) for point in points)
    ends = labels[places[0]], labels[places[-1]]
    return {"time": ends[0]} if ends[0] == ends[1] else {"span": "..".join(ends)}


def _meant_by(point: Sequence[object]) -> Choice:
    """Return what a point stands for: a cell, a user, a time step, or something it names itself."""
    user_index, time, *named = point
    if named:
        return {str(named[0]): str(named[1])}
    if user_index is None:
        return {"time": time}
    return {"user": str(user_index), "at": time}


def draw_to_pick(figure: Figure, key: str, pick: Callable[[float], None]) -> None:
    """Draw a figure in which a score can be picked; `pick` is told before the page is drawn again.

    Points to pick have `customdata` [None, None, score].
    """

    def hear(selection: PlotlySelectionState) -> bool:
        drawn = [point["customdata"] for point in selection.points]
        scores = [data[2] for data in drawn if len(data) == 3]  # noqa: PLR2004
        if scores:
            pick(float(scores[0]))
        return bool(scores)

    _send(_to_choose_in(figure), selection_mode="points", **heard_once(key, hear))


class _AsItIs(BaseFigure):
    """A figure that Streamlit takes as it is. One of plain data it would check, part by part, on every click."""

    def __init__(self, figure: Figure) -> None:  # Plotly's own would check it too
        self._figure = figure

    def to_dict(self) -> dict[str, Any]:
        return self._figure.to_plotly_json()


def _send(figure: Figure, **settings: Any) -> None:
    st.plotly_chart(
        _AsItIs(figure), theme=None, config=_config(), alt=figure_text(figure), **settings
    )


def heard_once(key: str, hear: Callable[[Any], bool]) -> dict[str, object]:
    """Return the key and the `on_select` of a widget in which the same can be chosen again and again.

    hear: is told what is selected before the page is drawn; returns whether that is a choice. After one
    the widget has another key, with nothing selected in it.
    """
    widget = fresh_key(key)

    def once() -> None:
        if widget == fresh_key(key) and hear(st.session_state[widget].selection):
            let_go(key)

    return {"key": widget, "on_select": once}


def fresh_key(key: str) -> str:
    """Return the key of a widget whose choice is heard once; it changes with each `let_go`."""
    return f"{key}_{st.session_state.get(f'heard_{key}', 0)}"


def let_go(key: str) -> None:
    """Begin anew with nothing chosen, so that the same can be chosen again."""
    st.session_state[f"heard_{key}"] = st.session_state.get(f"heard_{key}", 0) + 1
