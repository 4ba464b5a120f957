"""Train: choose a model and its settings, see what they mean on this data, start, and watch."""

import streamlit as st

from dashboard.detection.outline import check_fits, describe
from dashboard.detection.registry import MODELS
from dashboard.errors import SettingsError
from dashboard.ui import model_choice, settings_form
from dashboard.ui.addresses import go_to, link_to, read_choice
from dashboard.ui.datasets import choose_dataset
from dashboard.ui.kept import open_store, read_panel_of
from dashboard.ui.problems import show_problem
from dashboard.ui.several import offer_several
from dashboard.ui.watch import watch
from dashboard.ui.watch_several import watch_several


def choose_training(dataset_id: str) -> None:
    """Draw the choice of a model and its settings, what they mean on this data, and the start."""
    model = model_choice.choose_model()
    try:
        settings = settings_form.ask_settings(model)
        outline = describe(read_panel_of(dataset_id).shape, settings)
        st.subheader("What this does on your data")
        model_choice.show_outline(outline, settings)
        if outline.layers:
            words = "What these words mean, drawn"
            link_to("learn", words, icon=":material/school:", dataset=dataset_id)
        check_fits(outline)
    except SettingsError as problem:
        show_problem(problem)
        settings = None

    action = "Train" if MODELS[model].is_trained else "Find anomalies"
    if st.button(
        action, type="primary", icon=":material/play_arrow:", key="start", disabled=settings is None
    ):
        go_to("train", run=open_store().queue_run(dataset_id, settings).id)
    if settings is not None:
        offer_several(dataset_id, settings)


st.title("Train")
# Without st.stop(): after it Streamlit would keep what stands in the address bound to widgets that are gone
if run_id := read_choice("run"):
    watch(run_id)
elif run_ids := read_choice("runs"):
    watch_several(run_ids)
elif dataset := choose_dataset(read_choice("dataset")):
    choose_training(dataset.id)
