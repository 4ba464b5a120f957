"""How far actual counts lie from expected ones, on a scale on which quiet and busy users compare.

The variance of counts grows with their mean, so residuals are taken on Anscombe's scale, on which
it is about 1 for every mean (Anscombe, Biometrika 35, 1948), and divided by the user's own spread.
"""

import numpy as np

MAD_TO_DEVIATION = 1.4826  # for a normal distribution
LEAST_SPREAD = 1.0  # that of pure chance on this scale: below it nobody is unusually regular


def anscombe(counts: np.ndarray) -> np.ndarray:
    """Return counts on the scale where chance has a variance of about 1."""
    return 2 * np.sqrt(counts + 3 / 8)


def counts_of(stabilised: np.ndarray) -> np.ndarray:
    """Return what `anscombe` made as counts again, never below 0."""
    return np.maximum(np.square(np.maximum(stabilised, 0) / 2) - 3 / 8, 0)


def standardised(actual: np.ndarray, expected: np.ndarray, scored: np.ndarray) -> np.ndarray:
    """Return signed residuals in units of each user's spread, positive where actual is higher.

    actual, expected: (users, times, features) in counts. scored: (users, times) bool.
    NaN where not scored.
    """
    residual = np.where(scored[:, :, None], anscombe(actual) - anscombe(expected), np.nan)
    centre, spread = _centre_and_spread(residual)
    return ((residual - centre) / np.maximum(spread, LEAST_SPREAD)).astype(np.float32)


def _centre_and_spread(residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each user's median residual and robust deviation, (users, 1, features)."""
    centre = np.full((residual.shape[0], 1, residual.shape[2]), np.nan)
    spread = centre.copy()
    some = np.isfinite(residual).any(axis=(1, 2))
    centre[some] = np.nanmedian(residual[some], axis=1, keepdims=True)
    away = np.abs(residual[some] - centre[some])
    spread[some] = MAD_TO_DEVIATION * np.nanmedian(away, axis=1, keepdims=True)
    return centre, spread
