"""Evidence against cells, each kind by an example that can be worked out."""

import numpy as np
import pytest

from dashboard.detection.counts.distribution import Counts, log_probability
from dashboard.detection.evidence.days import take_day_out
from dashboard.detection.evidence.exceptions import allow_exceptions
from dashboard.detection.evidence.moves import move_evidence
from dashboard.detection.evidence.repeats import repeat_evidence
from dashboard.detection.evidence.runs import best_run, run_evidence


def alike(row: list[float], users: int = 20) -> np.ndarray:
    return np.tile(np.array(row, dtype=float), (users, 1))


def test_the_best_run_is_found_for_each_cell_that_it_covers() -> None:
    made = best_run(np.array([[0, 2, 2, 2, 0.0]]), (1, 3), lambda sums, n: sums / n)
    assert made[0].tolist() == pytest.approx([4 / 3, 2, 2, 2, 4 / 3])


def test_three_mild_surprises_of_one_sign_weigh_more_than_one() -> None:
    made = run_evidence(alike([0, 0, 0, 2, 2, 2, 0, 0, 0]))
    # (2 + 2 + 2) / sqrt(3), less what is taken off a cell that lies 2 deviations away
    assert made[0, 4] == pytest.approx(6 / np.sqrt(3) * (1 - 0.7 * np.exp(-2)))
    assert made[0, 4] > made[0, 0]


def test_surprises_of_both_signs_do_not_add_up() -> None:
    made = run_evidence(alike([0, 0, 0, 2, -2, 2, 0, 0, 0]))
    assert made[0, 4] == pytest.approx(2 * (1 - 0.7 * np.exp(-2)))


def test_few_users_are_judged_cell_by_cell() -> None:
    made = run_evidence(alike([0, 0, 2, 2, 2, 0, 0], users=3))
    assert made[0, 3] == pytest.approx(2 * (1 - 0.7 * np.exp(-2)))


def test_what_happened_to_everyone_is_the_day_and_no_users() -> None:
    random = np.random.default_rng(0)
    surprise = random.normal(size=(400, 6))
    surprise[:, 3] = 3 * surprise[:, 3] - 5
    surprise[7, 3] = 25
    made = take_day_out(surprise)
    assert np.median(made[:, 3]) == pytest.approx(0, abs=1e-3)
    assert np.std(np.delete(made[:, 3], 7)) == pytest.approx(1, abs=0.15)
    assert made[:, 3].argmax() == 7
    assert np.array_equal(take_day_out(surprise[:10]), surprise[:10])


def test_a_flat_line_is_as_unlikely_as_its_counts_are_to_repeat() -> None:
    random = np.random.default_rng(1)
    actual = random.poisson(100, (1, 40)).astype(float)
    actual[0, 10:16] = 100
    counts = Counts(*(np.full(actual.shape, each) for each in (100.0, 1e6, 0.0)))
    scored = np.ones(actual.shape, dtype=bool)
    made = repeat_evidence(actual, scored, log_probability(actual, counts))
    assert (made[0, 10:16] > 4).all()
    assert np.count_nonzero(made) == 6


def test_users_whose_counts_often_repeat_are_not_told_off_for_it() -> None:
    actual = np.tile([5.0, 5, 5, 5, 6, 6, 6, 6, 6, 5], (1, 6))
    counts = Counts(*(np.full(actual.shape, each) for each in (5.0, 1e6, 0.0)))
    scored = np.ones(actual.shape, dtype=bool)
    made = repeat_evidence(actual, scored, log_probability(actual, counts))
    assert made.max() < 3


def test_a_week_that_has_moved_fits_better_under_its_shift() -> None:
    week = np.array([40.0, 40, 40, 40, 40, 4, 4])
    mean = np.tile(week, 8)[None]
    actual = mean.copy()
    actual[0, 21:35] = np.roll(mean[0, 21:35], 3)
    counts = Counts(mean, np.full(mean.shape, 20.0), np.zeros(mean.shape))
    scored = np.ones(mean.shape, dtype=bool)
    made = move_evidence(actual, scored, counts, 7)
    assert (made[0, 23:33] > 2).all()
    assert move_evidence(mean, scored, counts, 7).max() == 0
    assert move_evidence(actual, scored, counts, 1).max() == 0


def test_a_week_may_lie_in_which_days_are_off() -> None:
    days = np.arange(56) % 7
    off = np.where(days < 5, 0.0, 0.97)[None]
    mean = np.where(days < 5, 10.0, 40.0)[None]  # what little happens on weekends is much
    usual = np.where(days < 5, 10.0, 0.0)[None]
    counts = Counts(mean, np.full(mean.shape, 2.0), off)
    scored = np.ones(mean.shape, dtype=bool)
    assert move_evidence(usual, scored, counts, 7).max() == 0
    moved = usual.copy()
    moved[0, 21:35] = np.roll(usual[0, 21:35], 3)
    assert (move_evidence(moved, scored, counts, 7)[0, 23:33] > 2).all()


def test_a_busy_sunday_surprises_less_where_sundays_have_been_busy_before() -> None:
    actual = np.tile([20.0, 20, 20, 20, 20, 0, 0], (2, 10))
    actual[1, [6, 20, 34, 48]] = 20
    actual[:, 62] = 20
    mean = np.tile([20.0, 20, 20, 20, 20, 0.2, 0.2], (2, 10))
    counts = Counts(mean, np.full(mean.shape, 10.0), np.zeros(mean.shape))
    scored = np.ones(mean.shape, dtype=bool)
    upper = allow_exceptions(np.full(mean.shape, 1e-9), actual, scored, counts)
    assert upper[0, 62] < 0.001 < upper[1, 62]
    assert upper[0, 0] == 1e-9  # a busy day is no exception
