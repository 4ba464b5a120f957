"""A world: the distribution that each count truly has, from which panels are drawn."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.counts.distribution import Counts


@dataclass(frozen=True)
class World:
    """What is true of each user and time step while nothing is wrong.

    truth: arrays of (users, times). observed: (users, times) bool, each user's steps in one stretch.
    Whatever many users share (holidays, weather, outages, releases) is part of the truth.
    """

    truth: Counts
    observed: np.ndarray
    times: pd.DatetimeIndex
    frequency: Frequency = Frequency.DAY

    def panel(self, values: np.ndarray) -> Panel:
        """Return counts (users, times) as the panel that a file of them would give."""
        users, _ = values.shape
        return Panel(
            values=np.where(self.observed, values, 0)[:, :, None].astype(np.float32),
            observed=self.observed,
            users=tuple(f"user-{number:05d}" for number in range(users)),
            times=self.times,
            features=("clicks",),
            frequency=self.frequency,
        )


@dataclass(frozen=True)
class LabelledSet:
    """A kind of world. build: (random numbers, users, time steps) -> one world of that kind."""

    name: str
    about: str
    users: int
    steps: int
    build: Callable[[np.random.Generator, int, int], World]


def draw(random: np.random.Generator, truth: Counts) -> np.ndarray:
    """Draw counts: 0 where a user is off, else a Poisson number whose rate is gamma distributed."""
    rate = random.gamma(truth.size, truth.mean / truth.size)
    return np.where(random.random(rate.shape) < truth.off, 0, random.poisson(rate))


def days_from(first: str, steps: int) -> pd.DatetimeIndex:
    """Return `steps` days from the first one."""
    return pd.date_range(first, periods=steps, freq=Frequency.DAY.pandas_offset)


def column(values: np.ndarray) -> np.ndarray:
    """Return one value a user, (users,), so that it spreads over the times: (users, 1)."""
    return values[:, None]


def wander(random: np.random.Generator, rows: int, steps: int, *, memory: float) -> np.ndarray:
    """Return slow changes of mean 0 and deviation 1, (rows, steps): a step keeps `memory` of the last."""
    moves = random.normal(size=(rows, steps))
    moves[:, 1:] *= np.sqrt(1 - memory**2)
    for step in range(1, steps):
        moves[:, step] += memory * moves[:, step - 1]
    return moves
