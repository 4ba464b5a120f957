"""Days: what happened to everyone says nothing of any one user, and much of the day."""

from functools import partial

import numpy as np

from dashboard.detection.counts.anscombe import anscombe
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.rhythm import medians_by_phase

LEAST_USERS = 50  # with fewer, a few odd users would be the day
TAIL = 0.03
TAIL_DEVIATIONS = 1.88  # at which a standard normal has that tail
MEDIAN_TO_MEAN = 1.2533  # how much wider a median scatters than a mean
MAD_TO_DEVIATION = 1.4826  # for a normal distribution


def take_day_out(surprise: np.ndarray, learned: Learned = ALONE) -> np.ndarray:
    """Centre each time step on its users and, where they are spread unusually, draw them together.

    surprise: (users, times), NaN where not scored. Upper and lower side are drawn apart.
    """
    there, middle, above, below = learned.learn("days", partial(_part_of_days, surprise))
    made = surprise.copy()
    away = surprise[:, there] - middle
    made[:, there] = np.where(away > 0, away / above, away / below)
    return made


def _part_of_days(
    surprise: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return which time steps enough users say something of, (times,) bool.

    And of each of these its middle, and how much wider than usual it is spread above and below.
    """
    there = np.isfinite(surprise).sum(axis=0) >= LEAST_USERS
    if not there.any():
        return there, *np.ones((3, 0))
    low, middle, high = np.nanquantile(surprise[:, there], [TAIL, 0.5, 1 - TAIL], axis=0)
    above = np.maximum(1, (high - middle) / TAIL_DEVIATIONS)
    below = np.maximum(1, (middle - low) / TAIL_DEVIATIONS)
    return there, middle, above, below


def day_evidence(actual: np.ndarray, scored: np.ndarray, period: int) -> np.ndarray:
    """Return how far each time step moved its users from their own weeks, (times,), in deviations.

    The median over users on Anscombe's scale, in units of its usual deviation over all steps, which
    is at least that of chance. NaN where nothing was scored.
    """
    there = np.where(scored, anscombe(actual), np.nan)
    phases = np.arange(actual.shape[1]) % period
    away = there - medians_by_phase(there[:, :, None], phases)[:, :, 0]
    some = scored.any(axis=0)
    moved = np.full(actual.shape[1], np.nan)
    moved[some] = np.nanmedian(away[:, some], axis=0)
    chance = MEDIAN_TO_MEAN / np.sqrt(np.maximum(scored.sum(axis=0), 1))
    usual = MAD_TO_DEVIATION * np.nanmedian(np.abs(moved - np.nanmedian(moved)))
    return np.abs(moved) / np.maximum(chance, usual)
