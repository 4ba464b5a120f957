"""What a person chooses on the Anomalies page. All of it stands in the address."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.charts.format import format_name, format_score
from dashboard.detection.thresholds import Threshold
from dashboard.runs.results import Results
from dashboard.runs.views import Query
from dashboard.ui.addresses import stands_in_address, write_choice

KINDS = {
    "rate": "False-alarm rate",
    "fdr": "False-discovery rate",
    "budget": "Alert budget",
    "value": "Plain score",
}
SHARES = ("rate", "fdr")  # asked for in percent
SORTS = {
    "score": "Score",
    "error": "Error",
    "volume": "Volume",
    "anomalous": "Anomalous time steps",
    "name": "Name",
}
TOPS = {str(number): f"{number} users" for number in (25, 50, 100, 250)}
USUAL_TOP = "50"


@dataclass(frozen=True)
class Amount:
    """How the amount of one kind of threshold is asked for."""

    label: str
    help: str
    usual: float
    lowest: float
    highest: float
    step: float
    format: str


AMOUNTS = {
    "rate": Amount(
        "Share of normal cells flagged, in percent",
        "0.1 means: of 1,000 normal cells about one is flagged by chance.",
        0.1, 0.001, 50.0, 0.05, "%.3f",
    ),
    "fdr": Amount(
        "Share of flagged cells, in percent",
        "Of the cells flagged, at most this share is expected to be chance.",
        10.0, 0.1, 90.0, 1.0, "%.1f",
    ),
    "budget": Amount(
        "Users to flag",
        "As many users as you have time to look at: the strangest come first.",
        20, 1, 100_000, 1, "%d",
    ),
    "value": Amount(
        "Score from which a cell is an anomaly", "Higher is stranger.", 6.0, 0.01, 1e6, 0.5, "%.2f"
    ),
}  # fmt: skip


def choose_threshold(results: Results) -> Threshold:
    """Draw the threshold control, at first as the run has it."""
    own = results.manifest.threshold
    left, right = st.columns([3, 2])
    with left:
        kind = st.segmented_control(
            "Threshold by",
            required=True,
            help="A **false-alarm rate** flags what normal counts would seldom do. A "
            "**false-discovery rate** bounds how many of the cells flagged are chance. An **alert "
            "budget** flags as many users as you have time for. A **plain score** flags from that "
            "score on.",
            **stands_in_address("by", KINDS, own.kind),
        )
    kind = kind or own.kind
    amount = AMOUNTS[kind]
    factor = 100.0 if kind in SHARES else 1.0
    usual = own.amount * factor if kind == own.kind else amount.usual
    whole = kind == "budget"
    as_type = int if whole else float
    with right:
        given = st.number_input(
            amount.label,
            min_value=as_type(amount.lowest),
            max_value=as_type(max(amount.highest, usual)),
            value=as_type(usual),
            step=as_type(amount.step),
            format=amount.format,
            help=amount.help,
            key=kind,
            bind="query-params",
        )
    return Threshold(kind=kind, amount=given / factor)


def choose_users(results: Results, level: float) -> Query:
    """Draw search, sort, filter and number of users, and return the one query of the page."""
    several = len(results.features) > 1
    if results.manifest.users == 1:
        return Query(level=level, feature=_choose_feature(results) if several else None)
    search, sort, top, only, *rest = st.columns(
        [3, 2, 2, 2, 3] if several else [3, 2, 2, 2], vertical_alignment="bottom"
    )
    wanted = search.text_input(
        "Search users", key="q", bind="query-params", placeholder="part of a name"
    )
    by = sort.selectbox("Sort by", **stands_in_address("sort", SORTS, "score"))
    count = top.selectbox("Show", **stands_in_address("top", TOPS, USUAL_TOP))
    anomalous = only.toggle("Only anomalous", key="only", bind="query-params")
    feature = None
    if rest:
        with rest[0]:
            feature = _choose_feature(results)
    return Query(
        level=level,
        search=wanted.strip(),
        sort=by,
        descending=by != "name",
        top=int(count),
        feature=feature,
        only_anomalous=anomalous,
    )


def _choose_feature(results: Results) -> str | None:
    """Draw the choice of a feature; None is all of them, each cell by its strangest."""
    return st.selectbox(
        "Feature",
        [None, *results.features],
        format_func=lambda name: "all: the strangest" if name is None else format_name(name),
        key="feature",
        bind="query-params",
    )


def move_threshold(score: float) -> None:
    """Make a plain score the threshold. To be called before the page is drawn."""
    amount = max(AMOUNTS["value"].lowest, score)
    drawn = "value" in st.session_state  # a widget that is only now drawn would not say it
    write_choice(by="value", **({} if drawn else {"value": str(amount)}))
    st.session_state["value"] = amount


def say_level(level: float) -> None:
    """Say what the threshold comes to."""
    if np.isfinite(level):
        st.caption(f"A cell is an anomaly from a score of {format_score(level)}.")
    else:
        st.caption("No score is high enough for this threshold.")
