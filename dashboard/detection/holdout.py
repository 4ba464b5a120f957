"""Which part of the data is kept out of training, to see whether what is learned holds elsewhere."""

from dataclasses import dataclass

import numpy as np

from dashboard.detection.windows import Windows, cut, window_starts

LEAST_USERS = 5  # with fewer, the end of the time is held out instead of users


@dataclass(frozen=True)
class Split:
    """Windows to train on and held-out windows; `held_out_users` and `training` mark the cells.

    held_out_users: (users,) bool, none where time was split.
    training: (users, times) bool, the cells that training may see.
    """

    training_windows: Windows
    held_out_windows: Windows
    held_out_users: np.ndarray
    training: np.ndarray


def split(
    observed: np.ndarray,
    eligible: np.ndarray,
    *,
    window: int,
    stride: int,
    share: float,
    seed: int,
) -> Split:
    """Hold out `share` of the eligible users or, with fewer than five, the last windows in time.

    observed: (users, times) bool. eligible: (users,) bool, those with enough history.
    Only windows that end before the first held-out window begins are trained on; where that
    leaves none, nothing is held out.
    """
    users = np.flatnonzero(eligible)
    if share > 0 and len(users) >= LEAST_USERS:
        number = _held_out_number(len(users), share)
        chosen = np.random.default_rng(seed).choice(users, number, replace=False)
        return _split_users(observed, users, np.sort(chosen), window, stride)
    windows = cut(observed, users, window, stride)
    early, late = _in_time(windows.start, observed.shape[1], window, share)
    nobody = np.zeros(len(observed), dtype=bool)
    return _marked(observed, windows[early], windows[late], nobody)


def count_windows(
    users: int, times: int, *, window: int, stride: int, share: float
) -> tuple[int, int]:
    """Return how many windows `split` trains on and holds out where every cell is observed."""
    starts = window_starts(times, window, stride)
    if share > 0 and users >= LEAST_USERS:
        number = _held_out_number(users, share)
        return (users - number) * len(starts), number * len(starts)
    early, late = _in_time(starts, times, window, share)
    return users * int(early.sum()), users * int(late.sum())


def count_cells(users: int, times: int, *, stride: int, share: float) -> tuple[int, int]:
    """Return how many cells there are to train on, at every `stride`-th step, and to check with."""
    number = _held_out_number(users, share) if share > 0 and users >= LEAST_USERS else 0
    return (users - number) * -(-times // stride), number * times


def _held_out_number(users: int, share: float) -> int:
    return max(1, round(share * users))


def _in_time(
    start: np.ndarray, times: int, window: int, share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return which windows, by their starts, are trained on and which are held out."""
    first = int(times * (1 - share)) - window // 2
    early, late = start + window <= first, start >= first
    if share > 0 and early.any() and late.any():
        return early, late
    return np.ones_like(early), np.zeros_like(late)


def _split_users(
    observed: np.ndarray, users: np.ndarray, chosen: np.ndarray, window: int, stride: int
) -> Split:
    held_out = np.zeros(len(observed), dtype=bool)
    held_out[chosen] = True
    training = cut(observed, users[~held_out[users]], window, stride)
    return _marked(observed, training, cut(observed, chosen, window, stride), held_out)


def _marked(
    observed: np.ndarray, training: Windows, held_out: Windows, held_out_users: np.ndarray
) -> Split:
    seen = np.zeros(observed.shape, dtype=bool)
    seen[training.user[:, None], training.start[:, None] + np.arange(training.steps)] = True
    return Split(training, held_out, held_out_users, seen & observed)
