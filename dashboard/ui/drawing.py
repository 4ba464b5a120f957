"""Charts on a page: one way to draw them, and one way to hear what was chosen in them."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import streamlit as st

from dashboard.charts import chart_config, figure_text
from dashboard.ui.look import is_phone

PICTURE_FORMATS = {"png": "PNG", "svg": "SVG"}
_PICTURE_KEY = "picture_format"


def draw(figure: go.Figure, key: str) -> None:
    """Draw a figure with its text alternative."""
    st.plotly_chart(figure, theme=None, key=key, config=_config(), alt=figure_text(figure))


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


def draw_to_look(figure: go.Figure, key: str, labels: Sequence[str] = ()) -> dict[str, str | None]:
    """Draw a figure of the workbench; return what has just been chosen in it, for the address.

    labels: of the time steps, in order, where a range of them can be dragged; a phone scrolls there.
    """
    ranged = bool(labels) and not is_phone()
    if ranged:
        figure = go.Figure(figure).update_layout(dragmode="select", selectdirection="h")
    event = st.plotly_chart(
        figure,
        theme=None,
        key=fresh_key(key),
        config=_config(),
        alt=figure_text(figure),
        on_select="rerun",
        selection_mode=["points", "box"] if ranged else "points",
    )
    points = [point["customdata"] for point in event.selection.points if "customdata" in point]
    if not points:
        return {}
    let_go(key)
    if event.selection.box:
        places = sorted(labels.index(point[1]) for point in points)
        ends = labels[places[0]], labels[places[-1]]
        return {"time": ends[0]} if ends[0] == ends[1] else {"span": "..".join(ends)}
    return _meant_by(points[0])


def _meant_by(point: Sequence[object]) -> dict[str, str | None]:
    """Return what a point stands for: a cell, a user, a time step, or something it names itself."""
    user_index, time, *named = point
    if named:
        return {str(named[0]): str(named[1])}
    if user_index is None:
        return {"time": time}
    return {"user": str(user_index), "at": time}


def draw_to_pick(figure: go.Figure, key: str, pick: Callable[[float], None]) -> None:
    """Draw a figure in which a score can be picked; `pick` is told before the page is drawn again.

    Points to pick have `customdata` [None, None, score].
    """
    widget = fresh_key(key)

    def hear() -> None:
        points = st.session_state[widget].selection.points
        scores = [point["customdata"][2] for point in points if len(point["customdata"]) == 3]  # noqa: PLR2004
        if scores:
            let_go(key)
            pick(float(scores[0]))

    st.plotly_chart(
        figure,
        theme=None,
        key=widget,
        config=_config(),
        alt=figure_text(figure),
        on_select=hear,
        selection_mode="points",
    )


def fresh_key(key: str) -> str:
    """Return the key of a widget whose choice is heard once; it changes with each `let_go`."""
    return f"{key}_{st.session_state.get(f'heard_{key}', 0)}"


def let_go(key: str) -> None:
    """Begin anew with nothing chosen, so that the same point can be chosen again."""
    st.session_state[f"heard_{key}"] = st.session_state.get(f"heard_{key}", 0) + 1
