"""The baselines expect what can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from panels import make_panel

from dashboard.data.panel import Frequency
from dashboard.detection import MODELS, TrainingSettings, analyse
from dashboard.detection.baselines import pca, robust_z, weekday_median
from dashboard.detection.counts.anscombe import anscombe, counts_of
from dashboard.detection.rhythm import phases

BASELINES = [name for name, kind in MODELS.items() if not kind.is_trained]


def series(*values: float) -> np.ndarray:
    """One user, one feature."""
    return np.array(values, dtype=float)[None, :, None]


def test_robust_z_expects_the_median_of_what_was_observed() -> None:
    made = robust_z.expect(series(1, 2, np.nan, 9), np.zeros(4, dtype=int))
    assert made[0, :, 0].tolist() == [2, 2, 2, 2]


def test_the_weekday_median_is_that_of_the_same_phase() -> None:
    made = weekday_median.expect(series(1, 10, 3, 20, 5, 60), np.array([0, 1, 0, 1, 0, 1]))
    assert made[0, :, 0].tolist() == [3, 20, 3, 20, 3, 20]


def test_a_phase_seen_once_falls_back_on_the_median_of_all() -> None:
    made = weekday_median.expect(series(1, 7, 3), np.array([0, 1, 0]))
    assert made[0, :, 0].tolist() == [2, 3, 2]


def test_pca_reproduces_users_who_share_two_rhythms() -> None:
    time = np.arange(28)
    rhythms = np.stack([np.sin(2 * np.pi * time / 7), np.cos(2 * np.pi * time / 7)])
    weights = np.random.default_rng(0).normal(size=(50, 2))
    actual = (10 + weights @ rhythms)[:, :, None]
    np.testing.assert_allclose(pca.expect(actual, time % 7), actual, atol=1e-6)


@pytest.mark.parametrize("users", [3, 40])
def test_pca_is_the_same_from_the_side_of_users_and_of_time(users: int) -> None:
    actual = np.random.default_rng(1).uniform(8, 12, (users, 12, 1))
    centred = actual[:, :, 0] - actual[:, :, 0].mean(axis=1, keepdims=True)
    deviation = centred.std(axis=1, keepdims=True)
    left, sizes, right = np.linalg.svd(centred / deviation, full_matrices=False)
    two = (left[:, :2] * sizes[:2]) @ right[:2]
    wanted = actual.mean(axis=1) + two * deviation
    np.testing.assert_allclose(pca.expect(actual, np.zeros(12))[:, :, 0], wanted, atol=1e-8)


def test_pca_of_one_user_expects_its_mean() -> None:
    assert pca.expect(series(1, 2, 6), np.zeros(3))[0, :, 0].tolist() == [3, 3, 3]


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_finds_a_planted_spike_without_training(name: str) -> None:
    panel = make_panel(users=30, times=28)
    panel.values[7, 11, 0] = panel.values[7].max() * 6 + 20
    analysis = analyse(panel, TrainingSettings(model=name))
    assert analysis.history == ()
    assert np.argmax(analysis.user_score) == 7
    assert np.argmax(analysis.score[7]) == 11


def test_counts_survive_the_scale_and_back() -> None:
    counts = np.array([0.0, 1, 2.5, 1e6])
    np.testing.assert_allclose(counts_of(anscombe(counts)), counts, atol=1e-6)


@pytest.mark.parametrize(
    ("times", "frequency", "wanted"),
    [
        (pd.date_range("2026-01-05", periods=8), Frequency.DAY, [0, 1, 2, 3, 4, 5, 6, 0]),
        (pd.date_range("2026-01-06 23:00", periods=2, freq="h"), Frequency.HOUR, [47, 48]),
        (pd.date_range("2026-01-05", periods=3, freq="W-MON"), Frequency.WEEK, [0, 0, 0]),
        (pd.Index([-1, 0, 7]), Frequency.DAY, [6, 0, 0]),
    ],
)
def test_a_phase_is_the_place_in_the_week(
    times: pd.Index, frequency: Frequency, wanted: list[int]
) -> None:
    assert phases(times, frequency).tolist() == wanted
