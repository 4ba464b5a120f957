"""The choice of a dataset on a page that needs one."""

import streamlit as st

from dashboard.runs.records import DatasetRecord
from dashboard.ui.addresses import write_choice
from dashboard.ui.empty import say_empty
from dashboard.ui.kept import open_store


def choose_dataset(chosen: str | None) -> DatasetRecord | None:
    """Return the dataset of the address, else one chosen here; None where there is none to train on."""
    if chosen is not None:
        record = open_store().dataset(chosen)
        if record.is_readable:
            return record
        say_empty(
            "This file could not be read yet, so there is nothing to train on.",
            "Correct how it is read",
            "data",
            dataset=record.id,
        )
        return None
    records = [record for record in open_store().datasets() if record.is_readable]
    if not records:
        say_empty(
            "There is no data yet. Upload counts or take the sample, then choose a model here.",
            "Go to Data",
            "data",
        )
        return None
    names = {record.id: record.name for record in records}
    picked = st.selectbox("Dataset", list(names), format_func=names.get, key="dataset_choice")
    if st.button("Use this dataset", type="primary", key="use_dataset"):
        write_choice(dataset=picked)
        st.rerun()
    return None
