"""What is looked at on the Anomalies page: every choice stands in the address and in a chip."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from dashboard.charts import cluster_words, rank_words
from dashboard.charts.format import format_name, format_time, sentence
from dashboard.runs.groups import Cluster
from dashboard.runs.results import Results
from dashboard.runs.views import Query, View
from dashboard.ui.addresses import read_choice, write_choice
from dashboard.ui.kept import clusters_in, name_of, view_of
from dashboard.ui.problems import plain

Rows = Literal["ranked", "alike", "volume", "all"]
MOST_ROWS = 250  # users that are drawn one by one


@dataclass(frozen=True)
class Looking:
    """Choices of the address. time and at: labels of time steps; `at` is one of the open user.

    span: labels, both ends included. cluster: its number, from 1. ranks: both ends included.
    """

    time: str | None = None
    span: tuple[str, str] | None = None
    cluster: int | None = None
    ranks: tuple[int, int] | None = None
    at: str | None = None


def read_looking(results: Results) -> Looking:
    """Read what the address says; what it says wrongly is told, and left out."""
    times = {key: _known_time(results, read_choice(key)) for key in ("time", "at")}
    return Looking(**times, span=_span(results), cluster=_cluster(), ranks=_ranks())


def look_at(run_id: str, query: Query, looking: Looking) -> tuple[View, Query, Sequence[Cluster]]:
    """Return the view of what is looked at, its query, and the clusters of all that is shown.

    A cluster is one among the users that would be shown without it.
    """
    query = replace(query, time=looking.time, span=looking.span, ranks=looking.ranks)
    if looking.ranks and _number(looking.ranks) <= MOST_ROWS:
        query = replace(query, top=MOST_ROWS)
    if looking.cluster is None:
        return view_of(run_id, query), query, ()
    clusters = clusters_in(run_id, query)
    if looking.cluster > len(clusters):
        st.warning(f"There is no cluster {looking.cluster} among the users shown.")
        return view_of(run_id, query), query, clusters
    members = clusters[looking.cluster - 1].users
    narrowed = replace(query, users=members, top=max(query.top, len(members)))
    return view_of(run_id, narrowed), narrowed, clusters


def shows_bands(rows: Rows, query: Query, matched: int) -> bool:
    """Whether users are too many to be drawn one by one, and are drawn as bands."""
    wanted = rows == "all" or query.ranks is not None
    return wanted and query.users is None and matched > MOST_ROWS


def show_chips(
    run_id: str,
    results: Results,
    looking: Looking,
    user_index: int | None,
    clusters: Sequence[Cluster],
) -> None:
    """Draw each choice as a chip; a press on it takes the choice back."""
    chips = list(_chips(run_id, results, looking, user_index, clusters))
    if not chips:
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        for key, words, without in chips:
            st.button(
                plain(words),
                icon=":material/close:",
                icon_position="right",
                key=f"chip_{key}",
                wrap=True,
                help="Take this choice back",
                on_click=write_choice,
                kwargs=dict.fromkeys(without),
            )
        if len(chips) > 1:
            st.button(
                "Show all", type="tertiary", key="chip_all", on_click=write_choice,
                kwargs=dict.fromkeys(("time", "span", "cluster", "ranks", "user", "at")),
            )  # fmt: skip


def _chips(
    run_id: str,
    results: Results,
    looking: Looking,
    user_index: int | None,
    clusters: Sequence[Cluster],
) -> list[tuple[str, str, tuple[str, ...]]]:
    frequency = results.manifest.frequency
    times = results.labelled_times
    said = {label: format_time(times[label], frequency) for label in _chosen_times(looking)}
    step, chips = sentence(frequency.value), []
    if looking.time:
        chips.append(("time", f"{step}: {said[looking.time]}", ("time",)))
    if looking.span:
        ends = " to ".join(said[label] for label in looking.span)
        chips.append(("span", f"{step}s: {ends}", ("span",)))
    if looking.ranks:
        chips.append(("ranks", f"Ranks {rank_words(*looking.ranks)}", ("ranks",)))
    if looking.cluster:
        chips.append(("cluster", _cluster_words(results, looking, clusters), ("cluster",)))
    if user_index is not None and results.manifest.users > 1:
        name = format_name(name_of(run_id, user_index), 40)
        chips.append(("user", f"User: {name}", ("user", "at")))
        if looking.at:
            chips.append(("at", f"Cell: {said[looking.at]}", ("at",)))
    return chips


def _cluster_words(results: Results, looking: Looking, clusters: Sequence[Cluster]) -> str:
    if not looking.cluster or looking.cluster > len(clusters):
        return f"Cluster {looking.cluster}"
    times = results.span_times(looking.span)
    words = cluster_words(clusters[looking.cluster - 1], times, results.manifest.frequency)
    return f"Cluster {looking.cluster}: {words}"


def _chosen_times(looking: Looking) -> set[str]:
    return {looking.time, looking.at, *(looking.span or ())} - {None}


def _known_time(results: Results, label: str | None) -> str | None:
    if label is None or label in results.labelled_times:
        return label
    st.warning(f"This run has no time step {plain(label)}.")
    return None


def _span(results: Results) -> tuple[str, str] | None:
    written = read_choice("span")
    if written is None:
        return None
    ends = written.split("..")
    if len(ends) != 2 or any(_known_time(results, end) is None for end in ends):  # noqa: PLR2004
        return None
    places = list(results.labelled_times)
    first, last = sorted(ends, key=places.index)
    return first, last


def _cluster() -> int | None:
    written = read_choice("cluster")
    return int(written) if written and written.isdecimal() and int(written) else None


def _ranks() -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d{1,9})-(\d{1,9})", read_choice("ranks") or "")
    if found is None or int(found[1]) > int(found[2]):
        return None
    return int(found[1]), int(found[2])


def _number(ranks: tuple[int, int]) -> int:
    return ranks[1] - ranks[0] + 1
