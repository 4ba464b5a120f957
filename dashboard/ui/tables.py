"""Tables on a page in which a row can be chosen."""

from collections.abc import Callable, Mapping

import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.elements.arrow import DataframeSelectionState

from dashboard.ui.drawing import heard_once

ROW_PIXELS = 36


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
