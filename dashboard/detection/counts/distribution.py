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
CENTRAL = 0.95  # share of what is expected that lies in the band


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
    quiet = np.log(np.maximum(counts.off, LEAST_TAIL))
    return np.where(actual == 0, np.logaddexp(active, quiet), active)


def log_negative_binomial(actual: np.ndarray, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the logarithm of a negative binomial probability."""
    mean = np.maximum(mean, LEAST_MEAN)
    ways = gammaln(actual + size) - gammaln(size) - gammaln(actual + 1)
    return ways - size * np.log1p(mean / size) + actual * (np.log(mean) - np.log(size + mean))


def tails(actual: np.ndarray, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Return how likely a count is to lie above and below each one, half of its own chance added.

    These are mid-p-values: of a count that is usual, both are near a half.
    """
    mean = np.maximum(counts.mean, LEAST_MEAN)
    success = mean / (mean + counts.size)
    active = 1 - counts.off
    some = actual > 0
    least = np.where(some, actual, 1)  # betainc takes no 0
    above = active * betainc(actual + 1, counts.size, success)
    from_here = np.where(some, active * betainc(least, counts.size, success), 1)
    up_to = counts.off + active * betainc(counts.size, actual + 1, 1 - success)
    below = np.where(some, counts.off + active * betainc(counts.size, least, 1 - success), 0)
    return (above + from_here) / 2, (up_to + below) / 2


def surprise(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Return the standard normal deviate with these tails, positive where a count is high."""
    tail = ndtri(np.clip(np.minimum(upper, lower), LEAST_TAIL, 0.5))
    return np.where(upper < lower, -tail, tail)


def zero_probability(mean: np.ndarray, size: np.ndarray | float) -> np.ndarray:
    """Return how likely an active user is to count 0."""
    return np.exp(-size * np.log1p(mean / size))


def band(counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest count of the central 95% of each cell's distribution."""
    tail = (1 - CENTRAL) / 2
    return quantile(counts, tail), quantile(counts, 1 - tail)


def quantile(counts: Counts, share: float) -> np.ndarray:
    """Return the lowest count that at least that share does not exceed; NaN where nothing is known."""
    from scipy.stats import nbinom  # noqa: PLC0415 - slow to load, and asked once a run

    mean = np.maximum(counts.mean, LEAST_MEAN)
    # of the share, `off` are the sure zeros; what is left of it is asked of the active steps
    active = np.clip((share - counts.off) / (1 - counts.off), 0, 1)
    found = nbinom.ppf(active, counts.size, counts.size / (counts.size + mean))
    return np.maximum(found, 0)
