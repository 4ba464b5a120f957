"""Tables on a page in which a row can be chosen."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.ui.drawing import fresh_key, let_go

ROW_PIXELS = 36


def choose_row(
    table: pd.DataFrame,
    key: str,
    *,
    alt: str,
    column_config: Mapping[str, object],
    pixels: int | None = None,
) -> int | None:
    """Draw a table; return the place of the row that has just been clicked, in it or before it.

    pixels: the height at which a longer table scrolls; None: it never does.
    """
    short = pixels is None or len(table) < pixels // ROW_PIXELS
    event = st.dataframe(
        table,
        hide_index=True,
        height="content" if short else pixels,
        key=fresh_key(key),
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        alt=alt,
        column_config=column_config,
    )
    rows = [*event.selection.rows, *(row for row, _ in event.selection.cells)]
    if not rows:
        return None
    let_go(key)
    return rows[0]
