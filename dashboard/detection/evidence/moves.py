"""Moved rhythms: weekdays and weekends that trade places, though each count is usual for the user."""

import numpy as np
from scipy.special import ndtri

from dashboard.detection.counts.basis import SHORT_PERIOD
from dashboard.detection.counts.distribution import Counts, log_probability
from dashboard.detection.evidence.runs import best_run

LENGTHS = (7, 10, 14)
LEAST_GAIN, MOST_GAIN = -4.0, 2.0  # of one cell, so that no single cell decides
LEAST_EVIDENCE = 0.7
LEAST_PROBABILITY = 1e-15
LEAST_MEAN = 0.05


def move_evidence(
    actual: np.ndarray, scored: np.ndarray, counts: Counts, period: int
) -> np.ndarray:
    """Return how much better the user's own rhythm fits when it is shifted, in deviations.

    The log likelihood ratio of a run of one or two weeks under the best shift against none; by
    Markov's inequality chance exceeds x with probability exp(-x), times the number of shifts.
    """
    nothing = np.zeros(actual.shape)
    times = actual.shape[1]
    if not 1 < period <= SHORT_PERIOD or times < 2 * period:
        return nothing
    usual = log_probability(actual, counts)
    price = np.log(period - 1)
    best = nothing
    for shift in range(1, period):
        steps = _shifted(times, shift, period)
        moved = Counts(
            np.maximum(counts.mean[:, steps], LEAST_MEAN), counts.size, counts.off[:, steps]
        )
        gain = log_probability(actual, moved) - usual
        gain = np.clip(gain, LEAST_GAIN, MOST_GAIN) * scored
        best = np.maximum(best, best_run(gain, LENGTHS, lambda sums, _: sums - price))
    probability = np.clip(np.exp(-best), LEAST_PROBABILITY, 1)
    return np.where(best > LEAST_EVIDENCE, -ndtri(probability / 2), 0)


def _shifted(times: int, shift: int, period: int) -> np.ndarray:
    """Return the step that stands in for each when the rhythm moves; at the end, one a period back."""
    steps = np.arange(times) + shift
    return np.where(steps < times, steps, steps - period)
