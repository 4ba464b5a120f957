"""Office workers: working weeks, part-timers, public holidays by country, and lone days off."""

import numpy as np

from dashboard.detection.counts.distribution import Counts
from tests.benchmarks.detection.world import LabelledSet, World, column, days_from, wander

COUNTRIES = 3
PART_TIME = 0.3
WEEKEND_WORKERS = 0.15
SATURDAY = 5


def build(random: np.random.Generator, users: int, steps: int) -> World:
    """Means are the workload of a team; whether somebody works at all is a matter of `off`."""
    times = days_from("2025-03-24", steps)
    weekday = times.dayofweek.to_numpy()
    off = np.where(_working_week(random, users)[:, weekday], random.beta(1, 30, (users, 1)), 0.97)
    country = random.integers(COUNTRIES, size=users)
    off = np.where(_holidays(random, steps)[country], np.maximum(off, 0.93), off)
    teams = wander(random, 25, steps, memory=0.9)[random.integers(25, size=users)]
    level = column(random.lognormal(np.log(18), 0.9, users))
    days = random.dirichlet(np.full(7, 40), users)[:, weekday] * 7
    friday = np.where(weekday == SATURDAY - 1, 0.75, 1)
    mean = level * days * friday * np.exp(0.12 * teams)
    mean[:, random.integers(steps)] *= 0.35  # the servers are down
    size = np.broadcast_to(column(random.uniform(4, 20, users)), mean.shape)
    return World(Counts(mean, size, off), np.ones(mean.shape, dtype=bool), times)


def _working_week(random: np.random.Generator, users: int) -> np.ndarray:
    """On which weekdays each user works, (users, 7) bool; part-timers miss one to three of them."""
    works = np.repeat((np.arange(7) < SATURDAY)[None], users, axis=0)
    for user in np.flatnonzero(random.random(users) < PART_TIME):
        works[user, random.choice(SATURDAY, random.integers(1, 4), replace=False)] = False
    works[:, SATURDAY:] |= random.random((users, 2)) < WEEKEND_WORKERS / 2
    return works


def _holidays(random: np.random.Generator, steps: int) -> np.ndarray:
    """Three to five lone holidays in each country, and one of them a long weekend, as bool."""
    closed = np.zeros((COUNTRIES, steps), dtype=bool)
    for row in closed:
        days = random.choice(steps - 3, random.integers(3, 6), replace=False)
        row[days] = True
        row[days[0] : days[0] + 4] = True
    return closed


OFFICE = LabelledSet("office", "working weeks, part-timers, holidays by country", 450, 84, build)
