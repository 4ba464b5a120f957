"""Several runs as they go, on one page, with the way to their comparison."""

from collections.abc import Sequence

import streamlit as st

from dashboard.charts.format import format_number_of
from dashboard.runs.comparing import FEWEST_RUNS, MOST_RUNS
from dashboard.runs.records import RunRecord, RunState
from dashboard.ui.addresses import link_to, link_within
from dashboard.ui.kept import open_store
from dashboard.ui.problems import plain
from dashboard.ui.watch import LOOK_SECONDS, how_far
from dashboard.ui.wording import state_badge, took


def watch_several(written: str) -> None:
    """Draw the runs of an address, their ids with commas between, for as long as any of them changes."""
    ids = [part.strip() for part in written.split(",") if part.strip()][:MOST_RUNS]
    st.header(f"{format_number_of(len(ids), 'run')}, to be compared")
    if _ended(_runs(ids)):
        _draw(_runs(ids))
    else:
        st.fragment(_look, run_every=LOOK_SECONDS)(ids)
    link_to("runs", "All runs", icon=":material/history:")


def _look(ids: Sequence[str]) -> None:
    runs = _runs(ids)
    if _ended(runs):
        st.rerun()  # the whole page, which then looks no more
    _draw(runs)


def _runs(ids: Sequence[str]) -> list[RunRecord]:
    return [open_store().run(one) for one in ids]


def _ended(runs: Sequence[RunRecord]) -> bool:
    return all(run.state.is_final for run in runs)


def _draw(runs: Sequence[RunRecord]) -> None:
    for run in runs:
        with st.container(horizontal=True, vertical_alignment="center", key=f"one_{run.id}"):
            st.markdown(state_badge(run), width="content")
            link_within("train", plain(run.name), f"see_{run.id}", run=run.id)
            st.caption(plain(_stands(run)))
    finished = [run.id for run in runs if run.state is RunState.FINISHED]
    if len(finished) >= FEWEST_RUNS:
        which = "them" if len(finished) == len(runs) else f"the {len(finished)} that have finished"
        link_to(
            "compare",
            f"Compare {which}",
            icon=":material/compare_arrows:",
            runs=",".join(finished),
        )
    _offer_end(runs)


def _offer_end(runs: Sequence[RunRecord]) -> None:
    open_ = [run.id for run in runs if not run.state.is_final and open_store().owns(run)]
    if not open_:
        return
    st.caption("You can close this page: the runs go on, and this address shows them.")
    if st.button("Cancel all that have not ended", icon=":material/stop_circle:", key="cancel_all"):
        for run_id in open_:
            open_store().cancel_run(run_id)
        st.rerun()


def _stands(run: RunRecord) -> str:
    """Return how far a run is, in words."""
    if run.state is RunState.QUEUED:
        ahead = open_store().queue_position(run.id) - 1
        return f"{format_number_of(ahead, 'run')} before it" if ahead > 0 else "next in line"
    if run.state is not RunState.RUNNING:
        return run.reason or took(run)
    return how_far(run)[1]
