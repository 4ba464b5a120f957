"""A growing app: newcomers who come in waves and warm up, leavers who fade, releases, an outage."""

import numpy as np

from dashboard.detection.counts.distribution import Counts
from tests.benchmarks.detection.world import LabelledSet, World, column, days_from

LATEST = 21  # days before the end on which the last newcomer comes
LEAVERS = 0.2
RELEASES = 3


def build(random: np.random.Generator, users: int, steps: int) -> World:
    """Users differ in level, in how they take to the app, and in how much weekends matter."""
    times = days_from("2025-01-06", steps)
    weekday = times.dayofweek.to_numpy()
    first = _first_days(random, users, steps)
    age = np.arange(steps) - column(first)
    mean = column(random.lognormal(np.log(14), 0.8, users)) * _taking_to_it(random, age)
    mean *= 1 + column(random.normal(0.2, 0.35, users).clip(-0.7)) * (weekday >= 5)
    mean *= _fading(random, users, steps)
    for day in random.choice(np.arange(5, steps - 5), RELEASES, replace=False):
        concerned = random.random(users) < random.uniform(0.2, 0.7)
        mean[concerned, day:] *= random.uniform(0.8, 1.35)
        mean[concerned, day : day + 2] *= 1.5  # everybody looks at what is new
    mean[:, random.integers(steps)] *= 0.15  # an outage
    size = np.broadcast_to(column(random.uniform(3, 12, users)), mean.shape)
    off = np.broadcast_to(column(random.beta(1.2, 12, users)), mean.shape)
    return World(Counts(np.maximum(mean, 0.01), size, off), age >= 0, times)


def _first_days(random: np.random.Generator, users: int, steps: int) -> np.ndarray:
    """Half the users were there before; the others come around three campaigns or now and then."""
    campaigns = random.choice(np.arange(3, steps - LATEST), 3, replace=False)
    by_campaign = random.choice(campaigns, users) + random.geometric(0.3, users)
    by_chance = random.integers(1, steps - LATEST, users)
    came = np.where(random.random(users) < 0.6, by_campaign, by_chance).clip(0, steps - LATEST)
    return np.where(random.random(users) < 0.5, 0, came)


def _taking_to_it(random: np.random.Generator, age: np.ndarray) -> np.ndarray:
    """Curious at first, then a habit that grows or shrinks by a law of its own, (users, times)."""
    curious = column(random.exponential(0.8, len(age))) * np.exp(-age.clip(0) / 3)
    habit = column(random.normal(0, 0.15, len(age))) * np.log1p(age.clip(0) / 7)
    return np.where(age >= 0, (1 + curious) * np.exp(habit), 0.01)


def _fading(random: np.random.Generator, users: int, steps: int) -> np.ndarray:
    """Leavers halve every few days from some day on, (users, times)."""
    turn = column(random.integers(steps // 3, steps, users))
    half_life = column(random.uniform(4, 15, users))
    left = 0.5 ** ((np.arange(steps) - turn).clip(0) / half_life)
    return np.where(column(random.random(users) < LEAVERS), left, 1)


APP = LabelledSet("app", "newcomers in waves, leavers, releases, an outage", 500, 77, build)
