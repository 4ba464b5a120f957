"""What each user usually does, step by step: the mean, and how far counts stray from it."""

from dataclasses import dataclass

import numpy as np

from dashboard.data.panel import Frequency, Panel

PERIODS = {Frequency.HOUR: 24, Frequency.DAY: 7, Frequency.WEEK: 1}  # steps of one rhythm
DISPERSIONS = (0.5, 1e6)  # the last is as good as Poisson


@dataclass(frozen=True)
class Usual:
    """What users do. mean: (users, times, features). dispersion: (users, features).

    whole: (features,) bool, whether all amounts are whole, and so counts.
    level: (users, times), the sum of means of the features that are counts, or of all where none is.
    """

    mean: np.ndarray
    dispersion: np.ndarray
    whole: np.ndarray
    level: np.ndarray


def find_usual(panel: Panel) -> Usual:
    """Find each user's mean of the observed steps of one weekday, or one hour of the day."""
    period = PERIODS[panel.frequency]
    seen = panel.observed[:, :, None]
    counts = np.where(seen, panel.values, 0).astype(np.float64)
    mean = np.empty_like(counts)
    overall = _mean(counts, seen)
    for phase in range(min(period, panel.shape[1])):
        part = slice(phase, None, period)
        known = seen[:, part].any(axis=1, keepdims=True)
        mean[:, part] = np.where(known, _mean(counts[:, part], seen[:, part]), overall)
    whole = (counts == np.round(counts)).all(axis=(0, 1))
    level = (mean[:, :, whole] if whole.any() else mean).sum(axis=2)
    return Usual(mean, _dispersion(counts, mean, seen), whole, level)


def _mean(counts: np.ndarray, seen: np.ndarray) -> np.ndarray:
    return counts.sum(axis=1, keepdims=True) / np.maximum(seen.sum(axis=1, keepdims=True), 1)


def _dispersion(counts: np.ndarray, mean: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return k of variance = mean + mean^2 / k by the method of moments, (users, features)."""
    square = np.where(seen, np.square(mean), 0).sum(axis=1)
    beyond = np.where(seen, np.square(counts - mean) - mean, 0).sum(axis=1)
    most = np.full(square.shape, DISPERSIONS[1])
    return np.clip(np.divide(square, beyond, out=most, where=beyond > 0), *DISPERSIONS)
