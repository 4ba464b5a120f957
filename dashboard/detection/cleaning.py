"""Training data without the strangest users, so that the model does not learn what it should find."""

from dataclasses import replace

import numpy as np

from dashboard.detection.holdout import Split


def without_worst(parts: Split, user_score: np.ndarray, share: float) -> Split:
    """Return a split without the training windows of the share of users that score highest.

    user_score: (users,), NaN where not scored. The share is of the users trained on, rounded, and
    leaves at least one. Held-out windows stay as they are: p-values come from them, and would
    promise too much without the strangest. Where nobody is left out, the same split comes back.
    """
    windows = parts.training_windows
    users = np.unique(windows.user)
    number = min(round(share * len(users)), len(users) - 1)
    if number <= 0:
        return parts
    scores = np.nan_to_num(user_score[users], nan=-np.inf)
    worst = users[np.argsort(-scores, kind="stable")[:number]]
    training = parts.training.copy()
    training[worst] = False
    return replace(
        parts, training_windows=windows[~np.isin(windows.user, worst)], training=training
    )
