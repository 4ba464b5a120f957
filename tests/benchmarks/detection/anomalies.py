"""Anomalies: the truth of a user changes for some steps, and the counts are drawn from the change.

Nothing is labelled that leaves the truth as good as it was, such as the weekend of somebody who
falls silent and would not have worked anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dashboard.detection.counts.distribution import Counts
from tests.benchmarks.detection.world import World, draw

SHARE = 0.08  # of users
LEAST_HISTORY = 25  # steps a user needs to have an anomaly
TRIES = 20  # places looked at, until one is found where the change makes a difference
MOVED = 0.3  # standard deviations by which a labelled cell's expected count differs, at least
SCATTERED = 2.0  # or so many times the variance

# (random numbers, truth of one user (times,), first step, steps) -> what is true of those steps
Change = Callable[[np.random.Generator, Counts, int, int], Counts]


@dataclass(frozen=True)
class Kind:
    """An anomaly of one kind. steps: fewest and most."""

    name: str
    steps: tuple[int, int]
    change: Change


def _times(low: float, high: float) -> Change:
    """Multiply the mean; small factors are as likely as large ones."""

    def change(random: np.random.Generator, truth: Counts, first: int, steps: int) -> Counts:
        here = truth[first : first + steps]
        factor = np.exp(random.uniform(np.log(low), np.log(high)))
        return Counts(here.mean * factor, here.size, here.off)

    return change


def _silence(random: np.random.Generator, truth: Counts, first: int, steps: int) -> Counts:
    del random
    here = truth[first : first + steps]
    return Counts(here.mean, here.size, np.ones(steps))


def _creep(random: np.random.Generator, truth: Counts, first: int, steps: int) -> Counts:
    """Grow from the usual mean to some times as much."""
    here = truth[first : first + steps]
    return Counts(here.mean * np.linspace(1, random.uniform(2, 4), steps), here.size, here.off)


def _every_day_alike(random: np.random.Generator, truth: Counts, first: int, steps: int) -> Counts:
    """Do on every step what the user does on average: no weekend, no pay day."""
    del random
    usual = np.full(steps, truth.expected.mean())
    return Counts(usual, truth.size[first : first + steps], np.zeros(steps))


def _out_of_step(random: np.random.Generator, truth: Counts, first: int, steps: int) -> Counts:
    """Do what belongs to two to four steps later."""
    moved = (np.arange(first, first + steps) + random.integers(2, 5)) % len(truth.mean)
    return truth[moved]


def _erratic(random: np.random.Generator, truth: Counts, first: int, steps: int) -> Counts:
    """Keep the mean, but do almost nothing on one step and very much on another."""
    del random
    here = truth[first : first + steps]
    return Counts(here.mean, np.minimum(here.size / 8, 0.6), here.off)


KINDS = (
    Kind("burst", (1, 2), _times(2, 8)),
    Kind("surge", (4, 10), _times(1.5, 3)),
    Kind("slump", (5, 14), _times(0.2, 0.65)),
    Kind("silence", (2, 9), _silence),
    Kind("creep", (8, 16), _creep),
    Kind("every day alike", (6, 14), _every_day_alike),
    Kind("out of step", (6, 14), _out_of_step),
    Kind("erratic", (7, 14), _erratic),
)


def plant(random: np.random.Generator, world: World) -> tuple[np.ndarray, np.ndarray]:
    """Draw counts with anomalies. Return them and the labels, both (users, times)."""
    values = draw(random, world.truth)
    labels = np.zeros(values.shape, dtype=bool)
    known = np.flatnonzero(world.observed.sum(axis=1) >= LEAST_HISTORY)
    chosen = random.choice(known, round(SHARE * len(values)), replace=False)
    for position, user in enumerate(chosen):
        kind = KINDS[position % len(KINDS)]
        _plant_one(random, world, kind, user=user, values=values[user], labels=labels[user])
    return values, labels


def _plant_one(
    random: np.random.Generator,
    world: World,
    kind: Kind,
    *,
    user: int,
    values: np.ndarray,
    labels: np.ndarray,
) -> None:
    """Change the user's counts and labels, (times,), in place, where a place is found."""
    there = np.flatnonzero(world.observed[user])
    truth = world.truth[user][there]
    for _ in range(TRIES):
        steps = int(random.integers(kind.steps[0], kind.steps[1] + 1))
        first = int(random.integers(0, len(there) - steps + 1))
        changed = kind.change(random, truth, first, steps)
        differs = _differs(truth[first : first + steps], changed)
        if differs.any():
            cells = there[first : first + steps]
            values[cells] = draw(random, changed)
            labels[cells] = differs
            return


def _differs(usual: Counts, changed: Counts) -> np.ndarray:
    """Tell which steps, (steps,) bool, are no longer as good as usual."""
    before, after = _variance(usual), _variance(changed)
    moved = np.abs(changed.expected - usual.expected) >= MOVED * np.sqrt(before)
    return moved | (after >= SCATTERED * before)


def _variance(counts: Counts) -> np.ndarray:
    active = counts.mean + counts.mean**2 / counts.size
    return (1 - counts.off) * (active + counts.off * counts.mean**2) + 1e-9
