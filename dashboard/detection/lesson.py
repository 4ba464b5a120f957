"""What the Learn page draws, as arrays: batches of an epoch, windows over a step, one user's window."""

import numpy as np

from dashboard.data.panel import Panel
from dashboard.detection.windows import cut, window_starts


def batch_sizes(windows: int, batch_size: int) -> np.ndarray:
    """Return how many windows each batch of an epoch has: all alike, the last one the rest."""
    whole, rest = divmod(windows, batch_size)
    return np.array([batch_size] * whole + [rest] * (rest > 0))


def windows_over(times: int, window: int, stride: int) -> np.ndarray:
    """Return how many windows of one series cover each of its steps, (times,) int."""
    starts = window_starts(times, window, stride)
    changes = np.zeros(times + 1, dtype=np.int64)
    np.add.at(changes, starts, 1)
    np.add.at(changes, starts + window, -1)
    return changes.cumsum()[:times]


def example_user(panel: Panel) -> int:
    """Return the index of a user to show: seen longest, and busier than three in four of those."""
    seen = panel.observed.sum(axis=1)
    longest = np.flatnonzero(seen == seen.max())
    totals = panel.values[longest].sum(axis=(1, 2))
    wanted = np.quantile(totals, 0.75)
    return int(longest[np.abs(totals - wanted).argmin()])


def with_features(panel: Panel, users: np.ndarray, number: int) -> np.ndarray:
    """Return the counts of these users, (users, times, number): the panel's first features.

    Where it has fewer, other users lend theirs: drawings need numbers of the right shape.
    """
    own = panel.shape[2]
    columns = [
        panel.values[(users + place // own) % len(panel.users), :, place % own]
        for place in range(number)
    ]
    return np.stack(columns, axis=2)


def first_windows(
    panel: Panel, window: int, stride: int, *, features: int, number: int
) -> np.ndarray:
    """Return the first windows in the order of training, (windows, window, features)."""
    each = len(window_starts(len(panel.times), window, stride))
    users = np.arange(min(len(panel.users), -(-2 * number // each)))  # some have too little history
    windows = cut(panel.observed, users, window, stride)[:number]
    return windows.take(with_features(panel, users, features))


def scaled(window: np.ndarray, history: np.ndarray) -> np.ndarray:
    """Return a window in [-1, 1], each feature by its own range in the user's history.

    window: (steps, features). history: (times, features).
    """
    low, high = history.min(axis=0), history.max(axis=0)
    spread = np.where(high > low, high - low, 1)
    return 2 * (window - low) / spread - 1
