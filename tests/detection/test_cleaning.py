"""Which users are left out of a second training."""

import numpy as np
import pytest

from dashboard.detection.cleaning import without_worst
from dashboard.detection.holdout import Split, split

OBSERVED = np.ones((10, 20), dtype=bool)


def parts(share: float = 0.2) -> Split:
    return split(OBSERVED, OBSERVED.any(axis=1), window=10, stride=10, share=share, seed=0)


def test_the_highest_scores_among_the_users_trained_on_are_left_out() -> None:
    whole = parts()
    trained = np.unique(whole.training_windows.user)
    scores = np.zeros(10)
    scores[whole.held_out_users] = 99  # held out: not learned from anyway
    scores[trained[[2, 5]]] = 7, 8
    kept = without_worst(whole, scores, 0.2)  # 0.2 of eight users, rounded, is two
    left = np.setdiff1d(trained, trained[[2, 5]])
    assert np.unique(kept.training_windows.user).tolist() == left.tolist()
    assert np.flatnonzero(kept.training.any(axis=1)).tolist() == left.tolist()
    assert len(kept.training_windows) == 2 * len(left)


def test_what_is_held_out_stays_and_the_first_split_is_not_changed() -> None:
    whole = parts()
    seen = whole.training.copy()
    kept = without_worst(whole, np.arange(10.0), 0.2)
    assert kept.held_out_windows is whole.held_out_windows
    assert kept.held_out_users is whole.held_out_users
    assert np.array_equal(whole.training, seen)


def test_users_without_a_score_are_the_last_to_go() -> None:
    scores = np.full(10, np.nan)
    scores[4] = 0.1
    kept = without_worst(parts(share=0), scores, 0.1)
    assert np.setdiff1d(np.arange(10), kept.training_windows.user).tolist() == [4]


@pytest.mark.parametrize(("users", "share"), [(1, 0.2), (2, 0.2), (10, 0.04)])
def test_where_nobody_is_left_out_the_split_is_the_same(users: int, share: float) -> None:
    observed = OBSERVED[:users]
    whole = split(observed, observed.any(axis=1), window=10, stride=10, share=0, seed=0)
    assert without_worst(whole, np.arange(float(users)), share) is whole
