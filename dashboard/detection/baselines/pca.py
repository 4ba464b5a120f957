"""PCA: what two rhythms, shared by all users, say of each user."""

from functools import partial

import numpy as np

from dashboard.detection.baselines.baseline import baseline_kind, by_expecting
from dashboard.detection.learned import ALONE, Learned

COMPONENTS = 2
LEAST_DEVIATION = 1e-6
CLIP = 3.0  # deviations beyond which a cell bends no component


def expect(actual: np.ndarray, phases: np.ndarray, learned: Learned = ALONE) -> np.ndarray:
    """Expect each standardised history's projection on the first components, one set a feature.

    Unobserved cells count as the user's mean. With one user there is nothing shared: its mean.
    """
    del phases
    there = np.isfinite(actual)
    number = np.maximum(there.sum(axis=1, keepdims=True), 1)
    mean = np.where(there, actual, 0).sum(axis=1, keepdims=True) / number
    away = np.where(there, actual - mean, 0)
    deviation = np.sqrt(np.square(away).sum(axis=1, keepdims=True) / number)
    standard = np.clip(away / np.maximum(deviation, LEAST_DEVIATION), -CLIP, CLIP)
    projected = np.stack(
        [_project(standard[:, :, one], learned.within(one)) for one in range(actual.shape[2])],
        axis=2,
    )
    return mean + projected * deviation


def _project(standard: np.ndarray, learned: Learned) -> np.ndarray:
    """Project (users, times) on its first components over time."""
    first = learned.learn("components", partial(_components, standard))
    return standard @ first @ first.T


def _components(standard: np.ndarray) -> np.ndarray:
    """Return the first components over time of (users, times), (times, components)."""
    components = min(COMPONENTS, len(standard) - 1)
    if components < 1:
        return np.zeros((standard.shape[1], 0))
    by_time = len(standard) > standard.shape[1]  # the smaller side: the other one follows
    side = standard.astype(np.float64) if by_time else standard.T.astype(np.float64)
    first = np.linalg.eigh(side.T @ side)[1][:, -components:]  # eigenvalues ascend
    if by_time:
        return first
    other = side @ first
    return other / np.maximum(np.linalg.norm(other, axis=0), LEAST_DEVIATION)


PCA = baseline_kind(
    "pca",
    "PCA",
    summary="Baseline: two rhythms shared by all users, fitted to each user's history.",
    good_at="It learns weekdays, holidays and outages from all users in a moment.",
    bad_at="It needs many users alike, and bends towards long anomalies.",
    compute=by_expecting(expect),
)
