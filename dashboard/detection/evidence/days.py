"""The day's part of surprise: what happened to everyone says nothing of any one user."""

import numpy as np

LEAST_USERS = 50  # with fewer, a few odd users would be the day
TAIL = 0.03
TAIL_DEVIATIONS = 1.88  # at which a standard normal has that tail


def take_day_out(surprise: np.ndarray) -> np.ndarray:
    """Centre each time step on its users and, where they are spread unusually, draw them together.

    surprise: (users, times), NaN where not scored. Upper and lower side are drawn apart.
    """
    if len(surprise) < LEAST_USERS:
        return surprise
    there = np.isfinite(surprise).sum(axis=0) >= LEAST_USERS  # (times,)
    low, middle, high = np.nanquantile(surprise[:, there], [TAIL, 0.5, 1 - TAIL], axis=0)
    above = np.maximum(1, (high - middle) / TAIL_DEVIATIONS)
    below = np.maximum(1, (middle - low) / TAIL_DEVIATIONS)
    made = surprise.copy()
    away = surprise[:, there] - middle
    made[:, there] = np.where(away > 0, away / above, away / below)
    return made
