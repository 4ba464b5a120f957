"""Baselines as one would write them in an afternoon: NumPy alone, and nothing of the product's scoring.

Each takes counts, NaN where not observed, and each time step's place in the week, and returns how
odd each cell is, (users, times); a user is as odd as the oddest cell.
"""

from collections.abc import Callable

import numpy as np

COMPONENTS = 2
LENGTHS = (1, 3, 5, 7)
LEAST = 1.0  # click: the least a usual deviation is taken for

Plain = Callable[[np.ndarray, np.ndarray], np.ndarray]


def robust_z(counts: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Distance from the user's median, in the user's median distances."""
    del phases
    return _in_usual_deviations(counts - np.nanmedian(counts, axis=1, keepdims=True))


def weekday_median(counts: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Do the same, from the user's median of the same place in the week."""
    away = np.zeros_like(counts)
    for phase in np.unique(phases):
        part = counts[:, phases == phase]
        known = np.where(np.isfinite(part).any(axis=1, keepdims=True), part, 0)
        away[:, phases == phase] = part - np.nanmedian(known, axis=1, keepdims=True)
    return _in_usual_deviations(away)


def pca(counts: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """What two components leave of standardised, variance-stabilised counts."""
    del phases
    return np.abs(_left_by_components(counts))


def pca_runs(counts: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Do the same, for the strongest run of some steps that covers the cell: |sum| / sqrt(steps)."""
    del phases
    return strongest_runs(_left_by_components(counts))


def strongest_runs(deviates: np.ndarray) -> np.ndarray:
    """Return for each cell the most that a run over it amounts to, (users, times)."""
    strongest = np.zeros_like(deviates)
    for length in LENGTHS:
        runs = np.lib.stride_tricks.sliding_window_view(deviates, length, axis=1).sum(axis=2)
        for step in range(length):
            covered = strongest[:, step : step + runs.shape[1]]
            np.maximum(covered, np.abs(runs) / np.sqrt(length), out=covered)
    return strongest


def _in_usual_deviations(away: np.ndarray) -> np.ndarray:
    usual = 1.4826 * np.nanmedian(np.abs(away), axis=1, keepdims=True)
    return np.abs(away) / np.maximum(usual, LEAST)


def _left_by_components(counts: np.ndarray) -> np.ndarray:
    scale = 2 * np.sqrt(counts + 3 / 8)  # Anscombe
    away = scale - np.nanmean(scale, axis=1, keepdims=True)
    deviation = np.nanstd(scale, axis=1, keepdims=True)
    standard = np.nan_to_num(away / np.maximum(deviation, 1e-6))
    _, _, components = np.linalg.svd(standard, full_matrices=False)
    first = components[:COMPONENTS]
    return standard - standard @ first.T @ first


PLAIN: dict[str, Plain] = {
    "plain robust z": robust_z,
    "plain weekday median": weekday_median,
    "plain PCA": pca,
    "plain PCA, runs": pca_runs,
}
