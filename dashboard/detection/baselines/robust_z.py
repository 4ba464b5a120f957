"""Robust z: every cell against its user's median."""

import numpy as np

from dashboard.detection.baselines.baseline import baseline_kind, by_expecting
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.rhythm import medians_by_phase


def expect(actual: np.ndarray, phases: np.ndarray, learned: Learned = ALONE) -> np.ndarray:
    """Expect each user's median, whatever the time step."""
    del phases, learned
    return medians_by_phase(actual, np.zeros(actual.shape[1], dtype=np.int64))


ROBUST_Z = baseline_kind(
    "robust-z",
    "Robust z",
    summary="Baseline: each user's median, and how many usual deviations a count lies from it.",
    good_at="It needs no training, and a lone spike or silence shows at once.",
    bad_at="It knows no week: quiet weekends look odd, and busy Mondays hide what is odd.",
    compute=by_expecting(expect),
)
