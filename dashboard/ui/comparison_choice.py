"""The choice of runs to compare; it stands in the address, in the order of their letters."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard.charts.format import format_name, format_share
from dashboard.charts.run_marks import LETTERS
from dashboard.errors import NotFoundError
from dashboard.runs.comparing import FEWEST_RUNS, MOST_RUNS
from dashboard.runs.ledger import NO_RUN
from dashboard.runs.records import RunRecord, RunState
from dashboard.ui.addresses import link_to
from dashboard.ui.empty import say_empty
from dashboard.ui.kept import open_store
from dashboard.ui.problems import plain
from dashboard.ui.wording import ago

_KEY = "compared_runs"


def choose_runs() -> list[RunRecord]:
    """Draw the choice of finished runs, and return the chosen: those of most runs' data first.

    At first those of the address, else the newest run with another one of the same data. Says what
    to do where fewer than two are chosen, or there.
    """
    finished = [run for run in open_store().runs() if run.state is RunState.FINISHED]
    if not finished:
        say_empty(
            "Nothing has been trained yet. Upload counts or take the sample, "
            "train two models, and compare here what they find.",
            "Go to Data",
            "data",
        )
        return []
    written = st.query_params.get("runs")
    asked = _newest_two(finished) if written is None else _asked(written)
    known = {run.id: run for run in [*asked, *finished]}
    st.session_state[_KEY] = [run.id for run in asked]  # the address knows best
    st.multiselect(
        "Runs to compare",
        list(known),
        format_func=lambda one: f"{_label(known[one])} · {ago(known[one].created)}",
        max_selections=MOST_RUNS,
        placeholder=f"Choose {FEWEST_RUNS} to {MOST_RUNS} finished runs",
        key=_KEY,
        on_change=_write,
    )
    if len(asked) < FEWEST_RUNS:
        _say_what_to_do(asked, finished)
    return _same_data_first(asked)


def name_runs(runs: Sequence[RunRecord]) -> None:
    """Draw which letter stands for which run, each a link to its findings."""
    with st.container(horizontal=True, key="compared_names"):
        for letter, run in zip(LETTERS, runs, strict=False):
            name = f"**{letter}** {plain(_label(run))}"
            link_to("anomalies", name, icon=":material/troubleshoot:", run=run.id)


def of_the_same_data(runs: Sequence[RunRecord]) -> list[RunRecord]:
    """Return the runs whose users can be compared: those of the first run's dataset."""
    return [run for run in runs if run.dataset_id == runs[0].dataset_id]


def say_left_out(runs: Sequence[RunRecord], comparable: Sequence[RunRecord]) -> None:
    """Say which runs are of other data, so that their users are not compared."""
    others = runs[len(comparable) :]
    if not others:
        return
    letters = LETTERS[len(comparable) : len(runs)]
    named = ", ".join(
        f"{letter} ({plain(format_name(run.dataset_name))})"
        for letter, run in zip(letters, others, strict=True)
    )
    st.warning(
        f"Not of the same data as A ({plain(format_name(runs[0].dataset_name))}): {named}. "
        "Settings, figures and losses stand side by side; "
        "users are compared only between runs of the same data.",
        icon=":material/info:",
    )


def _write() -> None:
    st.query_params["runs"] = ",".join(st.session_state[_KEY])
    st.query_params.pop("user", None)


def _asked(written: str) -> list[RunRecord]:
    """Return the finished runs of the address, once each; says which of it cannot be compared."""
    found: list[RunRecord] = []
    for run_id in dict.fromkeys(part.strip() for part in written.split(",") if part.strip()):
        try:
            run = open_store().run(run_id)
        except NotFoundError:
            st.warning(plain(NO_RUN), icon=":material/error:")
            continue
        if run.state is RunState.FINISHED:
            found.append(run)
        else:
            st.warning(f"{plain(run.name)} has not finished, so there is nothing to compare yet.")
            link_to("train", "See how it goes", icon=":material/model_training:", run=run.id)
    if len(found) > MOST_RUNS:
        st.warning(f"At most {MOST_RUNS} runs can be compared at once; these are the first.")
    return found[:MOST_RUNS]


def _newest_two(finished: Sequence[RunRecord]) -> list[RunRecord]:
    return of_the_same_data(finished)[:FEWEST_RUNS]


def _same_data_first(runs: list[RunRecord]) -> list[RunRecord]:
    """Return the runs of the dataset that most of them share, then the others."""
    if not runs:
        return []
    most = Counter(run.dataset_id for run in runs).most_common(1)[0][0]
    return sorted(runs, key=lambda run: run.dataset_id != most)


def _label(run: RunRecord) -> str:
    """Return what tells a run from others: its name, and what the name does not say itself."""
    seed = f"seed {run.settings.seed}" if run.settings.seed else ""
    dropped = run.settings.drop_worst
    cleaned = f"without the strangest {format_share(dropped)}" if dropped else ""
    named = run.name.casefold()
    facts = [
        fact
        for fact in (run.settings.model, seed, cleaned, run.dataset_name)
        if fact.casefold() not in named
    ]
    return " · ".join([format_name(run.name, 40), *(format_name(fact, 32) for fact in facts)])


def _say_what_to_do(asked: Sequence[RunRecord], finished: Sequence[RunRecord]) -> None:
    if len(finished) < FEWEST_RUNS and not open_store().owns(finished[0]):
        st.info("One run is shared with you, and there is none to compare it with.")
    elif len(finished) < FEWEST_RUNS:
        say_empty(
            "Only one run has finished, and there is nothing to compare it with. Train another "
            "model on the same data, such as a baseline: it takes a moment.",
            "Train another model",
            "train",
            dataset=finished[0].dataset_id,
        )
    else:
        st.info(
            "Choose another run above, best one of the same data."
            if asked
            else f"Choose {FEWEST_RUNS} to {MOST_RUNS} runs above."
        )
