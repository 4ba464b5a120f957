"""Time steps, features and windows: what one training sequence is."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.charts.format import format_number_of
from dashboard.charts.lesson import windows_of_a_user
from dashboard.detection.lesson import with_features
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import choose_window, window_starts
from dashboard.ui.drawing import draw
from dashboard.ui.learn.subject import Subject
from dashboard.ui.look import is_dark

MOST_WINDOW = 120  # what can still be told apart in a drawing
USUAL_WINDOW = 40
FEATURES = (8, 32)  # that can be tried, and that can be tried where the data has more


@dataclass(frozen=True)
class Cut:
    """How windows are cut from a panel of (users, times, features), with as many features as were chosen."""

    window: int
    stride: int
    panel_shape: tuple[int, int, int]


def teach_windows(subject: Subject) -> Cut:
    """Draw one user's counts and the windows cut from them; window, stride and features can be moved."""
    panel = subject.panel
    word = panel.frequency.value
    st.header("1. Time steps, features, windows", anchor="windows")
    st.markdown(
        f"A **time step** is one column of your counts, here {_article(word)} {word}. A **feature** is one "
        "thing that is counted at each step. A **window** is a run of steps of one user: one training "
        "sequence, of shape (time steps, features). The next window begins one **stride** later."
    )
    cut = _choose(subject)
    number = cut.panel_shape[2]
    lent = tuple(f"feature {place}" for place in range(len(panel.features) + 1, number + 1))
    figure = windows_of_a_user(
        with_features(panel, np.array([subject.user]), number)[0],
        (panel.features + lent)[:number],
        window_starts(len(panel.times), cut.window, cut.stride),
        cut.window,
        panel.frequency,
        who="The series" if len(panel.users) == 1 else "One user",
        dark=is_dark(),
    )
    draw(figure, "learn_windows")
    st.caption(f"Drawn for {subject.who}. {_say_rest(subject, cut)}")
    return cut


def _choose(subject: Subject) -> Cut:
    panel = subject.panel
    users, times, features = panel.shape
    usual = TrainingSettings(window=min(USUAL_WINDOW, times))
    window_column, stride_column, feature_column = st.columns(3, gap="medium")
    most = min(times, MOST_WINDOW)
    window = window_column.slider(
        "Window, in time steps", 2, most, usual.window, key="learn-window", bind="query-params"
    )
    _, usual_stride = choose_window(users, times, usual)
    stride = stride_column.slider(
        "Stride, in time steps", 1, most, usual_stride, key="learn-stride", bind="query-params"
    )
    offered, most_of_all = FEATURES
    own = min(features, most_of_all)
    number = feature_column.slider(
        "Features", 1, max(offered, own), own, key="learn-features", bind="query-params"
    )
    return Cut(window, min(stride, window), (users, times, number))


def _say_rest(subject: Subject, cut: Cut) -> str:
    users, times, features = cut.panel_shape
    each = len(window_starts(times, cut.window, cut.stride))
    said = ""
    if users > 1:
        said = f"{users:,} users x {format_number_of(each, 'window')} = {users * each:,} windows. "
    if (times - cut.window) % cut.stride:
        said += "The last window is moved back so that it ends with the data. "
    elif cut.stride == cut.window and each > 1:
        said += "They do not overlap. "
    own = subject.panel.shape[2]
    if features > own:
        said += (
            f"This data has {format_number_of(own, 'feature')}; the others are borrowed, to fill "
            "the drawings."
        )
    return said


def _article(word: str) -> str:
    return "an" if word.startswith("h") else "a"
