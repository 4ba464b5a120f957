"""The loop over time, unrolled or not, and what that was measured to cost."""

import math
from collections.abc import Sequence

import streamlit as st

from dashboard.charts.figure import Figure
from dashboard.charts.lesson import time_loop, unrolling_compared
from dashboard.charts.measured import Followed, Kept, Unrolled, Unrolling, read_unrolling
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.ui.drawing import draw
from dashboard.ui.look import is_dark

LIBRARIES = {"tensorflow": "TensorFlow", "keras": "Keras"}


def teach_loop(settings: TrainingSettings, features: int) -> bool:
    """Draw an LSTM as a loop or unrolled, beside what was measured; return whether unrolled."""
    found = read_unrolling()
    st.header("5. The loop over time, and unrolling", anchor="loop")
    st.markdown(
        "An LSTM is **one** cell, run once for each step: its state goes back into it. **Unrolling** "
        "writes the loop out as a row of cells, all with the same weights. It changes only how the "
        "work is done. Results and parameters stay the same, up to rounding."
    )
    unrolled = st.toggle("Unroll the time loop", key="learn-unroll", bind="query-params")
    left, right = st.columns(2, gap="medium")
    titles = titles_of(found.models)
    with left:
        figure = time_loop(
            settings.window,
            features,
            settings.units[0],
            returns_sequences=settings.model == "stacked",
            unrolled=unrolled,
            dark=is_dark(),
        )
        draw(figure, "learn_loop")
    with right:
        draw(_measured(dark=is_dark()), "learn_unrolling")
    st.markdown("\n".join(f"- {_compared(one, titles[one.model])}" for one in found.models))
    st.markdown(
        f"The losses of both ways agree to {_digits(found)} digits. The longer the window, the larger the "
        "graph and the longer its building. On a GPU, Keras takes its fastest way (cuDNN) only where the "
        "loop is *not* unrolled. This was measured with Keras' own layers and `fit`. A training of this app "
        "computes the loop by itself, in about half the work; what is unrolled it leaves to Keras."
    )
    say_measured(
        found,
        f"plain Keras, {found.windows:,} windows of {found.steps} x {found.features}, {found.units} units, "
        f"batches of {found.batch_size}",
    )
    return unrolled


def _digits(found: Unrolling) -> int:
    """Return to how many digits the losses of loops and of unrolled models agree at least."""
    return math.floor(-math.log10(max(1e-15, *(one.apart for one in found.models))))


def _compared(one: Unrolled, title: str) -> str:
    return (
        f"**{title}**: unrolled, the first epoch, in which the graph is built, took "
        f"{one.first_ratio:.1f} times the work of the loop; a later one {one.ratio:.2f} times."
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _measured(*, dark: bool) -> Figure:
    found = read_unrolling()
    return unrolling_compared(found, titles_of(found.models), dark=dark)


def titles_of(models: Sequence[Unrolled | Followed]) -> dict[str, str]:
    """Return the titles of the models that were measured, by name."""
    return {one.model: MODELS[one.model].title for one in models}


def say_measured(found: Kept, what: str) -> None:
    """Say where figures come from, and how to measure them anew."""
    libraries = ", ".join(
        f"{LIBRARIES.get(name, name)} {number}" for name, number in found.versions.items()
    )
    st.caption(
        f"Measured on {found.machine}, {libraries}: {what}. To measure it anew: `{found.command}`"
    )
