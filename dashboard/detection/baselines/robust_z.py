"""Robust z: every cell against its user's median."""

import numpy as np

from dashboard.detection.baselines.baseline import Baseline, baseline_kind


def expect(actual: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Expect each user's median, whatever the time step."""
    del phases
    return medians(actual, np.zeros(actual.shape[1], dtype=np.int64))


def medians(actual: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return each user's median over the time steps of the same group, at every time step.

    actual: (users, times, features), NaN where not scored. groups: (times,) int.
    NaN where a user has no cell in a group.
    """
    made = np.full_like(actual, np.nan)
    for group in np.unique(groups):
        part = actual[:, groups == group]
        some = np.isfinite(part).any(axis=1, keepdims=True)  # (users, 1, features)
        middle = np.nanmedian(np.where(some, part, 0), axis=1, keepdims=True)
        made[:, groups == group] = np.where(some, middle, np.nan)
    return made


ROBUST_Z = baseline_kind(
    "robust-z",
    "Robust z",
    summary="Baseline: each user's median, and how many usual deviations a count lies from it.",
    good_at="It needs no training, and a lone spike or silence shows at once.",
    bad_at="It knows no week: quiet weekends look odd, and busy Mondays hide what is odd.",
    at_work=Baseline(expect),
)
