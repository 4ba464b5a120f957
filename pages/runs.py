"""Runs: everything trained so far, to reopen, rename, repeat or delete."""

import streamlit as st

from dashboard.ui import run_list
from dashboard.ui.empty import say_empty
from dashboard.ui.kept import open_store

st.title("Runs")
if open_store().runs():
    run_list.list_runs(run_list.choose_runs())
else:
    say_empty(
        "Nothing has been trained yet. Upload counts or take the sample to begin.",
        "Go to Data",
        "data",
    )
