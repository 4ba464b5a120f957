"""What is foretold of a cell comes from all the others, and hardly at all from itself."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.detection.counts.basis import rhythm, shared
from dashboard.detection.counts.distribution import log_negative_binomial
from dashboard.detection.counts.effects import _learn, _population, foretell, solve_symmetric
from dashboard.detection.counts.expectation import expect
from dashboard.detection.counts.noise import counting_units, counts_around
from dashboard.detection.counts.sizes import find_sizes

WEEK = 7


def office(users: int = 60, times: int = 42, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Poisson counts of users with a common week; the means they were drawn from."""
    random = np.random.default_rng(seed)
    level = random.uniform(5, 80, (users, 1))
    week = np.array([1.2, 1.3, 1.2, 1.1, 1.0, 0.4, 0.3])[np.arange(times) % WEEK]
    mean = level * week
    return random.poisson(mean).astype(float), mean


def test_a_week_has_a_level_and_seven_contrasts_that_add_up_to_nothing() -> None:
    patterns = rhythm(21, WEEK)
    assert patterns.shape == (8, 21)
    np.testing.assert_allclose(patterns[1:].sum(axis=0), 0, atol=1e-12)


def test_many_small_systems_are_solved_side_by_side() -> None:
    random = np.random.default_rng(0)
    half = random.normal(size=(50, 4, 6))
    left, right = half @ half.transpose(0, 2, 1), random.normal(size=(50, 4, 1))
    made = solve_symmetric(np.moveaxis(left.copy(), 0, 2), right[:, :, 0].T.copy())
    np.testing.assert_allclose(np.array(made).T, np.linalg.solve(left, right)[:, :, 0], rtol=1e-9)


@pytest.mark.parametrize(("times", "period"), [(13, 7), (40, 1)])
def test_without_two_periods_only_the_level_is_left(times: int, period: int) -> None:
    assert rhythm(times, period).tolist() == [[1.0] * times]


def test_a_pattern_that_all_share_is_found_and_noise_is_not() -> None:
    random = np.random.default_rng(1)
    noise = random.normal(size=(200, 30))
    spread, seen = np.ones((200, 1)), np.ones((200, 30))
    assert len(shared(noise, seen, spread)) == 0
    holiday = np.zeros(30)
    holiday[11] = -4
    found = shared(noise + random.normal(1, 0.3, (200, 1)) * holiday, seen, spread)
    assert np.argmax(np.abs(found[0])) == 11


def test_users_are_foretold_from_their_other_weeks() -> None:
    actual, mean = office()
    made = foretell(np.sqrt(actual), np.ones_like(actual), WEEK, gap=3).expected
    assert np.corrcoef(made.ravel(), np.sqrt(mean).ravel())[0, 1] > 0.98


def test_a_cell_hardly_moves_what_is_expected_of_itself() -> None:
    actual, _ = office()
    seen = np.ones(actual.shape, dtype=bool)
    before = expect(actual, seen, WEEK).counts.mean
    spiked = actual.copy()
    spiked[5, 20] = 10 * actual[5].max()
    after = expect(spiked, seen, WEEK).counts.mean
    assert after[5, 20] == pytest.approx(before[5, 20], rel=0.1)
    long_surge = actual.copy()
    long_surge[5, 18:23] *= 3
    after = expect(long_surge, seen, WEEK).counts.mean
    assert after[5, 20] == pytest.approx(before[5, 20], rel=0.1)


def test_zeros_are_told_apart_only_where_users_are_off() -> None:
    random = np.random.default_rng(2)
    actual = random.poisson(30, (80, 42)).astype(float)
    actual[:40] *= random.random((40, 42)) < 0.4
    made = expect(actual, np.ones(actual.shape, dtype=bool), WEEK)
    assert made.often_off[:40].mean() > 0.9
    assert made.often_off[40:].mean() < 0.2
    # off three times in five: a mean over all steps of 12, of 30 on active ones
    assert np.median(made.counts.mean[:40]) == pytest.approx(30, rel=0.15)
    assert np.median(made.counts.expected[:40]) == pytest.approx(12, rel=0.25)


@pytest.mark.parametrize("size", [2.0, 30.0])
def test_the_size_that_counts_were_drawn_with_is_found(size: float) -> None:
    random = np.random.default_rng(3)
    mean = np.full((200, 60), 50.0)
    actual = random.poisson(random.gamma(size, mean / size)).astype(np.float32)[:, :, None]
    made = counts_around(actual, mean[:, :, None], np.ones((200, 60), dtype=bool))
    assert np.median(made.size) == pytest.approx(size, rel=0.2)


def test_a_giant_count_does_not_widen_what_is_usual() -> None:
    random = np.random.default_rng(4)
    actual = random.poisson(50, (100, 40)).astype(float)
    mean, seen = np.full(actual.shape, 50.0), np.ones(actual.shape, dtype=bool)

    def sizes(counts: np.ndarray) -> np.ndarray:
        return find_sizes(
            counts, seen, lambda size: log_negative_binomial(counts, mean, np.float64(size)), None
        )

    before = sizes(actual)[3, 0]
    actual[3, 10] = 5_000
    assert sizes(actual)[3, 0] > before / 3


def test_whole_counts_are_counted_in_ones_and_amounts_in_thousandths_of_their_median() -> None:
    values = np.array([[[1, 0.5], [3, 0.0], [2, 1.5]]], dtype=np.float32)
    assert counting_units(values).tolist() == [1, 1_000]


def test_each_cell_is_foretold_as_if_the_steps_around_it_were_unknown() -> None:
    counts, _ = office(users=30, times=24)
    values = np.sqrt(counts)
    seen = np.random.default_rng(0).uniform(0, 1, values.shape) * (values > 3)
    known = _learn(values, seen, WEEK, rounds=1, least_spread=0.01)
    population = _population(known)
    for time in (0, 2, 11, 23):
        left = seen.copy()
        left[:, max(0, time - 3) : time + 4] = 0
        weights = population.weights(*replace(known, seen=left).moments())
        made = foretell(values, seen, WEEK, 3, rounds=1).weights[:, time]
        np.testing.assert_allclose(made, weights, rtol=1e-4, atol=1e-5)
