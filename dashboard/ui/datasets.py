"""The choice of a dataset on a page that needs one."""

import streamlit as st

from dashboard.runs.records import DatasetRecord
from dashboard.ui.addresses import write_choice
from dashboard.ui.empty import say_empty
from dashboard.ui.kept import open_store
from dashboard.ui.looked_at import dataset_looked_at, look_at_dataset


def choose_dataset(chosen: str | None) -> DatasetRecord | None:
    """Return the dataset of the address, at first the one last looked at or the newest, or another one chosen here.

    None where there is none to train on.
    """
    records = [record for record in open_store().datasets() if record.is_readable]
    if chosen is not None and chosen not in {record.id for record in records}:
        record = open_store().dataset(chosen)  # a deleted one, or one that could not be read
        if not record.is_readable:
            say_empty(
                "This file could not be read yet, so there is nothing to train on.",
                "Look at this file",
                "data",
                dataset=record.id,
            )
            return None
        records = [record, *records]
    if not records:
        say_empty(
            "There is no data yet. Upload counts or take the sample, then choose a model here.",
            "Go to Data",
            "data",
        )
        return None
    known = {record.id: record for record in records}
    first = chosen or dataset_looked_at()
    picked = st.selectbox(
        "Dataset",
        list(known),
        index=list(known).index(first) if first in known else 0,
        format_func=lambda one: known[one].name,
        key="dataset_choice",
    )
    look_at_dataset(picked)
    write_choice(dataset=picked)
    return known[picked]
