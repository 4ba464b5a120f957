"""The band of what is expected, against SciPy's search and against tables."""

import numpy as np
from scipy import stats

from dashboard.detection.counts import quantiles
from dashboard.detection.counts.distribution import Counts
from dashboard.detection.counts.quantiles import band, quantile

CELLS = 3_000


def test_quantiles_of_all_kinds_of_counts_are_those_of_scipy() -> None:
    random = np.random.default_rng(0)
    mean = 10 ** random.uniform(-3, 4, CELLS)
    size = 10 ** random.uniform(-1, 3.4, CELLS)
    counts = Counts(mean, size, np.zeros(CELLS))
    for share in (0.025, 0.5, 0.975):
        known = stats.nbinom(size, size / (size + mean)).ppf(share)
        np.testing.assert_array_equal(quantile(counts, share), known)


def test_what_is_not_found_in_few_steps_is_found_all_the_same() -> None:
    # of a user who is hardly ever active, half of the counts lie far below the mean
    mean, size = np.array([1e7, 30.0]), np.array([0.1, 4.0])
    known = stats.nbinom(size, size / (size + mean)).ppf(0.5)
    found = quantile(Counts(mean, size, np.zeros(2)), 0.5)
    assert known[0] - quantiles._guess(np.array([0.5]), mean, size)[0] > quantiles.MOST_STEPS
    np.testing.assert_array_equal(found, known)


def test_the_band_of_a_poisson_count_is_that_of_the_tables() -> None:
    # of a Poisson count with mean 10: P(X <= 3) = 0.010, P(X <= 4) = 0.029, P(X <= 16) = 0.973,
    # P(X <= 17) = 0.986; a negative binomial of very large size is one
    low, high = band(Counts(np.array([10.0]), np.array([1e7]), np.array([0.0])))
    assert (low[0], high[0]) == (4, 17)


def test_days_off_draw_the_band_down_to_zero() -> None:
    # off on half of the days: 2.5% of all lie among the sure zeros, and 97.5% are 95% of the others:
    # P(X <= 14) = 0.917, P(X <= 15) = 0.951
    low, high = band(Counts(np.array([10.0]), np.array([1e7]), np.array([0.5])))
    assert (low[0], high[0]) == (0, 15)


def test_what_is_unknown_has_no_band() -> None:
    low, high = band(Counts(*(np.array([np.nan]) for _ in range(3))))
    assert np.isnan(low[0])
    assert np.isnan(high[0])
