"""What chance does to a ranking: trainings that differ in their seed alone."""

from collections.abc import Sequence

import streamlit as st

from dashboard.charts.format import format_count, format_number_of
from dashboard.charts.run_marks import LETTERS
from dashboard.runs.comparing import FEWEST_RUNS, MOST_RUNS, Standings
from dashboard.runs.records import RunRecord
from dashboard.runs.stability import (
    alike,
    missing_seeds,
    queue_siblings,
    siblings,
    siblings_to_come,
)
from dashboard.ui.addresses import link_to
from dashboard.ui.kept import open_store, run_to_see, runs_to_see, times_in_top_of

STABLE_TOP = 25


def stability_marks(run_id: str, users: Sequence[int]) -> list[str]:
    """Return in how many of a run's trainings each user is in the top 25: "5 of 5".

    Empty where the run has no training with another seed.
    """
    found = siblings(run_to_see(run_id), runs_to_see())
    if len(found) < FEWEST_RUNS:
        return []
    times = times_in_top_of(tuple(run.id for run in found), STABLE_TOP)
    return [f"{times.get(int(user), 0)} of {len(found)}" for user in users]


def offer_more_seeds(run: RunRecord) -> None:
    """Draw the way to trainings with other seeds: to begin them, then to compare them."""
    runs = open_store().runs()
    missing, found = missing_seeds(run, runs), siblings(run, runs)
    if missing and st.button(
        f"Train {len(missing)} more with other seeds",
        icon=":material/casino:",
        key="more_seeds",
        help="The same data and settings with other random numbers: shows which findings do not "
        "depend on chance.",
    ):
        queue_siblings(open_store(), run)
        st.rerun()
    if coming := siblings_to_come(run, runs):
        st.caption(f"{format_number_of(len(coming), 'training')} with another seed still to come.")
        link_to("runs", "See them among the runs", icon=":material/history:")
    if len(found) >= FEWEST_RUNS:
        shown = _around(run, found)
        link_to(
            "compare",
            f"Compare {len(shown)} trainings that differ in their seed alone",
            icon=":material/compare_arrows:",
            runs=",".join(one.id for one in shown),
        )


def say_stability(runs: Sequence[RunRecord], standings: Standings, k: int) -> None:
    """Say how many of the first users stay the first whatever the seed."""
    for places in alike(runs):
        top = standings.in_top(k)[places]
        letters = ", ".join(LETTERS[place] for place in places[:-1])
        any_, every = int(top.any(axis=0).sum()), int(top.all(axis=0).sum())
        each = "both" if len(places) == FEWEST_RUNS else f"all {len(places)}"
        told = (
            f"The first {k} of {each} are the same users."
            if every == any_
            else f"Of {format_number_of(any_, 'user')} in the first {k} of any, "
            f"**{format_count(every)}** are in the first {k} of {each}; the others come and go with the seed."
        )
        st.markdown(f"{letters} and {LETTERS[places[-1]]} differ in their seed alone. {told}")


def _around(run: RunRecord, found: Sequence[RunRecord]) -> list[RunRecord]:
    """Return the run and as many of its siblings as can be compared at once."""
    others = [one for one in found if one.id != run.id]
    return [run, *others][:MOST_RUNS]
