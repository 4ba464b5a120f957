"""Flat lines: the same count again and again, where chance would have it change."""

import numpy as np
from scipy.special import ndtri

LEAST_PROBABILITY = 1e-15
MOST_COMMON = 0.99


def repeat_evidence(
    actual: np.ndarray, scored: np.ndarray, log_probability: np.ndarray
) -> np.ndarray:
    """Return how unlikely the run of equal counts above zero over each cell is, in deviations.

    actual, log_probability (of each count): (users, times). scored: (users, times) bool. A count
    that repeats is as likely as its distribution says or, if that is more, as often as this user's
    counts repeat elsewhere. 0 where no run of three or more equal counts is.
    """
    made = np.zeros(actual.shape)
    same = np.zeros(actual.shape, dtype=bool)  # whether a cell repeats the one before it
    same[:, 1:] = (
        (actual[:, 1:] == actual[:, :-1]) & (actual[:, 1:] > 0) & scored[:, 1:] & scored[:, :-1]
    )
    repeats = same.sum(axis=1)
    chances = np.maximum((scored & (actual > 0)).sum(axis=1) - 1, 1)
    for user, first, last in _stretches(same):
        length = last - first + 1
        elsewhere = (repeats[user] - length + 0.5) / max(chances[user] - length + 1, 1)
        likely = np.maximum(
            log_probability[user, first : last + 1], np.log(min(elsewhere, MOST_COMMON))
        )
        probability = np.clip(np.exp(likely.sum()), LEAST_PROBABILITY, 1)
        made[user, first - 1 : last + 1] = -ndtri(probability / 2)
    return made


def _stretches(same: np.ndarray) -> np.ndarray:
    """Return user, first and last step of each stretch of two or more, (stretches, 3)."""
    padded = np.pad(same, [(0, 0), (1, 1)]).astype(np.int8)
    change = np.diff(padded, axis=1)
    user, first = np.nonzero(change == 1)
    last = np.nonzero(change == -1)[1] - 1
    stretches = np.stack([user, first, last], axis=1)
    return stretches[last > first]
