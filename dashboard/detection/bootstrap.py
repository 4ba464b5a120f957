"""How sure a figure is: the percentile bootstrap (Efron and Tibshirani, 1993, section 13.3).

Users are drawn again, each with all its cells, because the cells of one user are not independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 200
COVERAGE = 0.95
LEAST_USERS = 2  # of one user nothing can be drawn again


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 95% interval; NaN where it cannot be told."""

    value: float
    low: float
    high: float


def draw_weights(users: int, seed: int, resamples: int = RESAMPLES) -> np.ndarray:
    """Return how often each user is drawn, (resamples, users) int; each row sums to `users`."""
    if users < LEAST_USERS:
        return np.zeros((0, users), dtype=int)
    random = np.random.default_rng(seed)
    return random.multinomial(users, np.full(users, 1 / users), size=resamples)


def from_draws(value: float, drawn: Sequence[float]) -> Estimate:
    """Return the value with the middle 95% of the drawn figures, those aside that are undefined."""
    known = np.asarray(drawn, dtype=float)
    known = known[np.isfinite(known)]
    if not len(known) or not np.isfinite(value):
        return Estimate(float(value), np.nan, np.nan)
    low, high = np.quantile(known, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Estimate(float(value), float(low), float(high))
