"""Posters of a forum: most days nobody says a word, hot topics draw those who care for them."""

import numpy as np

from dashboard.detection.counts.distribution import Counts
from tests.benchmarks.detection.world import LabelledSet, World, column, days_from, wander

BOARDS = 8
HOT_DAYS = 0.06


def build(random: np.random.Generator, users: int, steps: int) -> World:
    """Whether somebody posts depends on habit, weekend and topic; how much, on temper."""
    times = days_from("2025-02-03", steps)
    weekend = times.dayofweek.to_numpy() >= 5
    board = random.integers(BOARDS, size=users)
    hot = (random.random((BOARDS, steps)) < HOT_DAYS)[board]
    habit = column(random.normal(-0.9, 1.1, users))
    habit = habit + column(random.normal(0.2, 0.6, users)) * weekend
    habit = habit + 1.5 * hot + 0.4 * wander(random, users, steps, memory=0.97)
    active = 1 / (1 + np.exp(-habit))
    mean = column(1 + random.lognormal(np.log(3), 0.8, users)) * np.where(hot, 1.6, 1)
    size = np.broadcast_to(column(random.uniform(1.5, 6, users)), mean.shape)
    return World(Counts(mean, size, 1 - active), np.ones(mean.shape, dtype=bool), times)


FORUM = LabelledSet("forum", "sparse: habits, boards, hot topics", 600, 91, build)
