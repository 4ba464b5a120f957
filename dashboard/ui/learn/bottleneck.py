"""Why a bottleneck matters: a spike, and what both classic models make of it."""

import streamlit as st

from dashboard.charts.figure import Figure
from dashboard.charts.format import format_count, format_share
from dashboard.charts.lesson import spike_followed
from dashboard.charts.measured import Spike, read_spike
from dashboard.runs.records import RunRecord, RunState
from dashboard.ui.addresses import link_to
from dashboard.ui.drawing import draw
from dashboard.ui.kept import open_results, open_store
from dashboard.ui.learn.layers import CLASSICS
from dashboard.ui.learn.loop import say_measured, titles_of
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain

MOST_RUNS = 4


def teach_bottleneck() -> None:
    """Draw a spike as both models reconstruct it, and the same figure of the person's own runs."""
    st.header("6. Why the bottleneck matters", anchor="bottleneck")
    st.markdown(
        "A spike shows where the actual count is far from the expected one. But a model that can pass "
        "each count on, step by step, expects the spike as well: it **copies**, and the error stays small. "
        "The vector in the middle of the encoder-decoder stands in the way of that. It would have room for "
        "every count, but what it learns first is what windows share."
    )
    draw(_followed(dark=is_dark()), "learn_spike")
    _say_figures(read_spike())
    _show_own_runs()


def _say_figures(found: Spike) -> None:
    titles = titles_of(found.models)
    usual = "; ".join(
        f"{titles[one.model]} followed {format_share(round(one.usual, 2))}" for one in found.models
    )
    off = ", ".join(
        f"{titles[one.model].lower()} is off by {format_count(round(found.off_elsewhere(one), 1))} clicks"
        for one in found.models
    )
    st.markdown(
        f"Of such a spike, in the middle of {found.models[0].carriers} users who were given one each: {usual}. "
        f"The price of the bottleneck: on this user's other days, {off}, in the mean."
    )
    epochs = " and ".join(dict.fromkeys(f"{one.epochs}" for one in found.models))
    say_measured(
        found,
        f"both models trained for {epochs} epochs on the sample of {format_count(found.users)} users, with "
        f"their usual settings but for the scaling, `{found.scaling}`; the spike, five times the user's usual "
        "counts, came afterwards",
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _followed(*, dark: bool) -> Figure:
    found = read_spike()
    return spike_followed(found, titles_of(found.models), dark=dark)


def _show_own_runs() -> None:
    """Draw how much the newest finished runs of these models copy, by their own self-tests."""
    tested = [(run, share) for run in _newest_runs() if (share := _copied(run)) is not None]
    if not tested:
        return
    st.markdown("**Your own runs**, by the test on planted anomalies that each ends with:")
    for run, share in tested:
        link_to(
            "trust",
            f"{plain(run.name)}: follows {format_share(round(share, 2))} of what was planted",
            icon=":material/verified:",
            run=run.id,
        )


def _newest_runs() -> list[RunRecord]:
    return [
        run
        for run in open_store().runs()
        if run.state is RunState.FINISHED and run.settings.model in CLASSICS
    ][:MOST_RUNS]


def _copied(run: RunRecord) -> float | None:
    return open_results(run.id).manifest.metrics.get("copied")
