"""Visitors of shops: weather that a region shares, two pay days a month, Sundays, and a sale."""

import numpy as np

from dashboard.detection.counts.distribution import Counts
from tests.benchmarks.detection.world import LabelledSet, World, column, days_from, wander

REGIONS = 6
SUNDAY = 6
WEEK = np.array([0.8, 0.8, 0.85, 0.95, 1.25, 1.7, 0.65])


def build(random: np.random.Generator, users: int, steps: int) -> World:
    """A user's mean is their level, their own taste for weekends, pay day and bad weather."""
    times = days_from("2025-09-01", steps)
    weekday, day = times.dayofweek.to_numpy(), times.day.to_numpy()
    region = random.integers(REGIONS, size=users)
    weather = wander(random, REGIONS, steps, memory=0.6)[region]
    paid = np.where(column(random.random(users) < 0.6), _after(day, 25), _after(day, 10))
    week = WEEK[weekday] ** column(random.uniform(0, 1.6, users))
    mean = column(random.lognormal(np.log(9), 1.0, users)) * week
    mean *= 1 + column(random.exponential(0.7, users)) * paid
    mean *= np.exp(column(random.normal(-0.15, 0.15, users)) * weather)
    sale = int(random.integers(7, steps - 7))
    mean[:, sale : sale + 4] *= 1 + column(random.exponential(0.8, users))
    closed_on_sundays = np.isin(region, random.choice(REGIONS, 2, replace=False))
    off = np.where(column(closed_on_sundays) & (weekday == SUNDAY), 0.98, 0.01)
    size = np.broadcast_to(column(random.uniform(3, 15, users)), mean.shape)
    return World(Counts(mean, size, off), np.ones(mean.shape, dtype=bool), times)


def _after(day: np.ndarray, pay_day: int) -> np.ndarray:
    """How much of the pay is left, (times,): 1 on pay day, halved every other day."""
    return 0.5 ** (((day - pay_day) % 30) / 2)


SHOPS = LabelledSet("shops", "weather by region, pay days, closed Sundays, a sale", 500, 98, build)
