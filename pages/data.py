"""Data: bring counts in, see what was understood of them, and go on to the anomalies."""

from contextlib import suppress

import streamlit as st

from dashboard.detection.choices import make_settings
from dashboard.errors import NoTableError
from dashboard.ui import intake, mapping, program_access, understanding
from dashboard.ui.addresses import go_to, read_choice
from dashboard.ui.kept import open_store
from dashboard.ui.looked_at import look_at_dataset
from dashboard.ui.problems import plain
from dashboard.ui.starting import start_run

st.title("Data")
chosen = read_choice("dataset")
record = open_store().dataset(chosen) if chosen else None

if record is None:
    st.markdown(
        "Upload counts per user and time, such as clicks a day. "
        "Clickwatch learns what is usual and shows **which users and which days do not fit**."
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        intake.take_in_file()
        intake.offer_command()
        program_access.offer_access()
    with right:
        st.markdown("**Nothing at hand?** Made-up counts with planted anomalies show how it works.")
        intake.offer_sample()
    intake.list_recent(None)
    intake.show_shapes()
elif record.report is None:
    st.header(plain(record.name))
    st.error(f"This file cannot be read yet. {plain(record.problem or '')}")
    with suppress(NoTableError):  # then there is nothing to correct
        columns = understanding.show_preview(record, "The file as it stands")
        st.subheader("Correct how it is read")
        mapping.correct_reading(record, columns)
    with st.expander("Another file, or this one mended", expanded=True):
        intake.take_in_file()
    intake.delete_button(record, "Delete this file")
else:
    look_at_dataset(record.id)
    st.header(plain(record.name))
    understanding.say_understood(record.report)
    with st.container(horizontal=True):
        find = st.button("Find anomalies", type="primary", icon=":material/search:", key="find")
        if st.button("Choose model and settings", icon=":material/tune:", key="choose"):
            go_to("train", dataset=record.id)
        intake.delete_button(record)
    if find:
        start_run(record.id, make_settings())
    counts, quality, reading = st.tabs(["Counts", "Quality", "Preview and mapping"])
    with counts:
        understanding.show_counts(record)
    with quality:
        understanding.show_quality(record.report)
    with reading:
        columns = understanding.show_preview(record)
        mapping.correct_reading(record, columns)
    with st.expander("Another file"):
        intake.take_in_file()
        intake.offer_sample()
    intake.list_recent(record)
