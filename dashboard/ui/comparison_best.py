"""Which of the compared runs shows most planted anomalies, by each one's own self-test."""

from collections.abc import Sequence

import streamlit as st

from dashboard.charts.run_marks import LETTERS
from dashboard.detection.contest import Contest
from dashboard.runs.results import Results
from dashboard.sharing.contest_words import (
    LIMITS,
    contest_sentence,
    share_words,
    shown,
    standing,
)
from dashboard.sharing.verdict import among_the_first, scored_users, usual_budget
from dashboard.ui.problems import plain
from dashboard.ui.tables import show_beside


def show_best(opened: Sequence[Results]) -> None:
    """Draw what each run of the same data shows, where all of them were tested."""
    tests = [(one.manifest, one.self_test()) for one in opened]
    if any(test is None or test.found.empty for _, test in tests):
        return
    budget = min(usual_budget(manifest) for manifest, _ in tests)
    own = [test.found[test.found["model"] == manifest.settings.model] for manifest, test in tests]
    contest = Contest.of(own, budget)
    where = among_the_first(budget, min(scored_users(manifest) for manifest, _ in tests))
    st.subheader("Which shows most?")
    st.markdown(f"**{plain(contest_sentence(contest, where))}**")
    rows = {
        "Run": list(LETTERS[: len(opened)]),
        "Planted anomalies shown": [shown(place) for place in contest.places],
        "95% interval": [share_words(place) for place in contest.places],
        "Beside the best": [standing(contest, at) for at in range(len(opened))],
    }
    alt = "; ".join(", ".join(row) for row in zip(*rows.values(), strict=True))
    show_beside(rows, "contest", alt=alt)
    st.caption(LIMITS)
