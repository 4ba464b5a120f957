"""The other case: one long series, cut into windows that overlap, and put together again."""

import streamlit as st

from dashboard.charts.format import format_number_of
from dashboard.charts.lesson import windows_over_a_step
from dashboard.data.panel import Frequency
from dashboard.detection.lesson import batch_sizes, windows_over
from dashboard.detection.windows import window_starts
from dashboard.ui.drawing import draw
from dashboard.ui.learn.subject import Subject
from dashboard.ui.learn.windows import Cut
from dashboard.ui.look import is_dark

TIMES = 2_000


def teach_series(subject: Subject, cut: Cut, batch_size: int) -> None:
    """Draw the windows over one step of a long series; the person's own where it is one."""
    own = cut.panel_shape[0] == 1
    times = cut.panel_shape[1] if own else TIMES
    frequency = subject.panel.frequency if own else Frequency.DAY
    st.header("4. One long series", anchor="series")
    st.markdown(
        f"{'Your series' if own else 'A single series'} of {format_number_of(times, frequency.value)} "
        f"has no other users to learn from, so it is cut into many windows of {cut.window} itself. With a "
        "stride of 1 a window begins at every step, and neighbours share all steps but one; with a stride "
        "as long as the window they share none, but for a last one that is moved back to end with the data."
    )
    strides = sorted({1, cut.stride, cut.window})
    st.dataframe(
        _table(times, cut.window, strides, batch_size),
        hide_index=True,
        height="content",
        key="learn_strides",
        alt="Windows and batches of the series for each stride",
    )
    covers = [(stride, windows_over(times, cut.window, stride)) for stride in strides]
    figure = windows_over_a_step(
        times // 2,
        window_starts(times, cut.window, cut.stride),
        cut.window,
        covers,
        frequency,
        dark=is_dark(),
    )
    draw(figure, "learn_series")
    st.markdown(
        "Where windows overlap, a step is reconstructed once in each window over it. What is "
        "**expected** of the step is the mean of these answers, brought back from [-1, 1] to counts. "
        "The first and the last step lie in one window only."
    )


def _table(times: int, window: int, strides: list[int], batch_size: int) -> dict[str, list[str]]:
    rows = [(stride, len(window_starts(times, window, stride))) for stride in strides]
    sizes = [batch_sizes(windows, batch_size) for _, windows in rows]
    return {
        "Stride": [f"{stride}" for stride, _ in rows],
        "Windows": [f"{windows:,}" for _, windows in rows],
        "Batches": [f"{len(one):,}, the last of {one[-1]:,}" for one in sizes],
        "Over a step": [
            f"{over.min():,} to {over.max():,}" if over.min() < over.max() else f"{over.max():,}"
            for over in (windows_over(times, window, stride) for stride in strides)
        ],
    }
