import numpy as np
import pytest
from panels import make_panel

from dashboard.detection.counts.distribution import Counts
from dashboard.detection.counts.noise import counts_around
from dashboard.detection.scoring import Scores, score


def scores_of(actual: np.ndarray, expected: np.ndarray, scored: np.ndarray) -> Scores:
    return score(actual, counts_around(actual, expected, scored), scored, period=7)


def test_a_planted_spike_is_the_highest_score_of_all() -> None:
    panel = make_panel(users=30)
    expected = panel.values.mean(axis=1, keepdims=True) * np.ones_like(panel.values)
    panel.values[7, 11, 0] *= 6
    scores = scores_of(panel.values, expected, panel.observed)
    assert np.unravel_index(np.nanargmax(scores.cell), scores.cell.shape) == (7, 11, 0)
    assert np.argmax(scores.user) == 7


def test_busy_and_quiet_users_score_alike_by_chance() -> None:
    random = np.random.default_rng(0)
    level = np.repeat([5.0, 500.0], 200)[:, None, None] * np.ones((400, 40, 1))
    scores = scores_of(random.poisson(level), level, np.ones((400, 40), dtype=bool))
    quiet, busy = np.nanmean(scores.cell[:200]), np.nanmean(scores.cell[200:])
    assert 0.8 < quiet / busy < 1.25


def test_users_who_never_click_do_not_stand_out() -> None:
    scores = scores_of(np.zeros((3, 20, 1)), np.full((3, 20, 1), 0.1), np.ones((3, 20), dtype=bool))
    assert scores.cell.max() < 1


def test_unobserved_cells_have_no_score() -> None:
    scored = np.ones((2, 20), dtype=bool)
    scored[0, :5] = False
    scored[1] = False
    scores = scores_of(np.ones((2, 20, 1)), np.ones((2, 20, 1)), scored)
    assert np.array_equal(np.isfinite(scores.cell[:, :, 0]), scored)
    assert np.isfinite(scores.user).tolist() == [True, False]
    assert not np.isfinite(scores.day[:5]).any()


def test_a_lone_day_away_is_a_mild_surprise_and_a_silence_a_great_one() -> None:
    actual = np.full((20, 30, 1), 50.0)
    actual[3, 10] = 0
    actual[4, 10:15] = 0
    counts = Counts(*(np.full(actual.shape, each) for each in (50.0, 100.0, 0.0)))
    cell = score(actual, counts, np.ones((20, 30), dtype=bool), period=7).cell[:, :, 0]
    # 0.2% are away: the mid-p-value of a zero is 0.001, 3.09 deviations; of five, 5 / sqrt(5) times it
    away = 3.09 * (1 - 0.7 * np.exp(-3.09))
    assert cell[3, 10] == pytest.approx(away, abs=0.01)
    assert cell[4, 12] == pytest.approx(np.sqrt(5) * away, abs=0.02)
