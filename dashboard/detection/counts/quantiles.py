"""The band in which a count is expected to lie: quantiles of its distribution.

A guess is brought near by Newton's steps, and the rest of the way is gone count by count, where one
chance follows from the one before. That takes half as long as SciPy's search, and finds the same.
"""

from functools import partial

import numpy as np
from scipy.special import betainc, ndtri

from dashboard.detection.at_once import at_once
from dashboard.detection.counts.distribution import LEAST_MEAN, Counts, log_negative_binomial

CENTRAL = 0.95  # share of what is expected that lies in the band
AT_ONCE = 8_192  # distributions: so many stay in the processor's cache
NEAR = 8  # counts from which on single ones are gone
MOST_LEAPS, MOST_STEPS = 20, 64
LEAST_CHANCE = 1e-300

Arrays = tuple[np.ndarray, ...]


def band(counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest count of the central 95% of each cell's distribution."""
    tail = (1 - CENTRAL) / 2
    low, high = at_once(partial(quantile, counts, share) for share in (tail, 1 - tail))
    return low, high


def quantile(counts: Counts, share: float) -> np.ndarray:
    """Return the lowest count that at least that share does not exceed; NaN where nothing is known."""
    mean = np.maximum(counts.mean, LEAST_MEAN)
    # of the share, `off` are the sure zeros; what is left of it is asked of the active steps
    active = np.clip((share - counts.off) / (1 - counts.off), 0, 1)
    known = np.isfinite(active + mean + counts.size)
    given = [each[known] for each in (active, mean, counts.size)]
    made = np.full(mean.shape, np.nan)
    found = np.empty(len(given[0]))
    for first in range(0, len(found), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        found[part] = _lowest(*(each[part] for each in given))
    made[known] = found
    return made


def _lowest(share: np.ndarray, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the lowest counts of negative binomial distributions that a share does not exceed."""
    count = _guess(share, mean, size)
    up_to, own = _chances(count, mean, size)
    far = np.arange(len(count))
    for _ in range(MOST_LEAPS):
        leap = np.round((share[far] - up_to[far]) / np.maximum(own[far], LEAST_CHANCE))
        far, leap = (each[np.abs(leap) > NEAR] for each in (far, leap))
        if not len(far):
            break
        deviation = np.ceil(np.sqrt(mean[far] + np.square(mean[far]) / size[far]))
        count[far] = np.maximum(count[far] + np.clip(leap, -deviation, deviation), 0)
        up_to[far], own[far] = _chances(count[far], mean[far], size[far])
    unfound = _step((count, up_to, own), share, size, mean / (size + mean))
    if len(unfound):
        from scipy.stats import nbinom  # noqa: PLC0415 - slow to load, and hardly ever asked

        size, mean = size[unfound], mean[unfound]
        count[unfound] = nbinom.ppf(share[unfound], size, size / (size + mean))
    return count


def _guess(share: np.ndarray, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Take cube roots as normally distributed (Wilson and Hilferty, PNAS 17, 1931)."""
    third = (1 / mean + 1 / size) / 9
    root = np.maximum(1 - third + ndtri(share) * np.sqrt(third), 0)
    return np.floor(mean * root**3)


def _chances(count: np.ndarray, mean: np.ndarray, size: np.ndarray) -> Arrays:
    """Return how likely each count is not exceeded, and how likely it is itself."""
    up_to = betainc(size, count + 1, size / (size + mean))
    return up_to, np.exp(log_negative_binomial(count, mean, size))


def _step(found: Arrays, share: np.ndarray, size: np.ndarray, success: np.ndarray) -> np.ndarray:
    """Go up where less than the share is reached, and down where less would do.

    Changes counts and their chances in place; returns which were not found within so many steps.
    """
    count, up_to, own = found
    up = np.flatnonzero(up_to < share)
    down = np.flatnonzero(up_to >= share)
    for _ in range(MOST_STEPS):
        up = up[up_to[up] < share[up]]
        down = down[(count[down] > 0) & (up_to[down] - own[down] >= share[down])]
        own[up] *= (count[up] + size[up]) / (count[up] + 1) * success[up]
        count[up] += 1
        up_to[up] += own[up]
        up_to[down] -= own[down]
        own[down] *= count[down] / ((count[down] - 1 + size[down]) * success[down])
        count[down] -= 1
        if not len(up) + len(down):
            break
    return np.concatenate([up, down])
