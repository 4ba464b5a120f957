"""Runs: several mild surprises of one sign, one after the other, say more than any of them."""

from collections.abc import Callable, Sequence

import numpy as np

from dashboard.detection.learned import ALONE, Learned

LENGTHS = (1, 3, 5, 7)
ENOUGH_USERS = 20  # with fewer, a run of mild surprises may be drift that nobody else shows
DAMPING = 0.7  # how much less a cell counts that fits by itself

# (sums of all runs of that length, the length) -> how strong each run is
Worth = Callable[[np.ndarray, int], np.ndarray]


def run_evidence(surprise: np.ndarray, learned: Learned = ALONE) -> np.ndarray:
    """Return, for each cell, the strongest run that covers it, in standard deviations.

    surprise: (users, times), NaN where not scored: such cells add nothing to a run.
    With few users, cells are judged alone. A run of n steps counts |sum| / sqrt(n); a cell in it that itself fits counts less.
    """
    known = np.nan_to_num(surprise)
    enough = learned.learn("enough for runs", lambda: len(surprise) >= ENOUGH_USERS)
    lengths = LENGTHS if enough else LENGTHS[:1]
    strongest = best_run(known, lengths, lambda sums, steps: np.abs(sums) / np.sqrt(steps))
    return strongest * (1 - DAMPING * np.exp(-np.abs(known)))


def best_run(values: np.ndarray, lengths: Sequence[int], worth: Worth) -> np.ndarray:
    """Return, for each cell of (users, times), the worth of the best run over it, at least 0."""
    users, times = values.shape
    totals = np.concatenate([np.zeros((users, 1)), np.cumsum(values, axis=1)], axis=1)
    best = np.zeros((users, times))
    for length in lengths:
        if length > times:
            continue
        worths = worth(totals[:, length:] - totals[:, :-length], length)
        starts = times - length + 1
        for step in range(length):
            covered = best[:, step : step + starts]
            np.maximum(covered, worths, out=covered)
    return best
