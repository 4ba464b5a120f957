"""From surprise to scores of cells, users and days."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scores:
    """Higher is stranger; NaN where nothing was scored.

    cell: (users, times, features); user: (users,), the highest of the user's cells;
    day: (times,), the mean of the day's cells.
    """

    cell: np.ndarray
    user: np.ndarray
    day: np.ndarray


def score(surprise: np.ndarray) -> Scores:
    """Score each cell by the size of its surprise. surprise: (users, times, features), signed."""
    cell = np.abs(surprise)
    return Scores(cell, user=np.fmax.reduce(cell, axis=(1, 2)), day=mean_over(cell, (0, 2)))


def mean_over(values: np.ndarray, axis: tuple[int, int]) -> np.ndarray:
    """Return the mean of what is not NaN, NaN where nothing is."""
    there = np.isfinite(values)
    number = there.sum(axis=axis)
    total = np.where(there, values, 0).sum(axis=axis, dtype=np.float64)
    return np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)
