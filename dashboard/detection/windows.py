"""Cutting a panel into windows, and putting what comes back together again.

A window is a user and a start. Values are taken from a view of the panel when a batch needs them,
so memory does not grow with the overlap of the windows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError

DEFAULT_WINDOW = 40
LEAST_TIMES = 14  # two weeks of days: less shows no rhythm
LEAST_HISTORY = 7  # observed steps a user needs to be trained on and scored
ENOUGH_WINDOWS = 5_000  # beyond this, windows overlap less by default


@dataclass(frozen=True)
class Windows:
    """Windows of `steps` time steps, ordered by user, then by start.

    user, start: (windows,) int; window i covers [start[i], start[i] + steps) of user[i].
    """

    user: np.ndarray
    start: np.ndarray
    steps: int

    def __len__(self) -> int:
        return len(self.user)

    def __getitem__(self, rows: slice | np.ndarray) -> "Windows":
        return Windows(self.user[rows], self.start[rows], self.steps)

    def take(self, values: np.ndarray) -> np.ndarray:
        """Copy these windows out of (users, times, ...) into (windows, steps, ...)."""
        view = sliding_window_view(values, self.steps, axis=1)  # (users, starts, ..., steps)
        return np.moveaxis(view[self.user, self.start], -1, 1)


def choose_window(
    users: int,
    times: int,
    settings: TrainingSettings,
    *,
    usual_window: int = DEFAULT_WINDOW,
    usual_stride: int | None = None,
) -> tuple[int, int]:
    """Return (window, stride) for a panel, as chosen or by default. Raises SettingsError.

    By default a window is the whole history up to `usual_window` steps, and windows overlap as
    much as 5,000 windows allow; one series of 2,000 steps gives 1,961 windows of 40 with stride 1.
    """
    if settings.window is None and times < LEAST_TIMES:
        raise SettingsError(
            f"The data has {times} time steps; {LEAST_TIMES} are the least to learn a rhythm from. "
            "Add more days, or choose a shorter window to train all the same."
        )
    window = settings.window or min(usual_window, times)
    if window > times:
        raise SettingsError(
            f"A window of {window} is longer than the data, which has {times} time steps. "
            f"Choose a window of at most {times}."
        )
    stride = settings.stride or usual_stride or _default_stride(users, times, window)
    if stride > window:
        raise SettingsError(
            f"With a stride of {stride} and a window of {window}, steps between windows would "
            f"never be judged. Choose a stride of at most {window}."
        )
    return window, stride


def window_starts(times: int, window: int, stride: int) -> np.ndarray:
    """Return all starts: every `stride` steps, and one that ends at the last step."""
    starts = np.arange(0, times - window + 1, stride)
    last = times - window
    return starts if starts[-1] == last else np.append(starts, last)


def enough_history(observed: np.ndarray, window: int) -> np.ndarray:
    """Return which users, (users,) bool, have enough observed steps to be trained on and scored."""
    return observed.sum(axis=1) >= min(LEAST_HISTORY, window)


def cut(observed: np.ndarray, users: np.ndarray, window: int, stride: int) -> Windows:
    """Cut the histories of `users` (indices) into windows; one without an observed step is dropped.

    observed: (users, times) bool.
    """
    starts = window_starts(observed.shape[1], window, stride)
    before = np.zeros((len(users), observed.shape[1] + 1), dtype=np.int32)
    np.cumsum(observed[users], axis=1, out=before[:, 1:])
    row, column = np.nonzero(before[:, starts + window] > before[:, starts])
    return Windows(np.asarray(users)[row], starts[column], window)


class CellMean:
    """The mean over all windows that cover a cell; memory is that of the panel."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self._shape = shape
        # flat, for then NumPy adds quickly at places of which some come twice
        self._total = np.zeros(np.prod(shape), dtype=np.float32)
        self._covers = np.zeros(np.prod(shape[:2]), dtype=np.int32)

    def add(self, windows: Windows, values: np.ndarray) -> None:
        """Add (windows, steps, features), in the order of `windows`."""
        _, times, features = self._shape
        first = windows.user * times + windows.start
        cells = (first[:, None] + np.arange(windows.steps)).ravel()
        np.add.at(self._covers, cells, 1)
        figures = cells[:, None] * features + np.arange(features)
        np.add.at(self._total, figures.ravel(), values.ravel())

    def mean(self) -> np.ndarray:
        """Return (users, times, features), NaN where no window was."""
        total, covers = self._total.reshape(self._shape), self._covers.reshape(*self._shape[:2], 1)
        return np.divide(total, covers, out=np.full_like(total, np.nan), where=covers > 0)


def _default_stride(users: int, times: int, window: int) -> int:
    for stride in range(1, window):
        if users * len(window_starts(times, window, stride)) <= ENOUGH_WINDOWS:
            return stride
    return window
