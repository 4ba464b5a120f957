"""Exceptions: now and then a user works on a quiet day, and does then what it does on any busy one."""

from dataclasses import replace

import numpy as np

from dashboard.detection.counts.distribution import Counts, tails
from dashboard.detection.steps import without_near

GAP = 3  # steps on either side that say nothing of what is ordinary at a cell
EXCEPTION_GAP = 10  # nor of how often exceptions happen
QUIET = 0.25  # share of an ordinary count below which a step is expected to be quiet
BUSY = 0.5  # and from which a quiet step counts as an exception
USUAL, WEIGHT = 0.01, 20.0  # exceptions in so many quiet steps, before a user's own are known
MOST = 0.5


def allow_exceptions(
    upper: np.ndarray, actual: np.ndarray, scored: np.ndarray, counts: Counts
) -> np.ndarray:
    """Return upper tails in which quiet steps may be ordinary busy ones, as often as elsewhere.

    upper, actual: (users, times). scored: (users, times) bool.
    """
    busy = (scored & (actual > 0)).astype(float)
    ordinary = (without_near(actual * busy, GAP) + 1) / (without_near(busy, GAP) + 1)
    quiet = (scored & (counts.expected < QUIET * ordinary)).astype(float)
    exceptions = quiet * (actual >= BUSY * ordinary)
    often = (without_near(exceptions, EXCEPTION_GAP) + USUAL) / (
        without_near(quiet, EXCEPTION_GAP) + WEIGHT
    )
    share = quiet * np.clip(often, 0, MOST)
    there = share > 0
    instead = replace(counts[there], mean=ordinary[there], off=np.zeros(int(there.sum())))
    made = upper.copy()
    made[there] += share[there] * (tails(actual[there], instead)[0] - upper[there])
    return made
