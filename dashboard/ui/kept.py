"""What pages read, kept for a while: each cache has a limit and is keyed by ids."""

import pandas as pd
import streamlit as st

from dashboard.data.panel import Panel
from dashboard.runs.comparing import Standings, standings_of
from dashboard.runs.records import RunRecord, RunState
from dashboard.runs.results import Results
from dashboard.runs.stability import times_in_top
from dashboard.runs.store import Store
from dashboard.runs.views import Query, UserView, View
from dashboard.settings import read_settings
from dashboard.sharing.report import report_html


@st.cache_resource(show_spinner=False)
def open_store() -> Store:
    """Return the store of this server, the same for every session."""
    return Store.open(read_settings())


@st.cache_resource(max_entries=8, show_spinner=False)
def read_panel_of(dataset_id: str) -> Panel:
    """Return a dataset's counts, mapped from disk. Datasets never change."""
    return open_store().panel(dataset_id)


@st.cache_resource(max_entries=8, show_spinner=False, on_release=Results.close)
def open_results(run_id: str) -> Results:
    """Return a finished run, opened. Raises NotFoundError where it is not finished."""
    return Results.open(open_store().run(run_id).folder)


@st.cache_resource(max_entries=32, show_spinner=False)
def view_of(run_id: str, query: Query) -> View:
    """Return the answer to one query on one run; finished runs never change."""
    return open_results(run_id).view(query)


@st.cache_resource(max_entries=64, show_spinner=False)
def user_of(run_id: str, user_index: int, level: float) -> UserView:
    """Return one user's story."""
    return open_results(run_id).user(user_index, level)


@st.cache_resource(max_entries=16, show_spinner=False)
def standings_of_runs(run_ids: tuple[str, ...]) -> Standings:
    """Return where these finished runs of one dataset put each user."""
    return standings_of([open_store().run(run_id).folder for run_id in run_ids])


@st.cache_resource(max_entries=16, show_spinner=False)
def times_in_top_of(run_ids: tuple[str, ...], k: int) -> pd.Series:
    """Return in how many of these finished runs each user, by index, is among the first `k`."""
    return times_in_top([open_store().run(run_id).folder for run_id in run_ids], k)


@st.cache_resource(max_entries=2, show_spinner=False)
def report_of(run_id: str) -> bytes:
    """Return the report of a run as one HTML page."""
    return report_html(open_results(run_id)).encode()


def latest_finished_run() -> RunRecord | None:
    """Return the newest run that can be looked at."""
    finished = (run for run in open_store().runs() if run.state is RunState.FINISHED)
    return next(finished, None)
