"""The list of runs: what each was, how it stands, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.charts.format import format_name, format_number_of
from dashboard.detection.registry import MODELS
from dashboard.errors import StoreError
from dashboard.runs.comparing import FEWEST_RUNS, MOST_RUNS, heeds
from dashboard.runs.records import RunRecord, RunState
from dashboard.ui.addresses import go_to, read_choice, write_choice
from dashboard.ui.kept import open_store
from dashboard.ui.notices import offer_undo
from dashboard.ui.problems import plain, show_problem
from dashboard.ui.wording import STATE_WORDS, ago, state_badge, took

PAGE_SIZE = 50
LOOK_SECONDS = 2.0
SHARED_BADGE = " :violet-badge[:material/link: Shared with you]"


@dataclass(frozen=True)
class RunFilter:
    """Which runs are listed. data: the key of one of the families of runs; None: all of them."""

    search: str
    states: tuple[RunState, ...]
    data: str | None

    def find(self) -> list[RunRecord]:
        """Return the runs that it lets pass, newest first."""
        runs = open_store().runs(self.search)
        if self.data is not None:
            family = {run.id for run in _families().get(self.data, [])}
            runs = [run for run in runs if run.id in family]
        return [run for run in runs if not self.states or run.state in self.states]


def choose_runs() -> RunFilter:
    """Draw the filter; it stands in the address."""
    families = _families()
    left, middle, right = st.columns([2, 2, 3])
    search = left.text_input(
        "Search runs", key="search", bind="query-params", placeholder="name of a run or dataset"
    )
    keys, chosen = [None, *families], read_choice("data")
    data = middle.selectbox(
        "Data",
        keys,
        index=keys.index(chosen) if chosen in keys else 0,
        format_func=lambda key: "all" if key is None else _family_name(families[key]),
        key="data",
        help="All that was trained on one file, on its other readings, and on what went on from there.",
    )
    states = right.pills(
        "State",
        [state.value for state in RunState],
        selection_mode="multi",
        format_func=lambda state: STATE_WORDS[RunState(state)][0],
        key="state",
        bind="query-params",
        wrap=True,
    )
    write_choice(data=data)  # by its key: names and numbers of runs change
    return RunFilter(search.strip(), tuple(RunState(state) for state in states or []), data)


def list_runs(wanted: RunFilter) -> None:
    """Draw the runs; looks again every two seconds while any of them still changes."""
    runs = wanted.find()
    if not runs:
        st.info("No run matches. Empty the search, or choose other states.")
    elif all(run.state.is_final for run in runs):
        _draw(runs)
    else:
        st.fragment(_look, run_every=LOOK_SECONDS)(wanted)


def _look(wanted: RunFilter) -> None:
    runs = wanted.find()
    _draw(runs)  # first: a click on a row must not be lost to the last look
    if all(run.state.is_final for run in runs):
        st.rerun()


def _families() -> dict[str, list[RunRecord]]:
    return open_store().families(open_store().runs())


def _family_name(family: Sequence[RunRecord]) -> str:
    return f"{format_name(family[-1].dataset_name, 40)} ({format_number_of(len(family), 'run')})"


def _draw(runs: Sequence[RunRecord]) -> None:
    _offer_comparison(runs)
    for run in runs[:PAGE_SIZE]:
        _draw_row(run)
    if len(runs) > PAGE_SIZE:
        st.caption(f"The newest {PAGE_SIZE} of {len(runs):,} runs. Search to find an older one.")


def _offer_comparison(runs: Sequence[RunRecord]) -> None:
    """Draw the way to the runs that are ticked, side by side."""
    finished = [run for run in runs if run.state is RunState.FINISHED]
    if len(finished) < FEWEST_RUNS:
        return
    ticked = [run.id for run in finished if st.session_state.get(f"tick_{run.id}")]
    fits = FEWEST_RUNS <= len(ticked) <= MOST_RUNS
    with st.container(horizontal=True, vertical_alignment="center", key="compare_bar"):
        if st.button(
            f"Compare {len(ticked)} runs" if fits else "Compare",
            icon=":material/compare_arrows:",
            key="compare_ticked",
            disabled=not fits,
        ):
            go_to("compare", runs=",".join(ticked))
        if not fits:
            st.caption(f"Tick {FEWEST_RUNS} to {MOST_RUNS} finished runs to compare them.")


def _draw_row(run: RunRecord) -> None:
    model = MODELS[run.settings.model].title if run.settings.model in MODELS else run.settings.model
    with st.container(border=True, key=f"run_{run.id}"):
        what, actions = st.columns([3, 2], vertical_alignment="center")
        with what:
            with st.container(
                horizontal=True, vertical_alignment="center", gap="small", key=f"name_of_{run.id}"
            ):
                if run.state is RunState.FINISHED:
                    st.checkbox(
                        "Choose it to compare", key=f"tick_{run.id}", label_visibility="collapsed"
                    )
                shared = "" if open_store().owns(run) else SHARED_BADGE
                st.markdown(f"**{plain(run.name)}** {state_badge(run)}{shared}", width="stretch")
            learning = run.model_run_id is None and heeds(run.settings, "epochs")
            training = learning and run.state is RunState.RUNNING
            progress = f"epoch {run.epoch} of {run.epochs} · " if training else ""
            st.caption(
                f"{progress}{model}{_size(run)} · "
                f"{plain(run.dataset_name)} · {ago(run.created)} · {took(run)}"
            )
            if run.reason:
                st.caption(plain(run.reason))
        with actions, st.container(horizontal=True, horizontal_alignment="right"):
            _actions(run)


def _size(run: RunRecord) -> str:
    """Return how much was trained, nothing for a baseline; or whose model it is."""
    if run.model_run_id is not None:
        return f", the model of {plain(run.model_run_name)}"
    if not heeds(run.settings, "epochs"):
        return ""
    units = ", ".join(str(size) for size in run.settings.units)
    early = run.state is RunState.FINISHED and run.epoch < run.epochs
    done = f"{run.epoch:,} of " if early else ""
    return f", {done}{format_number_of(run.epochs, 'epoch')}, {units} units"


def _actions(run: RunRecord) -> None:
    if st.button("Open", key=f"open_{run.id}", icon=":material/open_in_new:"):
        go_to("anomalies" if run.state is RunState.FINISHED else "train", run=run.id)
    if not open_store().owns(run):
        return
    if not run.state.is_final:
        if st.button("Cancel", key=f"cancel_{run.id}", disabled=run.cancelling):
            open_store().cancel_run(run.id)
            st.rerun()
    elif st.button(_again(run), key=f"retry_{run.id}", icon=":material/replay:"):
        go_to("train", run=open_store().retry_run(run.id).id)
    with st.popover("More", key=f"more_{run.id}"):
        _rename(run)
        if st.button("Delete", key=f"delete_{run.id}", icon=":material/delete:"):
            open_store().delete_run(run.id)
            offer_undo("run", run.id, run.name)
            st.rerun()


def _again(run: RunRecord) -> str:
    if run.state is not RunState.FINISHED:
        return "Try again"
    return "Train again" if run.model_run_id is None else "Score again"


def _rename(run: RunRecord) -> None:
    with st.form(f"rename_{run.id}", border=False):
        name = st.text_input("Name", run.name, max_chars=200, key=f"name_{run.id}")
        if not st.form_submit_button("Rename"):
            return
    try:
        open_store().rename_run(run.id, name)
    except StoreError as problem:
        show_problem(problem)
    else:
        st.rerun()
