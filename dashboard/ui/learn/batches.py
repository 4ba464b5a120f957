"""Batches, epochs and updates: how windows are shown to the model."""

import streamlit as st

from dashboard.charts.lesson import batch_block, batches_of_an_epoch
from dashboard.detection.lesson import batch_sizes, first_windows
from dashboard.detection.outline import TrainingOutline, describe
from dashboard.detection.settings import TrainingSettings
from dashboard.ui.drawing import draw
from dashboard.ui.learn.subject import Subject
from dashboard.ui.learn.windows import Cut
from dashboard.ui.learn.words import batches_sentence
from dashboard.ui.look import is_dark

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024)
USUAL = TrainingSettings()


def teach_batches(subject: Subject, cut: Cut) -> int:
    """Draw one batch and all batches of an epoch; return the batch size that was chosen."""
    st.header("2. Batches", anchor="batches")
    st.markdown(
        "Windows are shown to the model many at a time: a **batch**. From each batch it learns once: "
        "one update of its weights. The **batch size** is how many windows share an update, and one "
        "pass over all windows is an **epoch**. What does not fill a batch makes a smaller last one."
    )
    batch_size = st.select_slider(
        "Batch size, in windows", SIZES, USUAL.batch_size, key="learn-batch", bind="query-params"
    )
    everyone = _outline(cut, batch_size, 0)
    sizes = batch_sizes(everyone.windows_an_epoch, batch_size)
    first = int(sizes[0])
    windows = first_windows(
        subject.panel, cut.window, cut.stride, features=cut.panel_shape[2], number=first
    )
    left, right = st.columns(2, gap="medium")
    with left:
        rest = everyone.windows_an_epoch - first
        draw(batch_block(windows, first, left=rest, dark=is_dark()), "learn_batch")
    with right:
        draw(batches_of_an_epoch(sizes, dark=is_dark()), "learn_epoch")
    st.markdown(
        "A larger batch means fewer updates an epoch, each from the mean over more windows, so with "
        "less noise. It changes neither the layers nor the number of parameters, and a window knows "
        "nothing of the others in its batch."
    )
    trained = _outline(cut, batch_size, USUAL.validation_share)
    if trained.held_out_windows:
        st.caption(
            f"Drawn as if all {everyone.windows:,} windows were trained on. The Train page holds "
            f"{trained.held_out_windows:,} of them back to check what was learned: an epoch there is "
            f"{batches_sentence(trained)}."
        )
    return batch_size


def _outline(cut: Cut, batch_size: int, share: float) -> TrainingOutline:
    settings = USUAL.model_copy(
        update={
            "window": cut.window,
            "stride": cut.stride,
            "batch_size": batch_size,
            "validation_share": share,
        }
    )
    return describe(cut.panel_shape, settings)
