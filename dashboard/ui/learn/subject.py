"""The data that the Learn page explains itself with: the person's own, else the sample."""

from dataclasses import dataclass

import streamlit as st

from dashboard.charts.format import format_name
from dashboard.data import sample_panel
from dashboard.data.panel import Panel
from dashboard.detection.lesson import example_user
from dashboard.runs.records import DatasetRecord
from dashboard.ui.addresses import write_choice
from dashboard.ui.kept import kept_of_dataset, open_store, read_panel_of
from dashboard.ui.looked_at import dataset_looked_at, look_at_dataset
from dashboard.ui.problems import plain

SAMPLE = "sample"
SAMPLE_NAME = "Sample: 2,000 users x 40 days"
LEAST_TIMES = 3


@dataclass(frozen=True)
class Subject:
    """Counts to learn from. dataset_id: None for the sample, which need not have been added.

    user: the index of the user whose counts are drawn.
    """

    name: str
    dataset_id: str | None
    panel: Panel
    user: int

    @property
    def who(self) -> str:
        """Whose counts are drawn, as it stands in a sentence."""
        if len(self.panel.users) == 1:
            return "the series"
        return f"user {plain(format_name(self.panel.users[self.user]))}"


def choose_subject(chosen: str | None) -> Subject:
    """Return the dataset of the address, at first the one last looked at or the newest, or another one chosen here.

    Raises NotFoundError where the address names none that there is.
    """
    records = {record.id: record for record in open_store().datasets() if _is_long_enough(record)}
    if chosen not in (None, SAMPLE, *records):
        record = open_store().dataset(chosen)  # a deleted one, or one with too few steps
        if _is_long_enough(record):
            records[record.id] = record
        else:
            st.info(
                f"{plain(record.name)} has too few time steps to draw a window. Here is other data."
            )
    options = [*records, SAMPLE]
    picked, first = options[0], chosen or dataset_looked_at()
    if records:
        picked = st.selectbox(
            "Explained with",
            options,
            index=options.index(first) if first in options else 0,
            format_func=lambda one: (
                SAMPLE_NAME if one == SAMPLE else format_name(records[one].name, 60)
            ),
            key="learn_dataset",
        )
        write_choice(dataset=picked)
    if picked == SAMPLE:
        return _sample()
    look_at_dataset(picked)
    panel, user = read_panel_of(picked), _user_to_draw(picked)
    return Subject(records[picked].name, picked, panel, user)


def _is_long_enough(record: DatasetRecord) -> bool:
    return record.report is not None and record.report.times >= LEAST_TIMES


@st.cache_resource(max_entries=1, show_spinner=False)
def _sample() -> Subject:
    panel = sample_panel()
    return Subject(SAMPLE_NAME, None, panel, example_user(panel))


@kept_of_dataset(max_entries=64)
def _user_to_draw(dataset_id: str) -> int:
    return example_user(read_panel_of(dataset_id))
