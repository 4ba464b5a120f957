"""Who moved when the strangest users were left out of the training."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.charts.format import format_count, format_name, format_share
from dashboard.charts.run_marks import LETTERS
from dashboard.runs.comparing import Standings, cleaned_pairs
from dashboard.runs.records import RunRecord
from dashboard.ui.findings import open_user
from dashboard.ui.tables import choose_row

MOST_ROWS, TABLE_PIXELS = 50, 380


def show_moves(runs: Sequence[RunRecord], standings: Standings, k: int) -> None:
    """Draw the moves between each two runs that differ in `drop_worst` alone."""
    for before, after in cleaned_pairs([run.settings for run in runs]):
        found = standings.moves(before, after, k)
        share = format_share(runs[after].settings.drop_worst)
        letters = LETTERS[before], LETTERS[after]
        came = int(((found["before"] > k) & (found["after"] <= k)).sum())
        st.markdown(
            f"**Who moved.** {letters[1]} was trained as {letters[0]}, then again without the "
            f"strangest {share} of users: {format_count(came)} came into the first {k}, and as many "
            "went out of it."
        )
        if not found.empty:
            _show_table(found.head(MOST_ROWS), letters)


def _show_table(found: pd.DataFrame, letters: tuple[str, str]) -> None:
    table = pd.DataFrame(
        {
            "User": [format_name(name, 60) for name in found["user"]],
            f"Rank {letters[0]}": found["before"],
            f"Rank {letters[1]}": found["after"],
            "Places": found["places"],
        }
    )
    choose_row(
        table,
        f"moves_{''.join(letters)}",
        lambda row: open_user(int(found["user_index"].iloc[row])),
        pixels=TABLE_PIXELS,
        alt=f"{len(found)} users with their rank before and after, the farthest moves first.",
        column_config={
            "Places": st.column_config.NumberColumn(
                format="%+d", help="Above zero: stranger than before."
            )
        },
    )
