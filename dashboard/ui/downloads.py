"""What can be taken along from a run: tables, the report, the model."""

import streamlit as st

from dashboard.detection.models.kind import MODEL_FILE
from dashboard.runs.results import Results
from dashboard.runs.views import View
from dashboard.sharing.exports import cells_csv, days_csv, users_csv
from dashboard.ui.kept import report_of


def offer_downloads(run_id: str, results: Results, view: View) -> None:
    """Draw the downloads; each file is made when it is asked for."""
    with st.expander("Downloads"):
        st.caption("The CSV files hold what is shown above; spreadsheets open them without harm.")
        with st.container(horizontal=True):
            _offer("users.csv", lambda: users_csv(view), "text/csv")
            _offer("days.csv", lambda: days_csv(view), "text/csv")
            _offer("cells.csv", lambda: cells_csv(view), "text/csv")
            _offer("report.html", lambda: report_of(run_id), "text/html")
            model = results.folder / MODEL_FILE
            if model.is_file():  # a baseline has none
                _offer(MODEL_FILE, model.read_bytes, "application/octet-stream")


def _offer(name: str, make: object, mime: str) -> None:
    st.download_button(
        name,
        make,
        name,
        mime,
        icon=":material/download:",
        key=f"download_{name}",
        on_click="ignore",
    )
