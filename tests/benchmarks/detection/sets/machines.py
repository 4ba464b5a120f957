"""Clients of an interface, by the hour: pollers, nightly jobs, office traffic, and wild crawlers."""

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency
from dashboard.detection.counts.distribution import Counts
from tests.benchmarks.detection.world import LabelledSet, World, column

SORTS = ("poller", "job", "office", "crawler")
SHARES = (0.35, 0.2, 0.3, 0.15)
SCATTER = {"poller": (200, 2_000), "job": (30, 200), "office": (6, 20), "crawler": (0.5, 1.2)}
JOB_DONE = 0.999  # share of hours without a call outside a job's own


def build(random: np.random.Generator, users: int, steps: int) -> World:
    """Pollers are nearly Poisson, crawlers have long tails; what is deployed concerns a group."""
    times = pd.date_range("2025-06-02", periods=steps, freq=Frequency.HOUR.pandas_offset)
    hour, weekday = times.hour.to_numpy(), times.dayofweek.to_numpy()
    sort = random.choice(SORTS, users, p=SHARES)
    level = column(random.lognormal(np.log(20), 1.0, users))
    peak = column(random.normal(13, 2, users))
    by_day = 0.04 + np.exp(-0.5 * ((hour - peak) / 3.5) ** 2)
    by_day = by_day * np.where(weekday >= 5, column(random.uniform(0.05, 0.6, users)), 1)
    mean = level * np.where(column(sort == "office"), by_day, 1)
    deployed = random.integers(steps // 4, steps, 4)
    group = random.integers(4, size=users)
    grown = np.arange(steps) >= column(deployed[group])
    mean = mean * np.where(grown, column(random.uniform(0.8, 1.4, 4)[group]), 1)
    down = int(random.integers(12, steps - 12))
    mean[:, down : down + 3] *= 0.1
    off = np.where(column(sort == "job") & ~_job_hours(random, users, hour), JOB_DONE, 0.0)
    scatter = np.array([SCATTER[one] for one in sort])
    size = np.exp(random.uniform(np.log(scatter[:, 0]), np.log(scatter[:, 1])))
    size = np.broadcast_to(column(size), mean.shape)
    return World(Counts(mean, size, off), np.ones(mean.shape, dtype=bool), times, Frequency.HOUR)


def _job_hours(random: np.random.Generator, users: int, hour: np.ndarray) -> np.ndarray:
    """One to six hours in a row in which a job runs, (users, times) bool."""
    begins, lasts = random.integers(24, size=users), random.integers(1, 7, users)
    return (hour - column(begins)) % 24 < column(lasts)


MACHINES = LabelledSet(
    "machines", "hourly: pollers, jobs, office traffic, crawlers", 150, 24 * 21, build
)
