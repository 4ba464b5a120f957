"""The heatmap of the workbench: its rows and colours, clusters to choose, and bands to zoom into."""

import streamlit as st

from dashboard.charts import cluster_words
from dashboard.charts.format import frequency_of
from dashboard.runs.views import View
from dashboard.ui.addresses import stands_in_address, write_choice
from dashboard.ui.drawing import draw_to_look
from dashboard.ui.figures import Drawn, band_map_of, heatmap_of
from dashboard.ui.kept import clusters_in
from dashboard.ui.look import is_dark, is_phone
from dashboard.ui.looking import MOST_ROWS, shows_bands
from dashboard.ui.problems import plain

ROWS = {
    "ranked": "As ranked",
    "alike": "Alike together",
    "volume": "By volume",
    "all": "All users",
}
COLOURS = {"score": "Score", "deviation": "Above or below"}
MOST_OFFERED = 12


def show_heatmap(view: View, run_id: str) -> None:
    """Draw the heatmap and its choices; what is clicked in it goes into the address."""
    rows, colour = _choose_look()
    if shows_bands(rows, view.query, view.counts.matched_users):
        figure = band_map_of(run_id, view.query, colour, is_dark())
        draw_to_look(figure, f"bands_{run_id}")
        return
    if rows == "all":
        st.caption(f"So few users match that each has a row of its own, {MOST_ROWS} at most.")
    rows = "ranked" if rows == "all" else rows
    drawn = Drawn(rows, colour, narrow=is_phone(), dark=is_dark())
    figure = heatmap_of(run_id, view.query, drawn)
    draw_to_look(figure, f"heatmap_{run_id}")
    if rows == "alike" and view.query.users is None:
        _offer_clusters(view, run_id)


def _choose_look() -> tuple[str, str]:
    with st.container(horizontal=True, key="heatmap_look"):
        rows = st.segmented_control(
            "Rows",
            required=True,
            help="**Alike together** puts users side by side who deviate on the same days in the "
            "same direction, so that a shared cause shows. **All users** draws bands of "
            "neighbouring ranks: click one to open it.",
            **stands_in_address("rows", ROWS, "ranked"),
        )
        colour = st.segmented_control(
            "Colour",
            required=True,
            help="**Above or below** tells counts above what was expected from those below.",
            **stands_in_address("colour", COLOURS, "score"),
        )
    return rows or "ranked", colour or "score"


def _offer_clusters(view: View, run_id: str) -> None:
    """Draw each cluster as a button that narrows everything to it."""
    clusters = clusters_in(run_id, view.query)
    if not clusters:
        st.caption("No group of these users who deviate alike is larger than chance could make it.")
        return
    times, frequency = view.grid.times, frequency_of(view.grid.times)
    with st.container(horizontal=True, gap="small", key="clusters"):
        for number, cluster in enumerate(clusters[:MOST_OFFERED], start=1):
            st.button(
                plain(f"{number}: {cluster_words(cluster, times, frequency)}"),
                key=f"cluster_{number}",
                wrap=True,
                on_click=write_choice,
                kwargs={"cluster": str(number)},
            )
