"""Compare: runs side by side: on what they differ, how far they agree, and what each saw elsewhere."""

import streamlit as st

from dashboard.runs.comparing import FEWEST_RUNS
from dashboard.ui import comparison, comparison_best, comparison_choice, comparison_users
from dashboard.ui.kept import open_results

st.title("Compare")
runs = comparison_choice.choose_runs()
if len(runs) < FEWEST_RUNS:
    st.stop()

comparison_choice.name_runs(runs)
opened = [open_results(run.id) for run in runs]
comparison.show_differences(runs, opened)
comparable = comparison_choice.of_the_same_data(runs)
comparison_choice.say_left_out(runs, comparable)
if len(comparable) >= FEWEST_RUNS:
    comparison_best.show_best(opened[: len(comparable)])
    comparison_users.show_agreement(comparable)
comparison.show_losses(runs, opened)
