"""What the Learn page counts and cuts, against the code that trains."""

from collections import Counter

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.lesson import (
    batch_sizes,
    example_user,
    first_windows,
    scaled,
    windows_over,
    with_features,
)
from dashboard.detection.outline import describe
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import cut


def panel_of(values: np.ndarray, observed: np.ndarray | None = None) -> Panel:
    users, times, features = values.shape
    return Panel(
        values=values.astype(np.float32),
        observed=np.ones((users, times), bool) if observed is None else observed,
        users=tuple(f"u{user}" for user in range(users)),
        times=pd.date_range("2026-01-05", periods=times),
        features=tuple(f"f{feature}" for feature in range(features)),
        frequency=Frequency.DAY,
    )


COUNTING = np.arange(5 * 8 * 2).reshape(5, 8, 2)


def test_2000_windows_are_62_batches_of_32_and_one_of_16() -> None:
    assert Counter(batch_sizes(2_000, 32).tolist()) == {32: 62, 16: 1}
    assert batch_sizes(2_000, 32)[-1] == 16


@given(windows=st.integers(1, 3_000), size=st.integers(1, 500))
def test_every_window_is_in_one_batch_and_only_the_last_is_smaller(windows: int, size: int) -> None:
    sizes = batch_sizes(windows, size)
    assert sizes.sum() == windows
    assert (sizes[:-1] == size).all()
    assert 1 <= sizes[-1] <= size


@given(users=st.integers(1, 50), times=st.integers(14, 60), size=st.integers(1, 64), data=st.data())
def test_batches_are_those_of_a_training(
    users: int, times: int, size: int, data: st.DataObject
) -> None:
    window = data.draw(st.integers(2, times))
    settings = TrainingSettings(
        window=window,
        stride=data.draw(st.integers(1, window)),
        batch_size=size,
        validation_share=data.draw(st.sampled_from([0, 0.1])),
    )
    outline = describe((users, times, 1), settings)
    sizes = batch_sizes(outline.training_windows, size)
    assert (outline.batches_per_epoch, outline.last_batch) == (len(sizes), sizes[-1])


def test_over_a_long_series_lie_up_to_40_windows_with_stride_1_and_one_with_stride_40() -> None:
    every = windows_over(2_000, 40, 1)
    assert every.sum() == 1_961 * 40
    assert every[:41].tolist() == [*range(1, 41), 40]
    assert every[-40:].tolist() == list(range(40, 0, -1))
    assert windows_over(2_000, 40, 40).tolist() == [1] * 2_000


@given(times=st.integers(2, 80), data=st.data())
def test_windows_over_a_step_are_those_that_are_cut(times: int, data: st.DataObject) -> None:
    window = data.draw(st.integers(2, times))
    stride = data.draw(st.integers(1, window))
    windows = cut(np.ones((1, times), bool), np.array([0]), window, stride)
    counted = Counter((windows.start[:, None] + np.arange(window)).ravel().tolist())
    over = windows_over(times, window, stride)
    assert over.tolist() == [counted[step] for step in range(times)]
    assert over[0] == over[-1] == 1
    assert over.max() <= -(-window // stride) + 1


def test_the_first_features_are_the_datas_own_and_more_are_lent_by_other_users() -> None:
    values = with_features(panel_of(COUNTING), np.array([3, 4]), 5)
    assert values.shape == (2, 8, 5)
    np.testing.assert_array_equal(values[:, :, :2], COUNTING[3:5])
    np.testing.assert_array_equal(values[0, :, 2:4], COUNTING[4])
    np.testing.assert_array_equal(values[0, :, 4], COUNTING[0, :, 0])
    assert with_features(panel_of(COUNTING), np.array([0]), 1).shape == (1, 8, 1)


@given(number=st.integers(1, 30), window=st.integers(2, 8), stride=st.integers(1, 2))
def test_the_first_batch_holds_the_windows_that_training_begins_with(
    number: int, window: int, stride: int
) -> None:
    observed = np.ones((5, 8), bool)
    observed[1, :7] = False  # a newcomer has fewer windows
    panel = panel_of(COUNTING, observed)
    windows = cut(observed, np.arange(5), window, stride)[:number]
    drawn = first_windows(panel, window, stride, features=2, number=number)
    np.testing.assert_array_equal(drawn, windows.take(panel.values))


def test_a_window_is_scaled_by_each_features_own_range() -> None:
    history = np.array([[0.0, 5.0], [10.0, 5.0], [5.0, 5.0]])
    assert scaled(history, history).tolist() == [[-1, -1], [1, -1], [0, -1]]


def test_the_user_drawn_is_seen_throughout_and_busier_than_most() -> None:
    busy = np.array([1.0, 2, 3, 4, 5, 900])  # the last one is new
    observed = np.ones((6, 8), bool)
    observed[5, :4] = False
    values = np.broadcast_to(busy[:, None, None], (6, 8, 1))
    assert example_user(panel_of(values, observed)) == 3  # the upper quarter of 1 to 5 is 4
