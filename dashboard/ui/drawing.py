"""Charts on a page: one way to draw them, and one way to hear what was chosen in them."""

import plotly.graph_objects as go
import streamlit as st

from dashboard.charts import PLOTLY_CONFIG, figure_text


def draw(figure: go.Figure, key: str) -> None:
    """Draw a figure with its text alternative."""
    st.plotly_chart(figure, theme=None, key=key, config=PLOTLY_CONFIG, alt=figure_text(figure))


def draw_to_choose(figure: go.Figure, key: str) -> tuple[int | None, str | None] | None:
    """Draw a figure whose points can be clicked.

    Returns (user index, time key) of the point chosen by this very click, else None: a choice is
    heard once, so that an old one does not come back when the page is drawn again.
    """
    event = st.plotly_chart(
        figure,
        theme=None,
        key=key,
        config=PLOTLY_CONFIG,
        alt=figure_text(figure),
        on_select="rerun",
        selection_mode="points",
    )
    points = [tuple(point.get("customdata") or ()) for point in event.selection.points]
    chosen = next((point for point in points if len(point) == 2), None)  # noqa: PLR2004 - user, time
    if not is_new_choice(key, chosen) or chosen is None:
        return None
    user_index, time = chosen
    return (None if user_index is None else int(user_index), time)


def is_new_choice(key: str, choice: object) -> bool:
    """Whether a widget's choice differs from the one it had when the page was last drawn."""
    heard = f"{key}_heard"
    before = st.session_state.get(heard)
    st.session_state[heard] = choice
    return choice != before
