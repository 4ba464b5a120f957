"""The run whose findings a page shows."""

import streamlit as st

from dashboard.runs.records import RunRecord, RunState
from dashboard.ui.addresses import write_choice
from dashboard.ui.empty import say_empty
from dashboard.ui.kept import latest_finished_run, run_to_see
from dashboard.ui.looked_at import look_at_run, run_looked_at
from dashboard.ui.share import say_shared


def choose_finished_run(chosen: str | None) -> RunRecord | None:
    """Return the run of the address, else the one last looked at or the newest; None where there is none."""
    run = run_looked_at() or latest_finished_run() if chosen is None else run_to_see(chosen)
    if run is None:
        say_empty(
            "Nothing has been trained yet. Upload counts or take the sample; "
            "one press then finds what does not fit.",
            "Go to Data",
            "data",
        )
        return None
    if run.state is not RunState.FINISHED:
        say_empty(
            "This run has no findings: it has not finished.", "See how it goes", "train", run=run.id
        )
        return None
    if run.deleted is not None:
        st.caption("This run has been deleted from the list of runs; its address still shows it.")
    look_at_run(run)
    write_choice(run=run.id)
    say_shared(run)
    return run
