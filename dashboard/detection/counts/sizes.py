"""How far counts stray from their mean: each user's negative binomial size, by empirical Bayes.

Sizes lie on a grid. How common each is among users is learned from all of them, and what a user's
own counts say is weighed by that. A small share of counts is allowed to be anything at all, so that
an anomaly does not widen what is thought usual.
"""

from collections.abc import Callable

import numpy as np

from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.steps import without_near

GRID = np.geomspace(0.15, 2_000, 20)
ANYTHING = 0.01  # share of counts that may be anything
EM_STEPS = 20
LEAST_SHARE = 1e-4
USERS_AT_ONCE = 100

# size -> log probability of every cell, (users, times)
LogProbability = Callable[[float], np.ndarray]


def robust(log_probability: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """Return log probabilities that no count can make very small."""
    anything = ANYTHING * np.exp(-3) / (actual + 1)
    return np.log((1 - ANYTHING) * np.exp(log_probability) + anything)


def find_sizes(
    actual: np.ndarray,
    seen: np.ndarray,
    log_probability: LogProbability,
    gap: int | None,
    learned: Learned = ALONE,
) -> np.ndarray:
    """Return the size of each cell, (users, times).

    gap: leave out what lies so near to the cell; None: one size for a user, from all its cells.
    """
    fit = np.empty((*actual.shape, len(GRID)))
    for place, size in enumerate(GRID):
        fit[..., place] = robust(log_probability(size), actual) * seen
    total = fit.sum(axis=1)  # (users, sizes)
    shares = np.log(learned.learn("sizes", lambda: _shares(total)))
    made = np.empty(actual.shape)
    for first in range(0, len(fit), USERS_AT_ONCE):
        part = slice(first, first + USERS_AT_ONCE)
        known = total[part, None] if gap is None else without_near(fit[part], gap)
        made[part] = np.exp(_normalised(known + shares) @ np.log(GRID))
    return made


def _shares(total: np.ndarray) -> np.ndarray:
    """How common each size is among users, by expectation and maximisation."""
    shares = np.full(len(GRID), 1 / len(GRID))
    for _ in range(EM_STEPS):
        shares = _normalised(total + np.log(shares)).mean(axis=0) + LEAST_SHARE
        shares /= shares.sum()
    return shares


def _normalised(logarithms: np.ndarray) -> np.ndarray:
    weights = np.exp(logarithms - logarithms.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)
