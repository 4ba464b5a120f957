import tracemalloc
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import CellMean, choose_window, cut, enough_history, window_starts
from dashboard.errors import SettingsError


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, int, int, int, int]:
    times = draw(st.integers(2, 40))
    window = draw(st.integers(2, times))
    return (
        draw(st.integers(1, 5)),
        times,
        draw(st.integers(1, 3)),
        window,
        draw(st.integers(1, window)),
    )


@given(shapes())
def test_cutting_and_averaging_gives_every_cell_back(shape: tuple[int, int, int, int, int]) -> None:
    users, times, features, window, stride = shape
    values = np.arange(users * times * features, dtype=np.float32).reshape(users, times, features)
    windows = cut(np.ones((users, times), dtype=bool), np.arange(users), window, stride)
    mean = CellMean(values.shape)
    for first in range(0, len(windows), 3):
        part = windows[slice(first, first + 3)]
        mean.add(part, part.take(values))
    np.testing.assert_allclose(mean.mean(), values, rtol=1e-6)


def test_one_series_of_2000_points_gives_1961_windows_of_40() -> None:
    window, stride = choose_window(1, 2_000, TrainingSettings())
    windows = cut(np.ones((1, 2_000), dtype=bool), np.array([0]), window, stride)
    assert (window, stride, len(windows)) == (40, 1, 1_961)


def test_2000_users_of_40_days_are_one_window_each() -> None:
    window, stride = choose_window(2_000, 40, TrainingSettings())
    windows = cut(np.ones((2_000, 40), dtype=bool), np.arange(2_000), window, stride)
    assert len(windows) == 2_000
    assert windows.take(np.zeros((2_000, 40, 1))).shape == (2_000, 40, 1)


@given(shapes(), st.randoms(use_true_random=False))
def test_every_observed_cell_is_covered_and_no_other_user(
    shape: tuple[int, int, int, int, int], random: Random
) -> None:
    users, times, _, window, stride = shape
    observed = np.array([[random.random() < 0.3 for _ in range(times)] for _ in range(users)])
    chosen = np.array(sorted(random.sample(range(users), random.randint(1, users))))
    windows = cut(observed, chosen, window, stride)
    covered = np.zeros_like(observed)
    covered[windows.user[:, None], windows.start[:, None] + np.arange(window)] = True
    assert covered[chosen][observed[chosen]].all()
    assert not np.delete(covered, chosen, axis=0).any()


def _peak_bytes(stride: int) -> int:
    """Memory taken by cutting a series of 20,000 steps into windows of 200 and averaging back."""
    values = np.zeros((1, 20_000, 1), dtype=np.float32)
    observed = np.ones((1, 20_000), dtype=bool)
    tracemalloc.start()
    windows = cut(observed, np.array([0]), 200, stride)
    mean = CellMean(values.shape)
    for first in range(0, len(windows), 32):
        part = windows[slice(first, first + 32)]
        mean.add(part, part.take(values))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_overlap() -> None:
    apart, overlapping = _peak_bytes(stride=200), _peak_bytes(stride=1)
    # 199 more values for each step would be 16 MB; a start and a user for each window are 0.3 MB
    assert overlapping < apart + 1_000_000


def test_the_last_window_ends_at_the_last_step() -> None:
    assert window_starts(10, 4, 3).tolist() == [0, 3, 6]
    assert window_starts(11, 4, 3).tolist() == [0, 3, 6, 7]


def test_a_window_without_an_observed_step_is_dropped() -> None:
    observed = np.array([[False] * 4 + [True] * 4])
    assert cut(observed, np.array([0]), 4, 4).start.tolist() == [4]


def test_users_with_little_history_are_left_out() -> None:
    observed = np.array([[False] * 14 + [True] * 6, [False] * 13 + [True] * 7])
    assert enough_history(observed, 20).tolist() == [False, True]


@pytest.mark.parametrize(
    ("times", "chosen", "words"),
    [
        (12, {}, "12 time steps; 14 are the least"),
        (20, {"window": 21}, "at most 20"),
        (20, {"window": 10, "stride": 11}, "stride of at most 10"),
    ],
)
def test_a_window_that_does_not_fit_is_refused_with_advice(
    times: int, chosen: dict[str, int], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        choose_window(3, times, TrainingSettings(**chosen))


def test_a_short_window_may_be_chosen_for_short_data() -> None:
    assert choose_window(3, 12, TrainingSettings(window=7)) == (7, 1)
