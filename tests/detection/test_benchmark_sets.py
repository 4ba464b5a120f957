"""The labelled sets of the detection benchmark are what they are said to be."""

import numpy as np
import pytest

from dashboard.detection.counts.distribution import Counts
from tests.benchmarks.detection.anomalies import SHARE, plant
from tests.benchmarks.detection.plain import pca_runs, robust_z
from tests.benchmarks.detection.sets import SETS
from tests.benchmarks.detection.world import LabelledSet, World, days_from, draw

USERS, STEPS = 100, 70


@pytest.mark.parametrize("chosen", SETS.values(), ids=lambda chosen: chosen.name)
def test_counts_are_drawn_from_a_truth_that_can_be_one(chosen: LabelledSet) -> None:
    world = chosen.build(np.random.default_rng(3), USERS, STEPS)
    truth = world.truth
    assert truth.mean.shape == truth.size.shape == truth.off.shape == (USERS, STEPS)
    assert (truth.mean > 0).all()
    assert (truth.size > 0).all()
    assert ((truth.off >= 0) & (truth.off < 1)).all()
    assert len(world.times) == STEPS


def test_draws_have_the_mean_the_variance_and_the_zeros_of_the_truth() -> None:
    truth = Counts(np.full(200_000, 6.0), np.full(200_000, 3.0), np.full(200_000, 0.25))
    values = draw(np.random.default_rng(0), truth)
    active = 6 + 6**2 / 3  # mean + mean^2 / size = 18
    assert values.mean() == pytest.approx(0.75 * 6, abs=0.05)
    assert values.var() == pytest.approx(0.75 * active + 0.75 * 0.25 * 6**2, abs=0.5)
    assert (values == 0).mean() == pytest.approx(0.25 + 0.75 * (3 / 9) ** 3, abs=0.005)


@pytest.mark.parametrize("chosen", SETS.values(), ids=lambda chosen: chosen.name)
def test_8_of_100_users_have_an_anomaly_and_the_others_none(chosen: LabelledSet) -> None:
    random = np.random.default_rng(3)
    world = chosen.build(random, USERS, STEPS)
    _, labels = plant(random, world)
    assert labels.any(axis=1).sum() == SHARE * USERS
    assert not labels[~world.observed].any()


def test_steps_on_which_a_silence_makes_no_difference_are_not_labelled() -> None:
    weekend = np.arange(STEPS) % 7 >= 5
    mean = np.full((USERS, STEPS), 50.0)
    off = np.where(weekend, 1.0, 0.0) * np.ones((USERS, 1))
    truth = Counts(mean, np.full_like(mean, 20.0), off)
    world = World(truth, np.ones(mean.shape, dtype=bool), days_from("2025-01-06", STEPS))
    values, labels = plant(np.random.default_rng(1), world)
    silent = labels & (values == 0)
    assert silent.any()
    assert not silent[:, weekend].any()


def test_the_plain_baselines_see_a_spike_and_a_run() -> None:
    random = np.random.default_rng(2)
    counts = random.poisson(20, (60, 42)).astype(float)
    counts[7, 30] = 400
    counts[9, 10:15] = 42
    phases = np.arange(42) % 7
    assert np.unravel_index(robust_z(counts, phases).argmax(), counts.shape) == (7, 30)
    by_user = pca_runs(counts, phases).max(axis=1)
    assert set(np.argsort(by_user)[-2:]) == {7, 9}
