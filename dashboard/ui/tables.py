"""Tables on a page: one in which a row can be chosen, and one that a phone need not push sideways."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.elements.arrow import DataframeSelectionState

from dashboard.ui.drawing import heard_once
from dashboard.ui.look import is_phone
from dashboard.ui.problems import plain

ROW_PIXELS = 36


def show_beside(
    columns: Mapping[str, Sequence[str]],
    key: str,
    *,
    alt: str,
    column_config: Mapping[str, object] | None = None,
) -> None:
    """Draw a small table of texts, the first column of which names its rows; on a phone its lines break."""
    if is_phone():
        told = {plain(name): [plain(cell) for cell in cells] for name, cells in columns.items()}
        with st.container(key=key):
            st.table(told, border="horizontal", hide_index=True, alt=alt)
        return
    st.dataframe(
        dict(columns),
        hide_index=True,
        height="content",
        key=key,
        alt=alt,
        column_config=dict(column_config or {}),
    )


def choose_row(
    table: pd.DataFrame | pa.Table,
    key: str,
    pick: Callable[[int], None],
    *,
    alt: str,
    column_config: Mapping[str, object],
    pixels: int | None = None,
) -> None:
    """Draw a table; `pick` is told which row is clicked, in it or before it, before the page is drawn again.

    pixels: the height at which a longer table scrolls; None: it never does.
    """
    short = pixels is None or len(table) < pixels // ROW_PIXELS

    def hear(selection: DataframeSelectionState) -> bool:
        rows = [*selection.rows, *(row for row, _ in selection.cells)]
        if rows:
            pick(rows[0])
        return bool(rows)

    st.dataframe(
        table,
        hide_index=True,
        height="content" if short else pixels,
        selection_mode=["single-row", "single-cell"],
        alt=alt,
        column_config=column_config,
        **heard_once(key, hear),
    )
