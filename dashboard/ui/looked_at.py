"""What a person looked at last: a page that is opened without an address goes on with it."""

import streamlit as st

from dashboard.errors import NotFoundError
from dashboard.runs.records import RunRecord, RunState
from dashboard.ui.kept import run_to_see

_RUN, _DATASET = "run_looked_at", "dataset_looked_at"


def look_at_run(run: RunRecord) -> None:
    """Remember a run that is on screen, and what it was trained on."""
    st.session_state[_RUN] = run.id
    look_at_dataset(run.dataset_id)


def look_at_dataset(dataset_id: str) -> None:
    """Remember a dataset that is on screen."""
    st.session_state[_DATASET] = dataset_id


def run_looked_at() -> RunRecord | None:
    """Return that run; None where there is none, it has not finished, or it is no longer to be seen."""
    if _RUN not in st.session_state:
        return None
    try:
        run = run_to_see(st.session_state[_RUN])
    except NotFoundError:
        return None
    return run if run.state is RunState.FINISHED and run.deleted is None else None


def dataset_looked_at() -> str | None:
    """Return that dataset's id; it need not be one that this page can show."""
    return st.session_state.get(_DATASET)
