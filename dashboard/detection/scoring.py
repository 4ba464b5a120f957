"""From actual and expected to scores that compare between quiet and busy users.

The variance of counts grows with their mean, so residuals are taken on Anscombe's scale, on which
it is about 1 for every mean (Anscombe, Biometrika 35, 1948), and divided by the user's own spread.
"""

from dataclasses import dataclass

import numpy as np

MAD_TO_DEVIATION = 1.4826  # for a normal distribution
LEAST_SPREAD = 1.0  # that of pure chance on this scale: below it nobody is unusually regular


@dataclass(frozen=True)
class Scores:
    """Higher is stranger; NaN where nothing was scored.

    cell: (users, times, features); user: (users,), the highest of the user's cells;
    day: (times,), the mean of the day's cells.
    """

    cell: np.ndarray
    user: np.ndarray
    day: np.ndarray


def score(actual: np.ndarray, expected: np.ndarray, scored: np.ndarray) -> Scores:
    """Score each cell by its residual in units of its user's spread.

    actual, expected: (users, times, features) in counts. scored: (users, times) bool.
    """
    residual = np.where(scored[:, :, None], _anscombe(actual) - _anscombe(expected), np.nan)
    centre, spread = _centre_and_spread(residual)
    cell = (np.abs(residual - centre) / np.maximum(spread, LEAST_SPREAD)).astype(np.float32)
    return Scores(cell, user=np.fmax.reduce(cell, axis=(1, 2)), day=mean_over(cell, (0, 2)))


def mean_over(values: np.ndarray, axis: tuple[int, int]) -> np.ndarray:
    """Return the mean of what is not NaN, NaN where nothing is."""
    there = np.isfinite(values)
    number = there.sum(axis=axis)
    total = np.where(there, values, 0).sum(axis=axis, dtype=np.float64)
    return np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)


def _anscombe(counts: np.ndarray) -> np.ndarray:
    return 2 * np.sqrt(counts + 3 / 8)


def _centre_and_spread(residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each user's median residual and robust deviation, (users, 1, features)."""
    centre = np.full((residual.shape[0], 1, residual.shape[2]), np.nan)
    spread = centre.copy()
    some = np.isfinite(residual).any(axis=(1, 2))
    centre[some] = np.nanmedian(residual[some], axis=1, keepdims=True)
    away = np.abs(residual[some] - centre[some])
    spread[some] = MAD_TO_DEVIATION * np.nanmedian(away, axis=1, keepdims=True)
    return centre, spread
