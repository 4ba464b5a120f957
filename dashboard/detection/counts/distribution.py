"""The distribution of a count: negative binomial, with a share of steps on which nothing can happen.

A count has mean `mean` and variance mean + mean^2 / size where the user is active, and is 0 for sure
on a share `off` of steps. Amounts that are not whole are taken as they are: the functions are
continuous in them.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammaln, ndtri

LEAST_MEAN = 1e-6
LEAST_OFF = 0.002  # anyone may be away for a day, for no reason that counts could tell
LEAST_TAIL = 1e-300


@dataclass(frozen=True)
class Counts:
    """What is expected of each cell; arrays of one shape. off: share in [0, 1)."""

    mean: np.ndarray
    size: np.ndarray
    off: np.ndarray

    def __getitem__(self, part: object) -> "Counts":
        return Counts(self.mean[part], self.size[part], self.off[part])

    def with_absences(self) -> "Counts":
        """Return the same, but for a least share of steps on which anyone may be away."""
        return Counts(self.mean, self.size, np.maximum(self.off, LEAST_OFF))

    @property
    def expected(self) -> np.ndarray:
        """The mean with the steps on which nothing can happen."""
        return (1 - self.off) * self.mean


def log_probability(actual: np.ndarray, counts: Counts) -> np.ndarray:
    """Return the logarithm of each count's probability."""
    active = log_negative_binomial(actual, counts.mean, counts.size) + np.log1p(-counts.off)
    zero = actual == 0
    quiet = np.log(np.maximum(np.broadcast_to(counts.off, active.shape)[zero], LEAST_TAIL))
    active[zero] = np.logaddexp(active[zero], quiet)
    return active


def log_negative_binomial(actual: np.ndarray, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the logarithm of a negative binomial probability."""
    mean = np.maximum(mean, LEAST_MEAN)
    wide = np.log1p(mean / size)
    return _log_ways(actual, size) - size * wide + actual * (np.log(mean) - np.log(size) - wide)


def _log_ways(actual: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the logarithm of how often (actual + size - 1) has to be chosen from, continued by gamma.

    Where all share one size and counts are whole, it is computed once for each count that there may be.
    """
    if not np.ndim(size) and actual.size and 0 <= actual.min() <= actual.max() < actual.size:
        whole = actual.astype(np.int64)
        if (whole == actual).all():
            return _log_ways_of(np.arange(whole.max() + 1.0), size)[whole]
    return _log_ways_of(actual, size)


def _log_ways_of(actual: np.ndarray, size: np.ndarray) -> np.ndarray:
    return gammaln(actual + size) - gammaln(size) - gammaln(actual + 1)


def tails(actual: np.ndarray, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Return how likely a count is to lie above and below each one, half of its own chance added.

    These are mid-p-values: of a count that is usual, both are near a half. The two make 1. The one
    on the side of the count is computed, so that a small one is right to its last digits.
    """
    mean = np.maximum(counts.mean, LEAST_MEAN)
    success, active = mean / (mean + counts.size), 1 - counts.off
    own = np.exp(log_negative_binomial(actual, mean, counts.size))
    lower = (counts.off + active * own) / 2  # of a count of 0
    low = (actual > 0) & (actual < mean)
    up_to = betainc(counts.size[low], actual[low] + 1, 1 - success[low]) - own[low] / 2
    lower[low] = counts.off[low] + active[low] * up_to
    upper = 1 - lower
    high = actual >= mean
    upper[high] = betainc(actual[high], counts.size[high], success[high]) - own[high] / 2
    upper[high] *= active[high]
    lower[high] = 1 - upper[high]
    return upper, lower


def surprise(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Return the standard normal deviate with these tails, positive where a count is high."""
    tail = ndtri(np.clip(np.minimum(upper, lower), LEAST_TAIL, 0.5))
    return np.where(upper < lower, -tail, tail)


def zero_probability(mean: np.ndarray, size: np.ndarray | float) -> np.ndarray:
    """Return how likely an active user is to count 0."""
    return np.exp(-size * np.log1p(mean / size))
