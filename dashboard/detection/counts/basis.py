"""Patterns over time of which users are made: a level, a week, and what all users share."""

import numpy as np

LEAST_USERS = 20  # with fewer, a shared pattern would be one user's own
MOST_SHARED = 6
SHORT_PERIOD = 8  # up to here, each step of a period has a pattern of its own
HARMONICS = 4  # of a long period, and of its days
CLIP = 6.0
HOURS_A_DAY = 24


def rhythm(times: int, period: int) -> np.ndarray:
    """Return the level and the patterns of one period, (patterns, times).

    Only the level where the data has fewer than two periods.
    """
    level = np.ones((1, times))
    if period <= 1 or times < 2 * period:
        return level
    phase = np.arange(times) % period
    if period <= SHORT_PERIOD:
        return np.concatenate([level, np.eye(period)[:, phase] - 1 / period])
    day = _waves(phase, HOURS_A_DAY)
    week = _waves(phase, period)
    weekend = np.where(phase * 7 // period >= 5, 5 / 7, -2 / 7)  # noqa: PLR2004 - Saturday
    return np.concatenate([level, week, day, weekend * day])


def _waves(phase: np.ndarray, period: int) -> np.ndarray:
    turns = 2 * np.pi * np.arange(1, HARMONICS + 1)[:, None] * phase / period
    return np.concatenate([np.sin(turns), np.cos(turns)])


def shared(residual: np.ndarray, seen: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Return the patterns over time that stand out of noise, strongest first, (patterns, times).

    residual: (users, times). seen: weight of each cell. spread: (users, 1). Kept are those whose
    singular value exceeds what noise alone would give (Marchenko and Pastur's edge).
    """
    users, times = residual.shape
    if users < LEAST_USERS:
        return np.zeros((0, times))
    standard = seen * np.clip(residual / spread, -CLIP, CLIP)
    standard /= max(np.sqrt(np.square(standard).sum() / seen.sum()), 1e-6)
    strength, patterns = _singular(standard)
    edge = np.sqrt(users) + np.sqrt(times)
    kept = min(MOST_SHARED, int((strength > edge).sum()))
    return patterns[:kept] * np.sqrt(times)


def _singular(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return singular values, descending, and right singular vectors, by way of the smaller side."""
    wide = matrix.shape[1] > matrix.shape[0]
    squares, vectors = np.linalg.eigh(matrix @ matrix.T if wide else matrix.T @ matrix)
    values = np.sqrt(np.maximum(squares[::-1], 0))
    rows = vectors[:, ::-1].T
    return values, rows @ matrix / np.maximum(values, 1e-9)[:, None] if wide else rows
