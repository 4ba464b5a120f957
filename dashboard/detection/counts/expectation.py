"""What is expected of each cell before any network: how active a user is, and how much it does.

Two descriptions are tried. One takes every zero as a small count. The other tells apart whether a
user is active on a step at all and how much it then does. Each cell gets the one that foretells its
user's other counts better.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from dashboard.detection.at_once import at_once
from dashboard.detection.counts.anscombe import anscombe, counts_of
from dashboard.detection.counts.distribution import (
    Counts,
    log_negative_binomial,
    log_probability,
    zero_probability,
)
from dashboard.detection.counts.effects import Effects, foretell, smooth
from dashboard.detection.counts.sizes import find_sizes, robust
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.steps import without_near

GAP = 3  # steps on either side that say nothing of a cell, so that a long anomaly does not excuse itself
FEW_ZEROS = 0.02  # share below which zeros are no matter
LONG_GAP = 10  # steps around a cell that do not say which description fits its user
CLEARLY_BETTER = 2.0  # in log likelihood of a user's other steps
LEAST_MEAN = 0.02
USUAL_SIZE = 5.0
ACTIVITY = (0.005, 0.999)
LEAST_ACTIVITY_SPREAD = 0.05
MOST_OFF = 0.995
SOMETIMES_OFF = 0.02


@dataclass(frozen=True)
class Expectation:
    """counts: (users, times). level: (users, times), the scale of `plain` and `active`.

    plain, active: the weights that foretell each cell under either description.
    often_off: (users, times) bool, whether the user's zeros are told apart from small counts, as
        far as its steps well away from the cell say so: a silence must not excuse itself.
    """

    counts: Counts
    level: np.ndarray
    plain: Effects
    active: Effects | None
    often_off: np.ndarray


def expect(
    actual: np.ndarray, seen: np.ndarray, period: int, learned: Learned = ALONE
) -> Expectation:
    """Expect every cell of one feature. actual: (users, times) counts; seen: bool."""
    plainly = partial(_expect_plainly, actual, seen, period, learned.within("plain"))
    few_zeros = (seen & (actual == 0)).sum() < FEW_ZEROS * seen.sum()
    if learned.learn("few zeros", lambda: few_zeros):
        plain, level, counts = plainly()
        return Expectation(counts, level, plain, None, np.zeros(actual.shape, dtype=bool))
    (plain, level, counts), (active, active_level, told_apart) = at_once(
        [plainly, partial(_tell_apart, actual, seen, period, learned.within("apart"))]
    )
    gain = _likelihood(actual, seen, told_apart) - _likelihood(actual, seen, counts)
    often_off = without_near(gain, LONG_GAP) > CLEARLY_BETTER
    return Expectation(
        Counts(
            np.where(often_off, told_apart.mean, counts.mean),
            np.where(often_off, told_apart.size, counts.size),
            np.where(often_off, told_apart.off, counts.off),
        ),
        np.where(often_off, active_level, level),
        plain,
        active,
        often_off,
    )


def _expect_plainly(
    actual: np.ndarray, seen: np.ndarray, period: int, learned: Learned
) -> tuple[Effects, np.ndarray, Counts]:
    """Foretell counts, taking every zero as a small one."""
    scaled, level = _levels(actual, seen.astype(float))
    effects = foretell(scaled, seen.astype(float), period, GAP, learned)
    mean = _mean(effects.expected * level)

    def log_of(size: float) -> np.ndarray:
        return log_negative_binomial(actual, mean, np.float64(size))

    sizes = find_sizes(actual, seen, log_of, GAP, learned)
    level = np.broadcast_to(level, actual.shape)
    return effects, level, Counts(mean, sizes, np.zeros_like(mean))


def _tell_apart(
    actual: np.ndarray, seen: np.ndarray, period: int, learned: Learned
) -> tuple[Effects, np.ndarray, Counts]:
    """Foretell activity, and counts of active steps; a zero is one as far as it may be by chance."""
    activity = np.clip(
        foretell(
            (actual > 0).astype(float), seen.astype(float), period, GAP, learned.within("active"),
            rounds=1, least_spread=LEAST_ACTIVITY_SPREAD,
        ).expected,
        *ACTIVITY,
    )  # fmt: skip
    weight = seen * (actual > 0).astype(float)
    for each in range(2):
        scaled, level = _levels(actual, weight)
        mean = _mean(smooth(scaled, weight, period, learned.within(f"again {each}")) * level)
        off = _off(activity, mean, USUAL_SIZE)
        zero = zero_probability(mean, USUAL_SIZE)
        by_chance = (1 - off) * zero / np.maximum(off + (1 - off) * zero, 1e-9)
        weight = seen * np.where(actual > 0, 1, np.where(off > SOMETIMES_OFF, by_chance, 1))
    scaled, level = _levels(actual, weight)
    effects = foretell(scaled, weight, period, GAP, learned)
    mean = _mean(effects.expected * level)

    def log_of(size: float) -> np.ndarray:
        size = np.float64(size)
        return log_probability(actual, Counts(mean, size, _off(activity, mean, size)))

    sizes = find_sizes(actual, seen, log_of, GAP, learned)
    return effects, level, Counts(mean, sizes, _off(activity, mean, sizes))


def _levels(actual: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return counts on Anscombe's scale in units of each user's level, and the level, (users, 1).

    The level is the user's mean rounded to a power of two: too coarse to tell of any one step.
    """
    scale = anscombe(actual)
    mean = (scale * weight).sum(1, keepdims=True) / np.maximum(weight.sum(1, keepdims=True), 1e-6)
    level = 2.0 ** np.round(np.log2(np.maximum(mean, 1)))
    return scale / level, level


def _mean(scale: np.ndarray) -> np.ndarray:
    return np.maximum(counts_of(scale), LEAST_MEAN)


def _off(activity: np.ndarray, mean: np.ndarray, size: np.ndarray | float) -> np.ndarray:
    """The share of steps on which nothing can happen, given how many have a count above zero."""
    zero = zero_probability(mean, size)
    return np.clip((1 - activity - zero) / np.maximum(1 - zero, 1e-6), 0, MOST_OFF)


def _likelihood(actual: np.ndarray, seen: np.ndarray, counts: Counts) -> np.ndarray:
    return robust(log_probability(actual, counts), actual) * seen
