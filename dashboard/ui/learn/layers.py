"""One batch on its way through a classic model, layer by layer, with true numbers."""

import numpy as np
import streamlit as st

from dashboard.charts import model_drawing
from dashboard.charts.format import format_count, format_number_of
from dashboard.charts.lesson import layer_step
from dashboard.detection.lesson import scaled, with_features
from dashboard.detection.models.plan import Plan
from dashboard.detection.models.untrained import Weights, draw_weights, pass_through
from dashboard.detection.outline import TrainingOutline, describe
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.ui.drawing import draw
from dashboard.ui.learn.subject import Subject
from dashboard.ui.learn.windows import Cut
from dashboard.ui.learn.words import layer_lesson
from dashboard.ui.look import is_dark

CLASSICS = ("encoder-decoder", "stacked")
UNITS = (1, 2, 4, 8, 16, 32, 50, 64, 100, 128, 200, 256)
USUAL = TrainingSettings()
STEP = "learn-layer"


def teach_layers(subject: Subject, cut: Cut, batch_size: int) -> TrainingSettings:
    """Draw the layers of a model and step through them; return the settings chosen so far."""
    st.header("3. One batch through the model", anchor="layers")
    settings = _choose(cut, batch_size)
    outline = describe(cut.panel_shape, settings)
    st.markdown(
        "Each box is a layer; between them stands the shape of what passes: (windows in the batch, "
        "time steps, numbers at each step). The **hidden units** are the numbers an LSTM carries "
        "along, its memory: you choose how many, whatever the number of steps or users."
    )
    drawing = st.container()
    place = _choose_layer(outline.layers)
    batch = min(batch_size, outline.windows_an_epoch)
    with drawing:
        st.html(model_drawing(outline.layers, outline.input_shape, batch, at=place - 1))
    figure, text = st.columns([3, 2], gap="medium")
    with figure:
        _draw_layer(subject, cut, outline, place, batch)
    with text:
        st.markdown(_lesson(outline, place))
    st.caption(
        f"The numbers are no decoration: the first window of {subject.who}, scaled into [-1, 1], passes through "
        "this model with new, random weights, as before its first update. Training changes the "
        "numbers, never the shapes."
    )
    return settings


def _choose(cut: Cut, batch_size: int) -> TrainingSettings:
    left, middle, right = st.columns([3, 4, 2], gap="medium", vertical_alignment="bottom")
    model = left.segmented_control(
        "Model",
        CLASSICS,
        default=CLASSICS[0],
        required=True,
        format_func=lambda name: MODELS[name].title,
        key="learn-model",
        bind="query-params",
    )
    units = middle.select_slider(
        "Hidden units", UNITS, USUAL.units[0], key="learn-units", bind="query-params"
    )
    settings = TrainingSettings(
        model=model or CLASSICS[0],
        window=cut.window,
        stride=cut.stride,
        batch_size=batch_size,
        units=(units,),
        validation_share=0,
    )
    right.metric("Parameters", format_count(describe(cut.panel_shape, settings).parameters))
    return settings


def _choose_layer(layers: Plan) -> int:
    """Draw the steps, 0 for what goes in, and the button to the next one; return the one chosen."""
    names = ["Input", *(layer.title.split("(")[0] for layer in layers)]
    place = st.segmented_control(
        "Step through it",
        range(len(names)),
        default=0,
        required=True,
        format_func=lambda step: f"{step}. {names[step]}",
        key=STEP,
        bind="query-params",
    )
    ended = place == len(layers)
    st.button(
        "From the start" if ended else f"Next: {names[place + 1]}",
        icon=":material/replay:" if ended else ":material/arrow_forward:",
        key="learn_next",
        on_click=_go_to,
        args=(0 if ended else place + 1,),
    )
    return place


def _go_to(place: int) -> None:
    st.session_state[STEP] = place


def _draw_layer(
    subject: Subject, cut: Cut, outline: TrainingOutline, place: int, batch: int
) -> None:
    history = with_features(subject.panel, np.array([subject.user]), cut.panel_shape[2])[0]
    window = scaled(history[: cut.window], history)
    weights = _new_weights(outline.layers, outline.features)
    tensors = [window, *pass_through(outline.layers, weights, window)]
    title = outline.layers[place - 1].title if place else "Input"
    figure = layer_step(
        tensors[place - 1] if place else None,
        tensors[place],
        title,
        batch,
        steps=cut.window,
        dark=is_dark(),
    )
    draw(figure, "learn_layer")


@st.cache_resource(max_entries=16, show_spinner=False)
def _new_weights(layers: Plan, features: int) -> list[Weights | None]:
    return draw_weights(layers, features)


def _lesson(outline: TrainingOutline, place: int) -> str:
    if place == 0:
        return (
            f"**What goes in.** A window of {outline.window} steps of "
            f"{format_number_of(outline.features, 'number')}. Counts are scaled into [-1, 1] first, because `tanh` at the "
            "end can say nothing else. The windows of a batch lie behind each other and pass through "
            "side by side.\n\nThe model's aim is to give back what it was given: an "
            "**autoencoder**. What it cannot give back, it has not found usual."
        )
    layers = outline.layers
    inputs = outline.features if place == 1 else layers[place - 2].output_shape[-1]
    decodes = any(layer.kind == "repeat" for layer in layers[: place - 1])
    return layer_lesson(layers[place - 1], inputs, outline.window, decodes=decodes)
