"""The choice of a model, with what each is good and bad at."""

import streamlit as st

from dashboard.charts import model_drawing
from dashboard.charts.format import format_bytes, format_count, format_duration, format_number_of
from dashboard.detection.outline import TrainingOutline
from dashboard.detection.registry import DEFAULT_MODEL, MODELS
from dashboard.detection.settings import TrainingSettings


def choose_model() -> str:
    """Draw the models to choose from; the choice stands in the address."""
    name = st.segmented_control(
        "Model",
        list(MODELS),
        default=DEFAULT_MODEL,
        required=True,
        format_func=lambda option: MODELS[option].title,
        key="model",
        bind="query-params",
    )
    kind = MODELS[name or DEFAULT_MODEL]
    st.markdown(kind.summary)
    good, bad = st.columns(2)
    good.markdown(f":material/thumb_up: **Strength.** {kind.good_at}")
    bad.markdown(f":material/thumb_down: **Weakness.** {kind.bad_at}")
    return kind.name


def show_outline(outline: TrainingOutline, settings: TrainingSettings) -> None:
    """Draw what a training with these settings will do on this data: the tensors, the numbers, the estimates."""
    if not outline.layers:
        st.markdown(
            "Nothing is trained: each expectation is computed from the counts. With the test on "
            f"planted anomalies it takes about {format_duration(outline.seconds)}."
        )
        return
    batch = min(outline.batch_size, outline.training_windows)
    st.html(model_drawing(outline.layers, outline.input_shape, batch))
    with st.container(horizontal=True, key="outline_figures"):
        st.metric("Parameters", format_count(outline.parameters), border=True)
        st.metric("Training windows", format_count(outline.training_windows), border=True)
        st.metric("Batches an epoch", format_count(outline.batches_per_epoch), border=True)
        st.metric("Weight updates", format_count(outline.updates), border=True)
        st.metric("Time, about", format_duration(outline.seconds), border=True)
        st.metric("Memory, about", format_bytes(outline.memory_bytes), border=True)
    st.caption(
        "Between the layers stands the shape of each tensor: (windows in a batch, time steps, "
        "numbers at each step). "
        f"{_windows_of_cells(outline) if outline.each_cell else _windows(outline)} "
        f"{format_number_of(outline.held_out_windows, 'held-out window')} only check. "
        f"{_users(outline)}{_smaller_batches(outline, settings)}"
        f"The last batch of an epoch has {format_number_of(outline.last_batch, 'window')}. "
        "The training stops earlier where the validation loss no longer falls. Of the time about "
        f"{format_duration(outline.test_seconds)} go into a test on planted anomalies."
    )


def _users(outline: TrainingOutline) -> str:
    """Say of how many users it learns, where that is not all of them."""
    if outline.learned_users == outline.users:
        return ""
    return (
        f"Of {format_count(outline.users)} users it learns from {format_count(outline.learned_users)}, "
        "who are as good as drawn by lot; all are judged. "
    )


def _smaller_batches(outline: TrainingOutline, settings: TrainingSettings) -> str:
    """Say how large a batch is, where that is not what was chosen."""
    if outline.batch_size >= settings.batch_size:
        return ""
    return (
        f"A batch is {format_number_of(outline.batch_size, 'window')} instead of the "
        f"{format_count(settings.batch_size)} chosen: larger ones would learn too seldom from so few windows. "
    )


def _windows(outline: TrainingOutline) -> str:
    every = (
        "at every step" if outline.stride == 1 else f"every {format_count(outline.stride)} steps"
    )
    return (
        f"Each window is {format_number_of(outline.window, 'time step')} x "
        f"{format_number_of(outline.features, 'feature')}, a new one begins {every}."
    )


def _windows_of_cells(outline: TrainingOutline) -> str:
    part = outline.windows_an_epoch < outline.training_windows
    return (
        f"Each window is what surrounds one cell, {format_number_of(outline.window, 'time step')} "
        f"wide: one LSTM reads {format_count(outline.steps_read)} steps before it, the other "
        "as many after it, and the cell itself and its neighbours are left out."
        + (
            f" An epoch takes {format_count(outline.windows_an_epoch)} of them, the next one others."
            if part
            else ""
        )
    )
