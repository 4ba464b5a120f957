"""Weekday median: every cell against its user's median for the same place in the week."""

import numpy as np

from dashboard.detection.baselines import robust_z
from dashboard.detection.baselines.baseline import baseline_kind, by_expecting
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.rhythm import medians_by_phase

LEAST_CELLS = 2  # of a user in one phase: fewer say nothing about it


def expect(actual: np.ndarray, phases: np.ndarray, learned: Learned = ALONE) -> np.ndarray:
    """Expect each user's median of the phase; where there are too few such cells, of all."""
    del learned
    made = medians_by_phase(actual, phases)
    return np.where(
        _cells_alike(actual, phases) >= LEAST_CELLS, made, robust_z.expect(actual, phases)
    )


def _cells_alike(actual: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """How many cells of the same user and phase there are, (users, times, features)."""
    there = np.isfinite(actual)
    counts = np.zeros(actual.shape, dtype=np.int32)
    for phase in np.unique(phases):
        counts[:, phases == phase] = there[:, phases == phase].sum(axis=1, keepdims=True)
    return counts


WEEKDAY_MEDIAN = baseline_kind(
    "weekday-median",
    "Weekday median",
    summary="Baseline: each user's median for the same weekday, or hour of the week.",
    good_at="It knows each user's own week without training, and is easy to explain.",
    bad_at="It knows no holidays, growth or outages, and with few weeks its medians are rough.",
    compute=by_expecting(expect),
)
