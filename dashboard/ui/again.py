"""A trained model put to work again: later counts, what has changed in them, and a new training."""

import streamlit as st

from dashboard.charts.format import format_number_of
from dashboard.errors import ClickwatchError
from dashboard.runs.manifest import RunManifest
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.sharing.drift_words import (
    drift_headline,
    drift_sentences,
    is_drifting,
    origin_sentence,
)
from dashboard.ui.addresses import go_to, link_to, link_within
from dashboard.ui.folds import unfold
from dashboard.ui.intake import FILE_TYPES
from dashboard.ui.kept import open_store, runs_to_see
from dashboard.ui.problems import plain, show_problem


def say_scored_with(run: RunRecord, manifest: RunManifest) -> None:
    """Say whose model judged, what is new, and whether it still fits; nothing for a training."""
    earlier = manifest.scored_with
    if earlier is None:
        return
    with st.container(border=True, key="scored_with"):
        st.markdown(
            f":material/fast_forward: Scored with the model of **{plain(earlier.run_name)}**. "
            f"{plain(origin_sentence(manifest, earlier))}"
        )
        drifting = is_drifting(manifest, earlier.drift)
        icon = ":material/trending_up:" if drifting else ":material/check:"
        st.markdown(f"{icon} **{plain(drift_headline(manifest, earlier.drift))}**")
        st.caption(" ".join(plain(told) for told in drift_sentences(manifest, earlier.drift)))
        with st.container(horizontal=True, vertical_alignment="center"):
            if open_store().owns(run):
                _offer_retraining(run, urgent=drifting)
            if earlier.run_id is not None and open_store().owns(run):
                link_within(
                    "anomalies",
                    "The run of the model",
                    "run_of_the_model",
                    icon=":material/undo:",
                    run=earlier.run_id,
                )


def offer_scoring(run: RunRecord) -> None:
    """Draw how a later file is scored with a run's model."""
    if not open_store().owns(run):
        return
    opened = unfold("Score new counts with this model", ":material/fast_forward:", "scoring")
    if opened is None:
        return
    with opened:
        st.markdown(
            "Next week's file, or other users. Nothing is trained, and **only what is new is scored**: "
            "days that this run does not know, judged by those before them, and users whom it does "
            "not know. The result is a run of its own."
        )
        _take_in_file()
        records = [one for one in open_store().datasets() if one.is_readable]
        known = {one.id: one for one in records if one.id != run.dataset_id}
        if not known:
            st.caption("Upload the file here; or on the Data page, to correct how it is read.")
            return
        chosen = st.selectbox(
            "Counts to score",
            list(known),
            format_func=lambda one: _told(known[one]),
            key="to_score",
        )
        if st.button("Score", type="primary", icon=":material/play_arrow:", key="score"):
            _start(run, chosen)


def link_to_history(run: RunRecord) -> None:
    """Draw the way to all runs on the same data; nothing where there is no other."""
    for key, family in open_store().families(runs_to_see()).items():
        if len(family) > 1 and run.id in {one.id for one in family}:
            words = f"All {len(family):,} runs of this data"
            link_to("runs", words, icon=":material/history:", data=key)


def _start(run: RunRecord, dataset_id: str) -> None:
    try:
        scoring = open_store().queue_scoring(run.id, dataset_id)
    except ClickwatchError as problem:
        show_problem(problem)
    else:
        go_to("train", run=scoring.id)


def _take_in_file() -> None:
    """Keep a file at once; it is then the first to be chosen."""
    generation = st.session_state.setdefault("later_file", 0)
    file = st.file_uploader("Upload later counts", type=FILE_TYPES, key=f"later_{generation}")
    if file is None:
        return
    with st.spinner(f"Reading {plain(file.name)} …"):
        record = open_store().add_dataset(file, file.name)
    if not record.is_readable:
        st.error(f"This file cannot be read yet. {plain(record.problem or '')}")
        link_to("data", "Look at this file", icon=":material/tune:", dataset=record.id)
        return
    st.session_state["later_file"] = generation + 1  # lets go of the bytes in memory
    st.session_state["to_score"] = record.id
    st.rerun()


def _offer_retraining(run: RunRecord, *, urgent: bool) -> None:
    if not st.button(
        "Retrain on all counts",
        type="primary" if urgent else "secondary",
        icon=":material/model_training:",
        key="retrain",
        help="Puts these counts behind those that the model learned from, as a dataset of its own, and "
        "trains with the same settings.",
    ):
        return
    try:
        with st.spinner("Putting the counts together …"):
            training = open_store().retrain(run.id)
    except ClickwatchError as problem:
        show_problem(problem)
    else:
        go_to("train", run=training.id)


def _told(record: DatasetRecord) -> str:
    report = record.report
    if report is None:
        return record.name
    users = format_number_of(report.users, "user")
    return f"{record.name}: {users}, {report.first} to {report.last}"
