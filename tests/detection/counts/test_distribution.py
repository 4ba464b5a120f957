"""The distribution of a count, against SciPy's own and against what can be worked out."""

import numpy as np
import pytest
from scipy import stats

from dashboard.detection.counts.distribution import (
    Counts,
    log_probability,
    surprise,
    tails,
    zero_probability,
)

ACTUAL = np.array([0.0, 1, 4, 30, 200])


def counts(mean: float, size: float, off: float = 0.0) -> Counts:
    return Counts(*(np.full(len(ACTUAL), each) for each in (mean, size, off)))


@pytest.mark.parametrize(("mean", "size"), [(0.3, 0.5), (12, 4), (150, 100)])
def test_probabilities_are_those_of_the_negative_binomial(mean: float, size: float) -> None:
    known = stats.nbinom(size, size / (size + mean))
    np.testing.assert_allclose(log_probability(ACTUAL, counts(mean, size)), known.logpmf(ACTUAL))
    upper, lower = tails(ACTUAL, counts(mean, size))
    half = known.pmf(ACTUAL) / 2
    np.testing.assert_allclose(upper, known.sf(ACTUAL) + half, rtol=1e-9)
    np.testing.assert_allclose(lower, known.cdf(ACTUAL) - half, rtol=1e-6)


def test_steps_on_which_nothing_can_happen_add_to_the_zeros() -> None:
    plain, often_off = counts(3, 2), counts(3, 2, off=0.4)
    nothing = np.exp(log_probability(ACTUAL, plain))[0]
    assert np.exp(log_probability(ACTUAL, often_off))[0] == pytest.approx(0.4 + 0.6 * nothing)
    np.testing.assert_allclose(
        log_probability(ACTUAL, often_off)[1:], log_probability(ACTUAL, plain)[1:] + np.log(0.6)
    )
    assert often_off.expected[0] == pytest.approx(0.6 * 3)


def test_the_tails_meet_at_one() -> None:
    upper, lower = tails(ACTUAL, counts(7, 3, off=0.1))
    np.testing.assert_allclose(upper + lower, 1)


def test_surprise_is_a_normal_deviate_signed_by_its_side() -> None:
    made = surprise(np.array([0.5, 0.975, 0.0013499]), np.array([0.5, 0.025, 0.9986501]))
    np.testing.assert_allclose(made, [0, -1.96, 3], atol=1e-3)


def test_chance_alone_surprises_like_a_standard_normal() -> None:
    random = np.random.default_rng(0)
    mean = np.repeat([20.0, 2_000.0], 20_000)
    size = np.full(mean.shape, 6.0)
    drawn = random.poisson(random.gamma(size, mean / size)).astype(float)
    made = surprise(*tails(drawn, Counts(mean, size, np.zeros_like(mean))))
    for part in (made[:20_000], made[20_000:]):
        assert np.mean(np.abs(part) > 1.96) == pytest.approx(0.05, abs=0.006)
        assert part.mean() == pytest.approx(0, abs=0.03)


def test_the_chance_of_zero_is_that_of_the_distribution() -> None:
    assert zero_probability(np.array([2.0]), 3.0)[0] == pytest.approx(stats.nbinom(3, 3 / 5).pmf(0))
