"""How counts scatter around what any model expects of them, found from the counts themselves."""

from functools import partial

import numpy as np

from dashboard.detection.counts.anscombe import anscombe, counts_of
from dashboard.detection.counts.distribution import Counts, log_negative_binomial
from dashboard.detection.counts.sizes import find_sizes
from dashboard.detection.learned import ALONE, Learned

USUAL_AMOUNT = 1_000  # counting units that make up a usual amount where amounts are not whole
LEAST_MEAN = 0.02  # so that a first click after long silence does not surprise beyond all bounds


def counting_units(values: np.ndarray) -> np.ndarray:
    """Return how many units make 1 of each feature, (features,).

    1 for counts. Amounts that are not whole are counted in thousandths of their median, so that
    their scatter, and not the unit they are given in, decides what is strange.
    """
    units = np.ones(values.shape[2])
    for one in range(values.shape[2]):
        amounts = values[:, :, one]
        if (amounts != np.round(amounts)).any():
            units[one] = USUAL_AMOUNT / np.median(amounts[amounts > 0])
    return units


def counts_around(
    actual: np.ndarray, expected: np.ndarray, scored: np.ndarray, learned: Learned = ALONE
) -> Counts:
    """Return the distribution of counts around `expected`, with one size for each user and feature.

    actual, expected: (users, times, features). scored: (users, times) bool. What a model expects
    too high or too low of all of a user's steps is made good first, on Anscombe's scale: else the
    scatter would have to account for it, and nothing could stand out.
    """
    units = learned.learn("units", partial(counting_units, actual))
    there = scored[:, :, None]
    stabilised = anscombe(np.where(there, expected, 1) * units)
    away = np.where(there, anscombe(actual * units) - stabilised, np.nan)
    nowhere = ~scored.any(axis=1)
    away[nowhere] = 0
    mean = np.maximum(counts_of(stabilised + np.nanmedian(away, axis=1, keepdims=True)), LEAST_MEAN)
    sizes = np.stack(
        [
            _sizes(actual[:, :, one] * units[one], mean[:, :, one], scored, learned.within(one))
            for one in range(actual.shape[2])
        ],
        axis=2,
    )
    return Counts(mean, sizes, np.zeros_like(mean))


def _sizes(
    actual: np.ndarray, mean: np.ndarray, scored: np.ndarray, learned: Learned
) -> np.ndarray:
    actual = actual.astype(np.float64)

    def log_of(size: float) -> np.ndarray:
        return log_negative_binomial(actual, mean, np.float64(size))

    return find_sizes(actual, scored, log_of, None, learned)
